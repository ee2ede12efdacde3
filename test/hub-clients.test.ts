/**
 * What the Hub's real clients send and read (../shared/hub-api/clients.md, from the wire and from their sources), each
 * against the program, with only the address changed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLines, type HubLine, hubItems } from './hub-items.ts';
import { eventually, json, type Site, serve, temporary } from './program.ts';

/** The last week of October 2025 and some days around it, 20 papers a day. */
const items = hubItems(400, { first: '2025-10-20', days: 20 });
const onDay = (day: string): HubLine[] => items.filter((one) => one.paper.submittedOnDailyAt.startsWith(day));
const first = onDay('2025-10-29')[0]!.paper;

let site: Site;
beforeAll(async () => {
  const env = { DATA_DIR: temporary(), TRUSTED_PROXIES: 'loopback' };
  const file = join(temporary(), 'items.jsonl');
  writeFileSync(file, asLines(items));
  await json(['import', file], env);
  site = await serve(env, ['--empty']);
  await eventually('the index', async () => {
    const { text } = await site.get('/healthz');
    return (JSON.parse(text) as { papers: number }).papers === items.length;
  });
});
afterAll(() => site?.end());

/** The only dates that its Python library can parse. */
const PYTHON_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const PYTHON = {
  'user-agent': 'unknown/None; hf_hub/1.29.0; python/3.12.3',
  'x-amzn-trace-id': 'b5d5e7a1-7d2f-4b44-9d0f-1f2f3f4f5f6f',
};
const SIGNED = { ...PYTHON, authorization: 'Bearer hf_anything' };

// biome-ignore lint/suspicious/noExplicitAny: the tests look into responses of any shape
type Any = any;
interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Any;
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { text, ...rest } = await site.get(path, headers);
  const isJson = rest.headers.get('content-type')?.startsWith('application/json');
  return { ...rest, text, json: isJson && text !== '' ? JSON.parse(text) : null };
}

const days = (list: Any[]): string[] => list.map((one) => one.publishedAt.slice(0, 10));

