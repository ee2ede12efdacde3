/**
 * Rendered parts of pages, kept for as long as what they are made of stays the same: a vote costs the few parts that
 * show it, not the page.
 */
import { hash } from 'node:crypto';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { LRUCache } from 'lru-cache';
import { UNSET } from '../../typesetting/memory.ts';

/** Memory for parts, bytes. */
const MEMORY = 16 * 1024 * 1024;
const parts = new LRUCache<string, string>({
  maxSize: MEMORY,
  sizeCalculation: (part, key) => 2 * (key.length + part.length),
});

/** The part rendered before under this key, which must name everything it is made of; otherwise what `render` makes. */
export function kept(key: string, render: () => Child): Child {
  let part = parts.get(key);
  if (part === undefined) {
    part = String(render());
    // A formula that has not been typeset yet soon will be.
    if (!part.includes(UNSET)) parts.set(key, part);
  }
  return raw(part);
}

interface KeptProps {
  /** Names everything the part is made of. */
  by: string;
  render: () => Child;
}

/** A kept part as a component: rendered, if it has to be, together with the page around it. */
export const Kept = ({ by, render }: KeptProps): Child => kept(by, render);

/** A key for anything that can be written as JSON. */
export const keyFor = (...madeOf: unknown[]): string => hash('sha1', JSON.stringify(madeOf), 'base64url');
