/**
 * The ranking written down a second time, as plainly as possible: every document is looked at by itself, from
 * its text, with no index at all. Slow, and meant to be obviously right. What is looked for and what it weighs
 * comes from the plan (planner.ts); the frequencies it is made of are checked by themselves.
 */

import { FORM, isPair, NAME, topicsText, words } from './analysis.ts';
import { type Bearers, fitImpact } from './coauthors.ts';
import {
  ABSTRACT,
  FIELD_GAP,
  FUNCTION_IMPACT,
  impactOf,
  NO_DAY,
  PLAIN_IMPACT,
  SUMMARY,
  TITLE,
  TOPICS,
  worthOf,
} from './fields.ts';
import { categoryMatches, organizationMatches, venueAsked } from './filters.ts';
import { fold } from './fold.ts';
import { DEPTH } from './gather.ts';
import type { Plan, Planned } from './planner.ts';
import { cutWords } from './query-words.ts';
import { FUNCTION_WORDS, stemOf } from './stems.ts';
import { strengthOf } from './titles.ts';
import { ADJACENT, JOINED, Tokens } from './tokens.ts';
import type { SearchDocument, SearchFilters, SearchRequest } from './types.ts';
import { venuesIn } from './venues.ts';
import { RERANK, TITLE_MOST, UNIT_SCORE } from './weights.ts';

export interface Read {
  document: SearchDocument;
  /** Term → its worth in all fields, and its places. */
  terms: Map<string, { worth: number; places: number[] }>;
  /** Each author's words. */
  authors: string[][];
  /** Venues and their years, as the plan names their lists. */
  venues: Set<string>;
  /** The title's words as they stand. */
  title: string[];
}

/** All that a document says, read from its text. */
export function read(document: SearchDocument): Read {
  const terms: Read['terms'] = new Map();
  const count = (term: string, worth: number, place: number): void => {
    const known = terms.get(term) ?? { worth: 0, places: [] };
    known.worth += worth;
    known.places.push(place);
    terms.set(term, known);
  };
  let place = 0;
  const text = (field: number, value: string): void => {
    const tokens = new Tokens();
    tokens.scan(fold(value));
    const said = cutWords(value);
    const worth = worthOf(field, said.length);
    said.forEach(({ word, term }, i) => {
      if (field === TOPICS && i > 0 && (tokens.flags[i]! & (ADJACENT | JOINED)) === 0) place++;
      count(term, worth, place);
      if (field === TITLE) count(FORM + word, worth, place);
      const before = said[i - 1];
      if (before && isPair(tokens, i, FUNCTION_WORDS.has(before.word), FUNCTION_WORDS.has(word)))
        count(`${before.term}-${term}`, worth, place);
      place++;
    });
  };
  text(TITLE, document.title);
  for (const [field, value] of [
    [SUMMARY, document.summary],
    [ABSTRACT, document.abstract],
    [TOPICS, topicsText(document.keywords, document.organizations)],
  ] as const) {
    place += FIELD_GAP;
    text(field, value);
  }
  const authors = document.authors.map(words);
  for (const name of authors.flat()) count(NAME + name, 0, 0);
  const { venues, presented } = venuesIn(document.note ?? '', document.journal ?? '');
  const said = venues.flatMap(({ slug, year }) => [`&${slug} `, `&${slug} ${year}`]);
  return {
    document,
    terms,
    authors,
    venues: new Set([...said, ...presented.map((as) => `&!${as} `)]),
    title: cutWords(document.title).map(({ word }) => word),
  };
}

/** How strongly a document has a list's term, 0 to 127. */
function impactIn({ document, terms, authors, venues }: Read, { term, label }: Planned): number {
  const own = (each: string): number => {
    const found = terms.get(each);
    if (!found) return 0;
    if (FUNCTION_WORDS.has(each)) return FUNCTION_IMPACT;
    return each.startsWith(FORM) || each.startsWith(NAME) ? PLAIN_IMPACT : impactOf(found.worth);
  };
  if (term.startsWith('&')) return venues.has(term) ? PLAIN_IMPACT : 0;
  if (term.startsWith('+')) return Math.min(...cutWords(label).map((word) => own(word.term)));
  if (term.startsWith('"')) return phraseImpact(terms, label, own);
  if (term === `@${label}` && label.includes(' ')) {
    const wanted = label.split(' ');
    return authors.some((name) => isWhole(name, wanted)) ? PLAIN_IMPACT : 0;
  }
  if (term.startsWith(NAME + NAME)) return coauthorsImpact(authors, term.slice(2));
  if (term.startsWith('year:')) {
    const day = document.day === null ? null : new Date(document.day * 86_400_000);
    return day?.getUTCFullYear() === Number(label) ? PLAIN_IMPACT : 0;
  }
  if (!term.endsWith('*')) return own(term);
  const begin = term.slice(0, -1);
  const stemmed = begin.match(/^[a-z]+$/) ? stemOf(begin) : begin;
  let most = 0;
  for (const each of terms.keys()) {
    const isText = !each.includes('-') && (each.startsWith(begin) || each.startsWith(NAME + begin));
    const form = each.startsWith(FORM + begin) ? each.slice(1) : null;
    const formTerm = form === null ? null : /^[a-z]+$/.test(form) ? stemOf(form) : form;
    if (isText && each !== stemmed) most = Math.max(most, own(each));
    if (formTerm !== null && formTerm !== stemmed) most = Math.max(most, own(formTerm));
  }
  return most;
}

