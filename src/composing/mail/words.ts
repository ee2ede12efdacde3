/**
 * Text from outside as a mail may have it: no TeX, no control characters, and nothing that turns the direction of what
 * follows it.
 */
import { count } from '../../present/dates.ts';
import { plainMaths } from '../../present/plain-maths.ts';
import { texToPlain } from '../../present/plain-text.ts';

/** Control characters, byte order marks, and marks that embed, override or isolate a direction until they are ended. */
const UNWANTED =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;
/** Ends of lines of every kind. */
const BREAKS = /[\r\n\u0085\u2028\u2029]+/g;

/** TeX that is left because it is broken, or a command of the authors' own. */
const COMMAND = /\\[a-zA-Z]+/;
const COMMANDS = /\\[a-zA-Z]+\*?|[{}]/g;

/** Text on one line. */
export function line(text: string): string {
  const plain = texToPlain(text.toWellFormed().replace(BREAKS, ' ').replace(UNWANTED, ''));
  if (!COMMAND.test(plain)) return plain;
  return plain
    .replace(COMMANDS, (found) => (found.length === 1 ? '' : plainMaths(found)))
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** The paragraphs of a text. */
export const paragraphs = (text: string): string[] =>
  text
    .replaceAll('\r\n', '\n')
    .split(/\n[^\S\n]*\n/)
    .map(line)
    .filter((one) => one !== '');

/** The beginning of a text, cut between words where that is possible. */
export function beginning(text: string, most: number): string {
  if (text.length <= most) return text;
  // A letter of many parts is not cut in two: it is left out whole.
  const part = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  const space = part.lastIndexOf(' ');
  return `${withoutEnd(space > most / 2 ? part.slice(0, space) : part)}…`;
}

/** Without what should not be in front of an ellipsis. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' ,;:.–—-('.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Characters of a script that is read from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|[\ud802\ud803\ud83a\ud83b]/;
export const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

/** A word longer than this may be broken after every so many characters, which a phone has room for in any size. */
const LONG_WORD = 24;
const PIECE = 12;

/** With places at which long words may be broken: not every mail program can do so by itself. */
export const breakable = (text: string): string =>
  text.length <= LONG_WORD
    ? text
    : text
        .split(' ')
        .map((word) => (word.length <= LONG_WORD ? word : word.split('-').map(inPieces).join('-')))
        .join(' ');

function inPieces(word: string): string {
  if (word.length <= LONG_WORD) return word;
  let out = '';
  let run = 0;
  let last = '';
  for (const sign of word) {
    // Never in front of what belongs to the letter before.
    if (run >= PIECE && last !== '\u200d' && !/\p{M}|\u200d|\ufe0f|\p{Emoji_Modifier}/u.test(sign)) {
      out += '\u200b';
      run = 0;
    }
    out += sign;
    last = sign;
    run++;
  }
  return out;
}

const NAMES = 60;

/** `A. Author, B. Author and 3 others`. */
export function authorsLine(
  { authors, authorsCount }: { authors: readonly string[]; authorsCount: number | null },
  most: number,
): string {
  const total = Math.max(authorsCount ?? 0, authors.length);
  const shown = authors
    .slice(0, total - most === 1 ? most + 1 : most)
    .map((name) => beginning(line(name), NAMES))
    .filter((name) => name !== '');
  const rest = total - shown.length;
  if (shown.length === 0) return total === 0 ? '' : `${total} ${total === 1 ? 'author' : 'authors'}`;
  if (rest > 0)
    return `${shown.join(', ')} and ${rest.toLocaleString('en-GB')} ${rest === 1 ? 'other' : 'others'}`;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Of a list, what its reader has had in earlier mails. */
export const hadBefore = (papers: number): string =>
  `${count(papers, 'paper')} left out: you have had ${papers === 1 ? 'it' : 'them'} before.`;
