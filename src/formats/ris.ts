/** Papers as RIS, which publishers' databases and reference managers write: a tag and a value per line. */
import { isUtf8 } from 'node:buffer';
import type { Identifier, PaperRecord, Parsed, Source } from '../papers/types.ts';
import type { Bytes } from './bytes.ts';
import {
  addIdentifier,
  addLinks,
  authorName,
  compact,
  LIMITS,
  linksIn,
  orLocal,
  proseField,
  textField,
  titleField,
} from './fields.ts';
import { withoutMarkup } from './inline-markup.ts';
import { bestDate } from './loose-date.ts';
import { identifierOfRemark, identifierOfValue } from './named.ts';
import { peopleIn } from './people.ts';
import { attempt } from './record.ts';
import { MAX_PIECE, splitLines } from './split.ts';
import { Unfit } from './text.ts';
import { isWithdrawal, isWithdrawnTitle } from './withdrawal.ts';

/**
 * `TY  - JOUR`: a tag, two spaces, a dash. Some tools indent lines, and some write a single space, which only counts in
 * a record whose first line is written that way: "AI - and got no answer" may be a line of an abstract.
 */
const TAG = /^[ \t\u00a0]{0,40}([A-Z][A-Z0-9])([ \t\u00a0]{1,8})-[ \t\u00a0]?(.*)$/s;
/** However the end is written, a line that is just `ER` never continues a field. */
const END = /^[ \t\u00a0]{0,40}ER[ \t\u00a0]{0,8}-?[ \t\u00a0]{0,8}$/;
/** What a record may begin with when its type comes later, even if written with a single space. */
const FIRST = new Set('TY TI T1 T2 AU A1 PY Y1 DA DB DP AB N2 JO JF DO UR ID AN KW SN'.split(' '));

/** What databases write before the first record (`Provider: …`) and between records (`1.`). */
const BETWEEN = /^\s{0,40}(?:(?:provider|database|content|source)\s{0,10}:|\d{1,6}[.)]?\s{0,40}$)/i;

interface Line {
  tag: string;
  isNarrow: boolean;
  value: string;
}

function tagged(line: string): Line | null {
  const match = TAG.exec(line);
  if (!match) return null;
  const [, tag = '', blanks = '', value = ''] = match;
  return { tag, isNarrow: blanks === ' ' || blanks === '\u00a0', value: value.trim() };
}

const begins = (line: Line | null): boolean => line !== null && (!line.isNarrow || FIRST.has(line.tag));

/** Whether a file with this beginning is RIS: its first line is a tag, or some line gives the type of a record. */
export const looksLikeRis = (head: string): boolean =>
  begins(tagged(/^[^\r\n]{0,200}/.exec(head)?.[0] ?? '')) || /^[ \t]{0,40}TY {1,2}- /m.test(head);

interface Open {
  line: number;
  bytes: number;
  isNarrow: boolean;
  hasType: boolean;
  isGuessed: boolean;
  values: Map<string, string[]>;
  /** The value that a line without a tag continues. */
  last: string[] | undefined;
  trouble?: string;
}

/**
 * Every record of a file. `ER` ends a record, and so does the type of another; tags before the type belong to the
 * record that their `ER` ends.
 */
