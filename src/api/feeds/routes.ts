/** The feeds by their addresses. Each is below its page, and cached like it. */
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import { FEED_FORMATS, type FeedFormat, feedPath, isFeedFormat } from '../../present/feeds.ts';
import { SEARCH_QUERY } from '../../present/search-query.ts';
import { SURVEY_QUERY } from '../../present/surveyed.ts';
import { writeAtom } from './atom.ts';
import { ofList } from './collection.ts';
import { ofComments, ofPerson } from './comments.ts';
import { digest } from './digest.ts';
import { type Feed, selfOf } from './feed.ts';
import { calendarOfIssues, calendarOfSubscriber, ofIssues, ofSubscriber } from './issues.ts';
import { writeJsonFeed } from './json-feed.ts';
import {
  type Made,
  newest,
  newestPeriod,
  ofAuthor,
  ofOrganization,
  ofPeriod,
  ofSearch,
  trending,
} from './lists.ts';
import { writeRss } from './rss.ts';
import { ofSurvey } from './survey.ts';

const WRITE: Record<FeedFormat, (feed: Feed) => string> = {
  atom: writeAtom,
  rss: writeRss,
  json: writeJsonFeed,
};

const feed = (
  page: string,
  says: string,
  make: (ask: Ask, param: string) => Promise<Made>,
  query: readonly string[] = [],
): Reading => ({
  method: 'GET',
  path: `${feedPath(page)}.:format`,
  says,
  query,
  kind: 'page',
  who: 'public',
  handle: (ask, param) => answer(ask, () => make(ask, param)),
});

/** The same, made for each request: no topic says when somebody has written something. */
const fresh = (...declared: Parameters<typeof feed>): Reading => ({ ...feed(...declared), kind: 'plain' });

const calendar = (path: string, says: string): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'page',
  who: 'public',
  handle: (ask, list) => calendarOfIssues(ask, list),
});

/** Where programs and people look for a feed by convention, and which of the two formats they expect there. */
const GUESSES = {
  atom: ['/feed', '/atom', '/atom.xml'],
  rss: ['/rss', '/rss.xml', '/feed.xml', '/index.xml'],
} as const;

const guesses = (Object.keys(GUESSES) as (keyof typeof GUESSES)[]).flatMap((format) =>
  GUESSES[format].map(
    (path): Reading => ({
      method: 'GET',
      path,
      says: `Redirects to the feed of the newest editions, as ${FEED_FORMATS[format].name}.`,
      kind: 'plain',
      who: 'public',
      handle: () => redirect(`/feed.${format}`, 301),
    }),
  ),
);

/** Before the routes of papers and editions, whose patterns would match these as ids. */
export const FEEDS: Reading[] = [
  ...guesses,
  feed('/', 'The newest editions as a feed: `atom`, `rss` or `json`.', newest),
  feed('/calendar', 'A feed with one entry per day, added once its edition has closed.', digest),
  feed('/digests', 'The issues of the digest as a feed, one entry each.', ofIssues),
  calendar('/digests.ics', 'The issues of the digest as a calendar (iCalendar).'),
  calendar('/digests/:list.ics', 'The issues of one list, `daily`, `weekly` or `monthly`, as a calendar.'),
  fresh('/subscriptions/:token', 'What a subscriber gets by email, as a feed.', ofSubscriber),
  {
    ...calendar('/subscriptions/:token/digests.ics', 'The same as a calendar.'),
    kind: 'plain',
    handle: (ask, token) => calendarOfSubscriber(ask, token),
  },
  feed('/papers/trending', 'Trending papers as a feed.', trending),
  fresh('/papers/:id{.+}/comments', 'Comments on a paper as a feed, newest first.', ofComments),
  fresh('/u/:name', 'Comments by somebody as a feed, newest first.', ofPerson),
  fresh('/u/:name/lists/:id', 'A person’s public list as a feed, latest additions first.', ofList),
  feed('/papers/date/:day', 'The edition of a day as a feed.', (ask, day) => ofPeriod(ask, 'day', day)),
  feed('/papers/week', 'The newest week as a feed.', (ask) => newestPeriod(ask, 'week')),
  feed('/papers/week/:week', 'A week as a feed.', (ask, week) => ofPeriod(ask, 'week', week)),
  feed('/papers/month', 'The newest month as a feed.', (ask) => newestPeriod(ask, 'month')),
  feed('/papers/month/:month', 'A month as a feed.', (ask, month) => ofPeriod(ask, 'month', month)),
  feed(
    '/search',
    'A search with its filters as a feed, newest first; a category alone works too.',
    ofSearch,
    SEARCH_QUERY,
  ),
  feed(
    '/survey',
    'What changes in a survey, as a feed: new papers with their figures, new themes, revisions.',
    ofSurvey,
    SURVEY_QUERY,
  ),
  feed('/authors/:slug', 'Papers by an author as a feed.', ofAuthor),
  feed('/organizations/:slug', 'Papers from an organisation as a feed.', ofOrganization),
];

async function answer(ask: Ask, make: () => Promise<Made>): Promise<Reply> {
  const format = ask.path.slice(ask.path.lastIndexOf('.') + 1);
  if (!isFeedFormat(format))
    throw new WebError(404, `The feed formats are ${Object.keys(FEED_FORMATS).join(', ')}.`);
  const made = await make();
  if ('moved' in made) return redirect(`${made.moved}.${format}`, 301);
  const links = [`<${selfOf(made, format)}>; rel="self"`];
  if (made.hub !== null) links.push(`<${made.hub}>; rel="hub"`);
  const reply = text(WRITE[format](made), `${FEED_FORMATS[format].type}; charset=utf-8`, {
    link: links.join(', '),
    // A reader may be a script of another site.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-robots-tag': 'noindex',
  });
  return { ...reply, dated: true };
}
