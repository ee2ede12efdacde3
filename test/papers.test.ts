/** Deciding which records are one paper, next to a running site: what the program says and where addresses lead. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onBoth } from './databases.ts';
import { eventually, json, run, serve, temporary } from './program.ts';

const path = join(temporary(), 'papers.jsonl');
const lines = [
  { id: '2606.00001', title: 'On the stability of analytical engines', authors: ['Ada Lovelace'] },
  { id: '2606.00002', title: 'The stability of engines, revisited', authors: ['Ada Lovelace'] },
];
writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

onBoth((_kind, fresh) => {
  it('merges two papers and splits them, and the site follows', async () => {
    const { env, remove } = await fresh();
    try {
      await json(['import', path], env);
      const site = await serve(env, ['--empty']);
      const status = async (id: string) => (await site.get(`/papers/${id}`)).status;
      expect(await status('2606.00002')).toBe(200);

      const tried = await json(['papers', 'merge', '2606.00001', '2606.00002', '--dry-run'], env);
      expect(tried).toMatchObject({ id: '2606.00001', dryRun: true });
      expect(await status('2606.00002')).toBe(200);

      const merged = await json(['papers', 'merge', '2606.00001', 'https://arxiv.org/abs/2606.00002'], env);
      expect(merged.records).toEqual(['jsonl/arxiv:2606.00001', 'jsonl/arxiv:2606.00002']);
      await eventually('the other address to lead on', async () => (await status('2606.00002')) !== 200);
      const { headers } = await site.get('/papers/2606.00002');
      expect(headers.get('location')).toMatch(/\/papers\/2606\.00001$/);

      // The same again, and the index from scratch: nothing changes.
      expect(await json(['import', path], env)).toMatchObject({ unchanged: 2 });
      const { out } = await run(['papers', 'show', '2606.00002'], env);
      expect(out).toContain('merged by hand with jsonl/arxiv:2606.00001');

      const again = await run(['papers', 'merge', '2606.00001', '2606.00002', '--json'], env);
      expect([again.code, again.last()]).toEqual([
        2,
        { error: '2606.00001 and 2606.00002 are already one paper: 2606.00001' },
      ]);
      const unknown = await run(['papers', 'show', '2606.00009'], env);
      expect([unknown.code, unknown.err]).toEqual([
        2,
        expect.stringContaining('there is no paper 2606.00009 here'),
      ]);

      const apart = await run(['papers', 'split', '2606.00001', '--json'], env);
      expect(apart.lines().map(({ id }) => id)).toEqual(['2606.00001', '2606.00002']);
      await eventually('its own page again', async () => (await status('2606.00002')) === 200);
      expect((await run(['papers', 'duplicates'], env)).err).toContain(
        'No two papers look like the same one.',
      );
      await site.end();
    } finally {
      await remove();
    }
  });
});
