import { expect, it } from 'vitest';
import { MarkdownRefused } from './limits.ts';
import { renderWithin } from './renderer-task.ts';

const TASK = { text: 'a', known: ['ada'] };

/** Renders with a clock that only rendering moves: by as many milliseconds as are given for each attempt. */
function renderTaking(...attempts: number[]) {
  let now = 1_000;
  let made = 0;
  const answer = renderWithin(TASK, {
    clock: () => now,
    render(text, known) {
      now += attempts[made++]!;
      return `${text} ${[...known]} ${made}`;
    },
  });
  return { answer, made };
}

it('a text is rendered if one of two attempts takes no more than 50 ms of processor time', () => {
  expect(renderTaking(50)).toEqual({ answer: { html: 'a ada 1' }, made: 1 });
  expect(renderTaking(51, 10)).toEqual({ answer: { html: 'a ada 2' }, made: 2 });
  expect(renderTaking(51, 50)).toEqual({ answer: { html: 'a ada 2' }, made: 2 });
});

it('a text is refused after two attempts of more than 50 ms of processor time', () => {
  expect(renderTaking(51, 51)).toEqual({
    answer: { refused: 'This is too complicated to render.' },
    made: 2,
  });
});

it('a text that cannot be rendered is refused at once, with a sentence', () => {
  const failing = (error: Error) => {
    let made = 0;
    const answer = renderWithin(TASK, {
      clock: () => 0,
      render() {
        made++;
        throw error;
      },
    });
    return { answer, made };
  };
  expect(failing(new MarkdownRefused('Too deep.'))).toEqual({ answer: { refused: 'Too deep.' }, made: 1 });
  expect(failing(new RangeError('stack'))).toEqual({
    answer: { refused: 'This cannot be rendered.' },
    made: 1,
  });
});
