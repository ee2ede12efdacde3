/**
 * Our own interface on the starter collection, checked against its own description: every documented example, every
 * list to its end, and errors, each response against the shape it is declared with.
 */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Description } from '../src/api/v1/openapi.ts';
import type { Hit, Paper } from '../src/client/types.ts';
import { addressOf, CLOSED, OURS, wrongWith, wrongWithError } from './api-contract.ts';
import { eventually, type Site, serve, temporary } from './program.ts';

const PAPERS = 47;

let site: Site;
let served: Description;
beforeAll(async () => {
  site = await serve({ DATA_DIR: temporary(), API_RATE_LIMIT: '0' });
  await eventually('the index', async () => {
    const { text } = await site.get('/healthz');
    return (JSON.parse(text) as { papers: number }).papers === PAPERS;
  });
  served = JSON.parse((await site.get('/api/v1/openapi.json')).text);
});
afterAll(() => site?.end());

// biome-ignore lint/suspicious/noExplicitAny: the tests look into responses of any shape
type Any = any;

/** Requests what must exist, and checks it against the shape of `path`. */
async function ask(path: string, address = path): Promise<Any> {
  const { status, text } = await site.get(address);
  expect([address, status, status === 200 ? '' : text]).toEqual([address, 200, '']);
  const body = JSON.parse(text);
  expect([address, wrongWith(path, 200, body)]).toEqual([address, '']);
  return body;
}

/** All items of a list, by its cursors. `limits` are used in rotation. */
async function all(path: string, address: string, limits: number[]): Promise<Any[]> {
  const items: Any[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const limit = limits[pages++ % limits.length]!;
    const query: string = `limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page: Any = await ask(path, `${address}${address.includes('?') ? '&' : '?'}${query}`);
    expect(page.items.length).toBeLessThanOrEqual(Math.max(...limits));
    items.push(...page.items);
    cursor = page.next;
    expect(pages).toBeLessThan(200);
  } while (cursor !== null);
  return items;
}

const ids = (papers: Paper[]): string[] => papers.map(({ id }) => id);

it('is described as needing no key, which linters look for', () => {
  expect(served.security).toEqual([]);
});

describe('the description', () => {
  it('is valid OpenAPI 3.1, both as served and as generated', async () => {
    for (const document of [served, CLOSED]) {
      const validator = new Validator();
      const { valid, errors } = await validator.validate(structuredClone(document));
      expect([valid, errors ?? []]).toEqual([true, []]);
      expect(validator.version).toBe('3.1');
    }
  });

  it('names each operation once, and the address of this site', () => {
    const names = Object.values(served.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(served.servers).toEqual([{ url: site.url }]);
  });

  it('describes everything', () => {
    for (const { path, operation } of OURS) {
      expect([path, operation.summary]).toEqual([path, expect.stringMatching(/^[A-Z].+\.$/)]);
      for (const { name, description } of operation.parameters)
        expect([path, name, description]).toEqual([path, name, expect.stringMatching(/\S/)]);
    }
  });
});

describe('every documented example', () => {
  it.each(OURS.map(({ path, operation }) => [operation.operationId, path] as const))(
    '%s answers as described',
    async (name, path) => {
      const address = addressOf(path, served.paths[path]!.get!);
      const { status, headers, text } = await site.get(address);
      // No source is configured here: src/api/v1/v1.test.ts has one.
      const wanted = address.includes('{source}') ? 404 : 200;
      expect([address, status]).toEqual([address, wanted]);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('access-control-allow-origin')).toBe('*');
      const body = JSON.parse(text);
      if (name !== 'openapi') expect([address, wrongWith(path, wanted, body)]).toEqual([address, '']);
      if (headers.get('cache-control') === 'no-store') return;
      const etag = headers.get('etag')!;
      expect([headers.get('cache-control'), etag]).toEqual([
        'public, no-cache',
        expect.stringMatching(/^"[\w-]+"$/),
      ]);
      expect((await site.get(address, { 'if-none-match': etag })).status).toBe(304);
      const head = await fetch(site.url + address, { method: 'HEAD' });
      expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    },
  );

  it('shows something: lists are not empty', async () => {
    for (const name of [
      'edition',
      'trending',
      'papers',
      'batch',
      'similar',
      'search',
      'author',
      'organization',
    ]) {
      const { path } = OURS.find(({ operation }) => operation.operationId === name)!;
      const { items } = await ask(path, addressOf(path, served.paths[path]!.get!));
      expect([name, items.length]).toEqual([name, 1]);
    }
  });
});

describe('the page', () => {
  it('has every endpoint, and examples that work', async () => {
    const { status, text } = await site.get('/api');
    expect(status).toBe(200);
    for (const { path, operation } of OURS) {
      expect(text).toContain(`id="get-${operation.operationId}"`);
      expect(text).toContain(`GET ${path}`);
    }
    const links = [...text.matchAll(/href="(\/api\/[^"]*)"/g)].map(([, link]) =>
      link!.replaceAll('&amp;', '&'),
    );
    expect(links.length).toBeGreaterThan(12);
    for (const link of links) expect([link, (await site.get(link)).status]).toEqual([link, 200]);
    const anchors = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(anchors).size).toBe(anchors.length);
    // Links within the page lead somewhere.
    for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${id}"`);
  });
});

