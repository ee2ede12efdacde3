/** What a model from outside is to the rest. */

export interface TextEmbedder {
  /** Differs whenever the vectors do: goes into the index, which is built anew when it changes. */
  readonly name: string;
  readonly dimensions: number;
  /**
   * Unit vectors of texts, in their order. A query is answered quickly or not at all (a reader waits for it);
   * documents are tried again where that may help. Throws `EmbeddingError`.
   */
  embed(texts: string[], kind: 'document' | 'query'): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Vectors could not be had; the message says why, and what would help. */
export class EmbeddingError extends Error {
  override name = 'EmbeddingError';
}
