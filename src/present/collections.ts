/** Public lists by their address, for pages, files and feeds alike. */
import type { Account } from '../community/accounts.ts';
import type { Collection } from '../community/personal/collections.ts';
import type { Ask } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import { papersBy, personNamed } from '../http/find.ts';
import type { Paper } from '../papers/types.ts';

/** The last segments of `/u/ada/lists/x1`, `/u/ada/lists/x1/feed.atom` and `/u/ada/lists/x1/export.bib`. */
const ADDRESS = /^\/u\/[^/]+\/lists\/([\w-]{1,40})(?:\/(?:feed|export)\.\w+)?$/;

/** The public list that an address names, with its owner; of who is silenced or banned, none. @throws WebError */
export async function publicList(ask: Ask, name: string): Promise<{ list: Collection; owner: Account }> {
  const owner = await personNamed(ask, name);
  const id = ADDRESS.exec(ask.path)?.[1];
  const list = id === undefined ? null : await ask.web.personal.collection(id);
  if (!list?.isPublic || list.account !== owner.id || owner.state !== 'active')
    throw new WebError(404, 'There is no public list at this address.');
  return { list, owner };
}

/** The papers of a list in its order, with their notes. */
export async function papersOfList(
  ask: Pick<Ask, 'library'> & { web: Pick<Ask['web'], 'personal'> },
  list: Collection,
): Promise<{ paper: Paper; note: string; addedAt: number }[]> {
  const saved = await ask.web.personal.papersIn(list.id);
  const papers = await papersBy(
    ask,
    saved.map(({ paper }) => paper),
  );
  return saved.flatMap(({ paper: key, ...more }) => {
    const paper = papers.get(key);
    return paper ? [{ paper, ...more }] : [];
  });
}
