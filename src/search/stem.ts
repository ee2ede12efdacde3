/**
 * An English stemmer: Porter's second algorithm ("Porter2", M. F. Porter 2001, described at
 * snowballstem.org/algorithms/english/stemmer.html), written from that description, with two additions
 * of ours: British spellings meet the American ones (american.ts), and the Latin and Greek plurals that
 * papers are full of meet their singulars.
 */
import { american } from './american.ts';

const VOWEL = 'aeiouy';
const DOUBLES = new Set(['bb', 'dd', 'ff', 'gg', 'mm', 'nn', 'pp', 'rr', 'tt']);
const LI_ENDING = 'cdeghkmnrt';

/** Whole words with their stems: Porter's own exceptions, then ours. */
const WHOLE = new Map<string, string>([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ['sky', 'sky'],
  ['news', 'news'],
  ['howe', 'howe'],
  ['atlas', 'atlas'],
  ['cosmos', 'cosmos'],
  ['bias', 'bias'],
  ['andes', 'andes'],
  ['biases', 'bias'],
  ['biased', 'bias'],
  ['matrices', 'matrix'],
  ['indices', 'index'],
  ['vertices', 'vertex'],
  ['simplices', 'simplex'],
  ['criteria', 'criterion'],
  ['phenomena', 'phenomenon'],
  ['hypotheses', 'hypothesi'],
  ['analyses', 'analysi'],
  ['syntheses', 'synthesi'],
  ['theses', 'thesi'],
  ['parentheses', 'parenthesi'],
  ['corpora', 'corpus'],
]);
/** Words that are done after step 1a. */
const DONE = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);
/** Beginnings whose first region is fixed, so that `generative` and `general` stay apart. */
const PREFIXES = ['gener', 'commun', 'arsen', 'univers'];

const STEP2: [string, string][] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
];
const STEP3: [string, string][] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ative', ''],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const STEP4 = 'ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic'.split(' ');

/** By the last letter of what they end with, in order: most words end with another. */
function byLastLetter<T>(all: readonly T[], endingOf: (each: T) => string): T[][] {
  const found: T[][] = Array.from({ length: 128 }, () => []);
  for (const each of all) found[endingOf(each).charCodeAt(endingOf(each).length - 1)]!.push(each);
  return found;
}

const STEP2_BY = byLastLetter(STEP2, ([ending]) => ending);
const STEP3_BY = byLastLetter(STEP3, ([ending]) => ending);
const STEP4_BY = byLastLetter(STEP4, (ending) => ending);

const endingsOf = <T>(by: readonly T[][], word: string): readonly T[] =>
  by[word.charCodeAt(word.length - 1)] ?? [];

/** British spellings; the words in `NOT_IZE` only look like them. */
const BRITISH =
  /^(.{5,})is(e|es|ed|edly|ing|ings|er|ers|able|ability|abilities|ation|ations|ational|ationally)$/;
const NOT_IZE =
  /(superv|improv|advert|comprom|telev|expert|exerc|enterpr|franch|disgu|otherw|likew|merchand)$/;

const isVowel = (word: string, at: number): boolean => VOWEL.includes(word[at]!);

/** Where the region after the first non-vowel that follows a vowel begins. */
function regionAfter(word: string, from: number): number {
  for (let i = from + 1; i < word.length; i++) if (!isVowel(word, i) && isVowel(word, i - 1)) return i + 1;
  return word.length;
}

function hasVowel(word: string, end: number): boolean {
  for (let i = 0; i < end; i++) if (isVowel(word, i)) return true;
  return false;
}

/** Whether `word` ends in a short syllable. */
function endsShort(word: string): boolean {
  const n = word.length;
  if (word === 'past') return true;
  if (n === 2) return isVowel(word, 0) && !isVowel(word, 1);
  if (n < 3) return false;
  const last = word[n - 1]!;
  return !isVowel(word, n - 1) && !'wxY'.includes(last) && isVowel(word, n - 2) && !isVowel(word, n - 3);
}

