/**
 * What is looked for in the index for a query. Its business is that "multi-token", "multi token" and
 * "multitoken" meet however either side spells them: all three become the words {multi, multitoken} and
 * {token, multitoken} and the compound {multi-token, multitoken}, which is worth something of its own.
 */
import { FORM, FUNCTION_WORDS, NAME } from './analysis.ts';
import { MOST_WORDS, type Query, type QueryWord } from './query.ts';
import type { Snapshot } from './snapshot.ts';
import { stemCached } from './stem.ts';
import { FIGURE, PLAIN } from './tokens.ts';

/** Terms of the index that all stand for one thing; a document's occurrences of them are added up. */
export interface Wanted {
  label: string;
  /** Terms in any field, names in `authors`. */
  terms: string[];
  /** Exact forms in titles, which add to the above but are no match by themselves. */
  forms: string[];
  weight: number;
}

export interface PlannedWord extends Wanted {
  must: boolean;
  /** Set: words that begin so will do as well. */
  prefix: string | null;
}

export interface Plan {
  /** Each counts as one word matched. */
  words: PlannedWord[];
  /** Compounds, which only add to the score. */
  compounds: Wanted[];
  excluded: Wanted[][];
  open: boolean;
}

/** A compound counts this much beside its parts. */
const COMPOUND_WEIGHT = 0.5;
/** In longer queries, which are pasted text, words are not tried for being or making compounds. */
const MOST_COMPOUND_WORDS = 16;
const SHORTEST_PART = 3;
const MODEL = /^([a-z]{2,})(\d.*)$/;

/** How many live documents have at least one of these terms. */
export type Frequency = (terms: readonly string[]) => number;

/** Makes the plan. The dictionary is asked which words people write as compounds. */
export function planQuery(query: Query, frequency: Frequency): Plan {
  const planner = new Planner(frequency, query.words.length <= MOST_COMPOUND_WORDS);
  planner.take(query.words);
  const excluded = query.excluded.map((words) => {
    const inner = new Planner(frequency, false);
    inner.take(words);
    // `-multi-token` leaves out the compound, not everything that has "multi" and "token" somewhere.
    return words.length === 2 && words[1]!.link === 'hyphen' && inner.compounds.size > 0
      ? [...inner.compounds.values()]
      : [...inner.words.values()];
  });
  return {
    words: [...planner.words.values()],
    compounds: [...planner.compounds.values()],
    excluded,
    open: query.open,
  };
}

class Planner {
  readonly words = new Map<string, PlannedWord>();
  readonly compounds = new Map<string, Wanted>();
  readonly #frequency: Frequency;
  readonly #split: boolean;

  constructor(frequency: Frequency, split: boolean) {
    this.#frequency = frequency;
    this.#split = split;
  }

