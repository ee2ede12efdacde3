/** Our engine in three modes: plain, counting exactly, and as the page of results uses it. */

import type { SearchRequest } from '../../src/search/types.ts';
import { buildOurs, inBatches, openOurs } from '../ours.ts';
import { asDocument, daysOf } from '../papers.ts';
import { type Engine, TOP } from './engine.ts';
import type { Query } from './queries.ts';

/** A query as our readers would write it. */
export function asRequest({ kind, words, category, year }: Query): SearchRequest {
  const text = words.join(' ');
  const request: SearchRequest = { text: kind === 'phrase' ? `"${text}"` : text, limit: TOP };
  if (category !== undefined) request.filters = { categories: [category] };
  if (year !== undefined) request.filters = daysOf(year);
  return request;
}

/** Hits on a page. */
const PAGE = 25;

export const ours = (way: 'plain' | 'count' | 'page'): Engine => ({
  build(papers, folder) {
    buildOurs(folder, inBatches(papers.map(asDocument)));
  },
  open(folder, papers) {
    const index = openOurs(folder);
    const memory = () => Math.round(index.bytes / index.documents);
    if (way === 'plain') return { memory, ask: (query) => index.search(asRequest(query)).hits.length };
    if (way === 'count')
      return { memory, ask: (query) => index.search({ ...asRequest(query), count: true }).hits.length };
    const byKey = new Map(papers.map((paper) => [paper.key, paper]));
    return {
      memory,
      ask(query) {
        const request = { ...asRequest(query), limit: PAGE, facets: true };
        const { hits } = index.search(request);
        for (const { key } of hits) {
          const { title, abstract } = byKey.get(key)!;
          index.highlights(request.text, title);
          index.highlights(request.text, abstract);
        }
        return hits.length;
      },
    };
  },
});
