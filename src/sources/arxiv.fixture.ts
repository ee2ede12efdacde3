/** For tests: a local arXiv, and running a part of the source against it, into a real database. */
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Day, PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { answer, type Batch, type World } from './arxiv-answers.fixture.ts';
import { politeClient } from './client.ts';
import { type Loopback, loopback } from './loopback.ts';
import type { FetchContext, Item, Outcome, Part } from './source.ts';

export { atom, feedEntry, ids } from './arxiv-answers.fixture.ts';

export interface Ran {
  records: PaperRecord[];
  rejected: string[];
  gone: string[];
  outcome: Outcome;
  /** Paths requested in this run. */
  asked: string[];
  remarks: string[];
}

/** A world, its server, a database, and the cursor that runs pass on. */
export class Arxiv {
  readonly world: World;
  cursor: unknown = null;
  readonly store: Store;
  readonly #server: Loopback;
  readonly #database: TestDatabase;

  private constructor(world: World, server: Loopback, database: TestDatabase, store: Store) {
    this.world = world;
    this.#server = server;
    this.#database = database;
    this.store = store;
  }

  static async open(): Promise<Arxiv> {
    const database = await freshDatabase('SQLite');
    const store = await database.open();
    let opened: Arxiv | undefined;
    const server: Loopback = await loopback((path, response, count) =>
      answer(opened!.world, path, response, server.requests[count - 1]!.headers),
    );
    const world: World = {
      days: {},
      listed: null,
      recent: null,
      pageSize: 2000,
      feed: null,
      api: new Set(),
      oai: new Map(),
      oaiPage: 1000,
    };
    opened = new Arxiv(world, server, database, store);
    return opened;
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.store.close();
    await this.#database.remove();
  }

  /** Every path requested so far. */
  asked(): string[] {
    return this.#server.requests.map(({ path }) => path);
  }

  config(more: Record<string, string> = {}) {
    const { url } = this.#server;
    return readConfig({
      ARXIV_API_URL: `${url}/api`,
      ARXIV_OAI_URL: `${url}/oai`,
      ARXIV_FEED_URL: `${url}/atom`,
      ARXIV_LIST_URL: `${url}/list`,
      SYNC_CATEGORIES: 'cs.CL',
      ...more,
    });
  }

  /** Announces a batch on a day, in every interface but the API and the harvest. */
  announce(day: Day, batch: Batch): void {
    this.world.days[day] = batch;
    this.world.listed = day;
    this.world.recent = [day, ...(this.world.recent ?? [])].slice(0, 5);
    this.world.feed = { batch: { ...batch }, published: day };
  }

  /**
   * Runs a part at a time (ISO), stores what it yields as it comes, and keeps its checkpoints.
   *
   * @param more of the context
   */
  async run(part: Part, at: string, more: Partial<FetchContext> = {}): Promise<Ran> {
    const before = this.#server.requests.length;
    const ran: Omit<Ran, 'outcome'> = { records: [], rejected: [], gone: [], asked: [], remarks: [] };
    const items = part.fetch({
      config: this.config(),
      client: politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 0 }),
      store: this.store,
      cursor: this.cursor,
      standing: { last: null, lastGood: null, failures: 0 },
      now: () => Date.parse(at),
      signal: new AbortController().signal,
      log: (message) => void ran.remarks.push(message),
      progress: () => {},
      ...more,
    });
    let batch: PaperRecord[] = [];
    const flush = async (): Promise<void> => {
      await takeIn(this.store, batch, new Set());
      batch = [];
    };
    const one = async (item: Item): Promise<void> => {
      if ('checkpoint' in item) {
        await flush();
        this.cursor = JSON.parse(JSON.stringify(item.checkpoint));
      } else if ('gone' in item) ran.gone.push(item.gone.value);
      else if (!item.ok) ran.rejected.push(item.reason);
      else {
        batch.push(item.record);
        ran.records.push(item.record);
      }
    };
    for (;;) {
      const next = await items.next();
      if (!next.done) await one(next.value);
      else {
        await flush();
        const asked = this.#server.requests.slice(before).map(({ path }) => path);
        return { ...ran, outcome: next.value, asked };
      }
    }
  }

  /** The days papers are known to have been announced on: how many on each. '' for those without a day. */
  async days(): Promise<Record<Day, number>> {
    const rows = await this.store.read
      .selectFrom('papers')
      .select((e) => ['announced', e.fn.countAll<number>().as('count')])
      .groupBy('announced')
      .orderBy('announced')
      .execute();
    return Object.fromEntries(rows.map(({ announced, count }) => [announced, Number(count)]));
  }

  /** The day a paper is known to have been announced on. */
  async dayOf(id: string): Promise<Day | undefined> {
    const row = await this.store.read
      .selectFrom('papers')
      .select('announced')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.announced;
  }
}
