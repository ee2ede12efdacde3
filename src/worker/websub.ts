/**
 * Tells a WebSub hub that the feeds of the newest editions, or of the digest, have changed; the hub notifies their subscribers
 * (https://www.w3.org/TR/websub/). api/feeds/feed.ts lists these feeds.
 *
 * A change is what a reader would see as news: papers, their texts and revisions, the turn of the edition. Votes are
 * not: they move all the time, and no entry changes because of them.
 */
import { createHash } from 'node:crypto';
import { EDITIONS } from '../digest/issues.ts';
import { type Outgoing, outgoing } from '../net/outgoing.ts';
import { addDays, openDay, type Turn } from '../papers/days.ts';
import { FEED_FORMATS, TOLD_FEEDS } from '../present/feeds.ts';
import { getMeta, META, setMeta } from '../store/meta.ts';
import type { Store } from '../store/open.ts';

/** Least time between two rounds, ms: a day's papers arrive gradually. */
const INTERVAL = 5 * 60_000;
/** After a failure: a minute, then twice as long each time, an hour at most (ms). */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;
/** How long the hub may take over one feed, ms. */
const TIMEOUT = 10_000;
/** The most that the feeds look back, a month, and the most papers of it that are considered. */
const DAYS = 31;
const PAPERS = 5000;

export interface WebSubOptions {
  store: Store;
  /** Address of the hub. */
  hub: string;
  /** Origin of the site as readers know it, without a trailing slash. */
  publicUrl: string;
  turn: Turn;
  /** The outgoing connections; `hub` counts as an address written by the operator. */
  outgoing?: Outgoing;
  /** Epoch ms. */
  now?: () => number;
}

/** The result of a check. `nothing`: there is no news, or it is not yet time. */
export type Notified =
  | { told: 'nothing' }
  | { told: 'hub'; feeds: number }
  | { told: 'failed'; reason: string };

export class WebSub {
  readonly #options: WebSubOptions;
  readonly #now: () => number;
  /** The change number and day last checked: as long as they are the same there is nothing to look for. */
  #seen = '';
  readonly #outgoing: Outgoing;
  #notBefore = 0;
  #failures = 0;

  constructor(options: WebSubOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#outgoing = options.outgoing ?? outgoing();
  }

  /** Checks for news, and tells the hub. To be called from time to time; never throws because of the hub. */
  async look(signal?: AbortSignal): Promise<Notified> {
    const { store, turn } = this.#options;
    const now = this.#now();
    if (now < this.#notBefore) return { told: 'nothing' };
    const open = openDay(now, turn);
    const seen = `${await store.seq()} ${open}`;
    if (seen === this.#seen) return { told: 'nothing' };
    const fingerprint = await fingerprintOf(store, open);
    // Kept in the database, so that a new process does not repeat it.
    const before = await getMeta(store.read, META.hubNotified);
    if (before !== fingerprint) {
      const reason = await this.#tell(signal);
      if (reason !== null) {
        this.#notBefore = now + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
        return { told: 'failed', reason };
      }
      await setMeta(store.write, META.hubNotified, fingerprint);
      this.#failures = 0;
      this.#notBefore = now + INTERVAL;
    }
    this.#seen = seen;
    return before === fingerprint ? { told: 'nothing' } : { told: 'hub', feeds: topics('').length };
  }

  /** Null, or why the hub was not told of all feeds. If it is told twice it requests the feed twice, and gets a 304. */
  async #tell(signal: AbortSignal | undefined): Promise<string | null> {
    const { hub, publicUrl } = this.#options;
    for (const topic of topics(publicUrl)) {
      const timeout = AbortSignal.timeout(TIMEOUT);
      try {
        const response = await this.#outgoing.fetch(
          hub,
          {
            method: 'POST',
            // The protocol leaves open how a hub is notified. All known ones accept this, under one of the two names.
            body: new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': topic, 'hub.topic': topic }),
            redirect: 'manual',
            signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
          },
          true,
        );
        await response.body?.cancel();
        if (!response.ok) return `the WebSub hub answered ${response.status}`;
      } catch (error) {
        signal?.throwIfAborted();
        if (timeout.aborted) return `the WebSub hub did not answer within ${TIMEOUT / 1000} s`;
        const { cause } = error as Error;
        return `the WebSub hub cannot be reached: ${cause instanceof Error ? cause.message : (error as Error).message}`;
      }
    }
    return null;
  }
}

const topics = (base: string): string[] =>
  TOLD_FEEDS.flatMap((path) => Object.keys(FEED_FORMATS).map((format) => `${base}${path}.${format}`));

/** A hash of everything that a reader of the newest editions, or of the issues of the digest, would see as news. */
async function fingerprintOf({ read }: Store, open: string): Promise<string> {
  const rows = await read
    .selectFrom('papers')
    .select(['id', 'title', 'abstract', 'summary', 'updated', 'listed', 'late', 'withdrawn', 'links'])
    .where('listed', '>=', addDays(open, -DAYS))
    .where('listed', '<=', open)
    .orderBy('listed', 'desc')
    .orderBy('id')
    .limit(PAPERS)
    .execute();
  const issue = await read
    .selectFrom('issues')
    .select('id')
    .where('list', 'in', EDITIONS)
    .where('papers', '>', 0)
    .orderBy('composed_at', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  const hash = createHash('sha256').update(`${open} ${issue?.id ?? ''}`);
  for (const row of rows) {
    // Stars of a repository are like votes.
    const links = row.links.replaceAll(/"stars":\d+/g, '');
    hash.update(JSON.stringify(Object.values({ ...row, links })));
  }
  return hash.digest('base64url');
}
