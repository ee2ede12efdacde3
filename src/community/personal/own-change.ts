/** Writes to what is one reader's own. */
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';

/** Something a reader cannot do with their lists and follows; the message says why. */
export class PersonalRefused extends Error {
  override name = 'PersonalRefused';
}

/**
 * One write transaction on what belongs to an account: all or nothing, on disk when the promise resolves. It locks the
 * row of the account, so that the requests of one reader come one after another, and none outlives the account.
 *
 * @throws PersonalRefused if there is no such account, or no longer
 */
export function ownChange<T>(store: Store, account: number, work: (tx: Db) => Promise<T>): Promise<T> {
  return store.inTurn(() =>
    store.write.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('accounts')
        .set((e) => ({ state: e.ref('state') }))
        .where('id', '=', account)
        .where('state', '!=', 'deleted')
        .executeTakeFirstOrThrow();
      if (Number(numUpdatedRows) === 0) throw new PersonalRefused('There is no such account.');
      return work(tx);
    }),
  );
}
