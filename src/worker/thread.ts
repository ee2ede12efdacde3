/**
 * The worker thread: everything done behind the pages, so that pages never wait for it. It has its own database
 * connection. Started by `serve` and, for indexing only, by commands that bring papers.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Backups } from '../backups/backups.ts';
import { followPapers } from '../community/papers.ts';
import { heldStrays } from '../community/personal/merging.ts';
import { noticeVersions } from '../community/personal/versions.ts';
import { lastReport, lookForRings } from '../community/rings.ts';
import { pruneSessions } from '../community/sessions.ts';
import { forgetNetworks } from '../community/weights.ts';
import { composing } from '../composing/compose.ts';
import { composeEditions } from '../composing/editions.ts';
import { readConfig } from '../config.ts';
import { askUnconfirmed } from '../digest/asking.ts';
import { whyOff } from '../digest/channel-desk.ts';
import { prunePosts } from '../digest/channel-posts.ts';
import { noDigest } from '../digest/controls.ts';
import { pruneSubscribers } from '../digest/forgetting.ts';
import { pruneIssues } from '../digest/issues.ts';
import { mailerOf } from '../mail/mailer.ts';
import { pruneBounces } from '../mail/suppressions.ts';
import { verpOf } from '../mail/verp.ts';
import { outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import { countGiven } from '../papers/counting.ts';
import { openDay } from '../papers/days.ts';
import { pruneOrders, turnEditions } from '../papers/editions/closing.ts';
import { decideAnew } from '../papers/editions/rules.ts';
import { NameCounter } from '../papers/known-names.ts';
import { ReadingFollower } from '../papers/readings.ts';
import { openEmbedder, type TextEmbedder } from '../search/meaning/provider.ts';
import { pruneAttempts } from '../store/attempts.ts';
import { DatabaseAway, isAway } from '../store/away.ts';
import { getMeta, META } from '../store/meta.ts';
import { openStore, type Store } from '../store/open.ts';
import { FormulaFollower } from '../typesetting/following.ts';
import { Setter } from '../typesetting/setter.ts';
import { Alerts } from './alerts.ts';
import { BounceDesk } from './bounces.ts';
import { channelPoster } from './channels.ts';
import { queueDigest, sendWaiting } from './digest.ts';
import { fetching, runnable } from './fetching.ts';
import { copyIndex } from './index-copy.ts';
import { IndexLease } from './index-lease.ts';
import { createIndexer, type Indexer, isByOutside } from './indexing.ts';
import { lentIndex } from './lent-index.ts';
import { sendMail } from './mailing.ts';
import type { WorkerCommand, WorkerData, WorkerMessage } from './messages.ts';
import { nodeKey } from './node-key.ts';
import { mailNotices } from './notice-mail.ts';
import { stepBack } from './priority.ts';
import { WebSub } from './websub.ts';

/** How often to look for changes (ms): cheap in one process, a query on a server. */
const LOOK = { sqlite: 100, postgres: 500 };
/** After a step of more than this many papers, let the next ones accumulate for this long (ms). */
const MANY = 400;
const GATHER = 900;
/** How often to look for formulas (ms), and after how many empty looks their thread may rest. */
const FORMULA_CHECK = { sqlite: 200, postgres: 1000 };
const RESTS_AFTER = 100;
/** How often to look for votes and comments that papers have not taken over (ms): totals are about a second late. */
const COUNT_CHECK = 850;
const TURN_CHECK = 15_000;
const DAY = 86_400_000;
/** How often to check whether there is something to report (ms). */
const ALERT_CHECK = 60_000;
/** How often to look for mail that waits (ms): somebody may be waiting for a sign-in link. */
const MAIL_CHECK = 2000;
/** How often to see whether it is time to read what has come back (ms). */
const BOUNCE_CHECK = 1000;
/** How often to look for subscribers whose mail is due (ms): they choose a minute. */
const DIGEST_CHECK = 10_000;
/** How old (ms) the report of accounts that vote alike may be, and how often to check: it is not made at every start. */
const RINGS_AGE = DAY / 4;
const RINGS_CHECK = DAY / 24;
/** How often to look for what readers are to be notified of (ms). */
const NOTICE_CHECK = 3000;
/** How often to look for posts to channels (ms): somebody may be trying one out. */
const POST_CHECK = 2000;
/** How often to see whether a backup or a restore drill is due (ms). */
const BACKUP_CHECK = 30_000;
/** How often to look for abstracts to read (ms), and the pause between batches: imports go first. */
const READ_CHECK = 1000;
const READ_PAUSE = 50;
/** How old (ms) the counts of names may be once papers have changed. */
const NAMES_AGE = DAY / 8;
/** How often to check whether anything is due or requested (ms). */
const SYNC_CHECK = 2000;

