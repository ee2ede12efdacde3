/**
 * A unit of work: the papers a batch touches, held in memory while its records find their places, then
 * written back in few statements (unit-save.ts). Everything happens inside one write transaction.
 */
import { inSlices } from '../store/bulk.ts';
import type { Change } from '../store/open.ts';
import type { PaperRow } from '../store/schema.ts';
import { arrange, type Group, type Node } from './arrange.ts';
import { titleKey } from './identifiers.ts';
import type { Incoming, Intake } from './intake.ts';
import { recordOf } from './merge.ts';
import { rowToFolded } from './rows.ts';
import { type Identifier, type PaperRecord, SCHEMES } from './types.ts';
import { save } from './unit-save.ts';

/** A record under work. */
export interface RecordNode extends Node {
  name: string;
  source: string;
  key: string;
  hash: string;
  record: PaperRecord;
  /** Came with this batch. */
  isNew?: true;
}

export interface Tally {
  source: string;
  key: string;
  upvotes: number | null;
  comments: number | null;
  citations: number | null;
  /** Not as the database has it. */
  changed?: boolean;
}

/** A paper as it will be written. */
export interface Placed {
  pk: number;
  /** As the database has it; null for a paper founded now. */
  row: PaperRow | null;
  nodes: RecordNode[];
  identifiers: Identifier[];
  tallies: Tally[];
}

export const nameOf = ({ scheme, value }: Identifier): string => `${scheme}:${value}`;
const isLocal = (name: string): boolean => name.startsWith('local:');

export class UnitOfWork {
  readonly #change: Change;
  readonly #rows = new Map<number, PaperRow>();
  readonly #identifiers = new Map<number, Identifier[]>();
  readonly #nodes = new Map<string, RecordNode[]>();
  readonly #tallies = new Map<string, Tally & { home: number | null }>();
  #firstPk = 0;
  #placed: Placed[] = [];
  #gone: { row: PaperRow; into: number }[] = [];

  private constructor(change: Change) {
    this.#change = change;
  }

  static async load(change: Change, incoming: Incoming[]): Promise<UnitOfWork> {
    const work = new UnitOfWork(change);
    const named = await work.#named(incoming);
    await work.#fetch(named);
    await work.#fetch(await work.#alike(incoming));
    const counter = await change.tx
      .selectFrom('counters')
      .select('value')
      .where('name', '=', 'pk')
      .executeTakeFirstOrThrow();
    work.#firstPk = counter.value + 1;
    return work;
  }

