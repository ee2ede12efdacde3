/** A paper in the formats for harvesting: Dublin Core, and arXiv's own, which splits names. */
import { identifierUrl } from '../../formats/address.ts';
import { splitName } from '../../formats/names.ts';
import { parseIdentifier } from '../../papers/identifiers.ts';
import type { Paper } from '../../papers/types.ts';
import { around, element } from './xml.ts';

export interface MetadataFormat {
  prefix: string;
  schema: string;
  namespace: string;
  /** Whether there can be a record of the paper with this id. */
  has(id: string): boolean;
  /** @param url where the paper is on this site */
  write(paper: Paper, url: string): string;
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** Dates are as precise as they are known: `2026-06` is a month. */
const LENGTHS = { day: 10, month: 7, year: 4 };

const DUBLIN_CORE: MetadataFormat = {
  prefix: 'oai_dc',
  schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
  namespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
  has: () => true,
  write(paper, url) {
    const elsewhere = paper.identifiers.flatMap((one) => identifierUrl(one) ?? []);
    const parts: [string, string | null][] = [
      ['title', paper.title],
      ...paper.authors.map((name): [string, string] => ['creator', name]),
      ...[...paper.categories, ...paper.keywords].map((one): [string, string] => ['subject', one]),
      ['description', paper.abstract],
      ['description', paper.summary],
      ['description', paper.note],
      ['description', paper.withdrawn ? 'Withdrawn by its authors.' : null],
      ['date', paper.published?.slice(0, LENGTHS[paper.publishedPrecision]) ?? null],
      ['date', paper.updated],
      ['type', 'text'],
      ...[url, ...elsewhere].map((one): [string, string] => ['identifier', one]),
      ['source', paper.journal],
      ...paper.links.map((link): [string, string] => ['relation', link.url]),
      ['rights', paper.licence],
    ];
    const inner = parts.map(([name, text]) => element(`dc:${name}`, text)).join('');
    return (
      `<oai_dc:dc xmlns:oai_dc="${this.namespace}" xmlns:dc="http://purl.org/dc/elements/1.1/" ${XSI} ` +
      `xsi:schemaLocation="${this.namespace} ${this.schema}">\n${inner}</oai_dc:dc>\n`
    );
  },
};

const ARXIV: MetadataFormat = {
  prefix: 'arXiv',
  schema: 'http://arxiv.org/OAI/arXiv.xsd',
  namespace: 'http://arxiv.org/OAI/arXiv/',
  has: (id) => arxivId(id) !== undefined,
  write(paper) {
    const doi = paper.identifiers.filter(({ scheme }) => scheme === 'doi').map(({ value }) => value);
    const inner = [
      element('id', arxivId(paper.id)),
      element('created', paper.publishedPrecision === 'day' ? paper.published : null),
      element('updated', paper.updated),
      paper.authors.length > 0 ? around('authors', paper.authors.map(author).join('')) : '',
      element('title', paper.title),
      element('categories', paper.categories.join(' ')),
      element('comments', paper.note),
      element('journal-ref', paper.journal),
      element('doi', doi.join(' ')),
      element('license', paper.licence),
      element('abstract', paper.abstract),
    ].join('');
    return (
      `<arXiv xmlns="${this.namespace}" ${XSI} xsi:schemaLocation="${this.namespace} ${this.schema}">\n` +
      `${inner}</arXiv>\n`
    );
  },
};

function author(name: string): string {
  const { family, given } = splitName(name);
  return around('author', element('keyname', family) + element('forenames', given));
}

/** A paper with an arXiv identifier has it as its id. */
function arxivId(id: string): string | undefined {
  const found = parseIdentifier(id, 'arxiv');
  return found?.value === id ? id : undefined;
}

export const FORMATS: MetadataFormat[] = [DUBLIN_CORE, ARXIV];

export const formatOf = (prefix: string): MetadataFormat | undefined =>
  FORMATS.find((format) => format.prefix === prefix);
