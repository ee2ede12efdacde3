/** The archive of issues, their pages, feed and calendars. */
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { folded, writeCalendar } from '../../api/feeds/calendar.ts';
import { checkAtom, checkJsonFeed, checkRss } from '../../api/feeds/rules.fixture.ts';
import { issuePaper } from '../../composing/issue-paper.ts';
import { EDITIONS, type Issues, isEdition } from '../../digest/issues.ts';
import type { Issue } from '../../digest/types.ts';
import { createWeb, openWeb } from '../../http/app.ts';
import { sampleContext, samplePapers } from '../../testing/sample.ts';

const papers = samplePapers();
const composedAt = Date.parse('2026-06-27T01:30:00Z');
const issue = (list: Issue['list'], period: string, more: Partial<Issue> = {}): Issue => ({
  id: `${list}-${period}`,
  list,
  subject: '',
  name: '',
  period,
  papers: papers.map((paper) => issuePaper(paper, `because of $n^2$ & <${paper.pk}>`)),
  more: 3,
  composedAt,
  ...more,
});
const ALL = [
  issue('monthly', '2026-06'),
  issue('weekly', '2026-W26'),
  issue('daily', '2026-06-26'),
  issue('search', '2026-06-26', {
    id: 'search-x',
    subject: 'q=letters',
    name: 'letters; with, \\ all\nof it',
  }),
  issue('following', '2026-06-26', { id: 'following-x', subject: '1' }),
  issue('author', '2026-06-26', {
    id: 'author-x',
    subject: 'a-author',
    name: 'A. Author',
    papers: [],
    more: 0,
  }),
];
const issuesOf = (all: Issue[]): Issues => ({
  find: async (id) => all.find((one) => one.id === id) ?? null,
  of: async () => null,
  keep: async () => {
    throw new Error('pages compose nothing');
  },
  ids: async (limit) => all.filter(({ list }) => isEdition(list)).slice(0, limit),
  archive: async (limit, offset = 0, lists = EDITIONS) =>
    all
      .filter(({ list }) => isEdition(list) && lists.includes(list))
      .slice(offset, offset + limit)
      .map(({ papers: some, more, ...head }) => ({
        ...head,
        papers: some.length + more,
        first: some.slice(0, 20),
      })),
});

function site(all = ALL, has = samplePapers()) {
  const app = createWeb(openWeb(Object.assign(sampleContext(has), { issues: issuesOf(all) })));
  return (path: string) => app.request(`http://localhost${path}`);
}
/** A subscriber with one mail: two papers of the daily edition, and nothing from an author. */
const MAIL = {
  id: 'd1',
  subject: 'On letters; and more',
  dueAt: composedAt,
  sections: [
    { issue: 'daily-2026-06-26', papers: papers.slice(0, 2).map(({ pk }) => pk), left: 4, had: 1 },
    { issue: 'author-x', papers: [], left: 0, had: 0 },
  ],
};
function siteOfSubscriber() {
  const subscribers = {
    find: async (token: string) =>
      token === 'secret'
        ? {
            subscriber: {
              id: 1,
              token,
              email: 'ada@example.org',
              state: 'confirmed',
              timeZone: 'Asia/Tokyo',
            },
          }
        : null,
    receipts: async () => [MAIL, { ...MAIL, id: 'quiet', sections: [] }],
  };
  const context = Object.assign(sampleContext(samplePapers()), {
    issues: issuesOf(ALL),
    subscribers,
  } as object);
  const app = createWeb(openWeb(context));
  return (path: string) => app.request(`http://localhost${path}`);
}

const eventsIn = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));

const bodyOf = async (path: string, get = site()) => (await get(path)).text();

describe('the archive', () => {
  it('lists the issues of the editions, and leads to their feed and calendar', async () => {
    const body = await bodyOf('/digests');
    for (const { id } of ALL.slice(0, 3)) expect(body).toContain(`href="/digests/${id}"`);
    expect(body).not.toContain('search-x');
    expect(body).not.toContain('following-x');
    expect(body).toContain('type="application/atom+xml" href="https://papers.example/digests/feed.atom"');
    expect(body).toContain('type="text/calendar" href="/digests.ics"');
    expect(body).toContain('href="/subscribe"');
    expect(await bodyOf('/')).toContain('href="/digests"');
  });

  it('says so when there is none yet', async () => {
    const get = site([]);
    expect(await bodyOf('/digests', get)).toContain('There is no issue yet.');
    expect((await get('/digests?page=2')).status).toBe(404);
    for (const path of ['/digests/feed.rss', '/digests.ics', '/digests/daily.ics'])
      expect((await get(path)).status).toBe(200);
  });
});

