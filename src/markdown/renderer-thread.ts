/** The thread in which comments are rendered (renderer.ts): it has no other duty, because it may be ended at any moment. */
import { parentPort } from 'node:worker_threads';
import { renderMarkdown } from './render.ts';
import type { RendererMessage, RendererTask } from './renderer.ts';
import { renderWithin } from './renderer-task.ts';

/** Enough of everything for the first comment to be rendered as quickly as the hundredth. */
const SAMPLE =
  'A *b* **c** ~~d~~ `e` $\\frac{a}{b}$ [x](https://example.org) @x\n\n> q\n\n1. a\n2. b\n\n|a|b|\n|-|-|\n|c|d|\n\n$$\nx\n$$\n';

for (let i = 0; i < 20; i++) renderMarkdown(SAMPLE);

const tell = (message: RendererMessage): void => parentPort!.postMessage(message);

/** Processor time of this thread, ms; in versions of Node that cannot tell, the time of a clock. */
const clock = (): number => {
  if (process.threadCpuUsage === undefined) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

parentPort!.on('message', (task: RendererTask) =>
  tell(renderWithin(task, { clock, render: renderMarkdown })),
);
tell('ready');
