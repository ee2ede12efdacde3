/**
 * Slots: the places on a page that differ from reader to reader. A page is cached once, as somebody who is not signed
 * in sees it; for a reader, the same bytes are sent with the slots filled in. No scripts are needed, and nothing that
 * belongs to a reader is ever cached.
 *
 * In the page, a slot is its content for everybody between two comments. Text written by people cannot be mistaken for
 * one, because pages escape it.
 */
import { raw } from 'hono/html';
import { LRUCache } from 'lru-cache';

/** @param name `vote:123`: letters, digits, `:` and `-` */
export function slot(name: string, content: unknown) {
  return raw(`<!--[${name}-->${String(content)}<!--]-->`);
}

/** A page cut at its slots. */
export interface Slotted {
  /** The text before each slot, and after the last. */
  pieces: string[];
  /** The name and content of each. */
  slots: { name: string; content: string }[];
}

/** Cuts a page at its slots. Linear in its length. */
export function cutSlots(page: string): Slotted {
  const [first = '', ...rest] = page.split('<!--[');
  const pieces = [first];
  const slots: Slotted['slots'] = [];
  for (const part of rest) {
    const name = part.indexOf('-->');
    const end = part.indexOf('<!--]-->');
    if (name < 0 || end < name) {
      pieces[pieces.length - 1] += `<!--[${part}`;
      continue;
    }
    slots.push({ name: part.slice(0, name), content: part.slice(name + 3, end) });
    pieces.push(part.slice(end + 8));
  }
  return { pieces, slots };
}

/** The page for a reader. */
export function withSlots({ pieces, slots }: Slotted, filled: ReadonlyMap<string, Filling>): string {
  let page = pieces[0]!;
  for (const [i, { name, content }] of slots.entries()) {
    const filling = filled.get(name) ?? content;
    page += (typeof filling === 'string' ? filling : filling.html) + pieces[i + 1]!;
  }
  return page;
}

/** What a slot holds for a reader: text that is theirs alone, or what others are shown as well. */
export type Filling = string | Common;

/**
 * What many readers are shown, such as the button of a paper they have not voted for: the pages it is on are kept
 * compressed together with it (cut-page.ts). The same text is the same object, unless it has been dropped meanwhile.
 */
export interface Common {
  readonly html: string;
}

/** Memory for them, bytes. */
const MEMORY = 8 * 1024 * 1024;
const commons = new LRUCache<string, Common>({
  maxSize: MEMORY,
  sizeCalculation: (_, html) => 2 * html.length + 100,
});

/** @param html with nothing in it that only one reader may see */
export function common(html: string): Common {
  const known = commons.get(html);
  if (known) return known;
  const made = { html };
  commons.set(html, made);
  return made;
}
