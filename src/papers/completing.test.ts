import { expect, it } from 'vitest';
import type { Completion } from '../search/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { completions } from './completing.ts';

const papers = [
  paperOf({ id: 'a', title: 'One', authors: ['Changlin Li', 'Ada Lovelace'] }),
  paperOf({ id: 'b', title: 'Two', authors: ['Zoë Ångström'] }),
];
const offering = (list: Completion[]) =>
  completions(
    {
      complete: () => list,
      titlesBeginning: () => [],
      search: () => ({ hits: papers.map((_, key) => ({ key, score: 1 })) }) as never,
    },
    { papers: async (keys) => keys.map((key) => papers[key]!) },
    'x',
    6,
  );

it.each([
  ['author:changlin', 'author:Changlin'],
  ['author:zoe', 'author:Zoë'],
  // Nothing that no paper prints.
  ['author:chang', 'author:chang'],
  ['changlin lamp', 'changlin lamp'],
])('%s is offered as %s', async (folded, printed) =>
  expect(await offering([{ text: folded, papers: 2 }])).toEqual([{ text: printed, papers: 2 }]),
);
