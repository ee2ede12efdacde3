/** The thread in which comments are rendered (renderer.ts): it has no other duty, because it may be ended at any moment. */
import { parentPort } from 'node:worker_threads';
import { MarkdownRefused } from './limits.ts';
import { renderMarkdown } from './render.ts';
import type { RendererMessage, RendererTask } from './renderer.ts';

/** What a comment may take of a processor, ms. */
const PATIENCE = 50;
/** Enough of everything for the first comment to be rendered as quickly as the hundredth. */
const SAMPLE =
  'A *b* **c** ~~d~~ `e` $\\frac{a}{b}$ [x](https://example.org) @x\n\n> q\n\n1. a\n2. b\n\n|a|b|\n|-|-|\n|c|d|\n\n$$\nx\n$$\n';

for (let i = 0; i < 20; i++) renderMarkdown(SAMPLE);

const tell = (message: RendererMessage): void => parentPort!.postMessage(message);

/** Milliseconds of a processor since `start`; of a clock in versions of Node without it. */
const clock = (): number => {
  if (process.threadCpuUsage === undefined) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

function render({ text, known }: RendererTask): RendererMessage {
  const names = new Set(known);
  // A second time where the first was too long: the program may not have been compiled yet.
  for (let i = 0; i < 2; i++) {
    const start = clock();
    try {
      const html = renderMarkdown(text, names);
      if (clock() - start <= PATIENCE) return { html };
    } catch (error) {
      return { refused: error instanceof MarkdownRefused ? error.message : 'This cannot be rendered.' };
    }
  }
  return { refused: 'This is too complicated to render.' };
}

parentPort!.on('message', (task: RendererTask) => tell(render(task)));
tell('ready');
