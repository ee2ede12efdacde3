/**
 * Any number of papers, made from real ones so that words keep their frequencies, their company and their fields: an
 * abstract is as long as a real one and takes its sentences from a few papers of the same field; a title is
 * the beginning of one and the end of another. Real collections never stop adding new words, so as many are
 * invented as Heaps' law predicts.
 */
import type { Paper } from '../papers.ts';
import { type Random, random } from '../random.ts';
import type { Sentences } from './sentences.ts';

/** Most papers that one abstract takes sentences from. */
const SOURCES = 4;
/** Most new words in one abstract. */
const MOST_NEW = 12;

/** Makes `count` papers, with keys from 1. The same sentences, count and seed give the same papers. */
export function* resample(sentences: Sentences, count: number, seed: number): Generator<Paper> {
  const chance = random(seed);
  const { papers, starts, texts, lengths, news, pools, heaps } = sentences;
  const used = new Uint8Array(texts.length);
  let words = 0;
  let vocabulary = 0;
  let invented = 0;
  for (let key = 1; key <= count; key++) {
    const at = chance.below(papers.length);
    const model = papers[at]!;
    const pool = pools[at]!.papers;
    const sources = Array.from({ length: SOURCES }, () => chance.pick(pool));
    const parts: string[] = [];
    const length = starts[at + 1]! - starts[at]!;
    while (parts.length < length) {
      const source = chance.pick(sources);
      const sentence = starts[source]! + chance.below(starts[source + 1]! - starts[source]!);
      parts.push(texts[sentence]!);
      words += lengths[sentence]!;
      if (used[sentence]) continue;
      used[sentence] = 1;
      vocabulary += news[sentence]!;
    }
    const missing = heaps.vocabulary * (words / heaps.words) ** heaps.beta - vocabulary;
    for (let i = Math.min(MOST_NEW, Math.floor(missing)); i > 0; i--) {
      // Half of the rare words appear again, older ones more often.
      const again = invented > 0 && chance.next() < 0.5;
      const sign = again ? inventedWord(Math.floor(invented * chance.next() ** 3)) : inventedWord(invented++);
      if (!again) vocabulary++;
      words++;
      const place = chance.below(parts.length);
      parts[place] = insert(parts[place]!, sign, chance);
    }
    const other = papers[chance.pick(pool)]!;
    yield {
      key,
      title: spliced(model.title, papers[sources[0]!]!.title),
      abstract: parts.join(' '),
      authors: model.authors.map((author, i) =>
        chance.next() < 0.5 ? author : (other.authors[i] ?? author),
      ),
      categories: model.categories,
      day: model.day,
      year: model.year,
    };
  }
}

/** The beginning of one title and the end of another. */
function spliced(one: string, other: string): string {
  const [begin, end] = [one.split(' '), other.split(' ')];
  return [...begin.slice(0, Math.ceil(begin.length / 2)), ...end.slice(end.length >> 1)].join(' ');
}

/** Inserts a word between two words of a sentence, or after the last. */
function insert(sentence: string, word: string, chance: Random): string {
  const space = sentence.indexOf(' ', chance.below(sentence.length));
  return space < 0 ? `${sentence} ${word}` : `${sentence.slice(0, space)} ${word}${sentence.slice(space)}`;
}

const CONSONANTS = 'bdfgklmnprstvwzj';
const VOWELS = 'aeiou';

/** The word for a number: no two are the same, neighbours look different, and a stemmer leaves them alone. */
export function inventedWord(number: number): string {
  // Multiplying by an odd number maps 32-bit numbers one to one.
  let rest = Math.imul(number, 0x9e3779b1) >>> 0;
  let word = '';
  for (let i = 0; i < 6; i++) {
    const syllable = rest % 80;
    rest = Math.floor(rest / 80);
    word += CONSONANTS[syllable % 16]! + VOWELS[Math.floor(syllable / 16)]!;
  }
  return `${word}x`;
}
