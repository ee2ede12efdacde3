/**
 * The papers a batch touches, held in memory while its records find their places, and written back at the
 * end in few statements (a unit of work). Everything here happens inside one write transaction.
 */
import { inSlices, insertMany } from '../store/bulk.ts';
import type { Change } from '../store/open.ts';
import type { PaperRow } from '../store/schema.ts';
import type { Incoming } from './intake.ts';
import { byTrust, fold, type HashedRecord, recordOf } from './merge.ts';
import { PAPER_COLUMNS, paperRow, rowToFolded } from './rows.ts';
import { authorSlug } from './slug.ts';
import type { Identifier, PaperRecord, Scheme } from './types.ts';

interface RecordRow extends HashedRecord {
  name: string;
  source: string;
  key: string;
}

interface Tally {
  source: string;
  key: string;
  upvotes: number | null;
  comments: number | null;
}

/** One paper under work. */
export class Entity {
  readonly pk: number;
  /** As the database has it; null for a paper founded in this batch. */
  readonly row: PaperRow | null;
  records: RecordRow[] = [];
  identifiers = new Map<string, Identifier>();
  tallies = new Map<string, Tally>();
  titleKey: number | null;
  weak: boolean;
  dirty = false;

  constructor(pk: number, row: PaperRow | null, titleKey: number | null, weak: boolean) {
    this.pk = pk;
    this.row = row;
    this.titleKey = titleKey;
    this.weak = weak;
  }

  /** Adds a record; false when the paper has it already. */
  add(item: Incoming): boolean {
    if (this.records.some((row) => row.name === item.name && row.hash === item.hash)) return false;
    this.records.push({
      name: item.name,
      source: item.record.source,
      key: item.key,
      hash: item.hash,
      record: item.record,
    });
    for (const identifier of item.record.identifiers) this.name(identifier);
    this.weak &&= item.weak;
    this.dirty = true;
    return true;
  }

  name(identifier: Identifier): void {
    const key = `${identifier.scheme}:${identifier.value}`;
    const known = this.identifiers.get(key);
    if (known && (known.version ?? 0) >= (identifier.version ?? 0)) return;
    this.identifiers.set(key, { ...identifier });
    this.dirty = true;
  }

  drop(name: string): void {
    this.records = this.records.filter((row) => row.name !== name);
  }

  tally(name: string, tally: Tally): boolean {
    const known = this.tallies.get(name);
    const next = {
      ...tally,
      upvotes: tally.upvotes ?? known?.upvotes ?? null,
      comments: tally.comments ?? known?.comments ?? null,
    };
    if (known && known.upvotes === next.upvotes && known.comments === next.comments) return false;
    this.tallies.set(name, next);
    this.dirty = true;
    return true;
  }

  /** Takes everything from another paper, which ceases to be. */
  absorb(other: Entity): void {
    this.records.push(...other.records);
    for (const identifier of other.identifiers.values()) this.name(identifier);
    for (const [name, tally] of other.tallies) this.tallies.set(name, tally);
    this.weak &&= other.weak;
    this.dirty = true;
  }

  get id(): string {
    return fold(this.records, [...this.identifiers.values()]).id;
  }
}

/**
 * Votes and comments of a paper counted elsewhere: added up over what one source counted under several
 * names, and of several sources the most (they may have counted the same readers).
 */
export function total(tallies: Iterable<Tally>, what: 'upvotes' | 'comments'): number {
  const sums = new Map<string, number>();
  for (const tally of tallies) sums.set(tally.source, (sums.get(tally.source) ?? 0) + (tally[what] ?? 0));
  return Math.max(0, ...sums.values());
}

/** What a paper's place in any order is made of. */
const ORDERED = [
  'id',
  'upvotes',
  'announced',
  'listed',
  'late',
  'hot',
] as const satisfies readonly (keyof PaperRow)[];

