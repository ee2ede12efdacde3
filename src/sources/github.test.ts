import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import type { Config } from '../config.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Link, PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import {
  DAY,
  ledgerText,
  NOON,
  papersOf,
  type Question,
  type Ran,
  type Reply,
  runOnce,
  type Service,
  service,
} from './enrich.fixture.ts';
import { github } from './github.ts';
import { invented } from './testing.ts';

const TOKEN = 'a-token-nobody-may-see';
const HOUR = DAY / 24;

onBoth((_, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let hub: Service;
  /** Repositories it has, by name; text: the name it has now. */
  let repositories: Record<string, Record<string, unknown> | string | number>;
  let remaining: number;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    repositories = {};
    remaining = 5000;
    hub = await service(answer);
  });
  afterEach(async () => {
    await hub.close();
    await store.close();
    await database.remove();
  });

  const limits = (): Record<string, string> => ({
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(NOON / 1000 + 1800),
  });
  /** As GitHub does: a redirect for a new name, 304 for what is as before, which only then costs nothing. */
  const answer = ({ path, headers }: Question): Reply => {
    const isSigned = headers.authorization === `Bearer ${TOKEN}`;
    if (headers.authorization !== undefined && !isSigned)
      return { status: 401, json: { message: 'Bad credentials' } };
    if (path === '/rate_limit')
      return { json: { resources: { core: { limit: 60, remaining, reset: NOON / 1000 + 1800 } } } };
    const name = path.replace(/^\/repos\//, '');
    const found = repositories[name];
    if (remaining === 0) return { status: 403, headers: limits() };
    if (found === undefined) {
      remaining--;
      return { status: 404, headers: limits(), json: { message: 'Not Found' } };
    }
    if (typeof found === 'number') return { status: found, headers: limits() };
    if (typeof found === 'string') {
      remaining--;
      return { status: 301, headers: { ...limits(), location: `${hub.url}/repos/${found}` } };
    }
    const etag = `W/"${JSON.stringify(found).length}-${String(found.stargazers_count)}"`;
    if (headers['if-none-match'] === etag) return { status: 304, headers: { ...limits(), etag } };
    remaining--;
    return { headers: { ...limits(), etag }, json: { full_name: name, ...found } };
  };
  const run = (now = NOON, settings: Partial<Config> = {}): Promise<Ran> =>
    runOnce(github, store, { GITHUB_URL: hub.url, GITHUB_TOKEN: null, ...settings }, now);
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const linking = (number: number, names: string[], more: Partial<PaperRecord> = {}): PaperRecord =>
    invented(number, {
      links: names.map((name): Link => ({ kind: 'code', url: `https://github.com/${name}` })),
      ...more,
    });
  const asked = (): string[] =>
    hub.asked.flatMap(({ path }) => (path.startsWith('/repos/') ? [path.slice('/repos/'.length)] : []));
  const linksOf = async () => (await papersOf(store)).flatMap(({ links }) => links);

  describe('GitHub', () => {
    it('brings stars and licence of what papers link to', async () => {
      await take(
        linking(1, ['lab/matter', 'Lab/Tools'], {
          links: [
            { kind: 'code', url: 'https://github.com/lab/matter', stars: 900 },
            { kind: 'code', url: 'https://github.com/Lab/Tools' },
            { kind: 'code', url: 'https://gitlab.com/lab/matter' },
            { kind: 'project', url: 'https://github.com/lab' },
          ],
        }),
        invented(2),
      );
      repositories['lab/matter'] = { stargazers_count: 41, license: { spdx_id: 'Apache-2.0' } };
      repositories['Lab/Tools'] = { stargazers_count: 0, license: { spdx_id: 'NOASSERTION' } };
      expect((await run()).end).toEqual({ state: 'ok', says: 'checked 2 repositories' });
      expect(await linksOf()).toEqual([
        { kind: 'code', url: 'https://github.com/Lab/Tools', stars: 0 },
        { kind: 'code', url: 'https://github.com/lab/matter', stars: 41, licence: 'Apache-2.0' },
        { kind: 'code', url: 'https://gitlab.com/lab/matter' },
        { kind: 'project', url: 'https://github.com/lab' },
      ]);
      expect(asked()).toEqual(['Lab/Tools', 'lab/matter']);
      expect(hub.asked[0]!.headers.authorization).toBeUndefined();
    });

    it('is asked daily about young papers, monthly about older ones, and about a repository once', async () => {
      await take(
        linking(1, ['lab/young']),
        linking(2, ['lab/old'], { published: '2026-08-01' }),
        linking(3, ['LAB/young']),
      );
      repositories['LAB/young'] = { stargazers_count: 1 };
      repositories['lab/young'] = { stargazers_count: 1 };
      repositories['lab/old'] = { stargazers_count: 2 };
      await run();
      expect(asked().map((name) => name.toLowerCase())).toEqual(['lab/young', 'lab/old']);
      hub.asked.length = 0;
      expect((await run(NOON + HOUR)).end.state).toBe('quiet');
      await run(NOON + DAY);
      expect(asked().map((name) => name.toLowerCase())).toEqual(['lab/young']);
      hub.asked.length = 0;
      await run(NOON + 30 * DAY);
      expect(asked()).toContain('lab/old');
    });

    it('is asked whether anything changed, which costs nothing', async () => {
      await take(linking(1, ['lab/matter']));
      repositories['lab/matter'] = { stargazers_count: 7, license: { spdx_id: 'MIT' } };
      await run(NOON, { GITHUB_TOKEN: TOKEN });
      const before = remaining;
      expect((await run(NOON + DAY, { GITHUB_TOKEN: TOKEN })).counts).toMatchObject({
        unchanged: 1,
        changed: 0,
      });
      expect(hub.asked.at(-1)!.headers).toMatchObject({
        'if-none-match': expect.any(String),
        authorization: `Bearer ${TOKEN}`,
      });
      expect(remaining).toBe(before);
      repositories['lab/matter'] = { stargazers_count: 8, license: { spdx_id: 'MIT' } };
      await run(NOON + 2 * DAY, { GITHUB_TOKEN: TOKEN });
      expect(await linksOf()).toMatchObject([{ stars: 8, licence: 'MIT' }]);
    });

    it('is followed to the new name of a repository, whose link in the paper stays the old one', async () => {
      await take(linking(1, ['old-lab/matter']));
      repositories['old-lab/matter'] = 'new-lab/matter';
      repositories['new-lab/matter'] = { stargazers_count: 5 };
      expect((await run()).remarks).toEqual(['old-lab/matter is now new-lab/matter']);
      expect(await linksOf()).toEqual([{ kind: 'code', url: 'https://github.com/old-lab/matter', stars: 5 }]);
      hub.asked.length = 0;
      await run(NOON + DAY);
      expect(asked()).toEqual(['new-lab/matter']);
    });

    it('leaves the link of a repository that is gone, and asks again a month later', async () => {
      await take(linking(1, ['lab/gone']), linking(2, ['lab/blocked']), linking(3, ['lab/taken-down']));
      repositories['lab/gone'] = { stargazers_count: 3 };
      repositories['lab/blocked'] = 403;
      repositories['lab/taken-down'] = 451;
      expect((await run()).end.state).toBe('ok');
      delete repositories['lab/gone'];
      await run(NOON + DAY);
      const links = (await linksOf()).map(({ url, stars }) => [url, stars]);
      expect(links).toEqual([
        ['https://github.com/lab/gone', undefined],
        ['https://github.com/lab/blocked', undefined],
        ['https://github.com/lab/taken-down', undefined],
      ]);
      hub.asked.length = 0;
      await run(NOON + 2 * DAY);
      await run(NOON + 20 * DAY);
      expect(asked()).toEqual([]);
      await run(NOON + 31 * DAY);
      expect(asked().sort()).toEqual(['lab/blocked', 'lab/gone', 'lab/taken-down']);
    });

    it('is not contacted beyond its limit, and the next run continues from there', async () => {
      await take(...Array.from({ length: 30 }, (_, i) => linking(i + 1, [`lab/r${i + 1}`])));
      for (let at = 1; at <= 30; at++) repositories[`lab/r${at}`] = { stargazers_count: at };
      remaining = 22;
      expect((await run()).end).toEqual({
        state: 'ok',
        says: 'checked 12 repositories; stopped at the rate limit; continues at 2026-11-24 12:30 UTC',
      });
      const before = hub.asked.length;
      expect((await run(NOON + 1000)).end).toEqual({
        state: 'ok',
        says: 'at the rate limit; continues at 2026-11-24 12:30 UTC',
      });
      expect(hub.asked).toHaveLength(before);
      remaining = 60;
      await run(NOON + HOUR);
      expect((await linksOf()).every(({ stars }) => stars !== undefined)).toBe(true);
      expect(asked()).toHaveLength(30);
      expect(new Set(asked()).size).toBe(30);
    });

    it('is not contacted at all if others have used up the limit', async () => {
      await take(linking(1, ['lab/matter']));
      remaining = 0;
      expect((await run()).end).toEqual({
        state: 'ok',
        says: 'checked 0 repositories; stopped at the rate limit; continues at 2026-11-24 12:30 UTC',
      });
      expect(asked()).toEqual([]);
    });

    it('is rarely asked without a token', async () => {
      await take(...Array.from({ length: 60 }, (_, i) => linking(i + 1, [`lab/r${i + 1}`])));
      await run();
      expect(asked()).toHaveLength(40);
      await run(NOON + HOUR);
      expect(asked()).toHaveLength(60);
    });

    it('has no repository in names that lead elsewhere', async () => {
      const urls = [
        'https://github.com/../x',
        'https://github.com/a/..',
        'https://github.com/a/b/c',
        'https://github.com/a/b?x',
        'https://evil.example/github.com/a/b',
      ];
      await take(invented(1, { links: urls.map((url): Link => ({ kind: 'code', url })) }));
      expect((await run()).end.state).toBe('quiet');
      expect(hub.asked).toEqual([]);
    });

    it.each([
      ['a name that leads elsewhere', { full_name: '../../user', stargazers_count: 4 }],
      ['no name', { full_name: 7, stargazers_count: 4 }],
      ['no object', null],
    ])('answering with %s costs one repository and not the others', async (_what, found) => {
      await take(linking(1, ['lab/odd', 'lab/good']));
      repositories['lab/good'] = { stargazers_count: 6 };
      const usual = hub.answer;
      hub.answer = (question) => (question.path === '/repos/lab/odd' ? { json: found } : usual(question));
      const { end, rejected } = await run();
      expect(end.state).toBe('ok');
      expect(rejected).toEqual([expect.stringContaining(`${hub.url}/repos/lab/odd: not a repository but`)]);
      expect(await linksOf()).toMatchObject([{ stars: 6 }, { url: 'https://github.com/lab/odd' }]);
    });

    it.each([null, -3, 2.5, '9', [], {}])('a count that is %j is none', async (value) => {
      await take(linking(1, ['lab/matter']));
      repositories['lab/matter'] = { stargazers_count: value, license: value, etag: value };
      expect((await run()).end.state).toBe('ok');
      expect(await linksOf()).toEqual([{ kind: 'code', url: 'https://github.com/lab/matter' }]);
    });

    it('rejecting the token says which setting to check, and the token appears nowhere', async () => {
      await take(linking(1, ['lab/matter']));
      const { end, log } = await run(NOON, { GITHUB_TOKEN: 'a-wrong-token' });
      expect(end).toEqual({
        state: 'failed',
        why: 'GitHub rejects the key (401): check the setting GITHUB_TOKEN',
      });
      hub.answer = () => ({ status: 502 });
      const trouble = await run(NOON + 1, { GITHUB_TOKEN: TOKEN });
      expect(trouble.end.state).toBe('failed');
      const told = JSON.stringify([
        end,
        log,
        trouble,
        await ledgerText(store),
        hub.asked.map(({ path }) => path),
      ]);
      expect(told).not.toMatch(/a-wrong-token|a-token-nobody/);
    });

    it('refusing one request after the other fails', async () => {
      await take(...[1, 2, 3, 4].map((number) => linking(number, [`lab/r${number}`])));
      for (let at = 1; at <= 4; at++) repositories[`lab/r${at}`] = 403;
      expect((await run()).end).toMatchObject({ state: 'failed', why: expect.stringContaining('403') });
      expect(asked()).toHaveLength(3);
    });

    it('is off by GITHUB=0', () => {
      expect(github.parts({ GITHUB: false } as never)).toEqual([]);
    });
  });
});
