/** The library over the store and the search index: library.ts says what each answer means. */
import { hash } from 'node:crypto';
import { type SelectQueryBuilder, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type PaperPicture, picturesOf } from '../community/pictures.ts';
import { type PaperSubmitter, submittersOf } from '../community/submissions.ts';
import { type Discussion, discussionOf } from '../community/threads.ts';
import type { Reading } from '../reading/types.ts';
import type { Completion, FacetCount, SearchIndex } from '../search/types.ts';
import { counter } from '../store/counters.ts';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { completions } from './completing.ts';
import { liveTotals } from './counting.ts';
import { addDays, bounds, closesAt, dayNumber, openDay, periodOf, type Turn } from './days.ts';
import { closedSince } from './editions/closing.ts';
import type { Rules } from './editions/curation.ts';
import { rulesInForce } from './editions/rules.ts';
import { matching, search } from './finding.ts';
import { parseIdentifier } from './identifiers.ts';
import {
  type DailyQuery,
  type Edition,
  type Library,
  type ListPosition,
  type MatchingPapers,
  PAGE_SIZE,
  type Page,
  type Period,
  type Person,
  type RelatedForm,
  type SearchAnswer,
  type SearchParams,
  type Standing,
  type TitledPaper,
} from './library.ts';
import { dailyKeys, newestRows } from './lists/for-programs.ts';
import { inCategory, type Slice, slice, writeToken } from './lists/ordering.ts';
import { otherForms } from './lists/other-forms.ts';
import { RecentPapers } from './lists/recent.ts';
import { inOrder, ORDERS } from './orders.ts';
import { quotableOf } from './quotable.ts';
import { readingsOf } from './readings.ts';
import { rowToPaper } from './rows.ts';
import { authorSlug, slugKey } from './slug.ts';
import { Standings, talliesOf } from './standing.ts';
import type { Day, Paper } from './types.ts';

export interface CatalogueOptions {
  store: Store;
  index: SearchIndex;
  turn: Turn;
  /** Epoch ms. */
  now(): number;
  /** The query's vector from an external model, if the index holds that model's vectors; null: not available now. */
  embed?: (query: string) => Promise<Float32Array | null>;
}

/** Late arrivals shown below an edition; further ones can be found by search. */
const LATE_SHOWN = 50;

/** Papers whose similar papers are remembered. */
const SIMILAR_KEPT = 5000;

