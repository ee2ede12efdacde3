/** Invented papers in any number, always the same for a seed: with duplicates, merges and votes. */
import { random as randomFrom } from '../bench/random.ts';

/** Numbers from 0 to below 1, the same for the same seed. */
export const random = (seed: number): (() => number) => randomFrom(seed).next;

/** The list in random order. */
export const shuffled = <T>(list: readonly T[], seed: number): T[] => randomFrom(seed).shuffle([...list]);

const WORDS = (
  'sparse lattice tidal marble quiet gradient orchard copper lantern river hollow beacon harvest amber static ' +
  'drifting folded winter signal garden thread summit velvet anchor meadow prism ember cobalt willow harbour'
).split(' ');

/** `2601.00001` and so on. */
export const arxivId = (i: number): string =>
  `26${String(1 + Math.floor(i / 40_000)).padStart(2, '0')}.${String((i % 40_000) + 1).padStart(5, '0')}`;

/**
 * Two files of lines. The first has `count` papers; some appear twice, some twice with different words, some lines are
 * not papers. The second has what another source says about a third of them, by arXiv id, DOI or title.
 */
export function inventedFiles(count: number, seed = 7): { first: string; second: string; bad: number } {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const words = (n: number): string => Array.from({ length: n }, () => pick(WORDS)).join(' ');
  const first: string[] = [];
  const second: string[] = [];
  let bad = 0;
  for (let i = 0; i < count; i++) {
    const title = `The ${words(3)} number ${i} of the ${pick(WORDS)}`;
    const day = `2026-06-${String(1 + (i % 28)).padStart(2, '0')}`;
    const paper: Record<string, unknown> = {
      title,
      abstract: `We look at ${words(30)}. Every ${words(20)} is unlike the ${pick(WORDS)}.`,
      authors: [`Ada ${pick(WORDS)}`, `Émile ${pick(WORDS)}`, `李 ${pick(WORDS)}`],
      published: day,
      categories: [pick(['cs.CL', 'cs.LG', 'hep-th', 'math.NT'])],
    };
    // A tenth have only a DOI, a tenth no identifier at all except their title.
    const kind = i % 10;
    if (kind < 8) paper.id = arxivId(i);
    else if (kind === 8) paper.id = `doi:10.5555/invented.${i}`;
    if (i % 4 === 0) paper.upvotes = Math.floor(next() * 200);
    const line = JSON.stringify(paper);
    first.push(line);
    if (i % 11 === 0) first.push(line);
    if (i % 13 === 0)
      first.push(JSON.stringify({ ...paper, abstract: `Said otherwise: ${words(12)}.`, upvotes: i % 97 }));
    if (i % 97 === 0) {
      first.push(
        pick(['{"title": ""}', 'not JSON at all', '[1, 2]', `{"id":"${arxivId(i)}"}`, '{"title":"cut']),
      );
      bad++;
    }
    if (i % 3 !== 0) continue;
    if (kind === 9) {
      // The same title, and an identifier at last: two weak records and a strong one become one paper.
      second.push(JSON.stringify({ id: `doi:10.5555/late.${i}`, title, authors: paper.authors }));
    } else {
      const item = {
        id: arxivId(i),
        title,
        summary: `As told elsewhere: ${words(15)}.`,
        authors: [],
        publishedAt: `${day}T08:00:00.000Z`,
        submittedOnDailyAt: `2026-06-${String(1 + ((i * 7) % 28)).padStart(2, '0')}T00:00:00.000Z`,
        upvotes: i % 50,
      };
      second.push(JSON.stringify(i % 2 === 0 ? { paper: item, numComments: i % 5 } : item));
      if (kind === 8)
        second.push(
          JSON.stringify({ id: arxivId(i), identifiers: [`doi:10.5555/invented.${i}`], title, upvotes: 3 }),
        );
    }
  }
  const text = (lines: string[], by: number): string => `${shuffled(lines, by).join('\n')}\n`;
  return { first: text(first, seed + 1), second: text(second, seed + 2), bad };
}
