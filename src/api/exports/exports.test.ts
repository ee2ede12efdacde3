/** Lists as files, and the whole collection by day, over a real database. */
import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { toExport } from '../../formats/write.ts';
import { createWeb, openWeb } from '../../http/app.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import { archiveOf } from '../../papers/lists/archive.ts';
import type { PaperRecord } from '../../papers/types.ts';
import type { Store } from '../../store/open.ts';
import { paperOf } from '../../testing/fake-library.ts';
import { recordOf } from '../../testing/records.ts';
import { sampleContext, samplePapers } from '../../testing/sample.ts';
import { bySchema } from '../feeds/rules.fixture.ts';

describe('a list as a file', () => {
  function site(papers = samplePapers()) {
    const context = sampleContext(papers);
    const app = createWeb(openWeb(context));
    return { context, get: (path: string) => app.request(`http://localhost${path}`) };
  }

  it.each([
    ['/papers/date/2026-06-26', 5, '2026-06-26'],
    ['/papers/week/2026-W26', 6, '2026-W26'],
    ['/papers/month/2026-05', 2, '2026-05'],
    ['/papers/trending', 7, 'trending'],
    ['/authors/a-author', 2, 'author-a-author'],
    ['/organizations/example-lab', 1, 'organization-example-lab'],
  ])('%s/export has its papers in every format', async (page, papers, name) => {
    const { get } = site();
    for (const [format, type, count] of [
      ['bib', 'application/x-bibtex', (text: string) => text.match(/^@/gm)?.length],
      ['ris', 'application/x-research-info-systems', (text: string) => text.match(/^ER {2}-/gm)?.length],
      ['json', 'application/vnd.citationstyles.csl+json', (text: string) => JSON.parse(text).length],
      ['csv', 'text/csv', (text: string) => text.split('\r\n').length - 2],
      ['jsonl', 'application/jsonl', (text: string) => text.trim().split('\n').length],
    ] as const) {
      const response = await get(`${page}/export.${format}`);
      expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}.${format}"`);
      expect([format, count(await response.text())]).toEqual([format, papers]);
    }
  });

  it('has the order of the page and at most 1,000 papers', async () => {
    const many = Array.from({ length: 1100 }, (_, i) => ({
      ...paperOf({
        id: `p${String(i).padStart(4, '0')}`,
        title: `Example ${i}`,
        authors: ['A. Author'],
        upvotes: i,
      }),
      listed: '2026-06-26',
      pk: i + 1,
    }));
    const { get } = site(many);
    const ids = async (path: string) =>
      (await (await get(path)).text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id);
    const day = await ids('/papers/date/2026-06-26/export.jsonl');
    expect([day.length, day[0], day[999]]).toEqual([1000, 'p1099', 'p0100']);
    expect(new Set(await ids('/authors/a-author/export.jsonl')).size).toBe(1000);
  });

  it('is refused if there is no such list', async () => {
    const { get } = site();
    for (const [path, status] of [
      ['/papers/trending/export.doc', 404],
      ['/papers/date/2026-02-30/export.bib', 400],
      ['/authors/nobody/export.bib', 404],
      ['/organizations/nowhere/export.bib', 404],
      ['/papers/week/2026-W5/export.bib', 301],
      ['/authors/A.%20Author/export.bib', 301],
    ] as const)
      expect([path, (await get(path)).status]).toEqual([path, status]);
  });

  it('is linked next to the list, and so are the feeds', async () => {
    const { get } = site();
    for (const page of ['/papers/date/2026-06-26', '/papers/trending', '/authors/a-author']) {
      const text = await (await get(page)).text();
      for (const format of ['bib', 'ris', 'json', 'csv', 'jsonl'])
        expect(text).toContain(`href="${page}/export.${format}"`);
      // A past day gets nothing new: its readers follow the newest editions.
      const followed = page.startsWith('/papers/date/') ? '' : page;
      for (const format of ['atom', 'rss', 'json'])
        expect(text).toContain(`<a href="${followed}/feed.${format}"`);
    }
  });
});

