/** Hostile queries: each has a sensible answer or a clear refusal, from the index and from the page. */
import './connections.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import type { Log } from '../src/log.ts';
import { openIndex, type SearchIndex, type SearchRequest } from '../src/search/index.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { indexFolder } from '../src/worker/indexing.ts';
import { eventually } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-hostile-'));
const complaints: string[] = [];
const complain = (says: string, facts?: object): void =>
  void complaints.push(`${says} ${JSON.stringify(facts ?? {})}`);
const log: Log = { debug() {}, info() {}, warn: complain, error: complain };
let site: RunningSite;
let index: SearchIndex;

beforeAll(async () => {
  const env = { DATA_DIR: folder, PORT: '0', OFFLINE: '1' };
  site = await startSite({ config: readConfig(env), env, log, starter: 'starter/papers.jsonl' });
  await eventually('the index', async () => (await fetch(`${site.url}/healthz`)).ok);
  index = openIndex(indexFolder(folder));
});
afterAll(async () => {
  index?.close();
  await site?.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(complaints).toEqual([]);
});

const words = (count: number): string => Array.from({ length: count }, (_, i) => `word${i}`).join(' ');
const hostile: [string, string][] = [
  ['a megabyte of one word', 'a'.repeat(1 << 20)],
  ['a megabyte of words', 'multi-token '.repeat((1 << 20) / 12)],
  ['a megabyte of quotes', '"'.repeat(1 << 20)],
  ['ten thousand terms', words(10_000)],
  ['ten thousand terms that are required', `+${words(10_000).replaceAll(' ', ' +')}`],
  ['ten thousand exclusions', `-${words(10_000).replaceAll(' ', ' -')}`],
  ['ten thousand alternatives', words(10_000).replaceAll(' ', ' OR ')],
  ['ten thousand parts of a compound', words(10_000).replaceAll(' ', '-')],
  ['as many terms as are read', words(250)],
  ['as many exclusions', `-${words(150).replaceAll(' ', ' -')}`],
  ['as many alternatives', words(150).replaceAll(' ', ' OR ')],
  ['a compound of many parts', words(150).replaceAll(' ', '-')],
  ['quotes in quotes', '"a "b "c "multi-token" c" b" a"'],
  ['quotes never closed', 'multi "token prediction'],
  ['nothing but quotes', '"" " "" "'],
  ['quotes within signs', '-"-"+"-+""'],
  ['nothing but signs', '- + -- ++ -+ | & : ~ ^ * ?'],
  ['nothing but operators', 'OR OR AND OR | & OR'],
  ['operators at the ends', 'OR multi-token OR'],
  ['nested parentheses', `${'('.repeat(900)}multi-token${')'.repeat(900)}`],
  ['nested parentheses that group', `${'(a OR '.repeat(280)}b${')'.repeat(280)}`],
  ['parentheses never closed', '(NOT ('.repeat(330)],
  [
    'a condition of many words',
    Array.from({ length: 200 }, (_, i) => `(multi AND t${i})`)
      .join(' OR ')
      .slice(0, 1_990),
  ],
  ['many authors', Array.from({ length: 90 }, (_, i) => `author:"${'abcdefgh'[i % 8]}. li" OR`).join(' ')],
  ['ranges never closed', 'date:[2024 '.repeat(180)],
  ['nested brackets', `${'[{'.repeat(450)}${'}]'.repeat(450)}`],
  ['control characters', Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join('multi')],
  ['nothing but NUL', '\0'.repeat(100)],
  ['NUL in a word', 'multi\0token'],
  ['terms of other kinds', '=models @hinton #cs.CL %google\0Google ~mtp\0multi ^9f3c\0'],
  ['a bomb for backtracking expressions', `${'a'.repeat(1500)}!`],
  ['another', `${'(a+)+$'.repeat(300)}`],
  ['one of fields', 'author:'.repeat(280)],
  ['one of years', `year:${'1'.repeat(900)}..${'1'.repeat(900)}`],
  ['one of stars', '*a*'.repeat(600)],
  ['one of TeX', `${'$\\frac{'.repeat(150)}x${'}$'.repeat(150)}`],
  ['one of accents', `e${'\u0301'.repeat(1900)}`],
  ['one of hyphens', `multi${'-'.repeat(1900)}token`],
  ['one of apostrophes', "a'".repeat(950)],
  ['one of digits', '1,000.'.repeat(300)],
  ['lone surrogates', '\ud800 multi\udc00token \udfff'],
  ['half a pair at the end', 'multi-token \ud83d'],
  ['signs that turn the writing', '\u202emulti\u202d\u2066token\u2069'],
  ['invisible signs', 'm\u200bu\u200cl\u200dt\ufeffi-token'],
  ['many scripts', '多令牌预测 मल्टी токен τοκεν توكن 토큰 トークン'],
  ['code of SQL', "'; DROP TABLE papers; --"],
  ['code of pages', '<script>alert(1)</script>"><img src=x onerror=alert(1)>'],
  ['names of objects', '__proto__ constructor toString hasOwnProperty:x valueOf:y __proto__:z'],
  ['fields that do not exist', 'sort:__proto__ has:constructor year:NaN category: org:"" author:""'],
  ['filters of nothing', 'category:, author:. org:-'],
  ['a long non-word', 'tokenn'.repeat(300)],
];

