/** `broadsheet sync` and `broadsheet sources` as users run them, against servers on this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handler, type Loopback, loopback } from '../src/sources/loopback.ts';
import { arxivId } from './invented.ts';
import { type Env, eventually, exported, run, serve, start, temporary } from './program.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function hub(handle: Handler): Promise<Env> {
  server = await loopback(handle);
  return {
    DATA_DIR: temporary(),
    OFFLINE: '0',
    HUB_URL: server.url,
    SYNC_CATEGORIES: 'none',
    GITHUB: '0',
    SYNC_DAYS: '2',
  };
}

const day = (path: string): string => /date=(\d{4}-\d\d-\d\d)/.exec(path)?.[1] ?? '';

/** Papers of a day, in the shape of the Hub's list. */
const papersOf = (date: string, count = 3): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) => ({
      paper: {
        id: arxivId(Number(date.slice(5).replace('-', '')) * 100 + i),
        title: `Listed on ${date}, number ${i}`,
        summary: 'What it says.',
        publishedAt: `${date}T00:00:00.000Z`,
        submittedOnDailyAt: `${date}T00:00:00.000Z`,
        upvotes: i,
      },
    })),
  );
const everyDay: Handler = (path, response) => void response.end(papersOf(day(path)));

describe('sync', () => {
  it('fetches recent days, says how it ended, and finds nothing new the second time', async () => {
    const env = await hub(everyDay);
    const first = await run(['sync', '--json'], env);
    expect([first.code, first.last()]).toEqual([
      0,
      expect.objectContaining({ source: 'hf', part: 'daily', state: 'ok', added: 9, requests: 3 }),
    ]);
    const second = await run(['sync'], env);
    expect([second.code, second.out]).toEqual([
      0,
      expect.stringMatching(/^Hugging Face Daily Papers, .*quiet: /),
    ]);
    expect((await exported(env)).trimEnd().split('\n')).toHaveLength(9);
    const { out } = await run(['search', 'listed number', '--limit', '1'], env);
    expect(out).toContain('Listed on');
  });

  it('--dry-run says what would be fetched and writes nothing at all', async () => {
    const env = await hub(everyDay);
    const dry = await run(['sync', '--dry-run'], env);
    expect([dry.code, dry.out]).toEqual([0, expect.stringMatching(/^would be: .*ok.* \(9 new\)/)]);
    expect(await exported(env)).toBe('');
    expect((await run(['sources', 'runs'], env)).err).toContain('Nothing has run yet');
    expect((await run(['sync', '--json'], env)).last()).toMatchObject({ added: 9 });
    expect(
      (
        await run(['sync', '--since', '2026-06-01', '--until', '2026-06-02', '--dry-run', '--json'], env)
      ).last(),
    ).toMatchObject({
      added: 6,
      dryRun: true,
    });
  });

  it('--since fetches past days, each on its own day', async () => {
    const env = await hub(everyDay);
    const { code, last } = await run(
      ['sync', 'hf', '--since', '2026-06-11', '--until', '2026-06-13', '--json'],
      env,
    );
    expect([code, last()]).toEqual([0, expect.objectContaining({ state: 'ok', added: 9 })]);
    const days = (await exported(env))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { listed: string }).listed);
    expect([...new Set(days)].sort()).toEqual(['2026-06-11', '2026-06-12', '2026-06-13']);
  });

  it('names a day that failed, ends as failed, and the ledger keeps it', async () => {
    const env = await hub((path, response, count) => {
      if (count === 2) response.writeHead(404).end();
      else response.end(papersOf(day(path)));
    });
    const { code, last } = await run(['sync', '--json'], env);
    expect([code, last()]).toEqual([
      1,
      expect.objectContaining({
        state: 'failed',
        why: expect.stringMatching(/^2 of 3 days were fetched; .*404/),
        added: 6,
      }),
    ]);
    expect((await run(['sources', 'runs'], env)).out).toMatch(
      /hf daily \[asked\]: failed: 2 of 3 days were fetched/,
    );
    expect((await run(['sync', '--json'], env)).last()).toMatchObject({ state: 'ok', added: 3 });
  });

  it('keeps rejected records, and retries them', async () => {
    const env = await hub((_, response) => response.end('[{"paper":{"id":"2606.00001"}},null]'));
    const { code } = await run(['sync', 'hf', '--since', '2026-06-12', '--until', '2026-06-12'], env);
    expect(code).toBe(3);
    const kept = await run(['sources', 'rejected'], env);
    expect(kept.out).toMatch(/item 1\): no title\n/);
    const again = await run(['sources', 'retry', '--json'], env);
    expect([again.code, again.last()]).toMatchObject([3, { taken: 0, left: 2 }]);
  });

  it('keeps what it has fetched if interrupted, and says how to continue; run again, it continues', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      let reached!: () => void;
      const middle = new Promise<void>((resolve) => {
        reached = resolve;
      });
      let isWell = false;
      const asked: string[] = [];
      const env = await hub((path, response, count) => {
        asked.push(day(path));
        if (count <= 3 || isWell) response.end(papersOf(day(path)));
        // The fourth never answers.
        else reached();
      });
      const words = ['sync', 'hf', '--since', '2026-06-01', '--until', '2026-06-10', '--json'];
      const fetching = start(words, env);
      await middle;
      fetching.child.kill(signal);
      const ended = await fetching.ended;
      expect([signal, ended.code, ended.signal]).toEqual([signal, 1, null]);
      expect(ended.last().error).toMatch(/interrupted.*run it again/);
      expect((await exported(env)).trimEnd().split('\n')).toHaveLength(9);
      isWell = true;
      asked.length = 0;
      expect((await run(words, env)).last()).toMatchObject({ state: 'ok', added: 21 });
      expect([asked[0], asked.length]).toEqual(['2026-06-04', 7]);
      await server?.close();
    }
  });

  it('contacts nobody with OFFLINE=1, and rejects arguments that make no sense', async () => {
    const away = { DATA_DIR: temporary(), OFFLINE: '1' };
    const { code, last } = await run(['sync', '--json'], away);
    expect([code, last().error]).toEqual([2, expect.stringContaining('OFFLINE')]);
    const env = {
      DATA_DIR: temporary(),
      OFFLINE: '0',
      HUB_URL: 'http://127.0.0.1:1',
      SYNC_CATEGORIES: 'none',
      GITHUB: '0',
    };
    for (const words of [
      ['nowhere'],
      ['hf', 'weekly'],
      ['hf', '--since', '2026-13-01'],
      ['hf', '--until', '2026-06-11'],
      ['hf', '--since', '2026-06-12', '--until', '2026-06-11'],
    ]) {
      const wrong = await run(['sync', ...words, '--json'], env);
      expect([words, wrong.code, typeof wrong.last().error]).toEqual([words, 2, 'string']);
    }
    const unreached = await run(['sync', '--json'], env);
    expect([unreached.code, unreached.last().why]).toEqual([1, '127.0.0.1:1 cannot be reached']);
  });

  it('leaves the work to a running site, and waits for it', async () => {
    const env = await hub(everyDay);
    const site = await serve(env, ['--empty']);
    const ledger = async () => (await run(['sources', 'runs', '--json'], env)).lines();
    await eventually('the first fetch', async () => (await ledger()).some(({ state }) => state === 'ok'));
    const { code, out, err } = await run(['sync'], env);
    expect([code, out, err]).toEqual([
      0,
      expect.stringContaining('quiet'),
      expect.stringContaining('A running site'),
    ]);
    const since = ['--since', '2026-06-11', '--until', '2026-06-12'];
    const back = await run(['sync', 'hf', ...since], env);
    expect([back.code, back.out]).toEqual([0, expect.stringContaining('2 days, 6 papers')]);
    expect((await exported(env)).trimEnd().split('\n')).toHaveLength(15);
    expect((await site.end()).code).toBe(0);
    expect((await ledger()).every(({ state }) => state !== 'running')).toBe(true);
  });
});

