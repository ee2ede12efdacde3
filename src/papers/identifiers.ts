/**
 * The names of a paper: recognising them in whatever people and services write, giving each one canonical spelling, and
 * choosing the one used in addresses. Pure; nothing here throws on outside text.
 */

import { hash52 } from './hash.ts';
import { slugify } from './slug.ts';
import { foldTitle, isGeneric, readTitle } from './title-text.ts';
import { type Identifier, SCHEMES, type Scheme } from './types.ts';

/** Longer than any real identifier with its address around it. */
const MAX_LENGTH = 300;
const MAX_SLUG = 120;

/** arXiv's archives before April 2007, when identifiers contained them. */
const OLD_ARCHIVES = new Set(
  (
    'acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs ' +
    'dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol ' +
    'physics plasm-ph q-alg q-bio quant-ph solv-int supr-con'
  ).split(' '),
);

const ARXIV_NEW = /^(\d{2})(\d{2})\.(\d{4,5})(?:v([1-9]\d{0,2}))?$/i;
/** Reference lists and publishers often omit the slash: `hep-th9901001`. */
const ARXIV_OLD =
  /^([a-z]{1,8}(?:-[a-z]{2,4})?)(?:\.[a-z]{2})?\/?(\d{2})(\d{2})(\d{3})(?:v([1-9]\d{0,2}))?$/i;
const ARXIV_DOI = /^10\.48550\/arxiv\./i;
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/[^\s\p{C}]+$/u;
const ACL_NEW = /^\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d{1,5}$/;
const ACL_OLD = /^[A-Z]\d{2}-\d{4,5}$/;
const OPENREVIEW = /^[A-Za-z0-9_-]{5,40}$/;
const SLUG = /^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u;
const PREFIX = /^(arxiv|doi|acl|openreview|local)\s*:\s*/i;
const OAI_PREFIX = /^oai:arxiv\.org:/i;

/**
 * The identifier that `text` is, in canonical spelling, or null. Accepts bare identifiers, prefixed ones and addresses.
 * A number is what remains of an arXiv identifier after a spreadsheet: lost zeros are restored. `hint` names the scheme
 * if the context gives it (an `eprint` field, a column "doi").
 */
export function parseIdentifier(text: string | number, hint?: Scheme): Identifier | null {
  if (typeof text === 'number') return parseNumber(text);
  if (text.length > MAX_LENGTH) return null;
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const bare = trimmed.replace(OAI_PREFIX, 'arxiv:');
  const prefix = PREFIX.exec(bare);
  if (prefix) {
    const scheme = prefix[1]!.toLowerCase() as Scheme;
    if (hint !== undefined && hint !== scheme && !(hint === 'doi' && scheme === 'arxiv')) return null;
    const rest = bare.slice(prefix[0].length);
    return parseAs(rest, scheme) ?? parseAddress(rest, scheme);
  }
  if (hint !== undefined) return parseAs(bare, hint) ?? parseAddress(bare, hint);
  return (
    parseAs(bare, 'arxiv') ??
    parseAs(bare, 'doi') ??
    parseAs(bare, 'acl') ??
    parseAddress(bare) ??
    parseBareSlug(bare)
  );
}

function parseAs(text: string, scheme: Scheme): Identifier | null {
  switch (scheme) {
    case 'arxiv':
      return parseArxiv(text);
    case 'doi':
      return parseDoi(text);
    case 'acl':
      return parseAcl(text);
    case 'openreview':
      return OPENREVIEW.test(text) ? { scheme, value: text } : null;
    case 'local':
      return parseSlug(text);
  }
}

