/** Where models come from: the one shipped, or the one a site has learned from its own papers. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenModel } from './model.ts';
import { openModel } from './table.ts';

/** The file in a data folder that `broadsheet train` writes. */
export const MODEL_FILE = 'model.bin';
/** The file of the shipped model, seen from the project's folder. */
const SHIPPED = join('models', 'arxiv.bin');

const opened = new Map<string, TokenModel | null>();

/** Reads a model file. Throws `ModelUnusable` when it does not fit, as the file system does when not there. */
export function loadModel(path: string): TokenModel {
  return openModel(readFileSync(path), path);
}

/** The model learned from arXiv that comes with the program; null when its file was taken away. Kept open. */
export function shippedModel(): TokenModel | null {
  const path = shippedPath(import.meta.url);
  if (path === null) return null;
  let model = opened.get(path);
  if (model === undefined) {
    model = loadModel(path);
    opened.set(path, model);
  }
  return model;
}

/**
 * Where the shipped model lies, seen from a file of the program, or null. The source is three folders deep and
 * `dist/` one, so it is the first folder above that has it, up to the project's.
 */
export function shippedPath(from: string): string | null {
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    const path = join(folder, SHIPPED);
    if (existsSync(path)) return path;
    if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return null;
  }
}

/** The model of a site: its own where it has learned one, else the shipped one. Throws `ModelUnusable`. */
export function siteModel(dataDir: string): TokenModel | null {
  const own = resolve(dataDir, MODEL_FILE);
  return existsSync(own) ? loadModel(own) : shippedModel();
}
