/** A JSON response, fetched politely. */
import { type Client, SourceError } from './client.ts';

/** No service nests a tenth as deep. Parsing could go deeper, but serialising such a value again would fail. */
const MAX_DEPTH = 500;

/** The value an address returns. Throws `SourceError` if it is not JSON, or is nested too deeply. */
export async function answerJson(
  client: Client,
  url: URL,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { body, status } = await client.get(url, { accept: 'application/json', ...(signal && { signal }) });
  return parseAnswer(body, url, status);
}

/** The same for a response that is already here. */
export function parseAnswer(body: Buffer, url: URL | string, status: number): unknown {
  if (depthOf(body) > MAX_DEPTH)
    throw new SourceError(String(url), 'the response is nested too deeply', { status });
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new SourceError(String(url), 'the response is not JSON', { status, cause: error });
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
/** Of brackets and braces; adding 32 makes the one the other, and opening and closing differ by two. */
const OPEN = 91;
const CLOSE = 93;

/** How deep brackets nest outside strings, in one pass. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isQuoted = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!;
    if (isQuoted) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isQuoted = false;
    } else if (byte === QUOTE) isQuoted = true;
    else if (byte === OPEN || byte === OPEN + 32) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE || byte === CLOSE + 32) depth--;
  }
  return deepest;
}
