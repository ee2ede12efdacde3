import { describe, expect, it } from 'vitest';
import { fold, recordOf } from './merge.ts';
import type { Link, PaperRecord } from './types.ts';

const identifiers = [{ scheme: 'arxiv' as const, value: '2606.00001' }];
const record = (more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'hf',
  identifiers,
  title: 'A paper',
  ...more,
});
const folded = (...records: PaperRecord[]) =>
  fold(
    records.map((one, at) => ({ hash: String(at), record: one })),
    identifiers,
  );

it('a paper of one record is that record again', () => {
  const full = record({
    listed: '2026-06-24',
    announced: '2026-06-23',
    submittedBy: { name: 'Ben Author', user: 'ben' },
    links: [{ kind: 'code', url: 'https://github.com/a/b', stars: 2, licence: 'MIT' }],
    withdrawn: true,
  });
  expect(recordOf(folded(full))).toEqual(full);
  expect(recordOf(folded(record({ announced: '2026-06-23' })))).not.toHaveProperty('listed');
});

it('has its submitter from the most trusted source', () => {
  const ours = record({ source: 'jsonl', submittedBy: { name: 'Ana' } });
  expect(folded(ours, record({ submittedBy: { name: 'Ben' } })).submittedBy).toEqual({ name: 'Ben' });
  expect(folded(record()).submittedBy).toBeNull();
});

describe('a link that several sources name', () => {
  const url = 'https://github.com/a/b';
  const link = (more: Partial<Link>, source: PaperRecord['source'] = 'hf') =>
    record({ source, links: [{ kind: 'code', url, ...more }] });

  it('has the highest star count, and a licence if any source names one', () => {
    expect(folded(link({ stars: 5 }), link({ stars: 3, licence: 'MIT' }, 'jsonl')).links).toEqual([
      { kind: 'code', url, stars: 5, licence: 'MIT' },
    ]);
  });

  it('has the stars and licence that GitHub gives, even if there are fewer', () => {
    const github = link({ stars: 3, licence: 'Apache-2.0' }, 'github');
    expect(folded(link({ stars: 5, licence: 'MIT' }), github).links).toEqual([
      { kind: 'code', url, stars: 3, licence: 'Apache-2.0' },
    ]);
    expect(folded(link({ stars: 5, licence: 'MIT' }), link({}, 'github')).links).toEqual([
      { kind: 'code', url, stars: 5, licence: 'MIT' },
    ]);
  });
});
