/** What papers have in common: benchmarks, measures that can be compared, people and organisations. */
import { words } from '../search/analysis.ts';
import type { Active, Comparison, Mentioned, SurveyPaper } from './types.ts';

/** How many papers must report a measure before it gets a table. */
const FEWEST_COMPARED = 2;
const MOST_COMPARISONS = 40;
const MOST_NAMED = 200;

/** The same words, whatever their case and the signs between them. */
const sameWords = (text: string): string => words(text).join(' ');

/** Benchmarks and datasets by how many papers mention them. */
export function benchmarksIn(papers: readonly SurveyPaper[]): Mentioned[] {
  const found = new Map<string, { forms: Map<string, number>; papers: string[] }>();
  for (const { id, benchmarks } of papers) {
    const own = new Set<string>();
    for (const name of benchmarks) {
      const key = sameWords(name);
      if (key === '' || own.has(key)) continue;
      own.add(key);
      const known = found.get(key) ?? { forms: new Map<string, number>(), papers: [] };
      known.forms.set(name, (known.forms.get(name) ?? 0) + 1);
      known.papers.push(id);
      found.set(key, known);
    }
  }
  return [...found.values()]
    .map(({ forms, papers: ids }) => ({
      name: [...forms].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]![0],
      papers: ids,
    }))
    .sort((a, b) => b.papers.length - a.papers.length || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMED);
}

/**
 * Figures of several papers with the same unit whose measure and benchmark (with the split, if there is one) are worded
 * the same. Anything else stays apart.
 */
export function comparisonsIn(papers: readonly SurveyPaper[]): Comparison[] {
  const found = new Map<string, Comparison>();
  for (const { id, figures } of papers)
    figures.forEach((figure, i) => {
      const { what, on, unit, number, isSure } = figure;
      if (what === null || on === null || number === null || !isSure) return;
      const key = `${sameWords(what)}\n${sameWords(on)}\n${unit}`;
      const known = found.get(key) ?? { what, on, unit, rows: [] };
      known.rows.push({ paper: id, figure: i });
      found.set(key, known);
    });
  const numbers = new Map(papers.map(({ id, figures }) => [id, figures]));
  const numberOf = ({ paper, figure }: Comparison['rows'][number]): number =>
    numbers.get(paper)![figure]!.number!;
  return [...found.values()]
    .filter(({ rows }) => new Set(rows.map(({ paper }) => paper)).size >= FEWEST_COMPARED)
    .map((one) => ({
      ...one,
      rows: one.rows.toSorted((a, b) => numberOf(b) - numberOf(a) || (a.paper < b.paper ? -1 : 1)),
    }))
    .sort((a, b) => b.rows.length - a.rows.length || (a.on + a.what < b.on + b.what ? -1 : 1))
    .slice(0, MOST_COMPARISONS);
}

interface Sum {
  name: string;
  papers: number;
  upvotes: number;
  likeness: number;
}

/** @param likeness of each paper to the middle of all */
export function peopleIn(papers: readonly SurveyPaper[], likeness: readonly number[]): Active[] {
  return activeIn(papers, likeness, ({ authors, slugs }) =>
    authors.map((name, i): [string, string] => [slugs[i]!, name]),
  );
}

export function organizationsIn(papers: readonly SurveyPaper[], likeness: readonly number[]): Active[] {
  return activeIn(papers, likeness, ({ organizations }) =>
    organizations.map(({ slug, name }): [string, string] => [slug, name]),
  );
}

function activeIn(
  papers: readonly SurveyPaper[],
  likeness: readonly number[],
  of: (paper: SurveyPaper) => [string, string][],
): Active[] {
  const found = new Map<string, Sum>();
  papers.forEach((paper, i) => {
    for (const [slug, name] of new Map(of(paper))) {
      if (slug === '') continue;
      const known = found.get(slug);
      if (known === undefined)
        found.set(slug, { name, papers: 1, upvotes: paper.upvotes, likeness: likeness[i]! });
      else {
        // The name as printed in the newest paper: papers come newest first.
        known.papers++;
        known.upvotes += paper.upvotes;
        known.likeness += likeness[i]!;
      }
    }
  });
  return [...found]
    .map(([slug, { name, papers: count, upvotes, likeness: sum }]) => ({
      name,
      slug,
      papers: count,
      upvotes,
      likeness: Math.round((sum / count) * 1000) / 1000,
    }))
    .sort(
      (a, b) =>
        b.papers - a.papers || b.upvotes - a.upvotes || b.likeness - a.likeness || (a.slug < b.slug ? -1 : 1),
    )
    .slice(0, MOST_NAMED);
}
