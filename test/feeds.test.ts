/** Feeds, files and everything else that is open to all, from the running program. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { bySchema, checkAtom, checkJsonFeed, checkRss } from '../src/api/feeds/rules.fixture.ts';
import { openStore } from '../src/store/open.ts';
import { type Env, eventually, json, run, type Site, serve, temporary } from './program.ts';

const DAYS = ['2026-06-23', '2026-06-24', '2026-06-25', '2026-06-26'];
const SUBJECTS = ['sorting letters', 'counting clouds', 'folding maps', 'naming colours'];

/** Invented papers; every seventh has a title that is hard to encode. */
const paper = (number: number, more: object = {}) => ({
  id: `2606.${String(number).padStart(5, '0')}`,
  title:
    number % 7 === 0
      ? `Hard ]]> <b>title</b> & "quotes" 🎉 \u202eمرحبا ${number}`
      : `On ${SUBJECTS[number % 4]}, part ${number}`,
  abstract: `An invented account of ${SUBJECTS[number % 4]} in $O(n^{${number}})$ steps.\n\nIt is < than > others.`,
  authors: [`Ana Author`, `Bo Writer ${number % 3}`],
  organization: { slug: 'example-lab', name: 'Example Lab' },
  categories: [number % 2 === 0 ? 'cs.DS' : 'cs.CL'],
  published: DAYS[number % 4],
  listed: DAYS[number % 4],
  links: [{ kind: 'code', url: `https://code.example/${number}` }],
  upvotes: number,
  ...more,
});

