/** What readers get while others vote: pages per second with a hundred votes a second and without, alternating. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { Checker } from './churn/checker.ts';
import { load } from './load.ts';
import type { Row } from './main.ts';
import {
  inFolder,
  ourSite,
  ours,
  papersFile,
  percentile,
  type Running,
  root,
  round,
  sleep,
  WORDS,
} from './parts.ts';
import { random } from './random.ts';

const ROUNDS = 3;
const CONNECTIONS = 8;
const VOTES_A_SECOND = 100;
const EDITIONS = 50;
const PAPERS = 500;
/** How often a page is checked against the database, ms. */
const CHECK = 50;

interface Kind {
  what: string;
  paths: string[];
  isOrdered: boolean;
}

interface Measured {
  quiet: number[];
  busy: number[];
  p99: number[];
  hits: number;
  answers: number;
  stale: number;
  checked: number;
}

/** `[FILE] [--seconds N]`: papers, and how long each kind of page is read per round, with votes and without. */
export async function churn(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '5' } },
  });
  const file = papersFile(positionals);
  return inFolder(async (folder) => {
    note('Importing …');
    const { imported } = await ours(['import', file], folder);
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    for (const name of ['broadsheet.db', 'broadsheet.db-wal'])
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
    // An edition holds what the settings allow; here, everything.
    const site = await ourSite(folder);
    try {
      note(`${imported} papers; ${ROUNDS} rounds, ${CONNECTIONS} connections.`);
      return await measure(site, folder, copy, Number(values.seconds), note);
    } finally {
      await site.stop();
    }
  });
}

async function measure(
  site: Running,
  folder: string,
  /** Another data folder with the same papers. */
  copy: string,
  seconds: number,
  note: (line: string) => void,
): Promise<Row[]> {
  const database = new DatabaseSync(join(folder, 'broadsheet.db'), { readOnly: true, timeout: 10_000 });
  const all = <T>(query: string, ...given: (string | number)[]) =>
    database.prepare(query).all(...given) as T[];
  const days = all<{ listed: string }>(
    'SELECT listed FROM papers WHERE late = 0 AND listed IS NOT NULL GROUP BY listed ORDER BY listed DESC LIMIT ?',
    EDITIONS + 1,
  ).map(({ listed }) => listed);
  const seventh = days[6] ?? days.at(-1)!;
  const votable = all<{ pk: number }>('SELECT pk FROM papers WHERE listed >= ?', seventh).map(({ pk }) => pk);
  const chance = random(7);
  const readable = all<{ id: string }>('SELECT id FROM papers WHERE listed >= ? ORDER BY id', days.at(-1)!);
  const papers = Array.from({ length: PAPERS }, () => chance.pick(readable).id);
  database.close();
  note(
    `Voting for ${votable.length} papers of the last seven days; reading from ${readable.length} papers of ${days.length} days.`,
  );
  const kinds: Kind[] = [
    { what: 'front page', paths: ['/'], isOrdered: true },
    { what: 'other days', paths: days.slice(1).map((day) => `/papers/date/${day}`), isOrdered: true },
    { what: 'papers', paths: papers.map((id) => `/papers/${id}`), isOrdered: false },
    {
      what: 'searches',
      paths: Array.from({ length: 50 }, () => `/search?q=${chance.pick(WORDS)}+${chance.pick(WORDS)}`),
      isOrdered: false,
    },
    { what: 'trending', paths: ['/papers/trending'], isOrdered: false },
  ];
  kinds.push({ what: 'all at once', paths: kinds.flatMap(({ paths }) => paths), isOrdered: false });

  const checker = new Checker(join(folder, 'broadsheet.db'));
  const found = kinds.map(
    (): Measured => ({ quiet: [], busy: [], p99: [], hits: 0, answers: 0, stale: 0, checked: 0 }),
  );
  const segments = watchSegments(folder);
  let votes = 0;
  let voting = 0;
  for (let turn = 0; turn <= ROUNDS; turn++) {
    for (const [at, kind] of kinds.entries()) {
      const kept = found[at]!;
      const time = turn === 0 ? 2 : seconds;
      // The same voter and the same checks, on a copy of the database that nobody reads: what differs is this site's work.
      const elsewhere = vote(copy, time + 1, turn * 100 + at + 1, votable);
      await sleep(500);
      const stopQuiet = check(checker, site, kind);
      const quiet = await read(site, kind, time);
      await stopQuiet();
      await elsewhere;
      // By now the cache also has what is seldom requested, in one compression or another.
      const voter = vote(folder, time + 1, turn * 100 + at + 1, votable);
      await sleep(500);
      const before = await cacheCounts(site);
      const staleBefore = checker.stale;
      const checkedBefore = checker.checked;
      const stop = check(checker, site, kind);
      const busy = await read(site, kind, time);
      await stop();
      const after = await cacheCounts(site);
      const cast = await voter;
      await sleep(1500);
      kept.stale += checker.stale - staleBefore;
      kept.checked += checker.checked - checkedBefore;
      if (turn === 0) continue;
      votes += cast;
      voting += time + 1;
      kept.quiet.push(quiet.rate);
      kept.busy.push(busy.rate);
      kept.p99.push(busy.p99);
      kept.hits += after.kept - before.kept;
      kept.answers += after.all - before.all;
      note(`${kind.what}: ${Math.round(quiet.rate)} a second, with votes ${Math.round(busy.rate)}`);
    }
  }
  for (const example of checker.examples) note(`stale: ${example}`);
  const stale = checker.stale;
  checker.close();
  return [
    ...kinds.map(({ what }, at) => {
      const { quiet, busy, p99, hits, answers, stale: old, checked } = found[at]!;
      return {
        what,
        quiet_per_s: Math.round(percentile(quiet, 0.5)),
        per_s: Math.round(percentile(busy, 0.5)),
        ratio: round(percentile(busy, 0.5) / percentile(quiet, 0.5)),
        hits: round(hits / answers, 4),
        p99_ms: round(percentile(p99, 0.5)),
        stale: old,
        checked,
      };
    }),
    { what: 'votes', per_s: round(votes / voting, 1), segments: segments.stop(), stale },
  ];
}

