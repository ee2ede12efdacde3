/**
 * What is looked for in the index for a query: lists of postings, each with a weight, and the groups (things
 * asked for) that a document with it has. Its business is that the same thing is found however it is written:
 * "multi-token", "multi token" and "multitoken"; "MTP" and "multi-token prediction"; "GPT-4" and "GPT 4".
 */
import { acronymsOf, expansionsOf } from './acronym-lookup.ts';
import { FORM, NAME } from './analysis.ts';
import { mapped, popcount } from './arrays.ts';
import { personIn } from './authors.ts';
import { beginningWith } from './beginnings.ts';
import { MOST_IMPACT } from './fields.ts';
import { keep } from './kept.ts';
import { type AnyList, isThere } from './lists.ts';
import { unionList } from './made-lists.ts';
import { isModel, joinModels } from './model-names.ts';
import { phraseList, type Step } from './phrase-list.ts';
import { type Atom, isFunctionWord, isTelling, type Query, type QueryWord, type Unit } from './query.ts';
import type { Snapshot } from './snapshot.ts';
import { likelyWords } from './spelling.ts';
import { stemOf } from './stems.ts';
import { type Titled, titledWords } from './titles.ts';
import { PLAIN } from './tokens.ts';
import type { Acronym, ShareKind } from './types.ts';
import { runsOf } from './verbatim.ts';
import {
  inverseFrequency,
  LIST_WEIGHTS,
  MOST_FURTHER,
  MOST_GROUPS,
  neededOf,
  SCALE,
  tiersFor,
  timesWeight,
  UNIT_SCORE,
  wholeWeight,
} from './weights.ts';

/** One thing that adds to the score of the documents that have it. */
export interface Planned {
  kind: ShareKind;
  label: string;
  /** Score of an impact of one (a whole number, 1 at least), and of being there at all. */
  weight: number;
  base: number;
  groups: number;
  /** The term, where it is one of the dictionary's. */
  term: string;
  /** Its list in each part. */
  lists: (AnyList | null)[];
  /** It counts only in the second look (rerank.ts): too little to bring a document in. */
  late: boolean;
}

export interface Plan {
  lists: Planned[];
  /** Groups, and how many of them a match has. */
  groups: number;
  needed: number;
  /** Matches stand above all others, however well those fit otherwise. */
  tiers: boolean;
  /** The greatest score the words could give. */
  most: number;
  /** Groups every document must have. */
  must: number;
  /** Lists whose documents are left out. */
  excluded: (AnyList | null)[][];
  open: boolean;
  /** Nothing but function words: all papers that have them have them alike. */
  dull: boolean;
  /** Words in order that proximity is measured between. */
  chain: { term: string; idf: number; label: string }[];
  /** What is looked for in titles. */
  titled: Titled | null;
  /** Stems of the words, for their meaning. */
  stems: string[];
  /** How often the query says a word, where that is known. */
  said: Map<string, number>;
  acronyms: Acronym[];
  /** Words that nothing has, with what they may have been meant to be. */
  unknown: { word: string; instead: string | null }[];
  marks: Marks;
}

/** What is marked in texts. */
export interface Marks {
  terms: Set<string>;
  /** Stems in a row, joined by spaces. */
  phrases: Set<string>;
  prefixes: string[];
  names: Set<string>;
}

/** Phrases of words more usual than this are not made for a query that did not ask for them. */
const CHEAP = 4_096;
/** A word is rare that fewer papers have; and another is much more usual that so many times as many have. */
const rareIn = (documents: number): number => documents / 5_000;
const MUCH_MORE = 20;
/** A word is looked for among names where one in so many papers that have it have it there. */
const NAMED = 4;
/** A form in titles is rarer than its stem in all texts: usually some thirty times, in e-folds. */
const USUALLY_RARER = 3.5;
const SHORTEST_PART = 3;
/** Longer words are no two words written as one. */
const LONGEST_SPLIT = 32;
/** Words of a query as people type it, and of one that is a question or pasted text. */
const SHORT = 3;
const LONG = 5;
const MODEL = /^([a-z]{2,})(\d.*)$/;

