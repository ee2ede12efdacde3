/** The index as a running site reads it. */
import { openSteady } from '../search/steady.ts';
import type { SearchIndex } from '../search/types.ts';
import { indexedPapers, indexFolder } from './indexing.ts';
import { usableModel } from './model.ts';

/**
 * The index of a site, always there, with the model its vectors are by. When the writer has begun it anew with
 * another model, the reader changes to that with its next refresh.
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
  // Asked once for each name: the vectors may also be by a model outside.
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
  return new Proxy(index, {
    get: (_, name) => (name === 'refresh' ? refresh : Reflect.get(index, name)),
  });
}

/** What to say of a database without papers where the index was made of some; null: the index knows of none either. */
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
