/**
 * What happens to a cluster while readers are there: every node is killed, every node is cut off from the database, the
 * primary stops and the replica takes over, and all nodes are restarted one by one. Afterwards, what was promised is
 * compared with what is there.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openStore, type Store } from '../../src/store/open.ts';
import { arxivId } from '../invented.ts';
import { Cluster, type Node, until } from './machines.ts';
import { type Papers, Readers } from './readers.ts';

export const DAY = '2026-06-26';
const PAPERS = 120;
const SUBSCRIBERS = 60;
/** Mails that a process may be handing over when it is killed (MAIL_CONNECTIONS). */
const IN_FLIGHT = 5;

export interface StoryOptions {
  program: string;
  /** How long a node is cut off, ms. */
  cutFor: number;
  /** Everything happens again until this long after the start, ms; once at least. */
  lasts: number;
  note(line: string): void;
}

/** What came of it. */
export interface Told {
  seconds: number;
  reads: number;
  readsFailed: number;
  /** The longest time in which nobody was shown a page, or could write anything; ms. */
  withoutPages: number;
  withoutWrites: number;
  votes: number;
  comments: number;
  imports: number;
  mails: number;
  kills: number;
  cuts: number;
  restarts: number;
  /** Everything that should not be; each a sentence. */
  faults: string[];
}

const line = (number: number): string =>
  JSON.stringify({
    id: arxivId(20_000 + number),
    title: `The heliotrope, part ${number}`,
    abstract: `What heliotropes of kind ${number} have to say about gardens, rivers and small automata.`,
    listed: DAY,
    upvotes: number % 7,
  });

/** Tells the whole story. The cluster is removed, however it ends. */
export async function tell({ program, cutFor, lasts, note }: StoryOptions): Promise<Told> {
  const cluster = new Cluster({ program });
  let store: Store | null = null;
  try {
    note('Bringing up PostgreSQL with a replica, PgBouncer, three web nodes, two workers and nginx …');
    await cluster.open();
    store = await openStore({ DATA_DIR: cluster.folder, DATABASE_URL: cluster.env.DATABASE_URL! });
    const papers = await fill(cluster, store);
    const readers = new Readers(cluster.url, papers);
    await readers.join(store, 18);
    note('Readers arrive.');
    const began = Date.now();
    readers.begin();
    const importing = imports(cluster);
    const digest = sendDigest(cluster);
    const happened = { kills: 0, cuts: 0, restarts: 0 };
    for (let round = 0; round === 0 || Date.now() - began < lasts; round++)
      await disturb(cluster, { cutFor, note, happened, isFirst: round === 0 });
    await digest;
    const imported = await importing.end();
    await readers.end();
    const seconds = Math.round((Date.now() - began) / 1000);
    const [withoutPages, withoutWrites] = [readers.reading.longest, readers.writing.longest];
    note('Readers leave. Comparing …');
    const faults = [
      ...cluster.fallen().map((who) => `stopped by itself: ${who}`),
      ...readers.wrong,
      ...(await compare(cluster, store, readers, { papers, imported: imported.ids, kills: happened.kills })),
    ];
    return {
      seconds,
      reads: readers.reading.done,
      readsFailed: readers.reading.failed,
      withoutPages,
      withoutWrites,
      votes: readers.votes.size,
      comments: readers.comments.size,
      imports: imported.files,
      mails: cluster.mails.length,
      ...happened,
      faults,
    };
  } finally {
    await store?.close().catch(() => {});
    await cluster.close();
  }
}

/** The first papers, and who gets the digest of them. */
async function fill(cluster: Cluster, store: Store): Promise<Papers[]> {
  const papers = join(cluster.folder, 'papers.jsonl');
  writeFileSync(papers, Array.from({ length: PAPERS }, (_, i) => `${line(i)}\n`).join(''));
  const people = join(cluster.folder, 'people.csv');
  const emails = Array.from({ length: SUBSCRIBERS }, (_, i) => `reader${i}@example.org\n`);
  writeFileSync(people, `email\n${emails.join('')}`);
  for (const words of [
    ['import', papers],
    ['subscribers', 'import', people, '--confirmed'],
  ]) {
    const { code, out } = await cluster.command(cluster.workers[0]!, words);
    if (code !== 0) throw new Error(`${words[0]}: ${code} ${out}`);
  }
  return store.read.selectFrom('papers').select(['pk', 'id']).orderBy('pk').execute();
}

