/** The index beside its database: damage, and models that change, are noticed and the index is built anew. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { castVote } from '../community/votes.ts';
import { countGiven } from '../papers/counting.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import { openIndex } from '../search/index.ts';
import { decodeModel, encodeModel } from '../search/meaning/format.ts';
import { shippedModel } from '../search/meaning/load.ts';
import type { SearchIndex } from '../search/types.ts';
import type { Store } from '../store/open.ts';
import { recordOf } from '../testing/records.ts';
import { createIndexer, type Indexer, indexFolder } from './indexing.ts';
import { openSiteIndex } from './site-index.ts';

const SUBJECTS = ['galaxy clusters', 'neural translation', 'graph colouring', 'speech synthesis'];
const record = (number: number): PaperRecord =>
  recordOf(number, {
    source: 'hf',
    title: `Notes on ${SUBJECTS[number % SUBJECTS.length]}, unique${number}`,
    abstract: `We study ${SUBJECTS[number % SUBJECTS.length]} with great care, for the time number ${number}.`,
    published: '2026-06-20',
    listed: '2026-06-26',
  });

let database: TestDatabase;
let store: Store;
let indexer: Indexer;
let dataDir: string;
const said: string[] = [];

beforeEach(async () => {
  database = await freshDatabase('SQLite');
  dataDir = database.env.DATA_DIR;
  store = await database.open();
  indexer = createIndexer(store, dataDir);
  said.length = 0;
  vi.spyOn(console, 'error').mockImplementation((text: string) => void said.push(text));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await indexer.close();
  await store.close();
  await database.remove();
});

const take = (...numbers: number[]) => takeIn(store, numbers.map(record), new Set());
const segments = (): string[] =>
  readdirSync(indexFolder(dataDir)).filter((name) => name.startsWith('segment-'));
/** A program that starts anew: it has nothing in memory of what it wrote before. */
const restart = async (): Promise<void> => {
  await indexer.close();
  indexer = createIndexer(store, dataDir);
};

/** Every paper is found by its own word, and nothing else is there. */
async function isWhole(index: SearchIndex, numbers: number[]): Promise<void> {
  expect(index.seq).toBe(await store.seq());
  expect(index.documents).toBe(numbers.length);
  const rows = await store.read.selectFrom('papers').select(['pk', 'title']).execute();
  expect(rows).toHaveLength(numbers.length);
  for (const { pk, title } of rows) {
    const word = /unique\d+/.exec(title)![0];
    const hits = index.search({ text: `+${word}`, count: true, collapse: false }).hits;
    expect([word, hits.map(({ key }) => key)]).toEqual([word, [pk]]);
  }
}

describe('a damaged index', () => {
  const papers = Array.from({ length: 57 }, (_, i) => i);
  /** Three segments. */
  beforeEach(async () => {
    for (const numbers of [papers.slice(0, 41), papers.slice(41, 53), papers.slice(53)]) {
      await take(...numbers);
      await indexer.step();
    }
  });

  it('with a byte flipped anywhere in any segment is detected at startup, reported, and rebuilt', async () => {
    const folder = indexFolder(dataDir);
    const good = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
    const names = segments();
    expect(names).toHaveLength(3);
    for (let round = 0; round < 15; round++) {
      await indexer.close();
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      for (const [name, bytes] of good) writeFileSync(join(folder, name), bytes);
      const name = names[round % 3]!;
      const bytes = Buffer.from(good.get(name)!);
      // From the first byte of each to the last.
      const at = Math.floor(((bytes.length - 1) * Math.floor(round / 3)) / 4);
      bytes[at]! ^= 1 << (round % 8);
      writeFileSync(join(folder, name), bytes);
      said.length = 0;
      await restart();
      expect([name, at, await indexer.step()]).toEqual([name, at, papers.length]);
      expect(said).toEqual([
        expect.stringMatching(new RegExp(`^The search index is being rebuilt: .*/${name}: `)),
      ]);
      await isWhole(openIndex(folder), papers);
    }
  });

  it('is detected by the merge that reads it if it was damaged while the program ran', async () => {
    for (const name of segments()) {
      const path = join(indexFolder(dataDir), name);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 16;
      writeFileSync(path, bytes);
    }
    const more = Array.from({ length: 1_000 }, (_, i) => 100 + i);
    await take(...more);
    expect(await indexer.step()).toBe(papers.length + more.length);
    expect(said).toEqual([expect.stringMatching(/^The search index is being rebuilt: .*checksum/)]);
    await isWhole(openIndex(indexFolder(dataDir)), [...papers, ...more]);
  });

  it('is rebuilt under a site that has it in memory, which then uses the new one', async () => {
    const index = openSiteIndex(dataDir, (says) => said.push(says));
    const path = join(indexFolder(dataDir), segments()[0]!);
    await indexer.close();
    writeFileSync(path, readFileSync(path).fill(7, 1000, 1010));
    await restart();
    await take(200);
    await indexer.step();
    expect(index.refresh()).toBe(true);
    await isWhole(index, [...papers, 200]);
    expect(said).toHaveLength(1);
    index.close();
  });

  it('is empty to a site that reads it, which says why, and picks it up once it has been rebuilt', async () => {
    await indexer.close();
    const path = join(indexFolder(dataDir), segments()[0]!);
    writeFileSync(path, readFileSync(path).fill(7, 1000, 1010));
    const warned: string[] = [];
    const index = openSiteIndex(dataDir, (says) => warned.push(says));
    expect([index.documents, index.search({ text: 'galaxy' }).hits]).toEqual([0, []]);
    expect(warned).toEqual([expect.stringMatching(/cannot be read and is being rebuilt: .*checksum/)]);
    await restart();
    await indexer.step();
    expect(index.refresh()).toBe(true);
    await isWhole(index, papers);
    expect(warned).toHaveLength(1);
    index.close();
  });
});

