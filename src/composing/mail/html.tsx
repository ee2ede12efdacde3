/**
 * The HTML of a mail. Every mail program takes out something else, so it uses only what Gmail, Outlook and Apple Mail all
 * understand, as the tests check against the data of caniemail.com: tables of one column, styles on the elements
 * themselves, no images, no scripts, no style sheet. It has no `<body>` tag, which HTML allows to leave out: Outlook for
 * macOS removes it with whatever is declared on it. The tables have no `role`: of one column, screen readers take them for
 * layout. Every text has its colour and every table its background, and all pairs can be read when a dark theme inverts
 * them.
 */

import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { count } from '../../present/dates.ts';
import type { Item, LeadItem, MailView, SectionView } from './view.ts';
import { breakable, isRightToLeft } from './words.ts';

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
const towards = (text: string) => (isRightToLeft(text) ? { dir: 'auto' as const } : {});

/** One line of a table of one column. */
const Line = ({ style, children }: { style: string; children: Child }) => (
  <tr>
    <td style={style}>{children}</td>
  </tr>
);

/** A paper among others. @param lines whether with the beginning of its text, and how much of it */
export const itemHtml = ({ title, url, authors, facts }: Item, deck: string): string =>
  String(
    <Line style={`padding:14px 0;border-bottom:1px solid ${RULE}`}>
      <h3 {...towards(title)} style={css.title}>
        <a href={url} style={css.link}>
          {breakable(title)}
        </a>
      </h3>
      {authors !== '' && (
        <p {...towards(authors)} style={css.small}>
          {breakable(authors)}
        </p>
      )}
      {deck !== '' && (
        <p {...towards(deck)} style={css.text}>
          {breakable(deck)}
        </p>
      )}
      {facts !== '' && (
        <p {...towards(facts)} style={css.facts}>
          {breakable(facts)}
        </p>
      )}
    </Line>,
  );

/** The lead, in full. */
export const leadHtml = ({ title, url, authors, facts, paragraphs }: LeadItem): string =>
  String(
    <Line style={`padding:18px 0 20px;border-bottom:1px solid ${RULE}`}>
      <h2 {...towards(title)} style={css.lead}>
        <a href={url} style={css.link}>
          {breakable(title)}
        </a>
      </h2>
      {authors !== '' && (
        <p {...towards(authors)} style={css.small.replace('margin:0', 'margin:6px 0 0')}>
          {breakable(authors)}
        </p>
      )}
      {paragraphs.map((text) => (
        <p {...towards(text)} style={css.text}>
          {breakable(text)}
        </p>
      ))}
      <p style={css.facts}>
        {facts !== '' && `${breakable(facts)} · `}
        <a href={url} style={`color:${RED};text-decoration:underline`}>
          Read on
        </a>
      </p>
    </Line>,
  );

/** What stands above the papers of a list. */
export const headingHtml = ({ heading, when, url }: SectionView): string =>
  String(
    <Line style={`padding:26px 0 8px;border-bottom:2px solid ${INK}`}>
      <h2 {...towards(heading)} style={css.heading}>
        <a href={url} style={css.link}>
          {breakable(heading)}
        </a>
      </h2>
      <p style={css.small}>{when}</p>
    </Line>,
  );

/** What stands below them. @param hidden papers there was no room for; @param shown how many are above */
export function endHtml({ left, had, url }: SectionView, hidden: number, shown: number): string {
  const more = left + hidden;
  if (more === 0 && had === 0 && shown > 0) return '';
  return String(
    <Line style="padding:12px 0 0">
      <p style={css.small}>
        {more > 0 ? (
          <a href={url} style={css.soft}>
            {shown === 0 ? count(more, 'paper') : `and ${count(more, 'more paper', 'more')}`}
          </a>
        ) : (
          shown === 0 && 'Nothing new this time.'
        )}
        {had > 0 &&
          ` ${more > 0 || shown === 0 ? ' ' : ''}${count(had, 'paper')} you have had before: left out.`}
      </p>
    </Line>,
  );
}

/** For lists that there was no room for at all. */
export const unshownHtml = (lists: number, url: string): string =>
  String(
    <Line style="padding:20px 0 0">
      <p style={css.small}>
        <a href={url} style={css.soft}>
          and {count(lists, 'more list')}
        </a>
      </p>
    </Line>,
  );

/** The whole document around the lines of a mail. */
export function documentHtml(view: MailView, subject: string, lines: string): string {
  const { siteName, home, date, total, inside, browser, manage, unsubscribe, why } = view;
  const document = (
    <html lang="en" style={`background-color:${PAPER}`}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no" />
        <title>{subject}</title>
      </head>
      <table width="100%" cellpadding="0" cellspacing="0" border={0} bgcolor={PAPER} style={css.table}>
        <tr>
          <td align="center" bgcolor={PAPER} style={`padding:16px 14px 40px;background-color:${PAPER}`}>
            <table
              width="600"
              cellpadding="0"
              cellspacing="0"
              border={0}
              style={`${css.table};max-width:600px;text-align:left`}
            >
              {inside !== '' && (
                <Line style="padding:0 0 14px">
                  <p {...towards(inside)} style={css.small}>
                    {breakable(inside)}
                  </p>
                </Line>
              )}
              <Line style={`padding:10px 0 8px;border-top:4px double ${INK};text-align:center`}>
                <h1 {...towards(siteName)} style={css.name}>
                  <a href={home} style={css.link}>
                    {breakable(siteName)}
                  </a>
                </h1>
              </Line>
              <Line
                style={`padding:7px 0;border-top:1px solid ${INK};border-bottom:1px solid ${INK};text-align:center`}
              >
                <p style={css.small}>
                  {date} · {total} ·{' '}
                  <a href={browser} style={css.soft}>
                    View in browser
                  </a>
                </p>
              </Line>
              {raw(lines)}
              <Line style="padding:32px 0 0">
                <p style={css.small}>{breakable(why)}</p>
                <p style={css.small}>
                  <a href={manage} style={css.soft}>
                    Change what you get
                  </a>{' '}
                  ·{' '}
                  <a href={unsubscribe} style={css.soft}>
                    Unsubscribe
                  </a>{' '}
                  ·{' '}
                  <a href={browser} style={css.soft}>
                    View in browser
                  </a>
                </p>
              </Line>
            </table>
          </td>
        </tr>
      </table>
    </html>
  );
  return `<!doctype html>\n${String(document)}\n`;
}
