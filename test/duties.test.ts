/**
 * A site in one process, and one whose duties are divided between processes: readers see no difference. The same steps
 * for each layout.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handler, type Loopback, loopback } from '../src/sources/loopback.ts';
import { freshDatabase, type Kind, type TestDatabase } from './databases.ts';
import { arxivId } from './invented.ts';
import {
  type Env,
  eventually,
  json,
  type Running,
  run,
  type Site,
  serve,
  start,
  temporary,
} from './program.ts';

/** Everything is fetched from `server`, which stands in for the Hub; no other source is contacted. */
const settings = ({ env }: TestDatabase, server: Loopback): Env => ({
  ...env,
  OFFLINE: '0',
  HUB_URL: server.url,
  SYNC_CATEGORIES: 'none',
  GITHUB: '0',
  SYNC_DAYS: '2',
});

const folder = temporary();
let number = 0;
/** A file with one paper, listed on the starter's day. */
function file(title: string): string {
  const path = join(folder, `${number++}.jsonl`);
  const paper = { id: arxivId(40_000 + number), title, listed: '2026-06-26', upvotes: 9 };
  writeFileSync(path, `${JSON.stringify(paper)}\n`);
  return path;
}

/** Processes that form one site. `worker` may also be the first of `web`. */
interface Nodes {
  web: Site[];
  worker: Site;
  /** Starts another worker to replace one that is gone. */
  again(): Promise<void>;
}

interface Layout {
  name: string;
  kind: Kind;
  /** `own`: each web node has its own data folder; `shared`: that of the worker. */
  web: 'none' | 'own' | 'shared';
}

const LAYOUTS: Layout[] = [
  { name: 'SQLite, one process', kind: 'SQLite', web: 'none' },
  { name: 'SQLite, divided', kind: 'SQLite', web: 'shared' },
  { name: 'PostgreSQL, divided, one folder', kind: 'PostgreSQL', web: 'shared' },
  { name: 'PostgreSQL, divided, own folders', kind: 'PostgreSQL', web: 'own' },
];

let server: Loopback | undefined;
let database: TestDatabase | undefined;
const running = new Set<Site>();
afterEach(async () => {
  for (const site of running) site.child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  running.clear();
  await server?.close();
  await database?.remove();
  server = undefined;
  database = undefined;
});

async function open(env: Env, args: string[] = []): Promise<Site> {
  const site = await serve(env, args);
  running.add(site);
  return site;
}

async function startAll({ web }: Layout, env: Env): Promise<Nodes> {
  if (web === 'none') {
    const site = await open(env);
    const nodes: Nodes = {
      web: [site],
      worker: site,
      async again() {
        nodes.worker = await open(env);
        nodes.web = [nodes.worker];
      },
    };
    return nodes;
  }
  const own = () => (web === 'own' ? { ...env, DATA_DIR: temporary() } : env);
  const worker = () => open(env, ['--duties', 'worker']);
  // In any order: the first one prepares the database.
  const [one, two, three] = await Promise.all([
    open(own(), ['--duties', 'web']),
    worker(),
    open(own(), ['--duties', 'web']),
  ]);
  const nodes: Nodes = {
    web: [one, three],
    worker: two,
    async again() {
      nodes.worker = await worker();
    },
  };
  return nodes;
}

const ready = (site: Site): Promise<void> =>
  eventually('a node to be ready', async () => (await site.get('/healthz')).status === 200);

const onAll = (nodes: Nodes, what: string, path: string, holds: (text: string) => boolean): Promise<void> =>
  eventually(what, async () => {
    const pages = await Promise.all(nodes.web.map((site) => site.get(path)));
    return pages.every(({ text }) => holds(text));
  });

/** The Hub; it holds back the days before the last until released. */
async function slowHub(): Promise<{ handle: Handler; go(): void }> {
  let go = (): void => {};
  const may = new Promise<void>((resolve) => {
    go = resolve;
  });
  let asked = 0;
  const handle: Handler = (path, response) => {
    const day = /date=(\d{4}-\d\d-\d\d)/.exec(path)?.[1] ?? '';
    const paper = {
      id: arxivId(60_000 + Number(day.slice(8))),
      title: `Fetched for ${day}`,
      summary: 'What it says.',
      publishedAt: `${day}T00:00:00.000Z`,
      submittedOnDailyAt: `${day}T00:00:00.000Z`,
      upvotes: 1,
    };
    const answer = () => void response.end(JSON.stringify([{ paper }]));
    if (asked++ === 0) answer();
    else void may.then(answer);
  };
  return { handle, go: () => go() };
}