/** The stem of a word in lower-case letters a to z. Words of one or two letters are their own. */
export function stem(original: string): string {
  if (original.length <= 2) return original;
  const whole = WHOLE.get(original);
  if (whole !== undefined) return whole;
  let word = american(original);
  const british = word.includes('is') ? BRITISH.exec(word) : null;
  if (british && !NOT_IZE.test(british[1]!)) word = `${british[1]}iz${british[2]}`;

  // A y that is a consonant is written Y from here on.
  if (word.includes('y')) word = word.replace(/^y|(?<=[aeiouy])y/g, 'Y');
  const prefix = PREFIXES.find((each) => word.startsWith(each));
  const r1 = prefix !== undefined ? prefix.length : regionAfter(word, 0);
  const r2 = regionAfter(word, r1);

  word = step1a(word);
  if (DONE.has(word)) return word;
  word = step1b(word, r1);
  const n = word.length;
  if (n > 2 && (word[n - 1] === 'y' || word[n - 1] === 'Y') && !isVowel(word, n - 2))
    word = word.slice(0, -1) + 'i';
  word = step2(word, r1);
  word = step3(word, r1, r2);
  word = step4(word, r2);
  return step5(word, r1, r2).replaceAll('Y', 'y');
}

/** Plurals. */
function step1a(word: string): string {
  if (!word.endsWith('s') && !word.endsWith('ied')) return word;
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ied') || word.endsWith('ies')) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith('us') || word.endsWith('ss')) return word;
  return hasVowel(word, word.length - 2) ? word.slice(0, -1) : word;
}

/** -eed, -ed, -ing and their adverbs. */
function step1b(word: string, r1: number): string {
  for (const ending of ['eedly', 'eed']) {
    if (!word.endsWith(ending)) continue;
    const base = word.length - ending.length;
    return base >= r1 ? word.slice(0, base) + 'ee' : word;
  }
  for (const ending of ['ingly', 'edly', 'ing', 'ed']) {
    if (!word.endsWith(ending)) continue;
    const base = word.slice(0, word.length - ending.length);
    if (!hasVowel(base, base.length)) return word;
    if (base.endsWith('at') || base.endsWith('bl') || base.endsWith('iz')) return base + 'e';
    if (DOUBLES.has(base.slice(-2))) return /^[aeo](..)$/.test(base) ? base : base.slice(0, -1);
    return base.length <= r1 && endsShort(base) ? base + 'e' : base;
  }
  return word;
}

function step2(word: string, r1: number): string {
  for (const [ending, by] of endingsOf(STEP2_BY, word)) {
    if (!word.endsWith(ending)) continue;
    const base = word.length - ending.length;
    if (base < r1) return word;
    const before = word[base - 1] ?? '';
    if (ending === 'ogi' && before !== 'l') return word;
    if (ending === 'li' && !LI_ENDING.includes(before)) return word;
    return word.slice(0, base) + by;
  }
  return word;
}

function step3(word: string, r1: number, r2: number): string {
  for (const [ending, by] of endingsOf(STEP3_BY, word)) {
    if (!word.endsWith(ending)) continue;
    const base = word.length - ending.length;
    if (base < r1 || (ending === 'ative' && base < r2)) return word;
    return word.slice(0, base) + by;
  }
  return word;
}

function step4(word: string, r2: number): string {
  for (const ending of endingsOf(STEP4_BY, word)) {
    if (!word.endsWith(ending)) continue;
    const base = word.length - ending.length;
    if (base < r2) return word;
    if (ending === 'ion' && word[base - 1] !== 's' && word[base - 1] !== 't') return word;
    return word.slice(0, base);
  }
  return word;
}

/** A last e or double l. */
function step5(word: string, r1: number, r2: number): string {
  const base = word.length - 1;
  if (word.endsWith('e')) {
    if (base >= r2 || (base >= r1 && !endsShort(word.slice(0, base)))) return word.slice(0, base);
  } else if (word.endsWith('ll') && base >= r2) return word.slice(0, base);
  return word;
}

const known = new Map<string, string>();

/** `stem`, remembered: a corpus has few different words. */
export function stemCached(word: string): string {
  let found = known.get(word);
  if (found === undefined) {
    found = stem(word);
    if (known.size > 200_000) known.clear();
    known.set(own(word), own(found));
  }
  return found;
}

/** A copy that does not keep the text alive which the word was cut from. */
function own(word: string): string {
  return word.length < 13 ? word : Buffer.from(word, 'latin1').toString('latin1');
}
