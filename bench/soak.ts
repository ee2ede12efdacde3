/**
 * A site under the load of ten labs for as long as one likes: readers, searches, votes, comments and sign-ins. What is
 * measured is what must not grow: memory, open files, and the time that readers wait.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAccount } from '../src/community/accounts.ts';
import { HANDED_OVER, makeLink } from '../src/community/sign-ins.ts';
import { openStore, type Store } from '../src/store/open.ts';
import type { Row } from './main.ts';
import {
  inFolder,
  ourSite,
  ours,
  papersFile,
  percentile,
  type Running,
  round,
  sleep,
  WORDS,
} from './parts.ts';
import { random } from './random.ts';

/** What a lab of fifty people does in a second on a busy day. */
const LAB = { pages: 1, searches: 0.2, votes: 0.1, comments: 0.02, 'sign-ins': 0.01 };
const LABS = 10;
type What = keyof typeof LAB;
const PEOPLE = 300;
/** Share of the time that counts as warming up. */
const WARM_UP = 0.25;
const GROUP = '/sys/fs/cgroup/memory';
const MB = 1e6;

/** `[FILE|FOLDER] [--minutes N] [--memory MB]`: a file of papers, or a data folder, of which a copy is used. */
export async function soak(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { minutes: { type: 'string', default: '5' }, memory: { type: 'string' } },
  });
  const minutes = Number(values.minutes);
  return inFolder(async (folder) => {
    const given = positionals[0];
    if (given !== undefined && existsSync(join(given, 'broadsheet.db')))
      cpSync(given, folder, { recursive: true });
    else {
      note('Importing …');
      await ours(['import', papersFile(positionals)], folder);
    }
    const limit = values.memory === undefined ? null : limitTo(Number(values.memory) * 1024 * 1024);
    const started = performance.now();
    const site = await ourSite(folder, {}, limit?.first);
    note(`The site was ready after ${Math.round(performance.now() - started)} ms.`);
    const store = await openStore({ DATA_DIR: folder, DATABASE_URL: null });
    try {
      return await measure(site, store, minutes * 60_000, limit, note);
    } finally {
      await store.close();
      await site.stop();
      limit?.remove();
    }
  });
}

interface Limit {
  /** Puts a shell into the group. */
  first: string;
  /** How often the group wanted more than it may have, and the most it had, bytes. */
  failures(): number;
  peak(): number;
  remove(): void;
}

/** A control group (version 1, or 2) with a limit of memory, page cache included, and no swap. @throws without root */
function limitTo(bytes: number): Limit {
  const isOld = existsSync(join(GROUP, 'cgroup.procs'));
  const folder = join(isOld ? GROUP : '/sys/fs/cgroup', `broadsheet-soak-${process.pid}`);
  mkdirSync(folder);
  const [limit, peak, failures] = isOld
    ? ['memory.limit_in_bytes', 'memory.max_usage_in_bytes', 'memory.failcnt']
    : ['memory.max', 'memory.peak', 'memory.events'];
  writeFileSync(join(folder, limit), String(bytes));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    first: `echo $$ > ${folder}/cgroup.procs`,
    failures: () => Number(isOld ? read(failures) : /^max (\d+)/m.exec(read(failures))?.[1]),
    peak: () => Number(read(peak)),
    remove: () => {
      try {
        rmdirSync(folder);
      } catch {}
    },
  };
}

interface Sample {
  /** Share of the time that has passed. */
  at: number;
  rss: number;
  files: number;
}

