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

describe('query vectors from an external model', () => {
  it('are requested once per query', async () => {
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

  it('are not waited for while the model opens, nor requested while the index holds another’s', async () => {
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

  it('are done without for a while after a failure, with one warning until they work again', async () => {
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

  it('come later if the model could not be opened at first', async () => {
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