export async function* readRis(
  bytes: Bytes,
  name: string,
  { source = 'ris', maxPiece = MAX_PIECE }: { source?: Source; maxPiece?: number },
): AsyncGenerator<Parsed> {
  let open: Open | undefined;
  let isLost = false;
  const done = (): Parsed[] => {
    const one = open;
    open = undefined;
    if (!one) return [];
    const where = `${name}:${one.line}`;
    const { trouble, values } = one;
    if (trouble !== undefined) return [{ ok: false, where, reason: trouble }];
    const parsed = attempt(where, () => fromRis(values, source));
    return [parsed.ok && one.isGuessed ? { ...parsed, warnings: [GUESSED] } : parsed];
  };
  for await (const piece of splitLines(bytes, maxPiece)) {
    for (const { line: text, isGuessed } of linesOf(piece.bytes)) {
      const line = text ?? '';
      if (END.test(line)) {
        yield* done();
        continue;
      }
      const found = tagged(line);
      const isType = found?.tag === 'TY' && (open === undefined || !found.isNarrow || open.isNarrow);
      if (isType && open?.hasType) yield* done();
      if (!open && found && begins(found)) {
        const { isNarrow } = found;
        open = {
          line: piece.number,
          bytes: 0,
          isNarrow,
          hasType: isType,
          isGuessed: false,
          values: new Map(),
          last: undefined,
        };
        isLost = false;
      }
      if (!open) {
        // Reported once; a record may follow.
        const isStray = line.trim() !== '' && !BETWEEN.test(line);
        if (!isLost && isStray) yield lost(name, piece.number);
        isLost ||= isStray;
      } else if (text === null) {
        open.trouble ??= tooLong(maxPiece);
      } else {
        open.hasType ||= isType;
        open.isGuessed ||= isGuessed;
        const isTag = found !== null && (!found.isNarrow || open.isNarrow);
        if (isTag && found.tag === 'ER') yield* done();
        else take(open, line, isTag ? found : null, maxPiece);
      }
    }
  }
  yield* done();
}

const lost = (name: string, line: number): Parsed => ({
  ok: false,
  where: `${name}:${line}`,
  reason: 'text outside a record: records begin with a tag such as TY',
});

const tooLong = (limit: number): string => `longer than ${Math.round(limit / 1024 / 1024)} MB`;

const WINDOWS = new TextDecoder('windows-1252');
const GUESSED = 'not UTF-8; read as windows-1252';

/** The lines of a piece: old Macs ended theirs with a carriage return alone. Null: it is too long to read. */
function* linesOf(bytes: Buffer | null): Generator<{ line: string | null; isGuessed: boolean }> {
  if (bytes === null) yield { line: null, isGuessed: false };
  else {
    const isGuessed = !isUtf8(bytes);
    const text = isGuessed ? WINDOWS.decode(bytes) : bytes.toString('utf8');
    for (const line of text.replace(/^\ufeff/, '').split('\r')) yield { line, isGuessed };
  }
}

function take(open: Open, line: string, found: Line | null, limit: number): void {
  open.bytes += line.length;
  if (open.bytes > limit) {
    open.trouble ??= tooLong(limit);
    open.values.clear();
    open.last = undefined;
  }
  if (open.trouble !== undefined) return;
  if (!found) {
    // Kept separate: a continuation is another keyword under KW, but the same sentence elsewhere.
    if (line.trim() !== '') open.last?.push(line.trim());
    return;
  }
  const { tag, value } = found;
  const values = open.values.get(tag) ?? [];
  open.values.set(tag, values);
  // Every value begins with a mark that distinguishes it from continuations.
  values.push(START + value);
  open.last = values;
}

const START = '\u0000';

/** The values of a tag: `lines` kept separate if they were given that way, otherwise joined into sentences. */
function valuesOf(values: Map<string, string[]>, tag: string, lines = false): string[] {
  const all: string[] = [];
  for (const line of values.get(tag) ?? []) {
    if (line.startsWith(START)) all.push(line.slice(1));
    else if (lines) all.push(line);
    else all[all.length - 1] += ` ${line}`;
  }
  return all.filter((value) => value !== '');
}

