/**
 * The truth: every paper of the simulated time with everything that will ever happen to it. The doors show as much of
 * it as is public at a moment; tests compare with the whole.
 */
import { random } from '../invented.ts';
import {
  type Announcement,
  addDays,
  announcedWith,
  announcements,
  DAY,
  type Day,
  HOUR,
  newYork,
  newYorkDay,
  utcDay,
  weekday,
} from './calendar.ts';
import { inventAbstract, inventNames, inventTitle, type Name, picker } from './words.ts';

export interface WorldOptions {
  seed: number;
  /** The first day of submissions, in New York. */
  start: Day;
  days: number;
  /** The first is the largest; a paper may be in several. */
  categories: string[];
  /** Their relative sizes; falling by default. */
  weights?: number[];
  /** Submissions on a usual working day; a third of that at weekends. */
  perDay: number;
  /** Days on which nothing closes and nothing is announced. */
  holidays?: Day[];
  /** Approximate words in an abstract. */
  abstractWords?: number;
  /** Shares of all papers (0 to 1) to which something happens. */
  shares?: Partial<Shares>;
}

export interface Shares {
  /** In more than one category. */
  cross: number;
  /** Added to another category days after publication. */
  lateCross: number;
  /** Held back by moderators for some announcements. */
  held: number;
  replaced: number;
  withdrawn: number;
  deleted: number;
  /** Given a journal and a DOI later, without a new version. */
  touched: number;
  /** Featured by the Hub. */
  hub: number;
}

const SHARES: Shares = {
  cross: 0.4,
  lateCross: 0.03,
  held: 0.02,
  replaced: 0.2,
  withdrawn: 0.02,
  deleted: 0.01,
  touched: 0.08,
  hub: 0.15,
};

export interface Version {
  number: number;
  /** Epoch ms, as `announcedAt`. */
  submitted: number;
  announcedAt: number;
  /** The listing day. */
  day: Day;
  title: string;
  abstract: string;
  comment?: string;
  isWithdrawal: boolean;
}

export interface SimulatedPaper {
  id: string;
  submitted: number;
  announcedAt: number;
  /** The day it was first listed on. */
  announced: Day;
  /** Those it was published in, the primary first. */
  categories: string[];
  lateCross?: { category: string; at: number; day: Day };
  versions: Version[];
  touched?: { at: number; journal: string; doi: string };
  /** From here on it is deleted. */
  deletedAt?: number;
  authors: Name[];
  licence: string;
  hub?: { day: Day; at: number; votes: number; comments: number };
}

export interface Truth {
  options: WorldOptions;
  /** In order of submission. */
  papers: SimulatedPaper[];
  byId: ReadonlyMap<string, SimulatedPaper>;
  announcements: Announcement[];
}

const LICENCES = [
  'http://creativecommons.org/licenses/by/4.0/',
  'http://arxiv.org/licenses/nonexclusive-distrib/1.0/',
  'http://creativecommons.org/publicdomain/zero/1.0/',
];
const WITHDRAWAL = 'This paper has been withdrawn by the authors because of a gap in the second step';

/** Everything, from the seed. Papers that would be published after the last announcement are left out. */
export function createWorld(options: WorldOptions): Truth {
  const next = random(options.seed);
  const holidays = new Set(options.holidays);
  const last = addDays(options.start, options.days - 1);
  // Later versions and papers on hold are published after the last submission.
  const all = announcements(addDays(options.start, -7), addDays(last, 45), holidays);
  const papers: SimulatedPaper[] = [];
  const numbers = new Map<string, number>();
  for (const submitted of moments(options, next)) {
    const month = utcDay(submitted).slice(2, 7).replace('-', '');
    const number = (numbers.get(month) ?? 0) + 1;
    numbers.set(month, number);
    const id = `${month}.${String(number).padStart(5, '0')}`;
    papers.push(invent(id, submitted, papers.length + 1, { options, next, all }));
  }
  return {
    options,
    papers,
    byId: new Map(papers.map((paper) => [paper.id, paper])),
    announcements: all,
  };
}