describe('lists', () => {
  it('of an edition have every paper once, in one order, however they are paged', async () => {
    const path = '/api/v1/editions/{period}';
    const whole = ids((await ask(path, '/api/v1/editions/2026-06-26?limit=100')).items);
    expect(new Set(whole).size).toBe(PAPERS);
    for (const period of ['latest', '2026-6-26', '2026-W26', '2026-06'])
      expect(ids(await all(path, `/api/v1/editions/${period}`, [7, 20, 1]))).toEqual(whole);
  });

  it('of all papers, of trending and of a search without words have every paper once', async () => {
    const everything = ids(
      (await ask('/api/v1/editions/{period}', '/api/v1/editions/2026-06?limit=100')).items,
    );
    for (const list of ['/api/v1/trending', '/api/v1/papers'])
      expect(ids(await all(list, list, [13])).toSorted()).toEqual(everything.toSorted());
    const found: Hit[] = await all('/api/v1/search', '/api/v1/search', [13]);
    const met = found.flatMap(({ paper, duplicates }) => [paper.id, ...duplicates.map(({ id }) => id)]);
    expect(met.toSorted()).toEqual(everything.toSorted());
  });

  it('of authors and organisations have their papers, and no others', async () => {
    const papers: Paper[] = (await ask('/api/v1/papers', '/api/v1/papers?limit=100')).items;
    const author = papers.flatMap((paper) => paper.authors).find(({ slug }) => slug !== null)!.slug;
    const theirs = papers.filter((paper) => paper.authors.some(({ slug }) => slug === author));
    const listed = await all('/api/v1/authors/{slug}', `/api/v1/authors/${author}`, [1]);
    expect(ids(listed).toSorted()).toEqual(ids(theirs).toSorted());
    const organization = papers.flatMap((paper) => paper.organizations)[0]!;
    const answer = await ask('/api/v1/organizations/{slug}', `/api/v1/organizations/${organization.slug}`);
    expect([answer.organization, answer.total]).toEqual([organization, answer.items.length]);
  });

  it('continue by `Link` as by `next`, without ignored parameters', async () => {
    const { headers, text } = await site.get('/api/v1/trending?utm_source=x&limit=10&unknown=1');
    const { next } = JSON.parse(text) as { next: string };
    expect(headers.get('link')).toBe(`<${site.url}/api/v1/trending?limit=10&cursor=${next}>; rel="next"`);
  });

  it('of days say how many papers each has', async () => {
    const { items, next } = await ask('/api/v1/editions');
    expect([items, next]).toEqual([[{ day: '2026-06-26', papers: PAPERS }], null]);
    expect((await ask('/api/v1/editions', '/api/v1/editions?month=2030-1')).items).toEqual(items);
    expect((await ask('/api/v1/editions', '/api/v1/editions?month=1999-01')).items).toEqual([]);
  });
});

describe('a paper', () => {
  it('is the same wherever it appears', async () => {
    const { items } = await ask('/api/v1/trending', '/api/v1/trending?limit=3');
    for (const paper of items as Paper[])
      expect(await ask('/api/v1/papers/{id}', `/api/v1/papers/${encodeURIComponent(paper.id)}`)).toEqual(
        paper,
      );
  });

  it('can be read in a batch by any id, in the order requested, and missing ones are named', async () => {
    const [a, b] = ids((await ask('/api/v1/trending', '/api/v1/trending?limit=2')).items);
    const path = '/api/v1/papers/batch';
    const { items, missing } = await ask(
      path,
      `${path}?ids=${b},doi:10.1/none,${a}&ids=${b}&ids=doi:10.1/a,b`,
    );
    expect([ids(items), missing]).toEqual([
      [b, a],
      ['doi:10.1/none', 'doi:10.1/a', 'b'],
    ]);
  });

  it('is ranked where its standing says', async () => {
    const { items } = await ask('/api/v1/editions/{period}', '/api/v1/editions/latest?limit=100');
    for (const [i, { id, upvotes }] of (items as Paper[]).slice(0, 5).entries()) {
      const answer = await ask('/api/v1/papers/{id}/standing', `/api/v1/papers/${id}/standing`);
      expect(answer.edition).toMatchObject({ day: '2026-06-26', place: i + 1, of: PAPERS });
      expect([answer.upvotes, answer.rule.by]).toEqual([upvotes, 'listed']);
      expect(answer.trending.votesPart + answer.trending.agePart).toBeCloseTo(answer.trending.key, 6);
    }
  });

  it('has the same citation as on its page', async () => {
    const [id] = ids((await ask('/api/v1/trending', '/api/v1/trending?limit=1')).items);
    const answer = await ask('/api/v1/papers/{id}/citation', `/api/v1/papers/${id}/citation`);
    expect(answer.bibtex).toBe((await site.get(`/papers/${id}/cite.bib`)).text);
    expect(answer.ris).toBe((await site.get(`/papers/${id}/cite.ris`)).text);
    expect([answer.csl]).toEqual(JSON.parse((await site.get(`/papers/${id}/cite.json`)).text));
  });
});

