import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { foreign, withForeign } from '../net/foreign.ts';
import type { Parsed } from '../papers/types.ts';
import { getRecord, type HarvestOptions, harvest, oaiSet } from './arxiv-oai.ts';
import { arxivReread } from './arxiv-record.ts';
import { OfflineError, politeClient, SourceError } from './client.ts';
import { drain, type Loopback, loopback, record } from './loopback.ts';
import { deleted, lines, oai, oaiRecord, page } from './oai.fixture.ts';
import type { Item } from './source.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const quick = { userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 0 };
const client = politeClient(quick);

/** Answers by token; `first` is the page without one. What is a function answers by itself, by its own count. */
type Pages = Record<string, string | ((response: ServerResponse, count: number) => void)>;

async function serving(pages: Pages): Promise<string> {
  const counts = new Map<string, number>();
  server = await loopback((path, response) => {
    const token = new URL(path, 'http://x').searchParams.get('resumptionToken') ?? 'first';
    const count = (counts.get(token) ?? 0) + 1;
    counts.set(token, count);
    const answer = pages[token] ?? oai('<error code="badResumptionToken">unknown</error>');
    if (typeof answer === 'string') response.end(answer);
    else answer(response, count);
  });
  return server.url;
}

const harvested = async (pages: Pages, more: Partial<HarvestOptions> = {}) => {
  const oaiUrl = await serving(pages);
  const log: string[] = [];
  const found = await drain(
    harvest({ oaiUrl, client, since: '2026-11-20', log: (line) => log.push(line), ...more }),
  );
  return { ...found, lines: lines(found.all), reason: (found.error as SourceError | undefined)?.reason, log };
};

const paths = (): string[] => server!.requests.map((one) => one.path);
const one = oaiRecord('2611.00001', 'One');
const two = oaiRecord('2611.00002', 'Two');
const three = oaiRecord('2611.00003', 'Three');

describe('the set of', () => {
  test.each([
    ['cs.CL', 'cs:cs:CL'],
    ['stat.ML', 'stat:stat:ML'],
    ['hep-th', 'physics:hep-th'],
    ['astro-ph.GA', 'physics:astro-ph:GA'],
    ['physics.optics', 'physics:physics:optics'],
    ['math-ph', 'physics:math-ph'],
    ['eess.AS', 'eess:eess:AS'],
    ['cs', 'cs'],
  ])('%s is %s', (category, set) => expect(oaiSet(category)).toBe(set));
});

