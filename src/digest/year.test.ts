/**
 * A year of the digest, against a model of it that knows nothing of how the schedule works: it looks at the clocks of
 * every place each quarter of an hour, and does what somebody with a calendar would do.
 */
import { expect, it } from 'vitest';
import { onBoth } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { queueDue } from './due.ts';
import { subscribersIn } from './subscribers.ts';
import { composing, wanted } from './testing.fixture.ts';
import type { Cadence, Choices, ListRef, Section } from './types.ts';

const QUARTER = 900_000;
const DAY = 86_400_000;
const LATE = 36 * 3_600_000;
const TURN = { timezone: 'America/New_York', turn: '21:30' };
const CONFIG = readConfig({
  PUBLIC_URL: 'https://papers.example',
  EDITION_TIMEZONE: TURN.timezone,
  EDITION_TURN: TURN.turn,
});

/** Both hemispheres, half and quarter hours, clocks that change by half an hour or two, at midnight, or never. */
const ZONES = (
  'Pacific/Kiritimati Pacific/Chatham Pacific/Auckland Australia/Lord_Howe Australia/Adelaide Australia/Eucla ' +
  'Asia/Tokyo Asia/Kathmandu Asia/Kolkata Asia/Tehran Asia/Beirut Africa/Cairo Africa/Casablanca Europe/Berlin ' +
  'Europe/London Antarctica/Troll America/Nuuk America/St_Johns America/New_York America/Santiago America/Havana ' +
  'America/Los_Angeles Pacific/Easter Pacific/Marquesas'
).split(' ');

/** Numbers at random, always the same (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What the clocks of a zone show at each quarter of an hour: `2026-03-29 03:00`. */
function clocks(zone: string, from: number, to: number): string[] {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  const shown: string[] = [];
  for (let at = from; at < to; at += QUARTER) shown.push(format.format(at));
  return shown;
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** When a time of day is first reached or passed on each day that there is. */
function reached(shown: string[], time: string, from: number): Map<string, number> {
  const found = new Map<string, number>();
  const seen = new Set<string>();
  for (const [i, now] of shown.entries()) {
    seen.add(now.slice(0, 10));
    for (const day of seen)
      if (!found.has(day) && now >= `${day} ${time}`) {
        found.set(day, from + i * QUARTER);
        seen.delete(day);
      }
    // Those that have been found, but are shown again by clocks that were put back.
    for (const day of seen) if (found.has(day)) seen.delete(day);
  }
  return found;
}

const weekday = (day: string): number => (new Date(day).getUTCDay() + 6) % 7;

/** Which week of its year a day is in: that of its Thursday. */
function week(day: string): string {
  const thursday = new Date(Date.parse(day) + (3 - weekday(day)) * DAY);
  const year = thursday.getUTCFullYear();
  const number = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7);
  return `${year}-W${String(number).padStart(2, '0')}`;
}

const isLastOf: Record<Cadence, (day: string) => boolean> = {
  daily: () => true,
  weekly: (day) => weekday(day) === 6,
  monthly: (day) => new Date(Date.parse(day) + DAY).getUTCDate() === 1,
};
const nameOf: Record<Cadence, (day: string) => string> = {
  daily: (day) => day,
  weekly: week,
  monthly: (day) => day.slice(0, 7),
};

/** Papers of an issue, from its name alone. Issues share some, and one in nine has none. */
function papersOf({ list, subject }: ListRef, period: string): number[] {
  let hash = 7;
  for (const char of `${list} ${subject} ${period}`)
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  const next = random(hash);
  if (next() < 1 / 9) return [];
  const month =
    12 * (Number(period.slice(0, 4)) - 2026) +
    (Number(period.slice(5, 7)) || Math.ceil(Number(period.slice(6)) / 4.4));
  return [...new Set(Array.from({ length: 8 }, () => month * 40 + Math.floor(next() * 60)))];
}

interface Person {
  email: string;
  choices: Choices;
  lists: ReturnType<typeof wanted>[];
}

function people(next: () => number): Person[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  return ZONES.flatMap((timeZone, zone) =>
    // Times in the hours that clocks skip or repeat, and others.
    [pick([0, 15, 30, 60, 105, 120, 135, 150, 165, 1395, 1410, 1425]), pick([420, 990])]
      .slice(0, zone % 4 === 0 ? 2 : 1)
      .map((minute, i) => ({
        email: `p${zone}-${i}@example.org`,
        choices: {
          ...{ timeZone, minute, days: next() < 0.3 ? 1 + Math.floor(next() * 127) : 127 },
          ...{ leastVotes: pick([0, 0, 200]), mostPapers: pick([3, 10]), without: [], again: false },
          quiet: pick(['say', 'silent']),
        },
        lists: [
          wanted('daily'),
          ...(next() < 0.5 ? [wanted('weekly')] : []),
          ...(next() < 0.3 ? [wanted('monthly')] : []),
          ...(next() < 0.4 ? [wanted('search', 'q=looms', pick(['daily', 'weekly'] as const))] : []),
        ],
      })),
  );
}