describe('a search', () => {
  it('says what each score is made of, what matches and how matches are distributed', async () => {
    const query = 'q=multi-token+prediction&explain=true&highlights=1&facets=true&limit=10';
    const found = await ask('/api/v1/search', `/api/v1/search?${query}`);
    expect(found.items.length).toBeGreaterThan(0);
    for (const { score, shares, highlights, paper } of found.items as Hit[]) {
      expect(shares!.reduce((sum, share) => sum + share.score, 0)).toBeCloseTo(score, 6);
      for (const [from, to] of highlights!.title) expect(paper.title.slice(from, to)).toMatch(/\S/);
    }
    expect(found.facets.years.length).toBeGreaterThan(0);
    const counted = await ask('/api/v1/search/count', '/api/v1/search/count?q=multi-token+prediction');
    expect(counted).toEqual({ total: found.total, exact: true });
  });

  it('is narrowed by every filter', async () => {
    const narrow = async (filter: string): Promise<Paper[]> =>
      (await all('/api/v1/search', `/api/v1/search?${filter}`, [100])).map((hit: Hit) => hit.paper);
    for (const paper of await narrow('category=cs.CL')) expect(paper.categories).toContain('cs.CL');
    for (const paper of await narrow('code=true'))
      expect(paper.links.some(({ kind }) => kind === 'code')).toBe(true);
    for (const paper of await narrow('organization=apple'))
      expect(paper.organizations.map(({ slug }) => slug)).toContain('apple');
    for (const paper of await narrow('from=2025-01-01&to=2025-12-31'))
      expect(paper.published ?? paper.listed).toMatch(/^202[56]/);
    const { read } = await ask('/api/v1/search', '/api/v1/search?q=year:2025+sort:votes&sort=date');
    expect(read).toMatchObject({ sort: 'votes', from: '2025-01-01', to: '2025-12-31' });
  });

  it('names the editions in a query', async () => {
    const editions = async (q: string) => (await ask('/api/v1/search', `/api/v1/search?q=${q}`)).read.edition;
    expect(await editions('edition:2026-W24')).toEqual({ first: '2026-06-08', last: '2026-06-14' });
    expect(await editions('edition:2026-06..')).toEqual({ first: '2026-06-01', last: null });
    expect(await editions('engines')).toBe(null);
  });

  it('for an identifier returns its paper separately', async () => {
    const { direct, total, items } = await ask('/api/v1/search', '/api/v1/search?q=arXiv:2605.11577v3');
    expect(direct.id).toBe('2605.11577');
    expect(total).toBe(items.length + 1);
  });

  it('keeps to an edition, whether a parameter or the query names it', async () => {
    const ids = async (query: string): Promise<string[]> =>
      (await all('/api/v1/search', `/api/v1/search?${query}`, [100]))
        .map((hit: Hit) => hit.paper.id)
        .toSorted();
    for (const edition of ['2026-W26', '2026-06']) {
      const found = await ids(`edition=${edition}`);
      expect(found.length).toBeGreaterThan(0);
      expect(await ids(`q=edition:${edition}`)).toEqual(found);
    }
  });

  it('says how a query was read', async () => {
    const read = async (q: string) =>
      (await ask('/api/v1/search', `/api/v1/search?q=${encodeURIComponent(q)}`)).read;
    expect((await read('models')).code).toBe(null);
    expect(await read('models has:code votes:>20')).toMatchObject({
      code: true,
      votes: { from: 21, to: null },
    });
    expect(await read('models -has:code -has:abstract')).toMatchObject({ code: false, lacks: ['abstract'] });
    expect(await read('cat:cs.CL OR votes:>20')).toMatchObject({ condition: 'category:cs.CL OR votes:21..' });
    expect((await read('models votes:many')).problems).toHaveLength(1);
  });

  it('can be exported by its links, and so can every other list', async () => {
    const lists = [
      '/search?category=cs.CL',
      '/editions/latest',
      '/editions/2026-W26',
      '/editions/2026-06',
      '/trending',
    ];
    for (const list of lists.concat('/organizations/apple').map((path) => `/api/v1${path}`)) {
      const { exports, total } = JSON.parse((await site.get(list)).text) as {
        exports: Record<string, string>;
        total: number;
      };
      const { status, text } = await site.get(exports.jsonl!.slice(site.url.length));
      expect([list, status, text.trimEnd().split('\n').length]).toEqual([list, 200, total]);
      for (const address of Object.values(exports))
        expect([address, (await site.get(address.slice(site.url.length))).status]).toEqual([address, 200]);
    }
  });

  it('continues in the usual way', async () => {
    const { items } = await ask(
      '/api/v1/search/completions',
      '/api/v1/search/completions?q=multi-tok&limit=3',
    );
    expect(items[0].text).toMatch(/^multi-token/);
  });
});

