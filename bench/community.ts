/** What people do on a site with many accounts and votes: votes and comments a second, and a reader's own front page. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { openSession } from '../src/community/sessions.ts';
import { openStore } from '../src/store/open.ts';
import { load } from './load.ts';
import type { Row } from './main.ts';
import { inFolder, ourSite, ours, papersFile, percentile, round, sleep } from './parts.ts';

/** Readers who are signed in, and act in turn. */
const READERS = 2000;
/** Papers that all votes are for. */
const VOTED = 10_000;
const CONNECTIONS = 16;
const DAY = 86_400_000;

/** `[FILE] [--accounts N] [--votes N] [--seconds N]` */
export async function community(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      accounts: { type: 'string', default: '100000' },
      votes: { type: 'string', default: '5000000' },
      seconds: { type: 'string', default: '5' },
    },
  });
  const [accounts, votes, seconds] = [values.accounts, values.votes, values.seconds].map(Number) as [
    number,
    number,
    number,
  ];
  const file = papersFile(positionals);
  return inFolder(async (folder) => {
    note('Importing …');
    const { imported } = await ours(['import', file], folder);
    note(`${imported} papers; ${accounts} accounts and ${votes} votes …`);
    people(join(folder, 'broadsheet.db'), accounts, votes);
    const store = await openStore({ DATA_DIR: folder, DATABASE_URL: null });
    const cookies: string[] = [];
    for (let reader = 1; reader <= Math.min(READERS, accounts); reader++)
      cookies.push(`broadsheet_session=${await openSession(store, reader, 'bench', Date.now())}`);
    const papers = await store.read
      .selectFrom('papers')
      .select('id')
      .where('listed', 'is not', null)
      .orderBy('listed', 'desc')
      .limit(1000)
      .execute();
    await store.close();
    const paths = papers.map(({ id }) => `/papers/${id}`);
    const site = await ourSite(folder);
    try {
      // Papers take over their votes first.
      await sleep(20_000);
      const rows = [bare(folder, seconds)];
      const post = (
        name: string,
        path: (i: number) => string,
        fields: (i: number) => Record<string, string>,
      ) => posting({ name, url: site.url, cookies, seconds, path, fields });
      rows.push(
        await post(
          'votes',
          (i) => `${paths[i % paths.length]}/vote`,
          () => ({ vote: '1' }),
        ),
      );
      rows.push(
        await post(
          'comments',
          (i) => `${paths[i % paths.length]}/comments`,
          (i) => ({
            ...{ do: 'send', key: randomBytes(12).toString('hex') },
            text: `Comment ${i} says *something* about $x_${i % 10}$, and why it matters here.`,
          }),
        ),
      );
      rows.push(...(await fronts(site.url, cookies, seconds)));
      return rows;
    } finally {
      await site.stop();
    }
  });
}

/** Fills a database with accounts, and with votes for some of its papers, each by a different account. */
function people(file: string, accounts: number, votes: number): void {
  const database = new DatabaseSync(file);
  const since = Date.now() - 400 * DAY;
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  const account = database.prepare(
    `INSERT INTO accounts (id, name, display_name, email, email_verified, role, state, shows_votes, created_at)
     VALUES (?, ?, ?, NULL, 0, 'member', 'active', 1, ?)`,
  );
  for (let id = 1; id <= accounts; id++) account.run(id, `reader-${id}`, `Reader ${id}`, since);
  const pks = database.prepare('SELECT pk FROM papers ORDER BY pk LIMIT ?').all(VOTED) as { pk: number }[];
  const vote = database.prepare('INSERT INTO votes (paper, voter, time, weight) VALUES (?, ?, ?, 1000)');
  const each = Math.floor(votes / pks.length);
  // Readers who act later have voted for none of the papers that they will vote for.
  for (const [i, { pk }] of pks.entries())
    for (let n = 0; n < each; n++) vote.run(pk, 1 + ((i * 7919 + n) % accounts), since + n);
  database.exec(`
    UPDATE counters SET value = value + 1 WHERE name = 'community';
    INSERT INTO counters (name, value) SELECT 'community', 1
      WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = 'community');
    INSERT INTO given (paper, votes, comments, weight, seq)
      SELECT paper, COUNT(*), 0, 1000 * COUNT(*), (SELECT value FROM counters WHERE name = 'community')
      FROM votes GROUP BY paper;
    COMMIT`);
  database.close();
}

/** The peer: one row a transaction, committed as durably, without anything around it. */
function bare(folder: string, seconds: number): Row {
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE votes (paper, voter, time)',
  );
  const vote = database.prepare('INSERT INTO votes VALUES (?, ?, ?)');
  const end = performance.now() + seconds * 1000;
  const times: number[] = [];
  while (performance.now() < end) {
    const from = performance.now();
    vote.run(times.length, 1, Date.now());
    times.push(performance.now() - from);
  }
  database.close();
  return rowOf('bare commits', times, seconds, 0);
}

const rowOf = (what: string, times: number[], seconds: number, errors: number): Row => ({
  what,
  per_s: round(times.length / seconds, 0),
  p50_ms: round(percentile(times, 0.5)),
  p99_ms: round(percentile(times, 0.99)),
  of_anonymous: null,
  errors,
});

interface Posting {
  name: string;
  url: string;
  cookies: string[];
  seconds: number;
  path(i: number): string;
  fields(i: number): Record<string, string>;
}

/** Sends forms of readers who take turns, as each connection's previous one is answered. */
async function posting({ name, url, cookies, seconds, path, fields }: Posting): Promise<Row> {
  const times: number[] = [];
  let errors = 0;
  let next = 0;
  const end = performance.now() + seconds * 1000;
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      const i = next++;
      const from = performance.now();
      const answer = await fetch(url + path(i), {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: url, cookie: cookies[i % cookies.length]! },
        body: new URLSearchParams(fields(i)),
      });
      await answer.arrayBuffer();
      if (answer.status === 303) times.push(performance.now() - from);
      else errors++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return rowOf(name, times, seconds, errors);
}

/** The front page for nobody in particular, and for readers who are signed in and take turns. */
async function fronts(url: string, cookies: string[], seconds: number): Promise<Row[]> {
  let next = 0;
  const read = (more?: () => Record<string, string>) =>
    load({
      url: `${url}/`,
      connections: 8,
      seconds,
      headers: { 'accept-encoding': 'gzip, br' },
      ...(more && { more }),
    });
  const rounds: { anonymous: Awaited<ReturnType<typeof read>>; own: Awaited<ReturnType<typeof read>> }[] = [];
  for (let i = 0; i < 3; i++)
    rounds.push({
      anonymous: await read(),
      own: await read(() => ({ cookie: cookies[next++ % cookies.length]! })),
    });
  rounds.sort((a, b) => a.own.rate / a.anonymous.rate - b.own.rate / b.anonymous.rate);
  const { anonymous, own } = rounds[1]!;
  const row = (what: string, { rate, p50, p99, errors }: typeof own, ratio: number | null): Row => ({
    what,
    per_s: round(rate, 0),
    p50_ms: round(p50),
    p99_ms: round(p99),
    of_anonymous: ratio,
    errors,
  });
  return [
    row('front page, anonymous', anonymous, 1),
    row('front page, signed in', own, round(own.rate / anonymous.rate)),
  ];
}