describe('the index', () => {
  const ways: Partial<SearchRequest>[] = [
    { explain: true },
    { partial: true, facets: true },
    { sort: 'date' },
    { count: true, collapse: false, limit: 1_000 },
    { offset: Number.NaN, limit: -5 },
    // The last page an address can request.
    { offset: 25 * 9_999_998, limit: 25 },
  ];

  it.each(hostile)('answers %s', (_, text) => {
    for (const way of ways) {
      const answer = index.search({ text, ...way });
      expect(answer.total).toBeGreaterThanOrEqual(answer.hits.filter(({ loose }) => !loose).length);
      expect(answer.total).toBeLessThanOrEqual(47);
      expect(answer.hits.every(({ score }) => Number.isFinite(score))).toBe(true);
      for (const { shares, score } of answer.hits)
        if (shares) expect(shares.reduce((sum, share) => sum + share.score, 0)).toBeCloseTo(score, 6);
    }
    expect(index.complete(text, 10).length).toBeLessThanOrEqual(10);
    expect(index.similar(1, { title: text, abstract: text }, 5).length).toBeLessThanOrEqual(5);
    let end = 0;
    for (const [from, to] of index.highlights(text, `Multi-token prediction. ${text.slice(0, 5_000)}`)) {
      expect([from >= end, to > from]).toEqual([true, true]);
      end = to;
    }
    expect(
      index.search({ text: 'multi-token', filters: { author: text, organization: text, categories: [text] } })
        .total,
    ).toBeLessThanOrEqual(47);
  });

  it.each([
    ['quotes never closed', '"multi-token'],
    ['nested parentheses', `${'('.repeat(900)}multi-token${')'.repeat(900)}`],
    ['signs that turn the writing', '\u202emulti-token\u202c'],
    ['invisible signs', 'm\u200bulti-\u200ctoken'],
    ['half a pair at the end', 'multi-token \ud83d'],
    ['a field that cannot be', 'multi-token sort:__proto__'],
  ])('finds what is meant despite %s', (_, text) => {
    const keys = (asked: string) => index.search({ text: asked, count: true }).hits.map(({ key }) => key);
    expect(keys(text)).toEqual(keys('multi-token'));
  });
});

describe('the page', () => {
  const get = async (path: string, accept = 'text/html') => {
    const response = await fetch(`${site.url}${path}`, { headers: { accept }, redirect: 'manual' });
    return { status: response.status, text: await response.text() };
  };

  it.each(hostile)('answers %s, or says why not', async (_, text) => {
    const q = encodeURIComponent(text.toWellFormed());
    const { status, text: page } = await get(`/search?q=${q}`);
    expect(page).not.toContain('<script>alert');
    if (q.length > 15_000) {
      // More than a request may have.
      expect([status, page]).toEqual([431, '{"error":"The request is too large."}\n']);
      return;
    }
    expect([status, /^<!doctype html>/i.test(page)]).toEqual([text.length > 2_000 ? 400 : 200, true]);
    if (text.length > 2_000) expect(page).toMatch(/This query has [\d,]+ characters; the limit is 2,000/);
    const completed = await get(`/search/complete?q=${q}`);
    expect([completed.status, Array.isArray(JSON.parse(completed.text).completions)]).toEqual([200, true]);
    expect((await get(`/search/export.bib?q=${q}`)).status).toBe(status);
  });

  it('answers bytes that are not text', async () => {
    for (const bytes of ['%ED%A0%80', '%FF%FE', '%C0%AF', '%', '%zz', '%00', '+%0D%0A+Set-Cookie:x'])
      expect([bytes, (await get(`/search?q=${bytes}`)).status]).toEqual([bytes, 200]);
  });

  it('continues as if nothing had happened', async () => {
    const { status, text } = await get('/search?q=multi-token');
    expect([status, text]).toEqual([200, expect.stringContaining('Multi-Token')]);
  });
});
