/** `GET /api/papers/search` and the quick search of papers. */
import { someOf, text, whole } from '../parameters.ts';
import { json, jsonList, reads } from '../route.ts';
import { hereOf, hubItem } from './paper.ts';

/** The Hub's own limit. */
const LONGEST_QUERY = 250;
/** The most the Hub gives, and also its default: most clients cut the list to what they want. */
const MOST_RESULTS = 120;

export const SEARCH = reads(
  '/api/papers/search',
  'Papers that match a query, best first.',
  {
    q: text('The query; docs/search.md has its language.', LONGEST_QUERY),
    limit: whole('The most papers to return.', { min: 1, max: MOST_RESULTS, fallback: MOST_RESULTS }),
  },
  async (ask) => {
    const {
      library,
      query: { q, limit },
    } = ask;
    if (q === '') return json([]);
    const { direct, hits } = await library.search({ q, limit, facets: false });
    const papers = [...(direct ? [direct] : []), ...hits.map((hit) => hit.paper)].slice(0, limit);
    const here = hereOf(ask);
    return jsonList(papers.map((paper) => hubItem(paper, here)));
  },
);

const KINDS = [
  'model',
  'dataset',
  'space',
  'org',
  'user',
  'paper',
  'collection',
  'bucket',
  'kernel',
] as const;

export const QUICK_SEARCH = reads(
  '/api/quicksearch',
  'Papers that match what is being typed, by id. Other kinds are always empty.',
  {
    q: text('The text typed so far.', LONGEST_QUERY),
    limit: whole('The most papers to return.', { min: 1, max: 20, fallback: 20 }),
    type: someOf('Kinds to look for; all by default.', KINDS),
  },
  async ({ library, query: { q, limit, type } }) => {
    const isWanted = q !== '' && (type.length === 0 || type.includes('paper'));
    const found = isWanted ? await library.search({ q, limit, facets: false, partial: true }) : null;
    const direct = found?.direct ? [found.direct] : [];
    const papers = [...direct, ...(found?.hits ?? []).map((hit) => hit.paper)].slice(0, limit);
    return json({
      q,
      models: [],
      modelsCount: 0,
      datasets: [],
      datasetsCount: 0,
      spaces: [],
      spacesCount: 0,
      orgs: [],
      users: [],
      papers: papers.map(({ id }) => ({ id })),
      papersCount: Math.max(papers.length, found?.total ?? 0),
      collections: [],
      collectionsCount: 0,
      buckets: [],
      bucketsCount: 0,
      kernels: [],
      kernelsCount: 0,
    });
  },
);
