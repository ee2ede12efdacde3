/**
 * arXiv's listing pages of a category: `new` gives the day of the last announcement and its papers, `recent` those of
 * the last five. The only way to tell a quiet day from a broken feed, and the only dates that are believed. Only the
 * identifier of each paper is read.
 */

import { isDay, monthNumber } from '../formats/text.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Day } from '../papers/types.ts';
import { withoutTrailing } from '../trim.ts';
import { type Client, SourceError } from './client.ts';

/** An announcement in one category. */
export interface Announced {
  day: Day;
  /** arXiv identifiers, each once: new submissions and cross-lists; replacements are not announcements. */
  ids: string[];
  /** How many there are by the page's own count. More than `ids` if the page does not name them all. */
  papers: number;
}

export interface Listing extends Announced {
  url: string;
}

export interface ListingOptions {
  /** Without the category: `https://arxiv.org/list`. */
  listUrl: string;
  client: Client;
  signal?: AbortSignal;
}

/**
 * Entries per page; the most the pages give. They accept 25, 50, 100, 250, 500, 1000 or 2000, and answer 400 to others.
 */
const SHOW = 2_000;
/** More pages than any category ever had in five days. */
const MAX_PAGES = 10;
const MAX_BYTES = 32 * 1024 * 1024;

/** The last announcement in a category. Throws `SourceError` if the page cannot be fetched or is something else. */
export async function newListing(category: string, options: ListingOptions): Promise<Listing> {
  const url = address(category, 'new', options);
  let day: Day | undefined;
  const sections = await readSections(url, {}, options, (text) => {
    const [, date = '', month = '', year = ''] = NEW_DAY.exec(text) ?? [];
    const named = toDay(year, month, date);
    if (named === undefined) throw new SourceError(url, 'the listing gives no day of announcement');
    if (day !== undefined && named !== day)
      throw new SourceError(url, `the listing changed from ${day} to ${named} while it was being read`);
    day = named;
  });
  const of = sections.filter(({ name }) => /^(?:new|cross)/i.test(name));
  const listing = { url, day: day!, ...united(of) };
  if (listing.papers > 0 && listing.ids.length === 0)
    throw new SourceError(url, `the listing counts ${listing.papers} papers but lists none`);
  return listing;
}

/**
 * The last announcement days of a category, newest first; days that the page names without papers are empty. Throws
 * like `newListing`.
 */
export async function recentListings(category: string, options: ListingOptions): Promise<Announced[]> {
  const url = address(category, 'recent', options);
  const days = new Map<Day, Section[]>();
  const dayOf = (text: string): Day | undefined => {
    const [, date = '', month = '', year = ''] = RECENT_DAY.exec(text) ?? [];
    return toDay(year, month, date);
  };
  const sections = await readSections(url, { skip: '0', show: `${SHOW}` }, options, (_, html) => {
    for (const [, text = ''] of html.matchAll(JUMP)) {
      const day = dayOf(text.trim());
      if (day !== undefined && !days.has(day)) days.set(day, []);
    }
  });
  let named = 0;
  for (const section of sections) {
    const day = dayOf(section.name);
    if (day === undefined) continue;
    named++;
    days.set(day, [...(days.get(day) ?? []), section]);
  }
  if (named === 0 && sections.length > 0)
    throw new SourceError(url, 'the listing of recent days gives no day');
  return [...days].map(([day, of]) => ({ day, ...united(of) })).sort((a, b) => (a.day < b.day ? 1 : -1));
}

const address = (category: string, page: string, { listUrl }: ListingOptions): string =>
  `${withoutTrailing(listUrl, '/')}/${encodeURIComponent(category)}/${page}`;

const NEW_DAY = /new listings for \w{1,20}, (\d{1,2}) (\w{3,20}) (\d{4})/i;
const RECENT_DAY = /^\w{3,9},? (\d{1,2}) (\w{3,20}) (\d{4})/;
/** A link at the top of the page to the beginning of a day on it. */
// bounded: what stands between the brackets has a limit, and stops at the next bracket.
const JUMP = /<a\s[^<>]{0,200}\/recent\b[^<>]{0,200}>([^<>]{0,80})<\/a>/gi;
const COUNT = /\(\s*(?:continued,\s*)?showing (?:first |last )?(\d{1,6}) of (\d{1,6}) entries\s*\)/i;
const TOTAL = /total of (\d{1,6}) entries/i;
/** What such a page says if there is nothing: without it, a page without sections is something else. */
const NOTHING =
  /no updates|no new (?:submissions|listings|papers)|no (?:articles|entries)|total of 0 entries/i;

