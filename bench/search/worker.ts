/**
 * The process an engine runs in, alone: nobody else's garbage in its memory. It times itself, so that messages
 * cost nothing. Arguments: engine, folder, file of papers, how many of them.
 */
import { type Paper, readPapers } from '../papers.ts';
import { percentile } from '../parts.ts';
import type { Timed } from './contest.ts';
import { ENGINES, type Opened } from './engine.ts';
import type { Query } from './queries.ts';

export type Order =
  | { do: 'build' }
  | { do: 'open' }
  | { do: 'memory' }
  | { do: 'ask'; queries: readonly Query[] };

const [name, folder, file, most] = process.argv.slice(2) as [string, string, string, string];
const entry = ENGINES[name]!;
const engine = await entry.load();
let papers: Paper[] | null = null;
const read = (): Paper[] => (papers ??= readPapers(file, Number(most)));
let opened: Opened | null = null;

/** Never notified: waiting for it is sleeping. */
const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Processor milliseconds of this thread. Linux updates them when a thread sleeps, so it does. */
function processorTime(): number {
  Atomics.wait(nothing, 0, 0, 0.01);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The cost of measuring the time. */
const taking = percentile(
  Array.from({ length: 200 }, () => -processorTime() + processorTime()),
  0.5,
);

async function follow(order: Order): Promise<object> {
  if (order.do === 'build') {
    read();
    const started = performance.now();
    await engine.build(papers!, folder);
    return { seconds: (performance.now() - started) / 1000 };
  }
  if (order.do === 'open') {
    opened = await engine.open(folder, entry.papers ? read() : []);
    return {};
  }
  if (order.do === 'memory') return { memory: opened!.memory?.() ?? null };
  return { timed: await askAll(order.queries) };
}

/** Answers queries in a row. Processor time is that of the whole row, divided by the number of queries. */
async function askAll(queries: readonly Query[]): Promise<Timed[]> {
  const timed: Timed[] = [];
  let isWaitedFor = false;
  const before = processorTime();
  for (const query of queries) {
    const started = performance.now();
    // Awaiting costs a turn of the event loop, which engines that answer synchronously need not pay.
    const answer = opened!.ask(query);
    const hits = typeof answer === 'number' ? answer : await answer;
    timed.push({ milliseconds: performance.now() - started, cpu: null, hits });
    isWaitedFor ||= typeof answer !== 'number';
  }
  const cpu = Math.max(0, processorTime() - before - taking) / queries.length;
  // An engine that makes us wait works in another thread or process.
  return isWaitedFor ? timed : timed.map((each) => ({ ...each, cpu }));
}

process.on('message', (order: Order) => {
  follow(order).then(
    (answer) => process.send!(answer),
    (error: Error) => process.send!({ error: error.stack ?? error.message }),
  );
});
