/**
 * Sets the formulas of papers behind the pages: first those a reader is waiting for, then those of papers changed
 * since, by the change log. Its position is in the database with the formulas, so a killed process is resumed, and of
 * several processes one does the work (a lease).
 */
import type { Figure } from '../papers/types.ts';
import { counter } from '../store/counters.ts';
import { DerivedPlace } from '../store/derived.ts';
import type { Store } from '../store/open.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import { keepFormulas, unknownOf } from './kept.ts';
import { OWN } from './own.ts';
import { pieces } from './pieces.ts';
import { type Formula, isPermitted, keyOf, STAMP } from './rules.ts';
import type { Setter } from './setter.ts';

/** The name of the lease, and of the row of `derived` that says how far the formulas are. */
const NAME = 'formulas';
/** Papers read at a time, and formulas set at a time. */
const PAPERS = 500;
const AT_ONCE = 200;
/** Formulas queued to be set first; more are dropped, and requested again by the next reader. */
const MOST_WANTED = 5_000;

const COLUMNS = [
  'pk',
  'seq',
  'title',
  'abstract',
  'summary',
  'note',
  'journal',
  'figures',
  'authors',
] as const satisfies readonly (keyof PaperRow)[];
type Row = Pick<PaperRow, (typeof COLUMNS)[number]>;

export class FormulaFollower {
  readonly #store: Store;
  readonly #setter: Setter;
  readonly #stopped: AbortSignal | undefined;
  readonly #wanted = new Map<string, Formula>();
  readonly #follows: boolean;
  readonly #derived: DerivedPlace;
  /** The last change of papers' texts for which all are done: votes alone bring no formulas. */
  #done = -1;
  /** The last change of any kind that was looked at, which is cheaper to ask for. */
  #seen = -1;

  /** `follows` false: it sets only what readers are waiting for, and leaves the change log to others. */
  constructor(store: Store, setter: Setter, stopped?: AbortSignal, follows = true) {
    this.#store = store;
    this.#derived = new DerivedPlace(store, NAME, STAMP);
    this.#setter = setter;
    this.#stopped = stopped;
    this.#follows = follows;
  }

  /** Queues formulas that a reader is waiting for. */
  want(formulas: Formula[]): void {
    for (const formula of formulas)
      if (this.#wanted.size < MOST_WANTED) this.#wanted.set(keyOf(formula), formula);
  }

  /** Does some of the work; true while there is more. */
  async step(): Promise<boolean> {
    if (this.#wanted.size > 0) {
      const wanted = [...this.#wanted.entries()].slice(0, AT_ONCE);
      await this.#set(wanted.map(([, formula]) => formula));
      for (const [key] of wanted) this.#wanted.delete(key);
      return true;
    }
    const seq = this.#follows ? await this.#store.seq() : this.#seen;
    if (seq === this.#seen) return false;
    if ((await lastChange(this.#store.read)) !== this.#done)
      return (await this.#derived.hold()) && this.#follow();
    this.#seen = seq;
    return false;
  }

  async close(): Promise<void> {
    await this.#setter.close();
    await this.#derived.release();
  }

  /** Takes the next papers of the change log; true while there are more. */
  async #follow(): Promise<boolean> {
    const place = await this.#derived.read((tx) => tx.deleteFrom('formulas').execute());
    if (place.isNew) await this.#set(OWN);
    const changed = await lastChange(this.#store.read);
    const counted = await this.#store.seq();
    const rows = await after(this.#store.read, place)
      .select(COLUMNS)
      .orderBy('seq')
      .orderBy('pk')
      .limit(PAPERS)
      .execute();
    const formulas = new Map(rows.flatMap(formulasOf).map((formula) => [keyOf(formula), formula]));
    const unknown = await unknownOf(this.#store.read, [...formulas.values()]);
    for (let at = 0; at < unknown.length; at += AT_ONCE) {
      await this.#set(unknown.slice(at, at + AT_ONCE));
      // Waiting readers wait for at most one portion of these; formulas set meanwhile are found the next time.
      if (this.#wanted.size > 0 || this.#stopped?.aborted) return true;
      if (!(await this.#derived.hold())) return false;
    }
    const { seq, pk } = rows.at(-1) ?? place;
    const isMore = rows.length === PAPERS;
    await this.#derived.move(this.#store.write, { seq: isMore ? seq : Math.max(seq, counted), pk });
    if (isMore) return true;
    this.#done = changed;
    return false;
  }

  async #set(formulas: Formula[]): Promise<void> {
    const html = await this.#setter.set(formulas);
    await this.#store.write.transaction().execute((tx) => keepFormulas(tx, formulas, html));
  }
}

/** Whether the formulas of all present papers are done. */
export async function areFormulasSet({ read }: Store): Promise<boolean> {
  const row = await read.selectFrom('derived').selectAll().where('name', '=', NAME).executeTakeFirst();
  return row !== undefined && row.seq >= (await lastChange(read));
}

/** The last change to anything about papers except their counts. */
const lastChange = (db: Db): Promise<number> => counter(db, 'papers');

/** Papers changed after a position in the change log. */
const after = (db: Db, { seq, pk }: { seq: number; pk: number }) =>
  db.selectFrom('papers').where((e) => e(e.refTuple('seq', 'pk'), '>', e.tuple(seq, pk)));

/** The formulas of a paper, as its pages show them. */
function formulasOf(row: Row): Formula[] {
  const figures = row.figures === '[]' ? [] : (JSON.parse(row.figures) as Figure[]);
  const authors = /[$\\]/.test(row.authors) ? (JSON.parse(row.authors) as string[]) : [];
  const inline = [
    row.title,
    row.note,
    row.journal,
    ...authors,
    ...figures.flatMap((f) => [f.value, f.measure]),
  ];
  const blocks = [row.abstract, row.summary];
  return [
    ...inline.flatMap((text) => formulasIn(text, false)),
    ...blocks.flatMap((text) => formulasIn(text, true)),
  ];
}

/** The formulas of a text. @param block whether display formulas may be on a line of their own */
export function formulasIn(text: string | null, block: boolean): Formula[] {
  if (text === null || !/[$\\]/.test(text)) return [];
  const formulas: Formula[] = [];
  for (const piece of pieces(text)) {
    if (piece.kind !== 'maths') continue;
    const formula = { tex: piece.tex, display: block && piece.display };
    if (isPermitted(formula)) formulas.push(formula);
  }
  return formulas;
}
