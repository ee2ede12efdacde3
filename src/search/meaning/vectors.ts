/** What every vector from outside is checked for. */
import { MOST_DIMENSIONS } from '../kernel/kernel.ts';
import { EmbeddingError } from './embedder.ts';

/**
 * A vector of numbers at unit length. Throws `EmbeddingError` when its length is not `dimensions` (0: any up to
 * MOST_DIMENSIONS) or it holds what is no number. A vector of zeros stays so: it says that a text means nothing.
 */
export function unitVector(values: unknown, dimensions: number, from: string): Float32Array {
  if (!Array.isArray(values) && !(values instanceof Float32Array))
    throw new EmbeddingError(`${from} returned something that is not a vector`);
  const numbers = values as ArrayLike<unknown>;
  if (numbers.length === 0) throw new EmbeddingError(`${from} returned an empty vector`);
  if (dimensions > 0 && numbers.length !== dimensions)
    throw new EmbeddingError(
      `${from} returned a vector of ${numbers.length} dimensions, expected ${dimensions}`,
    );
  if (numbers.length > MOST_DIMENSIONS)
    throw new EmbeddingError(
      `${from} returned a vector of ${numbers.length} dimensions; at most ${MOST_DIMENSIONS} can be searched`,
    );
  let square = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new EmbeddingError(`${from} returned a vector containing something that is not a number`);
    square += value * value;
  }
  const by = square > 0 ? 1 / Math.sqrt(square) : 0;
  return Float32Array.from(numbers as ArrayLike<number>, (value) => value * by);
}

/** What a text must say before it for some families of models, and how their outputs make one vector. */
export interface Family {
  query: string;
  document: string;
  pooling: 'mean' | 'cls';
}

const PLAIN: Family = { query: '', document: '', pooling: 'mean' };

/** From the models' own cards. Names are matched in this order; all others are taken plainly. */
const FAMILIES: [RegExp, Family][] = [
  [/(^|[/_-])(multilingual-)?e5-/i, { query: 'query: ', document: 'passage: ', pooling: 'mean' }],
  [/nomic-embed/i, { query: 'search_query: ', document: 'search_document: ', pooling: 'mean' }],
  [/bge-m3/i, { query: '', document: '', pooling: 'cls' }],
  [
    // bounded: the name of a model in the settings.
    /bge-.*-en|arctic-embed|mxbai-embed/i,
    {
      query: 'Represent this sentence for searching relevant passages: ',
      document: '',
      pooling: 'cls',
    },
  ],
];

/** The family of a model, by its name. */
export function familyOf(model: string): Family {
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? PLAIN;
}