async function measure(
  site: Running,
  store: Store,
  ms: number,
  limit: Limit | null,
  note: (line: string) => void,
): Promise<Row[]> {
  const chance = random(11);
  const papers = await store.read
    .selectFrom('papers')
    .select(['id', 'pk', 'listed'])
    .orderBy('pk', 'desc')
    .limit(3000)
    .execute();
  const days = [...new Set(papers.flatMap(({ listed }) => listed ?? []))];
  const people: Person[] = [];
  const signIn = async (): Promise<void> => {
    const account = await createAccount(store, { displayName: `Reader ${people.length + 1}` }, Date.now());
    const secret = await makeLink(store, { account: account.id }, Date.now(), HANDED_OVER);
    const { headers } = await ask(site, `/sign-in/${secret}`, '', {});
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    if (people.length < PEOPLE) people.push({ cookie });
    else people[Math.floor(chance.next() * PEOPLE)] = { cookie };
  };
  for (let i = 0; i < 20; i++) await signIn();
  const someone = (): string => chance.pick(people).cookie;
  const anyone = (): string => (chance.next() < 0.5 ? someone() : '');
  const paper = (): string => `/papers/${chance.pick(papers).id}`;
  const doing: Record<What, () => Promise<unknown>> = {
    pages: () =>
      ask(
        site,
        chance.pick(['/', '/papers/trending', `/papers/date/${chance.pick(days)}`, paper(), paper()]),
        anyone(),
      ),
    searches: () => ask(site, `/search?q=${chance.pick(WORDS)}+${chance.pick(WORDS)}`, anyone()),
    votes: () => ask(site, `${paper()}/vote`, someone(), { vote: '1' }),
    comments: async () => {
      const cookie = someone();
      const at = `${paper()}/comments`;
      const { text } = await ask(site, at, cookie);
      const key = /name="key" value="([0-9a-f]+)"/.exec(text)?.[1] ?? '';
      await ask(site, at, cookie, { text: `A remark, number ${chance.next()}.`, key, do: 'send' });
    },
    'sign-ins': signIn,
  };

  const began = performance.now();
  const end = began + ms;
  const passed = (): number => (performance.now() - began) / ms;
  const samples: Sample[] = [];
  const times: Record<What, { at: number; ms: number }[]> = {
    ...{ pages: [], searches: [], votes: [], comments: [], 'sign-ins': [] },
  };
  let failed = 0;
  const waiting = new Set<Promise<void>>();
  const loops = (Object.keys(LAB) as What[]).map(async (what) => {
    const every = 1000 / (LAB[what] * LABS);
    for (let due = began + chance.next() * every; due < end; due += every) {
      await sleep(Math.max(0, due - performance.now()));
      const at = passed();
      const one = doing[what]().then(
        // From when it was due: who has to wait for others waits as well.
        () => void times[what].push({ at, ms: performance.now() - due }),
        () => void failed++,
      );
      waiting.add(one);
      void one.finally(() => waiting.delete(one));
    }
  });
  const watching = (async () => {
    for (;;) {
      const rss = site.rss();
      if (Number.isNaN(rss)) throw new Error('the site has ended: it was killed, perhaps for lack of memory');
      samples.push({ at: passed(), rss, files: filesOf(site.pid) });
      if (performance.now() >= end) return;
      await sleep(Math.min(5000, ms / 20));
    }
  })();
  await Promise.all([...loops, watching]);
  await Promise.all(waiting);

  const middle = (pick: (sample: Sample) => number, from: number, to: number): number =>
    percentile(samples.filter(({ at }) => at >= from && at < to).map(pick), 0.5);
  const rows: Row[] = [];
  const compare = (what: string, before: number, after: number, unit: string): void =>
    void rows.push({
      what,
      'after warm-up': round(before, 1),
      'at the end': round(after, 1),
      change: `${after >= before ? '+' : ''}${round(100 * (after / before - 1), 1)} %`,
      unit,
    });
  const early = [WARM_UP, WARM_UP + 0.2] as const;
  const late = [0.8, 2] as const;
  compare(
    'resident memory',
    middle(({ rss }) => rss / MB, ...early),
    middle(({ rss }) => rss / MB, ...late),
    'MB',
  );
  compare(
    'open files',
    middle(({ files }) => files, ...early),
    middle(({ files }) => files, ...late),
    '',
  );
  for (const what of Object.keys(LAB) as What[]) {
    const of = (from: number, to: number): number[] =>
      times[what].filter(({ at }) => at >= from && at < to).map(({ ms }) => ms);
    const [first, last] = [of(WARM_UP, 0.6), of(0.6, 2)];
    if (first.length > 0 && last.length > 0)
      compare(`${what}, 99 % within`, percentile(first, 0.99), percentile(last, 0.99), 'ms');
    note(`${what}: ${times[what].length}`);
  }
  note(
    `Failed: ${failed}. Most memory: ${round(Math.max(...samples.map(({ rss }) => rss)) / MB, 0)} MB resident.`,
  );
  if (limit)
    note(`In the group: at most ${round(limit.peak() / MB, 0)} MB, ${limit.failures()} times at its limit.`);
  return rows;
}

interface Person {
  cookie: string;
}

/** @param fields of a form; absent: the page is only read @throws for errors of the site */
async function ask(site: Running, path: string, cookie: string, fields?: Record<string, string>) {
  const response = await fetch(site.url + path, {
    redirect: 'manual',
    headers: { ...(cookie && { cookie }), ...(fields && { origin: site.url }) },
    ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
  });
  const text = await response.text();
  // A reader who comments too much is told so.
  if (response.status >= 400 && response.status !== 429) throw new Error(`${path}: ${response.status}`);
  return { text, headers: response.headers };
}

function filesOf(pid: number | undefined): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return Number.NaN;
  }
}
