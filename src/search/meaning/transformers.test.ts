import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openEmbedder } from './provider.ts';
import { writeTinyModel } from './tiny-onnx.fixture.ts';
import { findTransformers, transformersEmbedder } from './transformers.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-transformers-'));
const options = { offline: true, dataDir: folder };
const model = join(folder, 'tiny');
writeTinyModel(model, { left: [1, 0, 0], right: [0, 1, 0] }, [0, 0, 1]);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = findTransformers(process.env.TRANSFORMERS_DIR) !== null;
if (!installed)
  console.warn(
    '\nSKIPPED: no @huggingface/transformers found; the tests that need it do not run. TRANSFORMERS_DIR names a folder it is installed in\n',
  );

describe.skipIf(!installed)('a model on this machine', () => {
  test('gives a unit vector for each text: the mean of its words', async () => {
    const embedder = await transformersEmbedder(model, options);
    expect(embedder.name).toMatch(/^transformers:tiny-\d+:3$/);
    expect(embedder.dimensions).toBe(3);
    const found = await embedder.embed(['left', 'left right', 'Right, left; right!', 'neither'], 'query');
    const rounded = found.map((vector) => [...vector].map((x) => Math.round(x * 100)));
    expect(rounded[0]).toEqual([100, 0, 0]);
    expect(rounded[1]).toEqual([71, 71, 0]);
    expect(rounded[3]).toEqual([0, 0, 100]);
    for (const vector of found) expect(Math.hypot(...vector)).toBeCloseTo(1);
    await embedder.close();
  });

  test('a text has the same vector alone and among longer ones, blank texts have one too', async () => {
    const embedder = await transformersEmbedder(model, options);
    const [alone] = await embedder.embed(['left'], 'document');
    const texts = Array.from({ length: 40 }, (_, i) => (i === 20 ? 'left' : 'right left '.repeat(i % 30)));
    const many = await embedder.embed(texts, 'document');
    expect(many).toHaveLength(40);
    expect([...many[20]!].map((x) => Math.round(x * 1e5))).toEqual(
      [...alone!].map((x) => Math.round(x * 1e5)),
    );
    expect([...many[0]!].every(Number.isFinite)).toBe(true);
    await embedder.close();
  });

  test('the setting names it', async () => {
    const embedder = await openEmbedder({
      EMBEDDINGS: `transformers:${model}`,
      EMBEDDINGS_MODEL: null,
      EMBEDDINGS_KEY: null,
      OFFLINE: true,
      DATA_DIR: folder,
    });
    expect(embedder!.dimensions).toBe(3);
    await embedder!.close();
  });

  test('a model that is not here is not fetched offline, and one that is damaged is told', async () => {
    await expect(transformersEmbedder('someone/some-model', options)).rejects.toThrow(
      /the model 'someone\/some-model' cannot be opened \(OFFLINE=1: only a folder or an earlier download works\)/,
    );
    const damaged = join(folder, 'damaged');
    writeTinyModel(damaged, {}, [0, 1]);
    writeFileSync(join(damaged, 'onnx', 'model.onnx'), 'not a model');
    await expect(transformersEmbedder(damaged, options)).rejects.toThrow(/damaged' cannot be opened: /);
  });
});

describe('without the package, or the folder', () => {
  test('the way to install it is told', async () => {
    if (findTransformers(undefined) !== null) return;
    const before = process.env.TRANSFORMERS_DIR;
    delete process.env.TRANSFORMERS_DIR;
    await expect(transformersEmbedder(model, options)).rejects.toThrow(
      'npm install --ignore-scripts @huggingface/transformers',
    );
    if (before !== undefined) process.env.TRANSFORMERS_DIR = before;
  });

  test('a folder that is not there is told', async () => {
    await expect(transformersEmbedder('./nowhere', options)).rejects.toThrow(
      "there is no folder './nowhere'",
    );
  });
});