/** The names of the leases that a process holds. */
async function leasesOf({ child }: Site): Promise<string[]> {
  const store = await database!.open();
  try {
    const rows = await store.read.selectFrom('leases').selectAll().execute();
    return rows.filter(({ holder }) => holder.split('/')[1] === String(child.pid)).map(({ name }) => name);
  } finally {
    await store.close();
  }
}

describe.each(LAYOUTS)('$name', (layout) => {
  it.skipIf(layout.kind === 'PostgreSQL' && !process.env.TEST_DATABASE_URL)(
    'shows what is imported and fetched, sets formulas, outlives the worker, and stops in good order',
    async () => {
      const hub = await slowHub();
      server = await loopback(hub.handle);
      database = await freshDatabase(layout.kind);
      const env = settings(database, server);
      const nodes = await startAll(layout, env);
      await Promise.all([...nodes.web, nodes.worker].map(ready));
      await onAll(nodes, 'the starter’s edition', '/papers/date/2026-06-26', (text) => /\b47\b/.test(text));
      await onAll(nodes, 'the starter in search', '/search?q=multi-token', (text) =>
        /Multi-Token/.test(text),
      );

      // What is being fetched, in whichever process.
      await onAll(nodes, 'the progress', '/', (text) => /Importing[\s\S]{1,200}Daily Papers: /.test(text));
      hub.go();
      await onAll(nodes, 'the progress to end', '/', (text) => !text.includes('Importing'));
      await onAll(nodes, 'what was fetched', '/search?q=fetched', (text) => text.includes('Fetched for'));

      // An import is on the very next page of every node.
      const title = 'The violet heliotrope of the first import';
      const page = '/papers/date/2026-06-26';
      await Promise.all(nodes.web.map((site) => site.get(page)));
      await json(['import', file(title)], env);
      for (const site of nodes.web) expect((await site.get(page)).text).toContain(title);
      await onAll(nodes, 'the import in search', '/search?q=heliotrope', (text) => text.includes('violet'));

      await json(['import', file('On $\\alpha_{17}$ and its heliotrope')], env);
      await onAll(
        nodes,
        'the formula',
        page,
        (text) => text.includes('katex') && !text.includes('class="unset"'),
      );

      if (layout.web !== 'none') {
        expect(await leasesOf(nodes.worker)).toEqual(
          expect.arrayContaining(['sync', expect.stringMatching(/^index /)]),
        );
        for (const site of nodes.web)
          expect(await leasesOf(site)).toEqual(
            layout.web === 'own' ? [expect.stringMatching(/^index \S+$/)] : [],
          );
        const { status, headers } = await nodes.worker.get('/');
        expect([status, headers.get('content-type')]).toEqual([404, expect.stringMatching(/json/)]);
        expect((await nodes.worker.get('/metrics')).text).toMatch(/^broadsheet_papers \d+$/m);
      }

      // The worker is killed, and another continues.
      running.delete(nodes.worker);
      expect((await nodes.worker.end('SIGKILL')).signal).toBe('SIGKILL');
      await json(['import', file('The golden heliotrope of the second import')], env);
      await nodes.again();
      await Promise.all([...nodes.web, nodes.worker].map(ready));
      await onAll(nodes, 'the second import', '/search?q=golden', (text) => text.includes('heliotrope'));
      await eventually('the new worker to fetch', async () =>
        (await leasesOf(nodes.worker)).includes('sync'),
      );
      const requests = server.requests.length;
      const asked = await run(
        ['sync', 'hf', '--since', '2026-06-11', '--until', '2026-06-11', '--json'],
        env,
      );
      expect([asked.code, asked.err]).toEqual([0, expect.stringContaining('A running site')]);
      expect(server.requests.length).toBeGreaterThan(requests);
      for (const site of nodes.web)
        expect((await site.get('/papers/date/2026-06-11')).text).toContain('Fetched for 2026-06-11');

      // What was fetched last is in the index before all stop.
      const behind = async () => /index.*(behind|missing)/.test((await run(['doctor'], env)).out);
      await eventually('the index to catch up', async () => !(await behind()));
      const ends = await Promise.all([...running].map((site) => site.end('SIGTERM')));
      for (const { code, err } of ends) expect([code, err]).toEqual([0, '']);
      running.clear();
      const store = await database.open();
      expect(await store.read.selectFrom('leases').select('name').execute()).toEqual([]);
      await store.close();
      expect(await behind()).toBe(false);
    },
    // Dozens of processes, one after the other.
    400_000,
  );
});

