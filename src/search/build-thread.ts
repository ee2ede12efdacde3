/** The thread of second-builder.ts: makes segments of the papers it is sent, one batch after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { Builder } from './builder.ts';
import { openModel } from './meaning/table.ts';
import type { BuildThreadData, Built } from './second-builder.ts';
import type { SearchDocument } from './types.ts';

const { model, dimensions, done, answers } = workerData as BuildThreadData;
let builder: Builder | null = null;

parentPort!.on('message', (documents: SearchDocument[]) => {
  let built: Built = null;
  try {
    builder ??= new Builder(
      model ? { model: openModel(model) } : dimensions === undefined ? null : { dimensions },
    );
    built = builder.build(documents, []);
  } catch {
    // Told by null.
  }
  answers.postMessage(built, built === null ? [] : [built.buffer as ArrayBuffer]);
  Atomics.add(done, 0, 1);
  Atomics.notify(done, 0);
});
