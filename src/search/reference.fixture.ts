/**
 * The ranking written down a second time, as plainly as possible: every document is scored on its own from
 * its analysed words, with no index at all. Slow, and meant to be obviously right.
 */
import { analyse, words } from './analysis.ts';
import { ABSTRACT, AUTHORS, FIELDS, NO_DAY, SUMMARY, TITLE, TOPICS } from './fields.ts';
import { categoryMatches } from './filters.ts';
import { planQuery, type Wanted } from './plan.ts';
import { parseQuery } from './query.ts';
import { ALL_WORDS, EXACT, inverseFrequency, K1, PREFIX_WEIGHT, wordsNeeded } from './scoring.ts';
import { stem } from './stem.ts';
import type { SearchDocument, SearchRequest } from './types.ts';

interface Read {
  document: SearchDocument;
  lengths: number[];
  /** term → times in each field. */
  times: Map<string, number[]>;
  forms: Set<string>;
}

function read(document: SearchDocument): Read {
  const lengths = [0, 0, 0, 0, 0];
  const times = new Map<string, number[]>();
  const count = (term: string, field: number): void => {
    const counts = times.get(term) ?? [0, 0, 0, 0, 0];
    counts[field] = Math.min(FIELDS[field]!.mask, counts[field]! + 1);
    times.set(term, counts);
  };
  const text = (field: number, value: string): void => {
    const found = analyse(value);
    lengths[field]! += found.words.length;
    for (const term of [...found.terms, ...found.pairs]) count(term, field);
  };
  text(TITLE, document.title);
  text(SUMMARY, document.summary);
  text(ABSTRACT, document.abstract);
  for (const each of document.keywords) text(TOPICS, each);
  for (const each of document.organizations) text(TOPICS, each.name);
  for (const author of document.authors) {
    const found = words(author);
    lengths[AUTHORS]! += found.length;
    for (const word of found) count(`@${word}`, AUTHORS);
  }
  return { document, lengths, times, forms: new Set(analyse(document.title).words) };
}

function passes(document: SearchDocument, filters: SearchRequest['filters'] = {}): boolean {
  const { fromDay, toDay, categories, organization, author, hasCode } = filters;
  if (fromDay !== undefined && (document.day === null || document.day < fromDay)) return false;
  if (toDay !== undefined && (document.day === null || document.day > toDay)) return false;
  if (hasCode !== undefined && document.hasCode !== hasCode) return false;
  if (
    categories?.length &&
    !document.categories.some((code) => categories.some((c) => categoryMatches(code, c)))
  )
    return false;
  if (organization && !document.organizations.some(({ slug }) => slug === organization)) return false;
  if (author?.trim()) {
    const wanted = words(author);
    if (wanted.length === 0) return false;
    return document.authors.some((name) => wanted.every((word) => words(name).includes(word)));
  }
  return true;
}

/** All hits in order, with their scores. */
export function referenceSearch(
  documents: readonly SearchDocument[],
  request: SearchRequest,
): { key: number; score: number }[] {
  const corpus = documents.map(read);
  const averages = FIELDS.map(
    (_, f) => corpus.reduce((sum, { lengths }) => sum + lengths[f]!, 0) / corpus.length,
  );
  const has = (terms: readonly string[], { times }: Read): boolean => terms.some((term) => times.has(term));
  const frequency = (terms: readonly string[]): number => corpus.filter((each) => has(terms, each)).length;
  const often = (wanted: Pick<Wanted, 'terms' | 'forms'>, each: Read): number => {
    let sum = 0;
    for (const term of new Set(wanted.terms))
      FIELDS.forEach(({ weight, b }, f) => {
        const length = averages[f] === 0 ? 1 : 1 - b + (b * each.lengths[f]!) / averages[f]!;
        sum += (weight * (each.times.get(term)?.[f] ?? 0)) / length;
      });
    for (const form of sum > 0 ? wanted.forms : []) if (each.forms.has(form.slice(1))) sum += EXACT;
    return sum;
  };
  const idf = (terms: readonly string[]): number => inverseFrequency(corpus.length, frequency(terms));

  const query = parseQuery(request.text);
  const plan = planQuery(query, frequency);
  const words_ = plan.words.map((word) => {
    const begun = new Set<string>();
    if (word.prefix !== null)
      for (const { times, forms } of corpus) {
        for (const term of times.keys())
          if (!term.includes('-') && (term.startsWith(word.prefix) || term.startsWith(`@${word.prefix}`)))
            begun.add(term);
        for (const form of forms)
          if (form.startsWith(word.prefix)) begun.add(/^[a-z]+$/.test(form) ? stem(form) : form);
      }
    const terms = [...begun].filter((term) => !word.terms.includes(term));
    const prefix =
      frequency(terms) > 0 ? { terms, forms: [] as string[], most: PREFIX_WEIGHT * idf(terms) } : null;
    return { ...word, most: idf(word.terms), prefix };
  });
  const compounds = plan.compounds.map((each) => ({ ...each, most: each.weight * idf(each.terms) }));
  const bonus = words_.some(({ terms, prefix }) => prefix && frequency(terms) > 0)
    ? [
        ...words_.map(({ most, prefix }) => Math.max(most, prefix?.most ?? 0)),
        ...compounds.filter(({ terms }) => frequency(terms) > 0).map(({ most }) => most),
      ].reduce((sum, most) => sum + most * (1 + ALL_WORDS), 0)
    : 0;

  const find = (needed: number): { each: Read; score: number }[] => {
    const hits: { each: Read; score: number }[] = [];
    for (const each of corpus) {
      let score = 0;
      let matched = 0;
      let whole = false;
      let lacks = false;
      const add = (most: number, tf: number): void => {
        score += (most * tf) / (K1 + tf);
      };
      for (const word of words_) {
        if (has(word.terms, each)) {
          matched++;
          add(word.most, often(word, each));
          whole ||= word.prefix !== null;
        } else if (word.prefix && has(word.prefix.terms, each)) {
          matched++;
          add(word.prefix.most, often(word.prefix, each));
        } else if (word.must) lacks = true;
      }
      for (const compound of compounds) add(compound.most, often(compound, each));
      if (lacks || (!query.open && (matched < needed || matched === 0))) continue;
      if (plan.excluded.some((group) => group.every(({ terms }) => has(terms, each)))) continue;
      if (!passes(each.document, request.filters)) continue;
      if (words_.length > 1 && matched === words_.length) score *= 1 + ALL_WORDS;
      if (whole) score += bonus;
      hits.push({ each, score });
    }
    return hits;
  };
  let hits = find(wordsNeeded(words_.length));
  if (hits.length === 0) hits = find(1);
  const sort =
    query.open && (request.sort ?? 'relevance') === 'relevance' ? 'date' : (request.sort ?? 'relevance');
  const day = ({ each }: { each: Read }): number => each.document.day ?? NO_DAY;
  return hits
    .sort(
      (a, b) =>
        (sort === 'votes' ? b.each.document.upvotes - a.each.document.upvotes : 0) ||
        // Sums in another order differ in their last digits.
        (sort === 'relevance' && Math.abs(b.score - a.score) > 1e-9 ? b.score - a.score : 0) ||
        day(b) - day(a) ||
        b.each.document.key - a.each.document.key,
    )
    .map(({ each, score }) => ({ key: each.document.key, score }));
}
