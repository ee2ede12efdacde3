/** Whether a search is for one paper's identifier or address, and nothing else. */
import { parseIdentifier } from './identifiers.ts';
import type { Identifier } from './types.ts';

/** What may surround an identifier copied from a text: brackets, quotes, the end of a sentence. */
const BEFORE = `<([{"'“‘«=`;
const AFTER = `>)]}"'”’».,;:/`;
/** Longer texts are pasted for what they say, not for an identifier in them. */
const MOST_TEXT = 300;

/**
 * What people and pages write beside an identifier: the parts of arXiv's stamp, "see", the names of the services. Only
 * among such words is an identifier all that is asked for.
 */
const BESIDE = new Set(
  (
    'arxiv doi acl openreview abs pdf id eprint preprint paper see cf at in the of on from url link available accessed ' +
    'version jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september ' +
    'october november december'
  ).split(' '),
);
/** Sites that show the papers of arXiv under its identifiers. */
const MIRRORS = new Set(['alphaxiv.org', 'ar5iv.org', 'ar5iv.labs.arxiv.org', 'scirate.com', 'arxiv.gg']);
/** `cs.CL`, `quant-ph`, `cond-mat.stat-mech`; several in one pair of brackets have commas or semicolons between. */
const CATEGORY = /^[a-z-]{2,8}(?:\.[a-z-]{2,9})?$/i;
const FIGURE = /^(?:\d{1,2}|(?:19|20)\d\d|v\d{1,3})$/;

/** `text` without the surrounding characters in `BEFORE` and `AFTER`. */
function bare(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BEFORE.includes(text[start]!)) start++;
  while (end > start && AFTER.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

const isFound = (found: Identifier | null): found is Identifier => found !== null && found.scheme !== 'local';

/** The identifier that one piece of text without white space is. */
function recogniseOne(piece: string): Identifier | null {
  for (const text of [piece, bare(piece)]) {
    const found = parseIdentifier(text);
    if (isFound(found)) return found;
  }
  const text = bare(piece);
  for (const other of [
    // `eprint={2504.15921}`, `abs/2504.15921`, `2504.15921.pdf`
    bare(text.slice(text.indexOf('=') + 1)),
    text.replace(/^(?:abs|pdf)\//i, '').replace(/\.pdf$/i, ''),
  ]) {
    const found = other === text ? null : parseIdentifier(other);
    if (isFound(found)) return found;
  }
  return text.includes('/') ? recogniseAddress(text) : null;
}

/** An identifier within an address that `parseIdentifier` does not know: a mirror's, a publisher's, an old one. */
function recogniseAddress(text: string): Identifier | null {
  const [encoded = ''] = text.replace(/^https?:\/\//i, '').split(/[?#]/, 1);
  const address = encoded.replace(/%3a/gi, ':');
  const parts = address.split('/').filter((part) => part !== '');
  const host = parts[0]!.toLowerCase().replace(/^www\./, '');
  const last = parts.at(-1)!;
  const isArxiv = host === 'arxiv.org' || MIRRORS.has(host);
  if (isArxiv || (parts.length === 2 && /^[a-z-]+$/i.test(parts[0]!))) {
    // An archive that no longer gives identifiers of its own may stand before a new one: `hep-th/2501.00007`.
    for (const end of [parts.slice(-2).join('/'), last]) {
      const found = parseIdentifier(end.replace(/\.pdf$/i, ''), end.includes(':') ? undefined : 'arxiv');
      if (found?.scheme === 'arxiv') return found;
    }
  }
  if (host === 'aclanthology.org' || host === 'aclweb.org') {
    const found = parseIdentifier(last.replace(/\.pdf$/i, ''), 'acl');
    if (found?.scheme === 'acl') return found;
  }
  // Other services name the scheme as well: `api.semanticscholar.org/arXiv:2504.15921`, `…/paper/DOI:10.1000/1`.
  const named = parts.findIndex((part, i) => i > 0 && /^(?:arxiv|doi|acl):/i.test(part));
  if (named > 0 && host.includes('.')) {
    const found = parseIdentifier(parts.slice(named).join('/')) ?? parseIdentifier(parts[named]!);
    if (isFound(found)) return found;
  }
  // Publishers have a paper's DOI in its address.
  const doi = parts.findIndex((part, i) => i > 0 && /^10\.\d{4,9}$/.test(part));
  return doi < 0 || !host.includes('.') ? null : parseIdentifier(parts.slice(doi).join('/'), 'doi');
}

/**
 * The identifier that `text` is, or null. Only forms that can hardly be anything else: arXiv's and DOIs bare, prefixed
 * or as addresses, the ACL Anthology's likewise, OpenReview's as an address or prefixed; and the same among words that
 * people and pages write beside one ("arXiv:2504.15921v1 [cs.CL] 22 Apr 2025"). Names given here (words joined by
 * hyphens) look like search words, and are treated as such; so is a text with two identifiers.
 */
export function recognise(text: string): Identifier | null {
  if (text.length > MOST_TEXT) return null;
  const written = text.normalize('NFKC').trim();
  let end = written.length;
  // A slash at the end belongs to an address.
  while (end > 0 && written[end - 1] === '/') end--;
  const trimmed = written.slice(0, end);
  if (trimmed === '') return null;
  const whole = parseIdentifier(trimmed) ?? parseIdentifier(bare(trimmed));
  if (isFound(whole)) return whole;
  let found: Identifier | null = null;
  let hasFigures = false;
  let isBracketed = false;
  for (const piece of trimmed.split(/\s+/)) {
    const word = bare(piece).toLowerCase();
    isBracketed ||= piece.startsWith('[') || piece.startsWith('(');
    const isCategory = isBracketed && CATEGORY.test(word);
    if (piece.endsWith(']') || piece.endsWith(')')) isBracketed = false;
    if (word === '' || BESIDE.has(word)) continue;
    const own = recogniseOne(piece);
    if (own !== null) {
      if (found !== null) return null;
      found = own;
    } else if (FIGURE.test(word)) hasFigures = true;
    else if (!isCategory) return null;
  }
  // A day and a year are only part of a stamp.
  return hasFigures && found?.scheme !== 'arxiv' ? null : found;
}
