/** Completions of a query: what the index knows, and the titles that begin so. */
import type { Completion, SearchIndex } from '../search/types.ts';
import type { Library } from './library.ts';

/** As many of the list are titles, where there are so many. */
const MOST_TITLES = 2;

/** Each finds something; titles come last, in quotation marks. */
export async function completions(
  index: Pick<SearchIndex, 'complete' | 'titlesBeginning' | 'search'>,
  library: Pick<Library, 'papers'>,
  text: string,
  limit: number,
): Promise<Completion[]> {
  const phrases = index.complete(text, limit);
  const keys = index.titlesBeginning(text, MOST_TITLES);
  if (keys.length === 0) return phrases;
  const titles: Completion[] = [];
  for (const { title } of await library.papers(keys)) {
    const quoted = `"${title
      .replace(/["\u201c-\u201f\u00ab\u00bb]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()}"`;
    const { total } = index.search({ text: quoted, limit: 1, count: true });
    if (total > 0 && titles.every((other) => other.text !== quoted))
      titles.push({ text: quoted, papers: total });
  }
  return [...phrases.slice(0, Math.max(0, limit - titles.length)), ...titles].slice(0, limit);
}
