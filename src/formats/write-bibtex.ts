/** A paper as BibTeX and as RIS: plain text for reference managers. UTF-8 stays; formulas stay formulas. */
import { formatIdentifier } from '../papers/identifiers.ts';
import type { Identifier, Paper } from '../papers/types.ts';
import { arxivDoi, identifierOf, paperUrl } from './address.ts';
import { bibtexKey } from './cite-key.ts';
import { kindOf } from './kind.ts';
import { splitMath } from './maths.ts';
import { familyFirst, splitName } from './names.ts';
import { onlyShows } from './tex-commands.ts';

const BIBTEX_TYPES = { preprint: 'misc', journalArticle: 'article', conferencePaper: 'inproceedings' };
/** Zotero does not know UNPB and turns it into a journal article. */
const RIS_TYPES = { preprint: 'MANSCPT', journalArticle: 'JOUR', conferencePaper: 'CPAPER' };

/** One entry. `site` is this site's address, used if the paper has no other. */
export function toBibtex(paper: Paper, site?: string): string {
  const arxiv = identifierOf(paper, 'arxiv');
  const doi = identifierOf(paper, 'doi');
  const fields: [string, string | undefined][] = [
    ['title', braced(paper.title)],
    ['author', authorList(paper)],
    ['journal', paper.journal === null ? undefined : escapeTex(paper.journal)],
    ...dateFields(paper),
    ['eprint', arxiv && verbatim(versioned(arxiv))],
    ['archivePrefix', arxiv && 'arXiv'],
    // BibLaTeX's name for it; Zotero keeps the number only if it finds this.
    ['eprinttype', arxiv && 'arxiv'],
    ['primaryClass', arxiv && paper.categories[0] && verbatim(paper.categories[0])],
    ['doi', doi ? verbatim(doi.value) : arxiv && arxivDoi(arxiv)],
    ['url', verbatim(paperUrl(paper, site) ?? '') || undefined],
    ['keywords', paper.keywords.length > 0 ? escapeTex(paper.keywords.join(', ')) : undefined],
    ['abstract', paper.abstract === null ? undefined : escapeTex(paper.abstract)],
    ['note', paper.note === null ? undefined : escapeTex(paper.note)],
    ['identifiers', isExpressed(paper.identifiers) ? undefined : identifierList(paper.identifiers)],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}},\n`]));
  return `@${BIBTEX_TYPES[kindOf(paper)]}{${bibtexKey(paper)},\n${lines.join('')}}\n`;
}

/** Braces around words with capitals, so that styles do not lower-case them; double braces protect the whole value. */
const braced = (title: string): string => `{${escapeTex(title)}}`;

function dateFields({ published, publishedPrecision }: Paper): [string, string | undefined][] {
  if (published === null) return [];
  const month = publishedPrecision === 'year' ? undefined : String(Number(published.slice(5, 7)));
  const day = publishedPrecision === 'day' ? String(Number(published.slice(8, 10))) : undefined;
  return [
    ['year', published.slice(0, 4)],
    ['month', month],
    ['day', day],
  ];
}

/** Names that BibTeX would split wrongly get braces of their own. */
function authorList({ authors, authorsCount }: Paper): string | undefined {
  if (authors.length === 0) return undefined;
  const names = authors.map((name) => {
    const plain =
      /^[\p{L}\p{M}.'’ -]+$/u.test(name) &&
      !splitName(name).literal &&
      !/\b(?:and|others|et al)\b/i.test(name);
    return plain ? familyFirst(name) : `{${escapeTex(name)}}`;
  });
  if (authorsCount !== null && authorsCount > authors.length) names.push('others');
  return names.join(' and ');
}

const versioned = ({ value, version }: Identifier): string =>
  version === undefined ? value : `${value}v${version}`;

/** Whether `eprint` and `doi` alone express all of `identifiers`, in their order. */
function isExpressed(identifiers: Identifier[]): boolean {
  const schemes = identifiers.map((one) => one.scheme).join(' ');
  return (
    ['arxiv', 'doi', 'arxiv doi'].includes(schemes) && !identifiers.some(({ value }) => /[{}\\]/.test(value))
  );
}

const identifierList = (identifiers: Identifier[]): string =>
  identifiers.map((one) => escapeTex(formatIdentifier(one))).join(' ');

/** Fields that reference managers read literally must not contain anything that would end them. */
const verbatim = (text: string): string => text.replace(/[{}\\]/g, (sign) => encodeURIComponent(sign));

const ESCAPES: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '{': '\\{',
  '}': '\\}',
};

/** Escapes TeX's special characters outside formulas; a formula that is unbalanced or does more than show signs is plain text. */
export function escapeTex(text: string): string {
  return splitMath(text)
    .map((part) => (part.math ? escapeMaths(part.text) : undefined) ?? escapeWords(part.text))
    .join('');
}

/** A per cent sign would comment out the rest, and BibTeX counts the braces of `\{` as well. */
function escapeMaths(formula: string): string | undefined {
  if (!onlyShows(formula)) return undefined;
  const safe = formula.replace(/\\[\s\S]|[%#]/g, (sign) => (sign.length === 1 ? `\\${sign}` : sign));
  if (balanced(safe)) return safe;
  const named = safe.replace(/\\([\s\S])/g, (found, sign: string) => MATHS_BRACES[sign] ?? found);
  return balanced(named) ? named : undefined;
}

const MATHS_BRACES: Record<string, string> = { '{': '\\lbrace{}', '}': '\\rbrace{}' };

function escapeWords(text: string): string {
  const escaped = text
    .replace(/\\\$|[\\~^{}%&#_$]/g, (sign) => (sign === '\\$' ? sign : (ESCAPES[sign] ?? `\\${sign}`)))
    // It would be taken for markup when read back.
    .replace(/<(?=\/?[a-z])/gi, '{<}')
    .replace(/\\&(?=(?:\\#)?[a-z\d]{1,10};)/gi, '\\&{}');
  // A lone `\{` would unbalance the entry, because BibTeX counts escaped braces too.
  return balanced(escaped) ? escaped : escaped.replace(/\\([{}])/g, (_, brace) => BRACE_NAMES[brace] ?? '');
}

const BRACE_NAMES: Record<string, string> = { '{': '\\textbraceleft{}', '}': '\\textbraceright{}' };

function balanced(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === '{') depth++;
    else if (sign === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/** RIS: two letters, two spaces, a hyphen and a space; one line per value. */
export function toRis(paper: Paper, site?: string): string {
  const lines: string[] = [];
  const add = (tag: string, value: string | null | undefined): void => {
    if (value) lines.push(`${tag}  - ${value.replace(/\s+/g, ' ')}`);
  };
  const arxiv = identifierOf(paper, 'arxiv');
  const doi = identifierOf(paper, 'doi');
  const kind = kindOf(paper);
  add('TY', RIS_TYPES[kind]);
  add('ID', bibtexKey(paper));
  add('TI', paper.title);
  for (const name of paper.authors) {
    const { family, given } = splitName(name);
    add('AU', given === '' ? family : `${family}, ${given}`);
  }
  add('PY', paper.published?.slice(0, 4));
  if (paper.publishedPrecision === 'day') add('DA', paper.published?.replaceAll('-', '/'));
  add('JO', paper.journal);
  add('AB', paper.abstract);
  for (const word of paper.keywords) add('KW', word);
  add('DO', doi?.value ?? (arxiv && arxivDoi(arxiv)));
  if (arxiv) {
    add('DB', 'arXiv');
    add('AN', formatIdentifier(arxiv).replace('arxiv:', 'arXiv:'));
    if (kind === 'preprint') add('M3', 'preprint');
  }
  add('UR', paperUrl(paper, site));
  for (const link of paper.links) add(link.kind === 'code' ? 'L2' : 'L3', link.url);
  add('N1', paper.note);
  return `${lines.join('\r\n')}\r\nER  - \r\n`;
}
