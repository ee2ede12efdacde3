/**
 * The fields of one BibTeX entry as written, without delimiters and with their parts joined. BibTeX stops at the first
 * error; here only the faulty field is left out and reported. One pass.
 */
import type { Abbreviations } from './bibtex-strings.ts';

export interface BibFields {
  /** The citation key; empty if there is none. */
  key: string;
  /** By lower-case name. If a name occurs twice, the first one counts. */
  fields: Map<string, string>;
  /** What was left out or repaired, for people to read. */
  warnings: string[];
}

const MOST_FIELDS = 1_000;
const MOST_WARNINGS = 20;
const LONGEST_NAME = 300;

/** Characters that no abbreviation or number contains. */
const BARE = /[^\s,{}#"()=]+/y;
const BLANK = /\s*/y;
/** What may follow a complete value, including the next field's name if the comma was forgotten. */
const FOLLOWS = /\s*(?:[,#})]|$|[a-z][\w:+.-]{0,60}\s*=)/iy;
const HEAD = /@\s*[^\s{(]+\s*[{(]/y;

/**
 * The fields of `entry`, from its `@` to its last brace.
 *
 * @param isDamaged its braces are known not to match; then each field ends where the next one begins
 */
export function readFields(entry: string, abbreviations: Abbreviations, isDamaged = false): BibFields {
  HEAD.lastIndex = 0;
  HEAD.exec(entry);
  const start = HEAD.lastIndex;
  const reader = new FieldReader(entry, start, abbreviations);
  if (!isDamaged && reader.read()) return reader.found;
  const again = new FieldReader(entry, start, abbreviations);
  again.readDamaged();
  return again.found;
}

class FieldReader {
  readonly #text: string;
  readonly #abbreviations: Abbreviations;
  readonly found: BibFields = { key: '', fields: new Map(), warnings: [] };
  #at: number;
  /** Where the entry's own closing brace is. */
  readonly #end: number;

  constructor(text: string, start: number, abbreviations: Abbreviations) {
    this.#text = text;
    this.#at = start;
    this.#abbreviations = abbreviations;
    this.#end = /[})]$/.test(text) ? text.length - 1 : text.length;
  }

  /** False: a value is never closed. */
  read(): boolean {
    this.#key();
    while (this.#at < this.#end) {
      const name = this.#name();
      if (name === undefined) continue;
      const value = this.#value(name);
      if (value === null) return false;
      if (value !== undefined) this.#keep(name, value);
    }
    return true;
  }

  /** Splits at the names of the fields; a value ends before the next name. */
  readDamaged(): void {
    const { found } = this;
    const text = this.#text.slice(0, this.#end);
    const starts: { name: string; at: number; from: number }[] = [];
    NEXT_FIELD.lastIndex = this.#at;
    for (let match = NEXT_FIELD.exec(text); match; match = NEXT_FIELD.exec(text)) {
      const name = (match[1] ?? match[2] ?? '').toLowerCase();
      starts.push({ name, at: match.index, from: NEXT_FIELD.lastIndex });
      if (starts.length > MOST_FIELDS) break;
    }
    found.key = text
      .slice(this.#at, starts[0]?.at ?? text.length)
      .replace(/,.*/s, '')
      .trim()
      .slice(0, LONGEST_NAME);
    found.warnings.push('its braces or quotation marks do not match');
    for (const [index, { name, from }] of starts.entries()) {
      const next = starts[index + 1];
      const region = trimmedEnd(text.slice(from, next?.at ?? text.length));
      const part = new FieldReader(`${region},`, 0, this.#abbreviations);
      let value = part.#value(name);
      // If another field follows, everything before it belongs to this one, whatever its braces say.
      const isWhole = value !== null && part.#at >= region.length;
      if (!isWhole && next) value = undelimited(region);
      for (const warning of part.found.warnings) this.#warn(warning);
      if (value) this.#keep(name, value);
      else this.#warn(`'${name}' is not closed and was left out`);
    }
  }

  #keep(name: string, value: string): void {
    const { fields } = this.found;
    if (value === '' || (fields.get(name) ?? '') !== '' || fields.size >= MOST_FIELDS) return;
    fields.set(name, value);
  }

  #warn(warning: string): void {
    const { warnings } = this.found;
    if (warnings.length < MOST_WARNINGS && !warnings.includes(warning)) warnings.push(warning);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Up to the first comma; some entries have no key, or no comma after it. */
  #key(): void {
    const start = this.#at;
    let words = this.#match(KEY).trimEnd();
    if (this.#text[this.#at] === ',') this.#at++;
    else if (this.#text[this.#at] === '=') {
      // The last word is the name of the first field.
      const space = Math.max(words.lastIndexOf(' '), words.lastIndexOf('\n'), words.lastIndexOf('\t'));
      words = words.slice(0, space + 1);
      this.#at = start + words.length;
    }
    this.found.key = words.trim().slice(0, LONGEST_NAME);
  }

  /** The next field's name, skipping whatever is before it. */
  #name(): string | undefined {
    const passed = this.#match(NOT_NAME);
    const sign = this.#text[this.#at];
    if (sign !== '=') {
      const words = passed.trim();
      if (words !== '' && !words.startsWith('%')) this.#warn(`'${words.slice(0, 40)}' is not a field`);
      if (sign === '{') this.#pass();
      else this.#at++;
      return undefined;
    }
    this.#at++;
    const line = passed.slice(-LONGEST_NAME).trim();
    // There may be a comment on the lines before it.
    const name = line.slice(line.lastIndexOf('\n') + 1);
    return name.trim().replace(/\s+/g, ' ').toLowerCase() || undefined;
  }

  /** A group that is not the value of any field. */
  #pass(): void {
    const end = closing(this.#text, this.#at + 1, this.#end);
    this.#at = end < 0 ? this.#end : end + 1;
  }

  /** The joined parts of a value. Undefined: it is dropped. Null: it is never closed. */
  #value(name: string): string | undefined | null {
    const parts: string[] = [];
    let isKnown = true;
    for (;;) {
      this.#match(BLANK);
      const sign = this.#text[this.#at];
      if (sign === '{') {
        const end = closing(this.#text, this.#at + 1, this.#end);
        if (end < 0) return null;
        parts.push(this.#text.slice(this.#at + 1, end));
        this.#at = end + 1;
      } else if (sign === '"') {
        const end = this.#closingQuote(this.#at + 1);
        if (end < 0) return null;
        parts.push(this.#text.slice(this.#at + 1, end));
        this.#at = end + 1;
      } else {
        const word = this.#match(BARE);
        // A number (`2021a`), or an address that lacks its braces.
        const text = /^[\d-]|[/:]/.test(word) ? word : this.#abbreviations.get(word, name);
        if (text !== undefined) parts.push(text);
        else if (word !== '') {
          isKnown = false;
          this.#warn(
            `the abbreviation '${word.slice(0, 60)}' is not defined; '${name.slice(0, 60)}' was left out`,
          );
        }
      }
      this.#match(BLANK);
      const next = this.#text[this.#at];
      if (next === '#') this.#at++;
      // Two adjacent groups were meant as one value.
      else if (next === '{' && parts.length > 0) parts.push(' ');
      else break;
    }
    return isKnown ? parts.join('') : undefined;
  }

  /** A quotation mark inside braces is text; so is one not followed by anything that could follow a value. */
  #closingQuote(from: number): number {
    let depth = 0;
    for (let i = from; i < this.#end; i++) {
      const sign = this.#text.charCodeAt(i);
      if (sign === OPEN) depth++;
      else if (sign === CLOSE) depth--;
      else if (sign === QUOTE && depth <= 0) {
        FOLLOWS.lastIndex = i + 1;
        if (FOLLOWS.test(this.#text)) return i;
      }
      if (depth < 0) return -1;
    }
    return -1;
  }
}

const OPEN = 123;
const CLOSE = 125;
const QUOTE = 34;
const KEY = /[^,={}"]*/y;
const NOT_NAME = /[^={}"(),#]*/y;

/** Names accepted in the middle of a line of a damaged entry; any other must be at the start of one. */
const KNOWN =
  'author|title|subtitle|journal|journaltitle|booktitle|year|month|date|doi|url|eprint|eprinttype|archiveprefix|' +
  'primaryclass|abstract|keywords|note|volume|number|pages|publisher|editor|series|address|isbn|issn|crossref';
// bounded: plain names and limited repetitions; white space at the start of a line is read once.
const NEXT_FIELD = new RegExp(
  `\\n[^\\S\\n]*([a-z][\\w-]{0,60})\\s{0,20}=\\s{0,20}(?=[{"\\w])|[,\\s]\\s{0,20}(${KNOWN})\\s{0,20}=\\s{0,20}(?=[{"\\w])`,
  'gi',
);

/** Where the group that begins before `start` closes; even escaped braces count, as in BibTeX. */
function closing(text: string, start: number, end: number): number {
  let depth = 1;
  for (let i = start; i < end; i++) {
    const sign = text.charCodeAt(i);
    if (sign === OPEN) depth++;
    else if (sign === CLOSE && --depth === 0) return i;
  }
  return -1;
}

/** Without the trailing comma and white space. */
function trimmedEnd(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(',') ? trimmed.slice(0, -1).trimEnd() : trimmed;
}

/** A value whose delimiters do not match: the text between them. */
function undelimited(text: string): string {
  const start = /^[{"]/.test(text) ? 1 : 0;
  const end = /[}"]$/.test(text) && text.length > start ? text.length - 1 : text.length;
  return text.slice(start, end);
}
