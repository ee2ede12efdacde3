/** Parts of the page of a survey that need no papers. */
import { expect, it } from 'vitest';
import type { Change } from '../../survey/changes.ts';
import { bySentence } from './survey.tsx';

const figure = (paper: string, value: string, text: string): Change => ({
  ...{ kind: 'figure', key: `${paper}\n${value}\n${text}`, before: null },
  after: { text, paper, mark: value },
});

it('a sentence with several new figures is quoted once, and the same sentence of another paper once more', () => {
  const both = 'It is 3 times faster and saves 20%.';
  const changes = [
    figure('a', '3 times', both),
    figure('a', '20%', both),
    figure('b', '3 times', both),
    figure('a', '4%', 'It gains 4%.'),
  ];
  expect(bySentence(changes).map(({ after }) => [after!.paper, after!.text])).toEqual([
    ['a', both],
    ['b', both],
    ['a', 'It gains 4%.'],
  ]);
});
