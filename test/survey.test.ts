/** Surveys through the front door: pages, files, the API, the feed and the command, all of the same papers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkAtom } from '../src/api/feeds/rules.fixture.ts';
import { wrongWith } from './api-contract.ts';
import { type Env, eventually, json, run, type Site, serve, temporary } from './program.ts';

const SUBJECTS = ['lantern parsing', 'kite translation', 'harbour retrieval'];

/** Invented papers with figures; `more` than the first come a month later. */
const paper = (number: number) => {
  const subject = SUBJECTS[number % 3]!;
  return {
    id: `2606.${String(number).padStart(5, '0')}`,
    title: `${subject[0]!.toUpperCase()}${subject.slice(1)} with quince models, part ${number}`,
    abstract:
      `We present a quince method for ${subject}. It reaches an accuracy of ${40 + number}.5% on GSM8K & more. ` +
      'Whether <b>larger</b> models help remains an open question.',
    authors: ['Ana Author', `Bo Writer ${number % 5}`],
    categories: ['cs.CL'],
    published: number < 24 ? `2026-05-${String(number + 1).padStart(2, '0')}` : '2026-06-26',
    listed: '2026-06-26',
    links: [{ kind: 'code', url: `https://github.com/quince/part${number}`, stars: number, licence: 'MIT' }],
    upvotes: number,
  };
};

describe('surveys of a running site', () => {
  let env: Env;
  let site: Site;
  const papers = Array.from({ length: 30 }, (_, i) => paper(i));

  beforeAll(async () => {
    const folder = temporary();
    env = { DATA_DIR: join(folder, 'data') };
    const file = join(folder, 'papers.jsonl');
    writeFileSync(file, papers.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await json(['import', file], env);
    site = await serve(env);
    await eventually('the index', async () =>
      (await site.get('/search?q=quince')).text.includes('30 papers'),
    );
  });

  it('are linked from results and editions, and complete without scripts', async () => {
    expect((await site.get('/search?q=quince')).text).toContain('href="/survey?q=quince"');
    expect((await site.get('/papers/date/2026-06-26')).text).toContain('/papers/date/2026-06-26/survey"');
    for (const path of [
      '/survey?q=quince',
      '/papers/date/2026-06-26/survey',
      '/papers/month/2026-06/survey',
    ]) {
      const { status, text } = await site.get(path);
      expect([path, status]).toEqual([path, 200]);
      for (const id of ['themes', 'timeline', 'figures', 'compared', 'benchmarks', 'code', 'open', 'people'])
        expect(text).toContain(`<section id="${id}"`);
      expect(text).toContain('It reaches an accuracy of <mark>69.5%</mark> on GSM8K &amp; more.');
      expect(text).toContain('Whether &lt;b&gt;larger&lt;/b&gt;');
      expect(text).toContain('<svg class="chart"');
      expect(text).toContain('<th scope="row">');
    }
    expect((await site.get('/survey?q=quince')).text).toBe((await site.get('/survey?q=quince')).text);
  });

  it('quote word for word, and are the same in every form', async () => {
    const abstracts = new Map(papers.map(({ id, abstract }) => [id, abstract]));
    const file = await site.get('/survey.json?q=quince');
    const answer = await site.get('/api/v1/survey?q=quince');
    const survey = JSON.parse(answer.text);
    expect(JSON.parse(file.text)).toEqual(survey);
    expect(wrongWith('/api/v1/survey', 200, survey)).toBe('');
    expect(survey.figures.length).toBeGreaterThanOrEqual(30);
    for (const { paper: id, value, sentence } of survey.figures) {
      expect(abstracts.get(id)).toContain(sentence.text);
      const [start, end] = sentence.marks[0];
      expect(sentence.text.slice(start, end)).toBe(value);
    }
    expect(survey.comparisons[0].rows.map((row: { number: number }) => row.number).slice(0, 2)).toEqual([
      69.5, 68.5,
    ]);
    expect(survey.code[0]).toEqual({
      paper: '2606.00029',
      url: 'https://github.com/quince/part29',
      stars: 29,
      licence: 'MIT',
    });
    const markdown = (await site.get('/survey.md?q=quince')).text;
    expect(markdown).toContain('“It reaches an accuracy of **69.5%** on GSM8K & more.”');
    const cited = [...(await site.get('/survey.tex?q=quince')).text.matchAll(/\\cite\{([^}]+)\}/g)];
    const entries = (await site.get('/survey.bib?q=quince')).text;
    expect(cited.length).toBeGreaterThan(30);
    for (const [, key] of cited) expect(entries).toContain(`{${key},`);
    const rows = (await site.get('/survey.csv?q=quince')).text.trim().split('\r\n');
    expect(rows.length).toBe(survey.figures.length + 1);
    const printed = await run(['survey', 'quince', '--format', 'json'], env);
    expect(JSON.parse(printed.out).figures).toEqual(survey.figures);
  });

  it('say what has changed since a day, and have a feed of it', async () => {
    const survey = JSON.parse((await site.get('/api/v1/survey?q=quince&since=2026-06-01')).text);
    expect(survey.changes).toMatchObject({ since: '2026-06-01', papers: 6, revised: 0 });
    expect((await site.get('/survey?q=quince&since=2026-06-01')).text).toContain('6 new papers');
    const { status, text } = await site.get('/survey/feed.atom?q=quince');
    expect(status).toBe(200);
    checkAtom(text);
    expect(text).toContain('It reaches an accuracy of 69.5% on GSM8K');
  });

  it('of nothing, or of what cannot be understood, say so', async () => {
    expect((await site.get('/survey')).text).toContain('action="/survey"');
    const nothing = await site.get('/survey?q=xyzzyq');
    expect([nothing.status, nothing.text.includes('nothing to survey')]).toEqual([200, true]);
    for (const [path, wanted] of [
      ['/survey?q=quince&since=yesterday', 400],
      ['/survey?q=quince&by=colour', 400],
      ['/survey.md', 400],
      ['/survey.docx?q=quince', 404],
      ['/papers/date/2026-13-01/survey', 400],
    ] as const)
      expect([path, (await site.get(path)).status]).toEqual([path, wanted]);
  });
});
