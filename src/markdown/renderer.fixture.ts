/** A thread that never finishes its first text. */
import { parentPort } from 'node:worker_threads';

parentPort!.on('message', ({ text }: { text: string }) => {
  if (text === 'for ever') for (;;);
  parentPort!.postMessage({ html: text.toUpperCase() });
});
parentPort!.postMessage('ready');