describe('votes', () => {
  const papers = Array.from({ length: 40 }, (_, i) => i);
  const hits = (index: SearchIndex) =>
    (['relevance', 'votes'] as const).map((sort) =>
      index
        .search({ text: 'notes with great care', sort, collapse: false, explain: true, limit: 100 })
        .hits.map(({ key, score, shares }) => [key, score, shares]),
    );
  /** The index as it would be if it were built now. */
  async function rebuilt(): Promise<SearchIndex> {
    const other = join(dataDir, 'rebuilt');
    mkdirSync(other, { recursive: true });
    const builder = createIndexer(store, other);
    await builder.step();
    await builder.close();
    return openIndex(indexFolder(other), { model: shippedModel() });
  }
  /** Casts votes by readers who each vote for some papers, and counts them. */
  async function vote(from: number, to: number): Promise<void> {
    const rows = await store.read.selectFrom('papers').select('pk').orderBy('pk').execute();
    for (let i = from; i < to; i++) {
      const { pk } = rows[(i * i) % rows.length]!;
      await castVote(store, { paper: pk, voter: i, at: i });
    }
    await countGiven(store);
  }

  it('write no segment, and the index shows them as if it had been built with them', async () => {
    await take(...papers.slice(0, 30));
    await indexer.step();
    await take(...papers.slice(30));
    await indexer.step();
    const index = openSiteIndex(dataDir, (says) => said.push(says));
    const before = segments();
    for (let at = 0; at < 1_000; at += 250) {
      await vote(at, at + 250);
      expect(await indexer.step()).toBe(0);
      expect(index.refresh()).toBe(true);
      expect(index.seq).toBe(await store.seq());
    }
    expect(segments()).toEqual(before);
    const fresh = await rebuilt();
    expect(hits(index)).toEqual(hits(fresh));
    expect(fresh.search({ text: 'sort:votes', collapse: false, limit: 100 }).hits).toEqual(
      index.search({ text: 'sort:votes', collapse: false, limit: 100 }).hits,
    );
    // Another process, later.
    const later = openSiteIndex(dataDir, (says) => said.push(says));
    expect(hits(later)).toEqual(hits(fresh));
    expect(said).toEqual([]);
    for (const each of [index, later, fresh]) each.close();
  });

  it('stay through a restart, new papers, merged segments and new votes', async () => {
    await take(...papers);
    await indexer.step();
    const index = openSiteIndex(dataDir, (says) => said.push(says));
    for (let round = 0; round < 4; round++) {
      await vote(round * 20, round * 20 + 20);
      await indexer.step();
      index.refresh();
      await restart();
      await take(...Array.from({ length: 30 }, (_, i) => 100 + round * 30 + i));
      // Also a paper with votes is written again.
      await takeIn(
        store,
        [{ ...record(round), abstract: `Round ${round}, notes with great care.` }],
        new Set(),
      );
      await indexer.step();
      index.refresh();
      const fresh = await rebuilt();
      expect(hits(index)).toEqual(hits(fresh));
      fresh.close();
    }
    expect(readdirSync(indexFolder(dataDir)).filter((name) => name.startsWith('votes-')).length).toBeLessThan(
      2,
    );
    expect(said).toEqual([]);
    index.close();
  });

  it('whose file is damaged or gone are read from the database again', async () => {
    await take(...papers);
    await indexer.step();
    for (const damage of [
      (path: string) => rmSync(path),
      (path: string) => writeFileSync(path, readFileSync(path).fill(7, 5, 6)),
    ]) {
      await vote(0, 20);
      await takeIn(store, [{ ...record(3), upvotes: said.length + 1 }], new Set());
      await indexer.step();
      await indexer.close();
      const [file] = readdirSync(indexFolder(dataDir)).filter((name) => name.startsWith('votes-'));
      damage(join(indexFolder(dataDir), file!));
      await restart();
      expect(await indexer.step()).toBe(papers.length);
      expect(said.at(-1)).toMatch(/is being rebuilt: .*votes-/);
      const [index, fresh] = [openIndex(indexFolder(dataDir), { model: shippedModel() }), await rebuilt()];
      expect(hits(index)).toEqual(hits(fresh));
      index.close();
      fresh.close();
    }
  });
});

