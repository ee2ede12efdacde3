import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import { politeClient, SourceError } from './client.ts';
import { crossref, crossrefWork, pauseOf } from './crossref.ts';
import { crossrefRecord } from './crossref-record.ts';
import type { Handler } from './loopback.ts';
import { type Trial, trial } from './trial.ts';

let site: Trial | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const work = (doi: string, more: object = {}): Record<string, unknown> => ({
  DOI: doi.toUpperCase(),
  type: 'journal-article',
  title: [`On <i>${doi}</i>`],
  subtitle: [],
  abstract: '<jats:title>Abstract</jats:title><jats:p>What there is to say.</jats:p>',
  author: [
    { given: 'Ada', family: 'Lovelace', sequence: 'first' },
    { name: 'The Loom Group' },
    { given: 'Sammy', family: 'Davis', suffix: 'Jr.' },
  ],
  'container-title': ['Loom Letters'],
  published: { 'date-parts': [[2026, 3]] },
  'published-online': { 'date-parts': [[2026, 3, 4]] },
  license: [
    { URL: 'https://publisher.example/tdm', 'content-version': 'tdm' },
    { URL: 'https://creativecommons.org/licenses/by/4.0/', 'content-version': 'vor' },
  ],
  ...more,
});

const message = (one: unknown): string =>
  JSON.stringify({ status: 'ok', 'message-type': 'work', message: one });
const doiOf = (path: string): string => decodeURIComponent(/^\/works\/([^?]+)/.exec(path)?.[1] ?? '');
const serving =
  (answers: Record<string, (response: Parameters<Handler>[1]) => void> = {}): Handler =>
  (path, response) => {
    const doi = doiOf(path);
    const answer = answers[doi];
    if (answer) answer(response);
    else response.end(message(work(doi)));
  };

const bare = (number: number, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'bibtex',
  identifiers: [{ scheme: 'doi', value: `10.1000/${String(number).padStart(3, '0')}` }],
  title: `A reference by number ${number}`,
  authors: ['Ada Lovelace'],
  ...more,
});
const fill = (records: PaperRecord[]) => takeIn(site!.store, records, new Set());
const run = (hours = 1): Promise<string> =>
  site!.run(crossref, { CROSSREF_MAILTO: 'editor@example.org', CROSSREF_URL: site!.url }, hours);

