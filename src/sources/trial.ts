/** For tests: a source run as the site runs it, into a fresh database, against a server on this machine. */
import { freshDatabase, type Kind, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { rowToPaper } from '../papers/rows.ts';
import type { Paper } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { politeClient } from './client.ts';
import { endOf } from './ledger.ts';
import { type Handler, type Loopback, loopback } from './loopback.ts';
import { type Finished, runPart } from './runner.ts';
import type { Source } from './source.ts';
import { rejectedOf, runsOf } from './status.ts';

export interface Trial {
  store: Store;
  url: string;
  /** Paths requested since the last check. */
  asked(): string[];
  requests: Loopback['requests'];
  /**
   * Runs the part with these settings, an hour (or the given number) after the last run; returns its line in the
   * ledger.
   */
  run(source: Source, settings: Record<string, string>, hours?: number): Promise<string>;
  /** The last run. */
  finished(): Finished;
  papers(): Promise<Paper[]>;
  /** Reasons for rejected records. */
  reasons(): Promise<string[]>;
  cursor(): Promise<unknown>;
  close(): Promise<void>;
}

/** A database, a server that answers by `handle`, and a clock. */
export async function trial(handle: Handler, kind: Kind = 'SQLite'): Promise<Trial> {
  const database: TestDatabase = await freshDatabase(kind);
  const store = await database.open();
  const server = await loopback(handle);
  // One per run: a site that is blocked for a while is so by the system's clock.
  const client = () =>
    politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1 });
  let clock = Date.parse('2026-06-12T12:00:00Z');
  let looked = 0;
  let finished: Finished | undefined;
  return {
    store,
    url: server.url,
    requests: server.requests,
    asked() {
      const paths = server.requests.slice(looked).map((one) => decodeURIComponent(one.path));
      looked = server.requests.length;
      return paths;
    },
    async run(source, settings, hours = 1) {
      clock += hours * 3_600_000;
      const config = readConfig({ DATA_DIR: '/nowhere', ...settings });
      const [part, ...others] = source.parts(config);
      if (!part || others.length > 0) throw new Error(`${source.name} has ${others.length + 1} parts`);
      const now = clock;
      finished = await runPart(source, part, { store, config, client: client(), now: () => now });
      const [row] = await runsOf(store, { limit: 1 });
      return row ? endOf(row) : 'nothing';
    },
    finished() {
      if (!finished) throw new Error('nothing ran');
      return finished;
    },
    async papers() {
      const rows = await store.read.selectFrom('papers').selectAll().orderBy('pk').execute();
      return rows.map(rowToPaper);
    },
    async reasons() {
      return (await rejectedOf(store, { limit: 100 })).map((one) => one.reason).sort();
    },
    async cursor() {
      const row = await store.read.selectFrom('source_parts').select('cursor').executeTakeFirst();
      return row?.cursor ? JSON.parse(row.cursor) : null;
    },
    async close() {
      await server.close();
      await store.close();
      await database.remove();
    },
  };
}
