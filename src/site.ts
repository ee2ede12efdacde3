/**
 * A running site: the one place where everything is started and stopped. Used by the command `serve` and,
 * unchanged, by the tests.
 */
import type { AddressInfo } from 'node:net';
import { mountMachines } from './api/machines.ts';
import { mountApi } from './api/mount.ts';
import type { Config } from './config.ts';
import { senderOf } from './digest/mailer.ts';
import { subscriptionsIn } from './digest/subscriptions.ts';
import { readPapers } from './formats/read.ts';
import { toBibtex, toCsl, toRis } from './formats/write.ts';
import { createWeb } from './http/app.ts';
import type { WebContext } from './http/context.ts';
import { RequestLimit } from './http/limit.ts';
import { type WebServer, webServer } from './http/server.ts';
import type { Log } from './log.ts';
import { archiveOf } from './papers/archive.ts';
import { Catalogue } from './papers/catalogue.ts';
import { harvestOf } from './papers/harvest.ts';
import { runImport } from './papers/importer.ts';
import { queryVectors } from './papers/query-vectors.ts';
import { setRules } from './papers/rules.ts';
import { TABLE } from './routes.ts';
import { openEmbedder } from './search/meaning/provider.ts';
import { controlsOf, deskOf } from './sources/desk.ts';
import { openStore, type Store } from './store/open.ts';
import { keptFormulas } from './typesetting/kept.ts';
import { version } from './version.ts';
import { errorPage } from './web/pages/error.tsx';
import { checkNotLost, openSiteIndex } from './worker/site-index.ts';
import { type RunningWorker, startWorker } from './worker/start.ts';
import type { WorkerMessage } from './worker/thread.ts';

export interface RunningSite {
  /** Where it listens. */
  url: string;
  store: Store;
  library: Catalogue;
  /** Resolves when it has answered its last request and everything is closed. */
  stop(): Promise<void>;
}

export interface SiteOptions {
  config: Config;
  log: Log;
  /** What the worker thread reads its settings from; the same that `config` was read from. */
  env?: Record<string, string | undefined>;
  /** The collection an empty database is filled with; null leaves it empty. */
  starter?: string | null;
  assetsDir?: string;
}

/** How long the database may take to say that it is there, ms. */
const DATABASE_PATIENCE = 3000;
/** How often the search index is looked at for what the worker has committed, ms. */
const REFRESH = 100;
/** After this long the site says it is ready though the index is still being built. */
const INDEX_PATIENCE = 60_000;

export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const { config, log } = options;
  const store = await openStore(config);
  for (const migration of store.applied) log.info(`Database prepared: ${migration.says}.`);
  await setRules(store, config);
  await fillEmpty(store, options).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });

  const warn = (says: string): void => log.warn(says);
  const index = openSiteIndex(config.DATA_DIR, warn);
  const meaning = config.EMBEDDINGS
    ? queryVectors(
        () => openEmbedder(config),
        () => index.model,
        warn,
      )
    : null;
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const library = new Catalogue({
    store,
    index,
    turn,
    now: Date.now,
    ...(meaning ? { embed: meaning.embed } : {}),
  });
  const progress = new ProgressBoard(log);
  const started = Date.now();
  const behind = await store.seq();
  let stopping = false;
  let worker: RunningWorker | undefined;

  const ready = async () => {
    const indexed = index.seq >= behind || Date.now() - started > INDEX_PATIENCE;
    const answers = await Promise.race([store.seq().then(() => true), after(DATABASE_PATIENCE)]).catch(
      () => false,
    );
    if (!answers) return { ok: false, detail: { database: 'is not responding' } };
    return { ok: indexed && !stopping, detail: { papers: index.documents, indexed: index.seq, version } };
  };
  const limit = config.API_RATE_LIMIT > 0 ? new RequestLimit(config.API_RATE_LIMIT) : null;
  const web: WebContext = {
    library: withStamp(library, progress),
    subscriptions: subscriptionsIn(store),
    sources: deskOf(store, config),
    ...(config.ADMIN_PASSWORD !== null && {
      operator: {
        password: config.ADMIN_PASSWORD,
        controls: controlsOf(store, config),
        isSecure: config.PUBLIC_URL?.startsWith('https:') === true,
      },
    }),
    proxies: config.TRUSTED_PROXIES,
    notice: (says) => log.info(says),
    index: async () => ({ documents: index.documents, behind: Math.max(0, (await store.seq()) - index.seq) }),
    archive: archiveOf(store),
    formulas: keptFormulas(store, (formulas) => worker?.set(formulas)),
    site: {
      name: config.SITE_NAME,
      publicUrl: config.PUBLIC_URL,
      hub: config.PUBLIC_URL && config.WEBSUB_HUB,
      ...turn,
      version,
    },
    cite: { bibtex: toBibtex, ris: toRis, csl: toCsl },
    ready,
    routes: TABLE,
    errorPage,
    progress: () => progress.shown(),
    now: Date.now,
    ...(limit ? { allow: (address: string) => limit.take(address, Date.now()) } : {}),
    log: (record) => log.error('a page failed', record),
    ...(options.assetsDir ? { assetsDir: options.assetsDir } : {}),
    ...(store.seqNow ? { versionNow: () => `${library.versionNow()}.${progress.stamp}` } : {}),
  };
  const { server, close } = await listen(config, web, store).catch(async (error: unknown) => {
    index.close();
    await Promise.all([meaning?.close(), store.close()]);
    throw error;
  });
  worker = startWorker('all', (message) => hear(message, progress, log), options.env);
  const refresh = setInterval(() => index.refresh(), REFRESH);
  refresh.unref();

  return {
    url: `http://${hostOf(config.HOST)}:${(server.address() as AddressInfo).port}`,
    store,
    library,
    async stop() {
      stopping = true;
      clearInterval(refresh);
      // Answers under way may still ask the model and the index.
      await Promise.all([close(), worker?.stop()]);
      await meaning?.close();
      index.close();
      await store.close();
    },
  };
}

