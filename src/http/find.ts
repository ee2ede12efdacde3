/** Finding what an address names: a paper by any of its names, a person by theirs. */
import type { Account } from '../community/accounts.ts';
import type { Library } from '../papers/library.ts';
import type { Paper } from '../papers/types.ts';
import type { Ask } from './context.ts';
import { WebError } from './errors.ts';

/** Longer than any identifier with its address around it. */
export const LONGEST_ID = 500;

/** A paper by any of its names; null: there is none. */
export const findPaper = async (library: Pick<Library, 'paper'>, id: string): Promise<Paper | null> =>
  id.length <= LONGEST_ID ? library.paper(id) : null;

export const noSuchPaper = (): WebError => new WebError(404, 'There is no such paper.');

/** A paper by any of its names. @throws WebError */
export async function paperNamed({ library }: Pick<Ask, 'library'>, id: string): Promise<Paper> {
  const paper = await findPaper(library, id);
  if (!paper) throw noSuchPaper();
  return paper;
}

/** Papers by their keys. */
export async function papersBy(
  { library }: Pick<Ask, 'library'>,
  keys: Iterable<number>,
): Promise<Map<number, Paper>> {
  const papers = await library.papers([...new Set(keys)]);
  return new Map(papers.map((paper) => [paper.pk, paper]));
}

/** An account by its name in addresses. @throws WebError */
export async function personNamed({ web }: Pick<Ask, 'web'>, name: string): Promise<Account> {
  const account = name.length <= 200 && !name.includes('\0') ? await web.people.account(name) : null;
  if (!account) throw new WebError(404, 'There is nobody here by that name.');
  return account;
}
