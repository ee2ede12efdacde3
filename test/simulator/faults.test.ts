/** The faults of the simulator: each does what it says, to the requests it is meant for, as often as configured. */
import { afterEach, describe, expect, it } from 'vitest';
import { newYork } from './calendar.ts';
import type { Fault } from './faults.ts';
import { type Simulator, startSimulator } from './server.ts';

let sim: Simulator | undefined;
afterEach(async () => {
  await sim?.close();
  sim = undefined;
});

/** A simulator on the morning of a Wednesday. */
async function simulate(...faults: Fault[]): Promise<Simulator> {
  sim = await startSimulator({
    seed: 5,
    start: '2026-06-01',
    days: 12,
    categories: ['cs.CL', 'cs.LG'],
    perDay: 20,
    oaiPage: 30,
    dripMs: 1,
    faults,
  });
  sim.setNow(newYork('2026-06-10', 9));
  return sim;
}

const get = (path: string): Promise<Response> => fetch(sim!.url + path);
const text = async (path: string): Promise<string> => (await get(path)).text();
const entries = (feed: string): number => feed.split('<entry>').length - 1;
/** A client that gives up: how much had arrived until then. */
async function soFar(path: string, enough: number): Promise<number> {
  const stop = new AbortController();
  const response = await fetch(sim!.url + path, { signal: stop.signal });
  let length = 0;
  for await (const part of response.body!) {
    length += part.length;
    if (length >= enough) break;
  }
  stop.abort();
  return length;
}

