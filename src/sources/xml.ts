/**
 * The elements of an XML response, yielded as soon as each is complete; nothing else is held. So a long response takes
 * no more memory than a short one, and a broken one still gives what is complete. No DTD, no entities except XML's own
 * five; prefixes are dropped, because sources disagree about them.
 */

import { XmlError } from '../formats/xml-error.ts';
import { type XmlEvents, XmlScanner } from '../formats/xml-scanner.ts';
import { foreign } from '../net/foreign.ts';
import { XmlDecoder } from './xml-encoding.ts';

export { XmlError } from '../formats/xml-error.ts';

export interface Element {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text, without its children's. */
  readonly text: string;
}

interface Growing extends Element {
  children: Element[];
  text: string;
}

/** Bytes read at once: pieces of text in an element keep alive the whole piece they were cut from. */
const PIECE = 64 * 1024;

/** The largest element; beyond it, the response is abandoned. The limit for a tag is in xml-scanner.ts. */
export const XML_LIMITS = {
  /** Characters from one yielded element to the next. */
  between: 4 * 1024 * 1024,
  depth: 50,
  /** Elements inside a yielded one. */
  parts: 100_000,
} as const;

/**
 * Elements named in `wanted`, wherever they are, below a root named `root`; as many at a time as were complete.
 *
 * @param charset what the Content-Type says about the encoding
 * @throws XmlError for XML that is broken, truncated or too large, after yielding what was complete; likewise whatever
 *   `bytes` throws
 */
export async function* elementsOf(
  bytes: AsyncIterable<Uint8Array>,
  root: string,
  wanted: ReadonlySet<string>,
  charset?: string,
): AsyncGenerator<Element[]> {
  const reader = new ElementReader(root, wanted, charset);
  try {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        reader.write(chunk.subarray(at, at + PIECE));
        const whole = reader.take();
        if (whole.length > 0) yield whole;
      }
    }
    reader.end();
  } catch (error) {
    const whole = reader.take();
    if (whole.length > 0) yield whole;
    throw error;
  }
}

/** The same for a response that is already here. */
export function* elements(xml: Uint8Array, root: string, wanted: ReadonlySet<string>): Generator<Element> {
  const reader = new ElementReader(root, wanted);
  try {
    for (let at = 0; at < xml.length; at += PIECE) {
      reader.write(xml.subarray(at, at + PIECE));
      yield* reader.take();
    }
    reader.end();
  } catch (error) {
    yield* reader.take();
    throw error;
  }
}

const NO_ATTRIBUTES: Record<string, string> = Object.freeze(Object.create(null));
/** Most elements have no children; they share this. */
const NO_CHILDREN: Element[] = [];
Object.freeze(NO_CHILDREN);

class ElementReader implements XmlEvents {
  readonly #scanner = new XmlScanner(this);
  readonly #decoder: XmlDecoder;
  readonly #root: string;
  readonly #wanted: ReadonlySet<string>;
  /** Names as in the response, and without their prefix. */
  readonly #names = new Map<string, string>();
  /** Open elements from the outermost wanted one inwards. */
  readonly #open: Growing[] = [];
  /** The innermost of them. */
  #inner: Growing | undefined;
  #depth = 0;
  #whole: Element[] = [];
  /** Where the last thing no longer held ended. */
  #mark = 0;
  #parts = 0;

  constructor(root: string, wanted: ReadonlySet<string>, charset?: string) {
    this.#decoder = new XmlDecoder(charset);
    this.#root = root;
    this.#wanted = wanted;
  }

  /** Continues reading. Throws `XmlError`; what was complete before can still be taken. */
  write(bytes: Uint8Array): void {
    this.#read(this.#decoder.write(bytes));
  }

  /** Ends the response, which must now be complete. */
  end(): void {
    this.#read(this.#decoder.end());
    this.#scanner.end();
  }

  /** The elements completed since the last call. */
  take(): Element[] {
    const whole = this.#whole;
    if (whole.length > 0) this.#whole = [];
    return whole;
  }

  #read(text: string): void {
    if (text === '') return;
    this.#scanner.write(text);
    if (this.#scanner.position - this.#mark > XML_LIMITS.between)
      throw new XmlError(`more than ${XML_LIMITS.between} characters arrived without one whole element`);
  }

  open(tag: string, attributes: Record<string, string> | null): void {
    const name = this.#names.get(tag) ?? this.#local(tag);
    this.#depth++;
    if (this.#depth > XML_LIMITS.depth) throw new XmlError('the XML is nested too deeply');
    if (this.#depth === 1 && name !== this.#root) {
      throw new XmlError(`the response is not <${this.#root}>${foreign(` but <${name.slice(0, 40)}>`)}`);
    }
    const parent = this.#inner;
    if (!parent) {
      this.#mark = this.#scanner.position;
      if (!this.#wanted.has(name)) return;
      this.#parts = 0;
    } else if (++this.#parts > XML_LIMITS.parts)
      throw new XmlError(`an element has more than ${XML_LIMITS.parts} others inside`);
    const element = { name, attributes: attributes ?? NO_ATTRIBUTES, children: NO_CHILDREN, text: '' };
    if (parent) {
      if (parent.children === NO_CHILDREN) parent.children = [element];
      else parent.children.push(element);
    }
    this.#open.push(element);
    this.#inner = element;
  }

  close(): void {
    this.#depth--;
    const element = this.#open.pop();
    this.#inner = this.#open.at(-1);
    if (this.#inner) return;
    this.#mark = this.#scanner.position;
    if (element) this.#whole.push(element);
  }

  text(text: string): void {
    if (this.#inner) this.#inner.text += text;
  }

  #local(tag: string): string {
    const name = tag.slice(tag.indexOf(':') + 1);
    // A document with more names than this is making them up.
    if (this.#names.size < 1_000) this.#names.set(tag, name);
    return name;
  }
}

export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((one) => one.name === name);

export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((one) => one.name === name) ?? [];

/** The text of a child, or undefined if there is none. */
export const textOf = (element: Element | undefined, name: string): string | undefined =>
  child(element, name)?.text.trim() || undefined;
