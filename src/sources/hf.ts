/** Hugging Face Daily Papers, day by day through the Hub's API (or any server that speaks it). */
import { attempt, recordFromJson } from '../formats/record.ts';
import { Unfit } from '../formats/text.ts';
import type { Day, PaperRecord, Parsed } from '../papers/types.ts';
import { type Client, SourceError } from './client.ts';
import { answerJson } from './json-answer.ts';

export interface HubOptions {
  /** `https://huggingface.co`, without `/api`. */
  baseUrl: string;
  client: Client;
  signal?: AbortSignal;
  log?: (message: string) => void;
}

/** The most the API gives at once. */
const LIMIT = 100;
/** No day has had a tenth of this; a server that ignores `p` must not hold us for ever. */
const MAX_PAGES = 50;
const withoutSlash = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url);

/** Every paper featured on one day. Throws `SourceError` if the Hub fails. */
export async function* hubDay(
  day: Day,
  { baseUrl, client, signal, log }: HubOptions,
): AsyncGenerator<Parsed> {
  let before = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const url = new URL(`${withoutSlash(baseUrl)}/api/daily_papers?date=${day}&limit=${LIMIT}&p=${page}`);
    const items = await list(client, url, signal);
    if (items === null) {
      log?.(`${url.href}: the Hub does not have this day yet`);
      return;
    }
    const ids = JSON.stringify(items.map(idOf));
    if (page > 0 && ids === before) throw new SourceError(url.href, 'the same page came back twice');
    before = ids;
    for (const [place, item] of items.entries()) {
      // The requested day is the item's, even if the item does not say so.
      const read = () => ({ listed: day, ...recordFromJson(item, 'hf') });
      yield attempt(`${url.href} (item ${place + 1})`, read, item);
    }
    if (items.length < LIMIT) return;
  }
  throw new SourceError(baseUrl, `${day} has more than ${MAX_PAGES} pages of papers`, { status: 200 });
}

/** The page's items; null if the Hub does not know the day (the future is a bad request there). */
async function list(client: Client, url: URL, signal?: AbortSignal): Promise<unknown[] | null> {
  let items: unknown;
  try {
    items = await answerJson(client, url, signal);
  } catch (error) {
    if (error instanceof SourceError && error.status === 400) return null;
    throw error;
  }
  if (!Array.isArray(items))
    throw new SourceError(url.href, 'the response is not a list of papers', { status: 200 });
  return items;
}

const idOf = (item: unknown): unknown => (item as { paper?: { id?: unknown } } | null)?.paper?.id ?? null;

/**
 * A paper as the Hub returns it on its own, with the models, datasets and Spaces that cite it; null if the Hub has no
 * such paper. Its votes are left out: those of the daily lists are newer. Throws `SourceError` if the Hub fails.
 *
 * @param id the arXiv id, as the Hub has it
 */
export async function hubPaper(id: string, { baseUrl, client, signal }: HubOptions): Promise<Parsed | null> {
  const url = new URL(`${withoutSlash(baseUrl)}/api/papers/${id}`);
  let answer: unknown;
  try {
    answer = await answerJson(client, url, signal);
  } catch (error) {
    if (error instanceof SourceError && error.status === 404) return null;
    throw error;
  }
  const read = (): PaperRecord => {
    const { upvotes: _, comments: __, ...record } = recordFromJson(answer, 'hf');
    if (record.identifiers[0]!.value !== id) throw new Unfit(`the response is about another paper`);
    return { ...record, source: 'hf-paper' };
  };
  return attempt(url.href, read, answer);
}
