/** Keywords that a model chose: only words of the paper itself, as the paper writes them. */
import type { Source } from '../types.ts';
import { unreadable, withoutTex } from './plain.ts';

const MOST = 10;
const LONGEST = 60;

/** Those found in title or abstract as whole words, each once, with the paper's capitals. */
export function keywordsHeld({ title, abstract }: Source, given: readonly string[]): string[] {
  const text = `${withoutTex(title)}\n${withoutTex(abstract)}`.split(/[^\S\n]+/).join(' ');
  // Some characters change length with their case, which would shift the offsets.
  const low = text.toLowerCase();
  const found = new Map<string, string>();
  for (const one of given.slice(0, MOST * 3)) {
    const word = one.split(/\s+/).filter(Boolean).join(' ');
    if (word.length < 2 || word.length > LONGEST || unreadable(word) !== null) continue;
    if (!/\p{L}/u.test(word) || word.split(' ').length > 5) continue;
    const at = placeOf(low, word.toLowerCase());
    if (at < 0) continue;
    const written = low.length === text.length ? text.slice(at, at + word.length) : word;
    // The first word of a title owes its capital to its position.
    if (!found.has(word.toLowerCase())) found.set(word.toLowerCase(), written);
    if (found.size === MOST) break;
  }
  return [...found.values()];
}

/** Where a word or phrase occurs whole; -1: nowhere. */
function placeOf(text: string, word: string): number {
  for (
    let at = text.indexOf(word), tries = 0;
    at >= 0 && tries < 20;
    at = text.indexOf(word, at + 1), tries++
  )
    if (!isPart(text[at - 1]) && !isPart(text[at + word.length])) return at;
  return -1;
}

const isPart = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c);
