/** Completions of a query: what the index knows, and the titles that begin with the query. */
import { fold } from '../search/fold.ts';
import type { Completion, SearchIndex } from '../search/types.ts';
import type { Library } from './library.ts';

/** As many of the list are titles, where there are so many. */
const MOST_TITLES = 2;
/** Papers in which the printed form of a name is looked for. */
const MOST_LOOKED = 3;
const AUTHOR = 'author:';

/** Each finds something; titles come last, in quotation marks. */
export async function completions(
  index: Pick<SearchIndex, 'complete' | 'titlesBeginning' | 'search'>,
  library: Pick<Library, 'papers'>,
  text: string,
  limit: number,
): Promise<Completion[]> {
  const phrases = await Promise.all(
    index.complete(text, limit).map((one) => withPrintedName(index, library, one)),
  );
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

/** The index has names folded (`author:changlin`); people are shown them as papers print them (`author:Changlin`). */
async function withPrintedName(
  index: Pick<SearchIndex, 'search'>,
  library: Pick<Library, 'papers'>,
  completion: Completion,
): Promise<Completion> {
  if (!completion.text.startsWith(AUTHOR)) return completion;
  const folded = completion.text.slice(AUTHOR.length);
  const { hits } = index.search({ text: completion.text, limit: MOST_LOOKED });
  const papers = await library.papers(hits.map(({ key }) => key));
  const words = papers.flatMap(({ authors }) => authors.flatMap((name) => name.split(/[\s,]/)));
  const printed = words.find((word) => word.length <= 100 && fold(word) === folded);
  return printed === undefined ? completion : { ...completion, text: AUTHOR + printed };
}