describe('a harvest', () => {
  test('follows the tokens, with a checkpoint after each page', async () => {
    const told: string[] = [];
    const found = await harvested(
      { first: page(one + two, '6511|3', 3), '6511|3': page(three, '', 3) },
      { set: 'cs:cs:CL', until: '2026-11-24', progress: (seen, total) => told.push(`${seen} of ${total}`) },
    );
    expect(found.error).toBeUndefined();
    expect(found.lines).toEqual([
      '2611.00001 One',
      '2611.00002 Two',
      '-- 2, then 6511|3',
      '2611.00003 Three',
      '-- 3, the end',
    ]);
    expect(paths()).toEqual([
      '/?verb=ListRecords&metadataPrefix=arXiv&from=2026-11-20&until=2026-11-24&set=cs%3Acs%3ACL',
      '/?verb=ListRecords&resumptionToken=6511%7C3',
    ]);
    expect(told).toEqual(['2 of 3', '3 of 3']);
    expect(found.all[2]).toEqual({
      checkpoint: {
        from: '2026-11-20',
        until: '2026-11-24',
        set: 'cs:cs:CL',
        format: 'arXiv',
        token: '6511|3',
        given: '2026-11-24T20:00:00Z',
        began: '2026-11-24T20:00:00Z',
        seen: 2,
      },
    });
  });

  test('brings all that is told of a paper', async () => {
    const more =
      "<updated>2026-11-22</updated><authors><author><keyname>Oksa</keyname><forenames>Mir\\'e</forenames>" +
      '<suffix>Jr.</suffix></author><author><keyname>The Marble Group</keyname></author></authors>' +
      '<comments>Code: github.com/a/b</comments><journal-ref>J 1</journal-ref><doi>10.5555/A 10.5555/b</doi>' +
      '<license>http://l</license>';
    const { all } = await harvested({ first: page(oaiRecord('2611.00001', 'One\n  line', more)) });
    expect(record(all[0] as Parsed)).toEqual({
      source: 'arxiv',
      identifiers: [
        { scheme: 'arxiv', value: '2611.00001' },
        { scheme: 'doi', value: '10.5555/a' },
        { scheme: 'doi', value: '10.5555/b' },
      ],
      title: 'One line',
      abstract: 'We look at it.',
      authors: ['Miré Oksa Jr.', 'The Marble Group'],
      categories: ['cs.CL', 'math.PR'],
      published: '2026-11-20',
      publishedPrecision: 'day',
      updated: '2026-11-22',
      note: 'Code: github.com/a/b',
      links: [{ kind: 'code', url: 'https://github.com/a/b' }],
      journal: 'J 1',
      licence: 'http://l',
    });
  });

  test('tells versions where they are asked for', async () => {
    const raw =
      '<record><header><identifier>oai:arXiv.org:2611.00001</identifier></header><metadata><arXivRaw>' +
      '<id>2611.00001</id><version version="v1"><date>Fri, 20 Nov 2026 09:10:11 GMT</date></version>' +
      '<version version="v2"><date>Sun, 22 Nov 2026 10:00:00 GMT</date></version><title>One</title>' +
      '<authors>Mira Oksa (Lantern Hall), Tam Ro and Lin Vega</authors><categories>cs.CL</categories>' +
      '</arXivRaw></metadata></record>';
    const { all } = await harvested({ first: page(raw) }, { format: 'arXivRaw' });
    expect(paths()[0]).toContain('metadataPrefix=arXivRaw');
    expect(record(all[0] as Parsed)).toMatchObject({
      identifiers: [{ scheme: 'arxiv', value: '2611.00001', version: 2 }],
      authors: ['Mira Oksa', 'Tam Ro', 'Lin Vega'],
      published: '2026-11-20',
      publishedAt: Date.parse('2026-11-20T09:10:11Z'),
      updated: '2026-11-22',
    });
  });

  test('tells what was deleted, and names what it cannot take', async () => {
    const bare = '<record><header><identifier>oai:arXiv.org:2611.00008</identifier></header></record>';
    const other = three.replace('<id>2611.00003</id>', '<id>2611.00004</id>');
    const found = await harvested({
      first: page(
        deleted('oai:arXiv.org:2508.13426') +
          deleted('oai:elsewhere:7') +
          oaiRecord('2611.00002', ' ') +
          bare +
          other +
          one,
      ),
    });
    expect(found.lines).toEqual([
      'gone 2508.13426',
      '! a deleted record without an arXiv identifier',
      '! no title',
      '! it has no arXiv metadata',
      '! its header says 2611.00003 but its metadata says 2611.00004',
      '2611.00001 One',
      '-- 6, the end',
    ]);
    const wheres = found.all.map((item) => ('where' in item ? item.where : '').replace(/^.* /, ''));
    expect(wheres.slice(0, 5)).toEqual([
      '(oai:arXiv.org:2508.13426)',
      '(oai:elsewhere:7)',
      '(2611.00002)',
      '(oai:arXiv.org:2611.00008)',
      '(oai:arXiv.org:2611.00003)',
    ]);
    const rejected = found.all[2] as { raw?: unknown };
    expect(arxivReread({ ...(rejected.raw as object), title: 'Two' }, 'again')).toMatchObject({
      ok: true,
      record: { title: 'Two', identifiers: [{ value: '2611.00002' }] },
    });
  });

  test.each([
    ['the metadata', 'oai:arXiv.org:2503.02130', '2503.0213', '2503.02130'],
    ['the header', 'oai:arXiv.org:704.0001', '0704.0001', '0704.0001'],
    ['both', 'oai:arXiv.org:704.0001', '704.0001', '0704.0001'],
  ])('puts back the zeros that %s lost', async (_, header, id, whole) => {
    const lost = oaiRecord(id, 'One').replace(`oai:arXiv.org:${id}`, header);
    expect((await harvested({ first: page(lost) })).lines[0]).toBe(`${whole} One`);
  });

  test.each([
    ['no records', oai('<error code="noRecordsMatch">none</error>'), ['-- 0, the end'], undefined],
    [
      'an error in words',
      oai('<error code="badArgument"> what\n now? </error>'),
      [],
      `arXiv refused${foreign(': badArgument: what now?')}`,
    ],
    ['neither records nor a word', oai(''), [], 'the response has neither records nor an error'],
    [
      'a web page',
      '<html><body>Sorry</body></html>',
      [],
      `the response is not <OAI-PMH>${foreign(' but <html>')}`,
    ],
    [
      'the same token for ever',
      page(one, 'first'),
      ['2611.00001 One', '-- 1, then first', '2611.00001 One'],
      'arXiv sent the same page twice',
    ],
    [
      'a token as long as a book',
      page(one, 'x'.repeat(5_000)),
      ['2611.00001 One'],
      'the token is too long for an address',
    ],
  ])('of %s', async (_, first, expected, reason) => {
    const found = await harvested({ first });
    expect([found.lines, found.reason]).toEqual([expected, reason]);
    if (reason !== undefined) expect(found.error).toBeInstanceOf(SourceError);
  });

  test('of page after page without a record is an error', async () => {
    const pages = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`t${i}`, page('', `t${i + 1}`)]));
    const found = await harvested({ ...pages, first: page('', 't0') });
    expect(found.reason).toBe('arXiv keeps sending pages without records');
    expect(server?.requests.length).toBeLessThan(20);
  });

  test('says when there are fewer records than were told of', async () => {
    const found = await harvested({ first: page(one, 't', 9), t: page(two) });
    expect([found.error, found.log]).toEqual([undefined, ['arXiv announced 9 records but sent 2']]);
  });

  test('offline is an error, not an empty harvest', async () => {
    const offline = politeClient({ ...quick, offline: true });
    expect((await harvested({}, { client: offline })).error).toBeInstanceOf(OfflineError);
  });

  test('ends when it is told to', async () => {
    const stop = new AbortController();
    const oaiUrl = await serving({ first: page(one, 't'), t: page(two) });
    const seen: Item[] = [];
    const reading = (async () => {
      for await (const item of harvest({ oaiUrl, client, since: '2026-11-20', signal: stop.signal })) {
        seen.push(item);
        if ('checkpoint' in item) stop.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(lines(seen)).toEqual(['2611.00001 One', '-- 1, then t']);
  });
});

describe('an interrupted harvest resumes', () => {
  const pages = { first: page(one, 't2'), t2: page(two, 't3'), t3: page(three, '') };

  test('from the last page, without asking for those before it', async () => {
    const before = await harvested(pages);
    const [cursor] = before.all.flatMap((item) => ('checkpoint' in item ? [item.checkpoint] : []));
    await server?.close();
    // As it comes back out of the database.
    const kept = JSON.parse(JSON.stringify(cursor));
    const found = await harvested(pages, { cursor: kept });
    expect(found.lines).toEqual(['2611.00002 Two', '-- 2, then t3', '2611.00003 Three', '-- 3, the end']);
    expect(paths()[0]).toBe('/?verb=ListRecords&resumptionToken=t2');
  });

  test.each([
    ['covers less', { from: '2026-11-21' }],
    ['is of another set', { set: 'math' }],
    ['is of another format', { format: 'arXivRaw' }],
    ['ends sooner', { until: '2026-11-22' }],
    ['is at its end', { token: null }],
    ['is damaged', { seen: 'many' }],
  ])('anew where what is left of it %s', async (_, other) => {
    const cursor = {
      ...{ from: '2026-11-20', until: null, set: null, format: 'arXiv', token: 't3' },
      ...{ given: null, began: null, seen: 2, ...other },
    };
    expect((await harvested(pages, { cursor })).lines).toHaveLength(6);
    expect(paths()[0]).toContain('from=2026-11-20');
  });

  test.each([
    ['is not known any more', oai('<error code="badResumptionToken">expired</error>')],
    ['is answered by no match', oai('<error code="noRecordsMatch">none</error>')],
    ['is refused by the server', (response: ServerResponse) => void response.writeHead(404).end()],
  ])('from its beginning where the token %s', async (_, refusal) => {
    const cursor = {
      ...{ from: '2026-11-18', until: null, set: null, format: 'arXiv' },
      ...{ token: 'old', given: null, began: null, seen: 5000 },
    };
    const found = await harvested({ ...pages, old: refusal }, { cursor });
    expect(found.error).toBeUndefined();
    expect(found.lines).toEqual([
      ...[
        '2611.00001 One',
        '-- 1, then t2',
        '2611.00002 Two',
        '-- 2, then t3',
        '2611.00003 Three',
        '-- 3, the end',
      ],
    ]);
    expect(paths().slice(0, 2)).toEqual([
      '/?verb=ListRecords&resumptionToken=old',
      '/?verb=ListRecords&metadataPrefix=arXiv&from=2026-11-18',
    ]);
    expect(found.log[0]).toMatch(
      /^arXiv no longer accepts the token \(.*\); harvesting starts again from 2026-11-18$/,
    );
  });
});

describe('a token that is refused', () => {
  const refusal = oai('<error code="badResumptionToken">expired</error>');

  test('twice at the same place is an error', async () => {
    const found = await harvested({ first: page(one, 't2'), t2: refusal });
    expect(found.reason).toBe(
      `arXiv refused${foreign(': badResumptionToken: expired')}, at the same place again after a restart`,
    );
    expect(found.lines).toEqual(['2611.00001 One', '-- 1, then t2', '2611.00001 One', '-- 1, then t2']);
    expect(server?.requests).toHaveLength(4);
  });

  test('further on each time still comes to an end', async () => {
    const late =
      (good: string, from: number) =>
      (response: ServerResponse, count: number): void =>
        void response.end(count < from ? refusal : good);
    const found = await harvested({
      first: page(one, 't2'),
      t2: late(page(two, 't3'), 2),
      t3: late(page(three, ''), 2),
    });
    expect(found.error).toBeUndefined();
    expect(found.lines.filter((line) => !line.startsWith('--'))).toEqual([
      '2611.00001 One',
      '2611.00001 One',
      '2611.00002 Two',
      '2611.00001 One',
      '2611.00002 Two',
      '2611.00003 Three',
    ]);
  });

  test.each([
    [
      'asking us to wait',
      (response: ServerResponse) => void response.writeHead(429).end(),
      'too many requests (429)',
    ],
    ['does not answer', (response: ServerResponse) => void response.destroy(), 'no answer'],
  ])('is not what a server means that %s', async (_, answer, reason) => {
    const found = await harvested({ first: page(one, 't2'), t2: answer });
    expect(found.reason).toContain(reason);
    expect(server?.requests).toHaveLength(2);
  });
});

describe('a page that breaks off', () => {
  const whole = page(one + two + three, '');
  /** Behind the second record. */
  const half = whole.slice(0, whole.indexOf('2611.00003'));
  const breakOff = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(whole) });
    response.write(half, () => response.destroy());
  };
  const stall = (response: ServerResponse): void => {
    response.writeHead(200);
    response.write(half);
  };
  const cut = (response: ServerResponse): void => void response.end(half);
  const expected = ['2611.00001 One', '2611.00002 Two', '2611.00003 Three', '-- 3, the end'];

  test.each([
    ['in its XML', cut, 'the response is cut off in the middle'],
    ['with its connection', breakOff, 'the response broke off'],
    ['in silence', stall, 'no answer within 0.3 s'],
  ])('%s is asked for again, and no record comes twice', async (_, answer, reason) => {
    const patient = politeClient({ ...quick, timeoutMs: 300 });
    const found = await harvested(
      { first: (response, count) => (count < 4 ? answer(response) : void response.end(whole)) },
      { client: patient },
    );
    expect([found.lines, found.error]).toEqual([expected, undefined]);
    expect(server?.requests).toHaveLength(4);
    expect(found.log).toHaveLength(3);
    expect(withForeign(found.log[0]!)).toContain(`${reason}; requesting the page again`);
  });

  test('four times has failed, after what was whole', async () => {
    const found = await harvested({ first: cut });
    expect([found.lines, found.reason]).toEqual([
      expected.slice(0, 2),
      'the response is cut off in the middle',
    ]);
    expect(server?.requests).toHaveLength(4);
  });

  test('and comes back with a record changed meanwhile gives that one again', async () => {
    const changed = page(
      one + two.replace('2026-11-23', '2026-11-24').replace('Two', 'Two, revised') + three,
    );
    const found = await harvested({
      first: (response, count) => (count === 1 ? cut(response) : void response.end(changed)),
    });
    expect(found.lines).toEqual([
      ...expected.slice(0, 2),
      '2611.00002 Two, revised',
      '2611.00003 Three',
      '-- 4, the end',
    ]);
  });
});

