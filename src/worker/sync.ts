/** The background fetch: recent days of Hugging Face Daily Papers, then what arXiv has announced. */
import { connect } from 'node:net';
import type { Config } from '../config.ts';
import { addDays, openDay } from '../papers/days.ts';
import { runImport } from '../papers/importer.ts';
import type { Parsed } from '../papers/types.ts';
import { arxivSince } from '../sources/arxiv.ts';
import { politeClient } from '../sources/client.ts';
import { hubDays } from '../sources/hf.ts';
import { intervalOf } from '../sources/politeness.ts';
import { holdLease, LEASE, releaseLease } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { userAgent } from '../version.ts';
import type { WorkerMessage } from './thread.ts';

/** A source to ask. */
interface Door {
  name: string;
  /** Where it is, to see first whether there is a way there at all. */
  url: string;
  open(): AsyncIterable<Parsed>;
}

/** Whether a connection can be made: without one there is no point in polite retries. */
export function reachable(url: string, timeoutMs = 5000): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const end = (reached: boolean): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** One round. Says what came of it; a source that fails is said so and the other goes on. */
export async function runSync(
  store: Store,
  config: Config,
  signal: AbortSignal,
  tell: (message: WorkerMessage) => void,
): Promise<void> {
  if (config.OFFLINE) return;
  // Of several workers on one database, one fetches.
  if (!(await holdLease(store, 'sync'))) return;
  const renewal = setInterval(() => void holdLease(store, 'sync').catch(() => {}), LEASE / 3);
  try {
    const today = openDay(Date.now(), { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN });
    const since = addDays(today, -config.SYNC_DAYS);
    const client = politeClient({ userAgent, minIntervalMs: intervalOf(config.REQUEST_INTERVAL_MS) });
    const common = { since, client, signal };
    const sources: Door[] = [
      {
        name: 'Hugging Face Daily Papers',
        url: config.HUB_URL,
        open: () => hubDays({ baseUrl: config.HUB_URL, until: today, ...common }),
      },
    ];
    if (config.SYNC_CATEGORIES.length > 0) {
      sources.push({
        name: 'arXiv',
        url: config.ARXIV_OAI_URL,
        open: () => arxivSince({ ...arxivUrls(config), categories: config.SYNC_CATEGORIES, ...common }),
      });
    }
    const reached = await Promise.all(sources.map(({ url }) => reachable(url)));
    if (!reached.includes(true)) {
      const hosts = sources.map(({ url }) => new URL(url).hostname).join(' and ');
      const says = `Offline: ${hosts} cannot be reached. The site works with what it has and asks again every hour.`;
      tell({ type: 'sync-done', what: 'offline', says, failed: true });
      return;
    }
    for (const { name, open } of sources) {
      if (signal.aborted) return;
      await fetchOne(store, name, open, signal, tell);
    }
  } finally {
    clearInterval(renewal);
    await releaseLease(store, 'sync');
  }
}

/** The addresses of arXiv's doors. */
export const arxivUrls = (config: Config) => ({
  apiUrl: config.ARXIV_API_URL,
  oaiUrl: config.ARXIV_OAI_URL,
  feedUrl: config.ARXIV_FEED_URL,
  listUrl: config.ARXIV_LIST_URL,
});

async function fetchOne(
  store: Store,
  name: string,
  open: () => AsyncIterable<Parsed>,
  signal: AbortSignal,
  tell: (message: WorkerMessage) => void,
): Promise<void> {
  let reason = '';
  tell({ type: 'sync', what: name, done: 0, total: null });
  try {
    const report = await runImport(store, open(), {
      signal,
      progress: (so) =>
        tell({
          type: 'sync',
          what: name,
          done: so.imported + so.updated + so.merged + so.unchanged,
          total: null,
        }),
      rejected: (item) => {
        reason ||= `${item.where}: ${item.reason}`;
      },
    });
    const taken = report.imported + report.updated + report.merged + report.unchanged;
    const missed = report.rejected + report.unanswered;
    const failed = missed > 0;
    const says = `${name}: ${report.imported} new, ${report.updated + report.merged} changed, ${taken} seen`;
    tell({
      type: 'sync-done',
      what: name,
      says: failed ? `${says}; not taken: ${missed} (${reason})` : says,
      failed,
    });
  } catch (error) {
    if (!signal.aborted)
      tell({ type: 'sync-done', what: name, says: `${name}: ${(error as Error).message}`, failed: true });
  }
}