describe('errors', () => {
  it.each([
    ['/api/v1/nothing', 404, 'NotFound', undefined],
    ['/api/v1/editions/yesterday', 400, 'BadRequest', 'period'],
    ['/api/v1/editions/2026-02-30', 400, 'BadRequest', 'period'],
    ['/api/v1/editions/2026-W54', 400, 'BadRequest', 'period'],
    ['/api/v1/editions/1999-01', 404, 'EditionNotFound', undefined],
    ['/api/v1/editions?month=06', 400, 'BadRequest', 'month'],
    ['/api/v1/trending?limit=0', 400, 'BadRequest', 'limit'],
    ['/api/v1/trending?limit=101', 400, 'BadRequest', 'limit'],
    ['/api/v1/trending?cursor=nonsense', 400, 'BadRequest', 'cursor'],
    ['/api/v1/papers/2606.99999', 404, 'PaperNotFound', 'id'],
    ['/api/v1/papers/2606.99999/similar', 404, 'PaperNotFound', 'id'],
    ['/api/v1/papers/batch', 400, 'BadRequest', 'ids'],
    [`/api/v1/papers/batch?ids=${Array.from({ length: 101 }, (_, i) => i)}`, 400, 'BadRequest', 'ids'],
    ['/api/v1/authors/nobody-at-all', 404, 'AuthorNotFound', 'slug'],
    ['/api/v1/organizations/nothing-at-all', 404, 'OrganizationNotFound', 'slug'],
    ['/api/v1/search?sort=best', 400, 'BadRequest', 'sort'],
    ['/api/v1/search?code=perhaps', 400, 'BadRequest', 'code'],
    ['/api/v1/search?from=2026-02-01&to=2026-01-01', 400, 'BadRequest', 'from'],
    [`/api/v1/search?q=${'a'.repeat(2001)}`, 400, 'BadRequest', 'q'],
    ['/api/v1/sources/none/runs', 404, 'SourceNotFound', 'source'],
    ['/api/v1/papers/%zz', 400, 'BadRequest', undefined],
  ])('%.60s is %i %s', async (address, status, code, parameter) => {
    const { headers, text, ...answer } = await site.get(address);
    const body = JSON.parse(text);
    expect([answer.status, wrongWithError(body)]).toEqual([status, '']);
    expect([body.error.code, body.error.parameter]).toEqual([code, parameter]);
    expect(headers.get('x-error-code')).toBe(code);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('a cursor of another list is refused', async () => {
    const { next } = await ask('/api/v1/trending', '/api/v1/trending?limit=1');
    expect((await site.get(`/api/v1/editions/latest?cursor=${next}`)).status).toBe(400);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])(
    '%s is refused in the same shape, from wherever',
    async (method) => {
      for (const headers of [{}, { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }]) {
        const response = await fetch(`${site.url}/api/v1/trending`, {
          method,
          headers: headers as HeadersInit,
        });
        expect(response.status).toBe('origin' in headers ? 403 : 405);
        expect(wrongWithError(await response.json())).toBe('');
      }
    },
  );

  it('what changes something needs a token, and says so in the same shape', async () => {
    const response = await fetch(`${site.url}/api/v1/papers`, { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(wrongWithError(await response.json())).toBe('');
  });

  it('a browser may send requests from anywhere', async () => {
    const response = await fetch(`${site.url}/api/v1/trending`, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-headers': 'if-none-match' },
    });
    expect([response.status, response.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'if-none-match',
    ]);
  });
});