describe('the running site', () => {
  let env: Env;
  let site: Site;
  let folder: string;

  beforeAll(async () => {
    folder = temporary();
    env = { DATA_DIR: join(folder, 'data') };
    const file = join(folder, 'papers.jsonl');
    const papers = Array.from({ length: 200 }, (_, i) => paper(i));
    const undated = { id: 'local-1', title: 'A paper of no day at all' };
    writeFileSync(file, [...papers, undated].map((one) => `${JSON.stringify(one)}\n`).join(''));
    await json(['import', file], env);
    // As if the site had been running when they closed.
    const store = await openStore({ DATA_DIR: env.DATA_DIR!, DATABASE_URL: null });
    await store.write
      .insertInto('closed_editions')
      .values(DAYS.map((day) => ({ day, closed_at: Date.parse(`${day}T22:00:00Z`) })))
      .execute();
    await store.close();
    site = await serve(env);
    await eventually('the index', async () =>
      (await site.get('/search/feed.json?q=folding')).text.includes('folding maps'),
    );
  });

  it('names feeds in the head of its pages, and each of them is valid', async () => {
    const pages = [
      '/',
      '/papers/trending',
      '/papers/date/2026-06-26',
      '/papers/week/2026-W26',
      '/papers/month/2026-06',
      '/search?q=folding+maps&category=cs.DS&code=1',
      '/search?category=cs.DS',
      '/authors/ana-author',
      '/organizations/example-lab',
      '/calendar',
    ];
    for (const page of pages) {
      const { text } = await site.get(page);
      const links = [
        ...text.matchAll(
          /<link rel="alternate" type="application\/(atom\+xml|rss\+xml|feed\+json)" href="(.*?)"/g,
        ),
      ];
      // An edition names the feeds of the newest editions first, then its own.
      const kinds = ['atom+xml', 'rss+xml', 'feed+json'];
      const isEdition = /^\/papers\/(?:date|week|month)\//.test(page);
      expect([page, links.map((link) => link[1])]).toEqual([page, isEdition ? [...kinds, ...kinds] : kinds]);
      if (isEdition) expect(links[0]![2]).toBe(`${site.url}/feed.atom`);
      for (const [, kind, href] of links) {
        const url = href!.replaceAll('&amp;', '&');
        expect(url.startsWith(site.url)).toBe(true);
        const answer = await site.get(url.slice(site.url.length));
        const check = kind === 'atom+xml' ? checkAtom : kind === 'rss+xml' ? checkRss : checkJsonFeed;
        expect([url, answer.status, check(answer.text)]).toEqual([url, 200, []]);
        // Its own address is the one the page gives.
        expect(answer.headers.get('link')).toContain(`<${url}>; rel="self"`);
        const entries = answer.text.match(/<entry>|<item>|"content_html":/g)?.length ?? 0;
        if (page.startsWith('/search?q')) expect(entries).toBeGreaterThan(10);
        else expect([url, entries]).toEqual([url, page === '/calendar' ? 4 : 50]);
      }
    }
  });

  it('has in a search’s feed what the search finds, newest first', async () => {
    const { items } = JSON.parse((await site.get('/search/feed.json?q=folding+maps&category=cs.DS')).text);
    expect(items.length).toBeGreaterThan(10);
    for (const item of items) expect(item.tags).toContain('cs.DS');
    const times = items.map((item: { date_published: string }) => item.date_published);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('answers 304 until a paper changes, and ids stay when votes move', async () => {
    const ids = (text: string) =>
      JSON.parse(text)
        .items.map((item: { id: string; date_modified: string }) => `${item.id} ${item.date_modified}`)
        .sort();
    const path = '/papers/date/2026-06-24/feed.json';
    const before = await site.get(path);
    const known = { 'if-none-match': before.headers.get('etag')! };
    expect((await site.get(path, known)).status).toBe(304);
    const file = join(folder, 'votes.jsonl');
    writeFileSync(file, `${JSON.stringify(paper(1, { upvotes: 5000 }))}\n`);
    await json(['import', file], env);
    const after = await site.get(path, known);
    expect(after.status).toBe(200);
    expect(ids(after.text)).toEqual(ids(before.text));
    expect(JSON.parse(after.text).items[0].id).toBe(`${site.url}/papers/2606.00001`);
  });

  it('can be searched from a browser’s address bar, and crawled', async () => {
    const description = await site.get('/opensearch.xml');
    expect(bySchema('opensearch', description.text)).toEqual([]);
    const [query, found] = JSON.parse((await site.get('/search/suggest?q=folding+m')).text);
    expect([query, found[0]]).toEqual(['folding m', 'folding maps']);
    const robots = await site.get('/robots.txt');
    expect(robots.text).toContain(`Sitemap: ${site.url}/sitemap.xml`);
    expect(bySchema('sitemap', (await site.get('/sitemap.xml')).text)).toEqual([]);
    const shown = await site.get(`/oembed?url=${encodeURIComponent(`${site.url}/papers/2606.00003`)}`);
    expect(JSON.parse(shown.text).title).toBe('On naming colours, part 3');
  });
});

describe('the command', () => {
  it('writes the whole collection by day, and Parquet says the same as JSONL', async () => {
    const folder = temporary();
    const env = { DATA_DIR: join(folder, 'data') };
    const file = join(folder, 'papers.jsonl');
    const papers = Array.from({ length: 40 }, (_, i) => paper(i));
    const undated = { id: 'local-1', title: 'A paper of no day at all' };
    writeFileSync(file, [...papers, undated].map((one) => `${JSON.stringify(one)}\n`).join(''));
    await json(['import', file], env);
    const out = { jsonl: join(folder, 'lines'), parquet: join(folder, 'columns') };
    for (const format of ['jsonl', 'parquet'] as const) {
      const result = await json(['export', '--format', format, '--by-day', '--output', out[format]], env);
      expect(result).toEqual({ papers: 41, folder: out[format], files: 5 });
    }
    const names = [...DAYS, 'undated'];
    expect(readdirSync(out.jsonl).sort()).toEqual(names.map((name) => `${name}.jsonl`));
    expect(readdirSync(out.parquet).sort()).toEqual(names.map((name) => `${name}.parquet`));
    const all: string[] = [];
    for (const name of names) {
      const lines = readFileSync(join(out.jsonl, `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n');
      const bytes = readFileSync(join(out.parquet, `${name}.parquet`));
      const rows = await parquetReadObjects({
        file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
      });
      const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? null;
      expect(
        rows.map((row) => [
          row.id,
          row.title,
          row.abstract,
          row.authors,
          day(row.listed),
          Number(row.upvotes),
        ]),
      ).toEqual(
        lines.map((line) => {
          const { id, title, abstract, authors, listed, upvotes } = JSON.parse(line);
          return [id, title, abstract, authors, listed, upvotes];
        }),
      );
      all.push(...lines);
    }
    const whole = (await run(['export'], env)).out.trim().split('\n');
    expect(all.sort()).toEqual(whole.sort());
  });

  it('needs a folder for files by day, and accepts days', async () => {
    const env = { DATA_DIR: join(temporary(), 'data') };
    const ended = await run(['export', '--by-day'], env);
    expect([ended.code, ended.err.trim()]).toEqual([
      2,
      expect.stringContaining('--by-day needs --output FOLDER'),
    ]);
  });
});
