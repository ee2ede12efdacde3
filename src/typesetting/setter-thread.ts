/** The thread in which formulas are set (setter.ts): it has no other duty, because it may be ended at any moment. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Formula } from './rules.ts';
import { setFormula } from './set.ts';
import type { SetterData, SetterMessage } from './setter.ts';

const started = new Int32Array((workerData as SetterData).started);
const tell = (message: SetterMessage): void => parentPort!.postMessage(message);

parentPort!.on('message', (formulas: Formula[]) => {
  for (const formula of formulas) {
    Atomics.add(started, 0, 1);
    tell({ html: setFormula(formula) });
  }
});
tell('ready');
