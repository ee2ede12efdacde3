/** One task of the thread that renders: a text becomes HTML within its share of a processor, or is refused. */
import { MarkdownRefused } from './limits.ts';
import type { RendererMessage, RendererTask } from './renderer.ts';

/** The most processor time that one text may take, ms. */
const PATIENCE = 50;

export interface RenderingWith {
  /** Processor time used so far, ms. */
  clock: () => number;
  render: (text: string, known: ReadonlySet<string>) => string;
}

/** Renders a text, and refuses it if that takes more processor time than it may, twice in a row. */
export function renderWithin(
  { text, known }: RendererTask,
  { clock, render }: RenderingWith,
): Exclude<RendererMessage, 'ready'> {
  const names = new Set(known);
  // A second attempt if the first took too long: the program may not have been compiled yet.
  for (let i = 0; i < 2; i++) {
    const start = clock();
    try {
      const html = render(text, names);
      if (clock() - start <= PATIENCE) return { html };
    } catch (error) {
      return { refused: error instanceof MarkdownRefused ? error.message : 'This cannot be rendered.' };
    }
  }
  return { refused: 'This is too complicated to render.' };
}
