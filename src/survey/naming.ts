/**
 * Names for groups of papers: the phrase that is frequent in the group and rare in the others (class-based tf-idf;
 * M. Grootendorst, "BERTopic", 2022).
 */
import type { Phrase } from './types.ts';

/** Further phrases of a group. */
const MOST_TERMS = 5;
/** A phrase shared by this share of all papers is not used as a name. */
const TOO_MANY = 0.35;
/** Phrases of several words say more: the weight of a phrase by its number of words. */
const BY_LENGTH = [0, 0.6, 1, 1.1, 1];

export interface Named {
  name: string;
  terms: string[];
}

interface Counted {
  key: string;
  length: number;
  /** Papers of the group that have it. */
  papers: number;
  /** How often each spelling occurs. */
  forms: Map<string, number>;
}

/**
 * @param phrases of each paper
 * @param groups the papers of each group
 * @param taken names that must not be used
 */
export function nameGroups(
  phrases: readonly (readonly Phrase[])[],
  groups: readonly (readonly number[])[],
  taken: ReadonlySet<string> = new Set(),
): Named[] {
  const everywhere = new Map<string, number>();
  const counted = groups.map((group) => {
    const own = new Map<string, Counted>();
    for (const i of group)
      for (const { key, text, length } of phrases[i]!) {
        everywhere.set(key, (everywhere.get(key) ?? 0) + 1);
        let known = own.get(key);
        if (known === undefined) {
          known = { key, length, papers: 0, forms: new Map() };
          own.set(key, known);
        }
        known.papers++;
        known.forms.set(text, (known.forms.get(text) ?? 0) + 1);
      }
    return own;
  });
  const papers = groups.reduce((sum, group) => sum + group.length, 0);
  const typical = papers / Math.max(1, groups.length);
  const names = new Set([...taken].map((name) => name.toLowerCase()));
  return groups.map((group, g) => {
    // In a large group, a phrase from a single paper is a coincidence, unless there are no others.
    const fewest = group.length >= 4 && [...counted[g]!.values()].some((one) => one.papers > 1) ? 2 : 1;
    const scored = [...counted[g]!.values()]
      .filter((one) => one.papers >= fewest)
      .map((one) => ({
        one,
        score:
          (one.papers / group.length) *
          Math.log(1 + typical / everywhere.get(one.key)!) *
          (BY_LENGTH[Math.min(one.length, BY_LENGTH.length - 1)] ?? 1),
      }))
      .sort((a, b) => b.score - a.score || (a.one.key < b.one.key ? -1 : 1))
      .slice(0, 60);
    const chosen: Counted[] = [];
    for (const { one } of scored) {
      if (chosen.length > MOST_TERMS) break;
      if (chosen.every((other) => !overlap(other.key, one.key))) chosen.push(one);
    }
    const texts = chosen.map(formOf);
    // What most papers are about does not distinguish one group from another.
    const at = texts.findIndex(
      (text, i) =>
        !names.has(capital(text).toLowerCase()) && everywhere.get(chosen[i]!.key)! <= papers * TOO_MANY,
    );
    const name = at < 0 ? numbered('Other papers', names) : capital(texts[at]!);
    names.add(name.toLowerCase());
    return { name, terms: texts.filter((_, i) => i !== at).slice(0, MOST_TERMS) };
  });
}

/** The most frequent spelling; among several, the one with fewest capitals, then the first alphabetically. */
function formOf({ forms }: Counted): string {
  const capitals = (text: string): number => text.replace(/[^\p{Lu}]/gu, '').length;
  return [...forms].sort(([a, n], [b, m]) => m - n || capitals(a) - capitals(b) || (a < b ? -1 : 1))[0]![0];
}

/** Whether one has all the words of the other, so that they say the same thing twice. */
function overlap(a: string, b: string): boolean {
  const [x, y] = [a.split(' '), b.split(' ')];
  const [few, many] = x.length < y.length ? [x, y] : [y, x];
  return few.filter((word) => many.includes(word)).length >= few.length / 2;
}

/** With a capital, unless the first word has its own spelling (`mRNA`). */
export function capital(text: string): string {
  const [first = ''] = text.split(/[\s-]/);
  return /^\p{Ll}/u.test(first) && !/\p{Lu}/u.test(first)
    ? text.replace(/^\p{Ll}/u, (l) => l.toUpperCase())
    : text;
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} ${n}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}
