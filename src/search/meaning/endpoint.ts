/** Vectors from an endpoint of OpenAI's protocol: POST {base}/embeddings with {model, input}. */
import { textWithin } from '../../net/body.ts';
import { type Outgoing, outgoing } from '../../net/outgoing.ts';
import { PrivateAddress } from '../../net/reach.ts';
import { EmbeddingError, type TextEmbedder } from './embedder.ts';
import { familyOf, unitVector } from './vectors.ts';

export interface EndpointOptions {
  /** Address without `/embeddings`, as in `http://localhost:11434/v1`. */
  base: string;
  /** Sent along; '' for endpoints that have but one. */
  model: string;
  /** Sent as a bearer token; '' for none. Stands in no message. */
  key: string;
  /** Texts a request; 64 unless told. */
  batch?: number;
  /** For one try; 60 s unless told. */
  timeoutMs?: number;
  /** For a query, which is tried once; 3 s unless told. */
  queryTimeoutMs?: number;
  /** Tries after the first; 4 unless told. */
  retries?: number;
  /** The first pause before another try, doubled each time; 1 s unless told. */
  backoffMs?: number;
  /** The way out; `base` is taken as an address the operator named. */
  outgoing?: Outgoing;
}

const DEFAULTS = { batch: 64, timeoutMs: 60_000, queryTimeoutMs: 3_000, retries: 4, backoffMs: 1_000 };
type Settings = EndpointOptions & typeof DEFAULTS & { outgoing: Outgoing };

/** Models read no more (512 tokens, mostly), and endpoints refuse what is far too long. */
const LONGEST_TEXT = 6_000;
/** Sixty-four vectors of the most dimensions are a quarter of this, in bytes. */
const LONGEST_ANSWER = 64 * 1024 * 1024;
/** The longest an endpoint may make us wait before another try (ms). */
const LONGEST_WAIT = 60_000;

/** Asks the endpoint once, for the length of its vectors. Throws `EmbeddingError`. */
export async function endpointEmbedder(options: EndpointOptions): Promise<TextEmbedder> {
  const settings = { ...DEFAULTS, outgoing: outgoing(), ...options };
  const stop = new AbortController();
  const { query, document } = familyOf(settings.model);
  const [probe] = await ask(settings, ['probe'], 0, stop.signal, { ...settings, retries: 1 });
  const dimensions = probe!.length;
  return {
    name: `endpoint:${settings.model || settings.base}:${dimensions}`,
    dimensions,
    async embed(texts, kind) {
      const found: Float32Array[] = [];
      const before = kind === 'query' ? query : document;
      const patience =
        kind === 'query' ? { retries: 0, timeoutMs: settings.queryTimeoutMs } : { ...settings };
      for (let i = 0; i < texts.length; i += settings.batch) {
        const some = texts.slice(i, i + settings.batch).map((text) => before + readable(text));
        found.push(...(await ask(settings, some, dimensions, stop.signal, patience)));
      }
      return found;
    },
    async close() {
      stop.abort(new EmbeddingError('closed'));
    },
  };
}

/** Empty texts are refused by some endpoints. */
const readable = (text: string): string => text.slice(0, LONGEST_TEXT).trim() || '-';

/** One request, tried again where that may help. */
async function ask(
  settings: Settings,
  texts: string[],
  dimensions: number,
  signal: AbortSignal,
  patience: { retries: number; timeoutMs: number },
): Promise<Float32Array[]> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    const found = await once(
      settings,
      texts,
      dimensions,
      AbortSignal.any([signal, AbortSignal.timeout(patience.timeoutMs)]),
    );
    if ('vectors' in found) return found.vectors;
    signal.throwIfAborted();
    const wait = found.waitMs ?? settings.backoffMs * 2 ** attempt;
    if (!found.again || attempt >= patience.retries || wait > LONGEST_WAIT)
      throw new EmbeddingError(`${settings.base}/embeddings ${found.reason}`);
    await pause(wait, signal);
  }
}

type Outcome = { vectors: Float32Array[] } | { reason: string; again: boolean; waitMs?: number };

async function once(
  settings: Settings,
  texts: string[],
  dimensions: number,
  signal: AbortSignal,
): Promise<Outcome> {
  let response: Response;
  let body: string;
  try {
    response = await settings.outgoing.fetch(
      `${settings.base}/embeddings`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(settings.key === '' ? {} : { authorization: `Bearer ${settings.key}` }),
        },
        body: JSON.stringify({ ...(settings.model === '' ? {} : { model: settings.model }), input: texts }),
        // A key, or what OFFLINE keeps here, is not carried elsewhere.
        redirect: 'error',
        signal,
      },
      true,
    );
    body = await textWithin(response, LONGEST_ANSWER);
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError';
    if (error instanceof RangeError) return { reason: error.message, again: false };
    if ((error as Error).cause instanceof PrivateAddress)
      return { reason: ((error as Error).cause as Error).message, again: false };
    const cause =
      ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? (error as Error).message;
    return { reason: late ? 'did not answer in time' : `cannot be reached (${cause})`, again: true };
  }
  if (!response.ok) {
    const again = response.status === 429 || response.status >= 500;
    return { reason: refusal(response.status, body), again, waitMs: retryAfter(response.headers) };
  }
  return { vectors: vectorsIn(body, texts.length, dimensions, `${settings.base}/embeddings`) };
}

/** The endpoint's own words, where it has some. */
function refusal(status: number, body: string): string {
  let said = '';
  try {
    const { error } = JSON.parse(body) as { error?: string | { message?: string } };
    said = (typeof error === 'string' ? error : error?.message) ?? '';
  } catch {
    // Not JSON: the status must do.
  }
  const hint = status === 401 || status === 403 ? ' (see EMBEDDINGS_KEY)' : '';
  return `answered ${status}${hint}${said === '' ? '' : `: ${said.slice(0, 200)}`}`;
}

/** `Retry-After` in milliseconds: seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Vectors by the `index` each carries, since their order is not promised. */
function vectorsIn(body: string, count: number, dimensions: number, from: string): Float32Array[] {
  let data: unknown;
  try {
    data = (JSON.parse(body) as { data?: unknown }).data;
  } catch {
    throw new EmbeddingError(`${from} returned something that is not JSON`);
  }
  if (!Array.isArray(data)) throw new EmbeddingError(`${from} returned no 'data'`);
  if (data.length !== count)
    throw new EmbeddingError(`${from} returned ${data.length} vectors for ${count} texts`);
  const found: (Float32Array | undefined)[] = new Array(count).fill(undefined);
  for (const [at, item] of (data as { index?: number; embedding?: unknown }[]).entries()) {
    const index = item?.index ?? at;
    if (!(index in found) || found[index] !== undefined)
      throw new EmbeddingError(`${from} returned vectors whose indexes do not match the texts`);
    found[index] = unitVector(item?.embedding, dimensions || (found.find(Boolean)?.length ?? 0), from);
  }
  return found as Float32Array[];
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