function parseArxiv(text: string): Identifier | null {
  const digit = text.charCodeAt(0);
  if (digit >= 48 && digit <= 57) {
    const match = ARXIV_NEW.exec(text);
    if (!match) return null;
    const [, year, month, serial, version] = match;
    if (!newStyle(Number(year), Number(month), serial!.length)) return null;
    return arxiv(`${year}${month}.${serial}`, version);
  }
  const match = ARXIV_OLD.exec(text);
  if (!match) return null;
  const [, archive, year, month, serial, version] = match;
  const name = archive!.toLowerCase();
  const oldYear = Number(year) >= 91 || Number(year) <= 7;
  if (!OLD_ARCHIVES.has(name) || !oldYear || !isMonth(Number(month))) return null;
  return arxiv(`${name}/${year}${month}${serial}`, version);
}

/** Four digits after the dot since April 2007, five since January 2015. */
function newStyle(year: number, month: number, digits: number): boolean {
  if (!isMonth(month) || year * 100 + month < 704) return false;
  return digits === (year >= 15 ? 5 : 4);
}

/** Where `text` ends without the trailing characters in `last`. */
function endBefore(text: string, last: string): number {
  let end = text.length;
  while (end > 0 && last.includes(text[end - 1]!)) end--;
  return end;
}

const isMonth = (month: number): boolean => month >= 1 && month <= 12;

function arxiv(value: string, version?: string): Identifier {
  return version ? { scheme: 'arxiv', value, version: Number(version) } : { scheme: 'arxiv', value };
}

/** 2503.0213 was 2503.02130, and 704.0001 was 0704.0001. */
function parseNumber(number: number): Identifier | null {
  if (!Number.isFinite(number) || number <= 0) return null;
  const [whole = '', fraction = ''] = String(number).split('.');
  const month = whole.padStart(4, '0');
  if (month.length !== 4 || fraction === '') return null;
  return parseArxiv(`${month}.${fraction.padEnd(Number(month) >= 1501 ? 5 : 4, '0')}`);
}

function parseDoi(text: string): Identifier | null {
  if (!text.startsWith('10.')) return null;
  const trimmed = text.slice(0, endBefore(text, '.,;'));
  if (ARXIV_DOI.test(trimmed)) return parseArxiv(trimmed.replace(ARXIV_DOI, ''));
  if (!DOI.test(trimmed) || !trimmed.isWellFormed()) return null;
  // DOIs ignore the case of ASCII letters; other letters stay as they are.
  return { scheme: 'doi', value: trimmed.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) };
}

function parseAcl(text: string): Identifier | null {
  const lower = text.toLowerCase();
  if (ACL_NEW.test(lower)) return { scheme: 'acl', value: lower };
  const upper = text.toUpperCase();
  return ACL_OLD.test(upper) ? { scheme: 'acl', value: upper } : null;
}

function parseSlug(text: string): Identifier | null {
  const value = text.toLowerCase().normalize('NFC');
  return value.length <= MAX_SLUG && SLUG.test(value) ? { scheme: 'local', value } : null;
}

/** Without `local:`, only what could be nothing else: words joined by hyphens. */
function parseBareSlug(text: string): Identifier | null {
  return text.includes('-') && /\p{L}/u.test(text) && text === text.toLowerCase() ? parseSlug(text) : null;
}

const ADDRESS = /^(?:https?:\/\/)?([a-z0-9.-]{3,255})\/(.+)$/i;

function parseAddress(text: string, scheme?: Scheme): Identifier | null {
  const match = ADDRESS.exec(text);
  if (!match) return null;
  const host = match[1]!.toLowerCase().replace(/^www\./, '');
  const found = fromHost(host, match[2]!);
  return found && (scheme === undefined || found.scheme === scheme || scheme === 'doi') ? found : null;
}