function toDay(year: string, month: string, date: string): Day | undefined {
  const day = `${year}-${monthNumber(month) ?? ''}-${date.padStart(2, '0')}`;
  return isDay(day) ? day : undefined;
}

/** A heading that counts entries, and the entries below it. Continued on the next page it is still one section. */
interface Section {
  name: string;
  ids: Set<string>;
  /** Entries shown, readable or not. */
  shown: number;
  papers: number;
}

/** All pages' sections in order. `check` sees each page's text and markup, and may throw. */
async function readSections(
  url: string,
  first: Record<string, string>,
  { client, signal }: ListingOptions,
  check?: (text: string, html: string) => void,
): Promise<Section[]> {
  const sections = new Map<string, Section>();
  let entries = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams(page === 0 ? first : { skip: `${entries}`, show: `${SHOW}` });
    const { body } = await client.get(query.size > 0 ? `${url}?${query}` : url, {
      signal,
      accept: 'text/html',
      maxBytes: MAX_BYTES,
    });
    const html = body.toString('utf8');
    const text = plain(html);
    check?.(text, html);
    const found = readPage(html, sections);
    entries += found;
    if (sections.size === 0 && !NOTHING.test(text))
      throw new SourceError(url, 'the page has no sections, so it is not a listing');
    const total = Math.max(Number(TOTAL.exec(text)?.[1] ?? 0), sum(sections, 'papers'));
    if (found === 0 || entries >= total) return [...sections.values()];
    // Replacements come last and are not asked for.
    const wanted = [...sections.values()];
    if (wanted.some(({ name }) => /^replace/i.test(name)) && !wanted.some(isShort)) return wanted;
  }
  throw new SourceError(url, `the listing has more than ${MAX_PAGES} pages`);
}

const isShort = ({ name, shown, papers }: Section): boolean => !/^replace/i.test(name) && shown < papers;

const sum = (sections: Map<string, Section>, what: 'papers' | 'shown'): number =>
  [...sections.values()].reduce((all, section) => all + section[what], 0);

/** Headings, the beginnings and ends of entries, and links to papers; links inside an abstract are not entries. */
// bounded: a heading stops at the next `h3`, a tag at the next bracket, and all repetitions have limits.
const TOKENS =
  /<h3[^<>]{0,200}>((?:[^<]|<(?!\/?h3\b)){0,500}?)<\/h3>|<(dt|dd)\b|<a\s[^<>]{0,300}?href\s{0,5}=\s{0,5}["']?(?:https?:\/\/(?:www\.)?arxiv\.org)?\/abs\/([^"'\s<>?#]{1,60})/gi;

/** Adds a page's entries to the sections; returns how many entries it had. */
function readPage(html: string, sections: Map<string, Section>): number {
  let section: Section | undefined;
  let awaits = false;
  let entries = 0;
  for (const [, heading, tag, id] of html.matchAll(TOKENS)) {
    if (heading !== undefined) section = sectionOf(plain(heading), sections) ?? section;
    else if (tag !== undefined) {
      awaits = tag.toLowerCase() === 'dt';
      if (!awaits) continue;
      entries++;
      if (section) section.shown++;
    } else if (id !== undefined && awaits) {
      awaits = false;
      const own = parseIdentifier(id, 'arxiv');
      if (own) section?.ids.add(own.value);
    }
  }
  return entries;
}

function sectionOf(heading: string, sections: Map<string, Section>): Section | undefined {
  const count = COUNT.exec(heading);
  if (!count) return undefined;
  const name = heading.slice(0, count.index).trim();
  const known = sections.get(name);
  const section = known ?? { name, ids: new Set(), shown: 0, papers: 0 };
  section.papers = Math.max(section.papers, Number(count[2]));
  sections.set(name, section);
  return section;
}

/** A paper in two sections (a cross-list of what is new here) is one. */
function united(sections: Section[]): Pick<Announced, 'ids' | 'papers'> {
  const ids = new Set(sections.flatMap((section) => [...section.ids]));
  const twice = sections.reduce((all, section) => all + section.ids.size, 0) - ids.size;
  const papers = sections.reduce((all, section) => all + Math.max(section.papers, section.ids.size), 0);
  return { ids: [...ids], papers: papers - twice };
}

const plain = (html: string): string =>
  html
    .replace(/<[^<>]{0,1000}>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
