/** A thread that does what formulas say, in place of the real one, which has no formula that never ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Formula } from './rules.ts';
import type { SetterData } from './setter.ts';

const started = new Int32Array((workerData as SetterData).started);

parentPort!.on('message', (formulas: Formula[]) => {
  for (const { tex } of formulas) {
    Atomics.add(started, 0, 1);
    if (tex === 'forever') for (;;);
    if (tex === 'memory') {
      const held: number[][] = [];
      for (;;) held.push(new Array(100_000).fill(held.length));
    }
    if (tex === 'crash') process.exit(1);
    parentPort!.postMessage({ html: `<${tex}>` });
  }
});
parentPort!.postMessage('ready');
