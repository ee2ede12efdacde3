/** The numbers in docs/search.md are those of the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRUNED_FROM } from '../src/search/analysis.ts';
import { FIELDS, K1, MOST_IMPACT, MOST_POSITIONS } from '../src/search/fields.ts';
import { DEPTH } from '../src/search/gather.ts';
import {
  COVERAGE_EXPONENT,
  FEEDBACK_HEADS,
  FEEDBACK_SHARE,
  FEEDBACK_STEEPNESS,
  MEANING_SHARE,
} from '../src/search/meaning/fusion.ts';
import { AGREEING, SAMPLES } from '../src/search/sketch.ts';
import { SHARE_KINDS } from '../src/search/types.ts';
import {
  LIST_WEIGHTS,
  MOST_GROUPS,
  neededOf,
  RERANK,
  SCALE,
  TITLE,
  tiersFor,
  timesWeight,
} from '../src/search/weights.ts';

const text = readFileSync('docs/search.md', 'utf8');

/** The rows of the table whose first row begins with this code, as code and number. */
function table(first: string): [string, ...number[]][] {
  const rows = text.slice(text.indexOf(`\n| \`${first}\` | `) + 1).split('\n');
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end).map((row) => {
    const [name, ...cells] = row.split('|').slice(1, -1);
    const numbers = cells.filter((cell) => /^\s*[\d.]+\s*$/.test(cell)).map(Number);
    return [name!.trim().replaceAll('`', ''), ...numbers];
  });
}

describe('docs/search.md', () => {
  it('has the fields', () => {
    expect(table('title')).toEqual(FIELDS.map(({ name, weight, b, usual }) => [name, weight, b, usual]));
  });

  it('has the weights of the lists', () => {
    expect(table('form')).toEqual(Object.entries(LIST_WEIGHTS));
  });

  it('has what counts besides words', () => {
    expect(table('proximity')).toEqual(Object.entries(RERANK));
    expect(text).toContain(`${RERANK.freshness} · 2^(−days before the newest paper / ${RERANK.halfLife})`);
    expect(text).toContain(`${RERANK.votes} · min(1, log2(1 + votes) / ${RERANK.manyVotes})`);
  });

  it('has what titles count', () => {
    expect(table('said')).toEqual(Object.entries(TITLE));
  });

  it('names every share of a score, and how often a word is said', () => {
    const named = text.replaceAll('\n', ' ');
    for (const kind of SHARE_KINDS) expect(named).toContain(`\`${kind}\``);
    const list = /described on `\/about\/ranking`: ([^.]*)\./.exec(named)![1]!;
    expect([...list.matchAll(/`([^`]+)`/g)].map(([, kind]) => kind).sort()).toEqual([...SHARE_KINDS].sort());
    for (const times of [1, 2, 7]) expect(timesWeight(times)).toBeCloseTo((9 * times) / (8 + times), 12);
    expect(named).toContain('9n / (8 + n)');
  });

  it('has the weight of meaning', () => {
    const real = {
      MEANING_SHARE,
      COVERAGE_EXPONENT,
      FEEDBACK_HEADS,
      FEEDBACK_SHARE,
      FEEDBACK_STEEPNESS,
    };
    expect(table('MEANING_SHARE')).toEqual(Object.entries(real));
  });

  it('says what matches', () => {
    expect(text).toContain('A paper must have all of up to three things; of more, 60 % (rounded up)');
    for (let groups = 1; groups <= MOST_GROUPS; groups++) {
      expect(neededOf(groups, 0)).toBe(groups <= 3 ? groups : Math.ceil(groups * 0.6));
      expect(tiersFor(groups)).toBe(groups <= 3);
    }
  });

  it('has the right numbers in its sentences', () => {
    const figure = (number: number): string => number.toLocaleString('en-GB');
    for (const sentence of [
      `round(${MOST_IMPACT} · tf~ / (k1 + tf~))`,
      `k1 is ${K1}.`,
      `weights · ${figure(SCALE)}`,
      `${MOST_GROUPS} things looked for`,
      `the best of them, ${DEPTH} or as many`,
      `From ${figure(PRUNED_FROM)} papers on`,
      `up to word ${figure(MOST_POSITIONS)}`,
    ])
      expect(text.replaceAll('\n', ' ')).toContain(sentence);
    expect([SAMPLES, AGREEING]).toEqual([8, 7]);
  });
});
