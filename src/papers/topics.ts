/**
 * Topics: what a page can be made of, each with the time it last changed. A page that is kept names its topics
 * (consulting.ts has what each question about papers depends on), and holds for as long as none of them has moved. A
 * vote moves the topics of its paper and its day, and leaves everything else in the cache.
 *
 * Time is counted in ticks: every change that this process learns of is one. In SQLite a look at the database sees
 * whatever has been committed. In PostgreSQL changes are heard of (NOTIFY), and looked for now and then in case one was
 * not.
 */
import type { SearchIndex } from '../search/types.ts';
import type { Counters, Store } from '../store/open.ts';
import type { Day } from './types.ts';

/** Something pages depend on. */
export type Topic =
  /** Rules, closed editions, decisions: where these move, everything does. */
  | 'site'
  /** What there is of papers, other than counts of votes and comments: which there are, their words, names and days. */
  | 'papers'
  /** Counts of any paper. */
  | 'counts'
  /** What there is to be found, and the votes by which it is ordered. */
  | 'words'
  | 'votes'
  /** What is being fetched. */
  | 'progress'
  /** One paper, everything on a day, and the discussion of a paper. */
  | `paper:${number}`
  | `day:${Day}`
  | `comments:${number}`
  | Rank;

/** The order by trend at or above a key: `above`, all of it; otherwise only who is above. */
export interface Rank {
  key: number;
  above: boolean;
}

/** What is asked of topics. */
export interface Topics {
  /** The present tick, after a look for changes. Null: some are still being read, see `settled`. */
  look(): number | null;
  /** Resolves when everything heard of has been read: with the present tick. */
  settled(): Promise<number>;
  /** Whether a topic has moved since a tick. May say so of one that has not, if that was long ago. */
  movedSince(topic: Topic, tick: number): boolean;
}

/** Topics of which it is known when they moved; beyond these, the oldest are taken to have moved. */
const KNOWN = 50_000;
/** Moves in trending that are remembered one by one. */
const MOVES = 8192;

/** When topics moved. Everything in memory, nothing of it waits. */
export class TopicTimes {
  #tick = 1;
  /** Named topics, those that moved last at the end. */
  readonly #times = new Map<string, number>();
  /** What is not in `#times` moved at this tick at the latest. */
  #floor = 0;
  /** Everything moved. */
  #all = 0;
  /** Moves in trending, the oldest first. */
  #moves: { tick: number; low: number; high: number }[] = [];
  #movesFloor = 0;

  get tick(): number {
    return this.#tick;
  }

  /** Begins the next tick; what is moved from now on moves at it. */
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

  /** A paper's key in trending has gone from one to the other. */
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

/** What of the index says that it has changed. */
type IndexState = Pick<SearchIndex, 'words' | 'votes'>;

/** How often PostgreSQL is looked at in case a change was not heard of, ms. */
const LOOK = 1000;

export interface FollowOptions {
  store: Store;
  index: IndexState;
  /** How often what is being fetched has changed. */
  progress?: () => number;
}

export interface FollowedTopics extends Topics {
  stop(): Promise<void>;
}

/** Follows the changes of a database, an index and what is being fetched. */
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
    // Whatever has been written anew brings its votes along.
    if (now.words !== words || now.votes !== votes) times.move('votes');
    if (now.shown !== shown) times.move('progress');
    ({ words, votes, shown } = now);
  };

  const { changesNow, listen } = store;
  if (changesNow) {
    const look = (): number => {
      const changes = changesNow(counters);
      if (changes) {
        take(times, counters, changes);
        counters = changes;
      }
      lookAtMemory();
      return times.tick;
    };
    return {
      look,
      settled: async () => look(),
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
        // While the database is away, pages are shown as they were.
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
    movedSince: (topic, tick) => times.movedSince(topic, tick),
    async stop() {
      clearInterval(timer);
      await end();
      await reading;
    },
  };
}

/** Moves the topics that changes have moved. */
function take(times: TopicTimes, before: Counters, changes: Awaited<ReturnType<Store['changes']>>): void {
  const { moved, given } = changes;
  if (changes.seq === before.seq && changes.site === before.site && changes.community === before.community)
    return;
  times.next();
  // After a restore, numbers may have gone back.
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