/** Whether a name is the one asked for, with its family name first or last, but for initials. */
function isWhole(name: readonly string[], wanted: readonly string[]): boolean {
  const orders = [0, 1, wanted.length - 1].map((by) => [...wanted.slice(by), ...wanted.slice(0, by)]);
  return orders.some((order) => {
    if (order.at(-1) !== name.at(-1)) return false;
    const rest = [...name];
    for (const word of order) {
      while (rest.length > 0 && rest[0] !== word && rest[0]!.length === 1) rest.shift();
      if (rest.shift() !== word) return false;
    }
    return rest.length === 0;
  });
}

/** How well authors fit family names, which their term lists as they were typed. */
function coauthorsImpact(authors: readonly string[][], said: string): number {
  const names = said.split(' ').map((name) => name.split('-'));
  const bearers = names.map((name): Bearers => {
    const some: Bearers = new Map();
    authors.forEach((author, i) => {
      const own = author.filter((word) => name.includes(word));
      if (own.length > 0) some.set(i, { words: own.length, isLast: name.includes(author.at(-1)!) });
    });
    return some;
  });
  return fitImpact(names, bearers);
}

function phraseImpact(terms: Read['terms'], label: string, own: (term: string) => number): number {
  const steps = cutWords(label).map(({ term }, offset) => ({ term, offset }));
  const places = steps.map(({ term }) => terms.get(term)?.places ?? []);
  const stands = places[0]!.some((first) =>
    steps.every(({ offset }, i) => places[i]!.includes(first - steps[0]!.offset + offset)),
  );
  return stands ? Math.min(...steps.map(({ term }) => own(term))) : 0;
}

function passes({ document, authors, venues }: Read, filters: SearchFilters): boolean {
  const { fromDay, toDay, fromEdition, toEdition, categories, organization, venue, author, hasCode } =
    filters;
  if (fromDay !== undefined && (document.day === null || document.day < fromDay)) return false;
  if (toDay !== undefined && (document.day === null || document.day > toDay)) return false;
  const edition = document.edition ?? null;
  if (fromEdition !== undefined && (edition === null || edition < fromEdition)) return false;
  if (toEdition !== undefined && (edition === null || edition > toEdition)) return false;
  if (hasCode !== undefined && document.hasCode !== hasCode) return false;
  if (
    categories?.length &&
    !document.categories.some((code) => categories.some((c) => categoryMatches(code, c)))
  )
    return false;
  if (
    organization?.trim() &&
    !document.organizations.some(({ slug, name }) => organizationMatches(slug, name, organization.trim()))
  )
    return false;
  if (venue?.trim()) {
    const { slug, year } = venueAsked(venue);
    if (!venues.has(`&${slug} ${year}`)) return false;
  }
  if (author?.trim()) {
    const wanted = words(author);
    return wanted.length > 0 && authors.some((name) => wanted.every((word) => name.includes(word)));
  }
  return true;
}

export interface Expected {
  key: number;
  score: number;
  loose: boolean;
}