/** Requests pages of a kind in rotation, as fast as they are answered. */
function read(site: Running, { paths }: Kind, seconds: number) {
  let number = 0;
  return load({
    url: site.url,
    connections: CONNECTIONS,
    seconds,
    headers: { 'accept-encoding': 'gzip, br' },
    path: () => paths[number++ % paths.length]!,
  });
}

/** Checks one page of the kind after another until it is stopped. */
function check(checker: Checker, site: Running, { paths, isOrdered }: Kind): () => Promise<void> {
  let isOver = false;
  const done = (async () => {
    for (let i = 0; !isOver; i++) {
      await checker.look(site.url + paths[(i * 7) % paths.length]!, isOrdered);
      await sleep(CHECK);
    }
  })();
  return async () => {
    isOver = true;
    await done;
  };
}

/** Casts votes for some seconds in a separate process; resolves with their number. */
function vote(folder: string, seconds: number, seed: number, papers: number[]): Promise<number> {
  const args = [join(root, 'bench/churn/voter.ts'), folder, seconds, VOTES_A_SECOND, seed, ...papers];
  const child = spawn(process.execPath, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) =>
    child.once('exit', (code) =>
      code === 0 ? resolve(Number(text)) : reject(new Error('the voter failed')),
    ),
  );
}

async function cacheCounts(site: Running): Promise<{ kept: number; all: number }> {
  const text = await (await fetch(`${site.url}/metrics`)).text();
  const count = (from: string): number =>
    Number(
      new RegExp(`broadsheet_page_cache_answers\\{from="${from}"\\} (\\d+)`).exec(text)?.[1] ?? Number.NaN,
    );
  const kept = count('kept') + count('confirmed');
  return { kept, all: kept + count('made') };
}

/** Counts the segments written from now on. */
function watchSegments(folder: string): { stop(): number } {
  const names = (): string[] => {
    try {
      const { segments } = JSON.parse(readFileSync(join(folder, 'index/manifest.json'), 'utf8'));
      return segments.map(({ file }: { file: string }) => file);
    } catch {
      return [];
    }
  };
  const before = new Set(names());
  const seen = new Set<string>();
  const look = (): void => names().forEach((name) => void (before.has(name) || seen.add(name)));
  const timer = setInterval(look, 200);
  return {
    stop() {
      clearInterval(timer);
      look();
      return seen.size;
    },
  };
}
