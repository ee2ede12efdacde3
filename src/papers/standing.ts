/** Why a paper is ranked where it is, in numbers. What votes do not change is remembered. */
import { LRUCache } from 'lru-cache';
import { inSlices } from '../store/bulk.ts';
import { counters } from '../store/counters.ts';
import type { Db } from '../store/schema.ts';
import type { Standing } from './library.ts';
import { EditionPlaces } from './lists/places.ts';
import { byTrust } from './merge.ts';
import { before, ORDERS } from './orders.ts';
import { trendingParts } from './ranking.ts';
import type { Paper, PaperRecord, Source } from './types.ts';

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
  readonly #places = new EditionPlaces();
  readonly #sourcesSay = new LRUCache<number, SourcesSay>({ max: SAID_KEPT });

  /** The standing of a paper. @param db a consistent view of the database */
  async of(db: Db, paper: Paper): Promise<Standing> {
    const changes = await counters(db, 'seq', 'papers');
    const { listed } = paper;
    const inEdition = listed === null ? null : await this.#places.of(db, listed, paper.pk, changes.seq);
    const { discount, ...own } = await ranked(db, paper.pk);
    const { id, upvotes, hot } = inEdition ?? own;
    const parts = trendingParts({ upvotes: upvotes - discount, day: listed });
    const ahead = await db
      .selectFrom('papers')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(before(ORDERS.trending, { id, upvotes, hot }))
      .executeTakeFirstOrThrow();
    const { tallies, toldBy } = await this.#said(db, paper, changes.papers);
    // Those that the total has taken over: a vote of this moment is in neither yet.
    const votes = upvotes - Math.max(0, ...tallies.map((tally) => tally.upvotes));
    const local = votes > 0 ? [{ source: 'here', upvotes: votes, comments: 0 }] : [];
    return {
      place: inEdition?.place ?? null,
      of: inEdition?.of ?? 0,
      edition: listed,
      upvotes,
      discount,
      tied: inEdition?.tied ?? 0,
      trending: parts && { place: Number(ahead.count) + 1, ...parts, key: hot },
      tallies: [...tallies, ...local],
      toldBy,
    };
  }

  /** What the sources say about a paper's standing. @param change the last one to papers other than votes */
  async #said(db: Db, paper: Paper, change: number): Promise<SourcesSay> {
    let known = this.#sourcesSay.get(paper.pk);
    if (known?.change !== change || known.seq !== paper.seq) {
      const tallies = (await talliesOf(db, [paper.pk])).get(paper.pk) ?? [];
      known = { change, seq: paper.seq, tallies, toldBy: await toldBy(db, paper) };
      this.#sourcesSay.set(paper.pk, known);
    }
    return known;
  }
}

const ranked = (db: Db, pk: number) =>
  db
    .selectFrom('papers')
    .select(['id', 'upvotes', 'discount', 'hot'])
    .where('pk', '=', pk)
    .executeTakeFirstOrThrow();

/** The source of a paper's summary and keywords: the most trusted record that has any. */
async function toldBy(db: Db, { pk, summary, keywords, sources }: Paper): Promise<Standing['toldBy']> {
  const rows = await db
    .selectFrom('records')
    .select(['hash', 'content'])
    .where('paper_pk', '=', pk)
    .where('content', 'is not', null)
    .execute();
  const records = rows.map(({ hash, content }) => ({ hash, record: JSON.parse(content!) as PaperRecord }));
  records.sort(byTrust);
  const from = (has: (record: PaperRecord) => boolean): Source | null =>
    records.find(({ record }) => has(record))?.record.source ?? sources[0] ?? null;
  return {
    summary: summary === null ? null : from((record) => record.summary !== undefined),
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
