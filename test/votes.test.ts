/**
 * Votes in a running site: they soon show on pages and in search, and a kill at any moment loses none that was
 * confirmed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { castVote } from '../src/community/votes.ts';
import { countGiven } from '../src/papers/counting.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import type { PaperRecord } from '../src/papers/types.ts';
import { openIndex } from '../src/search/index.ts';
import { recordOf } from '../src/testing/records.ts';
import { indexFolder } from '../src/worker/indexing.ts';
import { onBoth } from './databases.ts';
import { eventually, serve } from './program.ts';

const record = (number: number): PaperRecord =>
  recordOf(number, {
    title: `The heliotrope: ${['', 'a garden in spring', 'parsing by small automata', 'rivers of northern towns'][number]}`,
    published: '2026-06-20',
    listed: '2026-06-26',
  });

onBoth((_kind, fresh) => {
  it('a vote is soon on the page, in the order of the edition and in search, and writes no segment', async () => {
    const database = await fresh();
    const store = await database.open();
    await takeIn(store, [record(1), record(2), record(3)], new Set());
    const rows = await store.read.selectFrom('papers').select(['pk', 'id']).orderBy('id').execute();
    const site = await serve(database.env);
    const folder = indexFolder(database.env.DATA_DIR);
    await eventually('the index', async () => openIndex(folder).documents === 3);
    const order = async () => {
      const { text } = await site.get('/api/v1/search?q=heliotrope+sort:votes');
      const { items } = JSON.parse(text) as { items: { paper: { id: string; upvotes: number } }[] };
      return items.map(({ paper }) => [paper.id, paper.upvotes]);
    };
    const { bytes } = openIndex(folder);
    for (const [i, votes] of [1, 3, 2].entries())
      for (let voter = 0; voter < votes; voter++) await castVote(store, { paper: rows[i]!.pk, voter, at: 1 });
    const wanted = [
      ['2606.00002', 3],
      ['2606.00003', 2],
      ['2606.00001', 1],
    ];
    await eventually(
      'the votes in search',
      async () => JSON.stringify(await order()) === JSON.stringify(wanted),
    );
    const edition = JSON.parse((await site.get('/api/v1/editions/2026-06-26')).text) as {
      items: { id: string; upvotes: number }[];
    };
    expect(edition.items.map(({ id, upvotes }) => [id, upvotes])).toEqual(wanted);
    expect(openIndex(folder).bytes).toBe(bytes);
    expect((await site.end('SIGTERM')).code).toBe(0);
    await store.close();
    await database.remove();
  });

  it('voters killed in the middle have cast whole votes, and all that were confirmed', async () => {
    const database = await fresh();
    const store = await database.open();
    await takeIn(store, [record(1), record(2)], new Set());
    const confirmed = new Set<string>();
    for (let kill = 0; kill < 4; kill++) {
      const script = join(import.meta.dirname, 'votes.fixture.ts');
      const child = spawn(process.execPath, [script, String(kill * 100_000)], {
        env: { ...process.env, ...database.env },
      });
      const ended = once(child, 'close');
      const enough = 5 + kill * 7;
      let said = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        confirmed.add(line);
        if (++said === enough) child.kill('SIGKILL');
      }
      await ended;
      await countGiven(store);
    }
    const cast = await store.read.selectFrom('votes').select(['paper', 'voter']).execute();
    const votes = new Set(cast.map(({ paper, voter }) => `${paper} ${voter}`));
    expect([...confirmed].filter((vote) => !votes.has(vote))).toEqual([]);
    const papers = await store.read.selectFrom('papers').select(['pk', 'upvotes']).execute();
    const given = await store.read.selectFrom('given').select(['paper', 'votes']).execute();
    for (const { pk, upvotes } of papers) {
      const count = cast.filter(({ paper }) => paper === pk).length;
      expect([upvotes, given.find(({ paper }) => paper === pk)?.votes]).toEqual([count, count]);
    }
    await store.close();
    await database.remove();
  });
});
