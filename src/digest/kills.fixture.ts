/** Sends a ledger with a process that is killed again and again, and compares what arrived with the receipts. */
import type { ChildProcess } from 'node:child_process';
import type { Store } from '../store/open.ts';
import { countStates } from './controls.ts';

export interface KillOptions {
  /** To look at the ledger with. */
  store: Store;
  recipients: number;
  kills: number;
  /** In [0, 1). */
  next(): number;
  /** Starts a process that sends until nothing is left. */
  start(): ChildProcess;
  /** Addresses in the order in which the server accepted mails for them. */
  arrived: readonly string[];
  /** Called with each recipient that the server is asked about, from then on. */
  onRecipient(heard: (() => void) | null): void;
}

export interface KillResult {
  kills: number;
  /** Rows that were being handed over when their process was killed. */
  handing: number;
  sent: number;
  uncertain: number;
  /** Recipients for whom nothing arrived, and who are not named as uncertain. */
  lost: number;
  /** Mails that arrived besides the first. */
  doubles: number;
  /** Rows whose state is not what the server says. */
  disagree: number;
}

/** Kills the process with -9 at `kills` random points, then lets it end. */
export async function killAgainAndAgain(options: KillOptions): Promise<KillResult> {
  const { store, recipients, kills, next, start, arrived, onRecipient } = options;
  let handing = 0;
  let killed = 0;
  for (; killed < kills; killed++) {
    const left = recipients - arrived.length;
    if (left <= 0) break;
    const child = start();
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    // Spread over what is left, so that the last kill is near the end.
    let until = 1 + Math.floor(next() * 2 * (left / (kills - killed + 1)));
    const delay = next() < 0.5 ? 0 : next() * 20;
    onRecipient(() => {
      if (--until === 0) setTimeout(() => child.kill('SIGKILL'), delay);
    });
    await ended;
    onRecipient(null);
    handing += (await countStates(store.read)).handing;
  }
  const last = start();
  const [code] = await new Promise<[number | null]>((resolve) =>
    last.once('close', (status: number | null) => resolve([status])),
  );
  if (code !== 0 && code !== 3) throw new Error(`the last process ended with ${code}`);
  const times = new Map<string, number>();
  for (const email of arrived) times.set(email, (times.get(email) ?? 0) + 1);
  const rows = await store.read.selectFrom('deliveries').select(['email', 'state', 'answer']).execute();
  const disagree = rows.filter(({ email, state, answer }) => {
    const got = times.get(email) ?? 0;
    if (state === 'sent') return got === 0 || answer === null;
    return state !== 'uncertain';
  });
  const { sent, uncertain } = await countStates(store.read);
  return {
    ...{ kills: killed, handing, sent, uncertain },
    lost: rows.filter(({ email, state }) => state !== 'uncertain' && !times.has(email)).length,
    doubles: arrived.length - times.size,
    disagree: disagree.length,
  };
}