interface Row {
  due: number;
  state: string;
  papers: number[][];
}

/** When the worker looks: mostly every hour or two, but it is down at random, for up to five days. */
function looks(next: () => number, from: number, to: number): number[] {
  const times: number[] = [];
  for (let at = from; at < to; ) {
    times.push(at);
    at += Math.floor(
      (next() < 0.004 ? next() * 5 * 24 : next() < 0.02 ? next() * 9 : 0.8 + 1.5 * next()) * 3_600_000,
    );
  }
  return times;
}

/** What a person with a calendar would have sent. */
function model(
  person: Person,
  shown: string[],
  ended: Map<string, number>,
  times: number[],
  from: number,
): Row[] {
  const { choices, lists } = person;
  const chosen = [...reached(shown, clock(choices.minute), from)]
    .filter(([day]) => choices.days & (1 << weekday(day)))
    .map(([, at]) => at)
    .filter((at) => at > times[0]!)
    .sort((a, b) => a - b);
  // Every issue with the moment it is due at: the first chosen one after its end.
  const due = new Map<number, [number, string][]>();
  for (const [place, { cadence }] of lists.entries())
    for (const [day, end] of ended) {
      if (end <= times[0]! || !isLastOf[cadence](day)) continue;
      const at = chosen.find((moment) => moment >= end);
      if (at !== undefined) due.set(at, [...(due.get(at) ?? []), [place, nameOf[cadence](day)]]);
    }
  const moments = [...due.keys()].sort((a, b) => a - b);
  const had = new Set<number>();
  const rows: Row[] = [];
  let handled = 0;
  for (const now of times) {
    const waiting: number[] = [];
    while (handled < moments.length && moments[handled]! <= now) waiting.push(moments[handled++]!);
    for (const at of waiting.filter((at) => at < now - LATE))
      rows.push({ due: at, state: 'missed', papers: [] });
    const fresh = waiting.filter((at) => at >= now - LATE);
    if (fresh.length === 0) continue;
    const issues = fresh
      .flatMap((at) => due.get(at)!)
      .sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1))
      .map(([place, period]) => papersOf(lists[place]!, period));
    const sections = issues.map((papers) => {
      const some = papers
        .filter((pk) => pk >= choices.leastVotes && !had.has(pk))
        .slice(0, choices.mostPapers);
      for (const pk of some) had.add(pk);
      return some;
    });
    const full = sections.filter((papers) => papers.length > 0);
    const isQuiet = full.length === 0;
    rows.push({
      due: fresh.at(-1)!,
      state: isQuiet && choices.quiet === 'silent' ? 'quiet' : 'queued',
      papers: isQuiet ? (choices.quiet === 'say' ? sections : []) : full,
    });
  }
  return rows;
}

onBoth((kind, fresh) => {
  const [start, days] =
    kind === 'SQLite'
      ? ([Date.UTC(2026, 0, 5, 12), 370] as const)
      : ([Date.UTC(2026, 2, 20, 12), 20] as const);

  it(`everybody gets exactly what is due to them, for ${days} days`, { timeout: 600_000 }, async () => {
    const next = random(20_260_105);
    const everybody = people(next);
    const times = looks(next, start, start + days * DAY);
    const from = start - 3 * DAY;
    const to = start + days * DAY;
    const end = reached(clocks(TURN.timezone, from, to), TURN.turn, from);

    const database = await fresh();
    const store = await database.open();
    let now = start;
    const kept = subscribersIn({ store, config: CONFIG, now: () => now });
    for (const { email, choices, lists } of everybody) {
      await kept.signUp({ email, lists, choices, origin: 'test' });
      await kept.confirm((await kept.byEmail(email))!.subscriber.token);
    }
    const options = { store, config: CONFIG, compose: composing(papersOf), subject: () => 'Papers' };
    for (now of times) await queueDue(options, now);

    const rows = await store.read
      .selectFrom('deliveries')
      .select(['email', 'due_at', 'state', 'sections'])
      .orderBy('due_at')
      .execute();
    const got = Map.groupBy(rows, ({ email }) => email);
    let mails = 0;
    let missed = 0;
    for (const zone of ZONES) {
      const shown = clocks(zone, from, to);
      for (const person of everybody.filter(({ choices }) => choices.timeZone === zone)) {
        const wantedRows = model(person, shown, end, times, from);
        const theirs = (got.get(person.email) ?? []).map(({ due_at, state, sections }) => ({
          due: due_at,
          state,
          papers: (JSON.parse(sections) as Section[]).map(({ papers }) => papers),
        }));
        expect({ ...person, rows: theirs }).toEqual({ ...person, rows: wantedRows });
        mails += wantedRows.length;
        missed += wantedRows.filter(({ state }) => state === 'missed').length;
      }
    }
    // The model has not been idle.
    expect([mails > everybody.length * days * 0.5, missed > 0 || days < 100]).toEqual([true, true]);
    await store.close();
    await database.remove();
  });
});