/** Imports file after file on the machines of the workers; one that fails is imported again. */
function imports(cluster: Cluster) {
  let isOver = false;
  const ids: string[] = [];
  let files = 0;
  const work = async (): Promise<void> => {
    for (let number = 1000; !isOver; number += 3) {
      const file = join(cluster.folder, `${number}.jsonl`);
      const more = [number, number + 1, number + 2];
      writeFileSync(file, more.map((each) => `${line(each)}\n`).join(''));
      while (!isOver) {
        const { code } = await cluster.command(cluster.workers[files % 2]!, ['import', file]);
        if (code === 0) {
          files++;
          ids.push(...more.map((each) => arxivId(20_000 + each)));
          break;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  };
  const working = work();
  return {
    async end() {
      isOver = true;
      await working;
      return { ids, files };
    },
  };
}

/** Sends the digest; what fails is begun again, and goes on. */
async function sendDigest(cluster: Cluster): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const words = ['digest', 'send', '--date', DAY, '--json'];
    const { code } = await cluster.command(cluster.workers[1]!, words);
    if (code === 0 || code === 3) return;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  throw new Error('the digest could not be sent');
}

interface Disturbing extends Pick<StoryOptions, 'cutFor' | 'note'> {
  happened: Pick<Told, 'kills' | 'cuts' | 'restarts'>;
  isFirst: boolean;
}

async function disturb(cluster: Cluster, { cutFor, note, happened, isFirst }: Disturbing): Promise<void> {
  const { webs, workers } = cluster;
  const again = async (node: Node, signal: NodeJS.Signals): Promise<void> => {
    await node.end(signal);
    node.start();
    await node.ready();
  };
  for (const node of [...webs, ...workers]) {
    note(`Killing ${node.machine.name}.`);
    await again(node, 'SIGKILL');
    happened.kills++;
  }
  note('Killing PgBouncer.');
  await cluster.killBouncer();
  for (const [i, web] of webs.entries()) {
    const cut = [web, ...workers.slice(i, i + 1)];
    note(`Cutting ${cut.map(({ machine }) => machine.name).join(' and ')} off from the database.`);
    for (const node of cut) cluster.cut(node);
    await new Promise((resolve) => setTimeout(resolve, cutFor));
    for (const node of cut) cluster.mend(node);
    for (const node of cut) await node.ready();
    happened.cuts += cut.length;
  }
  if (isFirst) {
    note('Stopping the primary; the replica takes over.');
    await cluster.failOver();
    for (const node of [...webs, ...workers]) await node.ready();
  }
  for (const node of [...webs, ...workers]) {
    note(`Restarting ${node.machine.name}.`);
    await again(node, 'SIGTERM');
    happened.restarts++;
  }
}

interface Promised {
  papers: Papers[];
  imported: string[];
  kills: number;
}

/** What is not as it was promised. */
async function compare(
  cluster: Cluster,
  store: Store,
  readers: Readers,
  { papers, imported, kills }: Promised,
): Promise<string[]> {
  const faults: string[] = [];
  const rows = await store.read.selectFrom('votes').select(['paper', 'voter']).execute();
  const there = new Set(rows.map(({ voter, paper }) => `${voter} ${paper}`));
  for (const [key, vote] of readers.votes)
    if (vote !== null && there.has(key) !== vote)
      faults.push(`vote ${key}: promised ${vote}, found ${!vote}`);
  if (there.size !== rows.length) faults.push('a vote is there twice');

  const comments = await store.read.selectFrom('comments').select('text').execute();
  const texts = comments.map(({ text }) => text);
  if (new Set(texts).size !== texts.length) faults.push('a comment is there twice');
  const known = new Set(texts);
  for (const text of readers.comments) if (!known.has(text)) faults.push(`lost: ${text}`);
  for (const text of known) if (!readers.attempted.has(text)) faults.push(`nobody wrote: ${text}`);

  const found = await store.read.selectFrom('papers').select('id').execute();
  const ids = new Set(found.map(({ id }) => id));
  for (const id of imported) if (!ids.has(id)) faults.push(`imported and lost: ${id}`);

  const perPerson = new Map<string, number>();
  for (const { to } of cluster.mails) perPerson.set(to, (perPerson.get(to) ?? 0) + 1);
  const doubled = cluster.mails.length - perPerson.size;
  // A process that is killed, or cut off from the ledger, was handing over that many at most.
  if (doubled > kills * IN_FLIGHT) faults.push(`${doubled} mails came twice, after ${kills} kills`);
  const { rows: waiting } = await sql<{ state: string; n: number }>`
    SELECT state, count(*)::int AS n FROM deliveries GROUP BY state`.execute(store.read);
  const accounted = waiting.filter(({ state }) => state !== 'queued').reduce((sum, { n }) => sum + n, 0);
  if (accounted !== SUBSCRIBERS)
    faults.push(`mails: ${JSON.stringify(waiting)} of ${SUBSCRIBERS}, and ${perPerson.size} got one`);

  await counted(store, rows, papers).catch((error: Error) => faults.push(error.message));
  await samePages(cluster, papers).catch((error: Error) => faults.push(error.message));
  return faults;
}

/** Each vote counts once: the papers' totals come to what is there. */
async function counted(
  store: Store,
  votes: readonly { paper: number }[],
  papers: readonly Papers[],
): Promise<void> {
  const by = Map.groupBy(votes, ({ paper }) => paper);
  let wrong = '';
  await until(
    'the votes to be counted',
    async () => {
      const rows = await store.read.selectFrom('papers').select(['pk', 'id', 'upvotes', 'title']).execute();
      const given = await store.read.selectFrom('given').select(['paper', 'votes', 'comments']).execute();
      const givenTo = new Map(given.map((row) => [row.paper, row.votes]));
      const is = new Map(rows.map((row) => [row.pk, row]));
      wrong = papers
        .filter(({ pk }) => {
          const row = is.get(pk)!;
          const cast = by.get(pk)?.length ?? 0;
          const came = Number(row.title.split(' ').at(-1)) % 7;
          return row.upvotes !== came + cast || (givenTo.get(pk) ?? 0) !== cast;
        })
        .map(({ id }) => id)
        .join(', ');
      return wrong === '';
    },
    60_000,
  ).catch(() => {
    throw new Error(`votes are not counted once each: ${wrong}`);
  });
}

/** Every node shows the same pages. */
async function samePages(cluster: Cluster, papers: readonly Papers[]): Promise<void> {
  const paths = [
    ...['/', `/papers/date/${DAY}`, '/papers/trending', '/feed.atom', '/api/v1/editions/2026-06-26'],
    ...['/search?q=heliotrope', '/search?q=small+automata&sort=votes', '/search?q=rivers+of+kind+7'],
    ...papers.filter((_, i) => i % 12 === 0).map(({ id }) => `/papers/${id}`),
  ];
  let differs = '';
  await until(
    'the same pages',
    async () => {
      differs = '';
      for (const path of paths) {
        const pages = await Promise.all(
          cluster.webs.map(async ({ machine }) => {
            // As a reader's browser would ask: addresses on pages do not depend on the node.
            const response = await fetch(`http://${machine.address}:3000${path}`, { redirect: 'manual' });
            // Which of many papers that are equally similar are named is up to the segments of each node's index.
            return `${response.status} ${await response.text()}`.split('id="similar"', 1)[0]!;
          }),
        );
        const first = pages[0]!;
        if (!first.startsWith('200 ')) differs = `${path}: ${first.slice(0, 200)}`;
        const other = pages.find((page) => page !== first);
        if (other !== undefined) {
          let at = 0;
          while (first[at] === other[at]) at++;
          differs = `${path} at ${at}: ${JSON.stringify([first, other].map((page) => page.slice(at - 80, at + 80)))}`;
        }
        if (differs !== '') return false;
      }
      return true;
    },
    60_000,
  ).catch(() => {
    throw new Error(`nodes differ: ${differs}`);
  });
}
