/**
 * What a text may hold at most. The parser takes more than linear time on some texts: on many marks of emphasis, on
 * brackets, on lists within lists. So they are counted first, in one pass, and a text with more of them than anybody
 * writes is refused.
 */

/** Characters of a text: some 1,500 words. */
export const LONGEST = 10_000;
/** Characters of HTML that one text may become. */
export const LARGEST = 200_000;
/** Elements within elements, formulas aside. */
export const DEEPEST = 32;

/** A text that is not rendered; the message says why, to its author. */
export class MarkdownRefused extends Error {
  override name = 'MarkdownRefused';
}

const MOST_LINES = 600;
/** Quotes and lists within each other on one line, and in the whole text. */
const MOST_NESTED = 6;
const MOST_CONTAINERS = 600;

/** Marks that the parser pairs up. They are not counted in a block of code that certainly is one. */
const MOST_MARKS: [characters: string, most: number, called: string][] = [
  ['*_~', 400, 'marks of emphasis'],
  ['[]!', 400, 'brackets'],
  ['`$', 600, 'marks of code and formulas'],
  ['<', 300, 'angle brackets'],
  ['|', 1_200, 'table cells'],
  ['&\\', 800, 'ampersands and backslashes'],
];

/** Which mark a character is, by its code; -1: none. */
const MARK = new Int8Array(128).fill(-1);
for (const [i, [characters]] of MOST_MARKS.entries()) for (const c of characters) MARK[c.charCodeAt(0)] = i;

/**
 * Checks a text against the limits.
 *
 * @throws MarkdownRefused
 */
export function checkLimits(text: string): void {
  if (text.length > LONGEST)
    throw new MarkdownRefused(`This is too long: at most ${LONGEST.toLocaleString('en-GB')} characters.`);
  const counts = MOST_MARKS.map(() => 0);
  const lines = text.split(/\r\n?|\n/);
  if (lines.length > MOST_LINES) throw new MarkdownRefused(`This has more than ${MOST_LINES} lines.`);
  let containers = 0;
  let isCertain = true;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    isCertain &&= !isDoubtful(line);
    const end = isCertain ? endOfCode(lines, at) : -1;
    if (end > at) {
      at = end;
      continue;
    }
    if (end === at) isCertain = false;
    if (line.trim() === '') continue;
    const { nested, rest } = beginningOf(line);
    if (nested > MOST_NESTED) throw new MarkdownRefused('Lists and quotes are nested too deeply.');
    containers += nested;
    for (let i = rest; i < line.length; i++) {
      const mark = MARK[line.charCodeAt(i)] ?? -1;
      if (mark >= 0) counts[mark]!++;
    }
  }
  if (containers > MOST_CONTAINERS) throw new MarkdownRefused('This has too many lists and quotes.');
  for (const [i, [, most, called]] of MOST_MARKS.entries())
    if (counts[i]! > most) throw new MarkdownRefused(`This has too many ${called}.`);
}

/**
 * Whether blocks of code below a line may begin elsewhere than at their fences: there is a formula, in which a fence is
 * none, or a fence that is indented, and ends with the list it stands in, or at the next fence. From there on, all text
 * is counted.
 */
function isDoubtful(line: string): boolean {
  if (line.includes('$$')) return true;
  const text = line.trimStart();
  return text !== line && (text.startsWith('```') || text.startsWith('~~~'));
}

/**
 * The line that closes the block of code that begins on a line; -1: none begins there. The line itself: it is never
 * closed.
 */
function endOfCode(lines: readonly string[], at: number): number {
  const line = lines[at]!;
  const mark = line[0];
  if (mark !== '`' && mark !== '~') return -1;
  let length = 0;
  while (line[length] === mark) length++;
  // With a backtick after it, it is code within a line.
  if (length < 3 || (mark === '`' && line.includes('`', length))) return -1;
  for (let end = at + 1; end < lines.length; end++) if (isEnd(lines[end]!, mark, length)) return end;
  return at;
}

/** Whether a line closes a block of code: up to three spaces, the mark at least as often, and white space. */
function isEnd(line: string, mark: string, length: number): boolean {
  let start = 0;
  while (start < 3 && line[start] === ' ') start++;
  let end = start;
  while (line[end] === mark) end++;
  if (end - start < length) return false;
  while (line[end] === ' ' || line[end] === '\t') end++;
  return end === line.length;
}

/** How many quotes and lists begin on a line, and where what is in them begins. */
function beginningOf(line: string): { nested: number; rest: number } {
  let nested = 0;
  let i = 0;
  let indent = 0;
  for (; i < line.length; i++) {
    const c = line[i]!;
    if (c === ' ' || c === '\t') indent++;
    else if (c === '>') nested++;
    else if ('-+*'.includes(c) && isSpace(line[i + 1])) nested++;
    else if (isDigit(c)) {
      let end = i + 1;
      while (end - i < 9 && isDigit(line[end])) end++;
      if ((line[end] !== '.' && line[end] !== ')') || !isSpace(line[end + 1])) break;
      nested++;
      i = end;
    } else break;
  }
  // What stands far to the right continues lists within lists.
  return { nested: Math.max(nested, Math.floor(Math.min(indent, 200) / 12)), rest: i };
}

const isSpace = (c: string | undefined): boolean => c === undefined || c === ' ' || c === '\t';
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';
