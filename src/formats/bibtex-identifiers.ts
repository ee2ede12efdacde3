/** The identifiers of a BibTeX entry, in whatever field and form its exporter put them. */

import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier } from '../papers/types.ts';
import { withoutTrailing } from '../trim.ts';
import { addIdentifier } from './fields.ts';
import { identifierOfValue } from './named.ts';

type Field = (name: string) => string | undefined;

/** Longer than any identifier with its address and surrounding text. */
const LONGEST_FIELD = 2_000;

/** Characters that BibTeX files write as commands inside addresses. */
const SIGNS: Record<string, string> = {
  textunderscore: '_',
  textasciitilde: '~',
  textasciicircum: '^',
  textbackslash: '\\',
  textless: '<',
  textgreater: '>',
  textbar: '|',
  textendash: '-',
  textquotesingle: "'",
  textdollar: '$',
  textpercent: '%',
  textbraceleft: '{',
  textbraceright: '}',
  lt: '<',
  gt: '>',
  sim: '~',
  slash: '/',
  url: ' ',
  href: ' ',
  path: ' ',
  nolinkurl: ' ',
  burl: ' ',
  newline: ' ',
};
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

const DRESS = /\\?&(amp|lt|gt|quot);|\\([a-zA-Z]+)(?:\{\}|[ \t]+)?|\\([\s\S])(\{\})?|[{}$\\]/g;

/**
 * Undoes the TeX escaping of `text`: `a\_b`, `a{\_}b` and `a\textunderscore{}b` become a_b. The addresses in `\url{…}`
 * and `\href{…}{…}` stay, surrounded by white space.
 */
export function undressed(text: string): string {
  if (!/[\\{}$&]/.test(text)) return text;
  // `\href` has a second group, which is not part of the address.
  const apart = text.includes('\\href') ? text.replace(/\}\s*\{/g, '} {') : text;
  return apart.replace(DRESS, (_, entity?: string, word?: string, sign?: string, empty?: string) => {
    if (entity !== undefined) return ENTITIES[entity] ?? '';
    if (word !== undefined) return Object.hasOwn(SIGNS, word) ? SIGNS[word]! : '';
    if (sign === undefined || sign === '-') return '';
    return empty !== undefined || '_%&#~$^{}'.includes(sign) ? sign : ' ';
  });
}

/** Identifiers in order of trust: the fields made for them, then addresses, then notes. */
export function identifiersOf(field: Field): Identifier[] {
  const identifiers: Identifier[] = [];
  const value = (name: string): string | undefined => {
    const text = field(name);
    return text === undefined || text.length > LONGEST_FIELD ? undefined : undressed(text).trim();
  };
  /** A second identifier of the same scheme would belong to another paper. */
  const add = (found: Identifier | null): void => {
    const isKnown = identifiers.some((one) => one.scheme === found?.scheme && one.value !== found.value);
    if (!isKnown && found?.scheme !== 'local') addIdentifier(identifiers, found);
  };
  for (const name of EPRINTS) add(eprint(value(name), value));
  for (const name of DOIS) add(doi(value(name)));
  for (const name of ADDRESSES) add(address(value(name)));
  // If the volume is arXiv's, a number is an identifier.
  const isArxiv = /^(?:arxiv|corr)\b/i.test(value('journal') ?? value('journaltitle') ?? '');
  for (const name of REMARKS) add(remark(value(name) ?? '', isArxiv && NUMBERS.has(name)));
  return identifiers;
}

const EPRINTS = ['eprint', 'arxivid', 'arxiv', 'eprintid'];
const DOIS = ['doi', 'bdsk-doi'];
const ADDRESSES = ['url', 'link', 'ee', 'pdf', 'eprint', 'bdsk-url-1', 'bdsk-url-2', 'howpublished', 'note'];
const REMARKS = (
  'journal journaltitle volume number eid pages howpublished note annote publisher institution type series ' +
  'slaccitation'
).split(' ');

const NUMBERS = new Set(['volume', 'number', 'eid', 'pages']);

/** Other fields must not contradict arXiv: `eprint` is also used for papers at HAL and PubMed. */
function eprint(text: string | undefined, value: Field): Identifier | null {
  if (text === undefined) return null;
  const kind = (value('archiveprefix') ?? value('eprinttype') ?? value('archive') ?? 'arxiv').toLowerCase();
  const archive = /^(?:https?:\/\/)?(?:www\.)?arxiv/.test(kind) ? 'arxiv' : kind;
  if (/^\d{7}(?:v\d+)?$/.test(text)) {
    // Before 2007 the archive was part of the identifier; some files keep it separate.
    const named = archive === 'arxiv' ? (value('primaryclass') ?? value('eprintclass') ?? '') : archive;
    return parseIdentifier(`${named.toLowerCase()}/${text}`, 'arxiv');
  }
  if (archive !== 'arxiv' && !OLD_ARCHIVE.test(archive)) return null;
  return parseIdentifier(text, 'arxiv') ?? remark(text, true);
}

