/**
 * Queries that are answered without waiting, by an SQLite database in this process: for what every page asks about its
 * reader. Asking through Kysely takes several times as long as finding the answer.
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { named, namesOf } from './sqlite.ts';

export interface AtOnce {
  /**
   * A number that is another one once anybody has committed anything, as of this turn of the event loop. What has been
   * read after asking for it is still right for as long as it stays the same.
   */
  version(): number;
  /**
   * The rows of a query, as of this moment.
   *
   * @param text fixed, since its statement is kept: what differs is given, as `?1`, `?2` and so on. Without `*`, which
   * means something else once a migration has added a column
   */
  rows<Row>(text: string, ...given: (number | string)[]): Row[];
}

/** @param database a connection that is never in a transaction, and so always sees the present; it must not write */
export function atOnceOn(database: DatabaseSync): AtOnce {
  const dataVersion = database.prepare('PRAGMA data_version');
  dataVersion.setReturnArrays(true);
  const statements = new Map<string, { statement: StatementSync; columns: string[] }>();
  return {
    version: () => (dataVersion.get() as unknown as [number])[0],
    rows<Row>(text: string, ...given: (number | string)[]) {
      let prepared = statements.get(text);
      if (prepared === undefined) {
        const statement = database.prepare(text);
        statement.setReturnArrays(true);
        prepared = { statement, columns: namesOf(statement) };
        statements.set(text, prepared);
      }
      const { statement, columns } = prepared;
      const rows = statement.all(...given) as unknown as SQLOutputValue[][];
      return rows.map((row) => named<Row>(columns, row));
    },
  };
}
