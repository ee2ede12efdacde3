/** The whole document around a page: head, bar, masthead, main, footer. */
import { raw } from 'hono/html';
import type { Ask } from '../../http/context.ts';
import { unapiLink } from '../../present/outlets.ts';
import { escapeHtml } from '../../present/tex.tsx';
import { withFormulas } from '../../typesetting/memory.ts';
import { Bar } from './bar.tsx';
import type { Frame } from './frame.ts';

/** `<meta>` with a name or, for Open Graph, a property. */
export const meta = (name: string, content: string): string =>
  `<meta ${name.startsWith('og:') || name.startsWith('article:') ? 'property' : 'name'}="${escapeHtml(name)}" content="${escapeHtml(content)}">`;

/** KaTeX's fonts by the classes that need them; every formula needs the first. */
const MATHS_FONTS: [RegExp, string][] = [
  [/class="katex/, 'Main-Regular'],
  [/mathnormal/, 'Math-Italic'],
  [/mathbf|textbf/, 'Main-Bold'],
  [/mathit|textit/, 'Main-Italic'],
  [/boldsymbol/, 'Math-BoldItalic'],
  [/mathbb|amsrm|textbb/, 'AMS-Regular'],
  [/mathcal/, 'Caligraphic-Regular'],
  [/mathfrak/, 'Fraktur-Regular'],
  [/mathscr/, 'Script-Regular'],
  [/mathsf|textsf/, 'SansSerif-Regular'],
  [/mathtt|texttt/, 'Typewriter-Regular'],
  [/delimsizing size1|delim-size1|small-op/, 'Size1-Regular'],
  [/delimsizing size2|large-op/, 'Size2-Regular'],
  [/delimsizing size3/, 'Size3-Regular'],
  [/delimsizing size4|delim-size4/, 'Size4-Regular'],
];

/** The fonts of a page, by asset name: preloaded, since the page waits for them (client/first.ts). */
export function fontsOf(body: string): string[] {
  const fonts = ['newsreader.woff2', 'inter.woff2'];
  if (/<em>|<blockquote|<table class="figures"|<p class="gone"/.test(body))
    fonts.push('newsreader-italic.woff2');
  // It is mostly names that go beyond Latin-1, and names are set in Inter.
  const names = body.split('class="who"').slice(1);
  if (names.some((name) => /^[^<]*[\u0100-\u02ba]/.test(name))) fonts.push('inter-ext.woff2');
  if (!body.includes('class="katex')) return fonts;
  const needed = MATHS_FONTS.filter(([sign]) => sign.test(body));
  return [...fonts, ...needed.map(([, name]) => `KaTeX_${name}.woff2`)];
}

/** What every document shows of the site it is on, to name kept documents by. */
export const aroundPages = ({ base, archive, web: { site } }: Ask): string =>
  [base, site.name, site.timezone, archive !== undefined].join(' ');

/** Renders a whole page, with its formulas. */
export async function renderDocument(frame: Frame): Promise<string> {
  const { ask, masthead, children } = frame;
  const { site, assets } = ask.web;
  const body = await withFormulas(ask.web.formulas, () => {
    // Keys are listed only where they do something.
    const content = String(children);
    return String(
      <>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Bar frame={frame} />
        {masthead}
        {raw(content)}
        <Foot
          name={site.name}
          version={site.version}
          archive={ask.archive !== undefined}
          hasPapers={content.includes('<article class="row')}
        />
      </>,
    );
  });
  const title = frame.title === null ? site.name : `${frame.title} · ${site.name}`;
  const canonical = frame.canonical === null ? null : ask.base + frame.canonical;
  const maths = body.includes('class="katex');
  const preload = (name: string) => {
    const href = assets.href(name);
    return `<link rel="preload" href="${href}" as="font" type="font/woff2" crossorigin>`;
  };
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    ...fontsOf(body).map(preload),
    // Before the first paint: a page must not change its colours or fonts while it is being read.
    `<script src="${assets.href('first.js')}"></script>`,
    `<link rel="stylesheet" href="${assets.href('site.css')}">`,
    // Maths has its own style sheet, loaded only where there is some.
    maths ? `<link rel="stylesheet" href="${assets.href('katex.css')}">` : '',
    '<link rel="icon" href="/favicon.svg" type="image/svg+xml">',
    `<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml" title="${escapeHtml(site.name)}">`,
    '<meta name="color-scheme" content="light dark">',
    '<meta name="theme-color" content="#fbf9f4" media="(prefers-color-scheme: light)">',
    '<meta name="theme-color" content="#14130f" media="(prefers-color-scheme: dark)">',
    meta('description', frame.description),
    frame.index === false ? meta('robots', 'noindex') : '',
    canonical ? `<link rel="canonical" href="${escapeHtml(canonical)}">` : '',
    body.includes('class="unapi-id"') ? unapiLink(escapeHtml(ask.base)) : '',
    canonical ? openGraph(frame, title, canonical) : '',
    frame.head ?? '',
    `<script type="module" src="${assets.href('client.js')}"></script>`,
  ];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.filter(Boolean).join('\n')}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

function openGraph(frame: Frame, title: string, url: string): string {
  const og = frame.openGraph ?? { type: 'website' };
  const tags = [
    meta('og:site_name', frame.ask.web.site.name),
    meta('og:type', og.type),
    meta('og:title', frame.title ?? title),
    meta('og:description', frame.description),
    meta('og:url', url),
    meta('twitter:card', og.image ? 'summary_large_image' : 'summary'),
  ];
  if (og.image)
    tags.push(
      meta('og:image', og.image),
      meta('og:image:width', '1200'),
      meta('og:image:height', '630'),
      meta('og:image:alt', og.alt ?? `The title of the paper, set in type: ${frame.title ?? title}`),
    );
  return tags.join('\n');
}

/** Light or dark, for readers who want something other than the system setting. Only scripts can change it. */
const Appearance = () => (
  <fieldset class="appearance">
    <legend class="vh">Appearance</legend>
    {['System', 'Light', 'Dark'].map((name) => (
      <button type="button" data-theme-choice={name.toLowerCase()} aria-pressed="false">
        {name}
      </button>
    ))}
  </fieldset>
);

interface FootProps {
  name: string;
  version: string;
  archive: boolean;
  /** The page lists papers that keys move through. */
  hasPapers: boolean;
}

const Foot = ({ name, version, archive, hasPapers }: FootProps) => (
  <footer class="foot">
    <p>
      <a href="/about">About {name}</a>
      <a href="/about/ranking">How papers are ranked</a>
      <a href="/calendar">Calendar</a>
      <a href="/subscribe">Subscribe</a>
      <a href="/digests">Digests</a>
      <a href="/feed.atom">Feed</a>
      {archive && <a href="/archive">Archive</a>}
      <a href="/status">Sources</a>
    </p>
    <Appearance />
    <p class="keys">
      <span>
        {hasPapers && (
          <>
            <kbd>j</kbd> <kbd>k</kbd> move, <kbd>o</kbd> opens,{' '}
          </>
        )}
        <kbd>/</kbd> searches, <kbd>?</kbd> lists all keys
      </span>
    </p>
    <p>Broadsheet {version}</p>
  </footer>
);
