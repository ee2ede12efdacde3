/** What somebody might type who is looking for one particular paper: every kind of query, cut out of that paper. */
import { parseIdentifier } from '../../src/papers/identifiers.ts';
import type { Paper } from '../papers.ts';
import { type Random, random } from '../random.ts';
import { authorKinds, namesKinds } from './authors.ts';
import { FORMS } from './identifiers.ts';
import {
  acrossTheAtlantic,
  hasTex,
  misspelt,
  mistyped,
  otherNumber,
  sentencesOf,
  some,
  tellingWords,
  wordsOf,
} from './text.ts';

/** What is known of all papers: whose title is whose, and what only one has. */
export interface Collection {
  papers: readonly Paper[];
  /** Keys of the papers with this title, however it is written. */
  sameTitle(title: string): readonly number[];
  /** How many papers have these words to the left of a colon in their title. */
  heads: ReadonlyMap<string, number>;
  /** How many papers by somebody are from a year. */
  byAndYear: ReadonlyMap<string, number>;
  /** Papers of people of a family name, in lower case. */
  byFamily: ReadonlyMap<string, readonly Paper[]>;
  /** How many titles have a word. */
  inTitles: ReadonlyMap<string, number>;
}

export type Identified = Paper & { arxiv: string };
/** A query of its kind, with the papers it fits as well as its own; null where the paper has nothing of the kind. */
export type Cut = (
  paper: Paper,
  chance: Random,
  of: Collection,
) => string | { text: string; fits: readonly number[] } | null;

export interface KnownItem {
  kind: string;
  text: string;
  /** Any of these papers is the one that was meant. */
  wanted: ReadonlySet<number>;
}

