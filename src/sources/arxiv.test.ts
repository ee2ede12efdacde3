import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { arxivById, arxivFeed, arxivListing, arxivSince, arxivSubmitted, harvest, oaiSet } from './arxiv.ts';
import { splitAuthors } from './arxiv-record.ts';
import { OfflineError, politeClient, SourceError } from './client.ts';
import { briefly, drain, type Handler, type Loopback, loopback, record } from './loopback.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1 });

/** A server that answers as `handle` says; its address. */
async function serving(handle: Handler): Promise<string> {
  server = await loopback(handle);
  return server.url;
}

const oai = (inner: string): string =>
  `<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">${inner}</OAI-PMH>`;
const oaiRecord = (id: string, title: string, more = ''): string =>
  `<record><header><identifier>oai:arXiv.org:${id}</identifier></header><metadata><arXiv><id>${id}</id>` +
  `<created>2025-03-04</created>${more}<authors><author><keyname>Weil</keyname><forenames>Andr\\'e</forenames>` +
  `</author></authors><title>${title}</title><categories>cs.CL math.PR</categories>` +
  '<abstract>  We show\n it. </abstract></arXiv></metadata></record>';
const entry = (id: string, title: string, more: string): string =>
  `<entry><id>${id}</id><title>${title}</title>${more}</entry>`;