function fromHost(host: string, rest: string): Identifier | null {
  const [whole = ''] = rest.split(/[?#]/, 1);
  const path = whole.slice(0, endBefore(whole, '/'));
  if (host === 'arxiv.org' || host.endsWith('.arxiv.org')) {
    return parseArxiv(path.replace(/^(?:abs|pdf|html|format|e-print|src|ps)\//, '').replace(/\.pdf$/i, ''));
  }
  if (host === 'doi.org' || host === 'dx.doi.org') return parseDoi(unescapeAddress(path));
  if (host === 'aclanthology.org' || host === 'aclweb.org') {
    return parseAcl(path.replace(/^anthology\//, '').replace(/(?:\.pdf|\.bib|v\d\.pdf)$/i, ''));
  }
  if (host === 'openreview.net') {
    const query = /^(?:forum|pdf|attachment)\?([^#]*)/.exec(rest)?.[1];
    const id = query === undefined ? null : new URLSearchParams(query).get('id');
    return id ? parseAs(id, 'openreview') : null;
  }
  if (host === 'huggingface.co' || host === 'hf.co') {
    return path.startsWith('papers/') ? parseArxiv(path.slice('papers/'.length)) : null;
  }
  return null;
}

function unescapeAddress(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** With its scheme and version, as in files: `arxiv:2503.02130v2`. `parseIdentifier` reads it back. */
export function formatIdentifier({ scheme, value, version }: Identifier): string {
  return version === undefined ? `${scheme}:${value}` : `${scheme}:${value}v${version}`;
}

/** The same paper, whatever version is named. */
export const sameIdentifier = (a: Identifier, b: Identifier): boolean =>
  a.scheme === b.scheme && a.value === b.value;

/**
 * The id in public addresses: the best scheme's, the smallest value among equals, so that it does not depend on the
 * order of sources. arXiv's and our own slugs have no prefix; the two cannot be confused.
 */
export function canonicalId(identifiers: Identifier[]): string {
  let best: Identifier | undefined;
  for (const candidate of identifiers) if (!best || before(candidate, best)) best = candidate;
  if (!best) throw new RangeError('A paper without identifiers has no public id');
  return best.scheme === 'arxiv' || best.scheme === 'local' ? best.value : `${best.scheme}:${best.value}`;
}

function before(a: Identifier, b: Identifier): boolean {
  const difference = SCHEMES.indexOf(a.scheme) - SCHEMES.indexOf(b.scheme);
  return difference < 0 || (difference === 0 && a.value < b.value);
}

/**
 * A name for a paper that came without one: the first words of its title, and letters that distinguish it from others
 * with the same title. The same title, first author and year always give the same name; case, dashes, quotation marks,
 * spacing and the way accents are written make no difference, symbols and TeX commands do.
 *
 * @param apart distinguishes it from another paper that would have the same name; the name is then longer
 */
export function localIdentifier(
  title: string,
  authors: string[] = [],
  year?: number,
  apart?: string,
): Identifier {
  const { text, signs } = readTitle(title);
  const words = slugify(text.replace(/[${}\\]/g, ' '));
  const first = authors[0] === undefined ? '' : slugify(authors[0]);
  const told = `${words}|${first}|${year ?? ''}${signs === '' ? '' : `|${signs}`}`;
  const tail =
    apart === undefined
      ? hash52(told).toString(36).padStart(11, '0').slice(-6)
      : hash52(`${told}|${apart}`).toString(36).padStart(11, '0');
  return { scheme: 'local', value: `${stemOf(words)}-${tail}` };
}

const MAX_STEM = 60;

/** The first words of a slug, whole ones if possible. */
export function stemOf(words: string): string {
  if (words.length <= MAX_STEM) return words || 'paper';
  const last = words.lastIndexOf('-', MAX_STEM);
  const cut = last > 0 ? words.slice(0, last) : words.slice(0, MAX_STEM);
  // Never half a character.
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

const MIN_FOLDED = 20;

/**
 * A number that is equal for titles that differ only in case, punctuation, accents, the way TeX is written and white
 * space: for finding the same paper under another identifier if author and year agree. Null if a title is too short or
 * too common to distinguish papers ("Introduction to the special issue").
 */
export function titleKey(title: string): number | null {
  const folded = foldTitle(title);
  return folded.length < MIN_FOLDED || isGeneric(slugify(title)) ? null : hash52(folded);
}