/** When papers are submitted, to the second and sorted; some right at the deadline. */
function moments({ start, days, perDay }: WorldOptions, next: () => number): number[] {
  const all: number[] = [];
  for (let i = 0; i < days; i++) {
    const day = addDays(start, i);
    const isWeekend = weekday(day) === 0 || weekday(day) === 6;
    const count = Math.round(perDay * (isWeekend ? 0.33 : 1) * (0.7 + 0.6 * next()));
    const from = newYork(day);
    const seconds = (newYork(addDays(day, 1)) - from) / 1000;
    for (let k = 0; k < count; k++) all.push(from + Math.floor(next() * seconds) * 1000);
    if (count > 4) all.push(newYork(day, 14) - 1000, newYork(day, 14));
  }
  return all.sort((a, b) => a - b);
}

interface Making {
  options: WorldOptions;
  next: () => number;
  all: Announcement[];
}

function invent(id: string, submitted: number, number: number, making: Making): SimulatedPaper {
  const { options, next, all } = making;
  const shares = { ...SHARES, ...options.shares };
  const chance = (share: number): boolean => next() < share;
  const inTurn = all.indexOf(announcedWith(all, submitted)!);
  const isHeld = chance(shares.held);
  const out = all[inTurn + (isHeld ? 1 + Math.floor(next() * 4) : 0)]!;
  const title = inventTitle(next, number);
  const abstract = inventAbstract(next, options.abstractWords ?? 60);
  const first: Version = {
    number: 1,
    submitted,
    announcedAt: out.at,
    day: out.day,
    title,
    abstract,
    isWithdrawal: false,
  };
  const paper: SimulatedPaper = {
    id,
    submitted,
    announcedAt: out.at,
    announced: out.day,
    categories: categoriesOf(options, next, shares.cross),
    versions: [first],
    authors: inventNames(next),
    licence: picker(next)(LICENCES),
  };
  if (chance(0.3)) first.comment = `${1 + Math.floor(next() * 30)} pages, ${number % 7} figures`;
  if (chance(shares.hub)) paper.hub = featured(out, next);
  // For a paper held back, changes would hide the only trace of its day of publication, by which arXiv's harvest dates
  // it.
  if (isHeld) return paper;
  if (chance(shares.replaced)) replace(paper, 1 + Math.floor(next() * 2), making);
  if (chance(shares.withdrawn)) withdraw(paper, making);
  const others = options.categories.filter((one) => !paper.categories.includes(one));
  if (others.length > 0 && chance(shares.lateCross)) {
    const { at, day } = all[inTurn + 2 + Math.floor(next() * 4)]!;
    paper.lateCross = { category: picker(next)(others), at, day };
  }
  if (chance(shares.touched)) {
    const at = out.at + (1 + Math.floor(next() * 10)) * DAY;
    paper.touched = { at, journal: `J. Inv. ${number}, ${number % 90}`, doi: `10.5555/sim.${number}` };
  }
  if (chance(shares.deleted)) paper.deletedAt = out.at + 2 * DAY + Math.floor(next() * 8 * DAY);
  return paper;
}

function categoriesOf({ categories, weights }: WorldOptions, next: () => number, cross: number): string[] {
  const sizes = categories.map((_, i) => weights?.[i] ?? 1 / (i + 1) ** 1.3);
  const pick = (): string => {
    let left = next() * sizes.reduce((sum, one) => sum + one, 0);
    for (const [i, category] of categories.entries()) {
      left -= sizes[i]!;
      if (left < 0) return category;
    }
    return categories[0]!;
  };
  const chosen = new Set([pick()]);
  while (next() < cross && chosen.size < 3) chosen.add(pick());
  return [...chosen];
}

/** Another version, some days later, published by the calendar. */
function addVersion(paper: SimulatedPaper, { all, next }: Making, change: Partial<Version>): void {
  const last = paper.versions.at(-1)!;
  const submitted = last.announcedAt + Math.floor((0.2 + next() * 9) * 24) * HOUR + 61_000;
  const out = announcedWith(all, submitted);
  if (!out) return;
  const number = last.number + 1;
  paper.versions.push({ ...last, number, submitted, announcedAt: out.at, day: out.day, ...change });
}

function replace(paper: SimulatedPaper, times: number, making: Making): void {
  for (let i = 0; i < times; i++) {
    const { title, abstract, number } = paper.versions.at(-1)!;
    addVersion(paper, making, {
      title: making.next() < 0.3 ? `${title}, revised` : title,
      abstract: `${abstract} Version ${number + 1} mends a step.`,
      comment: `revised, ${number + 1} rounds`,
    });
  }
}