describe('an issue', () => {
  it('has its papers as they were, each with its reason, and a link to the list as it is', async () => {
    const body = await bodyOf('/digests/daily-2026-06-26');
    expect(body).toContain('Friday, 26 June 2026');
    expect(body.match(/<article class="row/g)).toHaveLength(
      papers.filter(({ withdrawn }) => !withdrawn).length,
    );
    expect(body).toContain('Because of $n^2$ &amp; &lt;1&gt;');
    expect(body).not.toContain('<script>alert');
    expect(body).toContain('href="/papers/date/2026-06-26"');
    expect(await bodyOf('/digests/search-x')).toContain('href="/search?q=letters"');
    expect(await bodyOf('/digests/search-x')).toContain('name="robots" content="noindex"');
    expect(await bodyOf('/digests/author-x')).toContain('There was nothing new.');
  });

  it('no longer shows what has gone or been withdrawn since', async () => {
    const [first, ...rest] = samplePapers();
    const body = await bodyOf(
      '/digests/daily-2026-06-26',
      site(ALL, [{ ...first!, withdrawn: true }, ...rest.slice(1)]),
    );
    for (const gone of [first!, rest[0]!]) expect(body).not.toContain(`href="/papers/${gone.id}"`);
    expect(body).toContain(`href="/papers/${rest[1]!.id}"`);
  });

  it('of what somebody follows is theirs alone', async () => {
    const get = site();
    const answer = await get('/digests/following-x');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/following/digests/following-x']);
    const own = await get('/following/digests/following-x');
    expect(own.status).toBe(401);
    expect((await get('/digests/nothing')).status).toBe(404);
    expect((await get('/digests/%00')).status).toBe(400);
  });
});

describe('a mail', () => {
  it('is an entry of a feed and an event of a calendar of their own', async () => {
    const get = siteOfSubscriber();
    expect(checkAtom(await bodyOf('/subscriptions/secret/feed.atom', get))).toEqual([]);
    const { items } = JSON.parse(await bodyOf('/subscriptions/secret/feed.json', get));
    expect(items.map(({ title, url }: { title: string; url: string }) => [title, url])).toEqual([
      [MAIL.subject, 'https://papers.example/subscriptions/secret/mails/d1'],
    ]);
    const [event] = eventsIn(await bodyOf('/subscriptions/secret/digests.ics', get));
    expect([event!.uid, event!.summary]).toEqual(['d1@papers.example', MAIL.subject]);
    expect((await get('/subscriptions/x/digests.ics')).status).toBe(404);
    expect((await get('/subscriptions/x/feed.rss')).status).toBe(404);
  });
});

describe('feeds and calendars', () => {
  it('are well-formed, with one entry an issue', async () => {
    expect(checkAtom(await bodyOf('/digests/feed.atom'))).toEqual([]);
    expect(checkRss(await bodyOf('/digests/feed.rss'))).toEqual([]);
    const feed = await bodyOf('/digests/feed.json');
    expect(checkJsonFeed(feed)).toEqual([]);
    expect(
      JSON.parse(feed).items.map(({ title, url }: { title: string; url: string }) => [title, url]),
    ).toEqual([
      [
        `The best of June 2026: ${papers.length + 3} papers`,
        'https://papers.example/digests/monthly-2026-06',
      ],
      [
        `The best of week 26 of 2026: ${papers.length + 3} papers`,
        'https://papers.example/digests/weekly-2026-W26',
      ],
      [
        `Daily edition, 26 June 2026: ${papers.length + 3} papers`,
        'https://papers.example/digests/daily-2026-06-26',
      ],
    ]);
  });

  it('a calendar can be read by others, and is the same each time', async () => {
    const text = await bodyOf('/digests.ics');
    expect(await bodyOf('/digests.ics')).toBe(text);
    const events = eventsIn(text);
    expect(events.map(({ uid }) => uid)).toEqual(ALL.slice(0, 3).map(({ id }) => `${id}@papers.example`));
    const [event] = events;
    expect(event!.summary).toBe(`The best of June 2026: ${papers.length + 3} papers`);
    expect(event!.startDate.toJSDate().getTime()).toBe(composedAt);
    expect(event!.component.getFirstPropertyValue('url')).toBe(
      'https://papers.example/digests/monthly-2026-06',
    );
    expect(String(event!.component.getFirstPropertyValue('dtstamp'))).toBe('2026-06-27T01:30:00Z');
    expect(eventsIn(await bodyOf('/digests/daily.ics'))).toHaveLength(1);
    expect((await site()('/digests/search.ics')).status).toBe(404);
  });

  it('keeps whatever a text has, in lines of at most 75 octets', () => {
    const texts = [
      'a; b, c \\ d: "e"\nf\r\ng',
      '字🎉'.repeat(60),
      `${'x'.repeat(74)}é`,
      'BEGIN:VEVENT\nEND:VCALENDAR',
      '\u0000\u0007 bell \ud800',
    ];
    for (const [i, given] of texts.entries()) {
      const text = writeCalendar(given, [
        { uid: `u${i}`, at: 0, summary: given, description: given, url: 'https://example.org/' },
      ]);
      for (const line of text.split('\r\n')) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(line).not.toMatch(/[\n\r]/);
      }
      const [event] = eventsIn(text);
      const kept = given
        .toWellFormed()
        .replaceAll('\r\n', '\n')
        .replace(/[\u0000-\u0009\u000b-\u001f]/g, ' ');
      expect(event!.summary).toBe(kept);
      expect(event!.description).toBe(`${kept}\n\nhttps://example.org/`);
    }
    expect(folded('x'.repeat(75))).toBe('x'.repeat(75));
  });
});
