import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Account } from '../community/accounts.ts';
import { fakePeople, sampleContext, samplePapers } from '../testing/sample.ts';
import { createWeb, openWeb } from './app.ts';
import type { Route } from './context.ts';
import type { Reader } from './reader.ts';
import { text } from './replies.ts';
import { cutSlots, slot, withSlots } from './slots.ts';

const account = (id: number, displayName: string, role: Account['role']): Account => ({
  id,
  name: displayName.toLowerCase(),
  displayName,
  email: null,
  emailVerified: false,
  role,
  state: 'active',
  showsVotes: true,
  createdAt: 0,
});
const secretOf = (name: string): string => `${name}-`.padEnd(24, 'x');
const ACCOUNTS = {
  [secretOf('ada')]: account(1, 'Ada', 'member'),
  [secretOf('emmy')]: account(2, 'Emmy', 'moderator'),
};

const answering = (path: string, who: 'public' | 'reader' | 'moderator', method: 'GET' | 'POST'): Route => {
  const says = 'An address of this test.';
  const handle = async ({ reader }: { reader: Reader | null }) =>
    text(reader?.displayName ?? 'nobody', 'text/plain');
  return method === 'GET'
    ? { method, path, says, who, kind: 'plain', handle }
    : { method, path, says, who, kind: 'form', handle };
};

function site(papers = samplePapers()) {
  const context = sampleContext(papers);
  const asked: string[][] = [];
  Object.assign(context, {
    routes: [
      ...(['public', 'reader', 'moderator'] as const).flatMap((who) => [
        answering(`/test/${who}`, who, 'GET'),
        answering(`/test/${who}`, who, 'POST'),
      ]),
      ...context.routes,
    ],
    people: fakePeople(ACCOUNTS),
    fillSlots: async (reader: Reader, names: string[]) => {
      asked.push(names);
      return new Map(names.map((name) => [name, `<b>${reader.displayName}: ${name}</b>`]));
    },
  });
  const web = openWeb(context);
  const app = createWeb(web);
  const ask = (path: string, name: string | null, init: RequestInit = {}) =>
    app.request(`http://localhost${path}`, {
      ...init,
      headers: { ...init.headers, ...(name && { cookie: `__Host-broadsheet_session=${secretOf(name)}` }) },
    });
  return { ask, asked, context, web };
}

describe('slots', () => {
  it('are filled in for a reader, in the page that everybody gets', async () => {
    const { ask, asked, context } = site();
    const page = await (await ask('/', null)).text();
    expect(page).not.toContain('Ada');
    const response = await ask('/', 'ada');
    const hers = await response.text();
    expect(hers).toContain('<b>Ada: vote:1</b>');
    expect(hers).toContain('<b>Ada: reader</b>');
    expect([response.headers.get('cache-control'), response.headers.get('etag')]).toEqual([
      'private, no-store',
      null,
    ]);
    expect(response.headers.get('vary')).toContain('cookie');
    // One page is cached, without anything of hers; its slots were filled in a single call.
    expect(context.library.calls.edition).toBe(1);
    expect(asked).toHaveLength(1);
    expect(await (await ask('/', null)).text()).toBe(page);
    expect(await (await ask('/', 'emmy')).text()).toContain('<b>Emmy: vote:1</b>');
  });

  it('are filled in on compressed pages too, and an unknown session is nobody’s', async () => {
    const { ask } = site();
    const response = await ask('/', 'ada', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await response.arrayBuffer())).toString()).toContain('Ada: vote:1');
    const nobody = await ask('/', 'mallory');
    expect(nobody.headers.get('etag')).not.toBeNull();
  });

  it('are filled in pages that are not kept, because their formulas are still being set', async () => {
    const papers = samplePapers();
    papers[0]!.title = 'Steps: $O(n^{17})$';
    const { ask, context } = site(papers);
    Object.assign(context, {
      formulas: { find: async (all: unknown[]) => all.map(() => undefined), want: () => {} },
    });
    const page = await (await ask('/papers/2606.00001', 'ada')).text();
    expect(page).toContain('<b>Ada: reader</b>');
  });

  it('are filled in error pages too', async () => {
    const { ask } = site();
    const missing = await ask('/nowhere', 'ada');
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('Ada: reader')]);
    expect(await (await ask('/nowhere', null)).text()).not.toContain('Ada');
  });

  it('cannot be forged by what papers say', async () => {
    const papers = samplePapers();
    papers[0]!.title = 'A <!--[vote:99-->forged<!--]--> slot';
    const { ask, asked } = site(papers);
    await ask('/papers/2606.00001', 'ada');
    expect(asked.flat()).not.toContain('vote:99');
  });

  it('can be cut apart and joined again', () => {
    const page = `a${slot('x', '<i>1</i>')}b${slot('y:2', '')}c`;
    const cut = cutSlots(page);
    expect(cut.slots).toEqual([
      { name: 'x', content: '<i>1</i>' },
      { name: 'y:2', content: '' },
    ]);
    expect(withSlots(cut, new Map())).toBe('a<i>1</i>bc');
    expect(withSlots(cut, new Map([['y:2', 'Y']]))).toBe('a<i>1</i>bYc');
    expect(withSlots(cutSlots('plain <!--[ text'), new Map())).toBe('plain <!--[ text');
  });
});

it.each([
  ['public', null, 200],
  ['public', 'ada', 200],
  ['reader', null, 401],
  ['reader', 'mallory', 401],
  ['reader', 'ada', 200],
  ['moderator', null, 401],
  ['moderator', 'ada', 403],
  ['moderator', 'emmy', 200],
])('an address for %s answers %s with %i', async (who, name, status) => {
  const { ask } = site();
  const read = await ask(`/test/${who}`, name);
  const written = await ask(`/test/${who}`, name, {
    method: 'POST',
    body: 'a=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://papers.example' },
  });
  expect([read.status, written.status]).toEqual([status, status]);
  // Pages for a single reader are never cached.
  if (status === 200 && who !== 'public') expect(read.headers.get('cache-control')).toBe('no-store');
});
