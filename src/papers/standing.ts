/** Why a paper is ranked where it is, in numbers. What votes do not change is remembered. */
import { LRUCache } from 'lru-cache';
import { inSlices } from '../store/bulk.ts';
import { counters } from '../store/counters.ts';
import type { Store } from '../store/open.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import type { Standing } from './library.ts';
import { type EditionPlace, EditionPlaces, TrendingPlaces } from './lists/places.ts';
import { byTrust } from './merge.ts';
import { trendingParts } from './ranking.ts';
import type { Day, Paper, PaperRecord, Source } from './types.ts';

/** What sources say of a paper that votes do not change. */
interface SourcesSay {
  /** As of this change to papers, and for the paper as this change wrote it: it may have been read before the former. */
  change: number;
  seq: number | undefined;
  tallies: { source: string; upvotes: number; comments: number }[];
  toldBy: Standing['toldBy'];
}

/** Papers for which that is remembered. */
const SAID_KEPT = 5000;

export class Standings {
  readonly #store: Store;
  readonly #editions = new EditionPlaces();
  readonly #trending = new TrendingPlaces();
  readonly #sourcesSay = new LRUCache<number, SourcesSay>({ max: SAID_KEPT });
  /** As they were when they were last read. */
  #counters = { seq: -1, papers: -1 };

  constructor(store: Store) {
    this.#store = store;
  }

  /** The standing of a paper. */
  async of(paper: Paper): Promise<Standing> {
    return this.#known(paper, await this.#store.seq()) ?? this.#store.view((db) => this.#read(db, paper));
  }

  /** The standing, if all of it is remembered; null: it has to be read. @param seq the last change */
  #known(paper: Paper, seq: number): Standing | null {
    const { pk, listed } = paper;
    if (this.#counters.seq !== seq || listed === null) return null;
    const inEdition = this.#editions.known(listed, pk, seq);
    const inTrending = this.#trending.known(pk, seq);
    const said = this.#sourcesSay.get(pk);
    if (!inEdition || inTrending === undefined || !this.#holds(said, paper, this.#counters.papers))
      return null;
    return standingOf(listed, inEdition, inEdition, inTrending, said);
  }

  /** @param db a consistent view of the database */
  async #read(db: Db, paper: Paper): Promise<Standing> {
    const read = await counters(db, 'seq', 'papers');
    this.#counters = read;
    const { pk, listed } = paper;
    const inEdition = listed === null ? null : await this.#editions.of(db, listed, pk, read.seq);
    const row = inEdition ?? (await rankedBy(db, pk));
    const inTrending = await this.#trending.of(db, { pk, ...row }, read.seq);
    return standingOf(listed, row, inEdition, inTrending, await this.#said(db, paper, read.papers));
  }

  #holds(said: SourcesSay | undefined, paper: Paper, change: number): said is SourcesSay {
    return said?.change === change && said.seq === paper.seq;
  }

  /** What the sources say about a paper's standing. @param change the last one to papers other than votes */
  async #said(db: Db, paper: Paper, change: number): Promise<SourcesSay> {
    const known = this.#sourcesSay.get(paper.pk);
    if (this.#holds(known, paper, change)) return known;
    const tallies = (await talliesOf(db, [paper.pk])).get(paper.pk) ?? [];
    const read = { change, seq: paper.seq, tallies, toldBy: await toldBy(db, paper) };
    this.#sourcesSay.set(paper.pk, read);
    return read;
  }
}

type RankedBy = Pick<PaperRow, 'id' | 'upvotes' | 'discount' | 'hot'>;

/** @param ranked what the paper is ranked by */
function standingOf(
  edition: Day | null,
  { upvotes, discount, hot }: RankedBy,
  inEdition: EditionPlace | null,
  inTrending: number,
  { tallies, toldBy }: SourcesSay,
): Standing {
  const parts = trendingParts({ upvotes: upvotes - discount, day: edition });
  // Those that the total has taken over: a vote of this moment is in neither yet.
  const votes = upvotes - Math.max(0, ...tallies.map((tally) => tally.upvotes));
  const local = votes > 0 ? [{ source: 'here', upvotes: votes, comments: 0 }] : [];
  return {
    place: inEdition?.place ?? null,
    of: inEdition?.of ?? 0,
    edition,
    upvotes,
    discount,
    tied: inEdition?.tied ?? 0,
    trending: parts && { place: inTrending, ...parts, key: hot },
    tallies: [...tallies, ...local],
    toldBy,
  };
}

const rankedBy = (db: Db, pk: number): Promise<RankedBy> =>
  db
    .selectFrom('papers')
    .select(['id', 'upvotes', 'discount', 'hot'])
    .where('pk', '=', pk)
    .executeTakeFirstOrThrow();

/** The source of a paper's summary and keywords: the most trusted record that has any. */
async function toldBy(db: Db, paper: Paper): Promise<Standing['toldBy']> {
  const { pk, summary, keywords, sources } = paper;
  const rows = await db
    .selectFrom('records')
    .select(['hash', 'content'])
    .where('paper_pk', '=', pk)
    .where('content', 'is not', null)
    .execute();
  const records = rows.map(({ hash, content }) => ({ hash, record: JSON.parse(content!) as PaperRecord }));
  records.sort(byTrust);
  const from = (has: (record: PaperRecord) => boolean, otherwise = sources[0] ?? null): Source | null =>
    records.find(({ record }) => has(record))?.record.source ??
    (records.length === 0 ? (sources[0] ?? null) : otherwise);
  return {
    // Written by an author, it is nobody else's.
    summary: summary === null ? null : from((record) => record.summary === summary, null),
    keywords: keywords.length === 0 ? null : from((record) => (record.keywords?.length ?? 0) > 0),
  };
}

/** Votes and comments as counted elsewhere, by paper and source. */
export async function talliesOf(
  db: Db,
  pks: number[],
): Promise<Map<number, { source: string; upvotes: number; comments: number }[]>> {
  const rows = await inSlices(pks, (part) =>
    db
      .selectFrom('tallies')
      .selectAll()
      .where('paper_pk', 'in', part)
      .orderBy('source')
      .orderBy('key')
      .execute(),
  );
  const tallies = new Map<number, { source: string; upvotes: number; comments: number }[]>();
  for (const row of rows) {
    // A source that counted only citations has not counted these.
    if (row.upvotes === null && row.comments === null) continue;
    const list = tallies.get(row.paper_pk) ?? [];
    const known = list.find((tally) => tally.source === row.source);
    if (known) {
      known.upvotes += row.upvotes ?? 0;
      known.comments += row.comments ?? 0;
    } else {
      list.push({ source: row.source, upvotes: row.upvotes ?? 0, comments: row.comments ?? 0 });
    }
    tallies.set(row.paper_pk, list);
  }
  return tallies;
}