describe('Crossref', () => {
  test('completes papers that have a DOI and lack an abstract or a journal, and asks for no others', async () => {
    site = await trial(serving());
    await fill([
      bare(1),
      bare(2, { abstract: 'Here already.', journal: 'Here already' }),
      bare(3, { abstract: 'Here already.' }),
      bare(4, { identifiers: [{ scheme: 'arxiv', value: '2606.00001' }] }),
    ]);
    expect(await run()).toBe('ok, 0 new, 2 changed; 2 of 2 DOIs found');
    expect(site.asked()).toEqual([
      '/works/10.1000/001?mailto=editor@example.org',
      '/works/10.1000/003?mailto=editor@example.org',
    ]);
    const papers = await site.papers();
    expect(papers[0]).toMatchObject({
      title: 'On 10.1000/001',
      abstract: 'What there is to say.',
      authors: ['Ada Lovelace', 'The Loom Group', 'Sammy Davis Jr.'],
      journal: 'Loom Letters',
      published: '2026-03-01',
      publishedPrecision: 'month',
      licence: 'https://creativecommons.org/licenses/by/4.0/',
      sources: ['crossref', 'bibtex'],
    });
    expect(await run()).toBe(
      'quiet: every paper with a DOI has an abstract and a journal here, or was looked up since 2026-06-12',
    );
    await fill([bare(5)]);
    expect(await run()).toBe('ok, 0 new, 1 changed; 1 of 1 DOIs found');
    expect(site.asked()).toEqual(['/works/10.1000/005?mailto=editor@example.org']);
  });

  test('does not know every DOI, and is not asked for one twice in a month', async () => {
    site = await trial(
      serving({
        '10.1000/001': (response) => response.writeHead(404).end('Resource not found.'),
        '10.1000/002': (response) => response.end(message(work('10.1000/other'))),
        '10.1000/003': (response) => response.end(message({ DOI: '10.1000/003' })),
      }),
    );
    await fill([bare(1), bare(2), bare(3), bare(4)]);
    expect(await run()).toBe('ok, 0 new, 1 changed; 1 of 4 DOIs found; 1 not known to Crossref; 2 rejected');
    expect(await site.reasons()).toEqual(['no title', 'the answer is about 10.1000/other']);
    site.asked();
    expect(await run()).toMatch(/^quiet: /);
    expect(site.asked()).toEqual([]);
    expect(await run(29 * 24)).toMatch(/^quiet: /);
    expect(await run(24)).toContain('0 of 3 DOIs found');
    expect(site.asked()).toHaveLength(3);
  });

  test('that stumbles over one DOI is asked for the others, and for that one again', async () => {
    let isIll = true;
    site = await trial(
      serving({
        '10.1000/002': (response) =>
          isIll ? response.writeHead(500).end() : response.end(message(work('10.1000/002'))),
      }),
    );
    await fill([bare(1), bare(2), bare(3)]);
    expect(await run()).toBe('failed: 2 of 3 DOIs answered; 10.1000/002: the server answered 500');
    isIll = false;
    site.asked();
    expect(await run()).toBe('ok, 0 new, 1 changed; 1 of 1 DOIs found');
    expect(site.asked()).toEqual(['/works/10.1000/002?mailto=editor@example.org']);
    expect(await run()).toMatch(/^quiet: /);
  });

  test('that is down is left alone after three, and loses none of them', async () => {
    let isDown = true;
    site = await trial((path, response) =>
      isDown ? response.writeHead(503).end() : response.end(message(work(doiOf(path)))),
    );
    await fill([1, 2, 3, 4, 5].map((number) => bare(number)));
    expect(await run()).toMatch(/^failed: 0 of 5 DOIs answered; /);
    isDown = false;
    expect(await run()).toBe('ok, 0 new, 5 changed; 5 of 5 DOIs found');
  });

  test('that allows few requests is not asked for more', async () => {
    site = await trial((path, response) => {
      response.setHeader('x-rate-limit-limit', '1').setHeader('x-rate-limit-interval', '3600s');
      response.end(message(work(doiOf(path))));
    });
    await fill([bare(1), bare(2), bare(3)]);
    expect(await run()).toBe(
      'ok, 0 new, 1 changed; 1 of 1 DOIs found; 2 postponed, as Crossref currently allows few requests',
    );
    expect(await run()).toContain('1 of 1 DOIs found; 1 postponed');
    expect(await run()).toBe('ok, 0 new, 1 changed; 1 of 1 DOIs found');
  });

  test.skipIf(!process.env.TEST_DATABASE_URL)('asks the same of PostgreSQL', async () => {
    site = await trial(serving(), 'PostgreSQL');
    await fill([bare(1), bare(2, { abstract: 'Here already.', journal: 'Here already' })]);
    expect(await run()).toBe('ok, 0 new, 1 changed; 1 of 1 DOIs found');
    expect(await run()).toMatch(/^quiet: /);
    expect(site.asked()).toEqual(['/works/10.1000/001?mailto=editor@example.org']);
  });

  test.each([
    [{ 'x-rate-limit-limit': '50', 'x-rate-limit-interval': '1s' }, 20],
    [{ 'x-rate-limit-limit': '3', 'x-rate-limit-interval': '1s' }, 334],
    [{ 'x-rate-limit-limit': '1', 'x-rate-limit-interval': '2m' }, 120_000],
    [{ 'x-rate-limit-limit': '0', 'x-rate-limit-interval': '1s' }, 0],
    [{ 'x-rate-limit-limit': 'x', 'x-rate-limit-interval': 'y' }, 0],
    [{}, 0],
  ])('its pace, %o, is %i ms a request', (headers, pause) => {
    expect(pauseOf(new Headers(headers as Record<string, string>))).toBe(pause);
  });

  test('one DOI can be asked for alone', async () => {
    site = await trial(serving({ '10.1000/no': (response) => response.end('{"message":') }));
    const client = politeClient({
      userAgent: 'Broadsheet-Test/1',
      minIntervalMs: 0,
      backoffMs: 1,
      retries: 0,
    });
    const options = { baseUrl: `${site.url}/`, mailto: null, client };
    const { parsed } = await crossrefWork('10.1000/a<b>/c#d', options);
    expect(parsed).toMatchObject({ ok: true, record: { identifiers: [{ value: '10.1000/a<b>/c#d' }] } });
    await expect(crossrefWork('10.1000/no', options)).rejects.toThrow('the response is not JSON');
    await site.close();
    await expect(crossrefWork('10.1000/no', options)).rejects.toBeInstanceOf(SourceError);
    site = undefined;
  });

  test('a preprint it grew out of, and what a preprint became, are other forms of it and no names', () => {
    const related = (relation: unknown) => {
      const { identifiers, sameAs } = crossrefRecord(work('10.1000/x', { relation }));
      expect(identifiers).toEqual([{ scheme: 'doi', value: '10.1000/x' }]);
      return sameAs?.map(({ scheme, value, as }) => `${as} ${scheme}:${value}`);
    };
    const ids = (...list: unknown[]) => list.map((id) => ({ 'id-type': 'doi', id }));
    expect(related({ 'has-preprint': [...ids('10.48550/arXiv.2503.02130', null), 7] })).toEqual([
      'preprint arxiv:2503.02130',
    ]);
    expect(
      related({ 'has-preprint': ids('10.1101/2026.01.000', '10.1101/2026.01.001', '10.1000/X') }),
    ).toEqual(['preprint doi:10.1101/2026.01.000', 'preprint doi:10.1101/2026.01.001']);
    expect(related({ 'is-preprint-of': ids('https://doi.org/10.1000/Y', '10.1000/y') })).toEqual([
      'publication doi:10.1000/y',
    ]);
    expect(related({ 'has-review': ids('10.1000/review') })).toBeUndefined();
    expect(related({ 'has-preprint': 'none' })).toBeUndefined();
  });

  test('another DOI of the very same work is a name of it', () => {
    const relation = { 'is-identical-to': [{ 'id-type': 'doi', id: '10.1000/y' }] };
    const { identifiers, sameAs } = crossrefRecord(work('10.1000/x', { relation }));
    expect([identifiers.map(({ value }) => value), sameAs]).toEqual([['10.1000/x', '10.1000/y'], undefined]);
  });

  test.each([
    [[['tdm', 'https://publisher.example/tdm']], undefined],
    [
      [
        ['am', 'https://a.example/am'],
        ['vor', 'https://a.example/vor'],
        ['tdm', 'https://a.example/t'],
      ],
      'https://a.example/vor',
    ],
    [
      [
        ['am', 'https://a.example/am'],
        ['tdm', 'https://a.example/t'],
      ],
      'https://a.example/am',
    ],
    [
      [
        ['vor', 'https://www.springer.com/tdm'],
        ['am', 'https://a.example/am'],
      ],
      'https://a.example/am',
    ],
    [[['stm-asf', 'https://doi.org/10.15223/policy-017']], undefined],
    [[['unspecified', 'https://a.example/open']], 'https://a.example/open'],
    [
      [
        ['vor', 'https://a.example/vor', [2027, 1, 1]],
        ['am', 'https://a.example/am', [2026, 1]],
      ],
      'https://a.example/am',
    ],
    [[['vor', 'https://a.example/vor', [2026, 6, 12]]], 'https://a.example/vor'],
    [[['vor', 'javascript:alert(1)']], undefined],
  ])('of the licences %j the paper’s is %s', (licences, url) => {
    const license = (licences as [string, string, number[]?][]).map(([version, URL, day]) => ({
      URL,
      'content-version': version,
      ...(day && { start: { 'date-parts': [day] } }),
    }));
    expect(crossrefRecord(work('10.1000/x', { license }), Date.parse('2026-06-12T12:00Z')).licence).toBe(url);
  });

  test('what was retracted is withdrawn', () => {
    expect(crossrefRecord(work('10.1000/x', { title: ['RETRACTED: On looms'] })).withdrawn).toBe(true);
    expect(crossrefRecord(work('10.1000/x', { 'updated-by': [{ type: 'retraction' }] })).withdrawn).toBe(
      true,
    );
    expect(
      crossrefRecord(work('10.1000/x', { 'updated-by': [{ type: 'correction' }] })).withdrawn,
    ).toBeUndefined();
  });

  test('any field may be of any kind', () => {
    const kinds = [
      null,
      7,
      'x',
      true,
      [],
      {},
      [[]],
      [null],
      [7],
      [{}],
      { 'date-parts': [['2026', {}]] },
      [[[]]],
    ];
    const names = [
      ...Object.keys(work('10.1000/x')),
      'relation',
      'subject',
      'issued',
      'message',
      'updated-by',
    ];
    for (const kind of kinds) {
      for (const name of names) {
        try {
          crossrefRecord(work('10.1000/x', { [name]: kind }));
        } catch (error) {
          expect((error as Error).constructor.name, `${name} ${JSON.stringify(kind)}`).toBe('Unfit');
        }
      }
      expect(() => crossrefRecord(kind)).toThrow();
    }
  });

  test('is asked for nothing until it may write to somebody', () => {
    expect(crossref.parts(readConfig({}))).toEqual([]);
    expect(crossref.parts(readConfig({ CROSSREF_MAILTO: 'editor@example.org' }))).toHaveLength(1);
  });
});
