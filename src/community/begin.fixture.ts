/** What tests of comments begin with: a paper, and two people who write about it. */
import { takeIn } from '../papers/intake/take-in.ts';
import type { Store } from '../store/open.ts';
import { createAccount } from './accounts.ts';

/** The paper, as its source has it. */
export const RECORD = {
  source: 'arxiv' as const,
  identifiers: [{ scheme: 'arxiv' as const, value: '2606.00001' }],
  title: 'On being talked about',
  authors: ['Ada Lovelace'],
  abstract: 'We say one thing. Then we say another.',
};

/**
 * Puts a paper and two accounts into an empty database.
 *
 * @param since when the accounts were made, epoch ms
 * @returns their keys
 */
export async function begin(
  store: Store,
  since: number,
): Promise<{ paper: number; ada: number; eve: number }> {
  await takeIn(store, [RECORD], new Set());
  const { pk: paper } = await store.read.selectFrom('papers').select('pk').executeTakeFirstOrThrow();
  const { id: ada } = await createAccount(store, { displayName: 'Ada' }, since);
  const { id: eve } = await createAccount(store, { displayName: 'Eve' }, since);
  return { paper, ada, eve };
}
