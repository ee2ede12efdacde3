import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../test/growth.ts';
import { choose, type Had } from './sections.ts';
import { usualChoices } from './subscribers.ts';
import { issueOf } from './testing.fixture.ts';
import type { Choices, IssuePaper } from './types.ts';

const pks = (issues: ReturnType<typeof issueOf>[], choices: Partial<Choices> = {}, had: Had = new Map()) =>
  choose(issues, { ...usualChoices('UTC'), ...choices }, had).map(({ papers, left, had }) => [
    papers.map(({ pk }) => pk),
    left,
    had,
  ]);

const DAILY = issueOf('daily', '', '2026-11-30', [1, 2, 3, 4, 5]);
const SEARCH = issueOf('search', 'q=x', '2026-11-30', [4, 9, 2]);

describe('the papers of a mail', () => {
  it('are each in one section, the first that has them', () => {
    expect(pks([DAILY, SEARCH])).toEqual([
      [[1, 2, 3, 4, 5], 0, 0],
      [[9], 0, 2],
    ]);
  });

  it('are as many as wanted; what has no room in one section may come in the next', () => {
    expect(pks([DAILY, SEARCH], { mostPapers: 2 })).toEqual([
      [[1, 2], 3, 0],
      [[4, 9], 0, 1],
    ]);
  });

  it('have enough votes', () => {
    // A paper has as many votes as its number.
    expect(pks([DAILY], { leastVotes: 4 })).toEqual([[[4, 5], 0, 0]]);
  });

  it('have none of the unwanted words, whatever their spelling, but may have words that contain them', () => {
    const titles = [
      'On Federated  Learning',
      'Naïve methods',
      'Learning-rate schedules',
      'Federation',
      'C++',
    ];
    const issue = issueOf('daily', '', '2026-11-30', [1, 2, 3, 4, 5]);
    issue.papers = issue.papers.map(
      (paper, i): IssuePaper => ({ ...paper, title: titles[i]!, abstract: 'No.' }),
    );
    const without = (...words: string[]) => pks([issue], { without: words })[0]![0];
    expect(without('federated learning')).toEqual([2, 3, 4, 5]);
    expect(without('naive', 'LEARNING RATE')).toEqual([1, 4, 5]);
    expect(without('c++', 'fed', '')).toEqual([1, 2, 3, 4]);
  });

  it('do not come twice, unless a new version is wanted', () => {
    const had = (): Had =>
      new Map([
        [1, 1],
        [2, 2],
        [3, null],
      ]);
    // All have version 2.
    expect(pks([DAILY], {}, had())).toEqual([[[4, 5], 0, 3]]);
    expect(pks([DAILY], { again: true }, had())).toEqual([[[1, 4, 5], 0, 2]]);
  });

  it('are chosen in time linear in their texts', async () => {
    for (const part of ['ab', 'a b ', 'é', '- '])
      await expectLinear(
        'choosing papers',
        (length) => {
          const issue = issueOf('daily', '', '2026-11-30', [1]);
          issue.papers[0]!.abstract = part.repeat(length / part.length);
          return issue;
        },
        (issue) => pks([issue], { without: ['ab', 'aba', 'a b', '- -'] }),
      );
  });
});
