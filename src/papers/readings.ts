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
import { DerivedPlace } from '../store/derived.ts';
import type { Store } from '../store/open.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import { hash52 } from './hash.ts';

/** Papers read at a time: some 20 ms, because the worker also counts votes, which are to be seen within a second. */
const PAPERS = 100;

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
  readonly #derived: DerivedPlace;
  /** The last change of papers' texts up to which all are read. */
  #done = -1;

  constructor(store: Store) {
    this.#store = store;
    // Old readings are replaced one by one: until then, whoever asks gets them made by the new rules.
    this.#derived = new DerivedPlace(store, 'readings', READING_VERSION);
  }

  /** Reads the next papers of the change log; true while there are more. */
  async step(): Promise<boolean> {
    const { read, write } = this.#store;
    const changed = await counter(read, 'papers');
    if (changed === this.#done || !(await this.#derived.hold())) return false;
    const place = await this.#derived.read();
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
      await this.#derived.move(tx, next);
    });
    if (!isMore) this.#done = changed;
    return isMore;
  }

  /** Whether it has reached the end of the change log. */
  get isDone(): boolean {
    return this.#done >= 0;
  }

  async close(): Promise<void> {
    await this.#derived.release();
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
}