/** Runs a command (`shell`) in a container of its own, as far as names go: it is process 1 of a host named `box`. */
const BOXED =
  'exec unshare --pid --fork --kill-child --mount-proc --uts bash -c \'hostname box; exec "$0" "$@"\' "$0" "$@"';
const canBox =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--pid', '--fork', '--mount-proc', '--uts', 'true']).status === 0;
if (!canBox) console.warn('SKIPPED: two containers of one name, because none can be made here (needs root)');

it.skipIf(!canBox || !process.env.TEST_DATABASE_URL)(
  'two workers with the same host name and process id neither share a lease nor steal one',
  async () => {
    server = await loopback((_, response) => void response.end('[]'));
    database = await freshDatabase('PostgreSQL');
    const env = settings(database, server);
    const store = await database.open();
    const holders = async (pattern: RegExp): Promise<string[]> => {
      const rows = await store.read.selectFrom('leases').selectAll().orderBy('name').execute();
      return rows.filter(({ name }) => pattern.test(name)).map(({ holder }) => holder);
    };
    const boxes = new Map<string, Running>();
    try {
      for (const _ of [1, 2]) {
        const box = start(
          ['serve', '--duties', 'worker'],
          { ...env, DATA_DIR: temporary() },
          { shell: BOXED },
        );
        await box.says(/ is at (http:\S+)\n/);
        // Each writes the index of its own folder, so the other lease is the one in question.
        await eventually('an index of its own', async () => {
          const found = (await holders(/^index \S+$/)).find((holder) => !boxes.has(holder));
          if (found !== undefined) boxes.set(found, box);
          return found !== undefined;
        });
      }
      for (const holder of boxes.keys()) expect(holder).toMatch(/^box\/1\/1\//);
      await eventually('one that fetches', async () => (await holders(/^sync$/)).length > 0);
      const [first] = await holders(/^sync$/);
      const [[, fetching], [other]] = [...boxes].sort(([a]) => (a === first ? -1 : 1)) as [
        [string, Running],
        [string, Running],
      ];
      expect(boxes.has(first!)).toBe(true);
      fetching.child.kill('SIGKILL');
      await fetching.ended;
      // Nobody here can see that it is gone: the lease has to expire.
      expect(await holders(/^sync$/)).toEqual([first]);
      await eventually('the other to fetch', async () => (await holders(/^sync$/))[0] === other);
    } finally {
      for (const { child } of boxes.values()) child.kill('SIGKILL');
      await Promise.all([...boxes.values()].map(({ ended }) => ended));
      await store.close();
    }
  },
  400_000,
);

describe('serve --duties', () => {
  it('accepts web, worker and both, and says so', async () => {
    for (const words of [['--duties', 'pages'], ['--duties='], ['--duties']]) {
      const { code, err } = await run(['serve', ...words], { DATA_DIR: temporary() });
      expect([words, code]).toEqual([words, 2]);
      expect(err).toMatch(/--duties/);
    }
    const both = await open({ DATA_DIR: temporary() }, ['--duties', 'both']);
    expect((await both.get('/')).status).toBe(200);
    expect((await both.end()).code).toBe(0);
    running.delete(both);
  });

  it('a web node alone writes no paper and no index, and sets the formulas its readers are waiting for', async () => {
    database = await freshDatabase('SQLite');
    const { env } = database;
    const site = await open(env, ['--duties', 'web']);
    const page = '/papers/date/2026-06-26';
    expect((await site.get('/')).text).not.toContain('26 June 2026');
    expect(existsSync(join(env.DATA_DIR, 'index'))).toBe(false);
    await json(['import', file('On $\\alpha_{17}$ and its heliotrope')], env);
    expect((await site.get(page)).text).toContain('heliotrope');
    await eventually('the formula', async () => (await site.get(page)).text.includes('katex'));
    expect(await leasesOf(site)).toEqual([]);
    running.delete(site);
    const { code, out, err } = await site.end();
    expect([code, err, out]).toEqual([0, '', expect.stringContaining('This is a web node')]);
  });

  it('a worker whose port is in use says so and stops', async () => {
    const env = { DATA_DIR: temporary() };
    const site = await open(env, ['--duties', 'web']);
    const other = await run(['serve', '--duties', 'worker'], { ...env, PORT: new URL(site.url).port });
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/port \d+ is in use/)]);
    running.delete(site);
    expect((await site.end()).code).toBe(0);
  });
});
