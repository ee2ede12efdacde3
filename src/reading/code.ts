/** Addresses of code, data and demonstrations. */
import type { Token } from './tokens.ts';
import type { Span } from './types.ts';

const ARXIV = /^(?:https?:\/\/)?(?:www\.)?(?:export\.)?arxiv\.org\//i;

/** Every address except those of arXiv itself, as written. */
export function addressesIn(tokens: readonly Token[]): Span[] {
  const found: Span[] = [];
  const seen = new Set<string>();
  for (const { kind, text, start, end } of tokens) {
    if (kind !== 'url' || ARXIV.test(text) || seen.has(text)) continue;
    seen.add(text);
    found.push({ start, end });
  }
  return found;
}