describe('the model of a site', () => {
  const model = join('models', 'arxiv.bin');
  /** Another model: that of the shipped file with one word known a little less. */
  function other(): Uint8Array {
    const parts = decodeModel(model, readFileSync(model));
    parts.confidence[0]! ^= 1;
    return encodeModel(parts);
  }
  /** Whether a search tells of meaning. */
  const isMeant = (index: SearchIndex): boolean =>
    index
      .search({ text: 'galaxy clusters', explain: true })
      .hits.some(({ shares }) => shares!.some(({ kind }) => kind === 'meaning'));

  it('is picked up by a running site after new training, and so is its removal', async () => {
    const shipped = shippedModel()!.name;
    await take(1, 2, 3, 4, 5);
    await indexer.step();
    const warned: string[] = [];
    const index = openSiteIndex(dataDir, (says) => warned.push(says));
    expect([index.model, isMeant(index)]).toEqual([shipped, true]);

    writeFileSync(join(dataDir, 'model.bin'), other());
    expect(await indexer.step()).toBe(5);
    expect(said).toEqual([expect.stringContaining(`are by ${shipped}, not by words-`)]);
    expect(index.refresh()).toBe(true);
    expect(index.model).toMatch(/^words-/);
    expect(index.model).not.toBe(shipped);
    expect(isMeant(index)).toBe(true);
    await isWhole(index, [1, 2, 3, 4, 5]);
    expect(await indexer.step()).toBe(0);

    rmSync(join(dataDir, 'model.bin'));
    expect(await indexer.step()).toBe(5);
    index.refresh();
    expect([index.model, isMeant(index), warned]).toEqual([shipped, true, []]);
    index.close();
  });

  it('stops nothing if it is damaged: the shipped one is used, with a warning', async () => {
    await take(1, 2, 3, 4);
    writeFileSync(join(dataDir, 'model.bin'), other().fill(3, 5000, 5008));
    expect(await indexer.step()).toBe(4);
    expect(said).toEqual([expect.stringMatching(/^The model .* cannot be used: .*model\.bin: .*damaged/)]);
    const warned: string[] = [];
    const index = openSiteIndex(dataDir, (says) => warned.push(says));
    expect([index.model, isMeant(index)]).toEqual([shippedModel()!.name, true]);
    expect(warned).toEqual(said);
    index.close();
  });

  it('from outside gives papers and queries their vectors, and its index is rebuilt when it is removed', async () => {
    await take(1, 2, 3, 4);
    const embedder = {
      name: 'outside:3',
      dimensions: 3,
      embed: async (texts: string[]) => texts.map((text) => unit(text.includes('galaxy') ? 0 : 1)),
      close: async () => {},
    };
    await indexer.close();
    indexer = createIndexer(store, dataDir, undefined, embedder);
    expect(await indexer.step()).toBe(4);
    const index = openSiteIndex(dataDir, (says) => said.push(says));
    expect([index.model, isMeant(index)]).toEqual(['outside:3', false]);
    const { hits } = index.search({ text: 'neural', vector: unit(1), explain: true });
    expect(hits[0]!.shares!.find(({ kind }) => kind === 'meaning')?.strength).toBeGreaterThan(0.8);
    await restart();
    expect(await indexer.step()).toBe(4);
    index.refresh();
    expect([index.model, isMeant(index)]).toEqual([shippedModel()!.name, true]);
    index.close();
  });
});

const unit = (axis: number): Float32Array => Float32Array.from({ length: 3 }, (_, i) => (i === axis ? 1 : 0));
