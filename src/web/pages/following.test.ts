/** Where on `/following` what is new ends. */
import { expect, it } from 'vitest';
import type { Follow } from '../../community/personal/follows.ts';
import type { News } from '../../present/following.ts';
import { paperOf } from '../../testing/fake-library.ts';
import { beginningOfOld } from './following.tsx';

const followed = (subject: string, day: string): Follow => ({
  ...{ kind: 'author', subject, name: subject, address: null, at: Date.parse(`${day}T12:00:00Z`) },
});
const paper = (day: string | null, ...because: Follow[]): News => ({
  ...{ kind: 'paper', day, paper: paperOf({ id: '2606.00001', title: 'On letters' }), because },
});

it('old papers of somebody who has just been followed are told from what is new', () => {
  const [early, late] = [followed('early', '2026-06-01'), followed('late', '2026-06-20')];
  const where = (...news: News[]) => beginningOfOld(news, [early, late], 'UTC');
  expect(where()).toBe(0);
  expect(where(paper('2026-06-25', late), paper('2026-06-20', late), paper('2026-06-19', late))).toBe(2);
  // Of two reasons, the earlier counts; what is new for one is not below what is old for another.
  expect(
    where(paper('2026-06-10', late, early), paper('2026-06-05', early), paper('2026-05-01', early)),
  ).toBe(2);
  expect(where(paper('2026-06-15', late), paper('2026-06-10', early), paper(null, early))).toBe(2);
  expect(where(paper('2020-01-01', early))).toBe(0);
});