export class Entities {
  readonly #change: Change;
  readonly #entities = new Map<number, Entity>();
  /** Paper by identifier, `scheme:value`. */
  readonly #byName = new Map<string, number>();
  readonly #byTitle = new Map<number, Set<number>>();
  /** Record name to paper and the hashes known. */
  readonly #known = new Map<string, { pk: number; hashes: Set<string> }>();
  readonly #lost = new Map<number, number>();
  #nextPk = 0;
  #firstPk = 0;
  /** Records taken in this batch, by name. */
  readonly takenNow = new Set<string>();

  private constructor(change: Change) {
    this.#change = change;
  }

  static async load(change: Change, incoming: Incoming[]): Promise<Entities> {
    const entities = new Entities(change);
    await entities.#load(incoming);
    return entities;
  }

  async #load(incoming: Incoming[]): Promise<void> {
    const { tx } = this.#change;
    const values = [
      ...new Set(incoming.flatMap(({ record }) => record.identifiers.map(({ value }) => value))),
    ];
    const found = await inSlices(values, (slice) =>
      tx
        .selectFrom('identifiers')
        .select(['scheme', 'value', 'paper_pk'])
        .where('value', 'in', slice)
        .execute(),
    );
    for (const row of found) this.#byName.set(`${row.scheme}:${row.value}`, row.paper_pk);

    const titles = [...new Set(incoming.flatMap(({ titleKey }) => titleKey ?? []))];
    const titled = await inSlices(titles, (slice) =>
      tx.selectFrom('papers').select(['pk', 'title_key', 'weak']).where('title_key', 'in', slice).execute(),
    );
    const weakPks = new Set<number>();
    for (const row of titled) {
      this.#title(row.title_key!, row.pk);
      if (row.weak) weakPks.add(row.pk);
    }

    // Whole papers are fetched for those that a record may change: named by one, or alike in title.
    const pks = new Set(found.map((row) => row.paper_pk));
    for (const item of incoming) {
      if (item.titleKey === null) continue;
      const alike = this.#byTitle.get(item.titleKey);
      if (!alike) continue;
      // A weak record may join any of them; a strong one only matters where something weak is about.
      if (item.weak || alike.size > 1 || [...alike].some((pk) => weakPks.has(pk)))
        for (const pk of alike) pks.add(pk);
    }
    await this.#fetch([...pks]);

