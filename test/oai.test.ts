/** OAI-PMH over a real database: the verbs, the errors and the schema. */
import { beforeEach, describe, expect, it } from 'vitest';
import { RequestLimit } from '../src/http/limit.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import type { Store } from '../src/store/open.ts';
import { eachTime, onBoth } from './databases.ts';
import { bySchema, checked, childOf, childrenOf, hasSchema } from './oai-rules.ts';
import { all, appOver, ask, many, names, record } from './oai-site.ts';

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  describe('the six verbs', () => {
    beforeEach(async () => {
      await takeIn(
        store,
        [...many(5), record(9, { identifiers: [{ scheme: 'doi', value: '10.1000/a<b>é' }] })],
        new Set(),
      );
    });

    it('Identify says who is harvested', async () => {
      const { content } = await ask(store, 'verb=Identify');
      expect(childOf(content, 'baseURL')!.text).toBe('https://papers.example/oai');
      expect(childOf(content, 'deletedRecord')!.text).toBe('persistent');
    });

    it('ListMetadataFormats has those of all and of one record', async () => {
      const prefixes = async (query: string) =>
        (await ask(store, query)).content!.children.map((one) => childOf(one, 'metadataPrefix')!.text);
      expect(await prefixes('verb=ListMetadataFormats')).toEqual(['oai_dc', 'arXiv']);
      const doi = encodeURIComponent('oai:papers.example:doi:10.1000/a%3Cb%3E%C3%A9');
      expect(await prefixes(`verb=ListMetadataFormats&identifier=${doi}`)).toEqual(['oai_dc']);
      const gone = await ask(store, 'verb=ListMetadataFormats&identifier=oai:papers.example:none');
      expect(gone.error).toBe('idDoesNotExist');
    });

    it('ListSets names categories as arXiv does, those above them, and the edition', async () => {
      const { content } = await ask(store, 'verb=ListSets');
      expect(childrenOf(content, 'set').map((set) => childOf(set, 'setSpec')!.text)).toEqual([
        'cs',
        'cs:cs',
        'cs:cs:CL',
        'cs:cs:LG',
        'physics',
        'physics:hep-th',
        'edition',
      ]);
    });

    it('ListIdentifiers and ListRecords have every paper of a set', async () => {
      const set = async (spec: string) =>
        names(await all(store, { verb: 'ListIdentifiers', metadataPrefix: 'oai_dc', set: spec })).length;
      expect(await set('cs')).toBe(6);
      expect(await set('cs:cs:LG')).toBe(4);
      expect(await set('physics:hep-th')).toBe(2);
      expect((await ask(store, 'verb=ListRecords&metadataPrefix=oai_dc&set=cs:cs:C')).error).toBe(
        'noRecordsMatch',
      );
      const records = await ask(store, 'verb=ListRecords&metadataPrefix=oai_dc');
      expect(records.headers).toHaveLength(6);
      expect(records.token).toBeUndefined();
    });

    it('GetRecord returns a record by the identifier that a list gave', async () => {
      for (const identifier of names(
        await all(store, { verb: 'ListIdentifiers', metadataPrefix: 'oai_dc' }),
      )) {
        const { headers, content } = await ask(store, {
          verb: 'GetRecord',
          metadataPrefix: 'oai_dc',
          identifier,
        });
        expect(childOf(headers[0], 'identifier')!.text).toBe(identifier);
        const dc = childOf(childOf(content!.children[0], 'metadata'), 'dc')!;
        expect(childOf(dc, 'title')!.text).toMatch(/^On lanterns, part \d: “light” & <shade> in \$a < b\$$/);
        expect(childrenOf(dc, 'creator').map(({ text }) => text)).toEqual([
          'Mira Oksa',
          'Ludo van Hal',
          'The Lantern Group',
        ]);
      }
    });

    it('a form is answered like an address, and HEAD without a body', async () => {
      const app = appOver(store);
      const body = new URLSearchParams({ verb: 'ListRecords', metadataPrefix: 'oai_dc' });
      const posted = await app.request('http://localhost/oai', { method: 'POST', body });
      expect(checked(await posted.text(), body).headers).toHaveLength(6);
      const head = await app.request(`http://localhost/oai?${body}`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      const json = await app.request('http://localhost/oai', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      });
      expect(json.status).toBe(415);
      expect((await app.request('http://localhost/oai', { method: 'DELETE' })).status).toBe(405);
    });
  });

  const wrong = [
    ['', 'badVerb'],
    ['verb=', 'badVerb'],
    ['verb=Identify&verb=Identify', 'badVerb'],
    ['verb=identify', 'badVerb'],
    ['verb=__proto__', 'badVerb'],
    ['verb=toString', 'badVerb'],
    ['verb=Identify&from=2026-01-01', 'badArgument'],
    ['verb=ListRecords', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T24:00:00Z', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&set=a%20b', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&set=cs:', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&x=1', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x', 'badArgument'],
    [`verb=ListRecords&resumptionToken=${'A'.repeat(5000)}`, 'badArgument'],
    ['verb=ListRecords&metadataPrefix=marc21', 'cannotDisseminateFormat'],
    ['verb=ListRecords&metadataPrefix=OAI_DC', 'cannotDisseminateFormat'],
    ['verb=ListRecords&metadataPrefix=oai_dc', 'noRecordsMatch'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2199-01-01', 'noRecordsMatch'],
    ['verb=ListRecords&metadataPrefix=oai_dc&until=1990-01-01', 'noRecordsMatch'],
    ['verb=ListRecords&resumptionToken=x', 'badResumptionToken'],
    ['verb=ListRecords&resumptionToken=%00', 'badArgument'],
    ['verb=ListRecords&resumptionToken=W10', 'badResumptionToken'],
    [
      `verb=ListRecords&resumptionToken=${Buffer.from('[1,"oai_dc",null,null,null,1e400,1,0,null,""]').toString('base64url')}`,
      'badResumptionToken',
    ],
    ['verb=ListSets&resumptionToken=x', 'badResumptionToken'],
    ['verb=GetRecord&metadataPrefix=oai_dc', 'badArgument'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example:x', 'idDoesNotExist'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example:%2500', 'idDoesNotExist'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example:%25zz', 'idDoesNotExist'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere.example:2606.00001', 'idDoesNotExist'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=%00%f0%9f%98%80', 'badArgument'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=%ff%f0%9f%98%80', 'idDoesNotExist'],
  ];
  it('errors use the codes of the protocol', async () => {
    for (const [query, code] of wrong)
      expect([query, (await ask(store, query!)).error]).toEqual([query, code]);
  });

  it.skipIf(!hasSchema)('every kind of response is valid by the schema', async () => {
    await takeIn(
      store,
      [
        ...many(300),
        record(301, {
          note: '9 pages',
          journal: 'Lamps 3',
          licence: 'https://example.org/licence',
          updated: '2026-06-22',
        }),
        record(302, {
          identifiers: [{ scheme: 'doi', value: '10.1000/lantern' }],
          published: '2026-06-01',
          publishedPrecision: 'month',
        }),
        { source: 'jsonl', identifiers: [{ scheme: 'local', value: 'étude-1' }], title: 'On lanterns, bare' },
      ],
      new Set(),
    );
    await takeIn(
      store,
      [
        record(302, {
          identifiers: [
            { scheme: 'arxiv', value: '2606.00302' },
            { scheme: 'doi', value: '10.1000/lantern' },
          ],
        }),
      ],
      new Set(),
    );
    const app = appOver(store);
    const text = async (query: string) => (await app.request(`http://localhost/oai?${query}`)).text();
    const first = await text('verb=ListRecords&metadataPrefix=oai_dc');
    const token = checked(first, new URLSearchParams('verb=ListRecords&metadataPrefix=oai_dc')).token!;
    const answers = [
      first,
      await text(`verb=ListRecords&resumptionToken=${token}`),
      ...(await Promise.all(
        [
          'verb=Identify',
          'verb=ListMetadataFormats',
          'verb=ListSets',
          'verb=ListIdentifiers&metadataPrefix=arXiv&set=cs&from=2020-01-01',
          'verb=ListRecords&metadataPrefix=arXiv&until=2199-01-01T00:00:00Z',
          'verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example:doi:10.1000/lantern',
          'verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example:%25C3%25A9tude-1',
          'verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example:none',
          'verb=ListRecords',
          'verb=Nonsense',
        ].map(text),
      )),
    ];
    for (const answer of answers) expect(bySchema(answer)).toEqual([]);
    expect(answers.join('')).toContain('<header status="deleted">');
    expect(answers.join('')).toContain('oai:papers.example:%C3%A9tude-1');
    // And the check can fail.
    expect(bySchema(first.replace('<datestamp>', '<setSpec>cs</setSpec><datestamp>'))).not.toEqual([]);
  });

  it('an address that has sent too many requests is told to wait in the protocol’s way', async () => {
    const app = appOver(store, { limit: new RequestLimit(1) });
    const answers = [
      await app.request('http://localhost/oai?verb=Identify'),
      await app.request('http://localhost/oai?verb=Identify'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 503]);
    expect(answers[1]!.headers.get('retry-after')).toBe('300');
  });
});
