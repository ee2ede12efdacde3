/** Which papers are like which, judged by something that no system is shown. */
import type { Paper } from '../papers.ts';
import { random } from '../random.ts';
import type { TestSet } from '../relevance/beir.ts';

/** A paper as every system gets it. */
export interface Document {
  id: string;
  title: string;
  text: string;
  authors: string[];
}

export interface SimilarSet {
  name: string;
  documents: Document[];
  /** Of papers, by number: how alike others are to them, by id. */
  judged: Map<number, Map<string, number>>;
}

/** Fewer similar papers than this say little. */
const FEWEST = 2;

/** At most `most` of the papers that are judged, always the same ones. */
function sampled(judged: Map<number, Map<string, number>>, most: number): SimilarSet['judged'] {
  const able = [...judged].filter(([, alike]) => alike.size >= FEWEST);
  return new Map(random(1).shuffle(able).slice(0, most));
}

/** Documents of a test set that answer the same query are alike, the more of their queries they share. */
export function byQueries({ name, documents, judged }: TestSet, most: number): SimilarSet {
  const numbers = new Map(documents.map(({ id }, at) => [id, at]));
  const alike = new Map<number, Map<string, number>>();
  for (const relevant of judged.values()) {
    const ids = [...relevant].flatMap(([id, how]) => (how > 0 && numbers.has(id) ? [id] : []));
    for (const id of ids) {
      const at = numbers.get(id)!;
      const own = alike.get(at) ?? new Map<string, number>();
      alike.set(at, own);
      for (const other of ids) if (other !== id) own.set(other, (own.get(other) ?? 0) + 1);
    }
  }
  return {
    name,
    documents: documents.map((document) => ({ ...document, authors: [] })),
    judged: sampled(alike, most),
  };
}

/**
 * Papers by the same few people are mostly about the same thing: the authors they must share, and the most they may
 * have.
 */
const IN_COMMON = 3;
const MOST_AUTHORS = 12;

/** Papers by the same people are alike. No system is told who wrote them. */
export function byPeople(papers: readonly Paper[], most: number): SimilarSet {
  const able = papers.filter(({ authors }) => authors.length <= MOST_AUTHORS);
  const by = new Map<string, Paper[]>();
  for (const paper of able)
    for (const author of new Set(paper.authors)) by.set(author, [...(by.get(author) ?? []), paper]);
  const numbers = new Map(papers.map(({ key }, at) => [key, at]));
  const alike = new Map<number, Map<string, number>>();
  for (const paper of able) {
    const shared = new Map<Paper, number>();
    for (const author of new Set(paper.authors))
      for (const other of by.get(author)!) shared.set(other, (shared.get(other) ?? 0) + 1);
    const own = [...shared].filter(([other, count]) => other !== paper && count >= IN_COMMON);
    if (own.length > 0)
      alike.set(numbers.get(paper.key)!, new Map(own.map(([{ key }, count]) => [String(key), count])));
  }
  return {
    name: 'same people',
    documents: papers.map(({ key, title, abstract }) => ({
      id: String(key),
      title,
      text: abstract,
      authors: [],
    })),
    judged: sampled(alike, most),
  };
}
