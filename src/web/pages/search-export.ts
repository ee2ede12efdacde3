/** Search results as a file: all of them, the first few, or those that were picked. */
import type { ListFormat } from '../../formats/write-list.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper } from '../../http/find.ts';
import type { Reply } from '../../http/replies.ts';
import { slugify } from '../../papers/slug.ts';
import type { Paper } from '../../papers/types.ts';
import { fileName, listFile } from '../../present/list-file.ts';
import { MOST_EXPORTED } from '../../present/outlets.ts';
import { type Query, readQuery, searchParams } from '../../present/search-query.ts';

/** Most papers that can be picked: an address holds no more. */
const MOST_PICKED = 200;

/**
 * `/search/export.bib` and the like: the best hits of the whole search, whatever page was looked at, at most `limit`;
 * or the papers named by `id`.
 */
export async function exportSearch(ask: Ask, format: ListFormat): Promise<Reply> {
  const query = readQuery(ask.query);
  const picked = ask.query.getAll('id').filter((id) => id !== '');
  const papers = picked.length > 0 ? await papersNamed(ask, picked) : await papersFound(ask, query);
  return listFile(
    ask,
    format,
    papers,
    picked.length > 0 ? 'selected-papers' : fileName('search', slugify(query.q)),
  );
}

async function papersFound(ask: Ask, query: Query): Promise<Paper[]> {
  const most = readLimit(ask.query);
  const { direct, hits } = await ask.library.search({
    ...searchParams(query),
    page: 1,
    limit: most,
    explain: false,
    facets: false,
  });
  // Partial matches are there to be looked at; a list of references holds what was asked for.
  const papers = hits.filter((hit) => !hit.loose).map((hit) => hit.paper);
  return (direct ? [direct, ...papers] : papers).slice(0, most);
}

/** Papers by their ids, each once, in the order named; those that are gone are left out. */
async function papersNamed(ask: Ask, ids: string[]): Promise<Paper[]> {
  if (ids.length > MOST_PICKED)
    throw new WebError(400, `At most ${MOST_PICKED} papers can be selected for one file.`);
  const found = new Map<number, Paper>();
  for (const id of new Set(ids)) {
    const paper = await findPaper(ask.library, id);
    if (paper) found.set(paper.pk, paper);
  }
  if (found.size === 0) throw new WebError(404, 'None of these papers are here.');
  return [...found.values()];
}

function readLimit(query: URLSearchParams): number {
  const given = query.get('limit') ?? '';
  if (given === '') return MOST_EXPORTED;
  if (!/^[1-9]\d{0,6}$/.test(given))
    throw new WebError(400, 'The limit in this address must be a whole number, 1 or higher.');
  return Math.min(MOST_EXPORTED, Number(given));
}
