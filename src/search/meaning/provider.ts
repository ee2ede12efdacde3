/**
 * Stronger models for who wants them, behind one interface: a local one through transformers.js, or any
 * endpoint that speaks OpenAI's protocol (Ollama, vLLM, llama.cpp, text-embeddings-inference, OpenAI).
 * Without a setting there is none, and the words' model (model.ts) does the work.
 */
import { outgoing } from '../../net/outgoing.ts';
import { PrivateHosts } from '../../net/reach.ts';
import { EmbeddingError, type TextEmbedder } from './embedder.ts';
import { endpointEmbedder } from './endpoint.ts';
import { transformersEmbedder } from './transformers.ts';

export { EmbeddingError, type TextEmbedder };

/** The settings it goes by (config.ts); null: not set. */
export interface EmbeddingSettings {
  /** `transformers:MODEL_ID_OR_FOLDER`, or the base address of an endpoint, or null. */
  EMBEDDINGS: string | null;
  EMBEDDINGS_MODEL: string | null;
  EMBEDDINGS_KEY: string | null;
  OFFLINE: boolean;
  DATA_DIR: string;
  PRIVATE_HOSTS?: string[];
}

const TRANSFORMERS = 'transformers:';

/** Opens what EMBEDDINGS names and tries it once. Null: nothing is set. Throws `EmbeddingError`. */
export async function openEmbedder(settings: EmbeddingSettings): Promise<TextEmbedder | null> {
  const { EMBEDDINGS: which, EMBEDDINGS_MODEL: model, EMBEDDINGS_KEY: key, OFFLINE: offline } = settings;
  if (!which) return null;
  if (which.startsWith(TRANSFORMERS))
    return transformersEmbedder(which.slice(TRANSFORMERS.length), { offline, dataDir: settings.DATA_DIR });
  if (offline && !isLocal(which))
    throw new EmbeddingError(`OFFLINE=1: no request may leave this machine, so ${which} cannot be reached`);
  return endpointEmbedder({
    base: which,
    model: model ?? '',
    key: key ?? '',
    outgoing: outgoing({ privateHosts: new PrivateHosts(settings.PRIVATE_HOSTS) }),
  });
}

function isLocal(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