describe('sources', () => {
  it('reports the state of each part, and pauses and resumes it', async () => {
    const env = await hub(everyDay);
    expect((await run(['sources'], env)).out).toMatch(/^hf daily: not run yet\n {2}Papers of the day.*due /);
    await run(['sync'], env);
    expect((await run(['sources'], env)).out).toMatch(
      /^hf daily: ok, 9 new, 0 changed; 3 days fetched, 9 papers/,
    );
    expect((await run(['sources', 'pause', 'hf'], env)).code).toBe(0);
    expect((await run(['sources', '--json'], env)).last()).toMatchObject({ isPaused: true, due: null });
    await run(['sources', 'resume', 'hf', 'daily'], env);
    expect((await run(['sources', '--json'], env)).last()).toMatchObject({ isPaused: false });
    await run(['sources', 'backfill', 'hf', '--since', '2026-06-01', '--until', '2026-06-02'], env);
    expect((await run(['sources'], env)).out).toContain('backfill of 2026-06-01 to 2026-06-02 requested');
    await run(['sources', 'backfill', 'hf', '--drop'], env);
    expect((await run(['sources'], env)).out).not.toContain('backfill');
    for (const words of [['explode'], ['pause', 'nowhere'], ['backfill', 'hf'], ['runs', '--limit', '0']])
      expect([words, (await run(['sources', ...words], env)).code]).toEqual([words, 2]);
  });
});

const recorded = join(process.cwd(), '../shared/hub-api/samples/daily_papers_2026-06-12_full.json');
if (!existsSync(recorded))
  console.warn(`SKIPPED: a recorded day of the Hub, because ${recorded} is not there`);

describe.skipIf(!existsSync(recorded))('a recorded day of the Hub', () => {
  it('is imported in full, and unchanged the second time', async () => {
    const env = await hub((path, response) => {
      response.end(path.includes('date=2026-06-12') ? readFileSync(recorded) : '[]');
    });
    const words = ['sync', 'hf', '--since', '2026-06-12', '--until', '2026-06-12', '--json'];
    expect((await run(words, env)).last()).toMatchObject({ state: 'ok', added: 30, rejected: 0 });
    expect((await run(words, env)).last()).toMatchObject({ state: 'ok', added: 0, unchanged: 30 });
  });
});
