/**
 * A Library over an array, for tests and previews of the pages alone. Orders are the real ones; search is a plain
 * word match. Only tests may use it.
 */

import { NO_DISCUSSION } from '../community/threads.ts';
import { bounds, closesAt, periodOf } from '../papers/days.ts';
import { NO_RULES } from '../papers/editions/curation.ts';
import {
  type Edition,
  type Library,
  PAGE_SIZE,
  type Page,
  type Period,
  type SearchAnswer,
  type SearchParams,
} from '../papers/library.ts';
import { byTrend, byVotes } from '../papers/orders.ts';
import { trendingKey, trendingParts } from '../papers/ranking.ts';
import { textRead } from '../papers/readings.ts';
import { recognise } from '../papers/recognise.ts';
import { authorSlug } from '../papers/slug.ts';
import type { Paper } from '../papers/types.ts';
import { readText } from '../reading/read.ts';

/** A paper about which only the given fields are known. */
export function paperOf(given: Partial<Paper> & Pick<Paper, 'id' | 'title'>, pk = 1): Paper {
  const paper: Paper = {
    pk,
    identifiers: [{ scheme: 'local', value: given.id }],
    abstract: null,
    summary: null,
    authors: [],
    authorsCount: null,
    organizations: [],
    categories: [],
    keywords: [],
    published: null,
    publishedPrecision: 'day',
    publishedAt: null,
    updated: null,
    announced: null,
    listed: null,
    late: false,
    rule: given.listed ? { enters: true, by: 'listed' } : null,
    submittedBy: null,
    links: [],
    repositories: null,
    figures: [],
    note: null,
    journal: null,
    licence: null,
    withdrawn: false,
    upvotes: 0,
    comments: 0,
    citations: null,
    hot: 0,
    sources: ['jsonl'],
    ...given,
  };
  return { ...paper, hot: trendingKey({ upvotes: paper.upvotes, day: paper.listed }) };
}

export interface Fake extends Library {
  all: Paper[];
  versionText: string;
  behind: number;
  renewed: boolean;
  calls: Record<string, number>;
  /** Merged into every answer of a search. */
  more: Partial<SearchAnswer>;
  /** The last search. */
  asked: SearchParams | null;
}

export interface FakeOptions {
  pageSize?: number;
  /** The edition that is still open, and until when. */
  open?: { day: string; closesAt: number };
  /** A day that is over but was never closed. */
  backfill?: string;
}