const lower = (text: string): string => wordsOf(text).join(' ').toLowerCase();
/** A title in one spelling, by which titles are told apart. */
export const titleOf = (title: string): string =>
  (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
export const yearKey = (author: string, year: number): string => `${author.toLowerCase()} ${year}`;

export const familiesOf = ({ authors }: Paper): Set<string> =>
  new Set(authors.map((name) => (name.split(' ').at(-1) ?? '').toLowerCase()));

/** What stands before the colon of a title. */
export function headOf(title: string): string | null {
  const at = title.indexOf(': ');
  return at < 2 ? null : title.slice(0, at);
}

/** The name a paper gives to what it makes: one odd word before the colon. */
function modelOf(title: string, of: Collection): string | null {
  const head = headOf(title);
  if (head === null || !/^[A-Za-z][A-Za-z0-9-]{3,}$/.test(head) || !/[a-z0-9-][A-Z]|^[A-Z]{4,}|\d/.test(head))
    return null;
  return of.heads.get(lower(head)) === 1 ? head : null;
}

/** The title in plain words, if it is one that people retype. */
const plain = ({ title }: Paper, least = 1): string[] | null => {
  const words = wordsOf(title);
  return hasTex(title) || words.length < least ? null : words;
};

/** Replaces one of the words for which `change` has something else. */
function changed(
  chance: Random,
  words: readonly string[],
  change: (word: string) => string | null,
): string[] | null {
  const can = words.flatMap((word, i) => (change(word) === null ? [] : [i]));
  if (can.length === 0) return null;
  const at = chance.pick(can);
  return words.map((word, i) => (i === at ? change(word)! : word));
}

/** Up to `count` telling words around the one at `at`, in order. */
function around(words: readonly string[], at: number, count: number): string[] {
  const from = Math.max(0, Math.min(at - (count >> 1), words.length - count));
  return words.slice(from, from + count);
}

const PREFIXES =
  'multi non pre semi self cross inter intra sub super over under micro nano meta auto co anti bi re'.split(
    ' ',
  );

/** A word of a title written as two: behind its prefix, or where both halves are words of other titles. */
function parted(word: string, { inTitles }: Collection): string | null {
  if (!/^[A-Za-z]{8,}$/.test(word)) return null;
  const low = word.toLowerCase();
  const isWord = (part: string, least: number): boolean => (inTitles.get(part) ?? 0) >= least;
  for (const prefix of PREFIXES)
    if (low.startsWith(prefix) && low.length - prefix.length >= 4 && isWord(low.slice(prefix.length), 20))
      return `${low.slice(0, prefix.length)} ${low.slice(prefix.length)}`;
  for (let i = 4; i <= low.length - 4; i++)
    if (isWord(low.slice(0, i), 50) && isWord(low.slice(i), 50)) return `${low.slice(0, i)} ${low.slice(i)}`;
  return null;
}

const QUESTIONS = [
  'what is {}?',
  'how does {} work?',
  'is there a paper about {}?',
  'what has been published on {} and why does it matter?',
  'which papers are there on {}?',
];

const hyphenated = /^[A-Za-z]{3,}-[A-Za-z]{3,}$/;

/** A change to some words around a word that allows it. */
const nearby =
  (change: (word: string, of: Collection) => string | null, count: number): Cut =>
  (paper, chance, of) => {
    const words = plain(paper, 3)?.filter((word) => tellingWords(word).length > 0);
    const can = words?.flatMap((word, i) => (change(word, of) === null ? [] : [i])) ?? [];
    if (!words || can.length === 0) return null;
    const at = chance.pick(can);
    const typed = words.map((word, i) => (i === at ? change(word, of)! : word));
    return around(typed, at, count).join(' ').toLowerCase();
  };

export const TEXT_KINDS: Record<string, Cut> = {
  title: ({ title }) => title,
  'title, plain words': (paper) => plain(paper)?.join(' ').toLowerCase() ?? null,
  'title, capitals': (paper) => plain(paper)?.join(' ').toUpperCase() ?? null,
  'title in quotes': (paper) => (plain(paper, 2) && !/["“”«»]/.test(paper.title) ? `"${paper.title}"` : null),
  'title, more words': (paper) => (plain(paper, 2) ? `${paper.title} pdf` : null),
  'title of one or two words': ({ title }) => (wordsOf(title).length <= 2 && !hasTex(title) ? title : null),
  'first half': (paper) => {
    const words = plain(paper, 6);
    return words?.slice(0, Math.ceil(words.length / 2)).join(' ') ?? null;
  },
  'second half': (paper) => {
    const words = plain(paper, 8);
    return words?.slice(words.length >> 1).join(' ') ?? null;
  },
  'left of the colon': ({ title }, _, { heads }) => {
    const head = headOf(title);
    return head !== null && !hasTex(head) && heads.get(lower(head)) === 1 ? head : null;
  },
  'right of the colon': ({ title }) => {
    const head = headOf(title);
    const rest = head === null ? '' : title.slice(head.length + 2);
    return wordsOf(rest).length >= 4 && !hasTex(rest) ? rest : null;
  },
  'one word dropped': (paper, chance) => {
    const words = plain(paper, 5);
    return words && some(chance, words, words.length - 1).join(' ');
  },
  'a third dropped': (paper, chance) => {
    const words = plain(paper, 6);
    return words && some(chance, words, Math.ceil((words.length * 2) / 3)).join(' ');
  },
  'four words shuffled': (paper, chance) => {
    const words = tellingWords(paper.title);
    return plain(paper, 4) && words.length >= 4 ? chance.shuffle(some(chance, words, 4)).join(' ') : null;
  },
  'title shuffled': (paper, chance) => {
    const words = plain(paper, 4);
    return words && chance.shuffle([...words]).join(' ');
  },
  'title, other number': (paper, chance) => {
    const words = plain(paper, 3);
    return words && (changed(chance, words, otherNumber)?.join(' ') ?? null);
  },
  'four words, other number': (paper, chance) => {
    const words = tellingWords(paper.title);
    if (!plain(paper, 4) || words.length < 4) return null;
    return changed(chance, some(chance, words, 4), otherNumber)?.join(' ') ?? null;
  },
  'two words joined': (paper, chance) => {
    const words = plain(paper, 4)?.map((word) => word.toLowerCase());
    const can = words?.flatMap((word, i) =>
      /^[a-z]{3,}$/.test(word) &&
      /^[a-z]{3,}$/.test(words[i + 1] ?? '') &&
      tellingWords(`${word} ${words[i + 1]}`).length === 2
        ? [i]
        : [],
    );
    if (!words || !can || can.length === 0) return null;
    const at = chance.pick(can);
    return around([...words.slice(0, at), words[at]! + words[at + 1]!, ...words.slice(at + 2)], at, 5).join(
      ' ',
    );
  },
  'a word parted': nearby(parted, 5),
  'hyphen left out': nearby((word) => (hyphenated.test(word) ? word.replace('-', ' ') : null), 4),
  'hyphen closed up': nearby((word) => (hyphenated.test(word) ? word.replace('-', '') : null), 4),
  'hyphen added': (paper, chance) => {
    const words = tellingWords(paper.title).filter((word) => /^[A-Za-z]{3,}$/.test(word));
    if (!plain(paper, 4) || words.length < 4) return null;
    const at = chance.below(words.length - 1);
    return around([...words.slice(0, at), `${words[at]}-${words[at + 1]}`, ...words.slice(at + 2)], at, 3)
      .join(' ')
      .toLowerCase();
  },
  'title, one error': (paper, chance) => {
    const words = plain(paper, 4);
    return words && (mistyped(chance, words, 1)?.join(' ') ?? null);
  },
  'four words, one error': (paper, chance) => {
    const words = tellingWords(paper.title);
    if (!plain(paper, 4) || words.length < 4) return null;
    return (
      mistyped(chance, some(chance, words, 4), 1)
        ?.join(' ')
        .toLowerCase() ?? null
    );
  },
  'title, two errors': (paper, chance) => {
    const words = plain(paper, 5);
    return words && (mistyped(chance, words, 2)?.join(' ') ?? null);
  },
  'a word with two errors': (paper, chance) => {
    const words = plain(paper, 4)?.filter((word) => tellingWords(word).length > 0);
    const twice = (word: string): string | null =>
      /^[A-Za-z]{8,}$/.test(word) ? misspelt(chance, misspelt(chance, word)) : null;
    const at = words?.findIndex((word) => /^[A-Za-z]{8,}$/.test(word)) ?? -1;
    return words && at >= 0
      ? around(
          words.map((word, i) => (i === at ? twice(word)! : word)),
          at,
          5,
        )
          .join(' ')
          .toLowerCase()
      : null;
  },
  'British spelling': nearby((word) => acrossTheAtlantic(word, 'british'), 4),
  'American spelling': nearby((word) => acrossTheAtlantic(word, 'american'), 4),
  'name of a model': ({ title }, _, of) => modelOf(title, of),
  'name of a model, lower case': ({ title }, _, of) => modelOf(title, of)?.toLowerCase() ?? null,
  'name of a model, one error': ({ title }, chance, of) => {
    const model = modelOf(title, of);
    return model !== null && model.length >= 6 ? misspelt(chance, model) : null;
  },
  'name of a model and two words': ({ title }, chance, of) => {
    const model = modelOf(title, of);
    const words = model === null ? [] : tellingWords(title.slice(model.length));
    return model !== null && words.length >= 2 ? [model, ...some(chance, words, 2)].join(' ') : null;
  },
  ...authorKinds,
  'first sentence': ({ abstract }) => sentencesOf(abstract)[0] ?? null,
  'middle sentence': ({ abstract }) => {
    const sentences = sentencesOf(abstract);
    return sentences.length < 3 ? null : sentences[sentences.length >> 1]!;
  },
  'part of a sentence': ({ abstract }, chance) => {
    const sentences = sentencesOf(abstract).filter((sentence) => !hasTex(sentence));
    if (sentences.length < 2) return null;
    const words = chance.pick(sentences).split(/\s+/);
    const from = chance.below(Math.max(1, words.length - 12));
    return words.slice(from, from + 12).join(' ');
  },
  abstract: ({ abstract }) => (abstract.length > 200 ? abstract : null),
  'title and abstract': ({ title, abstract }) => (abstract.length > 200 ? `${title}\n\n${abstract}` : null),
  question: (paper, chance) => {
    const words = plain(paper, 4);
    if (words === null) return null;
    const about = words.slice(0, Math.max(4, Math.ceil(words.length * 0.7))).join(' ');
    return chance.pick(QUESTIONS).replace('{}', about);
  },
  // Further down so that the kinds above draw the same papers as before.
  'a word parted anywhere': (paper, chance) => {
    const words = plain(paper, 5)?.filter((word) => tellingWords(word).length > 0);
    const can = words?.flatMap((word, i) => (/^[A-Za-z]{8,}$/.test(word) ? [i] : [])) ?? [];
    if (!words || can.length === 0) return null;
    const at = chance.pick(can);
    const cut = 3 + chance.below(words[at]!.length - 5);
    const typed = words.map((word, i) => (i === at ? `${word.slice(0, cut)} ${word.slice(cut)}` : word));
    return around(typed, at, 5).join(' ').toLowerCase();
  },
  'a word parted, whole title': (paper, chance, of) => {
    const words = plain(paper, 5);
    const can = words?.flatMap((word, i) => (parted(word, of) === null ? [] : [i])) ?? [];
    if (!words || can.length === 0) return null;
    const at = chance.pick(can);
    return words.map((word, i) => (i === at ? parted(word, of)! : word)).join(' ');
  },
  ...namesKinds,
};

/** Everything about a collection that queries are drawn by. */
export function collectionOf(papers: readonly Paper[]): Collection {
  const titles = new Map<string, number[]>();
  const byFamily = new Map<string, Paper[]>();
  const [heads, byAndYear, inTitles] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const paper of papers) {
    const { key, title, authors, year } = paper;
    for (const family of familiesOf(paper)) byFamily.set(family, [...(byFamily.get(family) ?? []), paper]);
    const own = titleOf(title);
    titles.set(own, [...(titles.get(own) ?? []), key]);
    for (const author of new Set(authors)) count(byAndYear, yearKey(author, year));
    const head = headOf(title);
    if (head !== null) count(heads, lower(head));
    for (const word of new Set(lower(title).split(' '))) count(inTitles, word);
  }
  return {
    papers,
    sameTitle: (title) => titles.get(titleOf(title)) ?? [],
    heads,
    byAndYear,
    byFamily,
    inTitles,
  };
}

/** The paper with its identifier on arXiv, or null. */
function identified(paper: Paper): Identified | null {
  const found = paper.id === undefined ? null : parseIdentifier(paper.id);
  return found?.scheme === 'arxiv' ? { ...paper, arxiv: found.value } : null;
}

/** Draws `n` queries of every kind; of kinds that few papers have, fewer. The same papers and seed give the same ones. */
export function drawKnownItems(
  of: Collection,
  n: number,
  seed: number,
): { texts: KnownItem[]; identifiers: KnownItem[] } {
  const texts = Object.entries(TEXT_KINDS).flatMap(([kind, cut], i) => {
    const chance = random(seed * 1_009 + i);
    const items: KnownItem[] = [];
    for (const paper of chance.shuffle([...of.papers])) {
      if (items.length >= n) break;
      const found = cut(paper, chance, of);
      if (found === null) continue;
      const { text, fits } = typeof found === 'string' ? { text: found, fits: [] } : found;
      items.push({ kind, text, wanted: new Set([...of.sameTitle(paper.title), ...fits]) });
    }
    return items;
  });
  const chance = random(seed * 1_009 - 1);
  const known = chance.shuffle([...of.papers]).flatMap((paper) => identified(paper) ?? []);
  // Fewer of each: one form is understood or it is not.
  const each = Math.ceil(n / 10);
  const identifiers = Object.entries(FORMS).flatMap(([form, write], i) =>
    known.slice(i * each, (i + 1) * each).map(
      (paper): KnownItem => ({
        kind: `identifier, ${form}`,
        text: write(paper.arxiv, paper),
        wanted: new Set([paper.key]),
      }),
    ),
  );
  return { texts, identifiers };
}
