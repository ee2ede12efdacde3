/** Issues of the digest as a feed, one entry each, and as a calendar. */

import { authorsLine } from '../../composing/mail/words.ts';
import { sayIssue, sayList } from '../../composing/names.ts';
import { type ArchivedIssue, EDITIONS, isEdition } from '../../digest/issues.ts';
import type { IssuePaper } from '../../digest/types.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, text } from '../../http/replies.ts';
import { count } from '../../present/dates.ts';
import { mailsOf, sectionsOf } from '../../present/own-mails.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import { issuePath, paperPath } from '../../present/urls.ts';
import { type CalendarEvent, writeCalendar } from './calendar.ts';
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

const NOTHING = { summary: null, authors: [], tags: [], links: [] };

/** Papers as a list, as safe HTML. */
function listOf({ base }: Ask, papers: readonly IssuePaper[]): string {
  const items = papers.map((paper) => {
    const title = escapeHtml(texToPlain(paper.title.toWellFormed()) || paper.id);
    const by = [authorsLine(paper, 3), paper.reason].filter((one) => one !== '').join(' · ');
    return `<li dir="auto"><a href="${escapeHtml(base + paperPath(paper.id.toWellFormed()))}">${title}</a><br>${escapeHtml(by.toWellFormed())}</li>`;
  });
  return `<ol>\n${items.join('\n')}\n</ol>`;
}

function entryOf(ask: Ask, issue: ArchivedIssue): Entry {
  const url = ask.base + issuePath(issue);
  const rest = issue.papers - issue.first.length;
  const further = rest > 0 ? `\n<p><a href="${escapeHtml(url)}">${count(rest, 'more paper')}</a></p>` : '';
  const composed = new Date(issue.composedAt).toISOString();
  return {
    ...NOTHING,
    id: url,
    url,
    title: `${sayIssue(issue)}: ${count(issue.papers, 'paper')}`,
    html: listOf(ask, issue.first) + further,
    published: composed,
    updated: composed,
  };
}

/** `/digests.ics`, and `/digests/daily.ics` with only one list. @param list `''`: all of them */
export async function calendarOfIssues(ask: Ask, list: string): Promise<Reply> {
  if (list !== '' && !isEdition(list))
    throw new WebError(404, `The calendars of single lists are ${EDITIONS.join(', ')}.`);
  const issues = (await ask.issues?.archive(IN_CALENDAR, 0, list === '' ? EDITIONS : [list])) ?? [];
  const name = list === '' ? 'Digests' : sayList({ list, subject: '', name: '' });
  return calendar(
    `${name} · ${ask.web.site.name}`,
    issues.map((issue) => eventOf(ask, issue)),
  );
}

/** Issues as events. */
const eventOf = ({ base }: Ask, issue: ArchivedIssue): CalendarEvent => ({
  uid: `${issue.id}@${new URL(base).hostname}`,
  at: issue.composedAt,
  summary: `${sayIssue(issue)}: ${count(issue.papers, 'paper')}`,
  description: titlesOf(issue.first),
  url: base + issuePath(issue),
});

const titlesOf = (papers: readonly IssuePaper[]): string =>
  papers.map((paper, i) => `${i + 1}. ${texToPlain(paper.title)}`).join('\n');

const calendar = (name: string, events: readonly CalendarEvent[]): Reply =>
  text(writeCalendar(name, events), 'text/calendar; charset=utf-8', {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-robots-tag': 'noindex',
  });

/** Mails of a subscriber in a feed or calendar of their own. */
const IN_OWN = 60;

/** The mails of whoever has a token, newest first, as far as there was anything in them. @throws WebError */
async function ownMails(ask: Ask, token: string) {
  const { subscriber, mails } = await mailsOf(ask, token);
  const some = mails
    .filter(({ sections }) => sections.some(({ papers }) => papers.length > 0))
    .slice(0, IN_OWN);
  const path = `/subscriptions/${encodeURIComponent(subscriber.token)}`;
  return Promise.all(
    some.map(async (delivery) => {
      const sections = await sectionsOf(ask, delivery);
      const papers = sections.flatMap(({ papers: all }) => all);
      return { delivery, papers, path: `${path}/mails/${encodeURIComponent(delivery.id)}` };
    }),
  );
}

/** `/subscriptions/:token/feed`: what came by email, for feed readers. */
export async function ofSubscriber(ask: Ask, token: string): Promise<Feed> {
  const mails = await ownMails(ask, token);
  const page = `/subscriptions/${encodeURIComponent(token)}`;
  const parts = { title: 'Your subscriptions', subtitle: 'What you get by email.', page };
  return {
    ...feedOf(ask, parts),
    entries: mails.map(({ delivery, papers, path }) => {
      const due = new Date(delivery.dueAt).toISOString();
      return {
        ...NOTHING,
        id: ask.base + path,
        url: ask.base + path,
        title: delivery.subject || count(papers.length, 'paper'),
        html: listOf(ask, papers),
        published: due,
        updated: due,
      };
    }),
  };
}

/** `/subscriptions/:token/digests.ics`: the same as a calendar. */
export async function calendarOfSubscriber(ask: Ask, token: string): Promise<Reply> {
  const mails = await ownMails(ask, token);
  const events = mails.map(({ delivery, papers, path }) => ({
    uid: `${delivery.id}@${new URL(ask.base).hostname}`,
    at: delivery.dueAt,
    summary: delivery.subject || count(papers.length, 'paper'),
    description: titlesOf(papers),
    url: ask.base + path,
  }));
  const reply = calendar(`Your subscriptions · ${ask.web.site.name}`, events);
  return { ...reply, keep: false, headers: { ...reply.headers, 'cache-control': 'no-store' } };
}
