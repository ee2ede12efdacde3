/** Every response of the Hub's API over 10,000 papers and over the starter collection, against the Hub's own types. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLines, hubItems } from './hub-items.ts';
import { haveSchemas, hubShapes, type Shapes } from './hub-schemas.ts';
import { eventually, json, type Site, serve, temporary } from './program.ts';

const recorded = join(process.cwd(), '../shared/data/hf-daily-dev.jsonl.gz');
const have = haveSchemas && existsSync(recorded);
if (!have) console.warn(`SKIPPED: the Hub's API over 10,000 of its papers, because ${recorded} is not there`);

const PAPERS = 10_000;

interface Item {
  paper: { id: string };
}

/** A list to its end, page by page, following `Link`. */
async function* pages(site: Site, path: string): AsyncGenerator<unknown[]> {
  for (let next: string | undefined = site.url + path; next !== undefined; ) {
    const { status, headers, text } = await site.get(next.slice(site.url.length));
    expect([status, next]).toEqual([200, next]);
    yield JSON.parse(text);
    next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
  }
}

async function all(site: Site, path: string, fits: (value: unknown) => string): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const page of pages(site, path)) {
    expect(fits(page)).toBe('');
    items.push(...page);
  }
  return items;
}

async function one(site: Site, path: string, fits: (value: unknown) => string): Promise<string> {
  const { status, text } = await site.get(path);
  return status === 200 ? fits(JSON.parse(text)) : `${status} ${text}`;
}

function suite(open: () => Promise<{ site: Site; papers: number; listed: number }>, every: number): void {
  let site: Site;
  let expected: { papers: number; listed: number };
  let shapes: Shapes;
  let ids: string[] = [];
  beforeAll(async () => {
    shapes = hubShapes();
    ({ site, ...expected } = await open());
  });
  afterAll(() => site?.end());

  it('pages of the daily list, by p, have every listed paper once', async () => {
    const items = (await all(site, '/api/daily_papers?limit=100', shapes.daily)) as Item[];
    ids = items.map((item) => item.paper.id);
    expect([ids.length, new Set(ids).size]).toEqual([expected.listed, expected.listed]);
  });

  it('pages of the trending list have them once, too', async () => {
    const items = (await all(site, '/api/daily_papers?sort=trending&limit=97', shapes.daily)) as Item[];
    expect(new Set(items.map((item) => item.paper.id))).toEqual(new Set(ids));
    expect(items).toHaveLength(ids.length);
  });

  it('pages of all papers, by cursor, have every paper once, newest first', async () => {
    const items = (await all(site, '/api/papers?limit=100', shapes.papers)) as {
      id: string;
      publishedAt: string;
    }[];
    expect([items.length, new Set(items.map(({ id }) => id)).size]).toEqual([
      expected.papers,
      expected.papers,
    ]);
    const days = items.map(({ publishedAt }) => publishedAt.slice(0, 10)).filter((day) => day > '1970-01-01');
    expect(days).toEqual(days.toSorted().reverse());
  });

  it('single papers, with and without extra fields', async () => {
    const wrong: string[] = [];
    const some = ids.filter((_, i) => i % every === 0);
    for (const [i, id] of some.entries()) {
      const field = [
        '',
        '?field=comments',
        '?field=submissionDeadline',
        '?field=comments&field=submissionDeadline',
      ];
      const says = await one(site, `/api/papers/${id}${field[i % 4]}`, shapes.paper);
      if (says !== '') wrong.push(`${id}: ${says}`);
    }
    expect(wrong).toEqual([]);
  });

  it('search and quick search', async () => {
    await eventually('the index', async () => {
      const { text } = await site.get('/healthz');
      return (JSON.parse(text) as { papers: number }).papers >= expected.papers;
    });
    let found = 0;
    for (const id of ids.filter((_, i) => i % (every * 20) === 0)) {
      const { text } = await site.get(`/api/papers/${id}`);
      const title = (JSON.parse(text) as { title: string }).title.slice(0, 120);
      const q = encodeURIComponent(title);
      expect(await one(site, `/api/papers/search?q=${q}&limit=20`, shapes.search)).toBe('');
      expect(await one(site, `/api/quicksearch?type=paper&q=${q}&limit=5`, shapes.quick)).toBe('');
      const hits = JSON.parse((await site.get(`/api/papers/search?q=${q}&limit=20`)).text) as Item[];
      if (hits.some((hit) => hit.paper.id === id)) found++;
    }
    expect(found).toBeGreaterThan(0);
    expect(await one(site, '/api/papers/search?q=model', shapes.search)).toBe('');
  });
}

describe.skipIf(!have)('the Hub’s API over 10,000 of its papers', () => {
  suite(async () => {
    const env = { DATA_DIR: temporary(), API_RATE_LIMIT: '0' };
    const lines = gunzipSync(readFileSync(recorded)).toString().trimEnd();
    const count = lines.split('\n').length;
    const file = join(temporary(), 'hub.jsonl');
    // Those at hand have none of the optional fields: the rest are invented, and have all of them.
    const rest = hubItems(PAPERS - count, { first: '2026-06-01', days: 20, from: 30_000 });
    writeFileSync(file, `${lines}\n${asLines(rest)}`);
    const { imported } = await json(['import', file], env);
    expect(imported).toBe(PAPERS);
    const site = await serve(env, ['--empty']);
    return { site, papers: PAPERS, listed: PAPERS };
  }, 5);
});

describe.skipIf(!haveSchemas)('the Hub’s API over the starter collection', () => {
  suite(async () => {
    const site = await serve({ DATA_DIR: temporary(), API_RATE_LIMIT: '0' });
    return { site, papers: 47, listed: 47 };
  }, 1);
});