const bring = (store: Store, records: PaperRecord[]) => takeIn(store, records, new Set());

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
    recordOf(number, {
      source: 'jsonl',
      published: '2026-06-24',
      ...more,
    });

  function site() {
    const context = Object.assign(sampleContext([]), { archive: archiveOf(store) });
    const app = createWeb(openWeb(context));
    const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      app.request(`http://localhost${path}`, { headers, method });
    return { context, get };
  }
  const jsonl = async (response: Response): Promise<{ id: string }[]> =>
    (await response.text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it('the archive has every paper in exactly one file', async () => {
    await bring(store, [
      record(1),
      record(2, { listed: '2026-06-26' }),
      record(3, { published: '2025-12-31', upvotes: 7 }),
      record(4, { published: undefined, listed: '2026-06-25' }),
      record(5, { published: undefined }),
      ...Array.from({ length: 600 }, (_, i) => record(1000 + i, { published: '2026-01-01' })),
    ]);
    const { get } = site();
    const index = await (await get('/archive.json')).json();
    expect([index.year, index.years.map(({ year }: { year: string }) => year)]).toEqual([
      '2026',
      ['2026', '2025'],
    ]);
    // A year is shown by month, the newest one open.
    const page = await (await get('/archive')).text();
    expect(page).toContain('<h1>Archive, 2026</h1>');
    expect(
      [...page.matchAll(/<details class="archive-month"( open="")?><summary><h2>(.*?)<.*?<span>(.*?)</g)].map(
        ([, open, ...says]) => [open !== undefined, ...says],
      ),
    ).toEqual([
      [true, 'June 2026', '3 papers on 2 days'],
      [false, 'January 2026', '600 papers on 1 day'],
    ]);
    const other = await (await get('/archive/2025.json')).json();
    const days = [...index.days, ...other.days, index.undated];
    expect(days.map(({ day, papers }) => `${day} ${papers}`)).toEqual([
      '2026-01-01 600',
      '2026-06-24 2',
      '2026-06-25 1',
      '2025-12-31 1',
      'undefined 1',
    ]);
    const seen: string[] = [];
    for (const day of days) {
      const path = (url: string) => url.replace('https://papers.example', '');
      const lines = await jsonl(await get(path(day.jsonl)));
      const file = await (await get(path(day.parquet))).arrayBuffer();
      const rows = await parquetReadObjects({ file });
      expect(rows.map(({ id, title }) => [id, title])).toEqual(
        lines.map((line) => [line.id, (line as unknown as { title: string }).title]),
      );
      expect(lines.length).toBe(day.papers);
      seen.push(...lines.map(({ id }) => id));
    }
    expect([seen.length, new Set(seen).size]).toEqual([605, 605]);
  });

  it('a line is that of an export, with votes by where they were counted', async () => {
    await bring(store, [record(1, { upvotes: 7 })]);
    const [line] = await jsonl(await site().get('/archive/2026-06-24.jsonl'));
    expect(line).toMatchObject({ id: '2606.00001', upvotes: 7, tallies: [{ source: 'jsonl', upvotes: 7 }] });
    expect(Object.keys(line!)).toEqual(Object.keys(toExport(paperOf({ id: 'a', title: 'a' }))));
  });

  it('a file is sent again only when one of its papers has changed', async () => {
    await bring(store, [record(1), record(2, { published: '2026-06-23' })]);
    const { get } = site();
    const etag = (await get('/archive/2026-06-24.jsonl', {}, 'HEAD')).headers.get('etag')!;
    const again = () => get('/archive/2026-06-24.jsonl', { 'if-none-match': etag });
    expect((await again()).status).toBe(304);
    await bring(store, [record(2, { published: '2026-06-23', title: 'Another title than before it' })]);
    expect((await again()).status).toBe(304);
    await bring(store, [record(1, { upvotes: 3 })]);
    expect((await again()).status).toBe(200);
    const parquet = await get('/archive/2026-06-24.parquet', { 'if-none-match': etag });
    expect(parquet.status).toBe(200);
  });

  it('lines are compressed for clients that accept it', async () => {
    await bring(store, [record(1)]);
    const { get } = site();
    const packed = await get('/archive/2026-06-24.jsonl', { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const plain = await get('/archive/2026-06-24.jsonl', { 'accept-encoding': 'gzip;q=0' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(String(gunzipSync(await packed.arrayBuffer()))).toBe(await plain.text());
    expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  });

  it('invalid days and days without papers are refused', async () => {
    await bring(store, [record(1)]);
    const { get } = site();
    for (const [path, status] of [
      ['/archive/2026-06-25.jsonl', 404],
      ['/archive/2026-02-30.jsonl', 400],
      ['/archive/undated.parquet', 404],
      ['/archive/2026-6-24.jsonl', 301],
      ['/archive/2024', 404],
      ['/archive/2024.json', 404],
      ['/archive/2026', 302],
      ['/archive/', 301],
      ['/archive', 200],
    ] as const)
      expect([path, (await get(path)).status]).toEqual([path, status]);
    expect(await (await get('/archive')).text()).toContain('/archive/2026-06-24.parquet');
  });

  it('sitemaps lead to every paper', async () => {
    const papers = Array.from({ length: 2100 }, (_, i) => record(i, { updated: '2026-07-01' }));
    await bring(store, [
      ...papers,
      record(9000, { published: '2025-01-31' }),
      record(9001, { published: undefined }),
      record(9002, {
        published: '2025-01-01',
        identifiers: [{ scheme: 'doi', value: '10.1000/<a>&b' }],
      }),
    ]);
    const { get } = site();
    const index = await (await get('/sitemap.xml')).text();
    expect(bySchema('sitemap', index)).toEqual([]);
    const maps = [...index.matchAll(/<loc>https:\/\/papers\.example(.*?)<\/loc>/g)].map((match) => match[1]!);
    expect(maps).toEqual([
      '/sitemaps/pages.xml',
      '/sitemaps/2026-06.xml',
      '/sitemaps/2025-01.xml',
      '/sitemaps/undated.xml',
    ]);
    const all: string[] = [];
    for (const path of maps) {
      const response = await get(path);
      const text = await response.text();
      expect([path, bySchema('sitemap', text)]).toEqual([path, []]);
      expect(response.headers.get('content-type')).toContain('application/xml');
      all.push(
        ...[...text.matchAll(/<loc>https:\/\/papers\.example\/papers\/(.*?)<\/loc>/g)].map((m) => m[1]!),
      );
    }
    expect(all.filter((id) => id !== 'trending')).toHaveLength(2103);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain('doi:10.1000/%3Ca%3E&amp;b');
    const june = await get('/sitemaps/2026-06.xml');
    expect(await june.text()).toContain('<lastmod>2026-07-01</lastmod>');
    const known = await get('/sitemaps/2026-06.xml', { 'if-none-match': june.headers.get('etag')! });
    expect(known.status).toBe(304);
    for (const path of [
      '/sitemaps/2026-06_2.xml',
      '/sitemaps/2026-13.xml',
      '/sitemaps/2026-07.xml',
      '/sitemaps/x.xml',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });
});
