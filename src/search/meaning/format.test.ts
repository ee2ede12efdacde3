import { beforeAll, describe, expect, test } from 'vitest';
import { decodeModel, encodeModel, type ModelParts } from './format.ts';
import { ModelUnusable } from './model.ts';
import { openModel, quantise } from './table.ts';
import { seeded } from './train/random.ts';

const WIDTH = 8;
const TERMS = ['galaxi', 'llm', 'über', '模型'];
let parts: ModelParts;
let bytes: Uint8Array;

beforeAll(() => {
  const random = seeded(1);
  const some = (count: number): Int8Array => Int8Array.from({ length: count }, () => random() * 254 - 127);
  parts = {
    dimensions: WIDTH,
    side: 2,
    papers: 1234,
    terms: TERMS,
    scales: Float32Array.from([0.5, 0.25, 1, 2]),
    rows: some(TERMS.length * WIDTH),
    confidence: Uint8Array.from([0, 51, 128, 255]),
    centroids: some(6 * WIDTH),
  };
  bytes = encodeModel(parts);
});

describe('the file of a model', () => {
  test('gives back what was put in', () => {
    const { checksum, ...found } = decodeModel('file', bytes);
    expect(found).toEqual(parts);
    expect(checksum).toBeGreaterThan(0);
  });

  test('may lie anywhere in memory', () => {
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeModel('file', moved.subarray(3)).terms).toEqual(TERMS);
  });

  test('any flipped byte is found', () => {
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Uint8Array.from(bytes);
      damaged[at]! ^= 0x10;
      expect(() => openModel(damaged, 'model.bin'), `byte ${at}`).toThrow(ModelUnusable);
    }
  });

  test('cut off anywhere is found', () => {
    for (let length = 0; length < bytes.length; length += 5)
      expect(() => openModel(bytes.subarray(0, length), 'model.bin')).toThrow(ModelUnusable);
  });

  test('another version is told, and a file that is no model', () => {
    const newer = Uint8Array.from(bytes);
    newer[8] = 9;
    expect(() => openModel(newer, 'model.bin')).toThrow('model.bin: the format is 9, expected 1');
    expect(() => openModel(Buffer.from('{"not": "a model"}'), 'a.json')).toThrow(
      'a.json: this is not a model',
    );
  });

  test('the name differs with any of its vectors', () => {
    const other = encodeModel({
      ...parts,
      rows: parts.rows.map((value, i) => (i === 3 ? value ^ 1 : value)),
    });
    expect(openModel(other).name).not.toBe(openModel(bytes).name);
    expect(openModel(encodeModel(parts)).name).toBe(openModel(bytes).name);
  });
});

describe('a model', () => {
  test('finds rows by term, with their confidence', () => {
    const model = openModel(bytes);
    expect(TERMS.map((term) => model.row(term))).toEqual([0, 1, 2, 3]);
    expect(model.row('other')).toBe(-1);
    expect(model.row('__proto__')).toBe(-1);
    expect(model.confidence(1)).toBeCloseTo(0.2);
    expect([model.dimensions, model.cells, model.papers, model.terms]).toEqual([WIDTH, 4, 1234, 4]);
  });

  test('adds rows, their scale and the times', () => {
    const model = openModel(bytes);
    const sum = new Float32Array(WIDTH).fill(1);
    model.add(sum, 1, 2);
    for (let k = 0; k < WIDTH; k++) expect(sum[k]).toBeCloseTo(1 + 0.5 * parts.rows[WIDTH + k]!);
  });

  test('a vector as bytes is off by half a byte at most, so a cosine by little', () => {
    const random = seeded(2);
    const width = 128;
    const draw = (): Float32Array => Float32Array.from({ length: width }, () => random() - 0.5);
    const length = (v: ArrayLike<number>): number => Math.sqrt(Array.from(v).reduce((s, x) => s + x * x, 0));
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Array.from(a).reduce((s, x, k) => s + x * b[k]!, 0);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [draw(), draw()];
      const [x, y] = [new Int8Array(width), new Int8Array(width)];
      quantise(a, x);
      quantise(b, y);
      for (let k = 0; k < width; k++)
        expect(Math.abs(x[k]! - (a[k]! / length(a)) * 127)).toBeLessThanOrEqual(0.5 + 1e-4);
      expect(Math.abs(dot(x, y) / 127 ** 2 - dot(a, b) / (length(a) * length(b)))).toBeLessThan(0.02);
    }
  });

  test('a sum of nothing stays zero, a single direction is a whole byte', () => {
    const into = new Int8Array(WIDTH).fill(9);
    quantise(new Float32Array(WIDTH), into);
    expect([...into]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    quantise(Float32Array.from([0, -3, 0, 0, 0, 0, 0, 0]), into);
    expect([...into]).toEqual([0, -127, 0, 0, 0, 0, 0, 0]);
  });
});