const withdraw = (paper: SimulatedPaper, making: Making): void =>
  addVersion(paper, making, { comment: WITHDRAWAL, isWithdrawal: true });

/** The Hub's day turns at 21:30 in New York; at weekends it features nothing. */
function featured({ at }: Announcement, next: () => number): NonNullable<SimulatedPaper['hub']> {
  let moment = at + 2 * HOUR + Math.floor(next() * 58) * HOUR;
  while ([0, 6].includes(weekday(hubDay(moment)))) moment += DAY;
  const votes = Math.floor(3 + 160 * next() ** 4);
  return { day: hubDay(moment), at: moment, votes, comments: Math.floor(votes / 12) };
}

/** The day of the Hub's list that a moment belongs to. */
export const hubDay = (at: number): Day => newYorkDay(at + 2.5 * HOUR);

/** Votes arrive for some days and then stop. */
export function votesAt({ at, votes }: NonNullable<SimulatedPaper['hub']>, now: number): number {
  const days = Math.min(5, Math.max(0, (now - at) / DAY));
  return Math.floor((votes * (1 - Math.exp(-days))) / (1 - Math.exp(-5)));
}

/** A paper as shown by a door that knows everything up to `at`. */
export interface Shown {
  paper: SimulatedPaper;
  versions: Version[];
  categories: string[];
  journal?: string;
  doi?: string;
  isDeleted: boolean;
  /** When it last changed. */
  changedAt: number;
}

/** Null: it has not been published yet. */
export function shownAt(paper: SimulatedPaper, at: number): Shown | null {
  if (paper.announcedAt > at) return null;
  const { lateCross, touched, deletedAt } = paper;
  const versions = paper.versions.filter((one) => one.announcedAt <= at);
  const isCrossed = lateCross !== undefined && lateCross.at <= at;
  const isTouched = touched !== undefined && touched.at <= at;
  const isDeleted = deletedAt !== undefined && deletedAt <= at;
  const changes = [versions.at(-1)!.announcedAt];
  if (isCrossed) changes.push(lateCross.at);
  if (isTouched) changes.push(touched.at);
  return {
    paper,
    versions,
    categories: isCrossed ? [...paper.categories, lateCross.category] : paper.categories,
    ...(isTouched && { journal: touched.journal, doi: touched.doi }),
    isDeleted,
    changedAt: isDeleted ? deletedAt : Math.max(...changes),
  };
}

/** What is listed on a day in a category, each list sorted by id. */
export interface DayList {
  fresh: SimulatedPaper[];
  cross: SimulatedPaper[];
  replaced: { paper: SimulatedPaper; version: Version; isCross: boolean }[];
}

/** @param at papers deleted by then are no longer listed */
export function listedOn(truth: Truth, category: string, day: Day, at: number): DayList {
  const list: DayList = { fresh: [], cross: [], replaced: [] };
  const place = placeOf(category);
  for (const paper of truth.papers) {
    if (paper.announced > day || (paper.deletedAt ?? Number.POSITIVE_INFINITY) <= at) continue;
    const { lateCross } = paper;
    const isLate = lateCross !== undefined && place(lateCross.category);
    const isIn = paper.categories.some(place);
    if (!isIn && !isLate) continue;
    const isPrimary = place(paper.categories[0]!);
    if (paper.announced === day && isIn) (isPrimary ? list.fresh : list.cross).push(paper);
    else if (isLate && !isIn && lateCross.day === day) list.cross.push(paper);
    else if (isIn || lateCross!.day < day) {
      const version = paper.versions.findLast((one) => one.number > 1 && one.day === day);
      if (version) list.replaced.push({ paper, version, isCross: !isPrimary });
    }
  }
  return list;
}

/** A category or the whole of an archive. */
const placeOf =
  (category: string) =>
  (one: string): boolean =>
    one === category || one.startsWith(`${category}.`);

/** The last announcement published by a moment. */
export const lastOut = (truth: Truth, at: number): Announcement | undefined =>
  truth.announcements.findLast((one) => one.at <= at);