/** Who sends it, what, and what they must be able to read. */
const SENT: [string, string, Record<string, string>, (answer: Answer) => void][] = [
  [
    'hf papers ls: a list of as many as it asks for, in trending order',
    '/api/daily_papers?p=0&limit=3&sort=trending',
    SIGNED,
    ({ json }) => {
      expect(json).toHaveLength(3);
      for (const one of json)
        for (const at of [one.publishedAt, one.paper.publishedAt]) expect(at).toMatch(PYTHON_DATE);
    },
  ],
  [
    'hf papers ls: what it looks for at the top of an item',
    '/api/daily_papers?date=2025-10-29&limit=100',
    SIGNED,
    ({ json }) => {
      const one = json.find(
        (item: Any) => item.paper.ai_summary && item.paper.githubRepo && item.paper.projectPage,
      );
      for (const name of ['ai_summary', 'ai_keywords', 'githubRepo', 'githubStars', 'projectPage', 'upvotes'])
        expect([name, one[name]]).toEqual([name, one.paper[name]]);
      expect(one.submittedBy.user).toBe(one.paper.submittedOnDailyBy.user);
    },
  ],
  [
    'hf papers search',
    `/api/papers/search?q=${encodeURIComponent(first.title)}&limit=20`,
    PYTHON,
    ({ json }) => {
      expect(json.length).toBeLessThanOrEqual(20);
      expect(json[0].title).toBe(first.title);
    },
  ],
  [
    'hf papers info: a paper with its number of comments',
    `/api/papers/${first.id}`,
    PYTHON,
    ({ json }) => {
      expect(json).toMatchObject({ id: first.id, title: first.title, upvotes: first.upvotes });
      expect(json.numComments).toBeTypeOf('number');
    },
  ],
  [
    'hf papers info: one that is not there',
    '/api/papers/0000.00000',
    PYTHON,
    ({ status, headers, json }) => {
      expect([status, typeof json.error]).toEqual([404, 'string']);
      expect(headers.get('x-request-id')).toMatch(/.{8}/);
      expect(headers.get('x-error-code')).toBe('PaperNotFound');
      expect(headers.get('x-error-message')).toBe(json.error);
    },
  ],
  [
    'hf papers read: Markdown',
    `/papers/${first.id}.md`,
    PYTHON,
    ({ headers, text }) => {
      expect(headers.get('content-type')).toBe('text/markdown; charset=utf-8');
      expect(text).toMatch(/^Title: A .*\n/);
    },
  ],
  ['its library, once a process', '/api/agent-harnesses', PYTHON, ({ status }) => expect(status).toBe(404)],
  [
    'its test suite: ten papers on a day',
    '/api/daily_papers?date=2025-10-29',
    PYTHON,
    ({ json }) => expect(json.length).toBeGreaterThanOrEqual(10),
  ],
  [
    'its test suite: a week holds its days only',
    '/api/daily_papers?week=2025-W44&limit=100',
    PYTHON,
    ({ json }) => {
      expect(json).toHaveLength(100);
      expect(days(json).every((day) => day >= '2025-10-27' && day <= '2025-11-02')).toBe(true);
    },
  ],
  [
    'its test suite: a month holds its days only',
    '/api/daily_papers?month=2025-10',
    PYTHON,
    ({ json }) => expect(days(json).every((day) => day.startsWith('2025-10-'))).toBe(true),
  ],
  [
    'its test suite: a submitter, with the full name',
    '/api/daily_papers?submitter=inkwell&limit=100',
    PYTHON,
    ({ json }) => {
      const theirs = items.filter((one) => one.paper.submittedOnDailyBy?.user === 'inkwell');
      expect(json).toHaveLength(Math.min(100, theirs.length));
      for (const one of json)
        expect(one.submittedBy).toMatchObject({ user: 'inkwell', fullname: 'Ink Well' });
    },
  ],
  [
    'its test suite: an invalid date',
    '/api/daily_papers?date=2025-13-45',
    PYTHON,
    ({ status, json }) => expect([status, json.error]).toEqual([400, expect.stringContaining('"date"')]),
  ],
  [
    'its MCP server: a day in the order of votes, page by page',
    '/api/daily_papers?date=2025-10-29&p=1&limit=8',
    {},
    ({ json, headers }) => {
      const votes = json.map((one: Any) => one.paper.upvotes);
      expect(votes).toEqual(votes.toSorted((a: number, b: number) => b - a));
      const [, next = ''] = /^<(http[^>]*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(Object.fromEntries(new URL(next).searchParams)).toEqual({
        date: '2025-10-29',
        p: '2',
        limit: '8',
      });
    },
  ],
  [
    'its MCP server: the last page of a day',
    '/api/daily_papers?date=2025-10-29&p=2&limit=8',
    {},
    ({ json, headers }) => expect([json.length, headers.get('link')]).toEqual([4, null]),
  ],
  [
    'its MCP server: a day to come',
    '/api/daily_papers?date=2199-01-01',
    {},
    ({ status }) => expect(status).toBe(400),
  ],
  [
    'its MCP server: an empty day',
    '/api/daily_papers?date=2024-02-29',
    {},
    ({ status, text }) => expect([status, text]).toEqual([200, '[]']),
  ],
  [
    'its MCP server: what cites a paper',
    `/api/arxiv/${first.id}/repos`,
    {},
    ({ json }) => expect(json).toEqual({ models: [], datasets: [], spaces: [] }),
  ],
  [
    'a Discord bot',
    '/api/daily_papers',
    { 'user-agent': 'python-requests/2.32.3' },
    ({ json }) => {
      expect(json).toHaveLength(50);
      const { title, paper } = json.find((one: Any) => one.paper.ai_summary);
      expect([typeof title, typeof paper.ai_summary, paper.ai_keywords.length]).toEqual([
        'string',
        'string',
        2,
      ]);
      expect(paper.upvotes).toBeTypeOf('number');
    },
  ],
  [
    'a mirror builder',
    '/api/daily_papers?date=2025-10-29',
    {},
    ({ json }) => {
      const one = json.find((item: Any) => item.paper.submittedOnDailyBy);
      expect(one.paper.submittedOnDailyBy.user).toMatch(/^(inkwell|Paper_Kite|m\.dash)$/);
      expect(one.upvotes).toBe(one.paper.upvotes);
    },
  ],
  [
    'a digest: one article a paper, with its votes',
    '/papers/date/2025-10-29',
    { accept: 'text/html' },
    ({ text }) => {
      const votes = text
        .split('<article')
        .slice(1)
        .map((one) => /class="leading-none">(\d+)</.exec(one)?.[1]);
      const listed = onDay('2025-10-29').map((one) => String(one.paper.upvotes));
      expect(votes.toSorted()).toEqual(listed.toSorted());
    },
  ],
  [
    'an MCP server in Node',
    '/api/daily_papers?limit=20',
    { 'user-agent': 'node' },
    ({ json }) => expect(json.every((one: Any) => one.submittedBy.name.length > 0)).toBe(true),
  ],
  [
    'a Mastodon bot: a day without zeros',
    '/api/daily_papers?date=2025-11-2',
    {},
    ({ json }) => {
      expect(json).toHaveLength(20);
      expect(json[0].paper.submittedOnDailyAt).toBe('2025-11-02T00:00:00.000Z');
    },
  ],
  [
    'a Telegram bot: every field that is not optional',
    '/api/daily_papers?date=2025-10-30',
    {},
    ({ json }) => {
      const needed = ['paper', 'publishedAt', 'title', 'summary', 'thumbnail', 'numComments', 'submittedBy'];
      for (const one of json) {
        expect(Object.keys(one)).toEqual(expect.arrayContaining([...needed, 'isAuthorParticipating']));
        expect(Object.keys(one.submittedBy)).toEqual(
          expect.arrayContaining(['_id', 'avatarUrl', 'fullname', 'isPro', 'name', 'type']),
        );
      }
    },
  ],
  [
    'RSSHub: always the last week, which leads to the newest there is',
    '/papers/week/2026-W52',
    {},
    ({ status, headers }) => {
      expect([302, 301]).toContain(status);
      expect(headers.get('location')).toMatch(/^\/papers\/week\/2025-W4\d/);
    },
  ],
];

describe('the requests of real clients', () => {
  it.each(SENT)('%s', async (_, path, headers, reads) => reads(await ask(path, headers)));
});

describe('what any client may rely on', () => {
  it('keys are 24 hexadecimal digits, the same each time, and different for different authors', async () => {
    const keys = async () => (await ask(`/api/papers/${first.id}?limit=${Math.random()}`)).json;
    const [one, two] = [await keys(), await keys()];
    expect(one).toEqual(two);
    const all = [one.discussionId, ...one.authors.map((author: Any) => author._id)];
    for (const key of all) expect(key).toMatch(/^[0-9a-f]{24}$/);
    expect(new Set(all).size).toBe(all.length);
  });

  it('an old arXiv id keeps its slash, encoded or not', async () => {
    const old = items.find((one) => one.paper.id.includes('/'))!.paper;
    for (const id of [old.id, old.id.replace('/', '%2F'), `arXiv:${old.id}v2`])
      expect((await ask(`/api/papers/${id}`)).json).toMatchObject({ id: old.id, title: old.title });
    expect((await ask(`/papers/${old.id}.md`)).status).toBe(200);
    expect((await ask(`/api/arxiv/${old.id}/repos`)).status).toBe(200);
  });

  it('a paper’s page is Markdown for clients that ask for it, and a page for browsers, whoever came before', async () => {
    const path = `/papers/${first.id}`;
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    for (const _ of [1, 2]) {
      const text = await ask(path, { accept: 'text/markdown' });
      expect([text.headers.get('content-type'), text.headers.get('vary')]).toEqual([
        'text/markdown; charset=utf-8',
        'accept, accept-encoding',
      ]);
      const page = await ask(path, { accept: browser });
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
  });

  it('an unchanged response is a 304, in every encoding', async () => {
    for (const encoding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': encoding };
      const whole = await ask('/api/daily_papers?limit=10', headers);
      expect(whole.json).toHaveLength(10);
      const again = await ask('/api/daily_papers?limit=10', {
        ...headers,
        'if-none-match': whole.headers.get('etag')!,
      });
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('every response says what is left of the rate limit, cached or not', async () => {
    const left = async (path: string) => {
      const { headers } = await ask(path, { 'x-forwarded-for': '192.0.2.7' });
      expect(headers.get('ratelimit-policy')).toBe('"fixed window";"api";q=500;w=300');
      return Number(/^"api";r=(\d+);t=\d+$/.exec(headers.get('ratelimit')!)![1]);
    };
    const path = '/api/daily_papers?limit=7';
    expect([await left(path), await left(path), await left(path)]).toEqual([499, 498, 497]);
  });
});
