/**
 * A paper as Zotero RDF, which Zotero reads most precisely: it is the only format Zotero accepts for a list of papers
 * that can say something is a preprint.
 */
import type { Paper } from '../papers/types.ts';
import { arxivDoi, identifierOf, paperUrl } from './address.ts';
import { kindOf } from './kind.ts';
import { splitName } from './names.ts';
import { XML_HEAD, xmlAttribute, xmlElement } from './write-xml.ts';

const NAMESPACES = {
  'xmlns:rdf': 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  'xmlns:z': 'http://www.zotero.org/namespaces/export#',
  'xmlns:bib': 'http://purl.org/net/biblio#',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  'xmlns:dcterms': 'http://purl.org/dc/terms/',
  'xmlns:foaf': 'http://xmlns.com/foaf/0.1/',
};

/** The whole document for one paper. `site`: its address, for papers that have no other. */
export function toZoteroRdf(paper: Paper, site: string): string {
  const type = kindOf(paper);
  const arxiv = identifierOf(paper, 'arxiv');
  const doi = identifierOf(paper, 'doi');
  const some = (name: string, value: string | null | undefined): string =>
    value ? xmlElement(name, value) : '';
  const root = Object.entries(NAMESPACES).map(([name, value]) => ` ${name}="${value}"`);
  const url = paperUrl(paper, site)!;
  return (
    `${XML_HEAD}<rdf:RDF${root.join('')}>\n<rdf:Description rdf:about="${xmlAttribute(url)}">\n` +
    xmlElement('z:itemType', type) +
    authors(paper.authors) +
    xmlElement('dc:title', paper.title) +
    some('dcterms:abstract', paper.abstract) +
    some('dc:date', dateOf(paper)) +
    some('z:DOI', doi?.value ?? (arxiv && arxivDoi(arxiv))) +
    xmlElement('z:url', url) +
    some('z:publicationTitle', paper.journal) +
    (arxiv && type === 'preprint' ? xmlElement('z:repository', 'arXiv') : '') +
    some(type === 'preprint' ? 'z:archiveID' : 'z:extra', arxiv && `arXiv:${arxiv.value}`) +
    paper.keywords.map((word) => xmlElement('dc:subject', word)).join('') +
    `</rdf:Description>\n</rdf:RDF>\n`
  );
}

function authors(names: string[]): string {
  if (names.length === 0) return '';
  const people = names.map((name) => {
    const { family, given } = splitName(name);
    const parts =
      xmlElement('foaf:surname', family) + (given === '' ? '' : xmlElement('foaf:givenName', given));
    return `<rdf:li><foaf:Person>\n${parts}</foaf:Person></rdf:li>\n`;
  });
  return `<bib:authors><rdf:Seq>\n${people.join('')}</rdf:Seq></bib:authors>\n`;
}

/** As precise as it is known. */
const dateOf = ({ published, publishedPrecision }: Paper): string | undefined =>
  published?.slice(0, { day: 10, month: 7, year: 4 }[publishedPrecision]);
