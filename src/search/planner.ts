/**
 * What is looked for in the index for a query: lists of postings, each with a weight, and the groups (things
 * asked for) that a document with it has. Its business is that the same thing is found however it is written:
 * "multi-token", "multi token" and "multitoken"; "MTP" and "multi-token prediction"; "GPT-4" and "GPT 4".
 */
import { acronymsOf, expansionsOf } from './acronym-lookup.ts';
import { FORM, NAME } from './analysis.ts';
import { mapped, popcount } from './arrays.ts';
import { listsOf } from './atom-lists.ts';
import { beginningWith } from './beginnings.ts';
import { markParts, takeBridges } from './bridges.ts';
import { conditionOf } from './conditions.ts';
import { cut, type Draft, type Plan, type Planned, termFor } from './draft.ts';
import { keep } from './kept.ts';
import { type AnyList, isThere } from './lists.ts';
import { unionList } from './made-lists.ts';
import { isModel, joinModels } from './model-names.ts';
import { phraseList } from './phrase-list.ts';
import { modelName, rareIn, typos } from './plan-corrections.ts';
import { bridge, people, quotedPerson, venues } from './plan-names.ts';
import { placed } from './plan-places.ts';
import { apart, variants } from './plan-spellings.ts';
import type { Atom, Query, QueryWord, Unit } from './query-types.ts';
import { isEtAl, isFunctionWord, isTelling, keyOf } from './query-words.ts';
import { hashOf } from './sketch.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';
import { titledWords } from './titles.ts';
import { PLAIN } from './tokens.ts';
import type { ShareKind } from './types.ts';
import { isSought, runsOf } from './verbatim.ts';
import {
  hyphenWeight,
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

export type { Marks, Plan, Planned } from './draft.ts';

/** Phrases of words more usual than this are not made for a query that did not ask for them. */
const CHEAP = 4_096;
/** A word is looked for among names where one in so many papers that have it have it there. */
const NAMED = 4;
/** What few write in small letters as an acronym: one in so many papers that have the word introduces it. */
const INTRODUCED = 20;
/** A form in titles is rarer than its stem in all texts: usually some thirty times, in e-folds. */
const USUALLY_RARER = 3.5;
/** Words of a query as people type it; longer ones are questions or pasted text. */
const LONG = 5;
/** A query of more words names no venue. */
const LONGEST_NAMED = 14;

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
    condition: null,
    strict: false,
    open: false,
    dull: false,
    chain: [],
    titled: null,
    deep: null,
    stems: [],
    said: new Map(),
    acronyms: [],
    people: [],
    unknown: [],
    corrected: [],
    marks: { terms: new Set(), phrases: new Set(), prefixes: [], names: new Set() },
  };

  /** What the parts of planning that have files of their own are given. */
  readonly #draft: Draft;

  constructor(snapshot: Snapshot, categories: readonly string[]) {
    this.#snapshot = snapshot;
    this.#archives = [...new Set(categories.map((code) => code.split('.')[0]!))].sort();
    this.#draft = keep(
      {
        snapshot,
        plan: this.#plan,
        lists: this.#lists,
        times: () => this.#times,
        isLong: () => this.#isLong,
        idf: (term) => this.#idf(term),
        add: (kind, label, term, worth, groups, lists) => this.#add(kind, label, term, worth, groups, lists),
        variant: (term, label, idf, groups) => this.#variant(term, label, idf, groups),
        phrase: (kind, words, bit, worth, asked, most) => this.#phrase(kind, words, bit, worth, asked, most),
        has: (bit, asTyped) => this.#has(bit, asTyped),
      } satisfies Draft,
      'draft',
    );
  }

  plan(query: Query): Plan {
    const plan = this.#plan;
    plan.open = query.open;
    plan.dull = !query.open && !query.units.some(isTelling);
    const all = joinModels(query.units);
    markParts(all);
    const bridges = takeBridges(all);
    const { units, further } = this.#choose(all);
    for (const { alternatives, times = 1 } of [...units, ...further])
      for (const { words } of alternatives) for (const { term } of words) plan.said.set(term, times);
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
    const runs = runsOf(this.#snapshot, query.units);
    for (const each of runs) {
      const { label, worth, terms, lists } = each;
      const sought = isSought(each);
      if (sought && !lists.some(isThere)) continue;
      const run = sought ? null : terms;
      const added = this.#add('verbatim', label, `"${label}`, worth * LIST_WEIGHTS.verbatim, 0, lists, run);
      // Where it is all that is asked for, it is looked for further down.
      if (!sought && runs.length === 1) plan.deep = added;
    }
    people(this.#draft, all, units);
    for (const each of bridges) bridge(this.#draft, each, units);
    if (all.length <= LONGEST_NAMED) venues(this.#draft, all, units);
    for (const atom of query.excluded) plan.excluded.push(listsOf(this.#snapshot, atom));
    plan.tiers = tiersFor(units.length) || query.strict;
    plan.lists = [...this.#lists.values()].filter(({ lists }) => lists.some((list) => list !== null));
    plan.titled = titledWords(this.#snapshot, query.units, units, plan.lists);
    if (query.rule) plan.condition = conditionOf(query.rule, (atom) => this.#listsOf(atom, units));
    if (query.strict) {
      plan.strict = true;
      plan.needed = Math.min(1, units.length);
      plan.must = 0;
    }
    plan.most = mostOf(plan.lists, units.length);
    return plan;
  }

  /**
   * The units that are looked for: no function words beside others, each thing once with how often it was said, and of
   * many those that are rarest and said most often (tf · idf). What is `further` only adds to scores.
   */
  #choose(units: readonly Unit[]): { units: Unit[]; further: Unit[] } {
    const telling = units.filter((unit, i) => unit.must || (isTelling(unit) && !isEtAl(units[i - 1], unit)));
    const seen = new Map<string, Unit>();
    for (const unit of telling.length > 0 ? telling : units) {
      const [first, ...others] = unit.alternatives;
      const isWord = others.length === 0 && first!.words.length === 1 && !first!.field && !first!.slop;
      const key = isWord ? first!.words[0]!.term : unit.alternatives.map(keyOf).join('|');
      const known = seen.get(key);
      if (known) {
        known.must ||= unit.must;
        known.times! += 1;
        if (unit.alternatives.some(({ asTyped }) => asTyped)) known.alternatives[0]!.asTyped = true;
        known.alternatives.push(...unit.alternatives.filter(({ prefix }) => prefix));
      } else {
        const { alternatives, must, isApart = false } = unit;
        seen.set(key, { alternatives: [...alternatives], must, times: 1, isApart });
      }
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

  /** Adds a list and gives it; the same one for several groups stands for all of them. */
  #add(
    kind: ShareKind,
    label: string,
    term: string,
    worth: number,
    groups: number,
    lists = this.#snapshot.lists(term),
    run: readonly string[] | null = null,
  ): Planned {
    const key = `${kind} ${term} ${label}`;
    const known = this.#lists.get(key);
    const weight = wholeWeight(worth * this.#times);
    if (known) {
      known.groups |= groups;
      known.weight = Math.max(known.weight, weight);
      return known;
    }
    const late = kind === 'exact form' || run !== null;
    const added: Planned = { kind, label, term, weight, base: 0, groups, lists, late, run };
    this.#lists.set(key, added);
    return added;
  }

  #atom(atom: Atom, bit: number, must: boolean): void {
    const { words, prefix, asTyped = false } = atom;
    if (atom.field || atom.slop) placed(this.#draft, atom, bit);
    else if (words.length === 1) this.#word(words[0]!, bit, prefix, asTyped);
    else if (isModel(words[1]!) && words.length === 2)
      modelName(this.#draft, words[0]!, words[1]!, bit, asTyped);
    else if (!quotedPerson(this.#draft, words, bit)) this.#phrase('phrase', words, bit, 1, must);
  }

  #word(word: QueryWord, bit: number, prefix: boolean, asTyped: boolean): void {
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
      variants(this.#draft, word, bit, inText);
      this.#acronym(word, bit);
    }
    const isNew = inText === 0 && inNames === 0;
    if (prefix || (isNew && !this.#has(bit))) this.#beginnings(word, bit, idf, inText > 0);
    const isUnknown = isNew && !this.#has(bit);
    const isRare = !this.#isLong && inText <= rareIn(this.#snapshot.documents);
    if (inNames === 0 && !asTyped && (isUnknown || (isRare && !prefix)))
      typos(this.#draft, word, bit, inText);
    if (isUnknown && !this.#has(bit)) apart(this.#draft, word, bit);
    if (isUnknown && !this.#has(bit, true)) this.#plan.unknown.push(word.word);
    if (isUnknown && !this.#has(bit)) marks.prefixes.push(word.word);
  }

  /**
   * The word as it stands in titles. Where hardly any paper with its stem has it there ("FAIRE", whose stem is that of
   * "fairness"), it is another word, and counts as what it is.
   */
  #form({ word }: QueryWord, idf: number): void {
    const rarer = this.#idf(FORM + word) - idf - USUALLY_RARER;
    const isRare = rarer > 0 && this.#snapshot.frequency(FORM + word) > 0;
    const worth = idf * LIST_WEIGHTS.form + (isRare ? rarer * LIST_WEIGHTS.rareForm : 0);
    const added = this.#add('exact form', word, FORM + word, worth, 0);
    if (isRare) added.late = false;
  }

  /** Whether any paper has what was asked for; with `asTyped`, without correcting it. */
  #has(bit: number, asTyped = false): boolean {
    for (const { groups, lists, kind } of this.#lists.values())
      if ((groups & bit) !== 0 && !(asTyped && kind === 'typo') && lists.some(isThere)) return true;
    return false;
  }

  #variant(term: string, label: string, idf: number, groups: number): void {
    if (this.#snapshot.frequency(term) === 0) return;
    this.#plan.marks.phrases.add(term.replace('-', ' '));
    this.#plan.marks.terms.add(term);
    this.#add('variant', label, term, idf * LIST_WEIGHTS.variant, groups);
  }

  /** What an acronym stands for, in words. */
  #acronym(word: QueryWord, bit: number): void {
    if (isFunctionWord(word) || (word.isPart && !word.isCapital)) return;
    const [snapshot, archives] = [this.#snapshot, this.#archives];
    const key = `acronym ${word.word} ${archives}`;
    const acronym = snapshot.remember(key, () => expansionsOf(snapshot, word.word, archives));
    if (acronym === null) return;
    // In small letters it may be a word like any other, which few papers introduce.
    const introduced = acronym.expansions.reduce((sum, { papers }) => sum + papers, 0);
    if (!word.isCapital && introduced * INTRODUCED < snapshot.frequency(word.term)) return;
    this.#plan.acronyms.push(acronym);
    for (const { text, used } of acronym.expansions)
      if (used) this.#phrase('acronym', cut(text.split(/[ -]/)), bit, LIST_WEIGHTS.acronym, false);
  }

  #beginnings(word: QueryWord, bit: number, idf: number, isWhole: boolean): void {
    const terms = beginningWith(this.#snapshot, word.word, word.term);
    if (terms.length === 0) return;
    this.#plan.marks.prefixes.push(word.word);
    const lists = mapped(this.#snapshot.parts, (part) => unionList(part, `${word.word}*`, terms));
    const frequency = this.#snapshot.parts.reduce((sum, part, p) => sum + part.count(lists[p]!), 0);
    const own = Math.min(
      isWhole ? idf : Number.POSITIVE_INFINITY,
      inverseFrequency(this.#snapshot.documents, frequency),
    );
    this.#add('prefix', `${word.word}…`, `${word.word}*`, own * LIST_WEIGHTS.prefix, bit, lists);
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
    const terms: string[] = [];
    let idf = 0;
    let rarest = Number.POSITIVE_INFINITY;
    const telling = words.some((word) => !isFunctionWord(word));
    words.forEach((word) => {
      terms.push(word.term);
      rarest = Math.min(rarest, this.#snapshot.frequency(word.term));
      if (!telling || !isFunctionWord(word)) idf += this.#idf(word.term);
    });
    const label = words.map(({ word }) => word).join(' ');
    if (kind === 'phrase' || (asked && kind === 'variant')) {
      for (const word of words) {
        if (isFunctionWord(word)) continue;
        stems.push(word.term);
        chain.push({ term: word.term, idf: this.#idf(word.term), label: word.term });
      }
    }
    marks.phrases.add(terms.join(' '));
    if (!asked && kind !== 'phrase' && rarest > CHEAP) return false;
    if (terms.length === 1) marks.terms.add(terms[0]!);
    const lists = mapped(this.#snapshot.parts, (part) =>
      terms.length === 1 ? part.segment.lexicon.find(terms[0]!) : phraseList(part, terms),
    );
    if (lists.some(isThere)) {
      this.#add(kind, label, `"${label}`, Math.min(idf, most) * worth, bit, lists);
      return true;
    }
    if (kind === 'phrase') this.#plan.unknown.push(`“${label}”`);
    return false;
  }

  /** What neighbouring words are together: compounds, words in one, and what has an acronym. */
  #neighbours(units: readonly Unit[]): void {
    const single = mapped(units, ({ alternatives }) =>
      alternatives[0]?.words.length === 1 && !alternatives[0].field ? alternatives[0].words[0]! : null,
    );
    for (let i = 1; i < single.length; i++) {
      const [a, b] = [single[i - 1], single[i]];
      if (a && b && b.link !== 'none') this.#pair(a, b, (1 << (i - 1)) | (1 << i));
    }
    for (let from = 0; from < single.length && !this.#isLong; from++) {
      let hash = 0;
      let bits = 0;
      for (let i = from; i < Math.min(single.length, from + 6) && single[i]; i++) {
        if (i > from && units[i]!.isApart) break;
        const { term } = single[i]!;
        hash = i === from ? hashOf(term) : hashOf(term, hashOf(' ', hash));
        bits |= 1 << i;
        if (i > from) this.#shortened(single as QueryWord[], from, i, hash, bits);
      }
    }
  }

  #pair(a: QueryWord, b: QueryWord, bits: number): void {
    const isHyphen = b.link === 'hyphen';
    const hyphen = hyphenWeight(this.#isLong);
    const pair = `${a.term}-${b.term}`;
    this.#plan.marks.phrases.add(`${a.term} ${b.term}`);
    const together = this.#idf(a.term) + this.#idf(b.term);
    if ((isHyphen || !this.#isLong) && this.#snapshot.frequency(pair) > 0)
      this.#add(
        'compound',
        `${a.word}-${b.word}`,
        pair,
        this.#idf(pair) * (isHyphen ? hyphen : LIST_WEIGHTS.compound),
        bits,
      );
    const one = (a.flags & b.flags & PLAIN) !== 0 ? stemOf(a.word + b.word) : a.word + b.word;
    this.#plan.marks.terms.add(one);
    if (this.#snapshot.frequency(one) > 0) {
      // Who has it in one has both, and has them as the compound if one was asked for.
      const own = Math.min(together, this.#idf(one));
      const worth = isHyphen ? together + own * hyphen : own;
      this.#add('variant', a.word + b.word, one, worth, bits);
    }
    if (isHyphen) this.#phrase('compound', [a, { ...b, link: 'space' }], bits, hyphen / 2, false);
  }

  /** Papers that only write the acronym of what the words from `from` to `last` say; `hash` is that of their stems. */
  #shortened(said: readonly QueryWord[], from: number, last: number, hash: number, bits: number): void {
    const acronyms = acronymsOf(this.#snapshot, hash);
    if (acronyms.length === 0) return;
    let worth = 0;
    for (let i = from; i <= last; i++) worth += this.#idf(said[i]!.term);
    for (const acronym of acronyms) {
      const term = termFor(acronym);
      if (this.#snapshot.frequency(term) === 0) continue;
      this.#plan.marks.terms.add(term);
      const idf = Math.min(worth, this.#idf(term));
      this.#add('acronym', acronym.toUpperCase(), term, idf * LIST_WEIGHTS.acronym, bits);
    }
  }

  /** The lists that have what a condition names: those of its unit, or of its words as they are. */
  #listsOf(atom: Atom, units: readonly Unit[]): (AnyList | null)[][] {
    const key = keyOf(atom);
    const at = units.findIndex(({ alternatives }) => keyOf(alternatives[0]!) === key);
    if (at < 0) return [listsOf(this.#snapshot, atom)];
    return this.#plan.lists.filter(({ groups }) => (groups & (1 << at)) !== 0).map(({ lists }) => lists);
  }
}

/** The most a document can score in some groups, from the best of each group's lists and from words that only add. */
function mostOf(lists: readonly Planned[], groups: number): number {
  const best = new Float64Array(groups);
  let most = 0;
  for (const { kind, groups: own, weight, base } of lists)
    if (own === 0) most += kind === 'word' ? weight / SCALE : 0;
    else if ((own & (own - 1)) === 0) {
      const group = 31 - Math.clz32(own);
      best[group] = Math.max(best[group]!, base / UNIT_SCORE + weight / SCALE);
    }
  for (const each of best) most += each;
  return most;
}
