/**
 * Parses XML as it arrives: tags and text are reported at once and then forgotten; at most one tag is held. It is XML
 * 1.0 without DTDs, apart from a few harmless liberties (non-ASCII names and `]]>` in text are not checked). Written
 * here because existing parsers hold texts, comments and attributes however long they are, reject a whole response for
 * one control character, and take most of the time of a harvest.
 */
import { foreign } from '../net/foreign.ts';
import { broken, XmlError } from './xml-error.ts';
import { attributeValue, type Entities, resolved } from './xml-references.ts';

/** Receives the events of a document. A handler may throw; nothing more is reported then. */
export interface XmlEvents {
  /** A start tag, name with its prefix; `attributes` is null if it has none. */
  open(name: string, attributes: Record<string, string> | null): void;
  close(): void;
  /** Text and CDATA of the open element, references resolved, in one or more pieces. */
  text(text: string): void;
}

export const TAG_LIMITS = { attributes: 200, length: 64 * 1024 } as const;

export interface XmlOptions {
  /** Entities known besides XML's own. */
  entities?: Entities;
  /** Characters of the longest tag; default `TAG_LIMITS.length`. */
  longestTag?: number;
  /** A document type that defines nothing of its own is passed over; default: none is allowed. */
  allowsDoctype?: boolean;
  /** What is read, for messages; default `the response`. */
  what?: string;
}
/** `&#x10FFFF;` with room to spare. */
const LONGEST_REFERENCE = 40;

const NAMES_KEPT = 256;
const LONGEST_NAME_KEPT = 100;

/** Constructs that span pieces, and what ends them. */
const LONG = { comment: '-->', cdata: ']]>', instruction: '?>' } as const;

/** ASCII characters of names: 1, or 2 if a name may begin with it. */
const NAME = new Uint8Array(128);
for (const sign of '-.0123456789') NAME[sign.charCodeAt(0)] = 1;
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:') NAME[sign.charCodeAt(0)] = 2;

/** Incomplete so far. */
const LATER = -1;

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;

export class XmlScanner {
  readonly #events: XmlEvents;
  readonly #entities: Entities;
  readonly #longestTag: number;
  readonly #allowsDoctype: boolean;
  readonly #what: string;
  /** Names of the open elements. */
  readonly #open: string[] = [];
  readonly #names = new Array<string>(NAMES_KEPT).fill('');
  #rest = '';
  /** Characters before `#rest`, and those of the current piece already processed. */
  #before = 0;
  #at = 0;
  #long: keyof typeof LONG | null = null;
  #hasRoot = false;
  /** The next `&` in the current piece; searched for again only once it is passed. */
  #reference = LATER;

  constructor(events: XmlEvents, options: XmlOptions = {}) {
    this.#events = events;
    this.#entities = options.entities ?? {};
    this.#longestTag = options.longestTag ?? TAG_LIMITS.length;
    this.#allowsDoctype = options.allowsDoctype ?? false;
    this.#what = options.what ?? 'the response';
  }

  /** Characters from the beginning to the end of what is being reported. */
  get position(): number {
    return this.#before + this.#at;
  }

  /** Continues reading. Throws `XmlError` if it is not XML. */
  write(piece: string): void {
    let source = this.#rest + piece;
    // A line ends in one character, and half a line end waits for the rest.
    let half = '';
    if (source.includes('\r')) {
      if (source.endsWith('\r')) half = '\r';
      source = source
        .slice(0, source.length - half.length)
        .replaceAll('\r\n', '\n')
        .replaceAll('\r', '\n');
    }
    this.#at = 0;
    this.#reference = LATER;
    const done = this.#scan(source);
    this.#before += done;
    this.#at = 0;
    this.#rest = source.slice(done) + half;
  }

