/** The machine-readable part of a paper's page: Zotero's citation tags and schema.org's JSON-LD. */
import { arxivDoi, identifierOf } from '../../formats/address.ts';
import { kindOf } from '../../formats/kind.ts';
import { familyFirst } from '../../formats/names.ts';
import type { Paper } from '../../papers/types.ts';
import { stampPublished } from '../../present/dates.ts';
import { texToPlain } from '../../present/tex.tsx';
import { identifierLink, paperPath, pdfLink } from '../../present/urls.ts';
import { meta } from '../parts/document.tsx';

/** Tags for the head of a paper's page, as safe HTML. */
export function paperHead(paper: Paper, base: string): string {
  return `${citation(paper, base).join('\n')}\n${jsonLd(scholarlyArticle(paper, base))}`;
}

function citation(paper: Paper, base: string): string[] {
  const value = (scheme: string) => paper.identifiers.find((id) => id.scheme === scheme)?.value;
  const arxiv = identifierOf(paper, 'arxiv');
  const type = kindOf(paper);
  const tags: [string, string | null | undefined][] = [
    ['citation_title', texToPlain(paper.title)],
    ...paper.authors.map((name): [string, string] => ['citation_author', familyFirst(texToPlain(name))]),
    ['citation_publication_date', stampPublished(paper).replaceAll('-', '/')],
    ['citation_online_date', paper.announced?.replaceAll('-', '/')],
    ['citation_doi', value('doi') ?? (arxiv && arxivDoi(arxiv))],
    ['citation_arxiv_id', arxiv?.value],
    ['citation_publisher', type === 'preprint' && arxiv ? 'arXiv' : null],
    // Zotero's own fields: from the tags above alone, it takes everything for a journal article.
    ['z:itemType', type],
    [type === 'preprint' ? 'z:archiveID' : 'z:extra', arxiv && `arXiv:${arxiv.value}`],
    ['citation_journal_title', paper.journal],
    ['citation_pdf_url', pdfLink(paper)],
    ['citation_abstract_html_url', base + paperPath(paper)],
    ['citation_abstract', paper.abstract],
    ['citation_keywords', paper.keywords.join('; ')],
  ];
  return tags
    .filter((tag): tag is [string, string] => Boolean(tag[1]))
    .map(([name, content]) => meta(name, content));
}

/** Readers of JSON-LD treat an empty list as an error: leave it out instead. */
const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

function scholarlyArticle(paper: Paper, base: string): object {
  const url = base + paperPath(paper);
  return {
    '@context': 'https://schema.org',
    '@type': 'ScholarlyArticle',
    '@id': url,
    url,
    headline: texToPlain(paper.title),
    name: texToPlain(paper.title),
    author: some(paper.authors.map((name) => ({ '@type': 'Person', name: texToPlain(name) }))),
    abstract: paper.abstract ?? undefined,
    description: paper.summary ?? undefined,
    datePublished: stampPublished(paper) || undefined,
    dateModified: paper.updated ?? undefined,
    keywords: paper.keywords.length > 0 ? paper.keywords.join(', ') : undefined,
    license: paper.licence ?? undefined,
    identifier: paper.identifiers.map((id) => ({
      '@type': 'PropertyValue',
      propertyID: id.scheme,
      value: id.value,
    })),
    sameAs: paper.identifiers.flatMap((id) => identifierLink(id)?.href ?? []),
    sourceOrganization: some(paper.organizations.map((o) => ({ '@type': 'Organization', name: o.name }))),
  };
}

/** JSON inside a script element: nothing in it may end the element or start a comment. */
export function jsonLd(value: object): string {
  const json = JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `<script type="application/ld+json">${json}</script>`;
}
