/** Vectors alone: documents ordered by their cosine with the query, using the shipped model. */
import { cosine, embed } from '../../src/search/meaning/embed.ts';
import type { TokenModel } from '../../src/search/meaning/model.ts';
import type { TestSet } from './beir.ts';

/** A ranking of all documents for a query: every one is compared, so nothing is missed. */
export function denseRanking(
  model: TokenModel,
  { documents }: TestSet,
  depth: number,
): (query: string) => number[] {
  const vectors = documents.map(({ title, text }) => embed(model, `${title}\n${text}`));
  return (query) => {
    const asked = embed(model, query);
    if (asked === null) return [];
    const scores = vectors.map((vector) => (vector === null ? -1 : cosine(vector, asked)));
    return scores
      .map((_, document) => document)
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, depth);
  };
}
