/** Records of invented papers, for tests. */
import type { Identifier, PaperRecord } from '../papers/types.ts';

/** The `number`th arXiv id of June 2026. */
export const arxivId = (number: number): string => `2606.${String(number).padStart(5, '0')}`;

/** The same as the name of a paper. */
export const arxivName = (number: number): Identifier => ({ scheme: 'arxiv', value: arxivId(number) });

/** A record of the `number`th paper, as little as a source can say about one. @param more replaces and adds fields */
export const recordOf = (number: number, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'arxiv',
  identifiers: [arxivName(number)],
  title: `Paper number ${number} about a subject of its own`,
  ...more,
});

const ABSTRACT =
  'We describe an invented method for sorting imaginary letters. It needs $O(n \\log n)$ steps where the naive ' +
  'way needs $O(n^2)$, and costs \\$5 less. Tested on nothing, it improves by 12\\% -- a result that ' +
  "\\emph{should} be read as an ``example'' and as no more than that. Its only purpose is to be long enough for three lines.";

/**
 * Everything but dates that the paper shown first in samples says of itself: every field, with formulas in its texts.
 */
export const LETTERS = {
  title: 'Imaginary Letters: Sorting What Is Not There in $O(n \\log n)$',
  abstract: ABSTRACT,
  summary: 'A short account of an invented method, in other words.',
  authors: ['A. Author', 'B. Author', 'C. Author', 'D. Author'],
  organizations: [{ slug: 'example-lab', name: 'Example Lab' }],
  categories: ['cs.DS', 'cs.CL'],
  keywords: ['sorting', 'imaginary letters'],
  figures: [{ value: '5.8×', measure: 'fewer letters' }],
  note: '12 pages',
  journal: 'Journal of Examples',
  licence: 'https://creativecommons.org/licenses/by/4.0/',
  upvotes: 128,
  comments: 4,
};