const OLD_ARCHIVE =
  /^(?:cs|math|physics|nlin|math-ph|gr-qc|quant-ph|q-[a-z]{3,4}|(?:hep|nucl)-[a-z]{2,3}|astro-ph|cond-mat)\b/;

function doi(text: string | undefined): Identifier | null {
  if (text === undefined) return null;
  // The first of several; `info:doi/…` and addresses are handled further down.
  const [, second] = [...text.matchAll(/(?<![^;,:\s])10\.\d{4,9}\//g)];
  const first = second ? text.slice(0, second.index).replace(/[;,\s]{1,9}(?:doi[:\s]{0,9})?$/i, '') : text;
  const bare = first.replace(/^(?:urn:)?doi[:=\s]*(?=10\.|https?:)/i, '');
  const whole = /^10\.\d+%2f/i.test(bare) ? bare.replace(/%2f/i, '/') : bare;
  for (const word of [whole, ...whole.split(/\s+/).slice(0, 20)]) {
    const found = identifierOfValue(word, 'doi');
    if (found) return found;
  }
  return null;
}

/** Only text that begins as an address: a key or a word of prose looks like a local name. */
function address(text: string | undefined): Identifier | null {
  if (text === undefined) return null;
  const words = text.split(/\s+/).filter((word) => word !== '');
  // The second may be the text that `\href` displays for the first.
  for (const word of words.slice(0, 3)) {
    if (!/^(?:https?:\/\/|www\.|(?:dx\.)?doi\.org\/|arxiv\.org\/)/i.test(word)) return null;
    const found = identifierOfValue(word.replace(/[.,;]$/, '')) ?? inQuery(word);
    if (found) return found;
  }
  return null;
}

/** Scopus: `…/record.uri?eid=2-s2.0-…&doi=10.1016%2fj.x.2019.01.001&partnerID=40`. */
function inQuery(word: string): Identifier | null {
  const found = /[?&]doi=([^&#]{5,300})/i.exec(word)?.[1];
  if (found === undefined) return null;
  try {
    return parseIdentifier(decodeURIComponent(found), 'doi');
  } catch {
    return null;
  }
}

/** What may precede an identifier without making it another paper's. */
const BEFORE = new Set(
  (
    'arxiv arxiv.org corr abs eprint eprints e-print e-prints preprint preprints pre-print art article page pages ' +
    'id no vol available at on from online posted as also doi url %%citation'
  ).split(' '),
);
/** And what may follow it: its class, a year, a month. */
const AFTER =
  /^(?:v\d{1,3}|(?:19|2\d)\d\d[a-z]?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}|\d{1,2}|%%|preprint|(?:cs|stat|math|physics|nlin|eess|econ|math-ph|gr-qc|quant-ph|q-[a-z]{3,4}|(?:hep|nucl)-[a-z]{2,3}|astro-ph|cond-mat)(?:\.[a-z-]{2,9})?)$/i;

/**
 * A note that contains nothing but an identifier: `arXiv preprint arXiv:2503.02130 [cs.CL], 2025`. One that only
 * mentions it ("extends arXiv:…") refers to another paper.
 *
 * @param isArxiv a bare number is one of arXiv's
 */
function remark(text: string, isArxiv = false): Identifier | null {
  if (text.length > 300) return null;
  let isIts = isArxiv;
  let found: Identifier | null = null;
  for (const part of text.split(/[\s,;]+/)) {
    const word = withoutTrailing(part.replace(/^[([]+/, ''), '.:=');
    const bare = /[([]/.test(word) ? word : withoutTrailing(word, ')].');
    if (bare === '') continue;
    if (found) {
      if (!AFTER.test(bare)) return null;
    } else if (BEFORE.has(bare.toLowerCase())) isIts ||= /^(?:arxiv|corr)/i.test(bare);
    else {
      found = idOf(bare, isIts);
      if (!found) return null;
    }
  }
  return found;
}

function idOf(word: string, isArxiv: boolean): Identifier | null {
  if (/^10\.\d{4,9}\//.test(word)) return parseIdentifier(word, 'doi');
  if (/^https?:\/\//i.test(word)) return identifierOfValue(word);
  const id = word.replace(/^(?:arxiv:)?(?:abs\/|id:)/i, 'arxiv:');
  if (/^(?:arxiv|doi):/i.test(id)) return parseIdentifier(id);
  // Without a prefix, only the old form is unambiguous (`hep-th/9901001`); 2503.02130 may be a page.
  return isArxiv || /^[a-z-]+(?:\.[a-z]{2})?\/\d{7}/i.test(word) ? parseIdentifier(word, 'arxiv') : null;
}
