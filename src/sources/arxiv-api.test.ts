import { afterEach, describe, expect, test } from 'vitest';
import { foreign } from '../net/foreign.ts';
import { atom } from './arxiv.fixture.ts';
import { arxivById, arxivSubmitted } from './arxiv-api.ts';
import { OfflineError, politeClient } from './client.ts';
import { briefly, drain, type Handler, type Loopback, loopback, record } from './loopback.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1 });

async function serving(handle: Handler): Promise<string> {
  server = await loopback(handle);
  return server.url;
}

const entry = (id: string, title: string, more: string): string =>
  `<entry><id>${id}</id><title>${title}</title>${more}</entry>`;
const paper = (number: number, day: string): string =>
  entry(
    `http://arxiv.org/abs/2503.${String(number).padStart(5, '0')}v1`,
    'T',
    `<published>${day}T00:00:00Z</published>`,
  );

describe('the API', () => {
  test('gives papers by identifier, a hundred at a time', async () => {
    const apiUrl = await serving((_, response) =>
      response.end(
        atom(
          entry(
            'http://arxiv.org/abs/2606.13677v1',
            'Mana:\n  Hands',
            '<updated>2026-06-12T17:59:49Z</updated><published>2026-06-11T17:59:49Z</published><summary> x </summary>' +
              '<category term="cs.AI"/><category term="68T45"/><arxiv:primary_category term="cs.RO"/>' +
              '<author><name>A B</name></author><arxiv:doi>10.1000/x</arxiv:doi>' +
              '<arxiv:comment>This paper has been withdrawn</arxiv:comment>',
          ),
        ),
      ),
    );
    const ids = Array.from({ length: 150 }, (_, i) => `2606.${10_000 + i}`);
    const { all } = await drain(arxivById(ids, { apiUrl, client }));
    expect(record(all[0])).toEqual({
      source: 'arxiv',
      identifiers: [
        { scheme: 'arxiv', value: '2606.13677', version: 1 },
        { scheme: 'doi', value: '10.1000/x' },
      ],
      title: 'Mana: Hands',
      abstract: 'x',
      authors: ['A B'],
      categories: ['cs.RO', 'cs.AI'],
      published: '2026-06-11',
      publishedPrecision: 'day',
      publishedAt: Date.parse('2026-06-11T17:59:49Z'),
      updated: '2026-06-12',
      note: 'This paper has been withdrawn',
      withdrawn: true,
    });
    expect(server?.requests).toHaveLength(2);
    expect(server?.requests[1]?.path).toContain('max_results=50');
  });

  test('dresses its errors as a paper', async () => {
    const error = entry(
      'http://arxiv.org/api/errors#x',
      'Error',
      '<summary>incorrect id format for x</summary>',
    );
    const apiUrl = await serving((_, response) => response.end(atom(error)));
    expect(await drain(arxivById(['x'], { apiUrl, client }))).toMatchObject({
      all: [],
      error: { reason: `arXiv answers with an error${foreign(': incorrect id format for x')}`, status: 200 },
    });
  });

  test('is asked for a category back to a day', async () => {
    const apiUrl = await serving((_, response) =>
      response.end(atom(paper(2, '2025-03-05') + paper(1, '2025-03-01'))),
    );
    const { all, error } = await drain(arxivSubmitted('cs.CL', { since: '2025-03-04', apiUrl, client }));
    expect([briefly(all), error]).toEqual([['2503.00002 T'], undefined]);
  });

  const total = (count: number): string => `<opensearch:totalResults>${count}</opensearch:totalResults>`;
  const slice = (count: number): string =>
    Array.from({ length: count }, (_, i) => paper(i + 1, '2025-03-05')).join('');

  test('that gives less than it says it has has failed', async () => {
    const apiUrl = await serving((_, response, count) =>
      response.end(atom(total(700) + (count === 1 ? slice(500) : ''))),
    );
    expect(await drain(arxivSubmitted('cs.CL', { since: '2025-03-04', apiUrl, client }))).toMatchObject({
      all: { length: 500 },
      error: { reason: "arXiv's API returned only 500 of 700 papers" },
    });
  });

  test('that has more than it gives has failed too', async () => {
    const page = atom(total(40_000) + slice(500));
    const apiUrl = await serving((_, response) => response.end(page));
    const found = drain(arxivSubmitted('cs.CL', { since: '2025-03-04', apiUrl, client }));
    expect(await found).toMatchObject({
      all: { length: 30_000 },
      error: { reason: "arXiv's API returns at most 30000 papers per query" },
    });
    expect(server?.requests.at(-1)?.path).toContain('start=29500');
  });

  test('names the papers it cannot be read of, with what came of them', async () => {
    const apiUrl = await serving((_, response) =>
      response.end(atom(entry('http://arxiv.org/abs/2503.00001v1', '', '<summary>Nameless.</summary>'))),
    );
    expect((await drain(arxivById(['2503.00001'], { apiUrl, client }))).all).toMatchObject([
      {
        ok: false,
        reason: 'no title',
        raw: { id: 'http://arxiv.org/abs/2503.00001v1', abstract: 'Nameless.' },
      },
    ]);
  });

  test('is not asked offline', async () => {
    const offline = politeClient({ userAgent: 'x', minIntervalMs: 0, offline: true });
    const found = await drain(arxivById(['2503.00001'], { apiUrl: 'http://127.0.0.1:1', client: offline }));
    expect(found.error).toBeInstanceOf(OfflineError);
  });
});
