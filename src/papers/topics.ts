/**
 * Topics: what pages can be made of, each with the time it last changed. A cached page names its topics (consulting.ts
 * has what each question about papers depends on), and is valid as long as none of them has moved. A vote moves the
 * topics of its paper and its day, and leaves everything else in the cache.
 *
 * Time is counted in ticks: every change this process learns of is one. In SQLite, checking the database finds
 * everything that has been committed. PostgreSQL sends notifications of changes (NOTIFY), and is polled in case one is
 * lost.
 */
import type { SearchIndex } from '../search/types.ts';
import type { Counters, Store } from '../store/open.ts';
import type { Day } from './types.ts';

/** Something that pages depend on. */
export type Topic =
  /** Rules, closed editions, decisions: when these move, everything does. */
  | 'site'
  /** Everything about papers except counts of votes and comments: which exist, their words, names and days. */
  | 'papers'
  /** Counts of any paper. */
  | 'counts'
  /** What the search index has, and the votes it ranks by. */
  | 'words'
  | 'votes'
  /** What is being fetched. */
  | 'progress'
  /** A single paper, everything on a day, and the discussion of a paper. */
  | `paper:${number}`
  | `day:${Day}`
  | `comments:${number}`
  | Rank;

/** The trending order from a key upwards: with `above`, all of it; otherwise only which papers are above. */
export interface Rank {
  key: number;
  above: boolean;
}

/** What can be asked about topics. */
export interface Topics {
  /**
   * The current tick, after checking for changes once in each turn of the event loop. Null: some are still being read, see
   * `settled`.
   */
  look(): number | null;
  /** Resolves with the current tick when all changes announced so far have been read. */
  settled(): Promise<number>;
  /** Reads what has been committed until now, without waiting to be told: for whoever has just written something. */
  caughtUp(): Promise<void>;
  /** Whether a topic has moved since a tick. May be wrongly true if the tick is long past. */
  movedSince(topic: Topic, tick: number): boolean;
}

/** Topics whose last move is remembered; beyond these, the oldest are assumed to have moved. */
const KNOWN = 50_000;
/** Moves in trending that are remembered individually. */
const MOVES = 8192;

/** When topics moved. All in memory and synchronous. */
export class TopicTimes {
  #tick = 1;
  /** By name, the most recently moved last. */
  readonly #times = new Map<string, number>();
  /** Topics not in `#times` moved at this tick at the latest. */
  #floor = 0;
  /** The tick at which everything moved. */
  #all = 0;
  /** Moves in trending, oldest first. */
  #moves: { tick: number; low: number; high: number }[] = [];
  #movesFloor = 0;

  get tick(): number {
    return this.#tick;
  }

  /** Begins the next tick; topics moved from now on move at it. */
  next(): void {
    this.#tick++;
  }

