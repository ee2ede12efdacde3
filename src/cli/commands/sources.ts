import { withStore } from '../../collection.ts';
import { withForeign } from '../../net/foreign.ts';
import { openDay } from '../../papers/days.ts';
import { endOf, type Range } from '../../sources/ledger.ts';
import type { Part, Source } from '../../sources/source.ts';
import {
  askBackfill,
  askFor,
  dropBackfill,
  type PartStatus,
  partsNamed,
  partsStatus,
  pause,
  rejectedOf,
  resume,
  retryRejected,
  runsOf,
} from '../../sources/status.ts';
import type { Store } from '../../store/open.ts';
import type { RunRow } from '../../store/schema.ts';
import { type Command, type Context, count, EXIT, thousands, UsageError } from '../command.ts';
import { dayOption } from './sync.ts';

export const sourcesCommand: Command = {
  name: 'sources',
  says: 'show source status; pause, resume, run or backfill sources of a running site',
  usage: '[ACTION [SOURCE [PART]]]',
  help: [
    'Without an action: lists every part of every source, how its last run ended, and when it is due. ACTION is one of',
    '',
    '  runs      list runs from the ledger, newest first',
    '  rejected  list rejected records, and why they were rejected',
    '  retry     try rejected records again with this version of the program',
    '  pause     pause a part; a run in progress stops at the next record and continues from there when resumed',
    '  resume    resume a paused part',
    '  run       ask the running site to fetch it now (to fetch without a site: sync)',
    '  backfill  ask the running site to fetch the days --since to --until; with --drop, cancel that',
  ].join('\n'),
  options: [
    { name: 'since', value: 'DATE', says: 'first day of a backfill, YYYY-MM-DD' },
    { name: 'until', value: 'DATE', says: 'last day of a backfill; default: today' },
    { name: 'drop', says: 'cancel a backfill; papers already fetched stay' },
    { name: 'limit', value: 'N', says: 'how many runs or rejected records to list; default 20' },
  ],
  async run(context) {
    const [action = 'list', source, ...rest] = context.words;
    if (!Object.hasOwn(ACTIONS, action))
      throw new UsageError(
        `there is no action '${action.slice(0, 40)}'; the actions are: ${Object.keys(ACTIONS).join(', ')}`,
      );
    const part = rest.length > 0 ? rest.join(' ') : undefined;
    const named = partsNamed(context.config, source, part);
    if (source !== undefined && named.length === 0)
      throw new UsageError(
        `no such source is configured: '${[source, part].filter(Boolean).join(' ').slice(0, 80)}'`,
      );
    const asked: Asked = { named, source, part, limit: limitOf(context), range: rangeOf(context, action) };
    return withStore(context.config, (store) =>
      ACTIONS[action as keyof typeof ACTIONS](store, context, asked),
    );
  },
};

interface Asked {
  named: { source: Source; part: Part }[];
  source: string | undefined;
  part: string | undefined;
  limit: number;
  range: Range | null;
}

type Action = (store: Store, context: Context, asked: Asked) => Promise<number>;

/** Does something to each part named, and says what. */
const each =
  (says: string, act: (store: Store, one: Asked['named'][number]) => Promise<void>): Action =>
  async (store, context, asked) => {
    for (const one of asked.named) {
      await act(store, one);
      const told = { source: one.source.name, part: one.part.name, says };
      context.io.out(context.json ? JSON.stringify(told) : `${one.source.title}, ${one.part.says}: ${says}`);
    }
    return EXIT.ok.code;
  };

