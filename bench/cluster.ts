/**
 * A cluster in network namespaces (as root, with nginx, PgBouncer and PostgreSQL): what more web nodes bring, and what
 * keeping them in step costs; or how long readers are without service while everything fails.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createAccount } from '../src/community/accounts.ts';
import { castVote } from '../src/community/votes.ts';
import { openStore, type Store } from '../src/store/open.ts';
import { Cluster, type Node } from '../test/cluster/machines.ts';
import { whyNoNetwork } from '../test/cluster/network.ts';
import { tell } from '../test/cluster/story.ts';
import { load } from './load.ts';
import type { Row } from './main.ts';
import { papersFile, program, round, WORDS } from './parts.ts';

const CONNECTIONS = 12;
/** Votes per second in the meantime, so that there is something to keep in step. */
const VOTES = 5;

/** `[FILE] [--seconds N]`, or `--minutes N [--cut SECONDS]` */
export async function cluster(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '10' },
      minutes: { type: 'string' },
      cut: { type: 'string', default: '30' },
    },
  });
  const why = whyNoNetwork();
  if (why !== null) throw new Error(`there can be no cluster here: ${why}`);
  if (values.minutes === undefined) return nodes(papersFile(positionals), Number(values.seconds), note);
  const lasts = Number(values.minutes) * 60_000;
  const { faults, ...told } = await tell({ program, cutFor: Number(values.cut) * 1000, lasts, note });
  return [{ ...told, faults: faults.length }, ...faults.map((fault) => ({ fault }))];
}

/** Pages and searches on one, two and three web nodes, each on one processor as far as there are any. */
async function nodes(file: string, seconds: number, note: (line: string) => void): Promise<Row[]> {
  const cores = readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)!.length;
  const site = new Cluster({ program, cpus: (web) => String((web - 1) % cores) });
  let store: Store | null = null;
  try {
    note('Bringing the cluster up …');
    await site.open();
    note('Importing …');
    const { code, out } = await site.command(site.workers[0]!, ['import', file]);
    if (code !== 0 && code !== 3) throw new Error(`import: ${code} ${out}`);
    store = await openStore({ DATA_DIR: site.folder, DATABASE_URL: site.env.DATABASE_URL! });
    await caughtUp(site, store);
    const papers = await store.read.selectFrom('papers').select(['pk', 'id']).limit(500).execute();
    const voting = votesOn(
      store,
      papers.map(({ pk }) => pk),
    );
    const rows: Row[] = [];
    let number = 0;
    const questions: Record<string, () => string> = {
      'front page': () => '/',
      'paper pages': () => `/papers/${papers[number++ % papers.length]!.id}`,
      searches: () => `/search?q=${WORDS[number % WORDS.length]}+${WORDS[(number * 7) % 11]}+${number++}`,
    };
    for (const [what, path] of Object.entries(questions)) {
      let alone = 0;
      for (let many = 1; many <= site.webs.length; many++) {
        note(`${what} on ${many} …`);
        const found = await measure(site.webs.slice(0, many), seconds, path);
        if (many === 1) alone = found.perCpu;
        rows.push({
          what,
          'web nodes': many,
          'answers a second': round(found.rate, 0),
          'answers a second of processor time': round(found.perCpu, 0),
          'lost to coordination, %': round(100 * (1 - found.perCpu / alone), 1),
          errors: found.errors,
        });
      }
    }
    await voting.end();
    return rows;
  } finally {
    await store?.close();
    await site.close();
  }
}

async function caughtUp({ webs }: Cluster, store: Store): Promise<void> {
  const seq = await store.seq();
  for (const { machine } of webs)
    for (;;) {
      const health = await fetch(`http://${machine.address}:3000/healthz`);
      const { indexed } = (await health.json()) as { indexed: number };
      if (indexed >= seq) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
}

/** Votes for one paper after another. */
function votesOn(store: Store, papers: number[]) {
  let isOver = false;
  const work = async (): Promise<void> => {
    for (let i = 0; !isOver; ) {
      const { id: voter } = await createAccount(store, { displayName: `Voter ${i}` }, Date.now());
      for (let n = 0; n < 50 && !isOver; n++, i++) {
        await castVote(store, { paper: papers[i % papers.length]!, voter, at: Date.now() });
        await new Promise((resolve) => setTimeout(resolve, 1000 / VOTES));
      }
    }
  };
  const working = work();
  return {
    async end() {
      isOver = true;
      await working;
    },
  };
}

/** Processor time of a process so far, s. */
function cpuOf({ pid }: Node): number {
  const [, rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = rest!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(webs: Node[], seconds: number, path: () => string) {
  const before = webs.map(cpuOf);
  const found = await Promise.all(
    webs.map(({ machine }) =>
      load({
        url: `http://${machine.address}:3000/`,
        headers: { 'accept-encoding': 'gzip' },
        connections: Math.ceil(CONNECTIONS / webs.length),
        seconds,
        path,
      }),
    ),
  );
  const used = webs.reduce((sum, node, i) => sum + cpuOf(node) - before[i]!, 0);
  const answers = found.reduce((sum, one) => sum + one.answers, 0);
  return {
    rate: found.reduce((sum, one) => sum + one.rate, 0),
    perCpu: answers / used,
    errors: found.reduce((sum, one) => sum + one.errors, 0),
  };
}
