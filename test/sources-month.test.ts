/**
 * A month of arXiv and the Hub with everything that can go wrong, and a site that is off now and then: no paper is
 * lost, none wrongly dated, and the ledger says what happened. The clock is simulated; the services are a real server
 * (simulator/).
 */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { SOURCES } from '../src/sources/registry.ts';
import type { RunRow } from '../src/store/schema.ts';
import { type Kind, onBoth } from './databases.ts';
import { addDays, announcedWith, type Day, HOUR, newYork, newYorkDay, utcDay } from './simulator/calendar.ts';
import type { Fault } from './simulator/faults.ts';
import { startSimulator } from './simulator/server.ts';
import { type Ran, SimulatedSite } from './simulator/site.ts';
import { dayIn, type Kept, kept, Witness } from './simulator/witness.ts';
import { lastOut, listedOn, type SimulatedPaper, shownAt, type Truth } from './simulator/world.ts';

/** The site starts on a Monday; in its third week the clocks change. */
const FOUNDED = '2026-10-12';
const day = (number: number): Day => addDays(FOUNDED, number);
const at = (number: number, hour: number): number => newYork(day(number), hour);

/** From the announcement until the harvest has it, ms. */
const LAG = 5 * HOUR;
const FOLLOWED = ['cs.CL', 'cs.LG', 'math.LO'];
const WORLD = {
  seed: 2026,
  start: day(-10),
  days: 44,
  categories: ['cs.CL', 'cs.LG', 'hep-th', 'math.LO'],
  // math.LO has days without papers.
  weights: [6, 4, 2, 0.25],
  perDay: 20,
  // Nothing closes on this Wednesday and on a Friday: no listing on the Thursday, and none on the Monday.
  holidays: [day(9), day(25)],
  abstractWords: 25,
  oaiPage: 25,
  // So that the feed is the first to have papers, and one it lacks is noticed.
  oaiLag: LAG,
  apiLag: 6 * HOUR,
  shares: { deleted: 0.03, withdrawn: 0.04 },
};
/**
 * When the site is off: three days, and nine, the first of which no listing names any more at the end. That is in the
 * evening, when the listing has a new announcement and the feed still the previous one.
 */
const SHORT = [at(7, 15), at(10, 15)] as const;
const LONG = [at(14, 21), at(23, 21)] as const;
const END = at(31, 23) + HOUR / 2;
/** What had happened by then must be known at the end: the last harvest began at 23:00. */
const CUTOFF = END - HOUR - LAG;

interface Month {
  /** When the site first starts. */
  start: number;
  /** The oldest listing that it looks up then. */
  first: Day;
  off: (readonly [from: number, until: number])[];
}

/** A database server slows a test down more than a file does: with one, the site starts later. */
const MONTHS: Record<Kind, Month> = {
  SQLite: { start: at(0, 6), first: day(-6), off: [SHORT, LONG] },
  PostgreSQL: { start: SHORT[1], first: day(3), off: [LONG] },
};

/** What goes wrong, and what the ledger must say about it: a run of that part, on that day or the next. */
interface Trouble {
  fault: Fault;
  part: string;
  /** Matched against `state: sentence`, a line break, and the remarks. */
  trace: RegExp;
}

const trouble = (
  number: number,
  fault: Omit<Fault, 'from' | 'until'>,
  part: string,
  trace: RegExp,
): Trouble => ({
  fault: { from: day(number), until: day(number), ...fault },
  part,
  trace,
});

