/** A database that has lost its papers, although the search index was built from some. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { onBoth } from './databases.ts';
import { eventually, json, run, type Site, serve } from './program.ts';

const ready = (site: Site): Promise<void> =>
  eventually('the site to be ready', async () => (await site.get('/healthz')).status === 200);

onBoth((kind, fresh) => {
  it('is not filled again, but reported, and the site stops', async () => {
    const database = await fresh();
    try {
      const site = await serve(database.env);
      await ready(site);
      await site.end();
      const backup = join(database.env.DATA_DIR, 'kept.backup');
      await json(['backup', backup], database.env);
      if (kind === 'SQLite') {
        for (const name of readdirSync(database.env.DATA_DIR))
          if (name.startsWith('broadsheet.db')) rmSync(join(database.env.DATA_DIR, name));
      } else {
        const store = await database.open();
        await sql`TRUNCATE papers, records, meta CASCADE`.execute(store.write);
        await store.close();
      }
      const feeds = { FEEDS: 'http://127.0.0.1:9/feed' };
      const file = 'starter/papers.jsonl';
      for (const words of [['serve'], ['serve', '--json'], ['import', file], ['sync', 'feed']]) {
        const { code, err } = await run(words, { ...database.env, ...feeds });
        expect([code, err]).toEqual([
          1,
          expect.stringMatching(/holds no papers, but the search index .*from 47:/),
        ]);
      }
      const store = await database.open();
      expect(await store.read.selectFrom('papers').select('pk').execute()).toEqual([]);
      expect(await store.read.selectFrom('runs').select('id').where('source', '=', 'feed').execute()).toEqual(
        [],
      );
      await store.close();
      const doctor = await run(['doctor'], database.env);
      expect([doctor.code, doctor.out]).toEqual([4, expect.stringContaining('holds no papers')]);
      await json(['restore', backup], database.env);
      const again = await serve(database.env);
      await ready(again);
      expect((await again.get('/')).text).toContain('26 June 2026');
      expect((await again.end()).out).not.toContain('Starter');
    } finally {
      await database.remove();
    }
  });
});
