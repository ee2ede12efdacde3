/**
 * The client of a language model: any server of OpenAI's protocol (vLLM, llama.cpp, LM Studio, hosted ones), or Ollama's
 * own. It asks for JSON that matches a schema and trusts nothing: answers, streamed or not, are read within limits, and
 * anything cut off or not JSON is refused.
 */
import { type Outgoing, outgoing } from '../net/outgoing.ts';
import { PrivateAddress } from '../net/reach.ts';
import { Answer, readAnswer } from './model-answer.ts';
import { BadAnswer, ModelRefuses, ModelUnavailable, type Said } from './model-errors.ts';

export { BadAnswer, ModelRefuses, ModelUnavailable, type Said };

export interface ModelOptions {
  /** Address without `/chat/completions`, as in `http://localhost:8000/v1`; of Ollama, without `/api/chat`. */
  base: string;
  api: 'openai' | 'ollama';
  model: string;
  /** Sent as a bearer token; `''`: none. It never appears in a message. */
  key: string;
  /** How long an answer may take, and how long a server may say nothing (ms). */
  timeoutMs?: number;
  idleMs?: number;
  outgoing?: Outgoing;
}

/** One question. */
export interface Question {
  system: string;
  user: string;
  /** The previous turns, when an answer has to be repaired. */
  turns?: { role: 'assistant' | 'user'; content: string }[];
  /** JSON Schema of the answer, with a name. */
  schema: { name: string; schema: object };
  /** Tokens of the answer. */
  most: number;
  signal?: AbortSignal;
}

const DEFAULTS = { timeoutMs: 300_000, idleMs: 120_000 };
/** The longest a server may ask us to wait before retrying (ms). */
const LONGEST_WAIT = 3_600_000;

/** Characters of what a server says about its refusal. */
const LONGEST_WORDS = 200;

/** Ways of asking, best first: servers differ in what they support. */
const WAYS = ['schema', 'json', 'plain'] as const;

export class Model {
  readonly #options: ModelOptions & typeof DEFAULTS & { outgoing: Outgoing };
  /** The first way that this server has accepted. */
  #way = 0;

  constructor(options: ModelOptions) {
    this.#options = { ...DEFAULTS, outgoing: outgoing(), ...options };
  }

  /** The name of the model, as shown next to what it wrote. */
  get name(): string {
    return this.#options.model;
  }

  /**
   * Asks once, in a simpler way if the server does not support a better one.
   *
   * @throws ModelUnavailable, ModelRefuses, BadAnswer; what `signal` was aborted with
   */
  async ask(question: Question): Promise<Said> {
    for (;;) {
      const answer = await this.#once(question);
      if (answer !== null) return answer;
      this.#way++;
    }
  }

  /** Null: the server does not understand this way of asking. */
  async #once(question: Question): Promise<Said | null> {
    const { timeoutMs, idleMs, base, api } = this.#options;
    const silence = new AbortController();
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([silence.signal, limit, ...(question.signal ? [question.signal] : [])]);
    let timer = setTimeout(() => silence.abort(), idleMs);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), idleMs);
    };
    try {
      const response = await this.#options.outgoing.fetch(
        api === 'ollama' ? `${base}/api/chat` : `${base}/chat/completions`,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...(this.#options.key !== '' && { authorization: `Bearer ${this.#options.key}` }),
          },
          body: JSON.stringify(api === 'ollama' ? this.#ollama(question) : this.#openai(question)),
          // The key and the abstract go to the address the operator configured, and nowhere else.
          redirect: 'error',
          signal,
        },
        true,
      );
      heard();
      const answer = new Answer(api);
      await readAnswer(response, answer, heard);
      if (!response.ok) return this.#refused(response, answer.body);
      return answer.said();
    } catch (error) {
      question.signal?.throwIfAborted();
      if (error instanceof ModelUnavailable || error instanceof ModelRefuses || error instanceof BadAnswer)
        throw error;
      if (signal.aborted)
        throw new ModelUnavailable(
          `${this.#host} did not answer within ${(limit.aborted ? timeoutMs : idleMs) / 1000} s`,
        );
      const cause = (error as Error).cause;
      if (cause instanceof PrivateAddress) throw new ModelRefuses(cause.message);
      const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? (error as Error).message;
      throw new ModelUnavailable(`${this.#host} cannot be reached (${code})`);
    } finally {
      clearTimeout(timer);
      // The rest of a refused answer is not read.
      silence.abort();
    }
  }

  get #host(): string {
    return new URL(this.#options.base).host;
  }

  #messages({ system, user, turns = [] }: Question): object[] {
    return [{ role: 'system', content: system }, { role: 'user', content: user }, ...turns];
  }

  #openai(question: Question): object {
    const { name, schema } = question.schema;
    const way = WAYS[this.#way];
    return {
      model: this.#options.model,
      messages: this.#messages(question),
      max_tokens: question.most,
      temperature: 0,
      ...(way === 'schema' && {
        response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } },
      }),
      ...(way === 'json' && { response_format: { type: 'json_object' } }),
      stream: true,
      ...(way !== 'plain' && { stream_options: { include_usage: true } }),
    };
  }

  #ollama(question: Question): object {
    return {
      model: this.#options.model,
      messages: this.#messages(question),
      stream: true,
      think: false,
      ...(WAYS[this.#way] === 'schema' && { format: question.schema.schema }),
      ...(WAYS[this.#way] === 'json' && { format: 'json' }),
      options: { temperature: 0, num_predict: question.most },
    };
  }

  /** What a refusal means; null: ask in a simpler way. */
  #refused(response: Response, body: string): null {
    const { status, headers } = response;
    const { key } = this.#options;
    const words = wordsOf(body);
    // Some servers echo a key they do not recognise; if cut first, part of it would be left.
    const shown = (key === '' ? words : words.replaceAll(key, '…')).slice(0, LONGEST_WORDS);
    const says = `${this.#host} answered ${status}${shown === '' ? '' : `: ${shown}`}`;
    if (status === 429 || status === 503 || status === 529)
      throw new ModelUnavailable(says, retryAfter(headers.get('retry-after')));
    if (status >= 500 || status === 408) throw new ModelUnavailable(says);
    if ((status === 400 || status === 422) && this.#way < WAYS.length - 1) return null;
    throw new ModelRefuses(`${says}${status === 401 || status === 403 ? ' (see LLM_KEY)' : ''}`);
  }
}

/** The reason a server gives for refusing, if it is JSON. */
function wordsOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: string | { message?: unknown } };
    const says = typeof error === 'string' ? error : error?.message;
    return typeof says === 'string' ? says : '';
  } catch {
    return '';
  }
}

/** `Retry-After` in milliseconds: seconds or a date. */
function retryAfter(value: string | null): number | undefined {
  if (!value) return undefined;
  const ms = /^\d{1,9}(?:\.\d{1,9})?$/.test(value.trim())
    ? Number(value) * 1000
    : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_WAIT, Math.max(0, ms));
}
