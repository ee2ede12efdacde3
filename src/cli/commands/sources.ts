import { openDay } from '../../papers/days.ts';
import { withForeign } from '../../sources/foreign.ts';
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
import { openStore, type Store } from '../../store/open.ts';
import type { RunRow } from '../../store/schema.ts';
import { type Command, type Context, EXIT, thousands, UsageError } from '../command.ts';
import { dayOption } from './sync.ts';

export const sourcesCommand: Command = {
  name: 'sources',
  says: 'how the sources stand; pause, resume, run or backfill them in a running site',
  usage: '[ACTION [SOURCE [PART]]]',
  help: [
    'Without an action: every part of every source, how its last run ended, and when it is due. ACTION is one of',
    '',
    '  runs      lines of the ledger, the newest first',
    '  rejected  records that could not be taken, and why',
    '  retry     try those again with what this program can read',
    '  pause     stop a part until it is resumed; what runs ends at the next record and goes on from there later',
    '  resume    let it run again',
    '  run       ask the running site to fetch it now (to fetch without a site: sync)',
    '  backfill  ask the running site for the days --since to --until; with --drop give that up',
  ].join('\n'),
  options: [
    { name: 'since', value: 'DATE', says: 'first day of a backfill, YYYY-MM-DD' },
    { name: 'until', value: 'DATE', says: 'last day of a backfill; default: today' },
    { name: 'drop', says: 'give a backfill up; what it brought stays' },
    { name: 'limit', value: 'N', says: 'lines of runs or rejected; default 20' },
  ],
  async run(context) {
    const [action = 'list', source, ...rest] = context.words;
    if (!Object.hasOwn(ACTIONS, action))
      throw new UsageError(
        `there is no action '${action.slice(0, 40)}'; there are: ${Object.keys(ACTIONS).join(', ')}`,
      );
    const part = rest.length > 0 ? rest.join(' ') : undefined;
    const named = partsNamed(context.config, source, part);
    if (source !== undefined && named.length === 0)
      throw new UsageError(
        `the settings ask for no '${[source, part].filter(Boolean).join(' ').slice(0, 80)}'`,
      );
    const asked: Asked = { named, source, part, limit: limitOf(context), range: rangeOf(context, action) };
    const store = await openStore(context.config);
    try {
      return await ACTIONS[action as keyof typeof ACTIONS](store, context, asked);
    } finally {
      await store.close();
    }
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
    if (all.length === 0) io.note('The settings ask for no source.');
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
    if (rows.length === 0) io.note('Every record could be taken.');
    return EXIT.ok.code;
  },
  retry: async (store, { io, json }, { source }) => {
    const retried = await retryRejected(store, source);
    const { taken, left, unreadable, reason } = retried;
    if (json) io.out(JSON.stringify(retried));
    else {
      io.out(
        `${thousands(taken)} taken, ${thousands(left)} still cannot be taken, ${thousands(unreadable)} only their source can give again.`,
      );
      if (reason !== null) io.note(`for one: ${reason}`);
    }
    return left + unreadable > 0 ? EXIT.rejected.code : EXIT.ok.code;
  },
  pause: each('paused', pause),
  resume: each('resumed', resume),
  run: each('asked for; a running site fetches it within seconds', askFor),
  backfill: async (store, context, asked) => {
    const { range } = asked;
    const able = asked.named.filter(({ part }) => part.backfills);
    if (able.length === 0) throw new UsageError('this cannot be asked for by days');
    const action = range
      ? each(`asked for ${range.since} to ${range.until}; a running site fetches it`, (db, one) =>
          askBackfill(db, one, range),
        )
      : each('given up', dropBackfill);
    return action(store, context, { ...asked, named: able });
  },
} satisfies Record<string, Action>;

function limitOf({ options }: Context): number {
  const text = options.limit ?? '20';
  const limit = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new UsageError('--limit takes a number from 1 to 99999');
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
  if (until < since) throw new UsageError(`--until ${until} lies before --since ${since}`);
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
  const state = isPaused ? 'paused' : now ? `running since ${moment(now.started_at)}` : `due ${moment(due)}`;
  return [
    `${source.name} ${part.name}: ${last ? endOf(last) : 'never ran'}`,
    `  ${part.says}; ${last ? `${moment(last.ended_at)}, ` : ''}${state}${isStale ? ', STALE' : ''}`,
    ...(backfill ? [`  backfill of ${backfill.since} to ${backfill.until} asked for`] : []),
    ...(rejected > 0
      ? [`  ${thousands(rejected)} records could not be taken: sources rejected ${source.name}`]
      : []),
  ];
}

function lineOf(row: RunRow): string {
  const polls = row.polls > 1 ? ` (${row.polls} times until ${moment(row.ended_at)})` : '';
  const kind = row.kind === 'scheduled' ? '' : ` [${row.kind}]`;
  return `${moment(row.started_at)}  ${row.source} ${row.part}${kind}: ${endOf(row)}${polls}`;
}
