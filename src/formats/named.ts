/** Identifiers in fields that may contain other things too: notes, call numbers, publishers' addresses. */
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier } from '../papers/types.ts';
import { identifierOfAddress, tidyDoi } from './landing-page.ts';

const MAX_LENGTH = 2_000;

/**
 * The identifier that a value is, or null. A value that only looks like a local name (`smith-2020`, a citation key) is
 * not one; a value that says so (`local:smith-2020`) is.
 */
export function identifierOfValue(value: string, hint?: 'doi' | 'arxiv'): Identifier | null {
  const text = value.trim();
  if (text === '' || text.length > MAX_LENGTH) return null;
  const found = parseIdentifier(text.replace(/^(?:info:)?doi[:/ ]\s{0,5}(?=10\.)/i, 'doi:'), hint);
  if (found?.scheme === 'doi') return parseIdentifier(tidyDoi(found.value), 'doi') ?? found;
  if (found && (found.scheme !== 'local' || /^local:/i.test(text))) return found;
  return identifierOfAddress(text);
}

/**
 * A note that is nothing but an identifier: `arXiv:2503.02130 [cs]`, `DOI: 10.1000/x`. One that only mentions an
 * identifier ("extends arXiv:…") refers to another paper.
 */
export function identifierOfRemark(remark: string): Identifier | null {
  if (remark.length > MAX_LENGTH) return null;
  const match = /^\s*(arxiv|doi)\s*:\s*([^\s,;]+)(?:\s+\[[\w. -]{1,40}\])?[.,;]?\s*$/i.exec(remark);
  return match ? parseIdentifier(`${match[1]}:${match[2]}`) : null;
}
