/**
 * Queries that are answered without waiting, by an SQLite database in this process: for what every page asks about its
 * reader. Asking through Kysely takes several times as long as finding the answer.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface AtOnce {
  /**
   * A number that is another one once anybody has committed anything. What has been read after asking for it is still
   * right for as long as it stays the same.
   */
  version(): number;
  /**
   * The rows of a query, as of this moment.
   *
   * @param text fixed, since its statement is kept: what differs is given, as `?1`, `?2` and so on
   */
  rows<Row>(text: string, ...given: (number | string)[]): Row[];
}

/** @param database a connection that is never in a transaction, and so always sees the present; it must not write */
export function atOnceOn(database: DatabaseSync): AtOnce {
  const dataVersion = database.prepare('PRAGMA data_version');
  dataVersion.setReturnArrays(true);
  const statements = new Map<string, StatementSync>();
  return {
    version: () => (dataVersion.get() as unknown as [number])[0],
    rows<Row>(text: string, ...given: (number | string)[]) {
      let statement = statements.get(text);
      if (statement === undefined) {
        statement = database.prepare(text);
        statements.set(text, statement);
      }
      return statement.all(...given) as Row[];
    },
  };
}
