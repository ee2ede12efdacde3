/** Issues for tests: composed from numbers, and remembered. */
import type { Store } from '../store/open.ts';
import type { Cadence, Compose, Issue, IssuePaper, List, ListRef } from './types.ts';

/** A paper with as many votes as its number. */
export const issuePaper = (pk: number): IssuePaper => ({
  pk,
  id: `2611.${String(pk).padStart(5, '0')}`,
  title: `Paper ${pk}`,
  authors: ['Ada Author'],
  authorsCount: 1,
  abstract: 'An abstract.',
  summary: null,
  categories: ['cs.CL'],
  votes: pk,
  comments: 0,
  version: 2,
  day: null,
  reason: `${pk} votes`,
});

export const issueOf = (list: List, subject: string, period: string, pks: number[]): Issue => ({
  id: `${list}:${subject}:${period}`,
  list,
  subject,
  name: subject,
  period,
  papers: pks.map(issuePaper),
  more: 0,
  composedAt: 0,
});

/**
 * Composes issues from a function of list and period; null: it cannot be composed.
 *
 * @param store if given, has the row of each
 */
export const composing =
  (papers: (list: ListRef, period: string) => number[] | null, store?: Store): Compose =>
  async (list, period) => {
    const pks = papers(list, period);
    if (pks === null) return null;
    const issue = issueOf(list.list, list.subject, period, pks);
    await store?.write
      .insertInto('issues')
      .values({
        id: issue.id,
        list: list.list,
        subject: list.subject,
        period,
        name: list.name,
        papers: pks.length,
        content: JSON.stringify(issue),
        composed_at: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return issue;
  };

/** A list as somebody wants it. */
export const wanted = (list: List, subject = '', cadence: Cadence = 'daily') => ({
  list,
  subject,
  name: subject,
  cadence: list === 'weekly' || list === 'monthly' ? list : cadence,
});
