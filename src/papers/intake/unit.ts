/**
 * A unit of work: the papers a batch touches, held in memory while its records find their papers, then written back in
 * few statements (unit-save.ts). Everything happens inside one write transaction.
 */
import type { Change } from '../../store/open.ts';
import type { PaperRow } from '../../store/schema.ts';
import { canonicalId } from '../identifiers.ts';
import type { Identifier, PaperRecord } from '../types.ts';
import { contradict, RecordFacts } from './agree.ts';
import { arrange, COMPARED } from './arrange.ts';
import type { Decision } from './clusters.ts';
import type { Incoming, Intake } from './incoming.ts';
import { nameAll, nameOfIdentifier } from './names.ts';
import { type Loaded, load, type Placed, type RecordNode, type Tally, toNode } from './unit-load.ts';
import { save } from './unit-save.ts';

export type { Placed, RecordNode, Tally } from './unit-load.ts';

export class UnitOfWork {
  readonly #change: Change;
  readonly #loaded: Loaded;
  readonly #nodes = new Map<string, RecordNode[]>();
  readonly #firstPk: number;
  #placed: Placed[] = [];
  #gone: { row: PaperRow; into: number }[] = [];

  private constructor(change: Change, loaded: Loaded, firstPk: number) {
    this.#change = change;
    this.#loaded = loaded;
    this.#firstPk = firstPk;
    for (const node of loaded.nodes) this.#add(node);
  }

  /** @param names `scheme:value` of further papers to load */
  static async load(change: Change, incoming: Incoming[], names: string[] = []): Promise<UnitOfWork> {
    const loaded = await load(change.tx, incoming, names);
    const counter = await change.tx
      .selectFrom('counters')
      .select('value')
      .where('name', '=', 'pk')
      .executeTakeFirstOrThrow();
    return new UnitOfWork(change, loaded, counter.value + 1);
  }

  /** The resulting papers. */
  get placed(): readonly Placed[] {
    return this.#placed;
  }

  /** The operator's decisions so far. */
  get decisions(): readonly Decision[] {
    return this.#loaded.decisions;
  }

  /** All records loaded, in their current state. */
  get nodes(): RecordNode[] {
    return [...this.#nodes.values()].flat();
  }

  #add(node: RecordNode): void {
    const known = this.#nodes.get(node.name);
    if (known) known.push(node);
    else this.#nodes.set(node.name, [node]);
  }

