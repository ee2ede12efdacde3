/**
 * The HTML of a mail. Every mail program takes out something else, so it uses only what Gmail, Outlook and Apple Mail all
 * understand, as the tests check against the data of caniemail.com: tables of one column, styles on the elements
 * themselves, no images, no scripts, no style sheet. It has no `<body>` tag, which HTML allows to leave out: Outlook for
 * macOS removes it with whatever is declared on it. The tables have no `role`: of one column, screen readers take them for
 * layout. Every text has its colour and every table its background, and all pairs can be read when a dark theme inverts
 * them.
 *
 * `h` is what JSX is compiled to: the worker renders mails too, and may run from source, where there is no JSX.
 */

import { raw } from 'hono/html';
import { type Child, jsx as h } from 'hono/jsx';
import { count } from '../../present/dates.ts';
import type { Item, LeadItem, MailView, SectionView } from './view.ts';
import { breakable, hadBefore, isRightToLeft } from './words.ts';

/** As on the site. */
const PAPER = '#fbf9f4';
const INK = '#1a1814';
const SOFT = '#5c564c';
const RED = '#9c2f1f';
const RULE = '#d9d3c6';

const SERIF = 'font-family:Georgia,Times,serif';
const SANS = 'font-family:Helvetica,Arial,sans-serif';

const css = {
  table: 'width:100%;border-collapse:collapse',
  by: `margin:6px 0 0;${SANS};font-size:13px;line-height:19px;color:${SOFT}`,
  small: `margin:0;${SANS};font-size:13px;line-height:19px;color:${SOFT}`,
  facts: `margin:3px 0 0;${SANS};font-size:13px;line-height:19px;color:${RED}`,
  text: `margin:8px 0 0;${SERIF};font-size:16px;line-height:24px;color:${INK}`,
  title: `margin:0;${SERIF};font-size:19px;line-height:25px;font-weight:bold;color:${INK}`,
  lead: `margin:0;${SERIF};font-size:28px;line-height:34px;font-weight:bold;color:${INK}`,
  heading: `margin:0;${SERIF};font-size:21px;line-height:27px;font-weight:normal;color:${INK}`,
  name: `margin:0;${SERIF};font-size:38px;line-height:44px;font-weight:bold;color:${INK}`,
  link: `color:${INK};text-decoration:none`,
  soft: `color:${SOFT};text-decoration:underline`,
};

/** For what is read from right to left. */
const towards = (text: string) => (isRightToLeft(text) ? { dir: 'auto' } : {});

/** One line of a table of one column. */
const row = (style: string, ...children: Child[]) => h('tr', {}, h('td', { style }, ...children));

/** A paragraph or heading; nothing if there is no text. */
const block = (tag: 'p' | 'h1' | 'h2' | 'h3', style: string, text: string) =>
  text === '' ? '' : h(tag, { ...towards(text), style }, breakable(text));

const link = (href: string, style: string, text: string) => h('a', { href, style }, breakable(text));

/** A heading that is a link. */
const linked = (tag: 'h1' | 'h2' | 'h3', style: string, href: string, text: string) =>
  h(tag, { ...towards(text), style }, link(href, css.link, text));

/** A paper among others. @param deck the beginning of its text, or as much of it as there is room for */
export const itemHtml = ({ title, url, authors, facts }: Item, deck: string): string =>
  String(
    row(
      `padding:14px 0;border-bottom:1px solid ${RULE}`,
      linked('h3', css.title, url, title),
      block('p', css.small, authors),
      block('p', css.text, deck),
      block('p', css.facts, facts),
    ),
  );

/** The lead, in full. */
export const leadHtml = ({ title, url, authors, facts, paragraphs }: LeadItem): string =>
  String(
    row(
      `padding:18px 0 20px;border-bottom:1px solid ${RULE}`,
      linked('h2', css.lead, url, title),
      block('p', css.by, authors),
      ...paragraphs.map((text) => block('p', css.text, text)),
      h(
        'p',
        { ...towards(facts), style: css.facts },
        facts === '' ? '' : `${breakable(facts)} · `,
        link(url, `color:${RED};text-decoration:underline`, 'Read more'),
      ),
    ),
  );

/** What stands above the papers of a list. */
export const headingHtml = ({ heading, when, url }: SectionView): string =>
  String(
    row(
      `padding:26px 0 8px;border-bottom:2px solid ${INK}`,
      linked('h2', css.heading, url, heading),
      block('p', css.small, when),
    ),
  );

/** What stands below them. @param hidden papers there was no room for; @param shown how many are above */
export function endHtml({ left, had, url }: SectionView, hidden: number, shown: number): string {
  const more = left + hidden;
  if (more === 0 && had === 0 && shown > 0) return '';
  const parts: Child[] = [];
  if (more > 0)
    parts.push(
      link(url, css.soft, shown === 0 ? count(more, 'paper') : `and ${count(more, 'more paper', 'more')}`),
    );
  else if (shown === 0) parts.push('Nothing new this time.');
  if (had > 0) parts.push(`${parts.length > 0 ? '. ' : ''}${hadBefore(had)}`);
  return String(row('padding:12px 0 0', h('p', { style: css.small }, ...parts)));
}

/** For lists that there was no room for at all. */
export const unshownHtml = (lists: number, url: string): string =>
  String(
    row(
      'padding:20px 0 0',
      h('p', { style: css.small }, link(url, css.soft, `and ${count(lists, 'more list')}`)),
    ),
  );

const meta = (name: string, content: string) => h('meta', { name, content });

/** A table of one column, of lines. */
const table = (width: string, style: string, ...lines: Child[]) =>
  h('table', { width, cellpadding: '0', cellspacing: '0', border: '0', style }, ...lines);

/** The whole document around the lines of a mail. */
export function documentHtml(view: MailView, subject: string, lines: string): string {
  const { siteName, home, date, total, inside, browser, manage, unsubscribe, why } = view;
  const inBrowser = link(browser, css.soft, 'View in browser');
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    meta('viewport', 'width=device-width, initial-scale=1'),
    meta('color-scheme', 'light dark'),
    meta('supported-color-schemes', 'light dark'),
    meta('format-detection', 'telephone=no,date=no,address=no,email=no'),
    h('title', {}, subject),
  );
  const column = table(
    '600',
    `${css.table};max-width:600px;text-align:left`,
    inside === '' ? '' : row('padding:0 0 14px', block('p', css.small, inside)),
    row(
      `padding:10px 0 8px;border-top:4px double ${INK};text-align:center`,
      linked('h1', css.name, home, siteName),
    ),
    row(
      `padding:7px 0;border-top:1px solid ${INK};border-bottom:1px solid ${INK};text-align:center`,
      h('p', { style: css.small }, `${date} · ${total} · `, inBrowser),
    ),
    raw(lines),
    row(
      'padding:32px 0 0',
      block('p', css.small, why),
      h(
        'p',
        { style: css.small },
        link(manage, css.soft, 'Change what you get'),
        ' · ',
        link(unsubscribe, css.soft, 'Unsubscribe'),
        ' · ',
        inBrowser,
      ),
    ),
  );
  const page = h(
    'td',
    { align: 'center', bgcolor: PAPER, style: `padding:16px 14px 40px;background-color:${PAPER}` },
    column,
  );
  const document = h(
    'html',
    { lang: 'en', style: `background-color:${PAPER}` },
    head,
    table('100%', `${css.table};background-color:${PAPER}`, h('tr', {}, page)),
  );
  return `<!doctype html>\n${String(document)}\n`;
}
