import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { arxiv } from './arxiv.ts';
import { readProgress, wasAnnounced } from './arxiv-progress.ts';
import { invented } from './testing.ts';

test('arXiv has a part for the announcements and one for the changes of each category', () => {
  const config = readConfig({ SYNC_CATEGORIES: 'cs.CL,hep-th,cs.CL' });
  expect(arxiv.parts(config).map(({ name, url, backfills }) => [name, url, backfills])).toEqual([
    ['new cs.CL', config.ARXIV_LIST_URL, undefined],
    ['new hep-th', config.ARXIV_LIST_URL, undefined],
    ['changes cs.CL', config.ARXIV_OAI_URL, true],
    ['changes hep-th', config.ARXIV_OAI_URL, true],
  ]);
  expect(arxiv.parts({ ...config, SYNC_CATEGORIES: [] })).toEqual([]);
});

describe('a harvested record was announced on its day', () => {
  const of = (published: string, more = {}) => invented(1, { published, publishedPrecision: 'day', ...more });

  test.each([
    ['the listing day after its submission', of('2026-11-18'), '2026-11-19', true],
    ['the second, when it came after the deadline', of('2026-11-18'), '2026-11-20', true],
    ['Monday, submitted on Friday', of('2026-11-20'), '2026-11-23', true],
    ['Tuesday, submitted on Saturday', of('2026-11-21'), '2026-11-24', true],
    ['days later, kept back', of('2026-11-10'), '2026-11-17', true],
    ['not the day of its submission', of('2026-11-18'), '2026-11-18', false],
    ['not weeks later', of('2026-11-02'), '2026-11-19', false],
    ['not after a new version', of('2026-11-18', { updated: '2026-11-19' }), '2026-11-20', false],
    ['not after a journal was added', of('2026-11-18', { journal: 'J. Inv. 1' }), '2026-11-20', false],
    [
      'not after it may have been put into another category',
      of('2026-11-16', { categories: ['cs.CL', 'cs.LG'] }),
      '2026-11-19',
      false,
    ],
    [
      'not where its submission is unknown',
      invented(1, { published: '2026', publishedPrecision: 'year' }),
      '2026-11-20',
      false,
    ],
    [
      'not the second version, though of the same day',
      of('2026-11-18', { identifiers: [{ scheme: 'arxiv', value: '2611.00001', version: 2 }] }),
      '2026-11-19',
      false,
    ],
  ])('%s', (_, record, day, was) => expect(wasAnnounced(record, day)).toBe(was));
});

test('of a checkpoint only what fits is read, and nothing that is no identifier is ever asked for', () => {
  const good = { day: '2026-11-20', seen: 5, missing: ['2611.01230'], papers: 3, unnamed: 0 };
  expect(
    readProgress({
      done: '2026-11-31',
      open: [good, { ...good, day: 'x' }, null, { ...good, missing: ['a&b', 2611.0123, '2611.01231'] }],
      gone: ['2611.00001', '<'],
      feed: { etag: 'e', lastModified: 7 },
    }),
  ).toEqual({
    done: null,
    open: [good, { ...good, missing: ['2611.01231'] }],
    gone: ['2611.00001'],
    feed: { etag: 'e' },
  });
  expect(readProgress('x')).toEqual({ done: null, open: [], gone: [] });
});
