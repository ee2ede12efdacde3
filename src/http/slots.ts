/**
 * Slots: the places of a page that differ from reader to reader. A page is kept once, as somebody who is not signed in
 * sees it; for a reader it is the same bytes with the slots filled anew. It takes no scripts, and what is kept never
 * holds anything of anybody's.
 *
 * In the page a slot is what it holds for everybody, between two comments. What people write cannot look like one:
 * pages escape it.
 */
import { raw } from 'hono/html';

/** @param name `vote:123`: letters, digits, `:` and `-` */
export function slot(name: string, content: unknown) {
  return raw(`<!--[${name}-->${String(content)}<!--]-->`);
}

/** A page cut at its slots. */
export interface Slotted {
  /** What stands before each slot, and behind the last. */
  pieces: string[];
  /** Name and content of each. */
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
export function withSlots({ pieces, slots }: Slotted, filled: ReadonlyMap<string, string>): string {
  let page = pieces[0]!;
  for (const [i, { name, content }] of slots.entries())
    page += (filled.get(name) ?? content) + pieces[i + 1]!;
  return page;
}
