/** Numbers that the database keeps by name: those of the last changes, and the last key of a paper. */
import type { Db } from './schema.ts';

/** Several of them as of one moment; 0 for one that has not been used yet. */
export async function counters<Name extends string>(
  db: Db,
  ...names: readonly Name[]
): Promise<Record<Name, number>> {
  const rows = await db.selectFrom('counters').selectAll().where('name', 'in', names).execute();
  const found = new Map(rows.map(({ name, value }) => [name, Number(value)]));
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? 0])) as Record<Name, number>;
}

/** One of them; 0 if it has not been used yet. */
export const counter = async (db: Db, name: string): Promise<number> => (await counters(db, name))[name]!;
