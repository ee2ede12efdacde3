import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import {
  DAY,
  ledgerText,
  NOON,
  papersOf,
  type Question,
  type Ran,
  type Reply,
  runOnce,
  type Service,
  service,
} from './enrich.fixture.ts';
import { abstractOf, openAlex } from './openalex.ts';
import { invented } from './testing.ts';

const KEY = 'a-key-nobody-may-see';

onBoth((_, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let alex: Service;
  /** The works it has, by DOI. */
  let works: Record<string, Record<string, unknown>>;
  let headers: Record<string, string>;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    works = {};
    headers = { 'x-ratelimit-remaining': '9000', 'x-ratelimit-reset': '3600' };
    alex = await service(answer);
  });
  afterEach(async () => {
    await alex.close();
    await store.close();
    await database.remove();
  });

  const doisIn = ({ path }: Question): string[] =>
    new URL(path, 'http://localhost').searchParams.get('filter')!.replace(/^doi:/, '').split('|');
  /** As the service does: works it has none of are not in the list. */
  const answer = (question: Question): Reply => {
    if (question.headers.authorization !== `Bearer ${KEY}`)
      return { status: 401, json: { error: 'Invalid or missing API key' } };
    const results = doisIn(question).flatMap((doi) =>
      works[doi] ? [{ doi: `https://doi.org/${doi}`, ...works[doi] }] : [],
    );
    return { headers, json: { meta: { count: results.length }, results } };
  };
  const run = (now = NOON, key = KEY): Promise<Ran> =>
    runOnce(openAlex, store, { OPENALEX_KEY: key, OPENALEX_URL: alex.url }, now);
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const titleOf = (number: number): string => invented(number).title;
  const asked = (): string[][] => alex.asked.map(doisIn);
  const bare = (number: number): PaperRecord => {
    const { abstract: _, ...rest } = invented(number);
    return rest;
  };

  describe('OpenAlex', () => {
    it('brings citations, venue, missing abstract and other names of a paper', async () => {
      await take(bare(1));
      works['10.48550/arxiv.2611.00001'] = {
        title: 'On the Matter of Number 1',
        cited_by_count: 4,
        primary_location: { source: { display_name: 'Journal of Matters', type: 'journal' } },
        locations: [
          { landing_page_url: 'https://doi.org/10.5555/matter.1', source: null },
          { landing_page_url: 'https://example.org/matter' },
        ],
        abstract_inverted_index: { Abstract: [0], much: [2, 5], How: [1], matters: [3], 'is,': [4] },
      };
      expect((await run()).end).toEqual({ state: 'ok', says: 'checked 1 paper, 1 known there' });
      expect(await papersOf(store)).toMatchObject([
        {
          id: '2611.00001',
          citations: 4,
          journal: 'Journal of Matters',
          abstract: 'How much matters is, much',
          identifiers: [
            { scheme: 'arxiv', value: '2611.00001' },
            { scheme: 'doi', value: '10.5555/matter.1' },
          ],
          sources: ['arxiv', 'openalex'],
        },
      ]);
      const url = new URL(alex.asked[0]!.path, alex.url);
      expect(url.pathname).toBe('/works');
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        filter: 'doi:10.48550/arxiv.2611.00001',
        'per-page': '100',
      });
    });

    it('counts zero for a paper nobody cites, which is not the same as unknown', async () => {
      await take(bare(1), bare(2));
      works['10.48550/arxiv.2611.00001'] = { title: titleOf(1), cited_by_count: 0 };
      works['10.48550/arxiv.2611.00002'] = { title: titleOf(2), cited_by_count: null };
      await run();
      expect(await papersOf(store)).toMatchObject([{ citations: 0 }, { citations: null }]);
    });

    it('is asked for both DOIs of a paper, and counts citing papers once', async () => {
      await take(
        invented(1, {
          identifiers: [
            { scheme: 'arxiv', value: '2611.00001' },
            { scheme: 'doi', value: '10.5555/one' },
          ],
        }),
      );
      works['10.48550/arxiv.2611.00001'] = {
        title: titleOf(1),
        cited_by_count: 7,
        primary_location: { source: { display_name: 'arXiv (somewhere)', type: 'repository' } },
      };
      works['10.5555/one'] = {
        title: 'Another title altogether, as journals do',
        cited_by_count: 9,
        primary_location: { source: { display_name: 'Matters', type: 'journal' } },
      };
      await run();
      expect(asked()).toEqual([['10.48550/arxiv.2611.00001', '10.5555/one']]);
      expect(await papersOf(store)).toMatchObject([{ citations: 9, journal: 'Matters' }]);
    });

    it('is asked for at most fifty DOIs at once, and for none that would break the query', async () => {
      await take(
        ...Array.from({ length: 60 }, (_, i) => invented(i + 1)),
        invented(70, { identifiers: [{ scheme: 'doi', value: '10.5555/a,b' }] }),
        invented(71, { identifiers: [{ scheme: 'doi', value: '10.5555/a|b' }] }),
        invented(72, { identifiers: [{ scheme: 'acl', value: '2026.acl-long.1' }] }),
      );
      await run();
      expect(asked().every((dois) => dois.length <= 50)).toBe(true);
      expect(new Set(asked().flat()).size).toBe(60);
      expect(asked().flat().join()).not.toContain('10.5555');
    });

    it('keeps what it filled in, until a better source has it', async () => {
      await take(bare(1));
      works['10.48550/arxiv.2611.00001'] = {
        title: titleOf(1),
        abstract_inverted_index: { Filled: [0], in: [1] },
      };
      await run();
      expect((await run(NOON + 3 * DAY)).counts).toMatchObject({ changed: 0, unchanged: 1 });
      expect(await papersOf(store)).toMatchObject([{ abstract: 'Filled in' }]);
      await take(invented(1));
      await run(NOON + 6 * DAY);
      expect(await papersOf(store)).toMatchObject([{ abstract: 'What there is to say of 1.' }]);
    });

    it('gives no abstract and no names to a paper with another title', async () => {
      await take(bare(1), invented(2, { identifiers: [{ scheme: 'doi', value: '10.5555/two' }] }));
      works['10.48550/arxiv.2611.00001'] = {
        title: titleOf(2),
        cited_by_count: 3,
        locations: [{ landing_page_url: 'https://doi.org/10.5555/two' }],
        abstract_inverted_index: { Wrong: [0] },
      };
      await run();
      expect(await papersOf(store)).toMatchObject([
        { id: '2611.00001', citations: 3, abstract: null, identifiers: { length: 1 } },
        { id: 'doi:10.5555/two' },
      ]);
    });

    it('is asked again about those that are due, and only those', async () => {
      await take(invented(1), invented(2, { published: '2025-01-01' }));
      await run();
      expect((await run(NOON + DAY)).end.state).toBe('quiet');
      await take(invented(3));
      await run(NOON + DAY + 1);
      await run(NOON + 3 * DAY);
      expect(asked().map((dois) => dois.map((doi) => doi.slice(-1)).join(' '))).toEqual(['1 2', '3', '3 1']);
    });

    it('is not contacted near its limit until the window is renewed', async () => {
      await take(...Array.from({ length: 30 }, (_, i) => invented(i + 1)));
      headers = { 'x-ratelimit-remaining': '50', 'x-ratelimit-reset': '43200' };
      expect((await run()).end).toEqual({
        state: 'ok',
        says: 'checked 25 papers, 0 known there; stopped at the rate limit; continues at 2026-11-25 00:00 UTC',
      });
      expect((await run(NOON + DAY / 4)).end).toEqual({
        state: 'ok',
        says: 'at the rate limit; continues at 2026-11-25 00:00 UTC',
      });
      expect(alex.asked).toHaveLength(1);
      headers = {};
      expect((await run(NOON + DAY / 2)).end).toMatchObject({ says: 'checked 5 papers, 0 known there' });
    });

    it('drops values of the wrong type, and keeps the rest', async () => {
      await take(bare(1), bare(2));
      const odd = [null, 7, 'text', [], { x: 1 }, { source: 3 }, { source: { display_name: [] } }];
      for (const value of odd) {
        works['10.48550/arxiv.2611.00001'] = {
          title: value,
          cited_by_count: value === 7 ? 7.5 : value,
          primary_location: value,
          locations: [value],
          abstract_inverted_index: value,
        };
        alex.answer = (question) => {
          const { json, ...reply } = answer(question);
          const { results } = json as { results: unknown[] };
          return { ...reply, json: { results: [...results, value, { doi: value }] } };
        };
        const { end, rejected } = await run(NOON + odd.indexOf(value) * 30 * DAY);
        expect([value, end.state]).toEqual([value, 'ok']);
        expect(rejected).toHaveLength(2);
        expect(await papersOf(store)).toMatchObject([{ sources: ['arxiv'] }, { sources: ['arxiv'] }]);
      }
    });

    it.each([
      ['<html>', 'the response is not JSON'],
      ['{"results": {}}', 'the response has no list of works'],
      ['[]', 'the response has no list of works'],
    ])('answering %s fails', async (text, why) => {
      await take(invented(1));
      alex.answer = () => ({ text });
      expect((await run()).end).toMatchObject({ state: 'failed', why: expect.stringContaining(why) });
    });

    it('rejecting the key says which setting to check, and the key appears nowhere', async () => {
      await take(invented(1));
      const { end, log } = await run(NOON, 'a-wrong-key');
      expect(end).toEqual({
        state: 'failed',
        why: 'OpenAlex rejects the key (401): check the setting OPENALEX_KEY',
      });
      alex.answer = () => ({ status: 503 });
      const trouble = await run(NOON + 1);
      expect(trouble.end).toMatchObject({ state: 'failed', why: expect.stringContaining('503') });
      expect(trouble.log).toHaveLength(1);
      const told = JSON.stringify([
        end,
        log,
        trouble,
        await ledgerText(store),
        alex.asked.map(({ path }) => path),
      ]);
      expect(told).not.toMatch(/a-wrong-key|a-key-nobody/);
    });

    it('is off without a key', () => {
      expect(openAlex.parts({ OPENALEX_KEY: null } as never)).toEqual([]);
    });
  });
});

describe('an abstract as an index of its words', () => {
  it('is put back in order', () => {
    expect(abstractOf({ b: [1, 3], a: [0], c: [7] })).toBe('a b b c');
    expect(abstractOf({ constructor: [0], __proto__x: [1] })).toBe('constructor __proto__x');
  });
  it.each([
    null,
    [],
    'x',
    { a: 1 },
    { a: [-1] },
    { a: [1.5] },
    { a: ['0'] },
    { a: [1e9] },
    { ['x'.repeat(60_000)]: [0] },
    {},
  ])('%j is none', (index) => expect(abstractOf(index)).toBeUndefined());
});
