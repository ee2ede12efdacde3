/** What the corpus says an acronym stands for, and by which acronym it calls something. */
import { expansionKey, stems } from './analysis.ts';
import type { Snapshot } from './snapshot.ts';
import type { Acronym } from './types.ts';

/** So many papers must say so. */
const FEWEST = 2;
/** And at least this share of the papers that introduce the acronym, for it to be looked for too. */
const SHARE = 0.2;
const MOST_USED = 3;
const MOST_SHOWN = 5;
const NONE: readonly string[] = [];

/** Null when no paper introduces the word as an acronym, or too few agree. */
export function expansionsOf(snapshot: Snapshot, word: string, archives?: readonly string[]): Acronym | null {
  if (word.length < 2 || word.length > 10) return null;
  // Spellings with the same stems are one thing; the most usual is shown.
  const found = new Map<
    string,
    { spellings: Map<string, number>; papers: number; archives: Map<string, number> }
  >();
  for (const part of snapshot.parts)
    for (const { text, archive, list } of part.segment.acronyms.expansions.get(word) ?? []) {
      const papers = part.count(list);
      if (papers === 0) continue;
      const key = stems(text).join(' ');
      const known = found.get(key) ?? { spellings: new Map(), papers: 0, archives: new Map() };
      known.spellings.set(text, (known.spellings.get(text) ?? 0) + papers);
      known.papers += papers;
      known.archives.set(archive, (known.archives.get(archive) ?? 0) + papers);
      found.set(key, known);
    }
  if (found.size === 0) return null;
  const of = (known: { papers: number; archives: Map<string, number> }): number =>
    archives && archives.length > 0
      ? archives.reduce((sum, archive) => sum + (known.archives.get(archive) ?? 0), 0)
      : known.papers;
  const all = [...found.values()].sort((a, b) => of(b) - of(a) || b.papers - a.papers);
  const total = all.reduce((sum, known) => sum + of(known), 0);
  const expansions = all
    .filter(({ papers }) => papers >= FEWEST || snapshot.documents < 1_000)
    .slice(0, MOST_SHOWN)
    .map((known, i) => ({
      text: top(known.spellings),
      papers: known.papers,
      archives: [...known.archives]
        .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
        .map(([archive]) => archive),
      used: i < MOST_USED && total > 0 && of(known) >= SHARE * total,
    }));
  return expansions.length > 0 ? { acronym: word, expansions } : null;
}

const top = (counts: Map<string, number>): string =>
  [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]![0];

/** The acronyms by which papers call what some stems say, by the `hashOf` these with a space between. */
export function acronymsOf(snapshot: Snapshot, hash: number): readonly string[] {
  const key = expansionKey(hash);
  if (!snapshot.parts.some(({ segment }) => segment.acronyms.shortened.has(key))) return NONE;
  const found = new Map<string, number>();
  for (const part of snapshot.parts)
    for (const { acronym, list } of part.segment.acronyms.shortened.get(key) ?? [])
      found.set(acronym, (found.get(acronym) ?? 0) + part.count(list));
  const fewest = snapshot.documents < 1_000 ? 1 : FEWEST;
  return [...found]
    .filter(([, papers]) => papers >= fewest)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_USED)
    .map(([acronym]) => acronym);
}