const { env, duties } = workerData as WorkerData;
const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

stepBack();
const config = readConfig(env);
const store = await openPatiently();
store.presence?.onTurn((since) => tell({ type: 'database', isThere: since === null }));
const writer = ({ all: 'worker', web: 'web', index: 'command' } as const)[duties];
const lease = new IndexLease(store, config.DATA_DIR, writer);

/** The database may go away between the start of the process and that of this thread, which nobody would restart. */
async function openPatiently(): Promise<Store> {
  for (;;) {
    try {
      return await openStore(config, { watch: true });
    } catch (error) {
      if (!isAway(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

let embedder: TextEmbedder | null = null;
let indexer: Indexer | null = null;

/** An index with vectors from an external model waits for it; otherwise search continues without. */
async function openIndexer(): Promise<Indexer> {
  embedder = await openEmbedder(config).catch((error: Error) => {
    if (isByOutside(config.DATA_DIR)) throw error;
    tell({ type: 'error', what: 'opening the EMBEDDINGS model', message: error.message });
    return null;
  });
  const report = (done: number, left: number): void => tell({ type: 'indexed', done, left });
  return createIndexer(store, config.DATA_DIR, report, embedder, 1, lease);
}

let hasTriedCopy = false;
/** A folder without an index gets a copy from elsewhere; if that fails, the index is built. */
async function copyOnce(): Promise<void> {
  if (hasTriedCopy || config.INDEX_FROM === null || store.dialect !== 'postgres') return;
  if (!(await lease.hold())) return;
  hasTriedCopy = true;
  const renewal = setInterval(() => void lease.hold().catch(() => {}), 5000);
  try {
    const copied = await copyIndex({
      ...{ from: config.INDEX_FROM, dataDir: config.DATA_DIR, key: await nodeKey(store) },
      ...{ generation: (await getMeta(store.read, META.generation)) ?? '', seq: await store.seq() },
    });
    tell({ type: 'copied', ...copied });
  } catch (error) {
    tell({ type: 'copied', why: (error as Error).message });
  } finally {
    clearInterval(renewal);
  }
}
const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
const openAtStart = openDay(Date.now(), turn);
const stopping = new AbortController();
const wake = new Set<() => void>();

/** Waits, but not past the stop. */
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      wake.delete(done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    wake.add(done);
    if (stopping.signal.aborted) done();
  });

/** Repeats a duty until the stop; after a failure, which is reported, it pauses for a while. */
async function repeat(what: string, every: number, duty: () => Promise<void>): Promise<void> {
  while (!stopping.signal.aborted) {
    try {
      await duty();
      await pause(every);
    } catch (error) {
      if (stopping.signal.aborted) break;
      if (error instanceof DatabaseAway || (store.presence?.awaySince() ?? null) !== null) {
        // Said once, and for all duties (see the start of this thread).
        await pause(Math.max(every, 1000));
        continue;
      }
      tell({ type: 'error', what, message: (error as Error).message });
      await pause(Math.max(every, 5000));
    }
  }
}

let caughtUp = -1;
let hurry = false;
const loops: Promise<void>[] = [];
// With SQLite a web node's folder is that of a worker: the database is in it.
if (duties !== 'web' || store.dialect === 'postgres') {
  const index = async (): Promise<void> => {
    // The model is not needed to leave the work to somebody else.
    if (duties === 'web' && indexer === null && !(await lease.hold())) return pause(1000);
    if (indexer === null && duties !== 'index') await copyOnce();
    indexer ??= await openIndexer();
    const indexed = await indexer.step();
    if (indexed === null) return pause(1000);
    const seq = await store.seq();
    if (seq !== caughtUp) tell({ type: 'caught-up', seq });
    caughtUp = seq;
    // A large import is in progress: few large segments cost less than many small ones.
    if (indexed > MANY && !hurry) await pause(GATHER);
  };
  loops.push(repeat('indexing', LOOK[store.dialect], index));
}
let formulas: FormulaFollower | null = null;
if (duties !== 'index') {
  const setter = new Setter();
  const follower = new FormulaFollower(store, setter, stopping.signal, duties === 'all');
  formulas = follower;
  // Even in the middle of a formula.
  stopping.signal.addEventListener('abort', () => void setter.close());
  let idle = 0;
  loops.push(
    repeat('typesetting formulas', FORMULA_CHECK[store.dialect], async () => {
      while (!stopping.signal.aborted && (await follower.step())) idle = 0;
      if (++idle === RESTS_AFTER) await setter.rest();
    }),
  );
}
let readings: ReadingFollower | null = null;
if (duties === 'all') {
  const reader = new ReadingFollower(store);
  readings = reader;
  loops.push(
    repeat('reading abstracts', READ_CHECK, async () => {
      while (!stopping.signal.aborted && (await reader.step())) await pause(READ_PAUSE);
    }),
  );
  const names = new NameCounter(store, NAMES_AGE);
  loops.push(
    repeat('counting names in abstracts', TURN_CHECK, async () => {
      if (reader.isDone) await names.look(Date.now(), () => pause(READ_PAUSE));
    }),
  );
  loops.push(repeat('counting votes', COUNT_CHECK, async () => void (await countGiven(store))));
  loops.push(
    repeat('closing the edition', TURN_CHECK, async () => {
      const days = await turnEditions(store, turn, Date.now(), openAtStart);
      if (days.length > 0) tell({ type: 'closed', days });
      await pruneOrders(store, Date.now());
    }),
  );
  loops.push(repeat('deleting old subscribers and receipts', DAY, () => pruneSubscribers(store, Date.now())));
  const lent = lentIndex(config.DATA_DIR, (message) =>
    tell({ type: 'error', what: 'opening the search index', message }),
  );
  stopping.signal.addEventListener('abort', () => lent.close());
  const issues = composing({ store, turn, lendIndex: lent.lend, now: Date.now });
  loops.push(repeat('deleting old issues', DAY, () => pruneIssues(store, Date.now())));
  loops.push(
    repeat('composing issues', TURN_CHECK, async () => {
      await composeEditions(issues, store, turn, Date.now());
    }),
  );
  if (whyOff(config) === null) {
    const failed = (message: string): void => tell({ type: 'error', what: 'posting to a channel', message });
    const post = channelPoster({
      store,
      config,
      compose: issues.compose,
      issues: issues.issues,
      failed,
      now: Date.now,
    });
    loops.push(repeat('posting to channels', POST_CHECK, post));
    loops.push(repeat('deleting old posts to channels', DAY, () => prunePosts(store, Date.now())));
  }
  loops.push(
    repeat('deciding which papers are in an edition', TURN_CHECK, async () => {
      await decideAnew(store, { signal: stopping.signal });
    }),
  );
  const mailer = mailerOf(config, async (to) => (await verpOf(store.write, config))?.addressFor(to) ?? null);
  if (mailer !== null) {
    const failed = (message: string): void => tell({ type: 'error', what: 'sending email', message });
    loops.push(repeat('sending email', MAIL_CHECK, () => sendMail(store, mailer, failed)));
    loops.push(
      repeat('asking subscribers to confirm', ALERT_CHECK, async () => {
        await askUnconfirmed(store, config, Date.now());
      }),
    );
  }
  if (noDigest(config) === null) {
    const digest = {
      ...{ store, config, composing: issues, now: Date.now },
      failed: ({ message }: Error) =>
        tell({ type: 'error', what: 'composing an issue of the digest', message }),
    };
    loops.push(repeat('queueing the digest', DIGEST_CHECK, async () => void (await queueDigest(digest))));
    loops.push(repeat('sending the digest', MAIL_CHECK, () => sendWaiting(digest, stopping.signal)));
  }
  if (config.BOUNCE_URL !== null) {
    const desk = new BounceDesk({ store, config, now: Date.now });
    loops.push(repeat('reading bounces', BOUNCE_CHECK, () => desk.look()).then(() => desk.close()));
  }
  loops.push(repeat('forgetting old bounces', DAY, () => pruneBounces(store.write, Date.now())));
  loops.push(
    repeat('notifying readers', NOTICE_CHECK, async () => {
      await noticeVersions(store, await store.seq(), Date.now());
      if (mailer !== null) await mailNotices(store, config, Date.now());
      const strays = await heldStrays(store.read);
      if (strays.length > 0) await followPapers(store, strays);
    }),
  );
  loops.push(repeat('deleting ended sessions', DAY, () => pruneSessions(store, Date.now())));
  loops.push(repeat('forgetting counted attempts', DAY, () => pruneAttempts(store, Date.now())));
  loops.push(
    repeat('looking for votes that look alike', RINGS_CHECK, async () => {
      const last = (await lastReport(store))?.at ?? 0;
      if (Date.now() - last >= RINGS_AGE) await lookForRings(store, Date.now());
    }),
  );
  loops.push(repeat('forgetting where votes came from', DAY, () => forgetNetworks(store, Date.now())));
  if (config.ALERT_TO !== null) {
    const alerts = new Alerts({ store, config });
    loops.push(repeat('alerts', ALERT_CHECK, () => alerts.tick()));
  }
  if (config.BACKUP_TO !== null) {
    const backups = new Backups({ store, config });
    loops.push(
      repeat('backing up', BACKUP_CHECK, async () => {
        const failed = await backups.step();
        if (failed !== null) tell({ type: 'error', what: 'backing up', message: failed });
      }),
    );
  }
  if (config.WEBSUB_HUB !== null && config.PUBLIC_URL !== null && !config.OFFLINE) {
    const hub = new WebSub({
      store,
      hub: config.WEBSUB_HUB,
      publicUrl: config.PUBLIC_URL,
      turn,
      outgoing: outgoing({ privateHosts: new PrivateHosts(config.PRIVATE_HOSTS) }),
    });
    loops.push(
      repeat('notifying the WebSub hub', TURN_CHECK, async () => {
        const told = await hub.look(stopping.signal);
        if (told.told === 'failed') throw new Error(told.reason);
      }),
    );
  }
  if (runnable(config).length > 0) {
    const schedule = fetching(store, config, tell);
    loops.push(repeat('fetching', SYNC_CHECK, () => schedule.tick()).then(() => schedule.stop()));
  }
}

parentPort?.on('message', (command: WorkerCommand) => {
  if (command.type === 'stop') stopping.abort();
  else if (command.type === 'set') formulas?.want(command.formulas);
  else hurry = true;
  for (const done of wake) done();
});

await Promise.all(loops);
await (formulas as FormulaFollower | null)?.close();
await (readings as ReadingFollower | null)?.close();
await (indexer as Indexer | null)?.close();
// Without the database, leases simply expire.
await lease.release().catch(() => {});
await (embedder as TextEmbedder | null)?.close();
await store.close();
parentPort?.close();