  take(words: readonly QueryWord[]): void {
    for (let i = 0; i < words.length && this.words.size < MOST_WORDS; i++) {
      const word = words[i]!;
      const before = i > 0 ? words[i - 1]! : undefined;
      const after = words[i + 1];
      if (after && isModel(after)) {
        // `GPT-4` is one thing: "gpt" and "4" apart are not what was meant.
        this.#addWord(`${word.word}-${after.word}`, word, {
          terms: [`${word.term}-${after.term}`, joined(word, after)],
          forms: [],
          prefix: null,
        });
        continue;
      }
      if (before && isModel(word)) continue;
      if (this.#trySplit(word)) continue;
      const own = this.#addWord(word.term, word, {
        terms: [word.term, NAME + word.word],
        forms: [FORM + word.word],
        prefix: word.prefix ? word.word : null,
      });
      const model = MODEL.exec(word.word);
      if (own && model) own.terms.push(`${stemCached(model[1]!)}-${model[2]}`);
      if (before && (this.#split || word.link === 'hyphen')) this.#compound(before, word);
    }
  }

  #addWord(
    key: string,
    { word, must }: { word: string; must: boolean },
    rest: { terms: string[]; forms: string[]; prefix: string | null },
  ): PlannedWord | undefined {
    const known = this.words.get(key);
    if (known) {
      known.must ||= must;
      known.prefix ??= rest.prefix;
      for (const form of rest.forms) if (!known.forms.includes(form)) known.forms.push(form);
      for (const term of rest.terms) if (!known.terms.includes(term)) known.terms.push(term);
      return known;
    }
    if (this.words.size >= MOST_WORDS) return undefined;
    const made: PlannedWord = { label: key.includes('-') ? key : word, weight: 1, must, ...rest };
    this.words.set(key, made);
    return made;
  }

  /** Two neighbours: their pair, and the word they make when written as one. */
  #compound(a: QueryWord, b: QueryWord): void {
    if (b.link === 'none') return;
    const dull = FUNCTION_WORDS.has(a.word) || FUNCTION_WORDS.has(b.word);
    if (FUNCTION_WORDS.has(a.word) && FUNCTION_WORDS.has(b.word)) return;
    const terms = [`${a.term}-${b.term}`];
    // "for ward" is not "forward"; but who writes "on-line" means "online".
    if (!dull || b.link === 'hyphen') {
      const one = joined(a, b);
      terms.push(one);
      for (const { term } of [a, b]) {
        const word = this.words.get(term);
        if (word && !word.terms.includes(one)) word.terms.push(one);
      }
    }
    this.#addCompound(`${a.word}-${b.word}`, terms);
  }

  #addCompound(label: string, terms: string[]): void {
    const key = terms.join(' ');
    if (!this.compounds.has(key) && this.compounds.size < MOST_WORDS)
      this.compounds.set(key, { label, terms, forms: [], weight: COMPOUND_WEIGHT });
  }

  /**
   * "multitoken" is looked for as "multi-token" where the papers write it so: where the compound is about as
   * usual as the word in one, its parts will do too; where the word in one is the usual spelling ("dataset"),
   * the compound is just another spelling. A word nobody has is split into two that somebody has.
   */
  #trySplit(word: QueryWord): boolean {
    if (!this.#split || word.word.length < 2 * SHORTEST_PART || (word.flags & PLAIN) === 0) return false;
    let best: { a: string; b: string; pair: string; seen: number } | undefined;
    const parts: { a: string; b: string }[] = [];
    for (let i = SHORTEST_PART; i <= word.word.length - SHORTEST_PART; i++) {
      const a = word.word.slice(0, i);
      const b = word.word.slice(i);
      parts.push({ a, b });
      const pair = `${stemCached(a)}-${stemCached(b)}`;
      const seen = this.#frequency([pair]);
      if (seen > 0 && (best === undefined || seen > best.seen)) best = { a, b, pair, seen };
    }
    const whole = this.#frequency([word.term, NAME + word.word]);
    if (best === undefined) {
      if (whole > 0 || word.prefix) return false;
      for (const { a, b } of parts) {
        const seen = Math.min(this.#frequency([stemCached(a)]), this.#frequency([stemCached(b)]));
        if (seen > 0 && (best === undefined || seen > best.seen))
          best = { a, b, pair: `${stemCached(a)}-${stemCached(b)}`, seen };
      }
      if (best === undefined) return false;
    } else if (whole > 2 * best.seen) {
      this.#addWord(word.term, word, {
        terms: [word.term, NAME + word.word, best.pair],
        forms: [FORM + word.word],
        prefix: word.prefix ? word.word : null,
      });
      return true;
    }
    for (const part of [best.a, best.b])
      this.#addWord(
        stemCached(part),
        { word: part, must: word.must },
        {
          terms: [stemCached(part), NAME + part, word.term],
          forms: [FORM + part],
          prefix: null,
        },
      );
    this.#addCompound(`${best.a}-${best.b}`, [best.pair, word.term]);
    return true;
  }
}

/** A hyphen and a figure: the word before belongs to it as in `GPT-4`. */
const isModel = (word: QueryWord): boolean => word.link === 'hyphen' && (word.flags & FIGURE) !== 0;

function joined(a: QueryWord, b: QueryWord): string {
  const word = a.word + b.word;
  return a.flags & b.flags & PLAIN ? stemCached(word) : word;
}

/** The frequency function of a snapshot. */
export function frequencyIn(snapshot: Snapshot): Frequency {
  return (terms) => {
    const encoded = terms.map((term) => Buffer.from(term));
    let sum = 0;
    for (const { segment, live } of snapshot.parts) {
      const { postingStarts, postings } = segment.sections;
      const found = encoded.map((term) => segment.find(term)).filter((at) => at >= 0);
      if (found.length === 1 && live === null) {
        sum += postingStarts[found[0]! + 1]! - postingStarts[found[0]!]!;
        continue;
      }
      const seen = new Set<number>();
      for (const at of found)
        for (let i = postingStarts[at]!; i < postingStarts[at + 1]!; i++) {
          const document = postings[i]! >>> 12;
          if (live === null || live[document]) seen.add(document);
        }
      sum += seen.size;
    }
    return sum;
  };
}
