/**
 * A running site: the one place where everything is started and stopped. Used by the command `serve` and,
 * unchanged, by the tests. One process does everything, or its duties are divided: web nodes show pages, workers do the
 * work behind them, and the database is all they share.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mountMachines } from './api/machines.ts';
import { apiQueryNames, mountApi } from './api/mount.ts';
import { watchedOf } from './backups/watched.ts';
import { openCollection } from './collection.ts';
import { readersAtOnce } from './community/at-once.ts';
import { discussionsIn } from './community/discussions.ts';
import { organisationsIn } from './community/organisations.ts';
import { peopleIn } from './community/people.ts';
import { personalIn } from './community/personal/personal.ts';
import { signInMail } from './community/sign-in-mail.ts';
import { MAILED } from './community/sign-ins.ts';
import { TELLING, tellOwnerBy } from './community/ways-mail.ts';
import { type Config, readConfig, SETTINGS, type SettingName } from './config.ts';
import { eventsIn } from './digest/bounces.ts';
import { channelDesk } from './digest/channel-desk.ts';
import { digestDesk } from './digest/desk.ts';
import { issuesIn } from './digest/issues.ts';
import { subscribersIn } from './digest/subscribers.ts';
import { readPapers } from './formats/read.ts';
import { toBibtex, toCsl, toRis } from './formats/write.ts';
import { Tries } from './http/admit.ts';
import { createWeb, openWeb } from './http/app.ts';
import type { SetupDesk, WebContext } from './http/context.ts';
import { RequestLimit } from './http/limit.ts';
import { type WebServer, webServer } from './http/server.ts';
import type { Identity } from './identity/identity.ts';
import { passkeysIn } from './identity/passkeys.ts';
import { passwordsIn } from './identity/passwords.ts';
import { ORCID, providersOf } from './identity/providers.ts';
import { Service } from './identity/service.ts';
import { servicesIn } from './identity/services.ts';
import type { Log } from './log.ts';
import { mailDesk } from './mail/desk.ts';
import { mailHost, senderOf } from './mail/mailer.ts';
import { queueMail } from './mail/outbox.ts';
import { Renderer } from './markdown/renderer.ts';
import { namesIn } from './markdown/text.ts';
import { outgoing } from './net/outgoing.ts';
import { PrivateHosts } from './net/reach.ts';
import { authorshipIn, claimByOrcid, hasPapers, isAuthor } from './papers/authorship.ts';
import type { Catalogue } from './papers/catalogue.ts';
import { liveTotalsAtOnce } from './papers/counting.ts';
import { setRules } from './papers/editions/rules.ts';
import { runImport } from './papers/intake/importer.ts';
import { archiveOf } from './papers/lists/archive.ts';
import { harvestOf } from './papers/lists/harvest.ts';
import { moderationIn } from './papers/moderation.ts';
import { followTopics } from './papers/topics.ts';
import { TABLE } from './routes.ts';
import { checkSettings, type Origins, settingsFile, writeSettings } from './settings.ts';
import { controlsOf, deskOf } from './sources/desk.ts';
import { sharedGate } from './sources/gate.ts';
import { askFor } from './sources/status.ts';
import { submissionDesk } from './sources/submission-desk.ts';
import { SUMMARIES } from './sources/summaries.ts';
import { watchUnderWay } from './sources/under-way.ts';
import { attemptsIn, sharedIn } from './store/attempts.ts';
import { getMeta, META, setMeta } from './store/meta.ts';
import { MIGRATIONS } from './store/migrations.ts';
import { answers, openStore, type Store } from './store/open.ts';
import { summaryDesk } from './summaries/desk.ts';
import { keptFormulas } from './typesetting/kept.ts';
import { version } from './version.ts';
import { openPictures } from './web/open-pictures.ts';
import { errorPage } from './web/pages/error.tsx';
import { readerSlots } from './web/parts/reader-slots.tsx';
import { slotsAtOnce } from './web/parts/slots-at-once.ts';
import { clientFor } from './worker/fetching.ts';
import { lendIndexFiles } from './worker/index-lending.ts';
import { logMessages } from './worker/log-messages.ts';
import { startWorkerNode } from './worker/node.ts';
import { checkNotLost } from './worker/site-index.ts';
import { type RunningWorker, startWorker } from './worker/start.ts';

/** The part of a site's work that a process does. */
export type Duties = 'both' | 'web' | 'worker';

