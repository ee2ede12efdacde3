/**
 * Whose turn it is: which of the papers here a service is asked about next. First papers that arrived since the last
 * run, then all others repeatedly in rounds by age, since a young paper's citations and stars change faster. What was
 * asked is remembered as positions in the order of papers, never as a list of them.
 */
import { addDays } from '../papers/days.ts';
import type { Day, Identifier, Link } from '../papers/types.ts';
import type { Store } from '../store/open.ts';

/** The parts of a paper needed for asking about it. */
export interface KnownPaper {
  pk: number;
  title: string;
  abstract: string | null;
  summary: string | null;
  /** The best known first, without versions. */
  identifiers: Identifier[];
  links: Link[];
}

/** Papers of one age, asked about again after this many ms. */
export interface Tier {
  /** Listed at most this many days ago and not in an earlier tier; `unlisted`: those in no edition. */
  age: number | 'unlisted';
  every: number;
}

/** A position in a round: the listed day and the key of the last paper handled. */
type Position = [day: Day, pk: number];

interface Round {
  /** Epoch ms. */
  began: number;
  /** Null: the round is over. */
  at: Position | null;
}

/** What is remembered between runs; JSON. */
export interface Asked {
  /** Papers up to this key were here at the last run. */
  mark: number;
  /** Ranges of keys of papers that arrived since and were not asked about yet, newest first. */
  gaps: [from: number, to: number][];
  /** One per tier. */
  rounds: Round[];
}

const START: Position = ['9999-12-31', Number.MAX_SAFE_INTEGER];
/** Rows per database query. */
const PAGE = 500;
/** Rows a run examines, wanted or not. */
const MOST_ROWS = 20_000;
/** More ranges than this are merged into one; some papers are then asked about twice. */
const MOST_GAPS = 16;
/** The share of a run reserved for each later tier. */
const SHARE = 0.1;

/** The papers of one run, in turn. */
export class Turns {
  readonly #store: Store;
  readonly #tiers: Tier[];
  readonly #today: Day;
  readonly #asked: Asked;
  /** Lanes that are due and not finished: -1 for new papers, otherwise the tier. */
  readonly #lanes: number[];
  readonly #most: number;
  /** This many at the end of `#lanes` have had their share. */
  #had = 0;
  #given = 0;
  #rows = 0;

