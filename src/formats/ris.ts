/** Papers as RIS, which publishers' databases and reference managers write: a tag and a value per line. */
import type { Identifier, PaperRecord, Parsed, Source } from '../papers/types.ts';
import { type Bytes, utf8 } from './bytes.ts';
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
import { attempt } from './record.ts';
import { MAX_PIECE, splitLines } from './split.ts';
import { Unfit } from './text.ts';

/**
 * `TY  - JOUR`: a tag, two spaces, a dash. Some tools indent lines, and some write a single space, which only counts in
 * a record whose first line is written that way: "AI - and got no answer" may be a line of an abstract.
 */
const TAG = /^[ \t\u00a0]{0,40}([A-Z][A-Z0-9])([ \t\u00a0]{1,8})-[ \t\u00a0]?(.*)$/s;
/** However the end is written, a line that is just `ER` never continues a field. */
const END = /^[ \t\u00a0]{0,40}ER[ \t\u00a0]{0,8}-?[ \t\u00a0]{0,8}$/;
/** What a record may begin with when its type comes later, even if written with a single space. */
const FIRST = new Set('TY TI T1 T2 AU A1 PY Y1 DA DB DP AB N2 JO JF DO UR ID AN KW SN'.split(' '));

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
    return [attempt(where, () => fromRis(values, source))];
  };
  for await (const piece of splitLines(bytes, maxPiece)) {
    const text = lineOf(piece.bytes);
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
      open = { line: piece.number, bytes: 0, isNarrow, hasType: isType, values: new Map(), last: undefined };
      isLost = false;
    }
    if (!open) {
      // Reported once; a record may follow.
      if (!isLost && line.trim() !== '') yield lost(name, piece.number);
      isLost ||= line.trim() !== '';
    } else if (text === undefined) {
      open.trouble ??=
        piece.bytes === null ? tooLong(maxPiece) : 'not UTF-8 (save the file in that encoding)';
    } else {
      open.hasType ||= isType;
      const isTag = found !== null && (!found.isNarrow || open.isNarrow);
      if (isTag && found.tag === 'ER') yield* done();
      else take(open, line, isTag ? found : null, maxPiece);
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

/** Undefined: not a line of text. */
function lineOf(bytes: Buffer | null): string | undefined {
  if (bytes === null) return undefined;
  try {
    return utf8(bytes)
      .replace(/\r$/, '')
      .replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
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
  return compact({
    source,
    identifiers: orLocal(identifiersOf(all), title, authors, date?.day),
    title,
    abstract: proseField(abstract, 'AB', LIMITS.abstract),
    authors: authors.length > 0 ? authors : undefined,
    keywords: words.length > 0 ? [...new Set(words)].slice(0, LIMITS.list) : undefined,
    published: date?.day,
    publishedPrecision: date?.precision,
    links: links.length > 0 ? links : undefined,
    note: proseField(remark, 'N1', LIMITS.note),
    journal: proseField(first('JF', 'T2', 'JO', 'BT', 'JA', 'J2'), 'JO', LIMITS.line),
  });
}

/** The people in one field, as printed: some databases put all of them into one, separated by semicolons. */
export const printedNames = (given: string): string[] =>
  given
    .split(';')
    .map(printedName)
    .filter((name) => name !== '');

/** `Lovelace, Ada` and `Davis, Sammy, Jr.` with given names first. */
function printedName(given: string): string {
  const [family = '', first = '', suffix = '', ...more] = given.split(',').map((part) => part.trim());
  if (more.length > 0 || /^(?:jr|sr|i{2,3}|iv)\.?$/i.test(first)) return authorName(given);
  return authorName([first, family, suffix].filter((part) => part !== '').join(' '));
}

function identifiersOf(all: (tag: string) => string[]): Identifier[] {
  const identifiers: Identifier[] = [];
  for (const value of all('DO').slice(0, LIMITS.links))
    addIdentifier(identifiers, identifierOfValue(value, 'doi'));
  for (const tag of ['AN', 'M1', 'UR', 'LK', 'L1', 'ID']) {
    for (const value of all(tag).slice(0, LIMITS.links)) {
      const found = identifierOfValue(value);
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