/** All hits in order, with their scores; `excluded` as words and phrases that must not be there. */
export function referenceSearch(
  corpus: readonly Read[],
  plan: Plan,
  excluded: readonly string[],
  request: SearchRequest,
): { total: number; hits: Expected[] } {
  const out = (each: Read): boolean =>
    excluded.some((phrase) => phraseImpact(each.terms, phrase, (term) => (each.terms.has(term) ? 1 : 0)) > 0);
  const found = corpus
    .filter((each) => passes(each, request.filters ?? {}) && !out(each))
    .map((each) => {
      let score = 0;
      let late = 0;
      let groups = 0;
      for (const list of plan.lists) {
        const impact = impactIn(each, list);
        if (impact === 0) continue;
        const gives = list.base + list.weight * impact;
        if (list.late) late += gives;
        else {
          score += gives;
          groups |= list.groups;
        }
      }
      const has = [...Array(plan.groups).keys()].filter((g) => groups & (1 << g)).length;
      const isMatch =
        plan.open || (plan.groups > 0 && has >= plan.needed && (groups & plan.must) === plan.must);
      return {
        each,
        score,
        late,
        touched: plan.open || score > 0,
        isMatch,
        mustless: (groups & plan.must) === plan.must,
      };
    });
  const matches = found.filter(({ isMatch }) => isMatch);
  const day = ({ each }: (typeof found)[number]): number => each.document.day ?? NO_DAY;
  const newer = (a: (typeof found)[number], b: (typeof found)[number]): number =>
    day(b) - day(a) || b.each.document.key - a.each.document.key;
  const asked = request.sort ?? 'relevance';
  const sort = (plan.open || plan.dull) && asked === 'relevance' ? 'date' : asked;
  if (sort !== 'relevance') {
    const value = (a: (typeof found)[number]): number =>
      sort === 'votes' ? a.each.document.upvotes : day(a);
    const hits = [...matches].sort((a, b) => value(b) - value(a) || newer(a, b));
    return {
      total: matches.length,
      hits: hits.map(({ each }) => ({ key: each.document.key, score: 0, loose: false })),
    };
  }
  // First look: by words alone.
  const tier = (a: (typeof found)[number]): number => (plan.tiers && a.isMatch ? 1 : 0);
  const wanted = (request.offset ?? 0) + (request.limit ?? 20);
  const isLoose = !plan.tiers || (matches.length < wanted && plan.groups > 1);
  const sorted = found
    .filter(({ isMatch, touched, mustless }) => isMatch || (isLoose && touched && mustless))
    .sort((a, b) => tier(b) - tier(a) || b.score - a.score || newer(a, b));
  // Whole titles come in, however far down they are by words.
  const forms = plan.titled?.forms?.map((form) => form.slice(FORM.length)).join(' ');
  const isWhole = ({ each, isMatch }: (typeof found)[number]): boolean =>
    forms !== undefined && each.title.join(' ') === forms && (isMatch || !plan.tiers);
  const missed = sorted.slice(DEPTH).filter(isWhole).slice(0, DEPTH);
  const rest = sorted.slice(0, Math.max(DEPTH, wanted)).filter((one) => !missed.includes(one));
  const candidates = [...missed, ...rest];
  const depth = DEPTH + missed.length;
  // Second look.
  const newest = Math.max(...corpus.map(({ document }) => document.day ?? NO_DAY));
  const ranked = candidates.map((candidate, place) => {
    const { document, terms } = candidate.each;
    let score = (candidate.score + candidate.late) / UNIT_SCORE + proximity(terms, plan);
    score += plan.most * TITLE_MOST * titleStrength(candidate.each, plan);
    if (document.day !== null)
      score += 2 ** ((document.day - newest) / RERANK.halfLife) * (plan.most * RERANK.freshness);
    if (document.upvotes > 0)
      score += Math.min(1, Math.log2(1 + document.upvotes) / RERANK.manyVotes) * (plan.most * RERANK.votes);
    return { ...candidate, final: score, deep: place >= depth ? place : 0 };
  });
  ranked.sort((a, b) => a.deep - b.deep || tier(b) - tier(a) || near(b.final - a.final) || newer(a, b));
  return {
    total: matches.length,
    hits: ranked.map(({ each, final, isMatch }) => ({
      key: each.document.key,
      score: final,
      loose: plan.tiers && !isMatch,
    })),
  };
}

/** Sums in another order differ in their last digits. */
const near = (difference: number): number => (Math.abs(difference) < 1e-9 ? 0 : difference);

/** How much the title is what was asked for. */
function titleStrength({ terms, title }: Read, { titled }: Plan): number {
  if (titled === null) return 0;
  let places = 0;
  let groups = 0;
  for (const { term, groups: own } of titled.words) {
    const found = terms.get(term);
    if (found === undefined) continue;
    if (term.startsWith(NAME)) groups |= own;
    for (const place of term.startsWith(NAME) ? [] : found.places) {
      if (place >= Math.min(32, title.length)) continue;
      places |= 1 << place;
      groups |= own;
    }
  }
  if (places === 0 || groups === 0) return 0;
  return strengthOf(groups, places, title.length, titled.shares, titled.length);
}

function proximity(terms: Read['terms'], { chain }: Plan): number {
  let worth = 0;
  for (let i = 1; i < Math.min(chain.length, RERANK.mostNeighbours); i++) {
    const [a, b] = [chain[i - 1]!, chain[i]!];
    if (FUNCTION_WORDS.has(a.term) || FUNCTION_WORDS.has(b.term)) continue;
    let best: number = RERANK.window;
    for (const x of terms.get(a.term)?.places ?? [])
      for (const y of terms.get(b.term)?.places ?? []) best = Math.min(best, y >= x ? y - x : x - y + 1);
    if (best < RERANK.window) worth += (RERANK.proximity * Math.min(a.idf, b.idf)) / Math.max(1, best);
  }
  return worth;
}
