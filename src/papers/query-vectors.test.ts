import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddingError, type TextEmbedder } from '../search/meaning/embedder.ts';
import { queryVectors } from './query-vectors.ts';

const asked: string[] = [];
const warned: string[] = [];
let works = true;
let closed = 0;
const embedder: TextEmbedder = {
  name: 'outside:2',
  dimensions: 2,
  async embed(texts, kind) {
    asked.push(`${kind} ${texts.join('|')}`);
    if (!works) throw new EmbeddingError('is not responding');
    return texts.map(() => Float32Array.of(1, 0));
  },
  async close() {
    closed++;
  },
};
const warn = (says: string): void => void warned.push(says);

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  warned.length = 0;
  works = true;
  closed = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the meaning of queries by a model outside', () => {
  it('is asked once for each query', async () => {
    const vectors = queryVectors(
      async () => embedder,
      () => 'outside:2',
      warn,
    );
    await vectors.opened;
    for (const query of ['one', 'two', 'one'])
      expect(await vectors.embed(query)).toEqual(Float32Array.of(1, 0));
    expect(asked).toEqual(['query one', 'query two']);
    await vectors.close();
    expect(closed).toBe(1);
  });

  it('is not waited for while it opens, and not asked while the index holds the vectors of another', async () => {
    let holds = 'outside:2';
    const vectors = queryVectors(
      async () => embedder,
      () => holds,
      warn,
    );
    expect(await vectors.embed('one')).toBe(null);
    await vectors.opened;
    expect(await vectors.embed('one')).not.toBe(null);
    holds = 'words-1234';
    expect(await vectors.embed('one')).toBe(null);
    expect(asked).toEqual(['query one']);
  });

  it('does without for a while where it fails, and says so once until it works again', async () => {
    const vectors = queryVectors(
      async () => embedder,
      () => 'outside:2',
      warn,
    );
    await vectors.opened;
    works = false;
    for (const query of ['one', 'two', 'three']) expect(await vectors.embed(query)).toBe(null);
    vi.advanceTimersByTime(60_000);
    expect(await vectors.embed('four')).toBe(null);
    expect(asked).toEqual(['query one', 'query four']);
    expect(warned).toEqual(['Search uses words alone for now: is not responding']);
    vi.advanceTimersByTime(60_000);
    works = true;
    expect(await vectors.embed('five')).not.toBe(null);
    works = false;
    await vectors.embed('six');
    expect(warned).toHaveLength(2);
  });

  it('is opened again, later, where it could not be', async () => {
    let opens = 0;
    const open = async (): Promise<TextEmbedder> => {
      if (opens++ === 0) throw new EmbeddingError('not there yet');
      return embedder;
    };
    const vectors = queryVectors(open, () => 'outside:2', warn);
    await vectors.opened;
    expect(await vectors.embed('one')).toBe(null);
    expect([opens, warned]).toEqual([1, ['Search uses words alone for now: not there yet']]);
    vi.advanceTimersByTime(60_000);
    expect(await vectors.embed('one')).toBe(null);
    await vectors.opened;
    expect(await vectors.embed('one')).not.toBe(null);
    expect(opens).toBe(2);
  });
});
