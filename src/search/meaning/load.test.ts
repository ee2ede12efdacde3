import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { cosine, embed } from './embed.ts';
import { loadModel, MODEL_FILE, shippedModel, shippedPath, siteModel } from './load.ts';
import { ModelUnusable } from './model.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the shipped model', () => {
  const model = shippedModel()!;
  const near = (a: string, b: string): number => cosine(embed(model, a)!, embed(model, b)!);

  test('is there, and is kept open', () => {
    expect(model.terms).toBeGreaterThan(20_000);
    expect(model.papers).toBeGreaterThan(100_000);
    expect(model.dimensions % 4).toBe(0);
    expect(model.cells).toBe(1024);
    expect(shippedModel()).toBe(model);
  });

  test.each([
    ['llm', 'language model', 'galaxy'],
    ['galaxy', 'redshift survey', 'transformer'],
    ['gan', 'generative adversarial', 'reinforcement learning'],
    ['pedestrian', 'autonomous driving', 'theorem'],
    ['speech', 'acoustic', 'protein'],
    ['neural machine translation', 'bilingual corpus', 'superconductor'],
    ['how do robots grasp things', 'dexterous manipulation', 'stellar spectra'],
  ])('knows that %s is nearer to %s than to %s', (word, like, unlike) => {
    expect(near(word, like)).toBeGreaterThan(near(word, unlike) + 0.15);
  });

  test('knows common words of the field well, and function words not at all', () => {
    for (const term of ['network', 'languag', 'robot'])
      expect(model.confidence(model.row(term))).toBeGreaterThan(0.9);
    for (const term of ['the', 'and', 'we', '2024', 'xqzvw']) expect(model.row(term)).toBe(-1);
    expect(embed(model, 'what is the of and')).toBe(null);
  });

  test('divides texts of one subject into near cells', () => {
    const cells = model.nearestCells(embed(model, 'pretraining large language models')!, 128);
    const texts = [
      'scaling laws for neural language models',
      'large language model pretraining data',
      'pretrained transformer language models',
    ];
    const near = texts.filter((text) => cells.includes(model.cellOf(embed(model, text)!)));
    expect(near.length).toBeGreaterThanOrEqual(2);
  });
});

describe('where a model is looked for', () => {
  test('the first folder above the program, in the source and when bundled', () => {
    const project = join(folder, 'project');
    const deep = join(project, 'src', 'search', 'meaning');
    mkdirSync(deep, { recursive: true });
    mkdirSync(join(project, 'dist'));
    writeFileSync(join(project, 'package.json'), '{}');
    const from = [join(deep, 'load.ts'), join(project, 'dist', 'main.js')].map(
      (path) => pathToFileURL(path).href,
    );
    expect(from.map(shippedPath)).toEqual([null, null]);
    const model = join(project, 'models', 'arxiv.bin');
    mkdirSync(join(project, 'models'));
    writeFileSync(model, '');
    expect(from.map(shippedPath)).toEqual([model, model]);
  });

  test('a site has the shipped one until it has its own', () => {
    const site = join(folder, 'site');
    mkdirSync(site);
    expect(siteModel(site)).toBe(shippedModel());
    copyFileSync(shippedPath(import.meta.url)!, join(site, MODEL_FILE));
    expect(siteModel(site)).not.toBe(shippedModel());
    expect(siteModel(site)!.name).toBe(shippedModel()!.name);
  });

  test('one that does not fit is told with its path', () => {
    const site = join(folder, 'other');
    mkdirSync(site);
    writeFileSync(join(site, MODEL_FILE), 'not a model');
    expect(() => siteModel(site)).toThrow(ModelUnusable);
    expect(() => siteModel(site)).toThrow(join(site, MODEL_FILE));
    expect(() => loadModel(join(site, 'nothing'))).toThrow('ENOENT');
  });
});
