/**
 * What a unit of work must know: every record that could affect which paper those of a batch belong to. Loaded in
 * rounds, since a paper found may lead to others: by names it claims and another has, by titles of its weak records, by
 * the operator's decisions.
 */
import { inSlices } from '../../store/bulk.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { hash52 } from '../hash.ts';
import { titleKey } from '../identifiers.ts';
import { recordOf } from '../merge.ts';
import { rowToMerged } from '../rows.ts';
import { type Identifier, type PaperRecord, SCHEMES } from '../types.ts';
import { EXCLUSIVE, RecordFacts } from './agree.ts';
import type { Decision, Node } from './clusters.ts';
import { contentHash, type Incoming } from './incoming.ts';
import { nameOfIdentifier } from './names.ts';
import { formerName, formerTitleKey, renamed } from './own-ids.ts';

/** A record under work. */
export interface RecordNode extends Node {
  /** `source key`. */
  name: string;
  source: string;
  key: string;
  record: PaperRecord;
  /** The paper it is already in, if any. */
  home: number | null;
  /** Arrived with this batch, or must be written for another reason. */
  isNew?: true;
}

export interface Tally {
  source: string;
  key: string;
  upvotes: number | null;
  comments: number | null;
  citations: number | null;
  /** Differs from the database. */
  changed?: boolean;
}

/** A paper as it will be written. */
export interface Placed {
  pk: number;
  /** As in the database; null for a new paper. */
  row: PaperRow | null;
  nodes: RecordNode[];
  identifiers: Identifier[];
  /** Names that its records claim and it does not have. */
  claims: Identifier[];
  /** Names that no paper has, and that lead here. */
  leads: Identifier[];
  tallies: Tally[];
  /** A record of it has moved to another paper. */
  isLess: boolean;
}

/** Papers, records and counts as in the database. */
export interface Loaded {
  rows: Map<number, PaperRow>;
  nodes: RecordNode[];
  /** By `source key`. */
  tallies: Map<string, Tally & { home: number | null }>;
  /** `scheme:value` of names that a paper's records claim and it does not have, by paper. */
  claims: Map<number, Set<string>>;
  decisions: Decision[];
}

/** Loads the records among which these are to be placed, and the additional papers named. */
export async function load(tx: Db, incoming: Incoming[], names: string[] = []): Promise<Loaded> {
  const loading = new Loading(tx);
  await loading.begin();
  return loading.run(incoming, names);
}