    const counter = await tx
      .selectFrom('counters')
      .select('value')
      .where('name', '=', 'pk')
      .executeTakeFirstOrThrow();
    this.#nextPk = counter.value + 1;
    this.#firstPk = this.#nextPk;
  }

  async #fetch(pks: number[]): Promise<void> {
    const { tx } = this.#change;
    const rows = await inSlices(pks, (slice) =>
      tx.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
    );
    for (const row of rows) {
      const entity = new Entity(row.pk, row, row.title_key, row.weak === 1);
      for (const identifier of JSON.parse(row.identifiers) as Identifier[]) {
        entity.identifiers.set(`${identifier.scheme}:${identifier.value}`, identifier);
      }
      this.#entities.set(row.pk, entity);
      if (row.title_key !== null) this.#title(row.title_key, row.pk);
    }
    const records = await inSlices(pks, (slice) =>
      tx.selectFrom('records').selectAll().where('paper_pk', 'in', slice).execute(),
    );
    for (const { source, key, hash, paper_pk, content } of records) {
      const entity = this.#entities.get(paper_pk)!;
      const record =
        content === null ? recordOf(rowToFolded(entity.row!)) : (JSON.parse(content) as PaperRecord);
      const name = `${source} ${key}`;
      entity.records.push({ name, source, key, hash, record });
      const known = this.#known.get(name) ?? { pk: paper_pk, hashes: new Set() };
      known.hashes.add(hash);
      this.#known.set(name, known);
    }
    const tallies = await inSlices(pks, (slice) =>
      tx.selectFrom('tallies').selectAll().where('paper_pk', 'in', slice).execute(),
    );
    for (const { paper_pk, ...tally } of tallies) {
      this.#entities.get(paper_pk)!.tallies.set(`${tally.source} ${tally.key}`, tally);
    }
    for (const entity of this.#entities.values()) entity.dirty = false;
  }

  #title(key: number, pk: number): void {
    const set = this.#byTitle.get(key);
    if (set) set.add(pk);
    else this.#byTitle.set(key, new Set([pk]));
  }

  #get(pk: number): Entity {
    let at = pk;
    while (this.#lost.has(at)) at = this.#lost.get(at)!;
    return this.#entities.get(at)!;
  }

  /** The paper that holds this very record already. */
  knownRecord(item: Incoming): Entity | null {
    const known = this.#known.get(item.name);
    return known?.hashes.has(item.hash) ? this.#get(known.pk) : null;
  }

  /** Whether every name the record gives is the paper's already, at the version given. */
  ownsAll(entity: Entity, item: Incoming): boolean {
    return item.record.identifiers.every(({ version }, index) => {
      const owned = entity.identifiers.get(item.identifierNames[index]!);
      return owned && (owned.version ?? 0) >= (version ?? 0);
    });
  }

  /** The papers that the record's identifiers name. */
  named(item: Incoming): Entity[] {
    const found = new Set<Entity>();
    for (const name of item.identifierNames) {
      const pk = this.#byName.get(name);
      if (pk !== undefined) found.add(this.#get(pk));
    }
    return [...found];
  }

  /**
   * The paper of the same title, where one side has no identifier that others would know. Of several, the
   * one of the smallest id, so that the order of arrival cannot matter.
   */
  byTitle(item: Incoming): Entity[] {
    const alike = this.#alike(item.titleKey);
    const strong = alike.filter((entity) => !entity.weak);
    const pool = item.weak && strong.length > 0 ? strong : alike.filter((entity) => entity.weak);
    return pool.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, 1);
  }

  #alike(titleKey: number | null): Entity[] {
    if (titleKey === null) return [];
    const pks = this.#byTitle.get(titleKey) ?? [];
    return [
      ...new Set(
        [...pks].filter((pk) => this.#lost.has(pk) || this.#entities.has(pk)).map((pk) => this.#get(pk)),
      ),
    ];
  }

  /** A strong paper takes in weak ones of its title, also from a namesake with a greater id. */
  adoptWeak(entity: Entity, item: Incoming): void {
    for (const other of this.#alike(item.titleKey)) {
      if (other === entity) continue;
      if (other.weak) {
        this.#merge(entity, other);
        continue;
      }
      const weak = other.records.filter(({ record }) =>
        record.identifiers.every(({ scheme }) => scheme === 'local'),
      );
      const id = [...entity.identifiers.keys(), ...item.identifierNames].sort()[0]!;
      if (weak.length === 0 || id > [...other.identifiers.keys()].sort()[0]!) continue;
      for (const row of weak) {
        other.drop(row.name);
        entity.records.push(row);
        for (const identifier of row.record.identifiers) {
          other.identifiers.delete(`${identifier.scheme}:${identifier.value}`);
          entity.name(identifier);
          this.#byName.set(`${identifier.scheme}:${identifier.value}`, entity.pk);
        }
        const tally = other.tallies.get(row.name);
        if (tally) entity.tallies.set(row.name, tally);
        other.tallies.delete(row.name);
      }
      other.dirty = true;
      entity.dirty = true;
    }
  }

  /** A new paper for a record that found none. */
  found(item: Incoming): Entity {
    const entity = new Entity(this.#nextPk++, null, item.titleKey, item.weak);
    this.#entities.set(entity.pk, entity);
    if (item.titleKey !== null) this.#title(item.titleKey, entity.pk);
    this.#index(entity, item);
    return entity;
  }

  /** One paper of several that turn out to be the same; the eldest stays. */
  unite(candidates: Entity[]): Entity {
    const [eldest, ...rest] = candidates.sort((a, b) => a.pk - b.pk) as [Entity, ...Entity[]];
    for (const other of rest) this.#merge(eldest, other);
    return eldest;
  }

  #merge(into: Entity, other: Entity): void {
    into.absorb(other);
    this.#lost.set(other.pk, into.pk);
    this.#entities.delete(other.pk);
    if (other.row) this.#gone.push(other.row);
  }

  readonly #gone: PaperRow[] = [];

  #index(entity: Entity, item: Incoming): void {
    for (const name of item.identifierNames) if (!this.#byName.has(name)) this.#byName.set(name, entity.pk);
  }

  /** Writes back what changed. */
  async save(): Promise<void> {
    const dirty = [...this.#entities.values()].filter((entity) => entity.dirty);
    if (dirty.length === 0 && this.#gone.length === 0) return;
    this.#change.touch();
    const { tx, seq } = this.#change;

    const gone = this.#gone.map((row) => row.pk);
    // The survivor may take over the id of one that is gone before that row can be deleted.
    for (const pk of gone)
      await tx
        .updateTable('papers')
        .set({ id: `gone ${pk}` })
        .where('pk', '=', pk)
        .execute();
    const votes = await this.#moveVotes();

    const closed = await this.#closedDays(dirty);
    const papers: PaperRow[] = [];
    const moved: PaperRow[] = [...this.#gone];
    for (const entity of dirty) {
      const folded = fold(entity.records, [...entity.identifiers.values()]);
      const row = paperRow(folded, {
        entity,
        seq,
        closed,
        upvotes: total(entity.tallies.values(), 'upvotes') + (votes.get(entity.pk)?.votes ?? 0),
        comments: total(entity.tallies.values(), 'comments') + (votes.get(entity.pk)?.comments ?? 0),
      });
      papers.push(row);
      if (entity.row && ORDERED.some((column) => row[column] !== entity.row![column])) moved.push(entity.row);
    }
    await insertMany(
      tx,
      'papers',
      PAPER_COLUMNS,
      papers.map((row) => PAPER_COLUMNS.map((column) => row[column])),
      ['pk'],
    );
    if (this.#nextPk !== this.#firstPk) {
      await tx
        .updateTable('counters')
        .set({ value: this.#nextPk - 1 })
        .where('name', '=', 'pk')
        .execute();
    }
    await this.#saveChildren(dirty, papers);
    const at = Date.now();
    await insertMany(
      tx,
      'order_log',
      ['seq', 'paper_pk', 'at', 'created_seq', ...ORDERED],
      moved.map((row) => [seq, row.pk, at, row.created_seq, ...ORDERED.map((column) => row[column])]),
    );
    await this.#bury(gone);
  }

  /** Days whose editions are closed, of those that matter here. */
  async #closedDays(dirty: Entity[]): Promise<Set<string>> {
    if (dirty.length === 0) return new Set();
    const rows = await this.#change.tx.selectFrom('closed_editions').select('day').execute();
    return new Set(rows.map((row) => row.day));
  }

  /** Votes and comments given here go over to the survivor; a reader who voted for both counts once. */
  async #moveVotes(): Promise<Map<number, { votes: number; comments: number }>> {
    const { tx } = this.#change;
    for (const { pk } of this.#gone) {
      const into = this.#get(pk).pk;
      const cast = await tx.selectFrom('votes').selectAll().where('paper_pk', '=', pk).execute();
      await insertMany(
        tx,
        'votes',
        ['paper_pk', 'voter', 'cast_at'],
        cast.map((vote) => [into, vote.voter, vote.cast_at]),
        ['paper_pk', 'voter'],
      );
      await tx.deleteFrom('votes').where('paper_pk', '=', pk).execute();
      await tx.updateTable('comments').set({ paper_pk: into }).where('paper_pk', '=', pk).execute();
    }
    const counts = new Map<number, { votes: number; comments: number }>();
    const existing = [...this.#entities.values()]
      .filter((entity) => entity.dirty && entity.row)
      .map((entity) => entity.pk);
    for (const table of ['votes', 'comments'] as const) {
      const rows = await inSlices(existing, (slice) =>
        tx
          .selectFrom(table)
          .select((e) => ['paper_pk', e.fn.countAll<number>().as('count')])
          .where('paper_pk', 'in', slice)
          .groupBy('paper_pk')
          .execute(),
      );
      for (const row of rows) {
        const entry = counts.get(row.paper_pk) ?? { votes: 0, comments: 0 };
        entry[table] = Number(row.count);
        counts.set(row.paper_pk, entry);
      }
    }
    return counts;
  }

  async #saveChildren(dirty: Entity[], papers: PaperRow[]): Promise<void> {
    const { tx } = this.#change;
    for (const entity of dirty) {
      if (!entity.row) continue;
      await tx.deleteFrom('records').where('paper_pk', '=', entity.pk).execute();
      const slugs = authorRows(entity.row).map(([slug]) => slug);
      await inSlices(slugs, async (slice) => {
        await tx
          .deleteFrom('paper_authors')
          .where('slug', 'in', slice)
          .where('paper_pk', '=', entity.pk)
          .execute();
        return [];
      });
      const organizations = organizationRows(entity.row).map(([slug]) => slug);
      if (organizations.length > 0) {
        await tx
          .deleteFrom('paper_organizations')
          .where('slug', 'in', organizations)
          .where('paper_pk', '=', entity.pk)
          .execute();
      }
    }
    // Records of papers that are gone are written again under the survivor.
    const gone = this.#gone.map((row) => row.pk);
    if (gone.length > 0) await tx.deleteFrom('records').where('paper_pk', 'in', gone).execute();

    await insertMany(
      tx,
      'identifiers',
      ['scheme', 'value', 'version', 'paper_pk'],
      dirty.flatMap((entity) =>
        [...entity.identifiers.values()].map(({ scheme, value, version }) => [
          scheme as Scheme,
          value,
          version ?? null,
          entity.pk,
        ]),
      ),
      ['scheme', 'value'],
    );
    await insertMany(
      tx,
      'records',
      ['source', 'key', 'hash', 'paper_pk', 'content'],
      dirty.flatMap((entity) => {
        const sole = entity.records.length === 1;
        return entity.records
          .sort(byTrust)
          .map(({ source, key, hash, record }) => [
            source,
            key,
            hash,
            entity.pk,
            sole ? null : JSON.stringify(record),
          ]);
      }),
      ['source', 'key', 'hash'],
    );
    await insertMany(
      tx,
      'tallies',
      ['source', 'key', 'paper_pk', 'upvotes', 'comments'],
      dirty.flatMap((entity) =>
        [...entity.tallies.values()].map((tally) => [
          tally.source,
          tally.key,
          entity.pk,
          tally.upvotes,
          tally.comments,
        ]),
      ),
      ['source', 'key'],
    );
    await insertMany(
      tx,
      'paper_authors',
      ['slug', 'paper_pk', 'name'],
      papers.flatMap((row) => authorRows(row).map(([slug, name]) => [slug, row.pk, name])),
      ['slug', 'paper_pk'],
    );
    await insertMany(
      tx,
      'paper_organizations',
      ['slug', 'paper_pk', 'name'],
      papers.flatMap((row) => organizationRows(row).map(([slug, name]) => [slug, row.pk, name])),
      ['slug', 'paper_pk'],
    );
  }

  /** Deletes the rows of papers that were merged away and says so in the change log. */
  async #bury(gone: number[]): Promise<void> {
    if (gone.length === 0) return;
    const { tx, seq } = this.#change;
    for (const table of ['paper_authors', 'paper_organizations', 'tallies', 'identifiers'] as const) {
      await tx.deleteFrom(table).where('paper_pk', 'in', gone).execute();
    }
    await tx.deleteFrom('papers').where('pk', 'in', gone).execute();
    await insertMany(
      tx,
      'tombstones',
      ['pk', 'seq'],
      gone.map((pk) => [pk, seq]),
    );
  }
}

/** Author pages a paper appears on; two names with one address count once. */
function authorRows(row: PaperRow): [string, string][] {
  const slugs = new Map<string, string>();
  for (const name of JSON.parse(row.authors) as string[]) {
    const slug = authorSlug(name);
    if (slug !== '' && !slugs.has(slug)) slugs.set(slug, name);
  }
  return [...slugs];
}

function organizationRows(row: PaperRow): [string, string][] {
  const list = JSON.parse(row.organizations) as { slug: string; name: string }[];
  return [...new Map(list.map(({ slug, name }) => [slug.toLowerCase(), name]))];
}
