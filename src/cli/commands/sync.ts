import { withStore } from '../../collection.ts';
import { isLoopback } from '../../net/addresses.ts';
import { withForeign } from '../../net/foreign.ts';
import { openDay, parseDay } from '../../papers/days.ts';
import type { Day } from '../../papers/types.ts';
import { ownGate, sharedGate } from '../../sources/gate.ts';
import { closeInterrupted, endOf, partOf, type Range } from '../../sources/ledger.ts';
import { type Finished, runPart } from '../../sources/runner.ts';
import type { Part, Source } from '../../sources/source.ts';
import { askBackfill, askFor, partsNamed, runsOf } from '../../sources/status.ts';
import { holdLease, LEASE, releaseLease, SYNC_LEASE } from '../../store/leases.ts';
import type { Store } from '../../store/open.ts';
import { clientFor } from '../../worker/fetching.ts';
import { stepBack } from '../../worker/priority.ts';
import { told, unlessOutOfReach } from '../../worker/schedule.ts';
import { checkNotLost } from '../../worker/site-index.ts';
import { type Command, type Context, EXIT, optionText, thousands, UsageError } from '../command.ts';
import { withIndex } from '../with-index.ts';

export const sync: Command = {
  name: 'sync',
  says: 'fetch papers from the sources now, or for past days',
  usage: '[SOURCE [PART]] [--since DATE [--until DATE]] [--dry-run]',
  help: [
    'Runs every part of every configured source, or those named, and reports how each one ended: ok, quiet (with',
    'the evidence) or failed (with the reason). The ledger keeps it all. If a running site does the fetching, it is',
    'asked to do this now, and this command waits for it. An interrupted run continues where it stopped.',
    '',
    'With --since, papers of those days are fetched (a backfill). With --dry-run, the same requests are made and',
    'the result is reported, but nothing is written.',
    '',
    'If the database has lost its papers (the search index still has some), nothing is fetched.',
  ].join('\n'),
  options: [
    { name: 'since', value: 'DATE', says: 'first day to fetch, YYYY-MM-DD: a backfill' },
    { name: 'until', value: 'DATE', says: 'last day of a backfill; default: today' },
    { name: 'dry-run', says: 'report what would be fetched, and write nothing' },
  ],
  async run(context) {
    const { config, options } = context;
    const range = rangeOf(context);
    const parts = chosen(context, range);
    const stop = new AbortController();
    const interrupt = (): void => stop.abort(new Error(INTERRUPTED));
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    stepBack();
    try {
      return await withStore(config, async (store) => {
        if (options['dry-run']) return runAll(context, store, parts, range, stop.signal);
        await checkNotLost(store, config.DATA_DIR);
        if (!(await holdLease(store, SYNC_LEASE)))
          return leaveToSite(context, store, parts, range, stop.signal);
        const renewal = setInterval(() => void holdLease(store, SYNC_LEASE).catch(() => {}), LEASE / 3);
        try {
          await closeInterrupted(store, Date.now());
          const work = () => runAll(context, store, parts, range, stop.signal);
          return (await withIndex(context, store, stop.signal, work)).result;
        } finally {
          clearInterval(renewal);
          await releaseLease(store, SYNC_LEASE);
        }
      });
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  },
};

const INTERRUPTED = 'interrupted; everything up to here is kept, run it again to continue';

type Chosen = { source: Source; part: Part }[];

/** The days of a backfill; none without `--since`. */
function rangeOf(context: Context): Range | undefined {
  const { config } = context;
  const today = openDay(Date.now(), { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN });
  const since = dayOption(context, 'since');
  const until = dayOption(context, 'until');
  if (!since && until) throw new UsageError('--until needs --since');
  if (!since) return undefined;
  if ((until ?? today) < since) throw new UsageError(`--until ${until ?? today} is before --since ${since}`);
  return { since, until: until ?? today };
}

export function dayOption(context: Context, name: string): Day | undefined {
  const text = optionText(context, name);
  if (text === undefined) return undefined;
  const day = parseDay(text);
  if (!day) throw new UsageError(`--${name} '${text.slice(0, 40)}' is not a date such as 2026-06-26`);
  return day;
}

/** The parts named, checked before anything is opened. */
function chosen({ config, words }: Context, range: Range | undefined): Chosen {
  const [source, ...rest] = words;
  const part = rest.length > 0 ? rest.join(' ') : undefined;
  const all = partsNamed(config, undefined, undefined);
  if (all.length === 0) throw new UsageError('no source is configured');
  let found = partsNamed(config, source, part);
  if (found.length === 0) {
    const names =
      part === undefined
        ? all.map((one) => one.source.name)
        : partsNamed(config, source, undefined).map((one) => one.part.name);
    const known = [...new Set(names)].join(', ') || 'none';
    throw new UsageError(
      part === undefined || names.length === 0
        ? `there is no source '${source?.slice(0, 60)}' in the settings; the sources are: ${[...new Set(all.map((one) => one.source.name))].join(', ')}`
        : `${source} has no part '${part.slice(0, 60)}'; its parts are: ${known}`,
    );
  }
  if (range) {
    found = found.filter((one) => one.part.backfills);
    if (found.length === 0) throw new UsageError('none of these parts can be backfilled by date');
  }
  const away = config.OFFLINE ? found.find((one) => !isLocal(one.part.url)) : undefined;
  if (away)
    throw new UsageError(
      `OFFLINE=1: no request may leave this machine, so ${away.source.name} cannot be reached`,
    );
  return found;
}

/** A file, or this machine itself. */
const isLocal = (url: string): boolean => !/^https?:/.test(url) || isLoopback(url);

async function runAll(
  context: Context,
  store: Store,
  parts: Chosen,
  range: Range | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { io, json, config } = context;
  const isDry = context.options['dry-run'] === true;
  const kind = range ? 'backfill' : 'asked';
  // A dry run keeps its manners to itself: it writes nothing, not even whose turn it is.
  const client = clientFor(config, isDry ? ownGate() : sharedGate(store), (line) => io.note(line));
  let failed = false;
  let rejected = 0;
  for (const { source, part } of parts) {
    if (signal.aborted) throw signal.reason;
    const name = `${source.title}, ${part.says}`;
    const finished = await runPart(source, unlessOutOfReach(part), {
      store,
      config,
      client,
      kind,
      range,
      signal,
      isDry,
      log: (message) => io.note(message),
      rejected: ({ place, reason }) => {
        if (json) io.out(JSON.stringify({ rejected: place, reason }));
        io.note(`rejected: ${place}: ${reason}`);
      },
      progress: (counts, along) => {
        const share = along ? ` · ${thousands(along.done)} of ${thousands(along.total)}` : '';
        io.progress(
          `${name} · ${thousands(counts.added + counts.changed + counts.merged + counts.unchanged)} papers${share}`,
        );
      },
    });
    io.progress('');
    failed ||= finished.end.state === 'failed' || finished.end.state === 'stopped';
    rejected += finished.counts.rejected;
    if (json) io.out(withForeign(JSON.stringify(asJson(source, part, finished, isDry))));
    else io.out(`${isDry ? 'would be: ' : ''}${told({ source, part, kind }, finished)}${countsOf(finished)}`);
    if (finished.end.state === 'stopped') throw new Error(INTERRUPTED);
  }
  if (failed) return EXIT.failed.code;
  return rejected > 0 ? EXIT.rejected.code : EXIT.ok.code;
}

function countsOf({ counts }: Finished): string {
  const { added, changed, merged, unchanged, rejected, gone } = counts;
  const told = [
    [added, 'new'],
    [changed, 'changed'],
    [merged, 'merged'],
    [unchanged, 'unchanged'],
    [gone, 'gone'],
    [rejected, 'rejected'],
  ] as const;
  const said = told.filter(([count]) => count > 0).map(([count, what]) => `${thousands(count)} ${what}`);
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function asJson(source: Source, part: Part, { end, counts, remarks }: Finished, isDry: boolean): object {
  return { source: source.name, part: part.name, ...end, ...counts, remarks, ...(isDry && { dryRun: true }) };
}

/** So long (ms) between looks at how the site gets on. */
const LOOK = 250;

/** Another process fetches: it is asked, and waited for. */
async function leaveToSite(
  context: Context,
  store: Store,
  parts: Chosen,
  range: Range | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { io, json } = context;
  const asked = Date.now();
  io.note('A running site does the fetching, and has been asked to do this now.');
  for (const one of parts) await (range ? askBackfill(store, one, range) : askFor(store, one));
  const isOver = new Set<string>();
  let failed = false;
  while (isOver.size < parts.length) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    if (signal.aborted) throw new Error('no longer waiting; the site will finish it');
    for (const { source, part } of parts) {
      const key = `${source.name} ${part.name}`;
      if (isOver.has(key)) continue;
      const latest = await runsOf(store, { source: source.name, part: part.name, limit: 10 });
      const ours = latest.filter(({ kind }) => (kind === 'backfill') === (range !== undefined));
      const run = ours.find(({ ended_at }) => ended_at !== null && ended_at >= asked);
      const isOpen = ours.some(({ ended_at }) => ended_at === null);
      if (!run || isOpen || (await isStillAsked(store, source.name, part.name))) continue;
      isOver.add(key);
      failed ||= run.state === 'failed';
      if (json) io.out(withForeign(JSON.stringify({ source: source.name, part: part.name, run })));
      else io.out(`${source.title}, ${part.says}: ${endOf(run)}`);
    }
  }
  return failed ? EXIT.failed.code : EXIT.ok.code;
}

async function isStillAsked(store: Store, source: string, part: string): Promise<boolean> {
  const row = await partOf(store, source, part, Date.now());
  return row.wanted_at !== null;
}