  move(topic: Exclude<Topic, Rank>): void {
    this.#times.delete(topic);
    this.#times.set(topic, this.#tick);
    if (this.#times.size <= KNOWN) return;
    const [oldest, tick] = this.#times.entries().next().value!;
    this.#times.delete(oldest);
    this.#floor = tick;
  }

  moveAll(): void {
    this.#all = this.#tick;
    this.#times.clear();
    this.#moves = [];
  }

  /** A paper's key in trending has moved from one to the other. */
  moveRank(low: number, high: number): void {
    this.#moves.push({ tick: this.#tick, low, high });
    if (this.#moves.length < MOVES) return;
    const gone = this.#moves.splice(0, MOVES / 2);
    this.#movesFloor = gone.at(-1)!.tick;
  }

  movedSince(topic: Topic, tick: number): boolean {
    if (this.#all > tick) return true;
    if (typeof topic !== 'object') return (this.#times.get(topic) ?? this.#floor) > tick;
    if (this.#movesFloor > tick) return true;
    for (let i = this.#moves.length - 1; i >= 0 && this.#moves[i]!.tick > tick; i--) {
      const { low, high } = this.#moves[i]!;
      if (high >= topic.key && (topic.above || low <= topic.key)) return true;
    }
    return false;
  }
}

/** The numbers of the index that say whether it has changed. */
type IndexState = Pick<SearchIndex, 'words' | 'votes'>;

/** How often PostgreSQL is polled in case a notification was lost, ms. */
const LOOK = 1000;

export interface FollowOptions {
  store: Store;
  index: IndexState;
  /** Increases whenever the progress of a fetch changes. */
  progress?: () => number;
}

export interface FollowedTopics extends Topics {
  stop(): Promise<void>;
}

/** Follows the changes of a database, an index, and fetches in progress. */
export async function followTopics({
  store,
  index,
  progress = () => 0,
}: FollowOptions): Promise<FollowedTopics> {
  const times = new TopicTimes();
  let counters: Counters = await store.changes({ seq: 0, papers: 0, site: 0, community: 0 });
  let { words, votes } = index;
  let shown = progress();

  const lookAtMemory = (): void => {
    const now = { words: index.words, votes: index.votes, shown: progress() };
    if (now.words === words && now.votes === votes && now.shown === shown) return;
    times.next();
    if (now.words !== words) times.move('words');
    // Papers that are indexed again bring their current votes along.
    if (now.words !== words || now.votes !== votes) times.move('votes');
    if (now.shown !== shown) times.move('progress');
    ({ words, votes, shown } = now);
  };

  const { changesNow, listen } = store;
  if (changesNow) {
    const read = (): number => {
      const changes = changesNow(counters);
      if (changes) {
        take(times, counters, changes);
        counters = changes;
      }
      lookAtMemory();
      return times.tick;
    };
    // Requests that are handled in one turn of the event loop had all been sent before the first of them was: what was
    // read for it is fresh enough for the others.
    let hasRead = false;
    return {
      look() {
        if (hasRead) return times.tick;
        hasRead = true;
        setImmediate(() => {
          hasRead = false;
        });
        return read();
      },
      settled: async () => read(),
      caughtUp: async () => {
        read();
      },
      movedSince: (topic, tick) => times.movedSince(topic, tick),
      stop: async () => {},
    };
  }

  let reading: Promise<void> | null = null;
  let isReading = false;
  let isAsked = false;
  const read = (): Promise<void> => {
    isAsked = true;
    isReading = true;
    reading ??= (async () => {
      while (isAsked) {
        isAsked = false;
        // While the database is away, pages are served as they were.
        const changes = await store.changes(counters).catch(() => null);
        if (changes === null) continue;
        take(times, counters, changes);
        counters = changes;
      }
    })().finally(() => {
      reading = null;
      isReading = false;
    });
    return reading;
  };
  const end = await listen!(() => void read());
  const timer = setInterval(() => void read(), LOOK);
  timer.unref();
  return {
    look() {
      if (isReading) return null;
      lookAtMemory();
      return times.tick;
    },
    async settled() {
      await reading;
      lookAtMemory();
      return times.tick;
    },
    caughtUp: read,
    movedSince: (topic, tick) => times.movedSince(topic, tick),
    async stop() {
      clearInterval(timer);
      await end();
      await reading;
    },
  };
}

/** Moves the topics affected by changes. */
function take(times: TopicTimes, before: Counters, changes: Awaited<ReturnType<Store['changes']>>): void {
  const { moved, given } = changes;
  if (changes.seq === before.seq && changes.site === before.site && changes.community === before.community)
    return;
  times.next();
  // After a restore, numbers may be lower than before.
  const isOther = changes.seq < before.seq || changes.community < before.community;
  if (isOther || changes.site !== before.site || moved === null || given === null) {
    times.moveAll();
    return;
  }
  if (changes.papers !== before.papers) times.move('papers');
  if (moved.length > 0) times.move('counts');
  for (const { pk, days, low, high } of moved) {
    times.move(`paper:${pk}`);
    for (const day of days) times.move(`day:${day}`);
    times.moveRank(low, high);
  }
  for (const pk of given) times.move(`comments:${pk}`);
}
