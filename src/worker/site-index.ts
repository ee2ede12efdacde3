/** The index as a running site reads it. */
import { openSteady } from '../search/steady.ts';
import type { SearchIndex } from '../search/types.ts';
import type { Store } from '../store/open.ts';
import { indexedPapers, indexFolder } from './indexing.ts';
import { usableModel } from './model.ts';

/**
 * The index of a site, always available, with the model of its vectors. When the writer has rebuilt it with another
 * model, the reader switches to that at its next refresh.
 */
export function openSiteIndex(dataDir: string, warn: (says: string) => void): SearchIndex {
  let model = usableModel(dataDir, warn);
  const open = (): SearchIndex =>
    openSteady(
      indexFolder(dataDir),
      (reason) => warn(`The search index cannot be read and is being rebuilt: ${reason}`),
      { model },
    );
  let index = open();
  // Checked once per name: the vectors may also come from an external model.
  let asked = model?.name;
  const refresh = (): boolean => {
    const isNew = index.refresh();
    if (index.model === '' || index.model === asked) return isNew;
    asked = index.model;
    if (model?.name === asked) return isNew;
    const found = usableModel(dataDir, warn);
    if (found?.name !== asked) return isNew;
    model = found;
    index.close();
    index = open();
    return true;
  };
  return {
    search: (request) => index.search(request),
    matching: (request, most) => index.matching(request, most),
    similar: (key, text, limit) => index.similar(key, text, limit),
    highlights: (query, text) => index.highlights(query, text),
    complete: (text, limit) => index.complete(text, limit),
    titlesBeginning: (...asked) => index.titlesBeginning(...asked),
    get documents() {
      return index.documents;
    },
    get seq() {
      return index.seq;
    },
    get words() {
      return index.words;
    },
    get votes() {
      return index.votes;
    },
    get bytes() {
      return index.bytes;
    },
    get model() {
      return index.model;
    },
    refresh,
    close: () => index.close(),
  };
}

/**
 * Call it before papers are written to a database. With `serve --empty` or `reindex` the operator says that it is meant
 * to be empty.
 *
 * @throws Error where the database has lost its papers: the index was made of some, and it has none
 */
export async function checkNotLost(store: Store, dataDir: string): Promise<void> {
  const some = await store.read.selectFrom('papers').select('pk').limit(1).executeTakeFirst();
  const lost = some ? null : lostPapers(dataDir);
  if (lost !== null) throw new Error(lost);
}

/** The message for a database without papers if the index was built from some; null: the index has none either. */
export function lostPapers(dataDir: string): string | null {
  const papers = indexedPapers(dataDir);
  if (papers === 0) return null;
  return (
    `the database holds no papers, but the search index in ${indexFolder(dataDir)} was built from ` +
    `${papers.toLocaleString('en')}: has it been emptied or lost, or do DATA_DIR and DATABASE_URL point to a different one? ` +
    "Bring the papers back with 'broadsheet restore FILE'; to start with nothing, 'broadsheet serve --empty'; " +
    "to start with the starter collection, 'broadsheet reindex' first"
  );
}