describe('faults', () => {
  it('hit the service, category, days and number of requests they are meant for', async () => {
    await simulate({
      kind: 'unavailable',
      door: 'list',
      category: 'cs.CL',
      from: '2026-06-10',
      until: '2026-06-10',
      after: 1,
      times: 2,
    });
    const statuses = async (path: string): Promise<number[]> => {
      const all: number[] = [];
      for (let i = 0; i < 4; i++) all.push((await get(path)).status);
      return all;
    };
    expect(await statuses('/list/cs.LG/new')).toEqual([200, 200, 200, 200]);
    expect(await statuses('/atom/cs.CL')).toEqual([200, 200, 200, 200]);
    sim!.setNow(newYork('2026-06-09', 9));
    expect(await statuses('/list/cs.CL/new')).toEqual([200, 200, 200, 200]);
    sim!.setNow(newYork('2026-06-10', 9));
    expect(await statuses('/list/cs.CL/new')).toEqual([200, 503, 503, 200]);
    expect(sim!.faults.met.map((one) => one.met)).toEqual([2]);
    expect(sim!.requests.filter((one) => one.fault).map((one) => one.categories)).toEqual([
      ['cs.CL'],
      ['cs.CL'],
    ]);
  });

  it('return every day if they are counted by the day', async () => {
    await simulate({ kind: 'busy', door: 'hub', timesADay: 1, retryAfter: 7 });
    const path = '/api/daily_papers?date=2026-06-09';
    const first = await get(path);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await get(path)).status).toBe(200);
    sim!.setNow(newYork('2026-06-11', 9));
    expect((await get(path)).status).toBe(429);
  });

  it('answer with a web page and status 200', async () => {
    await simulate({ kind: 'html' });
    for (const path of [
      '/oai?verb=ListRecords&metadataPrefix=arXiv',
      '/api/daily_papers',
      '/list/cs.CL/new',
    ]) {
      const response = await get(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toContain('We will be back shortly');
    }
  });

  it('truncate a response as if it were complete', async () => {
    await simulate({ kind: 'truncated', times: 1 });
    const cut = await text('/atom/cs.CL');
    const whole = await text('/atom/cs.CL');
    expect(whole.startsWith(cut)).toBe(true);
    expect(cut.length).toBeGreaterThan(whole.length / 3);
    expect(cut).not.toContain('</feed>');
  });

  it('reset the connection in the middle', async () => {
    await simulate({ kind: 'reset' });
    await expect(text('/atom/cs.CL')).rejects.toThrow();
  });

  it('drip, stall, and stay silent, until the client goes away', async () => {
    await simulate({ kind: 'drip', times: 1 }, { kind: 'stall', times: 1 }, { kind: 'silent', times: 1 });
    const dripped = await soFar('/atom/cs.CL', 5);
    expect(dripped).toBeGreaterThan(0);
    expect(dripped).toBeLessThan(200);
    expect(await soFar('/atom/cs.CL', 1)).toBeGreaterThan(1000);
    await expect(fetch(`${sim!.url}/atom/cs.CL`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(entries(await text('/atom/cs.CL'))).toBeGreaterThan(0);
  });

  it('make a category’s feed yesterday’s, built today, in a joined feed too', async () => {
    await simulate({ kind: 'stale', category: 'cs.CL', from: '2026-06-10', until: '2026-06-10' });
    sim!.setNow(newYork('2026-06-09', 9));
    const before = await text('/atom/cs.CL');
    sim!.setNow(newYork('2026-06-10', 9));
    const stale = await text('/atom/cs.CL');
    const ids = (feed: string): string[] => feed.match(/<id>oai:[^<]+/g) ?? [];
    expect(ids(stale)).toEqual(ids(before));
    expect(stale).toContain('<updated>2026-06-10T04:00:19.866Z</updated>');
    expect(stale).toContain('<published>2026-06-09T00:00:00-04:00</published>');
    const joined = await text('/atom/cs.CL+cs.LG');
    expect(joined).toContain('<published>2026-06-10T00:00:00-04:00</published>');
    expect(ids(stale).filter((id) => !joined.includes(id))).toEqual([]);
  });

  it('date a feed to the day before', async () => {
    await simulate({ kind: 'late-date', times: 1 });
    const late = await text('/atom/cs.CL');
    const right = await text('/atom/cs.CL');
    expect(late.replaceAll('<published>2026-06-09', '<published>2026-06-10')).toBe(right);
    expect(late).not.toBe(right);
  });

  it('leave out of the feed papers that the listing counts', async () => {
    await simulate({ kind: 'short', category: 'cs.CL', count: 5, times: 1 });
    const short = await text('/atom/cs.CL');
    expect(entries(short)).toBe(entries(await text('/atom/cs.CL')) - 5);
  });

  it('keep the API hours behind', async () => {
    await simulate({ kind: 'lag', hours: 30, times: 1 });
    const id = sim!.truth.papers.find((one) => one.announced === '2026-06-10')!.id;
    expect(await text(`/api/query?id_list=${id}`)).not.toContain('<entry>');
    expect(await text(`/api/query?id_list=${id}`)).toContain('<entry>');
  });

  it('forget a token in the middle of a harvest, or repeat the one just given', async () => {
    await simulate({ kind: 'expired-token', times: 1 }, { kind: 'same-token', after: 2, times: 1 });
    const tokenOf = (page: string): string => /">([^<]+)<\/resumptionToken>/.exec(page)?.[1] ?? '';
    const first = await text('/oai?verb=ListRecords&metadataPrefix=arXiv');
    const next = `/oai?verb=ListRecords&resumptionToken=${encodeURIComponent(tokenOf(first))}`;
    expect(await text(next)).toContain('code="badResumptionToken"');
    expect(tokenOf(await text(next))).not.toBe(tokenOf(first));
    expect(tokenOf(await text(next))).toBe(tokenOf(first));
  });
});

describe('the clock and the faults over HTTP', () => {
  it('are set by POST, and nonsense is refused', async () => {
    await simulate();
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(sim!.url + path, { method: 'POST', body: JSON.stringify(body) });
    expect((await post('/__clock', { now: newYork('2026-06-12', 9) })).status).toBe(200);
    expect(await (await get('/__clock')).json()).toEqual({ now: sim!.now() });
    expect(await text('/list/cs.CL/new')).toContain('Friday, 12 June 2026');
    expect((await post('/__clock', { now: null })).status).toBe(400);
    await post('/__faults', [{ kind: 'unavailable', status: 404 }]);
    expect((await get('/list/cs.CL/new')).status).toBe(404);
    expect(await (await get('/__requests')).json()).toHaveLength(2);
  });
});

describe('a response the client already has', () => {
  it('is not sent again', async () => {
    await simulate();
    const first = await get('/atom/cs.CL');
    await first.text();
    const again = await fetch(`${sim!.url}/atom/cs.CL`, {
      headers: { 'if-none-match': first.headers.get('etag')! },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
    sim!.setNow(newYork('2026-06-11', 9));
    const later = await fetch(`${sim!.url}/atom/cs.CL`, {
      headers: { 'if-none-match': first.headers.get('etag')! },
    });
    expect(later.status).toBe(200);
    await later.text();
  });
});