/** Titles for which the database may still have the key from before symbols counted. */
const HAS_SIGNS = /[\\+#*<>=@%^†‡]|[^\p{ASCII}]/u;

class Loading {
  readonly #tx: Db;
  readonly #rows = new Map<number, PaperRow>();
  readonly #nodes: RecordNode[] = [];
  readonly #tallies: Loaded['tallies'] = new Map();
  readonly #claims: Loaded['claims'] = new Map();
  #decisions: Decision[] = [];
  readonly #partners = new Map<string, string[]>();
  #anyClaims = false;
  readonly #askedNames = new Set<string>();
  readonly #askedTitles = new Set<number>();

  constructor(tx: Db) {
    this.#tx = tx;
  }

  /** Checks whether there is anything in tables that are nearly always empty. */
  async begin(): Promise<void> {
    const some = await this.#tx.selectFrom('claims').select('paper_pk').limit(1).executeTakeFirst();
    this.#anyClaims = some !== undefined;
    const rows = await this.#tx.selectFrom('decisions').select(['kind', 'one', 'other']).execute();
    this.#decisions = rows.map(({ kind, one, other }) => ({ kind: kind as Decision['kind'], one, other }));
    for (const { kind, one, other } of this.#decisions) {
      if (kind !== 'join') continue;
      this.#partners.set(one, [...(this.#partners.get(one) ?? []), other]);
      this.#partners.set(other, [...(this.#partners.get(other) ?? []), one]);
    }
  }

  async run(incoming: Incoming[], more: string[]): Promise<Loaded> {
    const names = [...more];
    const titles = new Map<number, boolean>();
    const addTitle = (title: string, key: number | null, isWeak: boolean): void => {
      if (key === null) return;
      for (const one of HAS_SIGNS.test(title) ? [key, formerTitleKey(title)] : [key])
        titles.set(one, titles.get(one) || isWeak);
    };
    for (const { record, titleKey: key, name } of incoming) {
      for (const identifier of record.identifiers) names.push(nameOfIdentifier(identifier));
      for (const identifier of record.sameAs ?? []) names.push(nameOfIdentifier(identifier));
      const isWeak = record.identifiers.every(({ scheme }) => scheme === 'local');
      if (isWeak) names.push(`local:${formerName(record)}`);
      names.push(
        ...this.#partnersOf(refOf(new RecordFacts(record, nameOfIdentifier(record.identifiers[0]!)), name)),
      );
      addTitle(record.title, key, isWeak);
    }
    let isFirst = true;
    for (;;) {
      const found = await this.#fetch([...(await this.#named(names)), ...(await this.#claiming(names))]);
      names.length = 0;
      for (const node of found) {
        this.#follow(node, names);
        // A paper known by its names may get more of them, and so attract a weak record with its title; of those found
        // otherwise, only weak ones may move.
        if (isFirst || node.strongNames.length === 0)
          addTitle(node.record.title, node.titleKey, node.strongNames.length === 0);
      }
      const alike = await this.#fetch(await this.#alike(titles));
      titles.clear();
      for (const node of alike) {
        this.#follow(node, names);
        if (node.strongNames.length === 0) addTitle(node.record.title, node.titleKey, true);
      }
      isFirst = false;
      if (names.every((name) => this.#askedNames.has(name)) && titles.size === 0) break;
    }
    return {
      rows: this.#rows,
      nodes: this.#nodes,
      tallies: this.#tallies,
      claims: this.#claims,
      decisions: this.#decisions,
    };
  }

  /** Names by which a record just loaded leads to others. */
  #follow(node: RecordNode, names: string[]): void {
    const { identifiers } = this.#rows.get(node.home!)!;
    const add = ({ scheme, value }: Identifier): void => {
      // Its own names lead only to itself, unless others claim them.
      const written = JSON.stringify({ scheme, value }).slice(0, -1);
      if (this.#anyClaims || !identifiers.includes(written)) names.push(`${scheme}:${value}`);
    };
    for (const identifier of node.record.identifiers) add(identifier);
    for (const identifier of node.record.sameAs ?? []) add(identifier);
    names.push(...this.#partnersOf(node.ref));
  }

  /** The keys of records that the operator joined with this one. */
  #partnersOf(ref: string): string[] {
    return (this.#partners.get(ref) ?? []).map((other) => other.split(' ')[1]!);
  }

  /** Papers that have one of these names. */
  async #named(names: string[]): Promise<number[]> {
    const fresh = new Set(names.filter((name) => !this.#askedNames.has(name)));
    if (fresh.size === 0) return [];
    const found = SCHEMES.map((scheme) => {
      const values = [...fresh].flatMap((name) =>
        name.startsWith(`${scheme}:`) ? name.slice(scheme.length + 1) : [],
      );
      return inSlices(values, (slice) =>
        this.#tx
          .selectFrom('identifiers')
          .select('paper_pk')
          .where('scheme', '=', scheme)
          .where('value', 'in', slice)
          .execute(),
      );
    });
    return (await Promise.all(found)).flat().map((row) => row.paper_pk);
  }

  /** Papers whose records claim one of these names although another has it. Marks the names as looked up. */
  async #claiming(names: string[]): Promise<number[]> {
    const fresh = [...new Set(names)].filter((name) => !this.#askedNames.has(name));
    for (const name of fresh) this.#askedNames.add(name);
    if (!this.#anyClaims) return [];
    const rows = await inSlices(fresh, (slice) =>
      this.#tx.selectFrom('claims').select('paper_pk').where('name', 'in', slice).execute(),
    );
    return rows.map((row) => row.paper_pk);
  }

  /**
   * Papers with the same titles, if weak records are involved: only those may move.
   *
   * @param titles keys, and whether a weak record has that title
   */
  async #alike(titles: Map<number, boolean>): Promise<number[]> {
    const fresh = [...titles.keys()].filter((key) => !this.#askedTitles.has(key));
    const found = await inSlices(fresh, (slice) =>
      this.#tx
        .selectFrom('titles')
        .innerJoin('papers', 'papers.pk', 'titles.paper_pk')
        .select(['titles.title_key', 'titles.paper_pk', 'papers.weak'])
        .where('titles.title_key', 'in', slice)
        .execute(),
    );
    const weak = new Set([...titles].flatMap(([key, isWeak]) => (isWeak ? key : [])));
    for (const row of found) if (row.weak !== 0) weak.add(row.title_key);
    for (const key of fresh) if (weak.has(key)) this.#askedTitles.add(key);
    return found.filter((row) => weak.has(row.title_key)).map((row) => row.paper_pk);
  }

  /** Loads papers that are not loaded yet; returns their records. */
  async #fetch(wanted: number[]): Promise<RecordNode[]> {
    const tx = this.#tx;
    const pks = [...new Set(wanted)].filter((pk) => !this.#rows.has(pk));
    if (pks.length === 0) return [];
    const rows = await inSlices(pks, (slice) =>
      tx.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
    );
    for (const row of rows) this.#rows.set(row.pk, row);
    const records = await inSlices(pks, (slice) =>
      tx.selectFrom('records').selectAll().where('paper_pk', 'in', slice).execute(),
    );
    const tallies = await inSlices(pks, (slice) =>
      tx.selectFrom('tallies').selectAll().where('paper_pk', 'in', slice).execute(),
    );
    for (const { paper_pk, ...tally } of tallies)
      this.#tallies.set(`${tally.source} ${tally.key}`, { ...tally, home: paper_pk });
    const nodes = records.map(({ key, hash, paper_pk, content }) => {
      const row = this.#rows.get(paper_pk)!;
      const record = content === null ? recordOf(rowToMerged(row)) : (JSON.parse(content) as PaperRecord);
      return this.#renewed(record, key, hash, paper_pk);
    });
    this.#nodes.push(...nodes);
    if (this.#anyClaims) {
      const claims = await inSlices(pks, (slice) =>
        tx.selectFrom('claims').selectAll().where('paper_pk', 'in', slice).execute(),
      );
      for (const { name, paper_pk } of claims) {
        const known = this.#claims.get(paper_pk);
        if (known) known.add(name);
        else this.#claims.set(paper_pk, new Set([name]));
      }
    }
    return nodes;
  }

  /** A record of the database, under its current name (own-ids.ts). */
  #renewed(record: PaperRecord, key: string, hash: string, home: number): RecordNode {
    const now = renamed(record, key);
    if (now === record) return toNode({ record, key, hash, name: `${record.source} ${key}` }, home);
    const nowKey = nameOfIdentifier(now.identifiers[0]!);
    const name = `${record.source} ${nowKey}`;
    const tally = this.#tallies.get(`${record.source} ${key}`);
    if (tally) this.#tallies.set(name, { ...tally, key: nowKey, changed: true });
    return { ...toNode({ record: now, key: nowKey, hash: contentHash(now), name }, home), isNew: true };
  }
}

/** A record as it is arranged. */
export function toNode(
  item: Pick<Incoming, 'record' | 'key' | 'hash' | 'name'> & { titleKey?: number | null },
  home: number | null,
): RecordNode {
  const names = item.record.identifiers.map(nameOfIdentifier);
  const strongNames = names.filter((name) => !name.startsWith('local:'));
  const facts = new RecordFacts(item.record, item.key);
  return {
    ref: refOf(facts, item.name),
    name: item.name,
    source: item.record.source,
    key: item.key,
    hash: item.hash,
    record: item.record,
    facts,
    strongNames,
    own: ownOf(strongNames, item.key),
    localNames: names.filter((name) => name.startsWith('local:')),
    sameAs: item.record.sameAs?.map(nameOfIdentifier) ?? [],
    titleKey: item.titleKey === undefined ? titleKey(item.record.title) : item.titleKey,
    home,
  };
}

/**
 * The name of a record in the operator's decisions: `source key`, and if several records may have that key, a hash of
 * what distinguishes them.
 */
export function refOf(facts: RecordFacts, name: string): string {
  if (!facts.isTyped && !facts.isMade) return name;
  const said = facts.isGeneric ? facts.strictSignature : `${facts.title}|${facts.author}`;
  return `${name} ${hash52(said).toString(36)}`;
}

/** Of names that a paper has one of, the record's key, or the smallest: independent of their order. */
function ownOf(strongNames: string[], key: string): string[] {
  const own: string[] = [];
  for (const scheme of EXCLUSIVE) {
    let best: string | undefined;
    for (const name of strongNames) {
      if (!name.startsWith(scheme)) continue;
      if (best === undefined || name === key || (best !== key && name < best)) best = name;
    }
    if (best !== undefined) own.push(best);
  }
  return own;
}
