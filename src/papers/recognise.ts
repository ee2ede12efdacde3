/** Whether a search is for one paper's identifier or address, and nothing else. */
import { parseIdentifier } from './identifiers.ts';
import type { Identifier } from './types.ts';

/** What may surround an identifier copied from a text: brackets, quotes, the end of a sentence. */
const BEFORE = `<([{"'“‘«`;
const AFTER = `>)]}"'”’».,;`;

/** `text` without the surrounding characters in `BEFORE` and `AFTER`. */
function bare(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BEFORE.includes(text[start]!)) start++;
  while (end > start && AFTER.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/**
 * The identifier that `text` is, or null. Only forms that can hardly be anything else: arXiv's and DOIs bare, prefixed
 * or as addresses, the ACL Anthology's likewise, OpenReview's as an address or prefixed. Names given here (words joined
 * by hyphens) look like search words, and are treated as such.
 */
export function recognise(text: string): Identifier | null {
  const trimmed = text.trim();
  if (trimmed === '' || /\s/.test(trimmed.replace(/^\w+:\s*/, ''))) return null;
  const found = parseIdentifier(trimmed) ?? parseIdentifier(bare(trimmed));
  return found === null || found.scheme === 'local' ? null : found;
}
