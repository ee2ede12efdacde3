import { beforeAll, describe, expect, test } from 'vitest';
import { cosine, embed } from '../embed.ts';
import { inventedCorpus, inventedPaper, SMALL, synonyms, topics } from '../invented.fixture.ts';
import type { TokenModel } from '../model.ts';
import { openModel } from '../table.ts';
import { TrainingCorpus } from './corpus.ts';
import { seeded } from './random.ts';
import { optionsFor, type Progress, trainModel } from './train.ts';

let bytes: Uint8Array;
let model: TokenModel;
const progress: Progress[] = [];

beforeAll(() => {
  bytes = trainModel(inventedCorpus(1920), SMALL, null, (so) => progress.push(so));
  model = openModel(bytes);
});

/** The vector of one word. */
const vector = (word: string): Int8Array => embed(model, word)!;

describe('training', () => {
  test('words that say the same come near, though they never stand in one text', () => {
    // By chance the nearest of all topics' right words would be the right one once in 64.
    let found = 0;
    let near = 0;
    for (let topic = 0; topic < topics; topic++) {
      const left = vector(synonyms(topic)[0]);
      const cosines = Array.from({ length: topics }, (_, other) => cosine(left, vector(synonyms(other)[1])));
      if (cosines.indexOf(Math.max(...cosines)) === topic) found++;
      near += cosines[topic]!;
    }
    expect(found / topics).toBeGreaterThan(0.4);
    expect(near / topics).toBeGreaterThan(0.3);
  });

  test('the same papers give the same bytes, another seed others', () => {
    const options = { ...SMALL, epochs: 1 };
    const once = trainModel(inventedCorpus(200), options);
    expect(Buffer.compare(once, trainModel(inventedCorpus(200), options))).toBe(0);
    const other = trainModel(inventedCorpus(200), { ...options, seed: 2 });
    expect(openModel(other).name).not.toBe(openModel(once).name);
  });

  test('tells how far it is, and the loss falls', () => {
    const learning = progress.filter(({ what }) => what === 'learning');
    expect(learning.every(({ share }, i) => share > (learning[i - 1]?.share ?? 0) && share <= 1)).toBe(true);
    expect(learning.at(-1)!.loss).toBeLessThan(learning[0]!.loss * 0.8);
    expect(progress.at(-1)!.what).toBe('cells');
  });

  test('a word met often is known with more confidence than a rare one', () => {
    const corpus = inventedCorpus(400);
    for (let i = 0; i < 4; i++) corpus.add('rarely0q', `rarely0q with ${synonyms(0)[0]}`);
    const found = openModel(trainModel(corpus, { ...SMALL, epochs: 1 }));
    const often = found.confidence(found.row(synonyms(0)[0]));
    const rarely = found.confidence(found.row('rarely0q'));
    expect(rarely).toBeGreaterThan(0);
    expect(often).toBeGreaterThan(rarely + 0.1);
    expect(often).toBeLessThanOrEqual(1);
  });

  test('function words, figures and words of too few papers have no vector', () => {
    const corpus = inventedCorpus(200);
    corpus.add('once1q', 'once1q twice1q');
    corpus.add('other', 'the 17 of 3.5 twice1q');
    const found = openModel(trainModel(corpus, { ...SMALL, epochs: 1 }));
    for (const term of ['the', 'of', 'use', 'howev', '17', '3.5', 'once1q', 'twice1q'])
      expect(found.row(term)).toBe(-1);
    expect(embed(found, 'the use of 17')).toBe(null);
  });

  test('papers without an abstract, or without a word, do no harm', () => {
    const corpus = inventedCorpus(200);
    for (let i = 0; i < 50; i++) corpus.add(i % 2 ? '' : 'title alone', '');
    expect(openModel(trainModel(corpus, { ...SMALL, epochs: 1 })).papers).toBe(250);
    expect(openModel(trainModel(new TrainingCorpus(), SMALL)).terms).toBe(0);
  });
});

describe('training on top of another model', () => {
  test('keeps what that knows, and learns new words', () => {
    const random = seeded(9);
    const corpus = new TrainingCorpus();
    for (let i = 0; i < 960; i++) {
      // Of topic 9 the new papers say nothing.
      const topic = i % topics === 9 ? 2 : i % topics;
      const { title, abstract } = inventedPaper(topic, random);
      corpus.add(title, topic === 2 ? abstract.replace(synonyms(2)[1], 'fresh0q') : abstract);
    }
    const more = openModel(trainModel(corpus, SMALL, model));
    const near = (a: string, b: string): number => cosine(embed(more, a)!, embed(more, b)!);
    expect(near(...synonyms(9))).toBeGreaterThan(0.3);
    const others = Array.from({ length: topics }, (_, topic) =>
      near('fresh0q', inventedPaper(topic, random).abstract),
    );
    const [own] = others.splice(2, 1);
    const mean = others.reduce((sum, cosine) => sum + cosine, 0) / others.length;
    expect(own).toBeGreaterThan(mean + 0.15);
    const confidence = (of: TokenModel, word: string): number => of.confidence(of.row(word));
    expect(confidence(more, synonyms(9)[0])).toBe(confidence(model, synonyms(9)[0]));
    expect(confidence(more, synonyms(1)[0])).toBeGreaterThanOrEqual(confidence(model, synonyms(1)[0]));
    expect([...more.vocabulary()].length).toBe(more.terms);
  });

  test('few papers are gone through more often', () => {
    expect(optionsFor(100_000, null).epochs).toBe(6);
    expect(optionsFor(1_000, null).epochs).toBe(15);
    expect(optionsFor(100_000, model)).toMatchObject({ epochs: 3, dimensions: 32, least: 3 });
    expect(optionsFor(5_000, model)).toMatchObject({ epochs: 12, least: 2 });
  });
});

describe('cells', () => {
  test('hold the papers near to a query: a few cells have nearly all of the nearest', () => {
    const random = seeded(3);
    const papers = Array.from({ length: 800 }, (_, i) => {
      const { title, abstract } = inventedPaper(i % topics, random);
      return embed(model, `${title} ${abstract}`)!;
    });
    const cells = papers.map((paper) => model.cellOf(paper));
    expect(Math.max(...cells)).toBeLessThan(model.cells);
    let found = 0;
    for (let topic = 0; topic < 32; topic++) {
      const query = embed(model, inventedPaper(topic, random).title)!;
      const nearest = papers
        .map((paper, i) => [cosine(query, paper), i] as const)
        .sort((a, b) => b[0] - a[0])
        .slice(0, 10);
      const probed = new Set(model.nearestCells(query, 128));
      expect(probed.size).toBe(128);
      found += nearest.filter(([, i]) => probed.has(cells[i]!)).length;
    }
    expect(found / 320).toBeGreaterThan(0.9);
  });

  test('come nearest first, and a paper lies in one of the nearest to it', () => {
    const paper = vector(synonyms(5)[0]);
    const order = model.nearestCells(paper, model.cells);
    expect(new Set(order).size).toBe(model.cells);
    expect(order.indexOf(model.cellOf(paper))).toBeLessThan(32);
  });
});
