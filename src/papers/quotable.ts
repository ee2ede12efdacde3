/** What comments on a paper may quote. */
import type { QuotableAbstract } from '../community/quotes.ts';
import type { Paper } from './types.ts';

/** The abstract of a paper with arXiv's number of its version; null: it has none. */
export const quotableOf = ({
  abstract,
  identifiers,
}: Pick<Paper, 'abstract' | 'identifiers'>): QuotableAbstract | null =>
  abstract === null
    ? null
    : { text: abstract, version: identifiers.find(({ scheme }) => scheme === 'arxiv')?.version ?? null };