/** A request is tried three times, so three make a failure. */
const TROUBLES: Trouble[] = [
  trouble(
    1,
    { kind: 'busy', door: 'list', retryAfter: 900, times: 4 },
    'new cs.CL',
    /^failed: .*429.* 900 s/,
  ),
  trouble(1, { kind: 'busy', door: 'hub', retryAfter: 3600, times: 2 }, 'daily', /^failed: .*429.* 3600 s/),
  trouble(
    2,
    { kind: 'stale', category: 'cs.CL' },
    'new cs.CL',
    /^ok: .*feed of cs\.CL had 0 of \d+; \d+ (?:came from the API|from OAI)/,
  ),
  trouble(3, { kind: 'late-date', category: 'cs.LG' }, 'new cs.LG', /^ok: \n/),
  trouble(
    4,
    { kind: 'short', category: 'cs.LG', count: 5 },
    'new cs.LG',
    /^ok: .*feed of cs\.LG had \d+ of \d+/,
  ),
  trouble(4, { kind: 'lag', hours: 30 }, 'new cs.LG', /from OAI/),
  trouble(5, { kind: 'html', door: 'hub', times: 1 }, 'daily', /^failed: .*the response is not JSON/),
  trouble(
    6,
    { kind: 'unavailable', door: 'list', times: 12 },
    'new cs.LG',
    /^failed: the listing could not be read \(.*503/,
  ),
  trouble(
    7,
    { kind: 'truncated', door: 'feed', category: 'cs.CL', times: 3 },
    'new cs.CL',
    /the feed could not be read in full/,
  ),
  trouble(
    11,
    { kind: 'reset', door: 'feed', category: 'cs.LG', times: 3 },
    'new cs.LG',
    /the feed could not be read in full: .*broke off/,
  ),
  trouble(
    11,
    { kind: 'stall', door: 'list', category: 'cs.CL', times: 3 },
    'new cs.CL',
    /^failed: .*no answer\u2068? within/,
  ),
  trouble(12, { kind: 'drip', door: 'hub', times: 3 }, 'daily', /^failed: .*is too slow/),
  trouble(
    13,
    { kind: 'html', door: 'list', category: 'math.LO', times: 1 },
    'new math.LO',
    /^failed: .*gives no day/,
  ),
  trouble(
    11,
    { kind: 'expired-token', category: 'cs.CL', times: 1 },
    'changes cs.CL',
    /no longer accepts the token/,
  ),
  trouble(
    23,
    { kind: 'unavailable', door: 'recent', category: 'cs.CL', times: 3 },
    'new cs.CL',
    /^failed: .*could not be looked up/,
  ),
  trouble(
    25,
    { kind: 'silent', door: 'oai', category: 'cs.CL', times: 3 },
    'changes cs.CL',
    /^failed: harvesting failed/,
  ),
  trouble(26, { kind: 'same-token', category: 'cs.LG', times: 2 }, 'changes cs.LG', /the same page twice/),
  trouble(
    29,
    { kind: 'unavailable', door: 'feed', category: 'cs.CL', status: 404 },
    'new cs.CL',
    /the feed could not be read in full/,
  ),
  trouble(
    29,
    { kind: 'truncated', door: 'oai', category: 'cs.LG', times: 1 },
    'changes cs.LG',
    /requesting the page again/,
  ),
];

/** The day a paper first appears in the tracked categories; undefined: never. */
const firstListed = (paper: SimulatedPaper): Day | undefined =>
  FOLLOWED.flatMap((one) => dayIn(paper, one) ?? []).sort()[0];

/** Whether the site ran, and had time to hear of it, between a paper's announcement and its deletion. */
function couldBeSeen({ announcedAt, deletedAt }: SimulatedPaper, { start, off }: Month): boolean {
  if (deletedAt === undefined) return true;
  const heard = announcedAt + 6 * HOUR;
  const away = [[0, start] as const, ...off];
  return !away.some(([from, until]) => heard > from && deletedAt < until + 6 * HOUR);
}

/**
 * Whether the day of a paper can be known: listings name those of the last five announcements; for earlier ones it is
 * the day of its only change in the harvest, unless something happened to it while the site was off.
 */
function isKnowable(paper: SimulatedPaper, listed: Day, { announcements }: Truth): boolean {
  const [off, back] = LONG;
  const named = announcements.filter((one) => one.at <= back).slice(-5)[0]!.day;
  if (listed <= announcements.findLast((one) => one.at <= off)!.day || listed >= named) return true;
  const inTurn = announcedWith(announcements, paper.submitted)!.day;
  return shownAt(paper, back - LAG)?.changedAt === paper.announcedAt && paper.announced === inTurn;
}

/** What is wrong with a paper on the site, given what has happened by then; empty: nothing. */
function faultsOf(paper: SimulatedPaper, one: Kept | undefined, month: Month, truth: Truth): string[] {
  const listed = firstListed(paper);
  const shown = shownAt(paper, CUTOFF);
  if (listed === undefined || !shown || listed < month.first || listed > lastOut(truth, CUTOFF)!.day)
    return [];
  if (!couldBeSeen(paper, month)) return [];
  if (!one) return [`${paper.id} of ${listed} is lost`];
  const faults: string[] = [];
  const say = (what: string): void => void faults.push(`${paper.id} of ${listed}: ${what}`);
  // A day that cannot be known is left open, or is that of a later listing in another category.
  const days = isKnowable(paper, listed, truth) ? [listed] : [listed, null, paper.lateCross?.day];
  if (!days.includes(one.announced)) say(`announced ${one.announced}`);
  const { versions, isDeleted } = shown;
  const last = versions.at(-1)!;
  if (one.withdrawn !== (isDeleted || last.isWithdrawal)) say(`withdrawn: ${one.withdrawn}`);
  // If it is deleted, nobody reports what changed since it was last seen.
  if (isDeleted) return faults;
  if (one.title !== last.title) say(`called ${one.title}, not ${last.title}`);
  const [published, updated] = [utcDay(paper.submitted), utcDay(last.submitted)];
  if (one.published !== published) say(`published ${one.published}, not ${published}`);
  if (one.updated !== (updated === published ? null : updated)) say(`updated ${one.updated}, not ${updated}`);
  return faults;
}

/** Votes as last counted: those of days that ended long ago no longer move. */
function votesOff({ papers }: Truth, here: Map<string, Kept>, { first }: Month): string[] {
  const settled = papers.filter(
    ({ hub, deletedAt }) => hub && hub.day >= first && hub.day <= day(14) && deletedAt === undefined,
  );
  return settled.filter(({ id, hub }) => here.get(id)?.upvotes !== hub!.votes).map(({ id }) => id);
}

/** Announcements whose last entry does not say that all papers are here, with the right number. */
function unfinished(runs: Ran[], { start, off }: Month, truth: Truth): string[] {
  const said = new Map<string, string>();
  const caughtUp = new Set<string>();
  for (const { part, end } of runs) {
    if (end.state === 'quiet') said.set(`${part} ${end.announced}`, end.proof);
    if (end.state === 'ok') said.set(`${part} ${end.announced}`, `all ${end.got} of ${end.expected}`);
    const says = end.state === 'ok' ? (end.says ?? '') : end.state === 'failed' ? end.why : '';
    for (const caught of /caught up with ([\d, -]+)/.exec(says)?.[1]?.split(', ') ?? []) caughtUp.add(caught);
  }
  const announced = truth.announcements.filter((one) => one.at >= start && one.at <= CUTOFF);
  return announced.flatMap(({ at: out, day: listed }) => {
    // Papers may be in several categories; what the feed still had when the site came back does not count as missed.
    if (caughtUp.has(listed) || off.some(([from, until]) => out > from && listed === newYorkDay(until)))
      return [];
    return FOLLOWED.flatMap((category) => {
      const { fresh, cross } = listedOn(truth, category, listed, out);
      const says = said.get(`new ${category} ${listed}`) ?? 'nothing';
      return wholeOf(fresh.length + cross.length).test(says) ? [] : `${category} ${listed}: ${says}`;
    });
  });
}

/** The wording for a listing day that is complete, with this many papers. */
function wholeOf(count: number): RegExp {
  if (count === 0) return /has no new papers|all 0 of 0$/;
  const all = count === 1 ? 'its one paper is here' : `all ${count} of its papers are here`;
  return new RegExp(`${all}|all ${count} of ${count}$`);
}

/** Whether the ledger has a matching line. */
function leftTrace({ fault, part, trace }: Trouble, runs: RunRow[]): boolean {
  return runs.some((run) => {
    const on = newYorkDay(run.started_at);
    const isThen = run.part === part && on >= fault.from! && on <= addDays(fault.until!, 1);
    return isThen && trace.test(`${run.state}: ${run.says}\n${run.remarks}`);
  });
}

describe('a month of announcements', () => {
  onBoth((kind, fresh) => {
    it('is here completely and correctly dated, whatever went wrong, and the ledger says what did', async () => {
      const month = MONTHS[kind];
      const troubles = TROUBLES.filter(({ fault }) => fault.from! >= newYorkDay(month.start));
      const database = await fresh();
      const simulator = await startSimulator({ ...WORLD, faults: troubles.map(({ fault }) => fault) });
      const store = await database.open();
      try {
        const { truth } = simulator;
        const witness = new Witness({ simulator, store, since: month.first, oaiLag: LAG });
        const site = new SimulatedSite({
          simulator,
          store,
          config: readConfig({
            ...database.env,
            ...simulator.settings,
            SYNC_CATEGORIES: FOLLOWED.join(','),
            SYNC_DAYS: '7',
          }),
          sources: SOURCES.filter(({ name }) => name === 'arxiv' || name === 'hf'),
          start: month.start,
          look: (run) => witness.look(run),
        });
        for (const [from, until] of month.off) {
          await site.live(from);
          site.away(until);
        }
        await site.live(END);

        expect(witness.lies).toEqual([]);
        const here = await kept(store);
        expect(truth.papers.flatMap((paper) => faultsOf(paper, here.get(paper.id), month, truth))).toEqual(
          [],
        );
        expect([...here.keys()].filter((id) => !truth.byId.has(id))).toEqual([]);
        expect(votesOff(truth, here, month)).toEqual([]);
        expect(unfinished(site.runs, month, truth)).toEqual([]);
        const runs = await store.read.selectFrom('runs').selectAll().orderBy('id').execute();
        expect(runs.filter(({ state }) => !['ok', 'quiet', 'failed'].includes(state))).toEqual([]);
        expect(simulator.faults.met.filter(({ met }) => met === 0)).toEqual([]);
        expect(troubles.filter((trouble) => !leftTrace(trouble, runs))).toEqual([]);
      } finally {
        await store.close();
        await simulator.close();
        await database.remove();
      }
    }, 300_000);
  });
});
