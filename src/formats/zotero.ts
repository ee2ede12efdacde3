/**
 * Zotero's own exports: Zotero RDF, which keeps the most, and its CSV. Its BibTeX, RIS and CSL-JSON exports are read by
 * the readers of these formats. Notes, attachments and collections are not papers and are skipped.
 */
import type { Identifier, PaperRecord, Parsed, Source } from '../papers/types.ts';
import { type Bytes, utf8 } from './bytes.ts';
import {
  addIdentifier,
  authorName,
  compact,
  LIMITS,
  linksIn,
  orLocal,
  proseField,
  textField,
  titleField,
} from './fields.ts';
import { withoutMarkup } from './inline-markup.ts';
import { bestDate } from './loose-date.ts';
import { identifierOfRemark, identifierOfValue } from './named.ts';
import { attempt } from './record.ts';
import { printedNames } from './ris.ts';
import { MAX_PIECE } from './split.ts';
import { splitCsv } from './split-csv.ts';
import { Unfit } from './text.ts';

export interface ZoteroOptions {
  source?: Source;
  maxPiece?: number;
}

/** What both exports say about an item, in Zotero's terms. */
export interface ZoteroItem {
  title: string | undefined;
  /** As printed. */
  authors: string[];
  abstract?: string | undefined;
  /** Dates as written, best first. */
  dates: (string | undefined)[];
  doi?: string | undefined;
  /** Other fields that may contain an identifier. */
  named: string[];
  url?: string | undefined;
  /** The field "Extra": lines written by people and translators, `arXiv:2503.02130 [cs]`. */
  extra?: string | undefined;
  keywords: string[];
  journal?: string | undefined;
  licence?: string | undefined;
}

/** Item types that are not papers. */
export const NO_PAPERS = new Set(['attachment', 'note', 'annotation']);

/** The record of an item. Throws `Unfit` if it is not a paper. */
export function zoteroRecord(item: ZoteroItem, source: Source): PaperRecord {
  const text = (value: string | undefined): string | undefined => value && withoutMarkup(value);
  const title = titleField(text(item.title));
  const authors = item.authors.filter((name) => name !== '');
  if (authors.length > LIMITS.authors) throw new Unfit('more than 10,000 authors');
  const date = bestDate(item.dates);
  const links = linksIn(item.abstract, item.extra, item.url);
  const keywords = item.keywords
    .map((word) => textField(text(word), 'keywords', LIMITS.line))
    .filter((word) => word !== undefined);
  return compact({
    source,
    identifiers: orLocal(identifiersOf(item), title, authors, date?.day),
    title,
    abstract: proseField(text(item.abstract), 'abstract', LIMITS.abstract),
    authors: authors.length > 0 ? authors : undefined,
    keywords: keywords.length > 0 ? [...new Set(keywords)].slice(0, LIMITS.list) : undefined,
    published: date?.day,
    publishedPrecision: date?.precision,
    links: links.length > 0 ? links : undefined,
    journal: proseField(text(item.journal), 'journal', LIMITS.line),
    licence: textField(item.licence, 'licence', LIMITS.line),
  });
}

function identifiersOf({ doi, named, url, extra }: ZoteroItem): Identifier[] {
  const identifiers: Identifier[] = [];
  if (doi !== undefined) addIdentifier(identifiers, identifierOfValue(doi, 'doi'));
  const others = [
    ...[...named, url ?? ''].map((value) => identifierOfValue(value)),
    ...(extra?.slice(0, LIMITS.note).split(/[\r\n]+/) ?? []).map(identifierOfRemark),
  ];
  for (const found of others) {
    // A second identifier of a scheme would belong to another paper.
    if (!identifiers.some((one) => one.scheme === found?.scheme)) addIdentifier(identifiers, found);
  }
  return identifiers;
}

/** Whether a file with this beginning is Zotero's CSV: its first line has Zotero's columns. */
export function looksLikeZoteroCsv(head: string): boolean {
  const line = /^[^\r\n]*/.exec(head)?.[0] ?? '';
  return /(?:^|,)"?Item Type"?(?:,|$)/.test(line) && /(?:^|,)"?Title"?(?:,|$)/.test(line);
}

/** Every item of Zotero's CSV. */
export async function* readZoteroCsv(
  bytes: Bytes,
  name: string,
  { source = 'zotero', maxPiece = MAX_PIECE }: ZoteroOptions = {},
): AsyncGenerator<Parsed> {
  let columns: Map<string, number> | undefined;
  for await (const { line, cells, trouble } of splitCsv(bytes, maxPiece)) {
    const where = `${name}:${line}`;
    if (trouble !== undefined) {
      const reasons = {
        long: `longer than ${Math.round(maxPiece / 1024 / 1024)} MB`,
        cut: 'the file ends in the middle of the row',
      };
      yield { ok: false, where, reason: reasons[trouble] };
      continue;
    }
    if (!columns) {
      columns = new Map(cells.map((cell, place) => [cell.toString('utf8').trim().toLowerCase(), place]));
      continue;
    }
    const places = columns;
    const cell = (column: string): Buffer | undefined => cells[places.get(column) ?? -1];
    if (NO_PAPERS.has(cell('item type')?.toString('utf8').trim() ?? '')) continue;
    yield attempt(where, () =>
      fromCsvRow((column) => {
        const found = cell(column);
        return found === undefined ? undefined : utf8(found).trim() || undefined;
      }, source),
    );
  }
}

function fromCsvRow(cell: (column: string) => string | undefined, source: Source): PaperRecord {
  const parted = (column: string): string[] =>
    cell(column)
      ?.split(';')
      .map((part) => part.trim()) ?? [];
  return zoteroRecord(
    {
      title: cell('title'),
      authors: printedNames(cell('author') ?? ''),
      abstract: cell('abstract note'),
      dates: [cell('date'), cell('publication year')],
      doi: cell('doi'),
      named: ['number', 'archive location', 'call number'].map((column) => cell(column) ?? ''),
      url: cell('url'),
      extra: cell('extra'),
      keywords: [...parted('manual tags'), ...parted('automatic tags')],
      journal: cell('publication title') ?? cell('conference name') ?? cell('meeting name'),
      licence: cell('rights'),
    },
    source,
  );
}

/** A group's name is a single part. */
export const groupOrPerson = (family: string | undefined, given: string | undefined): string =>
  authorName([given, family].filter((part) => part !== undefined && part !== '').join(' '));