export interface RunningNode {
  /** Where it listens. */
  url: string;
  store: Store;
  /** Resolves with the reason if it cannot go on. */
  broken: Promise<Error>;
  /** Resolves when it has answered its last request and everything is closed. */
  stop(): Promise<void>;
}

export interface RunningSite extends RunningNode {
  library: Catalogue;
}

export interface SiteOptions {
  config: Config;
  log: Log;
  /** The environment the worker thread reads its settings from; the same that `config` was read from. */
  env?: Record<string, string | undefined>;
  /** The collection that an empty database is filled with; null leaves it empty. */
  starter?: string | null;
  assetsDir?: string;
  /** Where each setting is from; absent: nothing can be set in the browser. */
  origins?: Origins;
  /** Starts the site again with the settings as they are then. */
  restart?: () => void;
}

/** How often the search index is checked for what the worker has committed, ms. */
const REFRESH = 100;
/** After this long the site reports itself ready even if the index is still being built. */
const INDEX_PATIENCE = 60_000;

/** Never aborted: pages are shown whatever happens behind them. */
const UNBROKEN = new Promise<never>(() => {});

/** A worker without pages. */
export async function startWorkerAlone(options: SiteOptions): Promise<RunningNode> {
  const { config, log, env } = options;
  const store = await openPrepared(options, 'worker');
  const node = await startWorkerNode(store, config, log, env).catch(closingStore(store));
  return {
    url: urlOf(config, node.server),
    store,
    broken: node.broken,
    async stop() {
      await node.stop();
      await store.close();
    },
  };
}

