/** The HTTP client of an installation, and fetching as the worker does it. */
import type { Config } from '../config.ts';
import { namedIn } from '../net/named.ts';
import { outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import { type Client, type ClientOptions, politeClient } from '../sources/client.ts';
import { type Gate, sharedGate } from '../sources/gate.ts';
import { intervalOf } from '../sources/politeness.ts';
import { SOURCES } from '../sources/registry.ts';
import type { Source } from '../sources/source.ts';
import { summaries } from '../sources/summaries.ts';
import type { Store } from '../store/open.ts';
import { userAgent } from '../version.ts';
import type { WorkerMessage } from './messages.ts';
import { Schedule, told } from './schedule.ts';

/** A polite client with the settings' rate, limited to what the settings allow. @param more how patient it is */
export const clientFor = (
  config: Config,
  gate: Gate,
  log?: (line: string) => void,
  more: Pick<ClientOptions, 'patienceMs' | 'retries' | 'backoffMs'> = {},
): Client =>
  politeClient({
    ...more,
    userAgent,
    gate,
    outgoing: outgoing({ privateHosts: new PrivateHosts(config.PRIVATE_HOSTS) }),
    isNamed: namedIn(config),
    minIntervalMs: intervalOf(config.REQUEST_INTERVAL_MS),
    offline: config.OFFLINE ? 'but this machine' : false,
    ...(log && { log }),
  });

/** What the settings allow to run in the background: every source, or only the model of this site. */
export const runnable = (config: Config): Source[] =>
  config.SYNC && !config.OFFLINE ? SOURCES : [summaries].filter((one) => one.parts(config).length > 0);

/** The schedule of a running site; its owner is told what happens. */
export function fetching(store: Store, config: Config, tell: (message: WorkerMessage) => void): Schedule {
  return new Schedule({
    store,
    config,
    sources: runnable(config),
    client: clientFor(config, sharedGate(store)),
    broke: (run, error) =>
      tell({ type: 'error', what: `fetching ${run.source.title}, ${run.part.says}`, message: error.message }),
    tell(run, counts, along, end) {
      const what = run.source.title;
      if (!end) {
        const done = counts.added + counts.changed + counts.merged + counts.unchanged;
        tell({ type: 'sync', what, done, total: along?.total ?? null });
        return;
      }
      if (end.end.state === 'stopped') return;
      const { state } = end.end;
      const wall = end.end.state === 'failed' ? /^\S+ cannot be reached$/.exec(end.end.why)?.[0] : undefined;
      if (wall !== undefined) {
        // One sentence per server, not per part.
        const says = `${wall}: the site carries on with what it has and will keep trying; see /status.`;
        tell({ type: 'sync-done', what, key: wall, says, failed: true, isNews: true });
        return;
      }
      const key = `${run.source.name} ${run.part.name}`;
      tell({
        type: 'sync-done',
        what,
        key,
        says: told(run, end),
        failed: state === 'failed',
        isNews: state !== 'quiet',
      });
    },
  });
}
