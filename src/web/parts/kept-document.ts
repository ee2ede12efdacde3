/**
 * Whole documents, kept apart from the few parts in them that votes and comments change. While a hundred people vote, a
 * page is made again several times a minute: then only these parts are rendered, and the bytes around them are reused.
 */

import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { LRUCache } from 'lru-cache';
import { share } from '../../memory.ts';
import { UNSET } from '../../typesetting/memory.ts';

/** A document cut at its gaps. */
interface Cut {
  /** The bytes before each gap, and after the last. */
  pieces: Buffer[];
  /** The names of the gaps, in the order of the document. */
  gaps: string[];
}

/** Memory for documents, bytes. */
const MEMORY = share(24 * 1024 * 1024, 48);
const documents = new LRUCache<string, Cut>({
  maxSize: MEMORY,
  sizeCalculation: ({ pieces }, key) => pieces.reduce((sum, piece) => sum + piece.length, 2 * key.length),
});

/** Where a part goes that is rendered each time. Text written by people cannot be mistaken for it: pages escape that. */
export const Gap = ({ name }: { name: string }): Child => raw(`<!--gap ${name}-->`);

/**
 * A document with its gaps filled.
 *
 * @param key names everything the document is made of, apart from what is in the gaps
 * @param filled what goes into each gap, without formulas of its own
 * @param render the document, with a `Gap` for each
 * @returns `isWhole` false: a formula has not been typeset yet
 */
export async function keptDocument(
  key: string,
  filled: Readonly<Record<string, Child>>,
  render: () => Promise<string>,
): Promise<{ body: Buffer; isWhole: boolean }> {
  let document = documents.get(key);
  let isWhole = true;
  if (document === undefined) {
    const text = await render();
    document = cut(text);
    // A formula that has not been typeset yet soon will be.
    isWhole = !text.includes(UNSET);
    if (isWhole) documents.set(key, document);
  }
  const bytes: Buffer[] = [];
  for (const [i, piece] of document.pieces.entries()) {
    bytes.push(piece);
    const gap = document.gaps[i];
    if (gap !== undefined) bytes.push(Buffer.from(String(filled[gap])));
  }
  return { body: Buffer.concat(bytes), isWhole };
}

function cut(text: string): Cut {
  const parts = text.split(/<!--gap ([a-z]+)-->/);
  return {
    pieces: parts.filter((_, i) => i % 2 === 0).map((piece) => Buffer.from(piece)),
    gaps: parts.filter((_, i) => i % 2 === 1),
  };
}
