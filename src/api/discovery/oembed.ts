/** `/oembed`: what other sites show for a link to a paper or an edition (oembed.com, 1.0). */
import { cutAt } from '../../formats/text.ts';
import { XML_HEAD, xmlElement } from '../../formats/write-xml.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper } from '../../http/find.ts';
import { type Reply, text } from '../../http/replies.ts';
import type { Period } from '../../papers/library.ts';
import type { Paper } from '../../papers/types.ts';
import { count, readPeriod, sayPeriod, sayPublished } from '../../present/dates.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import { paperPath, periodPath } from '../../present/urls.ts';

/** Of the quotation, pixels. */
const WIDTH = 600;
const HEIGHT = 300;
/** The picture of a paper, pixels. */
const PICTURE = { width: 1200, height: 630 };
/** Titles of an edition that are shown. */
const TITLES = 5;
/** Characters of an abstract that are shown. */
const TEXT = 300;

export const OEMBED: Reading[] = [
  {
    method: 'GET',
    path: '/oembed',
    says: 'An embeddable summary of the paper or edition at `url`, as JSON or, with `format=xml`, as XML.',
    query: ['url', 'format', 'maxwidth', 'maxheight'],
    kind: 'plain',
    who: 'public',
    handle: (ask, _, request) => oembed(ask, new URL(request.url).searchParams),
  },
];

interface Shown {
  title: string;
  html: string;
  author?: string;
  /** Address of a picture in the size of `PICTURE`. */
  picture?: string;
}

async function oembed(ask: Ask, query: URLSearchParams): Promise<Reply> {
  const format = query.get('format') || 'json';
  // The protocol requires this code for an unavailable format.
  if (format !== 'json' && format !== 'xml') throw new WebError(501, 'The formats are json and xml.');
  const most = { width: limit(query, 'maxwidth'), height: limit(query, 'maxheight') };
  const { title, html, author, picture } = await shown(ask, query.get('url') ?? '');
  const fits = picture !== undefined && PICTURE.width <= most.width && PICTURE.height <= most.height;
  const values: Record<string, string | number> = {
    version: '1.0',
    type: 'rich',
    provider_name: ask.web.site.name,
    provider_url: `${ask.base}/`,
    title,
    ...(author === undefined ? {} : { author_name: author }),
    html,
    width: Math.min(WIDTH, most.width),
    height: Math.min(HEIGHT, most.height),
    ...(fits
      ? { thumbnail_url: picture, thumbnail_width: PICTURE.width, thumbnail_height: PICTURE.height }
      : {}),
  };
  const headers = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
  if (format === 'json') return text(JSON.stringify(values), 'application/json; charset=utf-8', headers);
  const elements = Object.entries(values).map(([name, value]) => xmlElement(name, String(value)));
  return text(`${XML_HEAD}<oembed>\n${elements.join('')}</oembed>\n`, 'text/xml; charset=utf-8', headers);
}

function limit(query: URLSearchParams, name: string): number {
  const given = query.get(name) || '100000';
  if (!/^[1-9]\d{0,5}$/.test(given))
    throw new WebError(400, `The ${name} must be a whole number, 1 or higher.`);
  return Number(given);
}

const nothing = () => new WebError(404, 'There is no paper or edition at that address on this site.');

async function shown(ask: Ask, given: string): Promise<Shown> {
  if (given === '') throw new WebError(400, 'The parameter "url" must hold an address.');
  if (given.length > 2000 || !URL.canParse(given)) throw nothing();
  const url = new URL(given);
  if (!/^https?:$/.test(url.protocol) || url.host !== new URL(ask.base).host) throw nothing();
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    throw nothing();
  }
  if (path === '/' || path === '/papers') {
    const latest = await ask.library.latest();
    if (latest === null) throw nothing();
    return edition(ask, { kind: 'day', value: latest });
  }
  const dated = /^\/papers\/(date|week|month)\/([^/]+)$/.exec(path);
  if (dated) {
    const kind = dated[1] === 'date' ? 'day' : (dated[1] as 'week' | 'month');
    const read = readPeriod(kind, dated[2]!);
    if (!read.ok) throw nothing();
    return edition(ask, { kind, value: read.value });
  }
  const id = /^\/papers\/(.+)$/.exec(path)?.[1];
  const found = id === undefined ? null : await findPaper(ask.library, id);
  if (found === null) throw nothing();
  return paper(ask, found);
}

function paper(ask: Ask, paper: Paper): Shown {
  const url = ask.base + paperPath(paper);
  const title = texToPlain(paper.title) || paper.id;
  const names = paper.authors.slice(0, 3).map(texToPlain).filter(Boolean);
  const by = names.join(', ') + (paper.authors.length > 3 && names.length > 0 ? ' and others' : '');
  const told = texToPlain(paper.summary ?? paper.abstract ?? '');
  const about = cutAt(told, TEXT);
  const facts = [by, sayPublished(paper)].filter(Boolean).join(', ');
  return {
    title,
    ...(by === '' ? {} : { author: by }),
    html: quote(ask, url, [
      link(url, `${paper.withdrawn ? 'Withdrawn: ' : ''}${title}`),
      escapeHtml(facts),
      escapeHtml(about.toWellFormed()),
    ]),
    picture: `${url}/og.png`,
  };
}

async function edition(ask: Ask, period: Period): Promise<Shown> {
  const found = await ask.library.edition(period, 1);
  if (found === null) throw nothing();
  const said = sayPeriod(period);
  const title = `${said.charAt(0).toUpperCase()}${said.slice(1)}: ${count(found.total, 'paper')}`;
  const url = ask.base + periodPath(period);
  const titles = found.papers.slice(0, TITLES).map((one) => {
    return link(ask.base + paperPath(one), texToPlain(one.title) || one.id);
  });
  return { title, html: quote(ask, url, [link(url, title), ...titles]) };
}

const link = (href: string, says: string): string => `<a href="${escapeHtml(href)}">${escapeHtml(says)}</a>`;

/** A quotation without scripts or frames: the other site shows it like its own text. */
function quote(ask: Ask, url: string, paragraphs: string[]): string {
  const body = paragraphs.filter(Boolean).map((one) => `<p dir="auto">${one}</p>`);
  const source = escapeHtml(ask.web.site.name);
  return `<blockquote cite="${escapeHtml(url)}">${body.join('')}<footer>${source}</footer></blockquote>`;
}