const ACTIONS = {
  list: async (store, { config, io, json }, asked) => {
    const wanted = new Set(asked.named.map(({ source, part }) => `${source.name} ${part.name}`));
    const all = (await partsStatus(store, config)).filter((one) =>
      wanted.has(`${one.source.name} ${one.part.name}`),
    );
    for (const one of all) {
      if (json) io.out(withForeign(JSON.stringify({ ...one, row: undefined })));
      else for (const line of describe(one)) io.out(line);
    }
    if (all.length === 0) io.note('No source is configured.');
    return EXIT.ok.code;
  },
  runs: async (store, { io, json }, { source, part, limit }) => {
    const rows = await runsOf(store, {
      limit,
      ...(source !== undefined && { source }),
      ...(part !== undefined && { part }),
    });
    for (const row of rows)
      io.out(json ? withForeign(JSON.stringify({ ...row, remarks: JSON.parse(row.remarks) })) : lineOf(row));
    if (rows.length === 0) io.note('Nothing has run yet.');
    return EXIT.ok.code;
  },
  rejected: async (store, { io, json }, { source, limit }) => {
    const rows = await rejectedOf(store, { source, limit });
    for (const row of rows) {
      if (json) io.out(JSON.stringify({ ...row, raw: row.raw === null ? null : JSON.parse(row.raw) }));
      else
        io.out(
          `${moment(row.last_at)}  ${row.place}: ${row.reason}${row.times > 1 ? ` (${row.times} times)` : ''}`,
        );
    }
    if (rows.length === 0) io.note('No records are rejected.');
    return EXIT.ok.code;
  },
  retry: async (store, { io, json }, { source }) => {
    const retried = await retryRejected(store, source);
    const { taken, left, unreadable, reason } = retried;
    if (json) io.out(JSON.stringify(retried));
    else {
      io.out(
        `${thousands(taken)} accepted, ${thousands(left)} still rejected, ${thousands(unreadable)} must be fetched again from the source.`,
      );
      if (reason !== null) io.note(`one reason: ${reason}`);
    }
    return left + unreadable > 0 ? EXIT.rejected.code : EXIT.ok.code;
  },
  pause: each('paused', pause),
  resume: each('resumed', resume),
  run: each('requested; a running site will fetch it within seconds', askFor),
  backfill: async (store, context, asked) => {
    const { range } = asked;
    const able = asked.named.filter(({ part }) => part.backfills);
    if (able.length === 0) throw new UsageError('none of these parts can be backfilled by date');
    const action = range
      ? each(`requested ${range.since} to ${range.until}; a running site will fetch it`, (db, one) =>
          askBackfill(db, one, range),
        )
      : each('cancelled', dropBackfill);
    return action(store, context, { ...asked, named: able });
  },
} satisfies Record<string, Action>;

function limitOf({ options }: Context): number {
  const text = options.limit ?? '20';
  const limit = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new UsageError('--limit must be a number from 1 to 99999');
  return limit;
}

function rangeOf(context: Context, action: string): Range | null {
  const { config, options } = context;
  const since = dayOption(context, 'since');
  const until =
    dayOption(context, 'until') ??
    openDay(Date.now(), { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN });
  if (action !== 'backfill' || options.drop) return null;
  if (!since) throw new UsageError('backfill needs --since DATE (or --drop)');
  if (until < since) throw new UsageError(`--until ${until} is before --since ${since}`);
  return { since, until };
}

/** `2026-11-24 20:15`, UTC. */
const moment = (at: number | null): string =>
  at === null ? '–' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');

function describe({
  source,
  part,
  last,
  running,
  due,
  isPaused,
  isStale,
  rejected,
  backfill,
}: PartStatus): string[] {
  const [now] = running;
  const state = isPaused
    ? 'paused'
    : now
      ? `running since ${moment(now.started_at)}`
      : due !== null && due <= Date.now()
        ? 'due now'
        : `due ${moment(due)}`;
  return [
    `${source.name} ${part.name}: ${last ? endOf(last) : 'not run yet'}`,
    `  ${part.says}; ${last ? `${moment(last.ended_at)}, ` : ''}${state}${isStale ? ', STALE' : ''}`,
    ...(backfill ? [`  backfill of ${backfill.since} to ${backfill.until} requested`] : []),
    ...(rejected > 0
      ? [`  ${count(rejected, 'record')} rejected; see: sources rejected ${source.name}`]
      : []),
  ];
}

function lineOf(row: RunRow): string {
  const polls = row.polls > 1 ? ` (${row.polls} times until ${moment(row.ended_at)})` : '';
  const kind = row.kind === 'scheduled' ? '' : ` [${row.kind}]`;
  return `${moment(row.started_at)}  ${row.source} ${row.part}${kind}: ${endOf(row)}${polls}`;
}