/** Builds a library over papers. */
export function fakeLibrary(all: Paper[], options: FakeOptions = {}): Fake {
  const size = options.pageSize ?? PAGE_SIZE;
  const days = () => [...new Set(all.flatMap((p) => p.listed ?? []))].sort();
  const cut = (papers: Paper[], page: number): Page => ({
    papers: papers.slice((page - 1) * size, page * size),
    total: papers.length,
    page,
    pages: Math.max(1, Math.ceil(papers.length / size)),
    asOf: 'v1.token',
    renewed: fake.renewed,
  });
  const values = (kind: Period['kind']): string[] => [...new Set(days().map((d) => periodOf(kind, d).value))];
  const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const found = (params: SearchParams) =>
    all.filter((paper) => {
      const text = words(
        [paper.title, paper.abstract, paper.summary, ...paper.authors, ...paper.keywords].join(' '),
      );
      return (
        words(params.q).every((word) => text.includes(word)) &&
        (!params.categories || params.categories.some((c) => paper.categories.includes(c))) &&
        (!params.organization || paper.organizations.some((o) => o.slug === params.organization)) &&
        (!params.author || paper.authors.some((a) => authorSlug(a).includes(authorSlug(params.author!)))) &&
        (!params.hasCode || paper.links.some((l) => l.kind === 'code')) &&
        (!params.edition ||
          (paper.listed !== null &&
            paper.listed >= params.edition.first &&
            paper.listed <= params.edition.last)) &&
        (!params.from || (paper.published ?? '') >= params.from) &&
        (!params.to || (paper.published ?? '9') <= params.to)
      );
    });
  const facet = (papers: Paper[], of: (p: Paper) => { value: string; label: string }[]) => {
    const counts = new Map<string, { value: string; label: string; count: number }>();
    for (const entry of papers.flatMap(of)) {
      const known = counts.get(entry.value) ?? { ...entry, count: 0 };
      known.count++;
      counts.set(entry.value, known);
    }
    return [...counts.values()].sort((a, b) => b.count - a.count);
  };
  const tick = (name: string) => {
    fake.calls[name] = (fake.calls[name] ?? 0) + 1;
  };
  const fake: Fake = {
    all,
    versionText: 'v1',
    behind: 0,
    renewed: false,
    calls: {},
    more: {},
    asked: null,
    version: async () => fake.versionText,
    totals: async (pks) =>
      new Map(all.filter(({ pk }) => pks.includes(pk)).map(({ pk, id, upvotes }) => [pk, { id, upvotes }])),
    rules: async () => NO_RULES,
    count: async () => all.length,
    latest: async () => days().at(-1) ?? null,
    async edition(period, page, _asOf, category): Promise<Edition | null> {
      tick('edition');
      const { first, last } = bounds(period);
      const papers = all.filter(
        (p) =>
          p.listed !== null &&
          p.listed >= first &&
          p.listed <= last &&
          (category === undefined || p.categories.includes(category)),
      );
      if (papers.length === 0) return null;
      const list = values(period.kind);
      const at = (list as string[]).indexOf(period.value);
      const beside = (i: number): Period | null =>
        list[i] === undefined ? null : ({ kind: period.kind, value: list[i] } as Period);
      const isBackfill =
        options.backfill !== undefined && options.backfill >= first && options.backfill <= last;
      const open = options.open !== undefined && options.open.day >= first && options.open.day <= last;
      const closed = !open && !isBackfill;
      return {
        ...cut(papers.filter((p) => !p.late).sort(byVotes), page),
        period,
        first,
        last,
        late: page === 1 ? papers.filter((p) => p.late) : [],
        open,
        closed,
        closedAt: closed ? closesAt(last, { timezone: 'America/New_York', turn: '21:30' }) : null,
        closesAt: open && period.kind === 'day' ? options.open!.closesAt : null,
        previous: at > 0 ? beside(at - 1) : null,
        next: beside(at + 1),
      };
    },
    async nearest(period) {
      const far = (value: string) =>
        Math.abs(Date.parse(bounds({ ...period, value } as Period).first) - Date.parse(bounds(period).first));
      const [best] = values(period.kind).sort((a, b) => far(a) - far(b) || (a < b ? -1 : 1));
      return best === undefined ? null : ({ kind: period.kind, value: best } as Period);
    },
    categories: async (period) =>
      (await fake.search({ q: '', edition: bounds(period), sort: 'date', limit: 1 })).facets.categories,
    months: async () => [...new Set(days().map((day) => day.slice(0, 7)))],
    calendar: async (month) =>
      days()
        .filter((day) => day.startsWith(month))
        .map((day) => ({ day, papers: all.filter((p) => p.listed === day).length })),
    async span() {
      const list = days();
      return list.length === 0 ? null : { first: list[0]!, last: list.at(-1)! };
    },
    trending: async (page) => cut(all.filter((p) => p.listed !== null && !p.late).sort(byTrend), page),
    paper: async (id) => {
      const bare = id.replace(/^arxiv:/i, '').replace(/v\d+$/, '');
      return (
        all.find((p) => p.id === id || p.id === bare || p.identifiers.some((i) => i.value === bare)) ?? null
      );
    },
    async daily({ first = '', last, submitter, order }, offset, limit) {
      const within = all.filter((p) => p.listed !== null && p.listed >= first && p.listed <= last);
      const papers = within.filter((p) => !submitter || p.submittedBy?.user === submitter).sort(byVotes);
      if (order === 'trending') papers.sort(byTrend);
      else papers.sort((a, b) => Number(a.late) - Number(b.late));
      if (order === 'days')
        papers.sort((a, b) => (a.listed! < b.listed! ? 1 : a.listed! > b.listed! ? -1 : 0));
      return { papers: papers.slice(offset, offset + limit), more: papers.length > offset + limit };
    },
    async newest(limit, after) {
      const key = (p: Paper) => p.published ?? p.listed ?? '';
      const papers = all
        .toSorted((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : a.id < b.id ? -1 : 1))
        .filter((p) => !after || key(p) < after.date || (key(p) === after.date && p.id > after.id));
      const last = papers[limit - 1];
      const next = papers.length > limit && last ? { date: key(last), id: last.id } : null;
      return { papers: papers.slice(0, limit), next };
    },
    papers: async (pks) => pks.flatMap((pk) => all.find((p) => p.pk === pk) ?? []),
    similarTitles: (paper, limit) => fake.similar(paper, limit),
    similar: async (paper, limit) => {
      const shared = (other: Paper) =>
        other.keywords.filter((k) => paper.keywords.includes(k)).length * 3 +
        other.categories.filter((c) => paper.categories.includes(c)).length;
      return all
        .filter((p) => p.pk !== paper.pk && shared(p) > 0)
        .sort((a, b) => shared(b) - shared(a))
        .slice(0, limit);
    },
    otherForms: async () => [],
    async standing(paper) {
      const edition = all.filter((p) => p.listed === paper.listed && !p.late).sort(byVotes);
      const ranked = all.filter((p) => p.listed !== null && !p.late).sort(byTrend);
      const parts = trendingParts({ upvotes: paper.upvotes, day: paper.listed });
      return {
        place: paper.listed && !paper.late ? edition.indexOf(paper) + 1 : null,
        of: edition.length,
        edition: paper.listed,
        upvotes: paper.upvotes,
        discount: 0,
        tied: edition.filter((p) => p !== paper && p.upvotes === paper.upvotes).length,
        trending:
          parts && !paper.late ? { place: ranked.indexOf(paper) + 1, ...parts, key: paper.hot } : null,
        tallies: paper.upvotes > 0 ? [{ source: 'hf', upvotes: paper.upvotes }] : [],
        toldBy: {
          summary: paper.summary === null ? null : paper.sources[0]!,
          keywords: paper.keywords.length === 0 ? null : paper.sources[0]!,
        },
      };
    },
    async search(params) {
      tick('search');
      fake.asked = params;
      const identifier = recognise(params.q);
      const papers = identifier ? [] : found(params);
      const order = {
        relevance: () => 0,
        date: (a: Paper, b: Paper) => ((a.published ?? '') < (b.published ?? '') ? 1 : -1),
        votes: byVotes,
      };
      papers.sort(order[params.sort ?? 'relevance']);
      const limit = params.limit ?? 25;
      const page = params.page ?? 1;
      const direct = identifier && (await fake.paper(identifier.value));
      return {
        total: papers.length + (direct === null ? 0 : 1),
        exact: true,
        page,
        pages: Math.ceil(papers.length / limit),
        hits: papers.slice((page - 1) * limit, page * limit).map((paper, i) => ({
          paper,
          score: 10 / (i + 1),
          duplicates: [],
          loose: false,
          shares: params.explain
            ? words(params.q).map((term) => ({
                kind: 'word' as const,
                term,
                field: 'title',
                strength: 0.6,
                weight: 4.69,
                score: 2.814,
              }))
            : undefined,
        })),
        facets: {
          categories: facet(papers, (p) => p.categories.map((c) => ({ value: c, label: c }))),
          venues: [],
          organizations: facet(papers, (p) => p.organizations.map((o) => ({ value: o.slug, label: o.name }))),
          years: facet(papers, (p) =>
            p.published ? [{ value: p.published.slice(0, 4), label: p.published.slice(0, 4) }] : [],
          ),
          hasCode: papers.filter((p) => p.links.some((l) => l.kind === 'code')).length,
        },
        identifier,
        direct,
        didYouMean: null,
        acronyms: [],
        people: [],
        read: {
          filters: {},
          condition: null,
          sort: params.sort ?? 'relevance',
          unknown: [],
          corrected: [],
          problems: [],
        },
        behind: fake.behind,
        ...fake.more,
      };
    },
    matching: async (params, most) => {
      const papers = found(params);
      return {
        total: papers.length,
        papers: papers.slice(0, most).map(({ pk, seq = 0 }) => ({ pk, seq, vector: null })),
        problems: [],
        behind: 0,
      };
    },
    readings: async (papers) => new Map(papers.map((paper) => [paper.pk, readText(textRead(paper))])),
    async complete(text, limit) {
      const begin = text.toLowerCase();
      const titles = all.map((paper) => paper.title.toLowerCase()).filter((title) => title.startsWith(begin));
      return titles.slice(0, limit).map((text) => ({ text, papers: 1 }));
    },
    tallies: async () => new Map(),
    discussion: async () => NO_DISCUSSION,
    submitters: async () => [],
    pictures: async () => [],
    highlights(query, text) {
      const wanted = new Set(words(query));
      return [...text.matchAll(/[\p{L}\p{N}]+/gu)]
        .filter((m) => wanted.has(m[0].toLowerCase()))
        .map((m): [number, number] => [m.index, m.index + m[0].length]);
    },
    async author(slug, page) {
      const papers = all.filter((p) => p.authors.some((a) => authorSlug(a) === slug));
      const name = papers[0]?.authors.find((a) => authorSlug(a) === slug);
      return name === undefined ? null : { ...cut(papers, page), name };
    },
    async person(slug) {
      const papers = all.filter((p) => p.authors.some((a) => authorSlug(a) === slug));
      const name = papers[0]?.authors.find((a) => authorSlug(a) === slug);
      return name === undefined ? null : { name, slug, papers: papers.length };
    },
    async organization(slug, page) {
      const papers = all.filter((p) => p.organizations.some((o) => o.slug === slug));
      const organization = papers[0]?.organizations.find((o) => o.slug === slug);
      return organization === undefined ? null : { ...cut(papers, page), organization };
    },
    byAnyOf: async ({ authors, organizations }, limit) =>
      all
        .filter(
          (p) =>
            p.authors.some((a) => authors.includes(authorSlug(a))) ||
            p.organizations.some((o) => organizations.includes(o.slug)),
        )
        .slice(0, limit),
  };
  return fake;
}