  /** Papers that an identifier of the batch names. */
  async #named(incoming: Incoming[]): Promise<number[]> {
    const found = SCHEMES.map((scheme) => {
      const values = incoming.flatMap(({ record }) =>
        record.identifiers.flatMap((identifier) => (identifier.scheme === scheme ? identifier.value : [])),
      );
      return inSlices([...new Set(values)], (slice) =>
        this.#change.tx
          .selectFrom('identifiers')
          .select('paper_pk')
          .where('scheme', '=', scheme)
          .where('value', 'in', slice)
          .execute(),
      );
    });
    return (await Promise.all(found)).flat().map((row) => row.paper_pk);
  }

  /**
   * Papers of the same titles, as far as weak records are in play: only those may change place. A paper
   * fetched already brings all its titles, since its identifiers may grow and so attract a weak record.
   */
  async #alike(incoming: Incoming[]): Promise<number[]> {
    const weak = new Set<number>();
    const all = new Set<number>();
    const add = (key: number | null, isWeak: boolean): void => {
      if (key === null) return;
      all.add(key);
      if (isWeak) weak.add(key);
    };
    for (const item of incoming)
      add(
        item.titleKey,
        item.record.identifiers.every(({ scheme }) => scheme === 'local'),
      );
    for (const nodes of this.#nodes.values()) for (const node of nodes) add(node.titleKey, node.weak);
    const found = await inSlices([...all], (slice) =>
      this.#change.tx
        .selectFrom('titles')
        .innerJoin('papers', 'papers.pk', 'titles.paper_pk')
        .select(['titles.title_key', 'titles.paper_pk', 'papers.weak'])
        .where('titles.title_key', 'in', slice)
        .execute(),
    );
    for (const row of found) if (row.weak !== 0) weak.add(row.title_key);
    return found.filter((row) => weak.has(row.title_key)).map((row) => row.paper_pk);
  }

  async #fetch(wanted: number[]): Promise<void> {
    const { tx } = this.#change;
    const pks = [...new Set(wanted)].filter((pk) => !this.#rows.has(pk));
    const rows = await inSlices(pks, (slice) =>
      tx.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
    );
    for (const row of rows) {
      this.#rows.set(row.pk, row);
      this.#identifiers.set(row.pk, JSON.parse(row.identifiers) as Identifier[]);
    }
    const records = await inSlices(pks, (slice) =>
      tx.selectFrom('records').selectAll().where('paper_pk', 'in', slice).execute(),
    );
    for (const { source, key, hash, paper_pk, content } of records) {
      const row = this.#rows.get(paper_pk)!;
      const record = content === null ? recordOf(rowToFolded(row)) : (JSON.parse(content) as PaperRecord);
      const node = toNode(
        { record, key, hash, name: `${source} ${key}`, titleKey: titleKey(record.title) },
        paper_pk,
      );
      this.#add(node);
    }
    const tallies = await inSlices(pks, (slice) =>
      tx.selectFrom('tallies').selectAll().where('paper_pk', 'in', slice).execute(),
    );
    for (const { paper_pk, ...tally } of tallies) {
      this.#tallies.set(`${tally.source} ${tally.key}`, { ...tally, home: paper_pk });
    }
  }

  #add(node: RecordNode): void {
    const known = this.#nodes.get(node.name);
    if (known) known.push(node);
    else this.#nodes.set(node.name, [node]);
  }

  /** Finds every record its paper. Returns what became of each, in order. */
  place(incoming: Incoming[], isSeen: (name: string) => boolean): (keyof Intake)[] {
    const now = new Set<string>();
    const fates: (keyof Intake | null)[] = [];
    const added = new Map<RecordNode, number>();
    const counted = countedIn(incoming);
    for (const [at, item] of incoming.entries()) {
      const known = this.#nodes.get(item.name);
      const retallied = this.#retally(item, counted, isSeen(item.name));
      const isFirst = !isSeen(item.name) && !now.has(item.name);
      now.add(item.name);
      if (known?.some((node) => node.hash === item.hash)) {
        fates.push(retallied ? 'updated' : 'unchanged');
        continue;
      }
      // The first sight of a record in this run replaces what an earlier run had; a second one joins it.
      const home = known?.[0]?.home ?? null;
      if (known && isFirst) this.#nodes.delete(item.name);
      const node: RecordNode = { ...toNode(item, home), isNew: true };
      this.#add(node);
      added.set(node, at);
      fates.push(known ? 'updated' : null);
    }
    if (fates.every((fate) => fate === 'unchanged')) return fates as (keyof Intake)[];
    this.#arrange();
    for (const paper of this.#placed) {
      let founds = paper.row === null;
      for (const node of paper.nodes) {
        const at = added.get(node);
        if (at === undefined || fates[at] !== null) continue;
        fates[at] = founds ? 'imported' : 'merged';
        founds = false;
      }
    }
    return fates as (keyof Intake)[];
  }

  /**
   * Notes the counts that a batch brings for a record's name, once. Counts of an earlier run give way; of
   * several in one run, which has no order, the most stands. True when they differ from those known.
   */
  #retally({ record, key, name }: Incoming, counted: Map<string, Counts>, sameRun: boolean): boolean {
    const said = counted.get(name);
    if (!said || !counted.delete(name)) return false;
    const known = this.#tallies.get(name);
    const counts = countsBy((what) => {
      const before = known?.[what] ?? null;
      return sameRun ? most(before, said[what]) : (said[what] ?? before);
    });
    if (known && COUNTED.every((what) => known[what] === counts[what])) return false;
    const home = known?.home ?? null;
    this.#tallies.set(name, { source: record.source, key, ...counts, home, changed: true });
    return true;
  }

  #arrange(): void {
    const known = [...this.#identifiers].map(([pk, identifiers]) => ({
      pk,
      strongNames: identifiers.map(nameOf).filter((name) => !isLocal(name)),
    }));
    let nextPk = this.#firstPk;
    for (const group of arrange([...this.#nodes.values()].flat(), known)) {
      const [pk, ...gone] = group.pks.sort((a, b) => a - b);
      const paper: Placed = {
        pk: pk ?? nextPk++,
        row: pk === undefined ? null : this.#rows.get(pk)!,
        nodes: group.nodes,
        identifiers: this.#namesOf(group),
        tallies: [...new Set(group.nodes.map((node) => node.name))].flatMap(
          (name) => this.#tallies.get(name) ?? [],
        ),
      };
      this.#placed.push(paper);
      for (const other of gone) this.#gone.push({ row: this.#rows.get(other)!, into: paper.pk });
    }
  }

  /** The names of a group's records, and those its papers once had that no record claims any more. */
  #namesOf(group: Group<RecordNode>): Identifier[] {
    const names = new Map<string, Identifier>();
    const add = (identifier: Identifier): void => {
      const known = names.get(nameOf(identifier));
      if (!known || (known.version ?? 0) < (identifier.version ?? 0))
        names.set(nameOf(identifier), identifier);
    };
    for (const node of group.nodes) for (const identifier of node.record.identifiers) add(identifier);
    for (const pk of group.pks) {
      for (const identifier of this.#identifiers.get(pk)!) {
        if (identifier.scheme !== 'local' || !this.#claimedElsewhere(nameOf(identifier), group))
          add(identifier);
      }
    }
    return [...names.values()];
  }

  #claimedElsewhere(name: string, group: Group<RecordNode>): boolean {
    for (const nodes of this.#nodes.values()) {
      for (const node of nodes) {
        if (node.weak && node.localNames.includes(name) && !group.nodes.includes(node)) return true;
      }
    }
    return false;
  }

  /** Writes back what changed. */
  async save(): Promise<void> {
    if (this.#placed.length > 0) await save(this.#change, this.#placed, this.#gone, this.#firstPk);
  }
}

const COUNTED = ['upvotes', 'comments', 'citations'] as const;
type Counts = Pick<Tally, (typeof COUNTED)[number]>;

const countsBy = (count: (what: keyof Counts) => number | null): Counts => ({
  upvotes: count('upvotes'),
  comments: count('comments'),
  citations: count('citations'),
});

const most = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** What a batch counts for each name; the most, where it counts twice. */
function countedIn(incoming: Incoming[]): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const { name, record } of incoming) {
    if (COUNTED.every((what) => record[what] === undefined)) continue;
    const known = counts.get(name);
    counts.set(
      name,
      countsBy((what) => most(known?.[what] ?? null, record[what] ?? null)),
    );
  }
  return counts;
}

function toNode(item: Incoming, home: number | null): RecordNode {
  const names = item.record.identifiers.map(nameOf);
  const strongNames = names.filter((name) => !isLocal(name));
  return {
    name: item.name,
    source: item.record.source,
    key: item.key,
    hash: item.hash,
    record: item.record,
    weak: strongNames.length === 0,
    strongNames,
    localNames: names.filter(isLocal),
    titleKey: item.titleKey,
    home,
  };
}
