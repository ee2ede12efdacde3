import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../test/databases.ts';
import { openCollection, withCollection } from './collection.ts';
import { readConfig } from './config.ts';
import { takeIn } from './papers/intake/take-in.ts';
import { MANIFEST } from './search/directory.ts';
import { openStore } from './store/open.ts';
import { createIndexer } from './worker/indexing.ts';

describe('a collection', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await freshDatabase('SQLite');
  });
  afterEach(() => database.remove());
  const config = () => readConfig(database.env);
  const warn = (): void => {};

  it('is the database, the index and the catalogue over them, as long as the work takes', async () => {
    const store = await openStore(config());
    const record = {
      source: 'arxiv',
      identifiers: [{ scheme: 'arxiv', value: '2606.00001' }],
      title: 'Attention is not enough',
    } as const;
    await takeIn(store, [{ ...record, identifiers: [...record.identifiers] }], new Set());
    const indexer = createIndexer(store, database.env.DATA_DIR);
    await indexer.step();
    await indexer.close();
    await store.close();
    const found = await withCollection(config(), { warn }, async ({ library, modelTried }) => {
      await modelTried;
      return library.search({ q: 'attention' });
    });
    expect(found.hits.map(({ paper }) => paper.id)).toEqual(['2606.00001']);
  });

  it('is closed in reverse order, whatever reads it first, even if closing that fails', async () => {
    const { store, closeBefore, close } = await openCollection(config(), { warn, refresh: 10 });
    const order: string[] = [];
    const closeStore = store.close;
    store.close = async () => {
      order.push('store');
      await closeStore();
    };
    closeBefore(() => order.push('first added'));
    closeBefore(() => {
      order.push('last added');
      throw new Error('it broke');
    });
    await expect(close()).rejects.toThrow('it broke');
    expect(order).toEqual(['last added', 'first added', 'store']);
    await expect(store.seq()).rejects.toThrow();
  });

  it('leaves nothing open if it cannot be opened', async () => {
    const store = await openStore(config());
    let closed = 0;
    const closeStore = store.close;
    store.close = () => {
      closed++;
      return closeStore();
    };
    const indexer = createIndexer(store, database.env.DATA_DIR);
    await indexer.reset();
    await indexer.step();
    await indexer.close();
    writeFileSync(join(database.env.DATA_DIR, 'index', MANIFEST), 'not an index');
    await expect(openCollection(config(), { warn, store })).rejects.toThrow();
    expect(closed).toBe(1);
  });
});
