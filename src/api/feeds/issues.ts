/** Issues of the digest as a feed, one entry each, and as a calendar. */

import { authorsLine } from '../../composing/mail/words.ts';
import { sayIssue, sayList } from '../../composing/names.ts';
import { type ArchivedIssue, EDITIONS, isEdition } from '../../digest/issues.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, text } from '../../http/replies.ts';
import { count } from '../../present/dates.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import { issuePath, paperPath } from '../../present/urls.ts';
import { writeCalendar } from './calendar.ts';
import type { Entry, Feed } from './feed.ts';
import { feedOf } from './lists.ts';

/** Issues in the feed and in a calendar: those of about a month, and of a year. */
const IN_FEED = 40;
const IN_CALENDAR = 400;

/** `/digests/feed`. */
export async function ofIssues(ask: Ask): Promise<Feed> {
  const parts = {
    title: 'Digests',
    subtitle: 'Each issue of the daily edition and of the best of the week and month.',
    page: '/digests',
  };
  const issues = (await ask.issues?.archive(IN_FEED)) ?? [];
  return { ...feedOf(ask, parts), entries: issues.map((issue) => entryOf(ask, issue)) };
}

function entryOf({ base }: Ask, issue: ArchivedIssue): Entry {
  const url = base + issuePath(issue);
  const items = issue.first.map((paper) => {
    const title = escapeHtml(texToPlain(paper.title.toWellFormed()) || paper.id);
    const by = [authorsLine(paper, 3), paper.reason].filter((one) => one !== '').join(' · ');
    return `<li dir="auto"><a href="${escapeHtml(base + paperPath(paper.id.toWellFormed()))}">${title}</a><br>${escapeHtml(by.toWellFormed())}</li>`;
  });
  const rest = issue.papers - issue.first.length;
  const further = rest > 0 ? `\n<p><a href="${escapeHtml(url)}">${count(rest, 'more paper')}</a></p>` : '';
  const composed = new Date(issue.composedAt).toISOString();
  return {
    id: url,
    url,
    title: `${sayIssue(issue)}: ${count(issue.papers, 'paper')}`,
    html: `<ol>\n${items.join('\n')}\n</ol>${further}`,
    summary: null,
    authors: [],
    tags: [],
    links: [],
    published: composed,
    updated: composed,
  };
}

/** `/digests.ics`, and `/digests/daily.ics` with only one list. @param list `''`: all of them */
export async function calendarOfIssues(ask: Ask, list: string): Promise<Reply> {
  if (list !== '' && !isEdition(list))
    throw new WebError(404, `The calendars of single lists are ${EDITIONS.join(', ')}.`);
  const issues = (await ask.issues?.archive(IN_CALENDAR, 0, list === '' ? EDITIONS : [list])) ?? [];
  const { site } = ask.web;
  const name = list === '' ? 'Digests' : sayList({ list, subject: '', name: '' });
  return calendarReply(ask, `${name} · ${site.name}`, issues);
}

/** Issues as a calendar. */
export function calendarReply(ask: Pick<Ask, 'base'>, name: string, issues: readonly ArchivedIssue[]): Reply {
  const host = new URL(ask.base).hostname;
  const events = issues.map((issue) => ({
    uid: `${issue.id}@${host}`,
    at: issue.composedAt,
    summary: `${sayIssue(issue)}: ${count(issue.papers, 'paper')}`,
    description: issue.first.map((paper, i) => `${i + 1}. ${texToPlain(paper.title)}`).join('\n'),
    url: ask.base + issuePath(issue),
  }));
  return text(writeCalendar(name, events), 'text/calendar; charset=utf-8', {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-robots-tag': 'noindex',
  });
}
