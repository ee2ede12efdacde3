/**
 * Summaries by a language model, checked against the abstract they were written from. What a model writes is only a
 * proposal: checking/ drops every sentence that the abstract does not bear out.
 */

/** Languages whose numerals, negations and words of direction the checks know; everything starts in English. */
export const LANGUAGES = ['en', 'de', 'ja', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a summary is written from. */
export interface Source {
  title: string;
  abstract: string;
}

/** A sentence as a model proposes it, with the words of the abstract that it claims to rest on. */
export interface Proposed {
  text: string;
  quote: string;
}

/** Changes whenever the prompts, the schema or the checks do; anything written under another version is rewritten. */
export const PROMPT_VERSION = '1';