  /**
   * Finds the paper of every record. Returns what became of each, in order.
   *
   * @param isSeen whether this run has brought a record of this name before, or this very record (name and hash)
   */
  place(incoming: Incoming[], isSeen: (what: string) => boolean): (keyof Intake)[] {
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
        now.add(`${item.name} ${item.hash}`);
        fates.push(retallied ? 'updated' : 'unchanged');
        continue;
      }
      const facts = new RecordFacts(item.record, item.key);
      // There may be records of different papers under one key: only those of the same paper are replaced.
      const same = facts.isSure ? (known ?? []) : ofSamePaper(known ?? [], facts);
      const isOfRun = ({ name, hash }: RecordNode): boolean =>
        isSeen(`${name} ${hash}`) || now.has(`${name} ${hash}`);
      // The first occurrence of a record in this run replaces what an earlier run had; a second one is added to it.
      const old = facts.isSure ? (isFirst ? same : []) : same.filter((one) => !isOfRun(one));
      const record = withNames(item.record, old);
      const home = (old[0] ?? same[0])?.home ?? null;
      const node: RecordNode = { ...toNode({ ...item, record }, home), isNew: true };
      if (old.length > 0)
        this.#nodes.set(
          item.name,
          known!.filter((one) => !old.includes(one)),
        );
      now.add(`${item.name} ${item.hash}`);
      this.#add(node);
      added.set(node, at);
      fates.push(same.length > 0 ? 'updated' : null);
    }
    this.arrange();
    // Nothing new: written only if the current rules place a record differently from an earlier version's.
    if (fates.every((fate) => fate === 'unchanged') && this.#isSettled()) {
      this.#placed = [];
      return fates as (keyof Intake)[];
    }
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
   * Stores the counts that a batch brings for a record's name, once. They replace those of an earlier run; of several
   * in one run, which has no order, the highest counts. True if they differ from the known ones.
   */
  #retally({ record, key, name }: Incoming, counted: Map<string, Counts>, sameRun: boolean): boolean {
    const said = counted.get(name);
    if (!said || !counted.delete(name)) return false;
    const known = this.#loaded.tallies.get(name);
    const counts = countsBy((what) => {
      const before = known?.[what] ?? null;
      return sameRun ? most(before, said[what]) : (said[what] ?? before);
    });
    if (known && COUNTED.every((what) => known[what] === counts[what])) return false;
    const home = known?.home ?? null;
    this.#loaded.tallies.set(name, { source: record.source, key, ...counts, home, changed: true });
    return true;
  }

  /**
   * Arranges all records into papers.
   *
   * @param decisions the operator's, if they are not those of the database
   */
  arrange(decisions: Decision[] = this.#loaded.decisions): void {
    this.#placed = [];
    this.#gone = [];
    const papers = arrange(this.nodes, decisions);
    const naming = nameAll(papers);
    const homes = this.#homesOf(papers, naming.names);
    const kept = countHomes(this.#loaded.nodes);
    const claimed = new Set(papers.flatMap((nodes) => nodes.flatMap((node) => node.strongNames)));
    const leads = Map.groupBy(naming.leads.values(), ({ to }) => to);
    let nextPk = this.#firstPk;
    for (const nodes of papers) {
      const pks = (homes.get(nodes) ?? []).sort((a, b) => a - b);
      const [pk, ...gone] = pks;
      const identifiers = naming.names.get(nodes)!;
      // Names it once had remain its own if nobody else claims them.
      for (const had of pks.flatMap(
        (one) => JSON.parse(this.#loaded.rows.get(one)!.identifiers) as Identifier[],
      ))
        if (had.scheme !== 'local' && !claimed.has(nameOfIdentifier(had))) addName(identifiers, had);
      const paper: Placed = {
        pk: pk ?? nextPk++,
        row: pk === undefined ? null : this.#loaded.rows.get(pk)!,
        nodes,
        identifiers,
        claims: naming.claims.get(nodes) ?? [],
        leads: (leads.get(nodes) ?? []).map(({ identifier }) => identifier),
        tallies: [...new Set(nodes.map((node) => node.name))].flatMap(
          (name) => this.#loaded.tallies.get(name) ?? [],
        ),
        isLess: pk !== undefined && countHomes(nodes).get(pk) !== kept.get(pk),
      };
      this.#placed.push(paper);
      for (const other of gone) this.#gone.push({ row: this.#loaded.rows.get(other)!, into: paper.pk });
    }
  }

  /** Whether every record is in the paper it was in, under the name it had. */
  #isSettled(): boolean {
    return (
      this.#gone.length === 0 &&
      this.#placed.every(
        ({ pk, nodes, isLess }) => !isLess && nodes.every((node) => node.home === pk && !node.isNew),
      )
    );
  }

  /**
   * Which existing paper each set of records continues. A paper whose records are now in several sets continues as the
   * one that has its id; otherwise as the one with most of its records.
   */
  #homesOf(papers: RecordNode[][], names: Map<RecordNode[], Identifier[]>): Map<RecordNode[], number[]> {
    const ids = new Map<number, string>();
    for (const row of this.#loaded.rows.values()) ids.set(row.pk, row.id);
    const best = new Map<number, { nodes: RecordNode[]; weight: number }>();
    for (const nodes of papers) {
      for (const [pk, count] of countHomes(nodes)) {
        const hasId = names.get(nodes)!.some((name) => canonicalId([name]) === ids.get(pk));
        const weight = hasId ? Number.POSITIVE_INFINITY : count;
        const known = best.get(pk);
        if (!known || weight > known.weight) best.set(pk, { nodes, weight });
      }
    }
    const homes = new Map<RecordNode[], number[]>();
    for (const [pk, { nodes }] of best) {
      const known = homes.get(nodes);
      if (known) known.push(pk);
      else homes.set(nodes, [pk]);
    }
    return homes;
  }

  /** Writes back what changed. */
  async save(): Promise<void> {
    if (this.#placed.length === 0) return;
    await save(this.#change, this.#placed, this.#gone, this.#firstPk, this.#loaded.claims);
  }
}

/** Those of the records under one key that describe the same paper. */
function ofSamePaper(known: RecordNode[], facts: RecordFacts): RecordNode[] {
  // As in the arrangement: this many are only compared for equality.
  return known.length > COMPARED
    ? known.filter((one) => one.facts.strictSignature === facts.strictSignature)
    : known.filter((one) => !contradict(one.facts, facts, facts.key));
}

/**
 * A record with additional names from its older version: a source that no longer gives a name has not denied it, unless
 * it now gives another of that kind.
 */
function withNames(record: PaperRecord, old: RecordNode[]): PaperRecord {
  const has = new Set(record.identifiers.map(({ scheme }) => scheme));
  // What it now calls another form of the work is no name of its own any more.
  const others = new Set(record.sameAs?.map(nameOfIdentifier));
  const more = old.flatMap((one) =>
    one.record.identifiers.filter(
      (name) => name.scheme !== 'local' && !has.has(name.scheme) && !others.has(nameOfIdentifier(name)),
    ),
  );
  if (more.length === 0) return record;
  const identifiers = [...record.identifiers];
  for (const one of more) addName(identifiers, one);
  return { ...record, identifiers };
}

/** How many records come from each paper. */
function countHomes(nodes: RecordNode[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { home } of nodes) if (home !== null) counts.set(home, (counts.get(home) ?? 0) + 1);
  return counts;
}

function addName(names: Identifier[], one: Identifier): void {
  if (!names.some((known) => nameOfIdentifier(known) === nameOfIdentifier(one))) names.push(one);
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

/** The counts of a batch for each name; the highest, if there are several. */
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