/** The plan of a query; `categories` are those asked for, whose papers say what an acronym means there. */
export function planQuery(snapshot: Snapshot, query: Query, categories: readonly string[] = []): Plan {
  return keep(new Planner(snapshot, categories)).plan(query);
}

class Planner {
  readonly #snapshot: Snapshot;
  readonly #archives: readonly string[];
  readonly #lists = new Map<string, Planned>();
  /** What the unit in hand counts for being said several times. */
  #times = 1;
  /** A query of a few words, as people type. */
  #isShort = false;
  /** A question or pasted text: it says what it means in several ways itself, so other spellings are not looked for. */
  #isLong = false;
  readonly #plan: Plan = {
    lists: [],
    groups: 0,
    needed: 0,
    tiers: true,
    most: 0,
    must: 0,
    excluded: [],
    open: false,
    dull: false,
    chain: [],
    titled: null,
    stems: [],
    said: new Map(),
    acronyms: [],
    unknown: [],
    marks: { terms: new Set(), phrases: new Set(), prefixes: [], names: new Set() },
  };

  constructor(snapshot: Snapshot, categories: readonly string[]) {
    this.#snapshot = snapshot;
    this.#archives = [...new Set(categories.map((code) => code.split('.')[0]!))].sort();
  }

  plan(query: Query): Plan {
    const plan = this.#plan;
    plan.open = query.open;
    plan.dull = !query.open && !query.units.some(isTelling);
    const { units, further } = this.#choose(joinModels(query.units));
    for (const { alternatives, times = 1 } of [...units, ...further])
      for (const { words } of alternatives) for (const { term } of words) plan.said.set(term, times);
    this.#isShort = units.length <= SHORT;
    this.#isLong = units.length > LONG;
    units.forEach((unit, i) => {
      const bit = 1 << i;
      this.#times = timesWeight(unit.times ?? 1);
      for (const atom of unit.alternatives) this.#atom(atom, bit, unit.must);
      if (unit.must) plan.must |= bit;
    });
    for (const unit of further) this.#further(unit);
    this.#times = 1;
    plan.groups = units.length;
    plan.needed = neededOf(units.length, popcount(plan.must));
    this.#neighbours(units);
    for (const { label, worth, lists } of runsOf(this.#snapshot, query.units))
      this.#add('verbatim', label, `"${label}`, worth * LIST_WEIGHTS.verbatim, 0, lists);
    const person = personIn(this.#snapshot, units);
    if (person)
      this.#add(
        'phrase',
        person.name,
        `@${person.name}`,
        person.worth,
        (1 << units.length) - 1,
        person.lists,
      );
    for (const atom of query.excluded) plan.excluded.push(this.#exclude(atom));
    plan.tiers = tiersFor(units.length);
    plan.lists = [...this.#lists.values()].filter(({ lists }) => lists.some((list) => list !== null));
    plan.titled = titledWords(this.#snapshot, query.units, units, plan.lists);
    // What a document can have of each thing asked for, by the best of the lists for it.
    for (let g = 0; g < units.length; g++)
      plan.most += Math.max(
        0,
        ...plan.lists
          .filter(({ groups }) => groups === 1 << g)
          .map(({ weight, base }) => base / UNIT_SCORE + weight / SCALE),
      );
    for (const { kind, groups, weight } of plan.lists)
      if (kind === 'word' && groups === 0) plan.most += weight / SCALE;
    return plan;
  }

  /**
   * The units that are looked for: no function words beside others, each thing once with how often it was said, and of
   * many those that are rarest and said most often (tf · idf). What is `further` only adds to scores.
   */
  #choose(units: readonly Unit[]): { units: Unit[]; further: Unit[] } {
    const telling = units.filter((unit) => unit.must || isTelling(unit));
    const seen = new Map<string, Unit>();
    for (const unit of telling.length > 0 ? telling : units) {
      const key = unit.alternatives.map(({ words }) => words.map(({ term }) => term).join(' ')).join('|');
      const known = seen.get(key);
      if (known) {
        known.must ||= unit.must;
        known.times! += 1;
        known.alternatives.push(...unit.alternatives.filter(({ prefix }) => prefix));
      } else seen.set(key, { alternatives: [...unit.alternatives], must: unit.must, times: 1 });
    }
    const chosen = [...seen.values()];
    if (chosen.length <= MOST_GROUPS) return { units: chosen, further: [] };
    const rarity = (unit: Unit): number => (unit.must ? Number.POSITIVE_INFINITY : this.#worthOf(unit));
    const sorted = chosen.map((unit) => ({ unit, worth: rarity(unit) })).sort((a, b) => b.worth - a.worth);
    const kept = new Set(sorted.slice(0, MOST_GROUPS).map(({ unit }) => unit));
    const further = sorted.slice(MOST_GROUPS, MOST_GROUPS + MOST_FURTHER).map(({ unit }) => unit);
    return { units: chosen.filter((unit) => kept.has(unit)), further };
  }

  /** tf · idf in the query; what no paper has tells nothing, however rare. */
  #worthOf({ alternatives, times = 1 }: Unit): number {
    const { term } = alternatives[0]!.words[0]!;
    return this.#snapshot.frequency(term) === 0 ? 0 : this.#idf(term) * timesWeight(times);
  }

  /** A word that only adds to the score of papers that have it. */
  #further({ alternatives, times = 1 }: Unit): void {
    const [word, ...others] = alternatives[0]!.words;
    if (!word || others.length > 0 || this.#snapshot.frequency(word.term) === 0) return;
    this.#times = timesWeight(times);
    this.#plan.marks.terms.add(word.term);
    this.#plan.stems.push(word.term);
    this.#add('word', word.word, word.term, this.#idf(word.term), 0);
  }

  #idf(term: string): number {
    return inverseFrequency(this.#snapshot.documents, this.#snapshot.frequency(term));
  }

  /** Adds a list; the same one for several groups stands for all of them. */
  #add(
    kind: ShareKind,
    label: string,
    term: string,
    worth: number,
    groups: number,
    lists = this.#snapshot.lists(term),
  ): void {
    const key = `${kind} ${term} ${label}`;
    const known = this.#lists.get(key);
    const weight = wholeWeight(worth * this.#times);
    if (known) {
      known.groups |= groups;
      known.weight = Math.max(known.weight, weight);
    } else
      this.#lists.set(key, {
        kind,
        label,
        term,
        weight,
        base: 0,
        groups,
        lists,
        late: kind === 'exact form',
      });
  }

  #atom({ words, prefix }: Atom, bit: number, must: boolean): void {
    if (words.length === 1) this.#word(words[0]!, bit, prefix);
    else if (isModel(words[1]!) && words.length === 2) this.#modelName(words[0]!, words[1]!, bit);
    else this.#phrase('phrase', words, bit, 1, must);
  }

  #word(word: QueryWord, bit: number, prefix: boolean): void {
    const { marks, stems, chain } = this.#plan;
    const idf = this.#idf(word.term);
    const inText = this.#snapshot.frequency(word.term);
    const inNames = this.#snapshot.frequency(NAME + word.word);
    marks.terms.add(word.term);
    stems.push(word.term);
    if (inText > 0) {
      this.#add('word', word.word, word.term, idf, bit);
      this.#form(word, idf);
      if (!isFunctionWord(word)) chain.push({ term: word.term, idf, label: word.word });
    }
    if (inNames * NAMED > inText && !(this.#isLong && inText > 0)) {
      marks.names.add(word.word);
      const worth =
        inNames > inText
          ? this.#idf(NAME + word.word) * LIST_WEIGHTS.name
          : Math.min(idf, this.#idf(NAME + word.word)) * LIST_WEIGHTS.nameBesideText;
      this.#add('word', word.word, NAME + word.word, worth, bit);
    }
    if (!this.#isLong || inText === 0) {
      this.#variants(word, bit, inText);
      this.#acronym(word, bit);
    }
    if (prefix || (inText === 0 && inNames === 0)) this.#beginnings(word, bit, idf, inText > 0);
    if (inNames === 0 && (inText === 0 || (this.#isShort && inText <= rareIn(this.#snapshot.documents))))
      this.#typos(word, bit, inText);
  }

  /**
   * The word as it stands in titles. Where hardly any paper with its stem has it there ("FAIRE", whose stem is that of
   * "fairness"), it is another word, and counts as what it is.
   */
  #form({ word }: QueryWord, idf: number): void {
    const rarer = this.#idf(FORM + word) - idf - USUALLY_RARER;
    const isRare = rarer > 0 && this.#snapshot.frequency(FORM + word) > 0;
    const worth = idf * LIST_WEIGHTS.form + (isRare ? rarer * LIST_WEIGHTS.rareForm : 0);
    this.#add('exact form', word, FORM + word, worth, 0);
    if (isRare) this.#lists.get(`exact form ${FORM}${word} ${word}`)!.late = false;
  }

  /** "multitoken" is also "multi-token", and "gpt4" is "GPT-4". */
  #variants(word: QueryWord, bit: number, inText: number): void {
    const model = MODEL.exec(word.word);
    if (model) {
      const pair = `${stemOf(model[1]!)}-${model[2]}`;
      this.#variant(pair, `${model[1]}-${model[2]}`, this.#idf(pair), bit);
    }
    const { length } = word.word;
    if ((word.flags & PLAIN) === 0 || length < 2 * SHORTEST_PART || length > LONGEST_SPLIT) return;
    const best = this.#snapshot.remember(`split ${word.word}`, () => this.#split(word.word, inText));
    if (best === null) return;
    // Where the papers write it in one ("dataset"), the pair is just another spelling of it, and the words
    // apart are something else.
    const idf = this.#idf(inText > 0 ? word.term : best.pair);
    const hasApart = inText === 0 || inText <= 2 * best.seen;
    // Side by side, with a hyphen or without, they are one spelling, which counts once and no more than the word itself.
    if (!hasApart || !this.#phrase('variant', cut(best.parts), bit, LIST_WEIGHTS.variant, false, idf))
      this.#variant(best.pair, best.parts.join('-'), idf, bit);
  }

  /** The two words that a word is most often written as. */
  #split(word: string, inText: number): { parts: [string, string]; pair: string; seen: number } | null {
    let best: { parts: [string, string]; pair: string; seen: number } | null = null;
    for (let i = SHORTEST_PART; i <= word.length - SHORTEST_PART; i++) {
      const parts: [string, string] = [word.slice(0, i), word.slice(i)];
      const pair = `${stemOf(parts[0])}-${stemOf(parts[1])}`;
      let seen = this.#snapshot.frequency(pair);
      // A word nobody has may be two that somebody has.
      if (seen === 0 && inText === 0)
        seen = Math.min(...parts.map((part) => this.#snapshot.frequency(stemOf(part)))) / 1e6;
      if (seen > 0 && (best === null || seen > best.seen)) best = { parts, pair, seen };
    }
    return best;
  }

  #variant(term: string, label: string, idf: number, groups: number): void {
    if (this.#snapshot.frequency(term) === 0) return;
    this.#plan.marks.phrases.add(term.replace('-', ' '));
    this.#plan.marks.terms.add(term);
    this.#add('variant', label, term, idf * LIST_WEIGHTS.variant, groups);
  }

  /** What an acronym stands for, in words. */
  #acronym(word: QueryWord, bit: number): void {
    if (isFunctionWord(word)) return;
    const [snapshot, archives] = [this.#snapshot, this.#archives];
    const key = `acronym ${word.word} ${archives}`;
    const acronym = snapshot.remember(key, () => expansionsOf(snapshot, word.word, archives));
    if (acronym === null) return;
    this.#plan.acronyms.push(acronym);
    for (const { text, used } of acronym.expansions)
      if (used) this.#phrase('acronym', cut(text.split(/[ -]/)), bit, LIST_WEIGHTS.acronym, false);
  }

  #beginnings(word: QueryWord, bit: number, idf: number, isWhole: boolean): void {
    this.#plan.marks.prefixes.push(word.word);
    const terms = beginningWith(this.#snapshot, word.word, word.term);
    if (terms.length === 0) return;
    const lists = mapped(this.#snapshot.parts, (part) => unionList(part, `${word.word}*`, terms));
    const frequency = this.#snapshot.parts.reduce((sum, part, p) => sum + part.count(lists[p]!), 0);
    const own = Math.min(
      isWhole ? idf : Number.POSITIVE_INFINITY,
      inverseFrequency(this.#snapshot.documents, frequency),
    );
    this.#add('prefix', `${word.word}…`, `${word.word}*`, own * LIST_WEIGHTS.prefix, bit, lists);
  }

  /** A word that few have may be another, mistyped. Papers that have it as it stands stay above all others. */
  #typos(word: QueryWord, bit: number, inText: number): void {
    const found = [...this.#lists.values()].some(({ groups }) => (groups & bit) !== 0);
    const likely = this.#snapshot
      .remember(`typo ${word.word}`, () => likelyWords(this.#snapshot, word.word, 3))
      .filter(({ papers }) => !found || papers >= MUCH_MORE * Math.max(1, inText));
    if (!found || likely.length > 0)
      this.#plan.unknown.push({ word: word.word, instead: likely[0]?.word ?? null });
    let most = 0;
    for (const { word: meant, distance } of likely) {
      const term = termFor(meant);
      const worth = this.#idf(term) * LIST_WEIGHTS.typo ** distance;
      most = Math.max(most, worth);
      this.#plan.marks.terms.add(term);
      this.#add('typo', meant, term, worth, bit);
    }
    for (const list of this.#lists.values())
      if ((list.groups & bit) !== 0 && list.kind !== 'typo')
        list.base = Math.ceil(most * SCALE) * MOST_IMPACT;
  }

  /** "GPT-4" is one thing: "gpt" and "4" apart are not what was meant. */
  #modelName(a: QueryWord, b: QueryWord, bit: number): void {
    const pair = `${a.term}-${b.term}`;
    const one = `${a.word}${b.word}`;
    const idf = Math.min(this.#idf(pair), this.#idf(one));
    const label = `${a.word}-${b.word}`;
    this.#plan.stems.push(a.term, one);
    this.#plan.marks.phrases.add(`${a.term} ${b.term}`);
    this.#plan.marks.terms.add(one);
    this.#add('word', label, pair, idf, bit);
    this.#add('word', label, one, idf, bit);
    if (this.#snapshot.frequency(pair) + this.#snapshot.frequency(one) > 0) return;
    // A pair of a single paper is not kept where there are many; its words side by side are.
    const steps = [a, b].map(({ term }, offset) => ({ term, offset }));
    const lists = mapped(this.#snapshot.parts, (part) => phraseList(part, steps));
    if (lists.some(isThere)) this.#add('word', label, `"${label}`, idf, bit, lists);
    else this.#plan.unknown.push({ word: label, instead: null });
  }

  /** Words that must stand in this order. Function words among them must be there too, but add nothing to the score. */
  #phrase(
    kind: ShareKind,
    words: readonly QueryWord[],
    bit: number,
    worth: number,
    asked: boolean,
    most = Number.POSITIVE_INFINITY,
  ): boolean {
    const { marks, stems, chain } = this.#plan;
    const steps: Step[] = [];
    let idf = 0;
    let rarest = Number.POSITIVE_INFINITY;
    const telling = words.some((word) => !isFunctionWord(word));
    words.forEach((word, offset) => {
      steps.push({ term: word.term, offset });
      rarest = Math.min(rarest, this.#snapshot.frequency(word.term));
      if (!telling || !isFunctionWord(word)) idf += this.#idf(word.term);
    });
    const label = words.map(({ word }) => word).join(' ');
    if (asked || kind === 'phrase') {
      for (const word of words) {
        if (isFunctionWord(word)) continue;
        stems.push(word.term);
        chain.push({ term: word.term, idf: this.#idf(word.term), label: word.term });
      }
    }
    marks.phrases.add(words.map(({ term }) => term).join(' '));
    if (!asked && kind !== 'phrase' && rarest > CHEAP) return false;
    if (steps.length === 1) marks.terms.add(steps[0]!.term);
    const lists = mapped(this.#snapshot.parts, (part) =>
      steps.length === 1 ? part.segment.lexicon.find(steps[0]!.term) : phraseList(part, steps),
    );
    if (lists.some(isThere)) {
      this.#add(kind, label, `"${label}`, Math.min(idf, most) * worth, bit, lists);
      return true;
    }
    if (kind === 'phrase') this.#plan.unknown.push({ word: `“${label}”`, instead: null });
    return false;
  }

  /** What neighbouring words are together: compounds, words in one, and what has an acronym. */
  #neighbours(units: readonly Unit[]): void {
    const single = mapped(units, ({ alternatives }) =>
      alternatives.length > 0 && alternatives[0]!.words.length === 1 ? alternatives[0]!.words[0]! : null,
    );
    for (let i = 1; i < single.length; i++) {
      const [a, b] = [single[i - 1], single[i]];
      if (a && b && (b.link === 'hyphen' || (b.link === 'space' && !this.#isLong)))
        this.#pair(a, b, (1 << (i - 1)) | (1 << i));
    }
    for (let from = 0; from < single.length && !this.#isLong; from++) {
      const said: string[] = [];
      let bits = 0;
      for (let i = from; i < Math.min(single.length, from + 6) && single[i]; i++) {
        said.push(single[i]!.term);
        bits |= 1 << i;
        if (said.length >= 2) this.#shortened(said, bits);
      }
    }
  }

  #pair(a: QueryWord, b: QueryWord, bits: number): void {
    const isHyphen = b.link === 'hyphen';
    const pair = `${a.term}-${b.term}`;
    this.#plan.marks.phrases.add(`${a.term} ${b.term}`);
    const together = this.#idf(a.term) + this.#idf(b.term);
    if (this.#snapshot.frequency(pair) > 0)
      this.#add(
        'compound',
        `${a.word}-${b.word}`,
        pair,
        this.#idf(pair) * (isHyphen ? LIST_WEIGHTS.hyphen : LIST_WEIGHTS.compound),
        bits,
      );
    const one = (a.flags & b.flags & PLAIN) !== 0 ? stemOf(a.word + b.word) : a.word + b.word;
    this.#plan.marks.terms.add(one);
    if (this.#snapshot.frequency(one) > 0) {
      // Who has it in one has both, and has them as the compound that was asked for.
      const worth = isHyphen ? together + Math.min(together, this.#idf(one)) * LIST_WEIGHTS.hyphen : together;
      this.#add('variant', a.word + b.word, one, worth, bits);
    }
    if (isHyphen)
      this.#phrase('compound', [a, { ...b, link: 'space' }], bits, LIST_WEIGHTS.hyphen / 2, false);
  }

  /** Papers that only write the acronym of what these stems say. */
  #shortened(said: readonly string[], bits: number): void {
    let worth = 0;
    for (const term of said) worth += this.#idf(term);
    for (const acronym of acronymsOf(this.#snapshot, said)) {
      const term = termFor(acronym);
      if (this.#snapshot.frequency(term) === 0) continue;
      this.#plan.marks.terms.add(term);
      const idf = Math.min(worth, this.#idf(term));
      this.#add('acronym', acronym.toUpperCase(), term, idf * LIST_WEIGHTS.acronym, bits);
    }
  }

  /** The lists of what is left out: of several words, where they stand together. */
  #exclude({ words }: Atom): (AnyList | null)[] {
    const [a, b] = words;
    if (a && b && words.length === 2 && b.link === 'hyphen') {
      const one = stemOf(a.word + b.word);
      const terms = [`${a.term}-${b.term}`, one];
      return mapped(this.#snapshot.parts, (part) => unionList(part, `-${terms.join(' ')}`, terms));
    }
    if (words.length === 1) return this.#snapshot.lists(a!.term);
    const steps: Step[] = words.map(({ term }, offset) => ({ term, offset }));
    return mapped(this.#snapshot.parts, (part) => phraseList(part, steps));
  }
}

const termFor = (word: string): string => (/^[a-z]+$/.test(word) ? stemOf(word) : word);

/** Words as a query has them. */
const cut = (words: readonly string[]): QueryWord[] =>
  words.map((word) => ({
    word,
    term: termFor(word),
    flags: /^[a-z]+$/.test(word) ? PLAIN : 0,
    link: 'space',
  }));
