/** The sites that the browser tests visit: the real program on a fresh folder, with its worker and its index. */
import '../connections.ts';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readPapers } from '../../src/formats/read.ts';
import type { Log } from '../../src/log.ts';
import { runImport } from '../../src/papers/intake/importer.ts';
import { type RunningSite, startSite } from '../../src/site.ts';
import { areFormulasSet } from '../../src/typesetting/following.ts';
import { freshDatabase, type Kind } from '../databases.ts';
import { CLOSED, COLLECTION, LATE } from './collection.ts';
import { fillLedger } from './ledger.ts';

export interface Site {
  url: string;
  store: RunningSite['store'];
  close(): Promise<void>;
}

/** The login for `/admin`, for `httpCredentials` of a browser. */
export const OPERATOR = { username: 'anybody', password: 'an invented password' };

/**
 * The databases on which people are watched: on the first everything, on the other the main story, with scripts.
 * `E2E_DATABASE=PostgreSQL` makes that the first. Without a server there is only SQLite.
 */
export const DATABASES: { kind: Kind; isFirst: boolean }[] = (
  process.env.E2E_DATABASE === 'PostgreSQL' ? ['PostgreSQL', 'SQLite'] : ['SQLite', 'PostgreSQL']
)
  .filter((kind): kind is Kind => kind === 'SQLite' || Boolean(process.env.TEST_DATABASE_URL))
  .map((kind, i) => ({ kind, isFirst: i === 0 }));

/** For tests that run on one database only, in place of `it` on the other. */
export const nowhere = Object.assign(() => {}, { each: () => () => {} }) as unknown as typeof it;

export const ASSETS = 'dist/assets';
const STARTER = 'starter/papers.jsonl';
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Starts a site on a free port and waits until everything in it can be found.
 *
 * @param holds `starter`: the starter collection; `all`: the invented one as well; `nothing`: no paper
 * @param more further settings
 * @param kind of its database
 */
export async function openSite(
  holds: 'nothing' | 'starter' | 'all',
  more: Record<string, string> = {},
  kind: Kind = 'SQLite',
): Promise<Site> {
  if (!existsSync(join(ASSETS, 'manifest.json')))
    throw new Error(`No assets in ${ASSETS}: run the tests with npm test, which builds them.`);
  const database = await freshDatabase(kind);
  const folder = database.env.DATA_DIR;
  const env = {
    ...database.env,
    PORT: '0',
    OFFLINE: '1',
    LOG_LEVEL: 'error',
    ADMIN_PASSWORD: OPERATOR.password,
    ...more,
  };
  const site = await startSite({
    config: readConfig(env),
    env,
    log: silent,
    starter: holds === 'nothing' ? null : STARTER,
    assetsDir: ASSETS,
  });
  if (holds === 'all') {
    await take(site, folder, COLLECTION);
    await site.store.change(async ({ tx }) => {
      await tx.insertInto('closed_editions').values({ day: CLOSED, closed_at: Date.now() }).execute();
    });
    await take(site, folder, LATE);
    await fillLedger(site.store, readConfig(env));
  }
  await ready(site);
  return {
    url: site.url,
    store: site.store,
    async close() {
      await site.stop();
      await database.remove();
    },
  };
}

async function take(site: RunningSite, folder: string, lines: object[]): Promise<void> {
  const file = join(folder, 'papers.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const report = await runImport(site.store, readPapers(file), {
    rejected: ({ where, reason }) => {
      throw new Error(`${where}: ${reason}`);
    },
  });
  if (report.imported !== lines.length)
    throw new Error(`Of ${lines.length} papers ${report.imported} came in.`);
}

/** Waits until the site is ready, and index and formulas have caught up with the last change. */
async function ready(site: RunningSite): Promise<void> {
  const last = await site.store.seq();
  for (;;) {
    const answer = await fetch(`${site.url}/healthz`);
    const { indexed } = (await answer.json()) as { indexed: number };
    if (answer.status === 200 && indexed >= last && (await areFormulasSet(site.store))) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
