/**
 * The elements of an XML answer, one by one as they are complete, so that a broken answer still gives what
 * is whole. No DTD, no entities but XML's own five; prefixes are dropped, for sources disagree about them.
 */
import { SaxesParser } from 'saxes';

export interface Element {
  /** Without its prefix. */
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Its own text, without its children's. */
  text: string;
}

/** Why an answer is not XML we can take; what was whole before has been handed out. */
export class XmlError extends Error {}

const PIECE = 64 * 1024;
const MAX_DEPTH = 50;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Elements named in `wanted`, wherever they stand, below a root named `root`. */
export function* elements(xml: Buffer, root: string, wanted: ReadonlySet<string>): Generator<Element> {
  const builder = new Builder(root, wanted);
  const decoder = new TextDecoder();
  let trouble: unknown;
  for (let at = 0; at < xml.length && !trouble; at += PIECE) {
    try {
      builder.write(decoder.decode(xml.subarray(at, at + PIECE), { stream: true }));
    } catch (error) {
      trouble = error;
    }
    yield* builder.take();
  }
  if (!trouble) {
    try {
      builder.close();
    } catch (error) {
      trouble = error;
    }
    yield* builder.take();
  }
  if (trouble) throw trouble instanceof XmlError ? trouble : new XmlError(`the XML is broken: ${trouble}`);
}

class Builder {
  readonly #parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  readonly #root: string;
  readonly #wanted: ReadonlySet<string>;
  /** Open elements from the outermost wanted one inwards. */
  readonly #open: Element[] = [];
  #depth = 0;
  #done: Element[] = [];

  constructor(root: string, wanted: ReadonlySet<string>) {
    this.#root = root;
    this.#wanted = wanted;
    const parser = this.#parser;
    parser.on('opentag', ({ name, attributes }) => this.#enter(local(name), attributes));
    parser.on('closetag', () => this.#leave());
    parser.on('text', (text) => this.#add(text));
    parser.on('cdata', (text) => this.#add(text));
    parser.on('doctype', () => {
      throw new XmlError('the answer has a document type, which is refused');
    });
    parser.on('error', (error) => {
      throw new XmlError(`the XML is broken: ${error.message}`);
    });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  close(): void {
    if (this.#depth > 0) throw new XmlError('the answer is cut off in the middle');
    this.#parser.close();
  }

  take(): Element[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #enter(name: string, attributes: Record<string, string>): void {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw new XmlError('the XML is nested too deep');
    if (this.#depth === 1 && name !== this.#root) {
      throw new XmlError(`the answer is <${name.slice(0, 40)}> and not <${this.#root}>`);
    }
    if (this.#open.length === 0 && !this.#wanted.has(name)) return;
    const element: Element = { name, attributes, children: [], text: '' };
    this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
  }

  #leave(): void {
    this.#depth--;
    const element = this.#open.pop();
    if (element && this.#open.length === 0) this.#done.push(element);
  }

  #add(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
  }
}

export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((one) => one.name === name);

export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((one) => one.name === name) ?? [];

/** The text of a child, or undefined where there is none. */
export const textOf = (element: Element | undefined, name: string): string | undefined =>
  child(element, name)?.text.trim() || undefined;