  /** Ends the document, which must be complete. Throws `XmlError`. */
  end(): void {
    if (this.#open.length > 0 || this.#long !== null || this.#rest.trim() !== '')
      throw new XmlError(`${this.#what} is cut off in the middle`, { mayMend: true });
    if (!this.#hasRoot) throw broken('there is no element');
  }

  /** How far it got. */
  #scan(source: string): number {
    const { length } = source;
    for (let at = 0; at < length; ) {
      if (this.#long !== null) {
        const end = source.indexOf(LONG[this.#long], at);
        // Two characters of its end may already be there.
        const to = end < 0 ? Math.max(at, length - 2) : end;
        if (this.#long === 'cdata' && to > at) this.#events.text(source.slice(at, to));
        if (end < 0) return to;
        at = end + LONG[this.#long].length;
        this.#long = null;
        continue;
      }
      const tag = source.indexOf('<', at);
      const to = tag < 0 ? length : tag;
      if (to > at) {
        const read = this.#text(source, at, to);
        if (read < to && tag >= 0) throw broken('a reference does not end');
        if (tag < 0) return read;
      }
      this.#at = tag;
      const next = this.#markup(source, tag);
      if (next === LATER) {
        if (length - tag > this.#longestTag) throw this.#tooLong();
        return tag;
      }
      at = next;
    }
    return length;
  }

  /** Reports text, up to an incomplete reference. */
  #text(source: string, from: number, to: number): number {
    if (this.#open.length === 0) {
      // A byte order mark counts as white space here.
      if (source.slice(from, to).trim() !== '') throw broken('there is text outside all elements');
      return to;
    }
    let reference = this.#next(source, from);
    if (reference >= to) {
      this.#events.text(source.slice(from, to));
      return to;
    }
    let text = '';
    let at = from;
    for (; reference < to; reference = this.#next(source, at)) {
      text += source.slice(at, reference);
      at = reference;
      const end = source.slice(reference, Math.min(to, reference + LONGEST_REFERENCE)).indexOf(';');
      if (end < 0) {
        if (to - reference >= LONGEST_REFERENCE) throw broken('a reference does not end');
        break;
      }
      text += resolved(source.slice(reference + 1, reference + end), this.#entities);
      at = reference + end + 1;
    }
    if (reference >= to) {
      text += source.slice(at, to);
      at = to;
    }
    if (text !== '') this.#events.text(text);
    return at;
  }

  /** Where the next reference begins; past the end: nowhere. */
  #next(source: string, from: number): number {
    if (this.#reference < from) {
      const found = source.indexOf('&', from);
      this.#reference = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#reference;
  }

  /** Handles what begins with `<`; returns where it ends. */
  #markup(source: string, at: number): number {
    switch (source.charCodeAt(at + 1)) {
      case 47: // /
        return this.#endTag(source, at);
      case 33: // !
        return this.#declaration(source, at);
      case 63: // ?
        this.#long = 'instruction';
        return at + 2;
      default:
        return this.#startTag(source, at);
    }
  }

  #endTag(source: string, at: number): number {
    const name = this.#open.at(-1);
    if (name === undefined) throw broken('an end tag where nothing is open');
    const from = at + 2;
    let end = from + name.length;
    if (end >= source.length) return LATER;
    if (!source.startsWith(name, from))
      throw broken(`a tag is closed by another${foreign(`, <${name.slice(0, 40)}>`)}`);
    while (isBlank(source.charCodeAt(end))) end++;
    if (end === source.length) return LATER;
    if (source.charCodeAt(end) !== 62)
      throw broken(`a tag is closed by another${foreign(`, <${name.slice(0, 40)}>`)}`);
    this.#at = end + 1;
    this.#open.pop();
    this.#events.close();
    return end + 1;
  }

  #declaration(source: string, at: number): number {
    const begins = (what: string): boolean => source.startsWith(what, at);
    if (begins('<!--')) {
      this.#long = 'comment';
      return at + 4;
    }
    if (begins('<![CDATA[')) {
      if (this.#open.length === 0) throw broken('there is text outside all elements');
      this.#long = 'cdata';
      return at + 9;
    }
    if (begins('<!DOCTYPE')) {
      const end = source.indexOf('>', at);
      const own = source.indexOf('[', at);
      if (!this.#allowsDoctype || (own >= 0 && (end < 0 || own < end)))
        throw new XmlError(`${this.#what} has a document type declaration, which is not allowed`);
      return end < 0 ? LATER : end + 1;
    }
    const here = source.slice(at, at + 9);
    if (['<!--', '<![CDATA[', '<!DOCTYPE'].some((what) => what.startsWith(here))) return LATER;
    throw broken('a declaration that does not belong there');
  }

  #startTag(source: string, at: number): number {
    const from = at + 1;
    let end = nameEnd(source, from);
    if (end === source.length) return LATER;
    if (end === from || !mayBegin(source.charCodeAt(from))) throw broken('a tag without a name');
    const name = this.#name(source, from, end);
    let attributes: Record<string, string> | null = null;
    let code = source.charCodeAt(end);
    if (code !== 62 && code !== 47) {
      if (!isBlank(code)) throw broken('a character not allowed in a name');
      attributes = {};
      end = this.#attributes(source, end, attributes);
      if (end === LATER) return LATER;
      code = source.charCodeAt(end);
    }
    const isEmpty = code === 47;
    if (isEmpty) {
      if (++end === source.length) return LATER;
      if (source.charCodeAt(end) !== 62) throw broken('a slash inside a tag');
    }
    if (this.#open.length === 0 && this.#hasRoot) throw broken('there is more than one outermost element');
    this.#hasRoot = true;
    this.#at = end + 1;
    this.#events.open(name, attributes);
    if (isEmpty) this.#events.close();
    else this.#open.push(name);
    return end + 1;
  }

  #tooLong(): XmlError {
    return new XmlError(`a tag is longer than ${this.#longestTag} characters`);
  }

  /** The few names of a document recur; one seen just before is not copied again. */
  #name(source: string, from: number, end: number): string {
    const place = (source.charCodeAt(from) + 7 * source.charCodeAt(end - 1) + 31 * (end - from)) % NAMES_KEPT;
    const known = this.#names[place]!;
    if (known.length === end - from && source.startsWith(known, from)) return known;
    const name = source.slice(from, end);
    if (name.length < LONGEST_NAME_KEPT) this.#names[place] = name;
    return name;
  }

  /** Fills in the attributes of a tag; returns where its `>` or `/` is. */
  #attributes(source: string, from: number, attributes: Record<string, string>): number {
    let count = 0;
    for (let at = from; ; ) {
      at = blanksEnd(source, at);
      const code = source.charCodeAt(at);
      if (code === 62 || code === 47) return at;
      const end = nameEnd(source, at);
      const equals = blanksEnd(source, end);
      const quote = blanksEnd(source, equals + 1);
      if (at === source.length || end === source.length || equals >= source.length || quote >= source.length)
        return LATER;
      const mark = source[quote];
      if (end === at || !mayBegin(code) || source[equals] !== '=' || (mark !== '"' && mark !== "'"))
        throw broken('an attribute without a name or value');
      const close = source.indexOf(mark, quote + 1);
      if (close < 0) return LATER;
      if (++count > TAG_LIMITS.attributes)
        throw new XmlError(`a tag has more than ${TAG_LIMITS.attributes} attributes`);
      if (close - from > this.#longestTag) throw this.#tooLong();
      const name = source.slice(at, end);
      if (Object.hasOwn(attributes, name))
        throw broken(`a tag has an attribute twice${foreign(`, '${name.slice(0, 40)}'`)}`);
      if (name !== '__proto__')
        attributes[name] = attributeValue(source.slice(quote + 1, close), this.#entities);
      at = close + 1;
    }
  }
}

function nameEnd(source: string, from: number): number {
  let end = from;
  for (; end < source.length; end++) {
    const code = source.charCodeAt(end);
    if (code < 128 && NAME[code] === 0) break;
  }
  return end;
}

const mayBegin = (code: number): boolean => code >= 128 || NAME[code] === 2;

function blanksEnd(source: string, from: number): number {
  let end = from;
  while (isBlank(source.charCodeAt(end))) end++;
  return end;
}
