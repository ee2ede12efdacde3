/** Writing and querying many rows at once, in statements whose text repeats so that they stay prepared. */
import { CompiledQuery, PostgresAdapter } from 'kysely';
import type { Db, Schema } from './schema.ts';

type Value = string | number | Uint8Array | null;

/** Rows per statement: enough to be quick, few enough for either database's limit on parameters. */
const CHUNK = 64;

/** The placeholders of the values in the database's syntax: `$1` in PostgreSQL, `?` in SQLite. */
function places(rows: number, columns: number, numbered: boolean): string {
  const row = (r: number) =>
    `(${Array.from({ length: columns }, (_, c) => (numbered ? `$${r * columns + c + 1}` : '?')).join(',')})`;
  return Array.from({ length: rows }, (_, r) => row(r)).join(',');
}

const texts = new Map<string, string>();

/**
 * Inserts rows given as arrays in the order of `columns`. With `replace`, a row whose key (named there) is
 * already present takes the new values.
 */
export async function insertMany<T extends keyof Schema & string>(
  tx: Db,
  table: T,
  columns: readonly (keyof Schema[T] & string)[],
  rows: Value[][],
  replace?: readonly (keyof Schema[T] & string)[],
): Promise<void> {
  const numbered = tx.getExecutor().adapter instanceof PostgresAdapter;
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK);
    const name = `${numbered} ${table} ${chunk.length} ${columns.join()} ${replace?.join()}`;
    let text = texts.get(name);
    if (!text) {
      text = `INSERT INTO ${table} (${columns.join(',')}) VALUES ${places(chunk.length, columns.length, numbered)}`;
      if (replace) {
        const rest = columns.filter((column) => !replace.includes(column));
        const set = rest.map((column) => `${column} = excluded.${column}`).join(', ');
        text += ` ON CONFLICT (${replace.join()}) DO ${set ? `UPDATE SET ${set}` : 'NOTHING'}`;
      }
      texts.set(name, text);
    }
    await tx.executeQuery(CompiledQuery.raw(text, chunk.flat()));
  }
}

/** Calls `ask` with slices of a list short enough for one statement, and joins the results. */
export async function inSlices<I, O>(list: I[], ask: (slice: I[]) => Promise<O[]>, size = 500): Promise<O[]> {
  const answers: O[] = [];
  for (let start = 0; start < list.length; start += size) {
    answers.push(...(await ask(list.slice(start, start + size))));
  }
  return answers;
}
