/**
 * The places of papers in their editions and in trending. They are worked out for a whole day, or for the top of
 * trending, at once, and remembered until anything changes: every vote moves places on the pages of many papers.
 */
import { LRUCache } from 'lru-cache';
import type { Db, PaperRow } from '../../store/schema.ts';
import { before, inOrder, ORDERS } from '../orders.ts';
import type { Day } from '../types.ts';

/** A paper's place in its edition, and what orders are made by. */
export interface EditionPlace extends Pick<PaperRow, 'id' | 'upvotes' | 'discount' | 'hot'> {
  /** From 1. */
  place: number;
  /** Of how many papers. */
  of: number;
  /** How many others have as many votes. */
  tied: number;
}

interface DayPlaces {
  /** The change after which they were worked out. */
  seq: number;
  papers: Map<number, EditionPlace>;
}

/** Papers whose places are remembered. */
const REMEMBERED = 100_000;

export class EditionPlaces {
  readonly #days = new LRUCache<Day, DayPlaces>({
    maxSize: REMEMBERED,
    sizeCalculation: ({ papers }) => papers.size + 1,
  });

  /** The same, as far as it is remembered; undefined: it has to be worked out. */
  known(day: Day, pk: number, seq: number): EditionPlace | null | undefined {
    const known = this.#days.get(day);
    return known?.seq === seq ? (known.papers.get(pk) ?? null) : undefined;
  }

  /**
   * A paper's place in the edition of a day; null: it is not in it, or late.
   *
   * @param db a consistent view of the database
   * @param seq the last change in it
   */
  async of(db: Db, day: Day, pk: number, seq: number): Promise<EditionPlace | null> {
    let known = this.#days.get(day);
    if (known?.seq !== seq) {
      known = { seq, papers: await placesOf(db, day) };
      this.#days.set(day, known);
    }
    return known.papers.get(pk) ?? null;
  }
}

async function placesOf(db: Db, day: Day): Promise<DayPlaces['papers']> {
  const edition = db.selectFrom('papers').where('listed', '=', day).where('late', '=', 0);
  const rows = await inOrder(edition, ORDERS.votes)
    .select(['pk', 'id', 'upvotes', 'discount', 'hot'])
    .execute();
  const same = new Map<number, number>();
  for (const { upvotes } of rows) same.set(upvotes, (same.get(upvotes) ?? 0) + 1);
  return new Map(
    rows.map(({ pk, ...row }, i) => [
      pk,
      { ...row, place: i + 1, of: rows.length, tied: same.get(row.upvotes)! - 1 },
    ]),
  );
}

/** Places in trending that are worked out at once. Papers further down are seldom read while others vote. */
const TOP = 1000;

export class TrendingPlaces {
  #seq = -1;
  #top = new Map<number, number>();

  /** The place of a paper, from 1, as far as it is remembered; undefined: it has to be worked out. */
  known(pk: number, seq: number): number | undefined {
    return this.#seq === seq ? this.#top.get(pk) : undefined;
  }

  /**
   * The place of a paper, from 1.
   *
   * @param db a consistent view of the database
   * @param seq the last change in it
   */
  async of(db: Db, paper: Pick<PaperRow, 'pk' | 'id' | 'upvotes' | 'hot'>, seq: number): Promise<number> {
    if (this.#seq !== seq) {
      const rows = await inOrder(db.selectFrom('papers'), ORDERS.trending).select('pk').limit(TOP).execute();
      this.#top = new Map(rows.map(({ pk }, i) => [pk, i + 1]));
      this.#seq = seq;
    }
    const known = this.#top.get(paper.pk);
    if (known !== undefined) return known;
    const { count } = await db
      .selectFrom('papers')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(before(ORDERS.trending, paper))
      .executeTakeFirstOrThrow();
    return Number(count) + 1;
  }
}
