/**
 * Vectors from a model on this machine, by transformers.js (ONNX). The package is large (half a gigabyte with
 * its runtime) and so is no dependency: who sets EMBEDDINGS=transformers:… installs it.
 */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EmbeddingError, type TextEmbedder } from './embedder.ts';
import { familyOf, unitVector } from './vectors.ts';

const PACKAGE = '@huggingface/transformers';

/** What is used of the package. */
interface Transformers {
  env: { allowRemoteModels: boolean; cacheDir: string };
  pipeline(task: 'feature-extraction', model: string, options: object): Promise<Extractor>;
}
interface Extractor {
  (texts: string[], options: object): Promise<{ dims: number[]; data: Float32Array }>;
  dispose(): Promise<unknown>;
}

export interface TransformersOptions {
  /** Take nothing from the network: a folder, or what was downloaded before. */
  offline: boolean;
  /** Downloads are kept in `models/` in it. */
  dataDir: string;
  /** A folder to resolve the package from first (TRANSFORMERS_DIR). */
  packageDir?: string;
}

/** Texts at a time: more needs more memory and is no faster on a processor. */
const BATCH = 16;

/** Opens a model by its id on the Hugging Face Hub or by a folder. Throws `EmbeddingError`. */
export async function transformersEmbedder(
  model: string,
  options: TransformersOptions,
): Promise<TextEmbedder> {
  const folder = statSync(model, { throwIfNoEntry: false })?.isDirectory() ? resolve(model) : null;
  if (folder === null && /^[./~]/.test(model)) throw new EmbeddingError(`there is no folder '${model}'`);
  const transformers = await load(options.packageDir ?? process.env.TRANSFORMERS_DIR);
  const { env } = transformers;
  env.cacheDir = join(resolve(options.dataDir), 'models');
  env.allowRemoteModels = folder === null && !options.offline;
  const quantised =
    folder !== null &&
    !existsSync(join(folder, 'onnx', 'model.onnx')) &&
    existsSync(join(folder, 'onnx', 'model_quantized.onnx'));
  let extractor: Extractor;
  try {
    extractor = await transformers.pipeline('feature-extraction', folder ?? model, {
      dtype: quantised ? 'q8' : 'fp32',
      local_files_only: !env.allowRemoteModels,
    });
  } catch (error) {
    const hint =
      folder === null && options.offline ? ' (OFFLINE=1: only a folder or an earlier download works)' : '';
    throw new EmbeddingError(`the model '${model}' cannot be opened${hint}: ${firstLine(error)}`, {
      cause: error,
    });
  }
  const embedder = new LocalEmbedder(model, folder ? labelOf(folder) : model, extractor);
  try {
    await embedder.embed(['probe'], 'document');
  } catch (error) {
    await embedder.close();
    throw error;
  }
  return embedder;
}

/** A folder's name, and the size of what is in it, so that another model in its place is noticed. */
function labelOf(folder: string): string {
  const sizes = ['model.onnx', 'model_quantized.onnx', 'model.onnx_data'].map(
    (name) => statSync(join(folder, 'onnx', name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return `${basename(folder)}-${sizes.reduce((sum, size) => sum + size, 0)}`;
}

class LocalEmbedder implements TextEmbedder {
  dimensions = 0;
  readonly #model: string;
  readonly #label: string;
  readonly #extractor: Extractor;

  constructor(model: string, label: string, extractor: Extractor) {
    this.#label = label;
    this.#model = model;
    this.#extractor = extractor;
  }

  get name(): string {
    return `transformers:${this.#label}:${this.dimensions}`;
  }

  async embed(texts: string[], kind: 'document' | 'query'): Promise<Float32Array[]> {
    const family = familyOf(this.#model);
    const found: Float32Array[] = [];
    for (let i = 0; i < texts.length; i += BATCH) {
      // Blank texts have no tokens to take the mean of.
      const some = texts.slice(i, i + BATCH).map((text) => family[kind] + (text.trim() || '-'));
      const { dims, data } = await this.#run(some, family.pooling);
      if (dims.length !== 2 || dims[0] !== some.length)
        throw new EmbeddingError(`the model '${this.#model}' does not return one vector per text`);
      this.dimensions ||= dims[1]!;
      for (let row = 0; row < some.length; row++)
        found.push(
          unitVector(
            data.slice(row * dims[1]!, (row + 1) * dims[1]!),
            this.dimensions,
            `the model '${this.#model}'`,
          ),
        );
    }
    return found;
  }

  async #run(texts: string[], pooling: string): Promise<{ dims: number[]; data: Float32Array }> {
    try {
      return await this.#extractor(texts, { pooling, normalize: true });
    } catch (error) {
      throw new EmbeddingError(`the model '${this.#model}' failed: ${firstLine(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#extractor.dispose();
  }
}

/**
 * Where the package is: under `folder` if that has it, else where the program or the person who runs it has it;
 * null when nowhere.
 */
export function findTransformers(folder: string | undefined): string | null {
  for (const place of [...(folder ? [folder] : []), import.meta.dirname, process.cwd()]) {
    try {
      return createRequire(join(resolve(place), 'package.json')).resolve(PACKAGE);
    } catch {
      // Not here.
    }
  }
  return null;
}

async function load(folder: string | undefined): Promise<Transformers> {
  const found = findTransformers(folder);
  if (found === null)
    throw new EmbeddingError(
      `EMBEDDINGS=transformers:… needs a package that is not installed: npm install --ignore-scripts ${PACKAGE}`,
    );
  try {
    const module = (await import(pathToFileURL(found).href)) as Transformers & { default?: Transformers };
    // What a CommonJS module exports may all be in its default.
    return typeof module.pipeline === 'function' ? module : module.default!;
  } catch (error) {
    throw new EmbeddingError(`${PACKAGE} is installed but does not start: ${firstLine(error)}`, {
      cause: error,
    });
  }
}

const firstLine = (error: unknown): string =>
  String((error as Error)?.message ?? error)
    .split('\n')[0]!
    .slice(0, 300);
