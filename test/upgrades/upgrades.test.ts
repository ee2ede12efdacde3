/**
 * Databases of every released version, opened by this one. `MAKE_FIXTURES=1 npm test -- test/upgrades` makes those of the
 * version in package.json, before it is released; those of released versions stay as they are.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startSite } from '../../src/site.ts';
import { databaseFile } from '../../src/store/open.ts';
import { version } from '../../src/version.ts';
import { bareDatabase, freshDatabase, type Kind, type TestDatabase } from '../databases.ts';
import { type Contents, countOf, fill } from './fill.ts';

const FOLDER = import.meta.dirname;
const contentsOf = (name: string): Contents => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
const file = (name: string, kind: Kind): string =>
  join(FOLDER, `${name}.${kind === 'SQLite' ? 'db' : 'sql'}.gz`);
const kinds: Kind[] = process.env.TEST_DATABASE_URL ? ['SQLite', 'PostgreSQL'] : ['SQLite'];

if (process.env.MAKE_FIXTURES)
  describe('fixtures of this version', () => {
    it.each(kinds)('are made of %s', async (kind) => {
      const database = await freshDatabase(kind);
      const store = await database.open();
      const contents = await fill(store);
      if (kind === 'SQLite') {
        const copy = join(database.env.DATA_DIR, 'copy.db');
        await sql`VACUUM INTO ${copy}`.execute(store.write);
        writeFileSync(file(version, kind), gzipSync(readFileSync(copy), { level: 9 }));
        writeFileSync(join(FOLDER, `${version}.json`), `${JSON.stringify(contents, null, 2)}\n`);
      } else {
        const [dump] = globSync('/usr/lib/postgresql/*/bin/pg_dump');
        const words = ['--inserts', '--no-owner', '--no-privileges', '--dbname', database.env.DATABASE_URL];
        const text = execFileSync(dump!, words, { encoding: 'utf8', maxBuffer: 100_000_000 });
        // What only psql understands.
        writeFileSync(file(version, kind), gzipSync(text.replace(/^\\.*\n/gm, ''), { level: 9 }));
      }
      await store.close();
      await database.remove();
    });
  });

/** A database as that version left it. */
async function left(name: string, kind: Kind): Promise<TestDatabase> {
  const database = await bareDatabase(kind);
  const bytes = gunzipSync(readFileSync(file(name, kind)));
  if (kind === 'SQLite') writeFileSync(databaseFile(database.env.DATA_DIR), bytes);
  else {
    const client = new pg.Client({ connectionString: database.env.DATABASE_URL });
    await client.connect();
    await client.query(bytes.toString());
    await client.end();
  }
  return database;
}

const versions = globSync('*.json', { cwd: FOLDER }).map((name) => name.replace(/\.json$/, ''));

it('every version has its databases', () => {
  expect(versions).toContain('0.1.0');
  for (const name of versions)
    for (const kind of ['SQLite', 'PostgreSQL'] as const)
      expect(existsSync(file(name, kind)), file(name, kind)).toBe(true);
});

describe.each(kinds)('on %s', (kind) => {
  it.each(versions)('a database of version %s opens in this one, and nothing is missing', async (name) => {
    const contents = contentsOf(name);
    const database = await left(name, kind);
    // Before anything works on it.
    const store = await database.open();
    const rows: Record<string, number> = {};
    for (const table of Object.keys(contents.rows)) rows[table] = await countOf(store, table);
    await store.close();
    expect(rows).toEqual(contents.rows);
    const site = await startSite({
      config: readConfig({ ...database.env, PORT: '0', OFFLINE: '1', EDITION_TIMEZONE: 'UTC' }),
      env: { ...database.env, OFFLINE: '1', EDITION_TIMEZONE: 'UTC' },
      log: createLog('error', false, () => {}),
    });
    try {
      const page = async (path: string): Promise<string> => {
        const response = await fetch(site.url + path);
        expect([path, response.status]).toEqual([path, 200]);
        return response.text();
      };
      expect(await page('/')).toContain(contents.title);
      expect(await page(`/papers/date/${contents.day}`)).toContain(contents.title);
      const paper = await page(`/papers/${contents.paper}`);
      expect(paper).toContain(contents.title);
      expect(paper).toContain(contents.comment);
      expect(await page('/digests')).toContain(contents.issue);
      expect(await page(`/digests/${contents.issue}`)).toContain(contents.title);
      const found = async () =>
        (await page(`/search?q=${encodeURIComponent(contents.title)}`)).includes(contents.paper);
      await expect.poll(found, { timeout: 60_000 }).toBe(true);
    } finally {
      await site.stop();
      await database.remove();
    }
  });
});
