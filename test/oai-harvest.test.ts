/** A mirror kept by harvesting a real database: it misses nothing, whatever happens meanwhile. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { harvest } from '../src/sources/arxiv-oai.ts';
import { politeClient } from '../src/sources/client.ts';
import { backUp, restore } from '../src/store/backup.ts';
import type { Store } from '../src/store/open.ts';
import { eachTime, onBoth, type TestDatabase } from './databases.ts';
import { childOf, childrenOf } from './oai-rules.ts';
import { all, appOver, ask, earlier, MINUTE, many, names, record } from './oai-site.ts';
import { temporary } from './program.ts';

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  eachTime(fresh, (opened, of) => {
    store = opened;
    database = of;
  });

  it('a long list comes in pages that survive a restart, with each paper once', async () => {
    await takeIn(store, many(620), new Set());
    const first = await ask(store, 'verb=ListRecords&metadataPrefix=oai_dc');
    const token = childOf(first.content, 'resumptionToken')!;
    expect(token.attributes).toEqual({ completeListSize: '620', cursor: '0' });
    const restarted = await database.open();
    const second = await ask(restarted, { verb: 'ListRecords', resumptionToken: first.token! });
    const third = await ask(restarted, { verb: 'ListRecords', resumptionToken: second.token! });
    await restarted.close();
    const last = childOf(third.content, 'resumptionToken')!;
    expect([last.text, last.attributes]).toEqual(['', { completeListSize: '620', cursor: '500' }]);
    const found = names([first, second, third]);
    expect([found.length, new Set(found).size]).toEqual([620, 620]);
    // The same token again is the same page.
    expect(names([await ask(store, { verb: 'ListRecords', resumptionToken: first.token! })])).toEqual(
      names([second]),
    );
    expect((await ask(store, { verb: 'ListIdentifiers', resumptionToken: first.token! })).error).toBe(
      'badResumptionToken',
    );
  });

  it('papers that change during a harvest come at its end, and nothing is left out', async () => {
    await takeIn(store, many(600), new Set());
    let n = 0;
    const pages = await all(store, { verb: 'ListRecords', metadataPrefix: 'oai_dc' }, async () => {
      n++;
      await takeIn(store, [record(n, { title: `On lanterns, revised ${n}` }), record(600 + n)], new Set());
    });
    const found = new Set(names(pages));
    for (let i = 1; i <= 600; i++)
      expect(found.has(`oai:papers.example:2606.${String(i).padStart(5, '0')}`), String(i)).toBe(true);
  });

  it('a time range has what was changed in it, to the second and to the day', async () => {
    await takeIn(store, many(3), new Set());
    await earlier(store, 3 * 86_400_000);
    await takeIn(store, many(2, 10), new Set());
    const later = () => Date.now() + 2 * MINUTE;
    const stamps = (await ask(store, 'verb=ListIdentifiers&metadataPrefix=oai_dc', later)).headers.map(
      (header) => childOf(header, 'datestamp')!.text,
    );
    const [old, young] = [stamps[0]!, stamps.at(-1)!];
    expect(stamps).toEqual([old, old, old, young, young]);
    const count = async (range: Record<string, string>) =>
      (await ask(store, { verb: 'ListIdentifiers', metadataPrefix: 'oai_dc', ...range }, later)).headers
        .length;
    const second = (text: string, by: number) =>
      `${new Date(Date.parse(text) + by * 1000).toISOString().slice(0, 19)}Z`;
    expect(await count({ until: old })).toBe(3);
    expect(await count({ until: second(old, -1) })).toBe(0);
    expect(await count({ from: second(old, 1) })).toBe(2);
    expect(await count({ from: old, until: second(young, -1) })).toBe(3);
    expect(await count({ until: old.slice(0, 10) })).toBe(3);
    expect(await count({ from: young.slice(0, 10) })).toBe(2);
    expect(await count({ from: old.slice(0, 10), until: young.slice(0, 10) })).toBe(5);
  });

  it('an id that has gone is a deleted record, and one that comes back is not', async () => {
    const doi = { scheme: 'doi', value: '10.1000/lantern' } as const;
    await takeIn(store, [record(1, { identifiers: [doi] })], new Set());
    const third = { scheme: 'doi', value: '10.1000/third' } as const;
    await takeIn(store, [record(2), record(3, { identifiers: [third] })], new Set());
    const identifier = 'oai:papers.example:doi:10.1000/lantern';
    expect(
      (await ask(store, { verb: 'GetRecord', metadataPrefix: 'oai_dc', identifier })).headers[0]!.attributes,
    ).toEqual({});
    // The paper turns out to be on arXiv: its id changes.
    await takeIn(
      store,
      [record(1, { identifiers: [{ scheme: 'arxiv', value: '2606.00001' }, doi] })],
      new Set(),
    );
    const gone = await ask(store, { verb: 'GetRecord', metadataPrefix: 'oai_dc', identifier });
    expect(gone.headers[0]!.attributes).toEqual({ status: 'deleted' });
    // Two papers turn out to be one.
    const both = record(2, {
      identifiers: [{ scheme: 'arxiv', value: '2606.00002' }, third],
    });
    await takeIn(store, [both], new Set());
    const { headers } = await ask(store, 'verb=ListRecords&metadataPrefix=oai_dc');
    const states = headers.map((header) => [
      childOf(header, 'identifier')!.text,
      header.attributes.status ?? 'here',
    ]);
    expect(states.toSorted()).toEqual([
      ['oai:papers.example:2606.00001', 'here'],
      ['oai:papers.example:2606.00002', 'here'],
      [identifier, 'deleted'],
      ['oai:papers.example:doi:10.1000/third', 'deleted'],
    ]);
    const set = await ask(store, 'verb=ListIdentifiers&metadataPrefix=oai_dc&set=cs:cs:LG');
    expect(names([set])).toContain(identifier);
    // In arXiv's format, only what could be in it is deleted from it.
    expect(names([await ask(store, 'verb=ListRecords&metadataPrefix=arXiv')])).not.toContain(identifier);
  });

  it('what is being written during a response comes with the next one', async () => {
    await takeIn(store, many(2), new Set());
    await earlier(store, 10 * MINUTE);
    let commit = () => {};
    let begun = () => {};
    const gate = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const writing = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const change = store.change(async ({ tx, seq, touch }) => {
      await tx
        .updateTable('papers')
        .set({ title: 'On lanterns, rewritten', seq })
        .where('id', '=', '2606.00002')
        .execute();
      touch('papers');
      begun();
      await gate;
    });
    await writing;
    const before = await ask(store, 'verb=ListRecords&metadataPrefix=oai_dc');
    expect(before.headers).toHaveLength(2);
    commit();
    await change;
    const after = await ask(store, {
      verb: 'ListRecords',
      metadataPrefix: 'oai_dc',
      from: before.responseDate,
    });
    expect(names([after])).toEqual(['oai:papers.example:2606.00002']);
  });

  it('a mirror that goes by the date of the last response misses nothing, however changes and responses fall', async () => {
    await takeIn(store, many(20), new Set());
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ change: fc.integer({ min: 1, max: 40 }) }),
            // Time passes, both for changes and for responses.
            fc.record({ wait: fc.integer({ min: 1, max: 100 }) }),
            fc.constant('harvest' as const),
          ),
          { minLength: 3, maxLength: 14 },
        ),
        async (steps) => {
          const copy = new Map<string, string>();
          let from: string | undefined;
          const harvested = async () => {
            const query = { verb: 'ListRecords', metadataPrefix: 'oai_dc', ...(from && { from }) };
            const pages = [await ask(store, query)];
            if (pages[0]!.error) expect(pages[0]!.error).toBe('noRecordsMatch');
            for (const { content } of pages)
              for (const one of childrenOf(content, 'record')) {
                const title = childOf(childOf(childOf(one, 'metadata'), 'dc'), 'title')?.text ?? 'gone';
                copy.set(childOf(childOf(one, 'header'), 'identifier')!.text, title);
              }
            from = pages[0]!.responseDate;
          };
          await harvested();
          for (const step of steps) {
            if (step === 'harvest') await harvested();
            else if ('wait' in step) {
              await earlier(store, step.wait * 1000);
              from = new Date(Date.parse(from!) - step.wait * 1000).toISOString().replace('.000', '');
            } else {
              const title = `On lanterns, as changed for the time ${++changes}`;
              await takeIn(store, [record(step.change, { title })], new Set());
            }
          }
          await harvested();
          const rows = await store.read.selectFrom('papers').select(['id', 'title']).execute();
          expect(copy.size).toBeGreaterThanOrEqual(rows.length);
          for (const { id, title } of rows) expect(copy.get(`oai:papers.example:${id}`)).toBe(title);
        },
      ),
      { numRuns: 12, seed: 5 },
    );
  });

  it('after a backup is restored, old tokens are refused and everything is offered again', async () => {
    await takeIn(store, many(300), new Set());
    const path = join(temporary(), 'backup.jsonl.gz');
    await backUp(store, path);
    await takeIn(store, [record(1, { title: 'On lanterns, changed after the backup' })], new Set());
    const first = await ask(store, 'verb=ListRecords&metadataPrefix=oai_dc');
    await restore(store, path, { replace: true });
    expect((await ask(store, { verb: 'ListRecords', resumptionToken: first.token! })).error).toBe(
      'badResumptionToken',
    );
    const again = await all(store, {
      verb: 'ListIdentifiers',
      metadataPrefix: 'oai_dc',
      from: first.responseDate,
    });
    expect(names(again)).toHaveLength(300);
  });

  it('one Broadsheet harvests another the way it harvests arXiv', async () => {
    await takeIn(
      store,
      [
        ...many(300).map((one) => ({
          ...one,
          source: 'arxiv' as const,
          note: '9 pages',
          journal: 'Lamps 3',
          updated: '2026-06-22',
        })),
        record(900, { identifiers: [{ scheme: 'doi', value: '10.1000/other' }] }),
      ],
      new Set(),
    );
    const server = createAdaptorServer({ fetch: appOver(store).fetch });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    const client = politeClient({
      userAgent: 'Broadsheet-Test/1',
      minIntervalMs: 0,
      backoffMs: 1,
      retries: 0,
    });
    const target = await (await fresh()).open();
    const items = await Array.fromAsync(
      harvest({ oaiUrl: `http://127.0.0.1:${port}/oai`, client, since: '2020-01-01', set: 'cs' }),
    );
    server.close();
    const records = items.flatMap((item) => ('ok' in item ? [item] : []));
    expect(records.filter((one) => !one.ok)).toEqual([]);
    await takeIn(
      target,
      records.flatMap((one) => (one.ok ? one.record : [])),
      new Set(),
    );
    const columns = [
      'id',
      'title',
      'abstract',
      'authors',
      'categories',
      'published',
      'updated',
      'note',
      'journal',
    ] as const;
    const rows = (of: Store) =>
      of.read.selectFrom('papers').select(columns).where('id', 'not like', 'doi:%').orderBy('id').execute();
    const [before, after] = [await rows(store), await rows(target)];
    expect(after).toHaveLength(300);
    expect(after.map(({ abstract, ...one }) => one)).toEqual(before.map(({ abstract, ...one }) => one));
    expect(items.at(-1)).toMatchObject({ checkpoint: { token: null, seen: 300 } });
    await target.close();
  });
});