function fromRis(values: Map<string, string[]>, source: Source): PaperRecord {
  const all = (tag: string): string[] => valuesOf(values, tag).map(withoutMarkup);
  const first = (...tags: string[]): string | undefined => {
    for (const tag of tags) {
      const [value] = all(tag);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const title = titleField(first('TI', 'T1', 'CT'));
  const authors = [...all('AU'), ...all('A1')].flatMap(printedNames);
  if (authors.length > LIMITS.authors) throw new Unfit('more than 10,000 authors');
  const date = bestDate([...all('DA'), ...all('Y1'), ...all('PY')]);
  const abstract = first('AB', 'N2');
  const remark = all('N1').join(' ') || undefined;
  const links = linksIn(abstract, remark);
  for (const tag of ['UR', 'L1', 'L2', 'L3', 'LK']) addLinks(links, linksIn(...all(tag)));
  const keywords = valuesOf(values, 'KW', true).flatMap((value) => withoutMarkup(value).split(/[;,]/));
  const words = keywords
    .map((word) => textField(word, 'KW', LIMITS.line))
    .filter((word) => word !== undefined);
  const summary = proseField(abstract, 'AB', LIMITS.abstract);
  const note = proseField(remark, 'N1', LIMITS.note);
  return compact({
    source,
    identifiers: orLocal(identifiersOf(all), title, authors, date?.day),
    title,
    abstract: summary,
    authors: authors.length > 0 ? authors : undefined,
    keywords: words.length > 0 ? [...new Set(words)].slice(0, LIMITS.list) : undefined,
    published: date?.day,
    publishedPrecision: date?.precision,
    links: links.length > 0 ? links : undefined,
    note,
    withdrawn: isWithdrawal(note, summary) || isWithdrawnTitle(title) || undefined,
    journal: proseField(first('JF', 'T2', 'JO', 'BT', 'JA', 'J2'), 'JO', LIMITS.line),
  });
}

/** The people in one field, as printed: some databases put all of them into one, separated by semicolons. */
export const printedNames = (given: string): string[] =>
  given
    .split(';')
    .flatMap((part) => (isList(part) ? peopleIn(part).map(authorName) : [printedName(part)]))
    .filter((name) => name !== '');

/** `A.`, `J.-P.`, `AB` */
const INITIALS = /^(?:\p{Lu}\.?[\s-]?){1,4}$/u;
/** `Lovelace A`, `van der Berg JAB` */
const SURNAME_FIRST = /^\p{L}[\p{L}\p{M}'’ -]{1,40} \p{Lu}{1,3}$/u;

/** Whether one field holds several people: commas and an "and" in it are those of a list, not those of a name. */
function isList(given: string): boolean {
  if (given.length > 100_000) return false;
  const pieces = given.split(',').map((part) => part.trim());
  if (pieces.length > 1 && pieces.every((part) => SURNAME_FIRST.test(part))) return true;
  // `One, A., Two, B.`
  if (
    pieces.length > 3 &&
    pieces.length % 2 === 0 &&
    pieces.every((part, at) => at % 2 === 0 || INITIALS.test(part))
  )
    return true;
  const people = given.split(/ (?:and|&) /i);
  return people.length > 1 && people.every((one) => ONE_OF_MANY.test(one.trim()));
}

/** `Lovelace, Ada`, with a comma after it if "and" follows; not the name of a ministry or company. */
const ONE_OF_MANY =
  /^(?!.*\b(?:of|for|the)\b)\p{L}[^\s,]{0,40}(?: [^\s,]{1,40}){0,2}, [^\s,]{1,40}(?: [^\s,]{1,40}){0,2},?$/iu;

/** `Lovelace, Ada` and `Davis, Sammy, Jr.` with given names first. */
function printedName(given: string): string {
  const [family = '', first = '', suffix = '', ...more] = given.split(',').map((part) => part.trim());
  // `Ministry of Health, Labour and Welfare` is nobody's surname and given name.
  if (more.length > 0 || / (?:of|for|and|&) /i.test(given) || /^(?:jr|sr|i{2,3}|iv)\.?$/i.test(first))
    return authorName(given);
  return authorName([first, family, suffix].filter((part) => part !== '').join(' '));
}

function identifiersOf(all: (tag: string) => string[]): Identifier[] {
  const identifiers: Identifier[] = [];
  for (const tag of ['DO', 'AN', 'M1', 'UR', 'LK', 'L1', 'ID']) {
    for (const value of all(tag).slice(0, LIMITS.links)) {
      const found = identifierOfValue(value, tag === 'DO' ? 'doi' : undefined);
      // A second identifier of a scheme would belong to another paper; the same one may add its version.
      const known = identifiers.find((one) => one.scheme === found?.scheme);
      if (!known || known.value === found?.value) addIdentifier(identifiers, found);
    }
  }
  for (const value of [...all('N1'), ...all('PB')].slice(0, LIMITS.links)) {
    const found = identifierOfRemark(value);
    if (!identifiers.some((one) => one.scheme === found?.scheme)) addIdentifier(identifiers, found);
  }
  return identifiers;
}
