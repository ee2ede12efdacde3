/** The feeds over invented papers, checked against the rules of their formats. */
import { describe, expect, it } from 'vitest';
import { createWeb, openWeb } from '../../http/app.ts';
import { fakeLibrary, paperOf } from '../../testing/fake-library.ts';
import { sampleContext, samplePapers } from '../../testing/sample.ts';
import { checkAtom, checkJsonFeed, checkRss, isThere } from './rules.fixture.ts';

const HOSTILE = [
  'Control \u0000\u0007\u000b characters',
  'The end ]]> of <![CDATA[ it <!-- and --> more',
  'Emoji 🎉👩🏽‍🚀 and 示例',
  'مرحبا \u202e turned round',
  'Lone \ud800 and \udc00 surrogates \ufffe',
  '&amp; <b>bold</b> "quoted" \'too\' \r\n\t folded',
  '$\\frac{a<b}{c&d}$ and $',
];

const hostile = () =>
  HOSTILE.map((text, i) => ({
    ...paperOf({
      id: `hostile-${i}`,
      title: text,
      abstract: `${text}\n\n${text}`,
      summary: text,
      authors: [text, `${text} Jr.`],
      keywords: [text],
      note: text,
      listed: '2026-06-26',
      links: [
        { kind: 'code', url: `https://code.example/a?b=<"${i}">&c=]]>` },
        { kind: 'project', url: 'https://[broken' },
      ],
    }),
    pk: 100 + i,
  }));

function site(papers = samplePapers(), change = {}) {
  const context = Object.assign(sampleContext(papers), change);
  const app = createWeb(openWeb(context));
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.request(`http://localhost${path}`, { headers });
  return { context, get, body: async (path: string) => (await get(path)).text() };
}

const json = async (path: string, of = site()) => JSON.parse(await of.body(path));
const titles = async (path: string, of = site()): Promise<string[]> =>
  (await json(path, of)).items.map((item: { title: string }) => item.title);

const EVERY = [
  '/feed',
  '/calendar/feed',
  '/papers/trending/feed',
  '/papers/date/2026-06-26/feed',
  '/papers/week/feed',
  '/papers/week/2026-W26/feed',
  '/papers/month/feed',
  '/papers/month/2026-05/feed',
  '/search/feed',
  '/authors/a-author/feed',
  '/organizations/example-lab/feed',
];

