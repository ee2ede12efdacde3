/**
 * What the rules of the reading room find in abstracts, stored so that nobody has to wait for it. Derived: it is in no
 * backup, and is rebuilt if deleted. A worker follows the change log; a paper it has not reached, or whose text or
 * rules have changed since, is read on demand.
 */
import { pack, unpack } from '../reading/pack.ts';
import { READING_VERSION, readText } from '../reading/read.ts';
import type { Reading } from '../reading/types.ts';
import { inSlices, insertMany } from '../store/bulk.ts';
import { counter } from '../store/counters.ts';
import { holdLease, LEASE, releaseLease } from '../store/leases.ts';
import { getMeta, META } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import { hash52 } from './hash.ts';

/** The lease for reading. */
export const READINGS_LEASE = 'readings';
/** The row of `derived` that says how far the readings are. */
const NAME = 'readings';
/** Papers read at a time: about a tenth of a second, and one short transaction. */
const PAPERS = 500;
/** How long another process's lease is respected, ms. */
const TRY_AGAIN = 2000;

/** The part of a paper that is read. */
export type Readable = Pick<PaperRow, 'pk' | 'abstract' | 'summary'>;

/**
 * The text of a paper that is read: its abstract, or failing that its summary. All spans of its reading refer to this.
 */
export const textRead = ({ abstract, summary }: Pick<Readable, 'abstract' | 'summary'>): string =>
  abstract ?? summary ?? '';

/** The readings of papers by `pk`; those that are missing, or not of this text and these rules, are made here. */
export async function readingsOf(
  { read }: Pick<Store, 'read'>,
  papers: readonly Readable[],
): Promise<Map<number, Reading>> {
  const kept = await inSlices(
    papers.map(({ pk }) => pk),
    (slice) => read.selectFrom('readings').selectAll().where('paper', 'in', slice).execute(),
  );
  const byPaper = new Map(kept.map((row) => [row.paper, row]));
  const found = new Map<number, Reading>();
  for (const paper of papers) {
    const text = textRead(paper);
    const row = byPaper.get(paper.pk);
    const isCurrent = row?.version === READING_VERSION && row.text === hash52(text);
    found.set(paper.pk, isCurrent ? unpack(row.reading) : readText(text));
  }
  return found;
}

/** Keeps the readings of papers. */
async function keep(tx: Db, papers: readonly Readable[]): Promise<void> {
  await insertMany(
    tx,
    'readings',
    ['paper', 'version', 'text', 'reading'],
    papers.map((paper) => {
      const text = textRead(paper);
      return [paper.pk, READING_VERSION, hash52(text), pack(readText(text))];
    }),
    ['paper'],
  );
}

/** Reads papers as they change; one process at a time does so (under a lease), and if it is killed, another resumes. */
export class ReadingFollower {
  readonly #store: Store;
  #heldUntil = 0;
  #triedAt = 0;
  /** The last change of papers' texts up to which all are read. */
  #done = -1;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads the next papers of the change log; true while there are more. */
  async step(): Promise<boolean> {
    const { read, write } = this.#store;
    const changed = await counter(read, 'papers');
    if (changed === this.#done || !(await this.#hold())) return false;
    const place = await this.#place();
    const counted = await this.#store.seq();
    const rows = await read
      .selectFrom('papers')
      .select(['pk', 'seq', 'abstract', 'summary'])
      .where((e) => e(e.refTuple('seq', 'pk'), '>', e.tuple(place.seq, place.pk)))
      .orderBy('seq')
      .orderBy('pk')
      .limit(PAPERS)
      .execute();
    const isMore = rows.length === PAPERS;
    const { seq, pk } = rows.at(-1) ?? place;
    const due = await this.#due(rows);
    const next = { seq: isMore ? seq : Math.max(seq, counted), pk };
    await write.transaction().execute(async (tx) => {
      await keep(tx, due);
      const gone = tx
        .selectFrom('tombstones')
        .select('pk')
        .where('seq', '>', place.seq)
        .where('seq', '<=', next.seq);
      await tx.deleteFrom('readings').where('paper', 'in', gone).execute();
      await tx.updateTable('derived').set(next).where('name', '=', NAME).execute();
    });
    if (!isMore) this.#done = changed;
    return isMore;
  }

  /** Whether it has reached the end of the change log. */
  get isDone(): boolean {
    return this.#done >= 0;
  }

  async close(): Promise<void> {
    if (this.#heldUntil > 0) await releaseLease(this.#store, READINGS_LEASE);
    this.#heldUntil = 0;
  }

  /** The papers whose text is new: most changes are to something else. */
  async #due(rows: readonly Readable[]): Promise<Readable[]> {
    const kept = await inSlices(
      rows.map(({ pk }) => pk),
      (slice) =>
        this.#store.read
          .selectFrom('readings')
          .select(['paper', 'version', 'text'])
          .where('paper', 'in', slice)
          .execute(),
    );
    const byPaper = new Map(kept.map((row) => [row.paper, row]));
    return rows.filter((row) => {
      const one = byPaper.get(row.pk);
      return one?.version !== READING_VERSION || one.text !== hash52(textRead(row));
    });
  }

  async #hold(): Promise<boolean> {
    const now = Date.now();
    if (now < this.#heldUntil - LEASE / 2) return true;
    if (now < this.#triedAt + TRY_AGAIN) return false;
    this.#triedAt = now;
    const held = await holdLease(this.#store, READINGS_LEASE);
    this.#heldUntil = held ? now + LEASE : 0;
    return held;
  }

  /** How far the readings are; with other rules, or after a backup was restored, they start again. */
  async #place(): Promise<{ seq: number; pk: number }> {
    const stamp = `${READING_VERSION} ${(await getMeta(this.#store.read, META.generation)) ?? ''}`;
    const row = await this.#store.read
      .selectFrom('derived')
      .selectAll()
      .where('name', '=', NAME)
      .executeTakeFirst();
    if (row?.stamp === stamp && row.seq <= (await this.#store.seq())) return row;
    await this.#store.write.transaction().execute(async (tx) => {
      // Old readings are replaced one by one; until then, new ones are made on demand.
      await tx.deleteFrom('derived').where('name', '=', NAME).execute();
      await tx.insertInto('derived').values({ name: NAME, stamp, seq: 0, pk: 0 }).execute();
    });
    return { seq: 0, pk: 0 };
  }
}
