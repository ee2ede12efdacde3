/** An issue as every service gets it: plain text of bounded length, and addresses. */
import type { Issue, IssuePaper } from '../../digest/types.ts';
import { count } from '../../present/dates.ts';
import { paperPath } from '../../present/urls.ts';
import { authorsLine, line } from '../mail/words.ts';
import { sayIssue } from '../names.ts';

export interface PostSettings {
  siteName: string;
  /** Without a slash at the end. */
  publicUrl: string;
}

export interface OutlinedPaper {
  title: string;
  url: string;
  /** `A. Author, B. Author and 3 others · 14 votes`. */
  byline: string;
  /** The beginning of its summary or abstract; `''` if it has neither. */
  summary: string;
}

export interface Outline {
  /** `Broadsheet: Daily edition, 30 November 2026`. */
  headline: string;
  url: string;
  /** `24 papers`. */
  total: string;
  /** How many the list had. */
  all: number;
  papers: OutlinedPaper[];
}

/** Characters of texts from outside that are looked at, and shown. */
const READ = 4000;
const TITLE = 300;
const SUMMARY = 280;
const NAME = 120;
/** Authors that are named. */
const AUTHORS = 3;

/** @param most papers */
export function outlineOf(issue: Issue, { siteName, publicUrl }: PostSettings, most: number): Outline {
  const all = issue.papers.length + issue.more;
  return {
    headline: `${cut(line(siteName), NAME)}: ${cut(sayIssue(issue), NAME)}`,
    url: `${publicUrl}/digests/${encodeURIComponent(issue.id)}`,
    total: count(all, 'paper'),
    all,
    papers: issue.papers.slice(0, most).map((paper) => ({
      title: cut(line(paper.title.slice(0, READ)), TITLE) || 'Untitled',
      url: publicUrl + paperPath(paper.id),
      byline: bylineOf(paper),
      summary: cut(line((paper.summary ?? paper.abstract ?? '').slice(0, READ)), SUMMARY),
    })),
  };
}

function bylineOf({ authors, authorsCount, reason }: IssuePaper): string {
  const names = authorsLine({ authors, authorsCount }, AUTHORS);
  return [names, cut(line(reason.slice(0, READ)), NAME)].filter((part) => part !== '').join(' · ');
}

/** What follows the papers that are shown. */
export const rest = ({ all, total }: Outline, shown: number): string =>
  all > Math.max(1, shown) ? `All ${total}` : 'Read the issue';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a user sees as one character each. */
export const graphemesOf = (text: string): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

/**
 * The beginning of a text that fits, with an ellipsis if it is cut. Nothing that a reader sees as one character is cut in
 * two.
 *
 * @param size what a character counts as; default its UTF-16 code units
 */
export function cut(text: string, most: number, size: (character: string) => number = lengthOf): string {
  const room = most - size('…');
  let used = 0;
  let fits = 0;
  let word = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    if (used <= room) {
      fits = index;
      if (segment === ' ') word = index;
    }
    used += size(segment);
    // As soon as it is known not to fit.
    if (used > most) return `${text.slice(0, word > fits / 2 ? word : fits).trimEnd()}…`;
  }
  return text;
}

export const lengthOf = (text: string): number => text.length;
/** Unicode code points. */
export const pointsOf = (text: string): number => {
  let points = 0;
  for (const _ of text) points++;
  return points;
};

/** Invisible, and no line may end there: it keeps signs apart that would be markup together. */
export const JOINER = '\u2060';

/**
 * Text in which nothing mentions anybody: `@name`, and `<!channel>`, `<@U1>` and `<#C1>` as Slack and Discord write them.
 * No address in it is a link.
 */
export const harmless = (text: string): string =>
  text
    .replaceAll('@', `@${JOINER}`)
    .replace(/<(?=[!@#&:/a-z])/gi, `<${JOINER}`)
    .replaceAll('://', `:${JOINER}//`);
