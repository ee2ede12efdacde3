/** The rules against abstracts marked by hand, where those are present. What is asserted is a little below what was measured. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Agreement, agree, marked } from '../../bench/reading.ts';
import { readText } from './read.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/gold');
const isThere = existsSync(FOLDER);
if (!isThere) console.warn(`SKIPPED: no marked abstracts in ${FOLDER}.`);

describe.skipIf(!isThere)('on abstracts marked by hand', () => {
  it('finds what people find', () => {
    const sum: Record<string, number> = {};
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'))) {
      for (const paper of marked(join(FOLDER, file))) {
        const { missed: _missed, wrong: _wrong, ...counts } = agree(paper, readText(paper.abstract));
        for (const [name, value] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + value;
      }
    }
    const share = (part: keyof Agreement, whole: keyof Agreement): number =>
      (sum[part] ?? 0) / (sum[whole] ?? 1);
    expect(share('right', 'found')).toBeGreaterThan(0.95);
    expect(share('headlinesFound', 'headlines')).toBeGreaterThan(0.9);
    expect(share('verbatim', 'found')).toBe(1);
    expect(share('whatsRight', 'whats')).toBeGreaterThan(0.87);
    expect(share('benchmarksRight', 'benchmarksFound')).toBeGreaterThan(0.85);
    expect(share('benchmarksRight', 'benchmarks')).toBeGreaterThan(0.8);
    expect(share('codeRight', 'code')).toBe(1);
    expect(share('codeFound', 'code')).toBe(1);
  });
});
