/** Papers into file formats. Pure: the same paper always gives the same text. */
import { stringify } from 'csv-stringify/sync';
import { formatIdentifier } from '../papers/identifiers.ts';
import {
  type Day,
  type Figure,
  type Identifier,
  type Link,
  type Organization,
  type Paper,
  type Repositories,
  SCHEMES,
} from '../papers/types.ts';
import { arxivDoi, identifierOf, paperUrl } from './address.ts';
import { bibtexKey } from './cite-key.ts';
import { kindOf } from './kind.ts';
import { splitName } from './names.ts';

export { identifierUrl, paperUrl } from './address.ts';
export { bibtexKey } from './cite-key.ts';
export { toBibtex, toRis } from './write-bibtex.ts';

export interface CslItem {
  id: string;
  type: 'article' | 'article-journal' | 'paper-conference';
  title: string;
  author?: ({ family: string; given: string } | { literal: string })[];
  issued?: { 'date-parts': number[][] };
  'container-title'?: string;
  abstract?: string;
  keyword?: string;
  note?: string;
  archive?: string;
  archive_location?: string;
  publisher?: string;
  number?: string;
  DOI?: string;
  URL?: string;
  'citation-key': string;
  /** All identifiers, which have no place in CSL. */
  custom: { identifiers: string[] };
}

const CSL_TYPES = {
  preprint: 'article',
  journalArticle: 'article-journal',
  conferencePaper: 'paper-conference',
} as const;

/** One item of CSL-JSON. Reading it back gives the same paper. */
export function toCsl(paper: Paper, site?: string): CslItem {
  const arxiv = identifierOf(paper, 'arxiv');
  const doi = identifierOf(paper, 'doi');
  const url = paperUrl(paper, site);
  const key = bibtexKey(paper);
  return {
    // Pandoc and citation.js use it for citations.
    id: key,
    type: CSL_TYPES[kindOf(paper)],
    title: paper.title,
    ...(paper.authors.length > 0 && { author: paper.authors.map(cslName) }),
    ...(paper.published !== null && { issued: { 'date-parts': [dateParts(paper, paper.published)] } }),
    ...(paper.journal !== null && { 'container-title': paper.journal }),
    ...(paper.abstract !== null && { abstract: paper.abstract }),
    ...(paper.keywords.length > 0 && { keyword: paper.keywords.join(', ') }),
    ...(paper.note !== null && { note: paper.note }),
    ...(arxiv && { archive: 'arXiv', archive_location: formatIdentifier(arxiv).slice('arxiv:'.length) }),
    ...(arxiv && paper.journal === null && { publisher: 'arXiv', number: `arXiv:${arxiv.value}` }),
    ...((doi ?? arxiv) && { DOI: doi?.value ?? arxivDoi(arxiv!) }),
    ...(url !== null && { URL: url }),
    'citation-key': key,
    custom: { identifiers: paper.identifiers.map(formatIdentifier) },
  };
}

function cslName(name: string): { family: string; given: string } | { literal: string } {
  const { family, given, literal } = splitName(name);
  return literal ? { literal: family } : { family, given };
}

function dateParts({ publishedPrecision }: Paper, published: Day): number[] {
  const parts = published.split('-').map(Number);
  return publishedPrecision === 'day' ? parts : parts.slice(0, publishedPrecision === 'month' ? 2 : 1);
}

/** The site's counts for a paper by where they were counted. */
export interface Tally {
  source: string;
  upvotes: number;
}

export interface ExportExtras {
  tallies?: Tally[];
}

export interface ExportLine {
  id: string;
  title: string;
  summary: string | null;
  /** The language model that wrote `summary`. */
  summaryModel: string | null;
  abstract: string | null;
  authors: string[];
  authorsCount: number | null;
  organization: Organization | null;
  organizations: Organization[];
  categories: string[];
  keywords: string[];
  published: Day | null;
  publishedPrecision: string | null;
  /** To the millisecond, if the source gave the time. */
  publishedAt: string | null;
  updated: Day | null;
  announced: Day | null;
  listed: Day | null;
  late: boolean;
  submittedBy: { name: string; user: string | null } | null;
  identifiers: string[];
  links: { kind: string; url: string; stars: number | null; licence: string | null }[];
  repositories: Repositories | null;
  figures: Figure[];
  note: string | null;
  journal: string | null;
  licence: string | null;
  withdrawn: boolean;
  upvotes: number;
  comments: number;
  citations: number | null;
  tallies: Tally[];
}

