/** Hugging Face Daily Papers, day by day through the Hub's API (or any server that speaks it). */
import { attempt, recordFromJson } from '../formats/record.ts';
import type { Day, Parsed } from '../papers/types.ts';
import { type Client, SourceError } from './client.ts';

export interface HubOptions {
  /** `https://huggingface.co`, without `/api`. */
  baseUrl: string;
  since: Day;
  /** The last day, included. */
  until: Day;
  client: Client;
  signal?: AbortSignal;
  log?: (message: string) => void;
}

/** The most the API gives at once. */
const LIMIT = 100;
/** No day has had a tenth of it; a server that ignores `p` must not hold us for ever. */
const MAX_PAGES = 50;
/** So many days in a row failing means the server is down, not the days. */
const MAX_FAILURES = 3;

/** Every paper featured on the days from `since` to `until`. A day that fails is told and left. */
export async function* hubDays(options: HubOptions): AsyncGenerator<Parsed> {
  let failures = 0;
  for (const day of daysBetween(options.since, options.until)) {
    try {
      yield* hubDay(day, options);
      failures = 0;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      yield { ok: false, where: error.url, reason: error.reason, unanswered: true };
      if (++failures >= MAX_FAILURES) return;
    }
  }
}

/** Every paper featured on one day. Throws `SourceError` where the Hub fails. */
export async function* hubDay(
  day: Day,
  { baseUrl, client, signal, log }: Omit<HubOptions, 'since' | 'until'>,
): AsyncGenerator<Parsed> {
  let before = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const url = new URL(
      `${baseUrl.replace(/\/+$/, '')}/api/daily_papers?date=${day}&limit=${LIMIT}&p=${page}`,
    );
    const items = await list(client, url, signal);
    if (items === null) {
      log?.(`${url.href}: the Hub does not have this day yet`);
      return;
    }
    const ids = JSON.stringify(items.map(idOf));
    if (page > 0 && ids === before) throw new SourceError(url.href, 'the same page came twice');
    before = ids;
    for (const [place, item] of items.entries()) {
      // The day asked for is the item's, also where the item does not say so.
      const read = () => ({ listed: day, ...recordFromJson(item, 'hf') });
      yield attempt(`${url.href} (item ${place + 1})`, read, item);
    }
    if (items.length < LIMIT) return;
  }
}

/** The page's items; null where the Hub knows no such day (the future is a bad request there). */
async function list(client: Client, url: URL, signal?: AbortSignal): Promise<unknown[] | null> {
  let body: Buffer;
  try {
    ({ body } = await client.get(url, { signal, accept: 'application/json' }));
  } catch (error) {
    if (error instanceof SourceError && error.status === 400) return null;
    throw error;
  }
  let items: unknown;
  try {
    items = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new SourceError(url.href, 'the answer is not JSON', { status: 200, cause: error });
  }
  if (!Array.isArray(items))
    throw new SourceError(url.href, 'the answer is not a list of papers', { status: 200 });
  return items;
}

const idOf = (item: unknown): unknown => (item as { paper?: { id?: unknown } } | null)?.paper?.id ?? null;

function* daysBetween(since: Day, until: Day): Generator<Day> {
  for (let at = Date.parse(since); at <= Date.parse(until); at += 86_400_000) {
    yield new Date(at).toISOString().slice(0, 10);
  }
}