/** A site with its pages. @param duties `web`: everything else is left to workers, wherever they run */
export async function startSite(
  options: SiteOptions,
  duties: Exclude<Duties, 'worker'> = 'both',
): Promise<RunningSite> {
  const { config, log } = options;
  const store = await openPrepared(options, duties);
  const warn = (says: string): void => log.warn(says);
  const collection = await openCollection(config, { warn, store, refresh: REFRESH });
  const { index, library } = collection;
  const closing = async (error: unknown): Promise<never> => {
    await collection.close();
    throw error;
  };
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const progress = await watchUnderWay(store).catch(closing);
  collection.closeBefore(() => progress.stop());
  const topics = await followTopics({ store, index, progress: () => progress.changes() }).catch(closing);
  collection.closeBefore(() => topics.stop());
  const started = Date.now();
  const behind = await store.seq().catch(closing);
  let stopping = false;
  let worker: RunningWorker | undefined;

  const ready = async () => {
    const indexed = index.seq >= behind || Date.now() - started > INDEX_PATIENCE;
    if (!(await answers(store))) return { ok: false, detail: { database: 'is not responding' } };
    return { ok: indexed && !stopping, detail: { papers: index.documents, indexed: index.seq, version } };
  };
  const shared = sharedIn(store, Date.now);
  const limit = config.API_RATE_LIMIT > 0 ? new RequestLimit(config.API_RATE_LIMIT, shared) : null;
  const people = peopleIn({
    store,
    signUp: config.SIGN_UP,
    // The address in a request is whatever its sender says: a link with it could lead anywhere.
    ...(config.SMTP_URL !== null &&
      config.PUBLIC_URL !== null && {
        mail: (email: string, path: string) =>
          queueMail(
            store.write,
            signInMail(email, config.PUBLIC_URL + path, config.SITE_NAME),
            mailHost(config),
            Date.now(),
            Date.now() + MAILED,
          ),
      }),
    now: Date.now,
  });
  const services = providersOf(config, warn).map(
    (provider) =>
      new Service(
        provider,
        `${config.PUBLIC_URL}/sign-in/with/${provider.key}`,
        outgoing({
          privateHosts: new PrivateHosts(config.PRIVATE_HOSTS),
        }),
      ),
  );
  const tell =
    config.SMTP_URL === null || config.PUBLIC_URL === null
      ? undefined
      : tellOwnerBy({
          site: config.SITE_NAME,
          base: config.PUBLIC_URL,
          queue: (tx, mail, now) => queueMail(tx, mail, mailHost(config), now, now + TELLING),
        });
  const identity: Identity = {
    passwords: config.PASSWORDS
      ? passwordsIn(store, { siteName: config.SITE_NAME, ...(tell && { tell }), now: Date.now })
      : null,
    passkeys: passkeysIn(store, {
      publicUrl: config.PUBLIC_URL,
      siteName: config.SITE_NAME,
      ...(tell && { tell }),
      now: Date.now,
    }),
    services: servicesIn(store, services, {
      mayJoin: config.SIGN_UP === 'open',
      // An ORCID proves which of the papers that name it are its owner's.
      entered: async (account, { issuer, subject }) => {
        if (issuer === ORCID) await claimByOrcid(store, { account, orcid: subject, at: Date.now() });
      },
      ...(tell && { tell }),
      now: Date.now,
    }),
  };
  const renderer = new Renderer();
  const discussions = discussionsIn({
    store,
    render: (text, known) => renderer.render(text, known),
    namesIn,
    reviewsFirst: config.FIRST_POST_REVIEW,
    now: Date.now,
  });
  const submissions = submissionDesk({
    store,
    config,
    // Somebody is waiting: one more attempt, and soon.
    client: clientFor(config, sharedGate(store), undefined, {
      retries: 1,
      backoffMs: 300,
      patienceMs: 15_000,
    }),
    turn,
    isAuthor: (db, account, paper) =>
      paper === undefined ? hasPapers(db, account) : isAuthor(db, account, paper),
    now: Date.now,
  });
  const personal = personalIn(store, Date.now);
  const subscribers = subscribersIn({ store, config, now: Date.now });
  const { atOnce } = store;
  const summaries = summaryDesk(store, config, { wake: () => askFor(store, SUMMARIES), now: Date.now });
  const web: WebContext = {
    library,
    topics,
    people,
    identity,
    discussions,
    submissions,
    organisations: organisationsIn(store),
    authorship: authorshipIn(store),
    ...(summaries && { summaries }),
    moderation: moderationIn(store, Date.now),
    personal,
    fillSlots: readerSlots(people, library, discussions, personal, subscribers),
    ...(atOnce && {
      atOnce: slotsAtOnce({
        readers: readersAtOnce(atOnce, Date.now),
        totals: (papers) => liveTotalsAtOnce(atOnce, papers),
        topics,
      }),
    }),
    subscribers,
    sources: deskOf(store, config),
    digest: digestDesk(store, config, Date.now),
    watched: watchedOf(store, config),
    mail: mailDesk(store, config, Date.now),
    ...setupDesk(options, store),
    mailEvents: eventsIn(store, config, outgoing({ privateHosts: new PrivateHosts(config.PRIVATE_HOSTS) })),
    operator: {
      password: config.ADMIN_PASSWORD,
      controls: controlsOf(store, config),
      tries: new Tries(),
      shared,
      isSecure: config.PUBLIC_URL?.startsWith('https:') === true,
    },
    proxies: config.TRUSTED_PROXIES,
    notice: (says) => log.info(says),
    heard: (what, more) => log.info(what, more),
    index: async () => ({ documents: index.documents, behind: Math.max(0, (await store.seq()) - index.seq) }),
    archive: archiveOf(store),
    issues: issuesIn(store),
    channels: channelDesk(store, config),
    formulas: keptFormulas(store, (formulas) => worker?.set(formulas)),
    site: {
      name: config.SITE_NAME,
      publicUrl: config.PUBLIC_URL,
      hub: config.PUBLIC_URL && config.WEBSUB_HUB,
      cdn: config.CDN,
      ...turn,
      version,
    },
    cite: { bibtex: toBibtex, ris: toRis, csl: toCsl },
    ready,
    indexFile: lendIndexFiles(store, config.DATA_DIR),
    ...(store.presence && { awaySince: store.presence.awaySince }),
    routes: TABLE,
    openPictures,
    apiQueryNames,
    errorPage,
    progress: () => progress.shown(),
    attempts: attemptsIn(store, Date.now),
    now: Date.now,
    ...(limit ? { allow: (address: string) => limit.take(address, Date.now()) } : {}),
    log: (record) => log.error('a page failed', record),
    ...(options.assetsDir ? { assetsDir: options.assetsDir } : {}),
  };
  const { server, close } = await listen(config, web, store).catch(closing);
  const url = urlOf(config, server);
  await setMeta(store.write, META.listening, url).catch(closing);
  worker = startWorker(duties === 'both' ? 'all' : 'web', logMessages(log), options.env);

  return {
    url,
    store,
    library,
    broken: UNBROKEN,
    async stop() {
      stopping = true;
      // Requests in progress may still use the model and the index.
      await Promise.all([close(), worker?.stop()]);
      await renderer.close();
      await collection.close();
    },
  };
}