export class Catalogue implements Library {
  readonly #store: Store;
  readonly #index: SearchIndex;
  readonly #turn: Turn;
  readonly #now: () => number;
  readonly #embed: CatalogueOptions['embed'];
  readonly #standings: Standings;
  readonly #recent = new RecentPapers();
  /** Papers similar to a paper, for what the index says and what the paper says: votes change neither. */
  readonly #similar = new LRUCache<number, { words: number; digest: string; pks: number[] }>({
    max: SIMILAR_KEPT,
  });

  constructor({ store, index, turn, now, embed }: CatalogueOptions) {
    this.#store = store;
    this.#standings = new Standings(store);
    this.#index = index;
    this.#turn = turn;
    this.#now = now;
    this.#embed = embed;
  }

  get #db(): Db {
    return this.#store.read;
  }

  async version(): Promise<string> {
    return `${await this.#store.seq()}.${this.#index.seq}`;
  }

  rules(): Promise<Rules> {
    return rulesInForce(this.#db);
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('papers')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  async latest(): Promise<Day | null> {
    const open = openDay(this.#now(), this.#turn);
    const row = await this.#db
      .selectFrom('papers')
      .select((e) => e.fn.max('listed').as('day'))
      .where('listed', '<=', open)
      .where('late', '=', 0)
      .executeTakeFirst();
    return row?.day ?? (await this.span())?.first ?? null;
  }

  async span(): Promise<{ first: Day; last: Day } | null> {
    // Two walks along the index of one step each; asked for both ends at once, a database reads all of it.
    const first = await neighbour(this.#db, '>', '');
    // Days far ahead that an earlier version believed do not count.
    const ahead = addDays(openDay(this.#now(), this.#turn), 2);
    const last = first === null ? null : await neighbour(this.#db, '<', ahead);
    return first !== null && last !== null ? { first, last } : null;
  }

  async edition(period: Period, page: number, asOf?: string, category?: string): Promise<Edition | null> {
    const { first, last } = bounds(period);
    return this.#store.view(async (db) => {
      const found = await slice(db, { kind: 'editions', first, last, category }, page, asOf);
      const previous = await neighbour(db, '<', first);
      const open = openDay(this.#now(), this.#turn);
      // Of days ahead, the edition after the open one may have begun; anything later was a mistake.
      const after = await neighbour(db, '>', last);
      const next = after !== null && after <= addDays(open, 1) ? after : null;
      const late = page === 1 ? await lateOf(db, first, last, category) : [];
      if (found.total === 0 && late.length === 0) return null;
      const closedAt = last < open ? await closedSince(db, first, last) : null;
      return {
        ...(await this.#page(db, found)),
        period,
        first,
        last,
        late,
        open: last >= open,
        closed: closedAt !== null,
        closedAt,
        closesAt: period.kind === 'day' && last >= open ? closesAt(last, this.#turn) : null,
        previous: previous === null ? null : periodOf(period.kind, previous),
        next: next === null ? null : periodOf(period.kind, next),
      };
    });
  }

  async categories(period: Period): Promise<FacetCount[]> {
    const { facets } = await this.search({ q: '', edition: bounds(period), sort: 'date', limit: 1 });
    return facets.categories;
  }

  async nearest(period: Period): Promise<Period | null> {
    const { first, last } = bounds(period);
    const inside = await this.#db
      .selectFrom('papers')
      .select('listed')
      .where('listed', '>=', first)
      .where('listed', '<=', last)
      .where('late', '=', 0)
      .limit(1)
      .executeTakeFirst();
    if (inside) return period;
    const before = await neighbour(this.#db, '<', first);
    const after = await neighbour(this.#db, '>', last);
    if (!before || !after) return before || after ? periodOf(period.kind, (before ?? after)!) : null;
    const back = dayNumber(first) - dayNumber(before);
    const ahead = dayNumber(after) - dayNumber(last);
    return periodOf(period.kind, back <= ahead ? before : after);
  }

  async months(): Promise<string[]> {
    // From month to month along the index: counting papers would read all of it.
    const { rows } = await sql<{ day: Day }>`
      WITH RECURSIVE months (day) AS (
        SELECT MIN(listed) FROM papers WHERE late = 0
        UNION ALL
        SELECT (SELECT MIN(listed) FROM papers WHERE late = 0 AND listed > substr(months.day, 1, 7) || '-31')
          FROM months WHERE months.day IS NOT NULL
      ) SELECT day FROM months WHERE day IS NOT NULL`.execute(this.#db);
    return rows.map(({ day }) => day.slice(0, 7));
  }

  async calendar(month: string): Promise<{ day: Day; papers: number }[]> {
    const { first, last } = bounds({ kind: 'month', value: month });
    const rows = await this.#db
      .selectFrom('papers')
      .select((e) => ['listed', e.fn.countAll<number>().as('papers')])
      .where('listed', '>=', first)
      .where('listed', '<=', last)
      .where('late', '=', 0)
      .groupBy('listed')
      .orderBy('listed')
      .execute();
    return rows.map((row) => ({ day: row.listed!, papers: Number(row.papers) }));
  }

  trending(page: number, asOf?: string): Promise<Page> {
    return this.#store.view(async (db) => this.#page(db, await slice(db, { kind: 'trending' }, page, asOf)));
  }

  daily(query: DailyQuery, offset: number, limit: number): Promise<{ papers: Paper[]; more: boolean }> {
    return this.#store.view(async (db) => {
      const { pks, more } = await dailyKeys(db, query, offset, limit);
      return { papers: await this.#recent.of(db, pks), more };
    });
  }

  newest(limit: number, after?: ListPosition): Promise<{ papers: Paper[]; next: ListPosition | null }> {
    return this.#store.view(async (db) => {
      const { rows, next } = await newestRows(db, limit, after);
      return { papers: rows.map(rowToPaper), next };
    });
  }

  async paper(id: string): Promise<Paper | null> {
    // PostgreSQL cannot even be sent it.
    if (id.includes('\0')) return null;
    const row = await this.#db
      .selectFrom('papers')
      .selectAll()
      .where('id', '=', id.slice(0, 300))
      .executeTakeFirst();
    if (row) return rowToPaper(row);
    const identifier = parseIdentifier(id);
    const name = identifier ?? { scheme: 'local', value: id.slice(0, 300) };
    const found = await this.#db
      .selectFrom('identifiers')
      .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
      .selectAll('papers')
      .where('identifiers.scheme', '=', name.scheme)
      .where('identifiers.value', '=', name.value)
      .executeTakeFirst();
    return found ? rowToPaper(found) : null;
  }

  papers(pks: number[]): Promise<Paper[]> {
    return this.#recent.of(this.#db, pks);
  }

  similar(paper: Paper, limit: number): Promise<Paper[]> {
    const { title, authors } = paper;
    const text = { title, abstract: paper.abstract ?? paper.summary ?? '', authors };
    const { words } = this.#index;
    const said = JSON.stringify([limit, title, text.abstract, authors]);
    const digest = hash('sha1', said, 'base64url');
    let known = this.#similar.get(paper.pk);
    if (known?.words !== words || known.digest !== digest) {
      known = { words, digest, pks: this.#index.similar(paper.pk, text, limit).map((hit) => hit.key) };
      this.#similar.set(paper.pk, known);
    }
    return this.papers(known.pks);
  }

  async similarTitles(paper: Paper, limit: number): Promise<TitledPaper[]> {
    const papers = await this.similar(paper, limit);
    return papers.map(({ pk, id, title, published, publishedPrecision, categories }) => ({
      pk,
      id,
      title,
      published,
      publishedPrecision,
      categories,
    }));
  }

  otherForms(paper: Paper): Promise<RelatedForm[]> {
    return this.#store.view((db) => otherForms(db, paper));
  }

  standing(paper: Paper): Promise<Standing> {
    return this.#standings.of(paper);
  }

  search(params: SearchParams): Promise<SearchAnswer> {
    return search({ store: this.#store, index: this.#index, library: this, embed: this.#embed }, params);
  }

  matching(params: SearchParams, most: number): Promise<MatchingPapers> {
    return matching({ store: this.#store, index: this.#index, library: this }, params, most);
  }

  readings(papers: readonly Paper[]): Promise<Map<number, Reading>> {
    return readingsOf(this.#store, papers);
  }

  highlights(query: string, text: string): [number, number][] {
    return this.#index.highlights(query, text);
  }

  async complete(text: string, limit: number): Promise<Completion[]> {
    return completions(this.#index, this, text, limit);
  }

  totals(pks: number[]) {
    return liveTotals(this.#db, pks);
  }

  tallies(pks: number[]) {
    return talliesOf(this.#db, pks);
  }

  submitters(paper: Paper): Promise<PaperSubmitter[]> {
    return submittersOf(this.#db, paper.pk);
  }

  pictures(paper: Paper): Promise<PaperPicture[]> {
    return picturesOf(this.#db, paper.pk);
  }

  discussion(paper: Paper, from: number): Promise<Discussion> {
    return discussionOf(this.#db, paper.pk, quotableOf(paper), from);
  }

  async author(slug: string, page: number): Promise<(Page & { name: string }) | null> {
    const found = await this.#store.view(async (db) => {
      const rows = db.selectFrom('paper_authors').select('paper_pk').where('slug_key', '=', slugKey(slug));
      return this.#newestFirst(db, rows, page);
    });
    // The name as the newest paper prints it.
    const names = found?.papers.flatMap((paper) => paper.authors) ?? [];
    const name = names.find((candidate) => authorSlug(candidate) === slug);
    return found && (name !== undefined || page > 1) ? { ...found, name: name ?? slug } : null;
  }

  async person(slug: string): Promise<Person | null> {
    return this.#store.view(async (db) => {
      const own = db.selectFrom('paper_authors').where('slug_key', '=', slugKey(slug));
      const { count } = await own
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) === 0) return null;
      const newest = await inOrder(db.selectFrom('papers').select('authors'), ORDERS.newest)
        .where('pk', 'in', own.select('paper_pk'))
        .limit(1)
        .executeTakeFirst();
      const names = newest === undefined ? [] : (JSON.parse(newest.authors) as string[]);
      const name = names.find((candidate) => authorSlug(candidate) === slug);
      return name === undefined ? null : { name, slug, papers: Number(count) };
    });
  }

  async organization(slug: string, page: number) {
    const folded = slug.toLowerCase();
    return this.#store.view(async (db) => {
      const rows = db.selectFrom('paper_organizations').select('paper_pk').where('slug', '=', folded);
      const found = await this.#newestFirst(db, rows, page);
      if (!found) return null;
      // The address as its source writes it ("Qwen"); the row only has the folded form.
      const own = found.papers
        .flatMap((paper) => paper.organizations)
        .find((organization) => organization.slug.toLowerCase() === folded);
      return { ...found, organization: own ?? { slug, name: slug } };
    });
  }

  async byAnyOf({ authors, organizations }: { authors: string[]; organizations: string[] }, limit: number) {
    if (authors.length + organizations.length === 0) return [];
    const keys = authors.map(slugKey);
    const slugs = organizations.map((slug) => slug.toLowerCase());
    return this.#store.view(async (db) => {
      const theirs = db
        .selectFrom('paper_authors')
        .select('paper_pk')
        .where('slug_key', 'in', keys.length > 0 ? keys : [-1])
        .union(
          db
            .selectFrom('paper_organizations')
            .select('paper_pk')
            .where('slug', 'in', slugs.length > 0 ? slugs : ['']),
        );
      const rows = await inOrder(
        db.selectFrom('papers').select('pk').where('pk', 'in', theirs),
        ORDERS.newest,
      )
        .limit(limit)
        .execute();
      return this.#recent.of(
        db,
        rows.map(({ pk }) => pk),
      );
    });
  }

  /** The papers whose keys a query gives, one page of them; null if it gives none. */
  async #newestFirst(
    db: Db,
    keys: SelectQueryBuilder<Schema, 'paper_authors' | 'paper_organizations', { paper_pk: number }>,
    page: number,
  ): Promise<Page | null> {
    const papers = db.selectFrom('papers').where('pk', 'in', keys);
    const { count } = await papers
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const total = Number(count);
    if (total === 0) return null;
    const rows = await inOrder(papers.select('pk'), ORDERS.newest)
      .limit(PAGE_SIZE)
      .offset((page - 1) * PAGE_SIZE)
      .execute();
    return this.#page(db, {
      pks: rows.map((row) => row.pk),
      total,
      page,
      pages: Math.ceil(total / PAGE_SIZE),
      asOf: writeToken(await counter(db, 'seq')),
      renewed: false,
    });
  }

  async #page(db: Db, { pks, ...rest }: Slice): Promise<Page> {
    return { ...rest, papers: await this.#recent.of(db, pks) };
  }
}

async function neighbour(db: Db, side: '<' | '>', day: Day): Promise<Day | null> {
  const row = await db
    .selectFrom('papers')
    .select('listed')
    .where('listed', side, day)
    .where('late', '=', 0)
    .orderBy('listed', side === '<' ? 'desc' : 'asc')
    .limit(1)
    .executeTakeFirst();
  return row?.listed ?? null;
}

async function lateOf(db: Db, first: Day, last: Day, category?: string): Promise<Paper[]> {
  const rows = await inOrder(db.selectFrom('papers').selectAll(), ORDERS.late)
    .where('listed', '>=', first)
    .where('listed', '<=', last)
    .where('late', '=', 1)
    .$if(category !== undefined, (some) => some.where(inCategory(category!)))
    .limit(LATE_SHOWN)
    .execute();
  return rows.map(rowToPaper);
}