/**
 * One line of the export, with every field in this order and null for unknown values. Authors, categories and links
 * keep their order, which has meaning; identifiers (best scheme first) and tallies are sorted.
 */
export function toExport(paper: Paper, extras: ExportExtras = {}): ExportLine {
  return {
    id: paper.id,
    title: paper.title,
    summary: paper.summary,
    summaryModel: paper.summaryModel,
    abstract: paper.abstract,
    authors: paper.authors,
    authorsCount: paper.authorsCount,
    organization: paper.organizations[0] ? organization(paper.organizations[0]) : null,
    organizations: paper.organizations.map(organization),
    categories: paper.categories,
    keywords: paper.keywords,
    published: paper.published,
    publishedPrecision: paper.published === null ? null : paper.publishedPrecision,
    publishedAt: paper.publishedAt === null ? null : new Date(paper.publishedAt).toISOString(),
    updated: paper.updated,
    announced: paper.announced,
    listed: paper.listed,
    late: paper.late,
    submittedBy: paper.submittedBy && { name: paper.submittedBy.name, user: paper.submittedBy.user ?? null },
    identifiers: paper.identifiers.toSorted(byScheme).map(formatIdentifier),
    links: paper.links.map(link),
    repositories: paper.repositories,
    figures: paper.figures.map(({ value, measure }) => ({ value, measure })),
    note: paper.note,
    journal: paper.journal,
    licence: paper.licence,
    withdrawn: paper.withdrawn,
    upvotes: paper.upvotes,
    comments: paper.comments,
    citations: paper.citations,
    tallies: (extras.tallies ?? [])
      .map(({ source, upvotes }) => ({ source, upvotes }))
      .sort((a, b) => byCode(a.source, b.source)),
  };
}

const organization = ({ slug, name }: Organization): Organization => ({ slug, name });
const link = ({ kind, url, stars, licence }: Link): ExportLine['links'][number] => ({
  kind,
  url,
  stars: stars ?? null,
  licence: licence ?? null,
});

/** By character code, which does not depend on the machine's language. */
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byScheme = (a: Identifier, b: Identifier): number =>
  SCHEMES.indexOf(a.scheme) - SCHEMES.indexOf(b.scheme) || byCode(a.value, b.value);

const COLUMNS = {
  id: (p: Paper) => p.id,
  title: (p: Paper) => p.title,
  authors: (p: Paper) => p.authors.join('; '),
  authorsCount: (p: Paper) => p.authorsCount,
  organizations: (p: Paper) => p.organizations.map((one) => one.name).join('; '),
  categories: (p: Paper) => p.categories.join(' '),
  keywords: (p: Paper) => p.keywords.join('; '),
  published: (p: Paper) => p.published,
  announced: (p: Paper) => p.announced,
  listed: (p: Paper) => p.listed,
  upvotes: (p: Paper) => p.upvotes,
  comments: (p: Paper) => p.comments,
  citations: (p: Paper) => p.citations,
  arxiv: (p: Paper) => identifierOf(p, 'arxiv')?.value,
  doi: (p: Paper) => identifierOf(p, 'doi')?.value,
  code: (p: Paper) => p.links.find((one) => one.kind === 'code')?.url,
  url: (p: Paper) => paperUrl(p),
  journal: (p: Paper) => p.journal,
  note: (p: Paper) => p.note,
  summary: (p: Paper) => p.summary,
  abstract: (p: Paper) => p.abstract,
};

export const CSV_COLUMNS = Object.keys(COLUMNS);

/**
 * A header and one row per paper, with line endings as in RFC 4180. A cell that a spreadsheet would take for a formula
 * (it begins with `=`, `+`, `-`, `@`, a tab or a line break) gets an apostrophe in front: a title must not run on the
 * reader's machine.
 */
export function toCsv(papers: Iterable<Paper>, { header = true } = {}): string {
  const rows = Array.from(papers, (paper) => Object.values(COLUMNS).map((cell) => cell(paper) ?? ''));
  return stringify(rows, { header, columns: CSV_COLUMNS, record_delimiter: '\r\n', escape_formulas: true });
}