const feed = (inner: string): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</feed>`;

describe('harvesting', () => {
  test.each([
    ['cs.CL', 'cs:cs:CL'],
    ['stat.ML', 'stat:stat:ML'],
    ['hep-th', 'physics:hep-th'],
    ['astro-ph.GA', 'physics:astro-ph:GA'],
    ['physics.optics', 'physics:physics:optics'],
    ['math-ph', 'physics:math-ph'],
    ['eess.AS', 'eess:eess:AS'],
    ['cs', 'cs'],
  ])('the set of %s is %s', (category, set) => expect(oaiSet(category)).toBe(set));

  test('follows the tokens, passes deleted records over and names the bad ones', async () => {
    const oaiUrl = await serving((path, response) => {
      const deleted =
        '<record><header status="deleted"><identifier>oai:arXiv.org:2503.00009</identifier></header></record>';
      const token = '<resumptionToken cursor="0">6511|1001</resumptionToken>';
      response.end(
        path.includes('resumptionToken')
          ? oai(
              `<ListRecords>${oaiRecord('2503.00003', '')}${oaiRecord('2503.00002', 'Two')}<resumptionToken/></ListRecords>`,
            )
          : oai(
              `<ListRecords>${oaiRecord('2503.00001', 'One', '<updated>2025-03-09</updated><doi>10.1000/A 10.1000/b</doi><comments>Code: github.com/a/b</comments><license>http://l</license><journal-ref>J 1</journal-ref>')}${deleted}${token}</ListRecords>`,
            ),
      );
    });
    const log: string[] = [];
    const { all, error } = await drain(
      harvest({ oaiUrl, client, since: '2025-03-01', set: 'cs:cs:CL', log: (line) => log.push(line) }),
    );
    expect(error).toBeUndefined();
    expect(briefly(all)).toEqual(['2503.00001 One', '! no title', '2503.00002 Two']);
    expect(record(all[0])).toEqual({
      source: 'arxiv',
      identifiers: [
        { scheme: 'arxiv', value: '2503.00001' },
        { scheme: 'doi', value: '10.1000/a' },
        { scheme: 'doi', value: '10.1000/b' },
      ],
      title: 'One',
      abstract: 'We show it.',
      authors: ['André Weil'],
      categories: ['cs.CL', 'math.PR'],
      published: '2025-03-04',
      publishedPrecision: 'day',
      updated: '2025-03-09',
      note: 'Code: github.com/a/b',
      links: [{ kind: 'code', url: 'https://github.com/a/b' }],
      journal: 'J 1',
      licence: 'http://l',
    });
    expect(server?.requests.map((one) => one.path)).toEqual([
      '/?verb=ListRecords&metadataPrefix=arXiv&from=2025-03-01&set=cs%3Acs%3ACL',
      '/?verb=ListRecords&resumptionToken=6511%7C1001',
    ]);
    expect(log).toEqual(['1 deleted records passed over (cs:cs:CL)']);
  });

  test.each([
    ['an empty result is no error', oai('<error code="noRecordsMatch">none</error>'), 0, undefined],
    ['other errors are', oai('<error code="badArgument">what?</error>'), 0, 'arXiv says badArgument: what?'],
    [
      'a page that breaks off gives what is whole',
      oai(oaiRecord('2503.00001', 'One') + oaiRecord('2503.00002', 'Two')).slice(0, -60),
      1,
      'cut off',
    ],
    [
      'so does one that turns to nonsense',
      oai(`${oaiRecord('2503.00001', 'One')}<a></b>`),
      1,
      'the XML is broken',
    ],
    [
      'a web page is not taken for an answer',
      '<html><body>Sorry</body></html>',
      0,
      'the answer is <html> and not <OAI-PMH>',
    ],
    ['document types are refused', `<!DOCTYPE x [<!ENTITY a "b">]>${oai('&a;')}`, 0, 'document type'],
    ['unknown entities are refused', oai('&nbsp;'), 0, 'the XML is broken'],
    ['an empty answer is an error', '', 0, 'the XML is broken'],
    [
      'a token that comes back ends it',
      oai('<resumptionToken>t</resumptionToken>'),
      0,
      'the same page twice',
    ],
  ])('%s', async (_, body, count, reason) => {
    const oaiUrl = await serving((_path, response) => response.end(body));
    const { all, error } = await drain(harvest({ oaiUrl, client, since: '2025-03-01' }));
    expect(all).toHaveLength(count);
    if (reason === undefined) expect(error).toBeUndefined();
    else {
      expect(error).toBeInstanceOf(SourceError);
      expect((error as SourceError).reason).toContain(reason);
    }
  });

  test('an answer whose connection breaks gives what is whole, then the error', async () => {
    const oaiUrl = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write(oai(`${oaiRecord('2503.00001', 'One')}<record>`).slice(0, -12));
      setTimeout(() => response.destroy(), 20);
    });
    const { all, error } = await drain(harvest({ oaiUrl, client, since: '2025-03-01' }));
    expect(briefly(all)).toEqual(['2503.00001 One']);
    expect(error).toMatchObject({ reason: 'the answer broke off' });
    expect(server?.requests).toHaveLength(2);
  });

  test('names on one line are taken apart', () => {
    expect(splitAuthors('A B (X, Y and Z), C D and\n  E F, and G H (W (V)), Sammy Davis, Jr.')).toEqual([
      'A B',
      'C D',
      'E F',
      'G H',
      'Sammy Davis Jr.',
    ]);
    expect(splitAuthors('')).toEqual([]);
  });
});

describe('the API', () => {
  test('gives papers by identifier, a hundred at a time', async () => {
    const apiUrl = await serving((_, response) =>
      response.end(
        feed(
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
    const apiUrl = await serving((_, response) => response.end(feed(error)));
    expect(await drain(arxivById(['x'], { apiUrl, client }))).toMatchObject({
      all: [],
      error: { reason: 'arXiv says: incorrect id format for x', status: 200 },
    });
  });

  test('is asked for a category back to a day', async () => {
    const paper = (id: string, day: string) =>
      entry(`http://arxiv.org/abs/${id}v1`, 'T', `<published>${day}T00:00:00Z</published>`);
    const apiUrl = await serving((_, response) =>
      response.end(feed(paper('2503.00002', '2025-03-05') + paper('2503.00001', '2025-03-01'))),
    );
    const { all } = await drain(arxivSubmitted('cs.CL', '2025-03-04', { apiUrl, client }));
    expect(briefly(all)).toEqual(['2503.00002 T']);
  });
});

const announced = (id: string, type: string): string =>
  entry(
    `oai:arXiv.org:${id}v1`,
    `Paper ${id}`,
    `<summary>arXiv:${id}v1 Announce Type: ${type} \nAbstract: We show it.</summary><category term="cs.CL"/>` +
      `<published>2025-08-20T00:00:00-04:00</published><arxiv:announce_type>${type}</arxiv:announce_type>` +
      `<dc:rights>http://l</dc:rights><dc:creator>Andr\\'e Weil, Ada Lovelace</dc:creator>`,
  );

