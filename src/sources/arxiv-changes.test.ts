import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Arxiv, ids, type Ran } from './arxiv.fixture.ts';
import { arxiv as source } from './arxiv.ts';
import { ownId } from './arxiv-record.ts';
import type { FetchContext } from './source.ts';

let arxiv: Arxiv;
beforeEach(async () => {
  arxiv = await Arxiv.open();
});
afterEach(() => arxiv.close());

const run = (at: string, more: Partial<FetchContext> = {}): Promise<Ran> =>
  arxiv.run(source.parts(arxiv.config()).find(({ name }) => name === 'changes cs.CL')!, at, more);

const paper = async (id: string) =>
  arxiv.store.read.selectFrom('papers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('what changed', () => {
  test('is harvested since the settings’ days the first time, then since the day before the last harvest', async () => {
    arxiv.world.oai!.set('2611.00001', { created: '2026-11-16', datestamp: '2026-11-17' });
    arxiv.world.oai!.set('2610.00001', { created: '2026-10-01', datestamp: '2026-10-02' });
    const first = await run('2026-11-20T04:00Z');
    expect(first.outcome).toEqual({ state: 'ok', says: '1 record changed since 2026-11-13' });
    expect(first.asked).toEqual([
      '/oai?verb=ListRecords&metadataPrefix=arXiv&from=2026-11-13&set=cs%3Acs%3ACL',
    ]);
    expect(arxiv.cursor).toEqual({ done: '2026-11-20' });
    const second = await run('2026-11-21T04:00Z');
    expect(second.asked[0]).toContain('from=2026-11-19');
    expect(second.outcome).toEqual({
      state: 'quiet',
      proof: "arXiv's harvest lists no changes in cs.CL since 2026-11-19",
    });
  });

  test('are new versions, withdrawals and papers gone, and no day of announcement is touched', async () => {
    arxiv.announce('2026-11-17', { fresh: ids(1, 3) });
    await arxiv.run(source.parts(arxiv.config())[0]!, '2026-11-17T06:00Z');
    arxiv.cursor = null;
    const created = '2026-11-16';
    arxiv.world.oai!.set('2611.00001', { created, datestamp: '2026-11-20', updated: '2026-11-19' });
    arxiv.world.oai!.set('2611.00002', {
      created,
      datestamp: '2026-11-20',
      updated: '2026-11-19',
      more: '<comments>This paper has been withdrawn by its authors</comments>',
    });
    arxiv.world.oai!.set('2611.00003', { created, datestamp: '2026-11-20', deleted: true });
    const { outcome, gone } = await run('2026-11-21T04:00Z');
    expect(outcome).toEqual({ state: 'ok', says: '2 records changed since 2026-11-14, 1 gone' });
    expect(gone).toEqual(['2611.00003']);
    expect(await paper('2611.00001')).toMatchObject({
      announced: '2026-11-17',
      updated: '2026-11-19',
      withdrawn: 0,
    });
    expect(await paper('2611.00002')).toMatchObject({ announced: '2026-11-17', withdrawn: 1 });
  });

  test('goes on after a process that was ended from the page it had come to', async () => {
    for (const id of ids(1, 3)) arxiv.world.oai!.set(id, { created: '2026-11-16', datestamp: '2026-11-17' });
    arxiv.world.oaiPage = 2;
    const stop = new AbortController();
    const log = (message: string): void => void message;
    const progress = (): void => stop.abort();
    await expect(run('2026-11-20T04:00Z', { signal: stop.signal, log, progress })).rejects.toThrow();
    expect(arxiv.cursor).toMatchObject({ done: null, under: { since: '2026-11-13', began: '2026-11-20' } });
    const { asked, records } = await run('2026-11-21T03:00Z');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('resumptionToken');
    expect(records.map(ownId)).toEqual(['2611.00003']);
    // What changed since that harvest began is the next one's.
    expect(arxiv.cursor).toEqual({ done: '2026-11-20' });
  });

  test('that could not be harvested is a failure, with new papers from the API and nothing in place of what is here', async () => {
    arxiv.world.oai!.set('2611.00001', {
      created: '2026-11-16',
      datestamp: '2026-11-17',
      more: '<comments>3 pages</comments>',
    });
    await run('2026-11-20T04:00Z');
    arxiv.world.oai = null;
    arxiv.world.api = new Set(ids(1, 3));
    const { outcome, records } = await run('2026-11-21T04:00Z');
    expect(outcome).toEqual({
      state: 'failed',
      why: 'harvesting failed (the server answered 404); 2 new papers came from the API instead',
    });
    expect(records.map(ownId)).toEqual(['2611.00002', '2611.00003']);
    expect(await paper('2611.00001')).toMatchObject({ note: '3 pages', licence: 'http://licence/1' });
    // The days are harvested once it can be done.
    expect(arxiv.cursor).toEqual({ done: '2026-11-20' });
  });

  test('is a failure that says so where the API fails too', async () => {
    Object.assign(arxiv.world, { oai: null, api: null });
    expect((await run('2026-11-20T04:00Z')).outcome).toEqual({
      state: 'failed',
      why:
        'harvesting failed (the server answered 404); 0 new papers came from the API instead, ' +
        'which failed too (the server answered 404)',
    });
  });
});

describe('a backfill', () => {
  const range = { since: '2026-10-01', until: '2026-10-20' };

  test('takes what changed on its days, and what was submitted on them and changed since', async () => {
    arxiv.world.oai!.set('2610.00001', { created: '2026-10-01', datestamp: '2026-10-02' });
    arxiv.world.oai!.set('2610.00002', {
      created: '2026-10-05',
      datestamp: '2026-11-02',
      updated: '2026-11-01',
    });
    arxiv.world.oai!.set('2609.00003', { created: '2026-09-05', datestamp: '2026-10-07', deleted: true });
    arxiv.world.api = new Set(['2610.00001', '2610.00002']);
    const { outcome, records, gone, asked } = await run('2026-11-20T04:00Z', { range });
    expect(outcome).toEqual({
      state: 'ok',
      says: '1 record by day of last change, 1 gone; 1 new paper by day of submission from the API',
    });
    expect(records.map(ownId)).toEqual(['2610.00001', '2610.00002']);
    expect(gone).toEqual(['2609.00003']);
    expect(asked.map((path) => new URL(path, 'http://a').searchParams.get('search_query'))).toEqual([
      null,
      'cat:cs.CL AND submittedDate:[202610010000 TO 202610142359]',
      'cat:cs.CL AND submittedDate:[202610150000 TO 202610202359]',
    ]);
  });

  test('is a failure where it may have missed any', async () => {
    arxiv.world.api = null;
    expect((await run('2026-11-20T04:00Z', { range })).outcome).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('the API did not say what was submitted (the server answered 404)'),
    });
  });

  test('does not go on with another one’s days', async () => {
    arxiv.cursor = {
      done: null,
      under: { since: '2026-09-01', until: '2026-09-20', began: '2026-11-01', at: { token: 'x' } },
    };
    const { asked } = await run('2026-11-20T04:00Z', { range });
    expect(asked[0]).toContain('from=2026-10-01&until=2026-10-20');
  });
});
