/**
 * The answer of a model server as it arrives: one JSON document, server-sent events, or lines of JSON. Its size
 * is limited, and so is the text in it.
 */
import { BadAnswer, type Said } from './model-errors.ts';

/** Bytes of an answer with everything around it. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Characters of what the model said, and of what it thought before. */
const MOST_TEXT = 64 * 1024;

interface Delta {
  content?: unknown;
}
interface Chunk {
  choices?: { delta?: Delta; message?: Delta; finish_reason?: unknown }[];
  usage?: { total_tokens?: unknown } | null;
  /** Ollama's. */
  message?: Delta;
  done?: unknown;
  done_reason?: unknown;
  prompt_eval_count?: unknown;
  eval_count?: unknown;
  error?: unknown;
}

/** Gathers what a server sends. */
export class Answer {
  /** Everything that was neither event nor chunk: the text of a refusal, or an answer in one piece. */
  body = '';
  readonly #api: 'openai' | 'ollama';
  #text = '';
  #used: number | null = null;
  #end: string | null = null;
  #isDone = false;
  #error: string | null = null;

  constructor(api: 'openai' | 'ollama') {
    this.#api = api;
  }

  /** A line of the body. @param isStream the server streams */
  line(line: string, isStream: boolean): void {
    if (!isStream) {
      this.body += `${line}\n`;
      return;
    }
    const data = line.startsWith('data:') ? line.slice(5).trim() : this.#api === 'ollama' ? line.trim() : '';
    if (data === '' || data === '[DONE]') {
      this.#isDone ||= data === '[DONE]';
      return;
    }
    let chunk: Chunk;
    try {
      chunk = JSON.parse(data) as Chunk;
    } catch {
      throw new BadAnswer('a part of the answer is not JSON', this.#used);
    }
    this.#take(chunk);
  }

  #take(chunk: Chunk): void {
    if (typeof chunk !== 'object' || chunk === null) return;
    const [choice] = Array.isArray(chunk.choices) ? chunk.choices : [];
    const content = (choice?.delta ?? choice?.message ?? chunk.message)?.content;
    if (typeof content === 'string') this.#text += content;
    if (this.#text.length > MOST_TEXT) throw new BadAnswer('the answer is too long', this.#used);
    if (typeof choice?.finish_reason === 'string') this.#end = choice.finish_reason;
    if (chunk.done === true) this.#end = typeof chunk.done_reason === 'string' ? chunk.done_reason : 'stop';
    const total = chunk.usage?.total_tokens;
    if (isCount(total)) this.#used = total;
    if (isCount(chunk.eval_count) || isCount(chunk.prompt_eval_count))
      this.#used =
        (isCount(chunk.eval_count) ? chunk.eval_count : 0) +
        (isCount(chunk.prompt_eval_count) ? chunk.prompt_eval_count : 0);
    if (chunk.error !== undefined && chunk.error !== null)
      this.#error = 'the server reports an error in its answer';
  }

  /** @throws BadAnswer if it is cut off, too long or missing */
  said(): Said {
    if (this.body.trim() !== '') {
      let whole: Chunk;
      try {
        whole = JSON.parse(this.body) as Chunk;
      } catch {
        throw new BadAnswer('the answer is not JSON', this.#used);
      }
      this.#take(whole);
    }
    if (this.#error !== null) throw new BadAnswer(this.#error, this.#used);
    if (this.#end === null && !this.#isDone) throw new BadAnswer('the answer was cut off', this.#used);
    if (this.#end !== null && this.#end !== 'stop')
      throw new BadAnswer(`the answer was cut off (${this.#end.slice(0, 40)})`, this.#used);
    return { text: this.#text, used: this.#used };
  }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/**
 * Reads a response line by line into an answer.
 *
 * @param heard called whenever something has arrived
 * @throws BadAnswer if it is too large
 */
export async function readAnswer(response: Response, answer: Answer, heard: () => void): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  const isStream = response.ok && /event-stream|ndjson/i.test(type);
  const decoder = new TextDecoder();
  let bytes = 0;
  // Pieces of a line that has not ended; joined once, so that a long line costs no more than its length.
  let open: string[] = [];
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    heard();
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new BadAnswer(`the answer is larger than ${MOST_BYTES} bytes`);
    const lines = decoder.decode(part, { stream: true }).split('\n');
    for (const line of lines.slice(0, -1)) {
      answer.line([...open, line].join(''), isStream);
      open = [];
    }
    open.push(lines.at(-1)!);
  }
  const last = open.join('') + decoder.decode();
  if (last !== '') answer.line(last, isStream);
}
