/** Databases of a PostgreSQL server, created and dropped. */
import pg from 'pg';

/**
 * Creates a database on the server at `base`, a copy of `template` if one is named; nobody may be connected to that.
 * Returns its address.
 */
export async function createDatabase(base: string, name: string, template?: string): Promise<string> {
  await statement(base, `CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ''}`);
  const address = new URL(base);
  address.pathname = `/${name}`;
  return address.href;
}

/** Drops a database, no matter who is connected to it. */
export const dropDatabase = (base: string, name: string): Promise<void> =>
  statement(base, `DROP DATABASE ${name} WITH (FORCE)`);

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
