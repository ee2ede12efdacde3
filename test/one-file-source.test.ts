/** The tutorial in docs/sources.md is the file next to this test, and it runs as the site runs its sources. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Trial, trial } from '../src/sources/trial.ts';
import { reports } from './one-file-source.ts';

let site: Trial | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const report = (number: number): object => ({
  doi: `10.1000/report.${number}`,
  title: `Report ${number} on looms`,
  abstract: 'What was seen.',
  authors: ['Ada Lovelace'],
  date: '2026-06-01',
});

describe('a source in one file', () => {
  it('is the block of code in docs/sources.md', () => {
    const blocks = [...readFileSync('docs/sources.md', 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
    expect(blocks.map((block) => block[1])).toContain(readFileSync('test/one-file-source.ts', 'utf8'));
  });

  it('runs: what is new is fetched, quiet is proved, a short list fails, a bad record costs only itself', async () => {
    let answer: unknown = { total: 2, reports: [report(1), report(2)] };
    site = await trial((_, response) => response.end(JSON.stringify(answer)));
    const run = (): Promise<string> => site!.run(reports(site!.url), {});
    expect(await run()).toBe('ok, 2 of 2 announced');
    expect(await run()).toBe('quiet: the list still ends with number 2');
    answer = { total: 5, reports: [report(1), report(2), report(3)] };
    expect(await run()).toBe('failed: the list is incomplete (3 of 5 announced)');
    answer = { total: 5, reports: [report(1), report(2), report(3), { title: 'No DOI' }, report(5)] };
    expect(await run()).toBe('ok, 2 of 3 announced; 1 rejected');
    answer = { total: 1, reports: [report(1)] };
    expect(await run()).toBe('failed: the list is incomplete (1 of 5 announced)');
    answer = ['no list'];
    expect(await run()).toBe('failed: the response is not a list of reports');
    expect((await site.papers()).map((paper) => paper.id)).toEqual(
      [1, 2, 3, 5].map((number) => `doi:10.1000/report.${number}`),
    );
    expect(await site.reasons()).toEqual([`no DOI: '{"title":"No DOI"}'`]);
  });

  it('docs/sources.md has no dead links, and sets only settings that exist', () => {
    const text = readFileSync('docs/sources.md', 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g))
      expect(existsSync(`docs/${target}`), `docs/sources.md links to ${target}`).toBe(true);
    const settings = readFileSync('docs/settings.md', 'utf8');
    for (const [, name] of text.matchAll(/^([A-Z][A-Z_]+)=/gm))
      expect(settings, `docs/sources.md names ${name}`).toContain(`| \`${name}\``);
  });
});