const after = (ms: number): Promise<false> =>
  new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());

/**
 * An empty database gets the starter collection, so that the first page is worth looking at.
 *
 * @throws Error where the database has lost its papers: the index was made of some, and it has none
 */
async function fillEmpty(store: Store, { config, starter, log }: SiteOptions): Promise<void> {
  if (!starter) return;
  await checkNotLost(store, config.DATA_DIR);
  const some = await store.read.selectFrom('papers').select('pk').limit(1).executeTakeFirst();
  const filled = await store.read
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'starter')
    .executeTakeFirst();
  if (some || filled) return;
  const report = await runImport(store, readPapers(starter, { source: 'starter' }), {
    rejected: ({ where, reason }) => log.warn(`starter collection: ${where}: ${reason}`),
  });
  await store.write
    .insertInto('meta')
    .values({ key: 'starter', value: new Date().toISOString() })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  log.info(`Starter collection: ${report.imported} papers.`);
}

/** What goes on in the background, for pages and log. */
class ProgressBoard {
  /** Moves on at most once a second, so that pages showing progress are not made anew all the time. */
  stamp = 0;
  readonly #log: Log;
  readonly #under = new Map<string, { what: string; done: number; total: number | null }>();
  #moved = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  set(what: string, done: number, total: number | null): void {
    const isNew = !this.#under.has(what);
    this.#under.set(what, { what, done, total });
    if (isNew) this.#log.info(`${what}: fetching in the background …`);
    this.#move(isNew);
  }

  clear(what: string): void {
    if (this.#under.delete(what)) this.#move(true);
  }

  shown() {
    return [...this.#under.values()];
  }

  #move(now: boolean): void {
    if (!now && Date.now() - this.#moved < 1000) return;
    this.#moved = Date.now();
    this.stamp++;
  }
}

/** The library as pages see it: its version also moves when the progress they show does. */
function withStamp(library: Catalogue, progress: ProgressBoard): Catalogue {
  return new Proxy(library, {
    get(target, name) {
      if (name === 'version') return async () => `${await target.version()}.${progress.stamp}`;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const said = new Set<string>();

function hear(message: WorkerMessage, progress: ProgressBoard, log: Log): void {
  if (message.type === 'sync') progress.set(message.what, message.done, message.total);
  if (message.type === 'sync-done') {
    progress.clear(message.what);
    // A part that stays out of reach is said once, not every hour; the ledger has each time.
    const isKnown = message.failed && said.has(message.key);
    log[isKnown || !message.isNews ? 'debug' : message.failed ? 'warn' : 'info'](message.says);
    if (message.failed) said.add(message.key);
    else said.delete(message.key);
  }
  if (message.type === 'indexed' && message.left > 0) {
    log.info(`Search index: ${message.done} papers written, ${message.left} left.`);
  }
  if (message.type === 'closed') log.info(`Edition closed: ${message.days.join(', ')}.`);
  if (message.type === 'error') log.error(`${message.what} failed and will be retried: ${message.message}`);
}

async function listen(config: Config, web: WebContext, store: Store): Promise<WebServer> {
  const app = createWeb(web);
  mountApi(app, web);
  mountMachines(app, web, { harvest: harvestOf(store), adminEmail: senderOf(config) });
  const made = webServer(web, app);
  await new Promise<void>((resolve, reject) => {
    made.server.once('error', reject);
    made.server.listen(config.PORT, config.HOST, () => {
      made.server.off('error', reject);
      resolve();
    });
  });
  return made;
}

/** An address for people: the wildcard is reached as localhost, IPv6 stands in brackets. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
