/** Requesting only what has changed since a response that was completely processed. */
import type { Bytes } from '../formats/bytes.ts';
import { type RequestOptions, SourceError } from './client.ts';
import type { FetchContext } from './source.ts';

/**
 * The validator of a response. To be saved only in a checkpoint after everything in the response: one that broke off
 * must come again.
 */
export interface Mark {
  etag?: string;
  lastModified?: string;
  /** When it arrived (epoch ms). */
  at?: number;
}

export type Changed =
  /** Nothing has changed, and how that is known. */
  { proof: string } | { proof?: undefined; body: Bytes; mark: Mark };

/** Longer than any meaningful validator. */
const MAX_LENGTH = 500;

/** Opens `url`, unless it still matches the validator in the cursor. */
export async function askUnless(url: URL, context: FetchContext, options: RequestOptions): Promise<Changed> {
  const before = readMark(context.cursor);
  const { status, headers, body } = await context.client.open(url, {
    ...options,
    signal: context.signal,
    unless: { etag: before.etag, lastModified: before.lastModified },
  });
  if (status === 304) {
    // Its body is empty; reading it frees the site.
    for await (const _ of body);
    if (before.etag === undefined && before.lastModified === undefined)
      throw new SourceError(url.href, 'the server answered 304 to an unconditional request', { status });
    const since = before.at === undefined ? '' : ` since ${new Date(before.at).toISOString().slice(0, 16)}Z`;
    return { proof: `the server says that nothing has changed${since} (304)` };
  }
  const mark: Mark = { at: context.now() };
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  if (etag !== null && etag.length <= MAX_LENGTH) mark.etag = etag;
  if (lastModified !== null && lastModified.length <= MAX_LENGTH) mark.lastModified = lastModified;
  return { body, mark };
}

function readMark(kept: unknown): Mark {
  const { etag, lastModified, at } = (kept ?? {}) as Mark;
  return {
    ...(typeof etag === 'string' && { etag }),
    ...(typeof lastModified === 'string' && { lastModified }),
    ...(typeof at === 'number' && { at }),
  };
}
