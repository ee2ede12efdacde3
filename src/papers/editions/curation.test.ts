import { describe, expect, it } from 'vitest';
import { fold, type MergedPaper } from '../merge.ts';
import type { PaperRecord } from '../types.ts';
import { curation, isEmpty, NO_RULES, type Rules } from './curation.ts';

const paper = (more: Partial<PaperRecord> = {}): MergedPaper => {
  const identifiers = [{ scheme: 'arxiv' as const, value: '2606.00001' }];
  const record: PaperRecord = {
    source: 'arxiv',
    identifiers,
    title: 'A survey of imaginary letters',
    abstract: 'We sort letters that are not there.',
    authors: ['Ána Author', 'Ben Author'],
    categories: ['cs.DS', 'cs.CL'],
    keywords: ['sorting'],
    announced: '2026-06-24',
    ...more,
  };
  return fold([{ hash: '', record }], identifiers);
};
const decide = (rules: Partial<Rules>, of = paper()) => curation({ ...NO_RULES, ...rules }).decide(of);

describe('curation', () => {
  it('accepts every paper without rules', () => {
    expect(decide({})).toEqual({ rule: { enters: true, by: 'all' }, score: 0 });
    expect(isEmpty(NO_RULES)).toBe(true);
    expect(isEmpty({ ...NO_RULES, cap: 1 })).toBe(false);
  });

  it.each<[Partial<Rules>, ReturnType<typeof decide>['rule']]>([
    [{ categories: ['cs.CL'] }, { enters: true, by: 'category', value: 'cs.CL' }],
    [{ categories: ['cs'] }, { enters: true, by: 'category', value: 'cs.DS' }],
    [{ categories: ['c', 'cs.C', 'math'] }, { enters: false, by: 'none' }],
    [{ keywords: ['imaginary letter'] }, { enters: true, by: 'keyword', value: 'imaginary letter' }],
    [{ keywords: ['sorting'] }, { enters: true, by: 'keyword', value: 'sorting' }],
    [{ keywords: ['numbers'] }, { enters: false, by: 'none' }],
    [{ authors: ['ana author'] }, { enters: true, by: 'author', value: 'ana author' }],
    [{ authors: ['Author'] }, { enters: false, by: 'none' }],
    [
      { categories: ['math'], authors: ['Ben Author'] },
      { enters: true, by: 'author', value: 'Ben Author' },
    ],
    // What keeps out is stronger than what lets in.
    [
      { categories: ['cs.CL'], keywords: ['-survey'] },
      { enters: false, by: 'keyword', value: '-survey' },
    ],
    [
      { keywords: ['letters'], authors: ['-Ben Author'] },
      { enters: false, by: 'author', value: '-Ben Author' },
    ],
    // With nothing but rules that keep out, everything else comes in.
    [
      { keywords: ['-number'], authors: ['-Nobody'] },
      { enters: true, by: 'all' },
    ],
  ])('%j', (rules, rule) => {
    expect(decide(rules).rule).toEqual(rule);
  });

  it('counts every rule that lets a paper in', () => {
    const rules = { categories: ['cs', 'cs.CL'], keywords: ['letter', 'number'], authors: ['Ben Author'] };
    expect(decide(rules)).toEqual({ rule: { enters: true, by: 'category', value: 'cs.DS' }, score: 4 });
  });

  it('never keeps out a paper that somebody listed', () => {
    const listed = paper({ listed: '2026-06-25' });
    expect(decide({ categories: ['math'], keywords: ['-survey'], cap: 1 }, listed).rule).toEqual({
      enters: true,
      by: 'listed',
    });
  });

  it('finds no words in a paper that has only a title', () => {
    const bare = paper({
      abstract: undefined,
      keywords: undefined,
      authors: undefined,
      categories: undefined,
    });
    expect(decide({ keywords: ['sorting'], authors: ['Ben Author'] }, bare).rule.by).toBe('none');
    expect(decide({ keywords: ['survey'] }, bare).rule.by).toBe('keyword');
  });
});