/** Opens the database and brings it into line with the settings. */
async function openPrepared(options: SiteOptions, duties: Duties): Promise<Store> {
  const { config, log } = options;
  const store = await openStore(config, { watch: true });
  // A new database is nothing to list; in one that is upgraded, each step is worth knowing.
  if (store.applied.length === MIGRATIONS.length) log.info('Database created.');
  else {
    if (store.saved !== null) log.info(`Before it was upgraded, the database was saved as ${store.saved}.`);
    for (const migration of store.applied) log.info(`Database prepared: ${migration.says}.`);
  }
  const prepare = async (): Promise<void> => {
    if (options.starter) await checkNotLost(store, config.DATA_DIR);
    // Which papers there are, and by which rules, is the workers' business.
    if (duties === 'web') return;
    await setRules(store, config);
    await fillEmpty(store, options);
  };
  await prepare().catch(closingStore(store));
  return store;
}

/** Closes the database after a failed start. */
const closingStore =
  (store: Store) =>
  async (error: unknown): Promise<never> => {
    await store.close();
    throw error;
  };

/** Settings in the browser, where it is known what sets them and the site can start again. */
function setupDesk({ config, env = {}, origins, restart }: SiteOptions, store: Store): { setup?: SetupDesk } {
  if (origins === undefined || restart === undefined) return {};
  const file = settingsFile(config.DATA_DIR);
  const at = (name: string): SettingName => {
    if (!Object.hasOwn(SETTINGS, name)) throw new Error(`there is no setting ${name}`);
    return name as SettingName;
  };
  const textOf = (name: SettingName): string => env[name]?.trim() || SETTINGS[name].default;
  const setup: SetupDesk = {
    file,
    value: (name) => (SETTINGS[at(name)].secret ? '' : textOf(at(name))),
    isSet: (name) => textOf(at(name)) !== '',
    fixedBy(name) {
      const origin = origins[at(name)];
      if (origin === 'default' || origin === file) return null;
      return origin === 'environment' ? 'the environment' : origin;
    },
    check: checkSettings,
    save: (values) => writeSettings(config.DATA_DIR, values),
    tryMail: (values, to) => mailDesk(store, readConfig({ ...env, ...values }), Date.now).test(to),
    restart,
  };
  return { setup };
}

/** An empty database gets the starter collection, so that the first page is worth looking at. */
async function fillEmpty(store: Store, { starter, log }: SiteOptions): Promise<void> {
  if (!starter) return;
  const some = await store.read.selectFrom('papers').select('pk').limit(1).executeTakeFirst();
  if (some || (await getMeta(store.read, META.starter)) !== undefined) return;
  const report = await runImport(store, readPapers(starter, { source: 'starter' }), {
    rejected: ({ where, reason }) => log.warn(`starter collection: ${where}: ${reason}`),
  });
  await setMeta(store.write, META.starter, new Date().toISOString());
  log.info(`Starter collection: ${report.imported} papers.`);
}

async function listen(config: Config, context: WebContext, store: Store): Promise<WebServer> {
  const web = openWeb(context);
  const app = createWeb(web);
  mountApi(app, web);
  mountMachines(app, web, {
    harvest: harvestOf({ read: store.read, view: store.longRead }),
    adminEmail: senderOf(config),
  });
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

const urlOf = ({ HOST }: Config, server: Server): string =>
  `http://${hostOf(HOST)}:${(server.address() as AddressInfo).port}`;

/** An address for people: a wildcard is shown as localhost, IPv6 in brackets. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