describe('every feed', () => {
  it.each(EVERY)(
    '%s is valid in each format, at its own address, with the security of a page',
    async (path) => {
      const { get } = site();
      for (const [format, type] of [
        ['atom', 'application/atom+xml'],
        ['rss', 'application/rss+xml'],
        ['json', 'application/feed+json'],
      ] as const) {
        const response = await get(`${path}.${format}`);
        const text = await response.text();
        expect([response.status, response.headers.get('content-type')]).toEqual([
          200,
          `${type}; charset=utf-8`,
        ]);
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        const self = `https://papers.example${path}.${format}`;
        expect(response.headers.get('link')).toBe(`<${self}>; rel="self"`);
        if (format === 'json') {
          expect(checkJsonFeed(text)).toEqual([]);
          expect(JSON.parse(text).feed_url).toBe(self);
          expect(JSON.parse(text).items.length).toBeGreaterThan(0);
        } else {
          expect(format === 'atom' ? checkAtom(text) : checkRss(text)).toEqual([]);
          expect(text).toContain(`rel="self" type="${type}" href="${self}"`);
        }
      }
    },
  );

  it('is valid when the site is empty', async () => {
    const { body } = site([]);
    for (const path of [
      '/feed',
      '/calendar/feed',
      '/papers/trending/feed',
      '/papers/week/feed',
      '/search/feed',
    ]) {
      expect([path, checkAtom(await body(`${path}.atom`))]).toEqual([path, []]);
      expect([path, checkRss(await body(`${path}.rss`))]).toEqual([path, []]);
      expect([path, checkJsonFeed(await body(`${path}.json`))]).toEqual([path, []]);
    }
  });

  it('is valid whatever titles, abstracts, names and addresses contain', async () => {
    const { body } = site(hostile());
    const feeds = [...EVERY.slice(0, 7), '/search/feed'];
    for (const path of feeds) {
      expect([path, checkAtom(await body(`${path}.atom`))]).toEqual([path, []]);
      expect([path, checkRss(await body(`${path}.rss`))]).toEqual([path, []]);
      expect([path, checkJsonFeed(await body(`${path}.json`))]).toEqual([path, []]);
    }
    const atom = await body('/feed.atom');
    expect(atom.match(/<entry>/g)).toHaveLength(HOSTILE.length);
    expect(atom).not.toContain('<b>bold');
    expect(atom).not.toContain('broken');
  });

  it('carries whole abstracts with TeX as written, authors, categories and links', async () => {
    const items = (await json('/papers/date/2026-06-26/feed.json')).items;
    const [first] = items;
    expect(first.content_html).toContain('<p dir="auto">We describe an invented method');
    expect(first.content_html).toContain('$O(n \\log n)$ steps');
    expect(first.content_html).toContain('long enough for three lines.</p>');
    expect(first.title).toBe('Imaginary Letters: Sorting What Is Not There in O(n log n)');
    expect(first.authors[0]).toEqual({ name: 'A. Author', url: 'https://papers.example/authors/a-author' });
    expect(first.tags).toEqual(['cs.DS', 'cs.CL', 'sorting', 'imaginary letters']);
    expect(first.external_url).toBe('https://arxiv.org/abs/2606.00001');
    expect(first._broadsheet.links.map((link: { url: string }) => link.url)).toEqual([
      'https://arxiv.org/abs/2606.00001',
      'https://doi.org/10.1000/example.1',
      'https://arxiv.org/pdf/2606.00001',
      'https://github.com/example/letters',
    ]);
    expect(JSON.stringify(items)).not.toContain('javascript:');
    const withTags = items.find((item: { id: string }) => item.id.endsWith('doi:10.1/x'));
    expect(withTags.content_html).toContain('&lt;/script&gt;');
  });

  it('does not change when votes move, except for the order and the seconds that follow it', async () => {
    const before = site();
    const after = site(samplePapers().map((paper, i) => ({ ...paper, upvotes: i * 10, comments: i })));
    const sorted = async (of: ReturnType<typeof site>) =>
      (await json('/feed.json', of)).items
        .map(({ date_published, ...item }: { id: string; date_published: string }) => ({
          ...item,
          day: date_published.slice(0, 17),
        }))
        .sort((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1));
    expect(await titles('/feed.json', before)).not.toEqual(await titles('/feed.json', after));
    expect(await sorted(after)).toEqual(await sorted(before));
  });

  it('says when a paper was published here, and when it was revised', async () => {
    const papers = samplePapers();
    papers[0]!.updated = '2026-06-28';
    const [first, second] = (await json('/papers/date/2026-06-26/feed.json', site(papers))).items;
    expect([first.date_published, first.date_modified]).toEqual([
      '2026-06-26T00:00:50.000Z',
      '2026-06-28T00:00:00.000Z',
    ]);
    expect([second.date_published, second.date_modified]).toEqual([
      '2026-06-26T00:00:49.000Z',
      '2026-06-26T00:01:00.000Z',
    ]);
    const atom = await site(papers).body('/papers/date/2026-06-26/feed.atom');
    expect(/<updated>(.*)<\/updated>/.exec(atom)?.[1]).toBe('2026-06-28T00:00:00.000Z');
  });

  it('keeps its order in readers that sort by time', async () => {
    const of = site(
      Array.from({ length: 120 }, (_, i) =>
        paperOf(
          {
            id: `2606.1${String(i).padStart(4, '0')}`,
            title: `Paper ${i}`,
            listed: `2026-06-2${(i % 3) + 4}`,
            upvotes: i % 9,
          },
          i + 1,
        ),
      ),
    );
    for (const path of ['/feed', '/papers/date/2026-06-26/feed']) {
      const { items } = await json(`${path}.json`, of);
      const byTime = items.toSorted((a: { date_published: string }, b: { date_published: string }) =>
        a.date_published < b.date_published ? 1 : -1,
      );
      expect([path, items.length > 30, byTime]).toEqual([path, true, items]);
    }
  });

  it('is answered 304 to a reader that sends the time of its copy', async () => {
    const context = sampleContext();
    const { get } = site(samplePapers(), context);
    const modified = async () => (await get('/feed.atom')).headers.get('last-modified')!;
    const since = (time: string) => get('/feed.atom', { 'if-modified-since': time });
    const first = await modified();
    expect(new Date(first).toUTCString()).toBe(first);
    expect((await since(first)).status).toBe(304);
    expect((await since(new Date(Date.parse(first) - 1000).toUTCString())).status).toBe(200);
    // The tag takes precedence over the time.
    const stale = { 'if-modified-since': first, 'if-none-match': '"another"' };
    expect((await get('/feed.atom', stale)).status).toBe(200);
    expect((await since('yesterday')).status).toBe(200);
    // Something changed, but nothing in the feed.
    context.clock.now += 60_000;
    context.library.versionText = 'v2';
    expect([await modified(), (await since(first)).status]).toEqual([first, 304]);
    // Something in it, twice within the same second.
    const seen = [first];
    for (const title of ['Another title', 'And another']) {
      context.library.all[0]!.title = title;
      context.library.versionText = title;
      const now = await modified();
      expect(seen).not.toContain(now);
      expect((await since(seen.at(-1)!)).status).toBe(200);
      expect((await since(now)).status).toBe(304);
      seen.push(now);
    }
  });

  it('is found at conventional addresses', async () => {
    const { get } = site();
    for (const [path, to] of [
      ['/feed', '/feed.atom'],
      ['/atom', '/feed.atom'],
      ['/atom.xml', '/feed.atom'],
      ['/rss', '/feed.rss'],
      ['/rss.xml', '/feed.rss'],
      ['/feed.xml', '/feed.rss'],
      ['/index.xml', '/feed.rss'],
    ]) {
      const { status, headers } = await get(path!);
      expect([path, status, headers.get('location')]).toEqual([path, 301, to]);
    }
  });

  it('is answered 304 until something changes', async () => {
    const { get, context } = site();
    const first = await get('/feed.rss');
    const etag = first.headers.get('etag')!;
    const again = await get('/feed.rss', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    context.library.all[0]!.title = 'Another title';
    context.library.versionText = 'v2';
    expect((await get('/feed.rss', { 'if-none-match': etag })).status).toBe(200);
  });

  it('names a hub if there is one, in the feed and in its headers', async () => {
    const context = sampleContext();
    context.site.hub = 'https://hub.example/?a=1&b=2';
    const of = site(samplePapers(), { site: context.site });
    const response = await of.get('/feed.atom');
    expect(response.headers.get('link')).toContain('<https://hub.example/?a=1&b=2>; rel="hub"');
    expect(await response.text()).toContain('<link rel="hub" href="https://hub.example/?a=1&amp;b=2"/>');
    expect(await of.body('/feed.rss')).toContain('<atom:link rel="hub" href="https://hub.example/');
    expect((await json('/feed.json', of)).hubs).toEqual([
      { type: 'WebSub', url: 'https://hub.example/?a=1&b=2' },
    ]);
  });
});

describe('the rules themselves', () => {
  it.skipIf(!isThere)('detect schema violations', async () => {
    const { body } = site();
    const atom = await body('/feed.atom');
    const rss = await body('/feed.rss');
    expect(checkAtom(atom.replace(/<updated>.*?<\/updated>/, ''))).not.toEqual([]);
    expect(checkAtom(atom.replace('<content type="html">', '<content type="html"><p/>'))).not.toEqual([]);
    expect(checkRss(rss.replace(/<pubDate>.*?</, '<pubDate>2026-06-26<'))).not.toEqual([]);
    expect(checkRss(rss.replace(/<link>.*?<\/link>/, ''))).not.toEqual([]);
  });

  it('detect what a schema cannot', async () => {
    const { body } = site();
    const atom = await body('/feed.atom');
    const twice = atom.replace(/<entry>[\s\S]*?<\/entry>/, (entry) => entry + entry);
    expect(checkAtom(twice)).toContain('4.1.2: two entries have one id');
    const feed = JSON.parse(await body('/feed.json'));
    feed.items[0].tags = 'one';
    delete feed.title;
    expect(checkJsonFeed(JSON.stringify(feed))).toEqual(
      expect.arrayContaining(['no title', expect.stringContaining('tags is string')]),
    );
  });
});

describe('describes its contents', () => {
  it('the newest editions come first, filled up with earlier ones', async () => {
    const all = await titles('/feed.json');
    expect(all[0]).toContain('Imaginary Letters');
    expect(all.indexOf('Thursday’s Example')).toBeGreaterThan(all.indexOf('Late Example'));
    expect(all.indexOf('May Example')).toBeGreaterThan(all.indexOf('Thursday’s Example'));
    expect(all).toHaveLength(8);
  });

  it('a day has its papers by votes, late ones last', async () => {
    const all = await titles('/papers/date/2026-06-26/feed.json');
    expect(all).toHaveLength(5);
    expect(all.at(-1)).toBe('Late Example');
    expect(all).toContain('Withdrawn: Withdrawn Example');
  });

  it('has at most 50 entries', async () => {
    const many = Array.from({ length: 70 }, (_, i) => ({
      ...paperOf({ id: `2606.1${i}`, title: `Example ${i}`, listed: '2026-06-26', authors: ['A. Author'] }),
      pk: i + 1,
    }));
    for (const path of ['/feed', '/papers/trending/feed', '/authors/a-author/feed', '/search/feed'])
      expect(await titles(`${path}.json`, site(many))).toHaveLength(50);
  });

  it('a search is newest first with its filters, unless another order is requested', async () => {
    const { context, get } = site();
    const path =
      '/search/feed.atom?q=example&category=cs.DS&category=cs.CL&code=1&from=2026-01-01&organization=example-lab';
    const response = await get(`${path}&utm_source=elsewhere`);
    expect(context.library.asked).toMatchObject({
      q: 'example',
      categories: ['cs.CL', 'cs.DS'].sort().reverse(),
      hasCode: true,
      from: '2026-01-01',
      organization: 'example-lab',
      sort: 'date',
      page: 1,
      limit: 50,
    });
    expect(response.headers.get('link')).not.toContain('utm_source');
    await get('/search/feed.atom?q=letters&sort=votes&page=3');
    expect(context.library.asked).toMatchObject({ sort: 'votes', page: 1 });
  });

  it('a digest has only closed editions, each with its closing time', async () => {
    const { items } = await json('/calendar/feed.json');
    expect(items.map((item: { title: string }) => item.title)).toEqual([
      'Thursday, 25 June 2026: 1 paper',
      'Wednesday, 20 May 2026: 2 papers',
    ]);
    expect(items[0].id).toBe('https://papers.example/papers/date/2026-06-25');
    expect(items[0].date_published).toBe('2026-06-26T01:30:00.000Z');
    expect(items[1].content_html).toContain(
      '<a href="https://papers.example/papers/2605.00007">May Example</a>',
    );
  });
});

it('a digest leaves out days that were never closed, even if they are over', async () => {
  const open = { day: '2026-06-26', closesAt: Date.parse('2026-06-27T01:30:00Z') };
  const library = fakeLibrary(samplePapers(), { open, backfill: '2026-05-20' });
  expect(await titles('/calendar/feed.json', site([], { library }))).toEqual([
    'Thursday, 25 June 2026: 1 paper',
  ]);
});

describe('addresses', () => {
  it('redirect to the canonical one', async () => {
    const { get } = site();
    for (const [path, to] of [
      ['/papers/date/2026-6-5/feed.atom', '/papers/date/2026-06-05/feed.atom'],
      ['/authors/A.%20Author/feed.json', '/authors/a-author/feed.json'],
      ['/organizations/Example%20Lab/feed.rss', '/organizations/example-lab/feed.rss'],
    ] as const) {
      const response = await get(path);
      expect([response.status, response.headers.get('location')]).toEqual([301, to]);
    }
  });

  it('that do not exist are refused', async () => {
    const { get } = site();
    for (const [path, status] of [
      ['/feed.yaml', 404],
      ['/papers/date/2026-06-26/feed.xml', 404],
      ['/papers/date/2026-02-30/feed.atom', 400],
      ['/authors/nobody/feed.atom', 404],
      ['/organizations/nowhere/feed.atom', 404],
      ['/search/feed.atom?sort=mood', 400],
    ] as const)
      expect([path, (await get(path)).status]).toEqual([path, status]);
  });

  it('are those of the request if the site has none configured', async () => {
    const context = sampleContext();
    context.site.publicUrl = null;
    const { body } = site(samplePapers(), { site: context.site });
    expect(await body('/feed.atom')).toContain('<id>http://localhost/papers/2606.00001</id>');
  });

  it('an edition without papers is an empty feed, because it may fill', async () => {
    expect((await json('/papers/date/2026-06-27/feed.json')).items).toEqual([]);
  });
});

it('entries have the pictures that readers submitted with a paper', async () => {
  const papers = samplePapers().map((paper) => ({ ...paper, submittedBy: { name: 'Ada' } }));
  const picture = { id: 'a-b', alt: 'A "loom" & more', width: 30, height: 20 };
  const { context, body } = site(papers);
  context.library.pictures = async ({ id }) => (id === papers[0]!.id ? [picture] : []);
  const { items } = JSON.parse(await body('/feed.json')) as { items: { id: string; content_html: string }[] };
  const withOne = items.filter(({ content_html }) => content_html.includes('<img'));
  expect(withOne.map(({ id }) => id)).toEqual([`https://papers.example/papers/${papers[0]!.id}`]);
  expect(withOne[0]!.content_html).toContain(
    '<p><img src="https://papers.example/pictures/a-b" alt="A &quot;loom&quot; &amp; more" width="30" height="20"></p>',
  );
  checkAtom(await body('/feed.atom'));
});