describe('the feed', () => {
  test('dates by announcement what is new or cross-listed, and only those', async () => {
    const types = ['new', 'cross', 'replace', 'replace-cross'];
    const feedUrl = await serving((_, response) =>
      response.end(feed(types.map((type, i) => announced(`2508.0000${i + 1}`, type)).join(''))),
    );
    const { all } = await drain(arxivFeed({ feedUrl, categories: ['cs.CL', 'cs.AI'], client }));
    expect(server?.requests[0]?.path).toBe('/cs.CL+cs.AI');
    expect(all.map((one) => record(one).announced)).toEqual([
      '2025-08-20',
      '2025-08-20',
      undefined,
      undefined,
    ]);
    expect(all.map((one) => record(one).updated)).toEqual([undefined, undefined, '2025-08-20', '2025-08-20']);
    expect(record(all[0])).toEqual({
      source: 'arxiv-feed',
      identifiers: [{ scheme: 'arxiv', value: '2508.00001', version: 1 }],
      title: 'Paper 2508.00001',
      abstract: 'We show it.',
      authors: ['André Weil', 'Ada Lovelace'],
      categories: ['cs.CL'],
      announced: '2025-08-20',
      licence: 'http://l',
    });
  });
  test('may be empty, at weekends', async () => {
    const feedUrl = await serving((_, response) => response.end(feed('<title>cs.CL</title>')));
    expect(await drain(arxivFeed({ feedUrl, categories: ['cs.CL'], client }))).toEqual({
      all: [],
      error: undefined,
    });
  });
});

const listing = (count: number): string =>
  `<h3>Showing new listings for Wednesday, 20 August 2025</h3><h3>New submissions (showing ${count} of ${count} entries)</h3>` +
  '<h3>Cross submissions (showing 1 of 1 entries)</h3><h3>Replacement submissions (showing 9 of 9 entries)</h3>';

describe('arXiv since a day', () => {
  const all = (url: string, more: Partial<Parameters<typeof arxivSince>[0]> = {}) =>
    drain(
      arxivSince({
        oaiUrl: `${url}/oai`,
        feedUrl: `${url}/atom/`,
        categories: ['cs.CL', 'math.PR'],
        since: '2025-03-01',
        client,
        ...more,
      }),
    );
  const answer = (path: string, response: ServerResponse): void => {
    if (path.startsWith('/oai')) response.end(oai(oaiRecord('2503.00001', 'One')));
    else if (path.startsWith('/atom'))
      response.end(feed(announced('2508.00001', 'new') + announced('2508.00002', 'cross')));
    else if (path.startsWith('/list/cs.CL')) response.end(listing(1));
    else if (path.startsWith('/list')) response.end(listing(211));
    else response.writeHead(404).end();
  };

  test('is the harvest of each category, each paper once, then the feed', async () => {
    expect(briefly((await all(await serving(answer))).all)).toEqual([
      '2503.00001 One',
      '2508.00001 Paper 2508.00001',
      '2508.00002 Paper 2508.00002',
    ]);
  });

  test('goes on through the other doors when one fails, and says which', async () => {
    const url = await serving((path, response) => {
      if (path.includes('math')) response.writeHead(503).end();
      else answer(path, response);
    });
    const { all: found, error } = await all(url);
    expect(error).toBeUndefined();
    expect(briefly(found)).toEqual([
      '2503.00001 One',
      '! the server answered 503',
      '! the server answered 503',
    ]);
    expect(found[1]?.where).toContain(`${url}/oai?verb=ListRecords`);
    expect(found[2]?.where).toBe(`${url}/atom/cs.CL+math.PR`);
  });

  test('asks the API for a category that could not be harvested', async () => {
    const url = await serving((path, response) => {
      if (path.startsWith('/oai')) response.writeHead(500).end();
      else if (path.startsWith('/api')) response.end(feed(announced('2508.00007', 'new')));
      else answer(path, response);
    });
    const { all: found } = await all(url, {
      apiUrl: `${url}/api`,
      feedUrl: undefined,
      categories: ['cs.CL'],
    });
    expect(briefly(found)).toEqual(['2508.00007 Paper 2508.00007']);
  });

  test('compares the feed with the listings, which tell a stale category', async () => {
    const url = await serving(answer);
    const { all: found } = await all(url, { oaiUrl: undefined, listUrl: `${url}/list` });
    expect(briefly(found).slice(2)).toEqual([
      '! announced 2025-08-20: the feed has 0 of 212 papers in math.PR',
    ]);
    expect(await arxivListing('cs.CL', { listUrl: `${url}/list`, client })).toEqual({
      url: `${url}/list/cs.CL/new`,
      announced: '2025-08-20',
      papers: 2,
    });
    await expect(arxivListing('x', { listUrl: `${url}/oai`, client })).rejects.toThrow(
      'no day of announcement',
    );
  });

  test('offline is an error, not an empty day', async () => {
    const offline = politeClient({ userAgent: 'x', minIntervalMs: 0, offline: true });
    expect((await all('http://127.0.0.1:1', { client: offline })).error).toBeInstanceOf(OfflineError);
  });
});
