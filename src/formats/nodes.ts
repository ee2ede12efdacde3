/**
 * XML from a stream of bytes, element by element, with text and children in order (`<title>The <i>whole</i>
 * text</title>`). Whatever is complete before an error is delivered before the error is reported. No custom document
 * types, no entities except XML's and HTML's, prefixes dropped, everything bounded.
 */
import { withoutForeign } from '../net/foreign.ts';
import { type Bytes, peek } from './bytes.ts';
import { HTML_ENTITIES } from './html.ts';
import { MAX_PIECE } from './split.ts';
import { XmlError } from './xml-error.ts';
import { type XmlEvents, XmlScanner } from './xml-scanner.ts';

export interface Tag {
  /** Without its prefix. */
  name: string;
  /** By names without prefixes. */
  attributes: Readonly<Record<string, string>>;
}

export interface Node extends Tag {
  /** Text and elements, in order. */
  content: readonly (string | Node)[];
}

export interface FoundNode {
  node: Node;
  /** The open elements around it, the root first. */
  within: readonly Tag[];
  /** Its number among the elements wanted, from 1. */
  number: number;
  /** Why its content is missing. */
  trouble?: string;
}

/** Why the stream cannot be read to the end as XML. */
export class BrokenXml extends Error {}

export interface NodeOptions {
  /** Names the root may have. */
  roots: ReadonlySet<string>;
  /** Whether to deliver an element; elements inside a delivered one are not asked about. `depth`: the root has 1. */
  wanted(name: string, depth: number): boolean;
  /** The longest element in characters; default 16 million. */
  maxNode?: number;
}

const MAX_DEPTH = 50;
/** Deeper than any real document: every open element is held in memory. */
const MAX_OPEN = 1_000;
/** Characters of a tag: an incomplete one is scanned again whenever more of it arrives. */
const LONGEST_TAG = 256 * 1024;
/** The cost of an element besides its text, in characters. */
const ELEMENT = 50;

/** The elements `wanted` of the XML in `bytes`. Throws `BrokenXml` after everything that is complete. */
export async function* nodes(bytes: Bytes, options: NodeOptions): AsyncGenerator<FoundNode> {
  const { head, all } = await peek(bytes, 256);
  const decoder = decoderOf(head);
  const builder = new Builder(options);
  let trouble: Error | undefined;
  for await (const chunk of all) {
    trouble = attemptXml(() => builder.write(decoder.decode(chunk, { stream: true })));
    yield* builder.take();
    if (trouble) throw trouble;
  }
  trouble = attemptXml(() => builder.end());
  yield* builder.take();
  if (trouble) throw trouble;
}

function attemptXml(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof BrokenXml) return error;
    if (error instanceof XmlError) return new BrokenXml(withoutForeign(error.message), { cause: error });
    // Bytes that are not text in the declared encoding.
    if (!(error instanceof Error)) throw error;
    return new BrokenXml(`the XML is broken: ${error.message}`, { cause: error });
  }
}

/** By the byte order mark, otherwise by the declaration, otherwise UTF-8; never guessed. */
function decoderOf(head: Buffer): TextDecoder {
  const marked = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : undefined;
  const reversed = head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    head.toString('latin1'),
  )?.[1];
  const label = marked ?? reversed ?? declared ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new BrokenXml(`the XML is in an unknown encoding, ${label}`);
  }
}

interface Open extends Tag {
  content: (string | Node)[];
}

class Builder implements XmlEvents {
  readonly #scanner: XmlScanner;
  readonly #options: NodeOptions;
  readonly #limit: number;
  /** Open elements around the wanted one, or all if none is open. */
  readonly #within: Tag[] = [];
  /** Open elements from the wanted one inwards. */
  readonly #open: Open[] = [];
  #done: FoundNode[] = [];
  #number = 0;
  #weight = 0;
  #trouble: string | undefined;
  /** Elements skipped within a wanted one that was abandoned. */
  #skipped = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#limit = options.maxNode ?? MAX_PIECE;
    this.#scanner = new XmlScanner(this, {
      entities: HTML_ENTITIES,
      longestTag: Math.min(this.#limit, LONGEST_TAG),
      allowsDoctype: true,
      what: 'the XML',
    });
  }

  write(text: string): void {
    this.#scanner.write(text);
  }

  end(): void {
    this.#scanner.end();
  }

  take(): FoundNode[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  open(prefixed: string, given: Record<string, string> | null): void {
    const name = local(prefixed);
    const depth = this.#within.length + this.#open.length + this.#skipped + 1;
    if (depth > MAX_OPEN) throw new BrokenXml('the XML is nested too deeply');
    if (depth === 1 && !this.#options.roots.has(name)) {
      const roots = [...this.#options.roots].map((root) => `<${root}>`).join(' or ');
      throw new BrokenXml(`this is <${name.slice(0, 40)}> and not ${roots}`);
    }
    const isInside = this.#open.length > 0;
    if (isInside && this.#trouble === undefined && depth > MAX_DEPTH) this.#giveUp('it is nested too deeply');
    if (isInside && this.#trouble !== undefined) {
      this.#skipped++;
      return;
    }
    const attributes: Record<string, string> = {};
    let weight = ELEMENT + name.length;
    for (const [key, value] of Object.entries(given ?? {})) {
      attributes[local(key)] = value;
      weight += key.length + value.length;
    }
    if (!isInside && !this.#options.wanted(name, depth)) {
      this.#within.push({ name, attributes });
      return;
    }
    const element: Open = { name, attributes, content: [] };
    this.#open.at(-1)?.content.push(element);
    this.#open.push(element);
    this.#weigh(weight);
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const element = this.#open.pop();
    if (!element) {
      this.#within.pop();
      return;
    }
    if (this.#open.length > 0) return;
    const found: FoundNode = { node: element, within: [...this.#within], number: ++this.#number };
    if (this.#trouble !== undefined) found.trouble = this.#trouble;
    this.#done.push(found);
    this.#trouble = undefined;
    this.#weight = 0;
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (!element || this.#trouble !== undefined) return;
    element.content.push(text);
    this.#weigh(text.length);
  }

  #weigh(more: number): void {
    this.#weight += more;
    if (this.#weight > this.#limit)
      this.#giveUp(`it is longer than ${Math.round(this.#limit / 1024 / 1024)} MB`);
  }

  /** Drops the element's content, but reports that it was there. */
  #giveUp(reason: string): void {
    this.#trouble = reason;
    for (const element of this.#open) element.content.length = 0;
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The direct children of `node`, or only those called `name`. */
export const inside = (node: Node | undefined, name?: string): Node[] =>
  node?.content.filter(
    (one): one is Node => typeof one !== 'string' && (name === undefined || one.name === name),
  ) ?? [];

/** The first direct child of `node` called `name`, or the one along a path of names. */
export function first(node: Node | undefined, ...path: string[]): Node | undefined {
  let at = node;
  for (const name of path) {
    at = at?.content.find((one): one is Node => typeof one !== 'string' && one.name === name);
  }
  return at;
}

/**
 * The text of `node` and everything in it, in order. `spell` may write an element itself; undefined leaves it as its
 * text. Recursive, because depth is limited.
 */
export function innerText(node: Node | undefined, spell?: (node: Node) => string | undefined): string {
  let text = '';
  for (const one of node?.content ?? []) {
    text += typeof one === 'string' ? one : (spell?.(one) ?? innerText(one, spell));
  }
  return text;
}

/** The text of the first child called `name`, trimmed; undefined if there is none. */
export const childText = (node: Node | undefined, name: string): string | undefined =>
  innerText(first(node, name)).trim() || undefined;
