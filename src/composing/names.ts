/** What issues and their lists are called. */
import type { Issue, ListRef } from '../digest/types.ts';
import { bounds } from '../papers/days.ts';
import { sayDayLong, sayMonth, sayPeriod, saySpan } from '../present/dates.ts';
import { line } from './mail/words.ts';
import { readIssuePeriod } from './periods.ts';

/** `Daily edition`, `The best of the week`, `Search: speculative decoding`. */
export function sayList({ list, name, subject }: ListRef): string {
  const called = line(name) || line(subject);
  switch (list) {
    case 'daily':
      return 'Daily edition';
    case 'weekly':
      return 'The best of the week';
    case 'monthly':
      return 'The best of the month';
    case 'search':
      return `Search: ${called}`;
    case 'survey':
      return `Survey: ${called}`;
    case 'category':
      return `Category ${called}`;
    case 'following':
      return 'What you follow';
    default:
      return called;
  }
}

/** The same as a part of a sentence: `the daily edition`, `the search speculative decoding`. */
export function sayListWithin(list: ListRef): string {
  const called = line(list.name) || line(list.subject);
  if (list.list === 'search') return `the search ${called}`;
  if (list.list === 'survey') return `the survey of ${called}`;
  if (list.list === 'category') return `category ${called}`;
  if (list.list === 'following') return 'what you follow';
  if (list.list === 'author' || list.list === 'organization') return `papers by ${called}`;
  const said = sayList(list);
  return list.list === 'daily' ? 'the daily edition' : `t${said.slice(1)}`;
}

/** `Monday, 30 November 2026`; `23–29 November 2026`; `November 2026`. */
export function sayIssuePeriod({ period }: Pick<Issue, 'period'>): string {
  const read = readIssuePeriod(period);
  if (read === null) return period;
  if (read.kind === 'day') return sayDayLong(read.value);
  if (read.kind === 'month') return sayMonth(read.value);
  const { first, last } = bounds(read);
  return saySpan(first, last);
}

/** `Daily edition, 30 November 2026`, `The best of week 48 of 2026`. */
export function sayIssue(issue: Pick<Issue, 'period'> & ListRef): string {
  const read = readIssuePeriod(issue.period);
  if (read !== null && (issue.list === 'weekly' || issue.list === 'monthly'))
    return `The best of ${sayPeriod(read)}`;
  return `${sayList(issue)}, ${read === null ? issue.period : sayPeriod(read)}`;
}