  private constructor(store: Store, asked: Asked, { tiers, now, most }: TurnOptions) {
    this.#store = store;
    this.#tiers = tiers;
    this.#today = new Date(now).toISOString().slice(0, 10);
    this.#most = most;
    this.#asked = asked;
    for (const [at, round] of asked.rounds.entries()) {
      if (round.at === null && now - round.began >= tiers[at]!.every)
        asked.rounds[at] = { began: now, at: START };
    }
    this.#lanes = [-1, ...tiers.keys()].filter((lane) =>
      lane < 0 ? asked.gaps.length > 0 : asked.rounds[lane]!.at !== null,
    );
  }

  /** Restores `cursor`; in the first run all papers are in the rounds, so the newest day comes first. */
  static async begin(store: Store, cursor: unknown, options: TurnOptions): Promise<Turns> {
    const { last } = await store.read
      .selectFrom('papers')
      .select((e) => e.fn.max('pk').as('last'))
      .executeTakeFirstOrThrow();
    const max = Number(last ?? 0);
    const asked = readAsked(cursor, options.tiers.length) ?? {
      mark: max,
      gaps: [],
      rounds: options.tiers.map(() => ({ began: options.now, at: START })),
    };
    if (max > asked.mark) {
      asked.gaps.unshift([asked.mark + 1, max]);
      asked.mark = max;
      while (asked.gaps.length > MOST_GAPS) {
        const [oldest, before] = [asked.gaps.pop()!, asked.gaps.pop()!];
        asked.gaps.push([oldest[0], before[1]]);
      }
    }
    return new Turns(store, asked, options);
  }

  /** What to resume from once all papers given so far have been handled. */
  get cursor(): Asked {
    return structuredClone(this.#asked);
  }

  /** How many papers were given. */
  get given(): number {
    return this.#given;
  }

  /** The next papers, at most `most` of those `isWanted`; none: this run is finished. */
  async next(most: number, isWanted: (paper: KnownPaper) => boolean): Promise<KnownPaper[]> {
    const found: KnownPaper[] = [];
    while (this.#lanes.length > 0 && this.#rows < MOST_ROWS && found.length < most) {
      if (this.#given >= this.#most) break;
      const lane = this.#lanes[0]!;
      const behind = this.#lanes.length - 1 - this.#had;
      const kept = behind > 0 ? Math.floor(this.#most * SHARE) * behind : 0;
      if (this.#given >= this.#most - kept) {
        // It has had its share; what the others leave is its too.
        this.#lanes.push(this.#lanes.shift()!);
        this.#had++;
        continue;
      }
      const rows = await this.#read(lane);
      let passed = 0;
      for (const row of rows) {
        passed++;
        this.#pass(lane, row);
        if (!this.#isOf(lane, row)) continue;
        const paper = toKnown(row);
        if (!isWanted(paper)) continue;
        found.push(paper);
        if (++this.#given >= this.#most - kept || found.length >= most) break;
      }
      this.#rows += passed;
      if (passed === rows.length && rows.length < PAGE) this.#end(lane);
    }
    return found;
  }

  #read(lane: number): Promise<Row[]> {
    let query = this.#store.read.selectFrom('papers').select(COLUMNS).limit(PAGE);
    if (lane < 0) {
      const [from, to] = this.#asked.gaps[0]!;
      return query.where('pk', '>=', from).where('pk', '<=', to).orderBy('pk', 'desc').execute();
    }
    const [day, pk] = this.#asked.rounds[lane]!.at!;
    const { age } = this.#tiers[lane]!;
    // By key and beyond all others: queried on its own, the database would sort everything that is unlisted.
    if (age === 'unlisted') return query.where('pk', '<', pk).orderBy('pk', 'desc').execute();
    const younger = this.#tiers[lane - 1]?.age;
    const newest = typeof younger === 'number' ? addDays(this.#today, -younger - 1) : day;
    if (age !== Number.POSITIVE_INFINITY) query = query.where('listed', '>=', addDays(this.#today, -age));
    return (
      query
        // The one bound from which the index can start.
        .where('listed', '<=', [newest, day].sort()[0]!)
        .where((e) => e.or([e('listed', '<', day), e.and([e('listed', '=', day), e('pk', '<', pk)])]))
        .orderBy('listed', 'desc')
        .orderBy('pk', 'desc')
        .execute()
    );
  }

  /** Whether a row belongs to the lane it was read for. */
  #isOf(lane: number, { listed }: Row): boolean {
    return this.#tiers[lane]?.age !== 'unlisted' || listed === null;
  }

  #pass(lane: number, { listed, pk }: Row): void {
    if (lane < 0) this.#asked.gaps[0]![1] = pk - 1;
    else this.#asked.rounds[lane]!.at = [listed ?? '', pk];
  }

  #end(lane: number): void {
    if (lane < 0) this.#asked.gaps.shift();
    else this.#asked.rounds[lane]!.at = null;
    if (lane < 0 && this.#asked.gaps.length > 0) return;
    this.#lanes.shift();
    if (this.#had > this.#lanes.length) this.#had = this.#lanes.length;
  }
}

export interface TurnOptions {
  /** Youngest first. */
  tiers: Tier[];
  /** Epoch ms. */
  now: number;
  /** Papers per run. */
  most: number;
}

const COLUMNS = ['pk', 'title', 'abstract', 'summary', 'identifiers', 'links', 'listed'] as const;

interface Row {
  pk: number;
  title: string;
  abstract: string | null;
  summary: string | null;
  identifiers: string;
  links: string;
  listed: Day | null;
}

const toKnown = ({ listed: _, identifiers, links, ...row }: Row): KnownPaper => ({
  ...row,
  identifiers: (JSON.parse(identifiers) as Identifier[]).map(({ scheme, value }) => ({ scheme, value })),
  links: JSON.parse(links) as Link[],
});

/** The memory of an earlier run; null if it has another shape (an older version's, other tiers). */
function readAsked(cursor: unknown, tiers: number): Asked | null {
  const { mark, gaps, rounds } = (cursor ?? {}) as Partial<Asked>;
  if (typeof mark !== 'number' || !Array.isArray(gaps) || !Array.isArray(rounds)) return null;
  return rounds.length === tiers ? structuredClone({ mark, gaps, rounds }) : null;
}