describe('a single record', () => {
  const single = async (inner: string, id = '2611.00001') =>
    getRecord(id, { oaiUrl: await serving({ first: oai(inner) }), client });

  test('is asked for by its identifier', async () => {
    const item = await single(`<GetRecord>${one}</GetRecord>`, 'oai:arXiv.org:2611.00001');
    expect(paths()).toEqual([
      '/?verb=GetRecord&identifier=oai%3AarXiv.org%3A2611.00001&metadataPrefix=arXiv',
    ]);
    expect(item && lines([item])).toEqual(['2611.00001 One']);
  });

  test('may be deleted', async () => {
    const item = await single(`<GetRecord>${deleted('oai:arXiv.org:2611.00001')}</GetRecord>`);
    expect(item && lines([item])).toEqual(['gone 2611.00001']);
  });

  test('may be unknown', async () => {
    expect(await single('<error code="idDoesNotExist">no</error>')).toBeNull();
  });

  test.each([
    [
      'of another paper',
      `<GetRecord>${two}</GetRecord>`,
      'arXiv was asked for 2611.00001 but returned 2611.00002',
    ],
    ['that is missing', '<GetRecord/>', 'the response has neither a record nor an error'],
    [
      'in no such format',
      '<error code="cannotDisseminateFormat">no</error>',
      'arXiv refused: cannotDisseminateFormat: no',
    ],
  ])('%s is an error', async (_, inner, reason) => {
    await expect(single(inner)).rejects.toThrow(reason);
  });

  test('is not asked for by what is no name of arXiv’s', async () => {
    await expect(single('', 'doi:10.5555/x')).rejects.toThrow(RangeError);
    expect(paths()).toEqual([]);
  });
});
