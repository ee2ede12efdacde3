/**
 * A process that votes: `DATA_DIR seconds per_second seed pk…`. Each vote is by a different reader, for a random one of
 * the given papers. Prints the number of votes committed.
 */
import { castVote } from '../../src/community/votes.ts';
import { openStore } from '../../src/store/open.ts';
import { random } from '../random.ts';

const [folder = '', seconds = '', rate = '', seed = '', ...pks] = process.argv.slice(2);
const store = await openStore({ DATA_DIR: folder, DATABASE_URL: null });
const chance = random(Number(seed));
const started = performance.now();
const end = started + Number(seconds) * 1000;
let cast = 0;
const waiting = new Set<Promise<unknown>>();
// Votes are due at fixed times, however long the previous ones take.
for (let i = 0; ; i++) {
  const due = started + (i * 1000) / Number(rate);
  if (due >= end) break;
  const wait = due - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  const paper = Number(chance.pick(pks));
  const vote = castVote(store, { paper, voter: Number(seed) * 1_000_000 + i, at: Date.now() }).then(
    () => cast++,
  );
  waiting.add(vote);
  void vote.finally(() => waiting.delete(vote));
}
await Promise.all(waiting);
await store.close();
console.log(cast);
