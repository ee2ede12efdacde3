/** For tests: papers of invented topics, in which some words say the same and never stand in one text. */

import { TrainingCorpus } from './train/corpus.ts';
import { seeded } from './train/random.ts';

/** Many, for papers of one topic in a batch are told apart as if they were strangers. */
const TOPICS = 64;
const WORDS = 8;

const SYLLABLES = 'ba ko mi ru ta ve zo lu pa gi'.split(' ');
/** A word nobody stems: letters and a digit. */
const word = (topic: number, kind: string, index: number): string =>
  `${kind}${SYLLABLES[topic % 10]}${SYLLABLES[Math.floor(topic / 10)]}${index}x`;

/** The two names of a topic's subject; a paper uses one of them throughout. */
export const synonyms = (topic: number): [string, string] => [
  word(topic, 'left', 0),
  word(topic, 'right', 0),
];

/** A paper about `topic`. */
export function inventedPaper(topic: number, random: () => number): { title: string; abstract: string } {
  const name = synonyms(topic)[random() < 0.5 ? 0 : 1];
  const some = (count: number): string =>
    Array.from({ length: count }, () => word(topic, 'word', Math.floor(random() * WORDS))).join(' ');
  const dull = `common${Math.floor(random() * 6)}y`;
  return {
    title: `The ${name} of ${some(2)}`,
    abstract: `We use ${name} and ${some(8)} with ${dull}. However, ${some(8)} is ${name} of the ${dull}.`,
  };
}

export function inventedCorpus(papers: number, seed = 1): TrainingCorpus {
  const random = seeded(seed);
  const corpus = new TrainingCorpus();
  for (let i = 0; i < papers; i++) {
    const { title, abstract } = inventedPaper(i % TOPICS, random);
    corpus.add(title, abstract);
  }
  return corpus;
}

export const topics = TOPICS;

/** Training small enough for a test. */
export const SMALL = { dimensions: 32, batch: 32, epochs: 12, least: 3 };
