/** A paper as an entry of a feed. */
import type { PaperPicture } from '../../community/pictures.ts';
import type { Library } from '../../papers/library.ts';
import type { Day, Paper } from '../../papers/types.ts';
import { stampPublished } from '../../present/dates.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import {
  authorPath,
  identifierLink,
  isWebLink,
  linkName,
  paperPath,
  pdfLink,
  picturePath,
} from '../../present/urls.ts';
import { type Entry, type FeedLink, newestOf } from './feed.ts';

/** Authors named individually; collaborations have thousands. */
const MOST_AUTHORS = 100;
const MOST_LINKS = 20;
const MOST_TAGS = 50;

const midnight = (day: Day): string => `${day}T00:00:00.000Z`;

/**
 * The entry. Everything in it is the paper's own: votes and ranks are not, so it does not change when they move.
 *
 * @param base origin of the site, without a trailing slash
 * @param pictures that were submitted with it
 */
export function entryOf(paper: Paper, base: string, pictures: readonly PaperPicture[] = []): Entry {
  const url = base + paperPath(paper.id.toWellFormed());
  const published = publishedOf(paper);
  const revised = paper.updated === null ? null : midnight(paper.updated);
  const links = linksOf(paper);
  return {
    id: url,
    url,
    title: `${paper.withdrawn ? 'Withdrawn: ' : ''}${plain(paper.title) || paper.id}`,
    html: [htmlOf(paper, links), ...pictures.map((one) => pictureOf(one, base))].join('\n'),
    summary: paper.summary,
    authors: paper.authors.slice(0, MOST_AUTHORS).flatMap((printed) => {
      const name = plain(printed);
      const path = authorPath(printed.toWellFormed());
      return name === '' ? [] : [{ name, url: path && base + path }];
    }),
    tags: [...new Set([...paper.categories, ...paper.keywords].map(plain).filter(Boolean))].slice(
      0,
      MOST_TAGS,
    ),
    links,
    published,
    updated: newestOf([published, revised]),
  };
}

/** Text on one line, as it is read. */
const plain = (text: string): string => texToPlain(text.toWellFormed());

/**
 * When readers of this site first saw it: the day of its edition, otherwise its announcement, otherwise its own date. A
 * day begins at midnight in UTC, which is after its edition has opened anywhere west of it.
 */
function publishedOf({ listed, announced, published, publishedAt }: Paper): string | null {
  const day = listed ?? announced;
  if (day !== null) return midnight(day);
  if (publishedAt !== null) return new Date(publishedAt).toISOString();
  return published === null ? null : midnight(published);
}

/** Its page at the source and related links. Invalid addresses are left out. */
function linksOf(paper: Paper): FeedLink[] {
  const links: FeedLink[] = [];
  for (const identifier of paper.identifiers) {
    const found = identifierLink(identifier);
    const rel = links.length === 0 ? 'via' : 'related';
    if (found) links.push({ rel, href: found.href, title: found.label });
  }
  const pdf = pdfLink(paper);
  if (pdf) links.push({ rel: 'related', href: pdf, title: 'PDF' });
  const says = { code: 'Code', project: 'Project', media: 'Media' };
  for (const { kind, url } of paper.links) {
    if (!isWebLink(url) || !URL.canParse(url)) continue;
    links.push({ rel: 'related', href: strict(new URL(url)), title: `${says[kind]}: ${linkName(url)}` });
  }
  return [...new Map(links.map((link) => [link.href, link])).values()].slice(0, MOST_LINKS);
}

/** The address in RFC 3986's characters: browsers leave some others in it, which no schema accepts. */
const strict = ({ origin, pathname, search, hash }: URL): string =>
  origin + (pathname + search + hash).replace(/[[\]\\^`{|}]/g, encodeURIComponent);

/** The whole abstract, with TeX as written: some readers set it, all show it. */
function htmlOf(paper: Paper, links: FeedLink[]): string {
  const parts: string[] = [];
  if (paper.withdrawn) parts.push('<p><b>Withdrawn.</b> This paper has been withdrawn or retracted.</p>');
  const by = authorsOf(paper);
  if (by !== '') parts.push(`<p>${escapeHtml(by)}</p>`);
  // Isolated text direction: what one text leaves open must not turn what follows it.
  const account = (paper.abstract ?? paper.summary ?? '').toWellFormed();
  for (const paragraph of account.split(/\n\s*\n/))
    if (paragraph.trim() !== '') parts.push(`<p dir="auto">${escapeHtml(paragraph.trim())}</p>`);
  const facts = [stampPublished(paper), paper.journal, paper.note].flatMap((fact) => fact?.trim() || []);
  if (facts.length > 0) parts.push(`<p>${escapeHtml(facts.join(' · ').toWellFormed())}</p>`);
  const anchors = links.map(({ href, title }) => `<a href="${escapeHtml(href)}">${escapeHtml(title)}</a>`);
  if (anchors.length > 0) parts.push(`<p>${anchors.join(' · ')}</p>`);
  return parts.join('\n');
}

const pictureOf = ({ id, alt, width, height }: PaperPicture, base: string): string =>
  `<p><img src="${escapeHtml(base + picturePath(id))}" alt="${escapeHtml(alt.toWellFormed())}" width="${width}" height="${height}"></p>`;

/**
 * The entries of papers, in their order.
 *
 * @param library knows their pictures; only what readers submit has any
 */
export const entriesOf = (
  papers: readonly Paper[],
  base: string,
  library: Pick<Library, 'pictures'>,
): Promise<Entry[]> =>
  Promise.all(
    papers.map(async (paper) =>
      entryOf(paper, base, paper.submittedBy === null ? [] : await library.pictures(paper)),
    ),
  );

/** Names of the first, and how many more there are. */
function authorsOf({ authors, authorsCount }: Paper): string {
  const shown = authors.slice(0, 20).map(plain).filter(Boolean);
  const more = Math.max(authorsCount ?? 0, authors.length) - shown.length;
  if (shown.length === 0) return more > 0 ? `${more} authors` : '';
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
