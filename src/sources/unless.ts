/** Asking only for what has changed since an answer that was taken in whole. */
import type { Bytes } from '../formats/bytes.ts';
import { type RequestOptions, SourceError } from './client.ts';
import type { FetchContext } from './source.ts';

/**
 * What an answer was marked with. To be kept in a checkpoint only behind all that the answer held: one that broke
 * off must come again.
 */
export interface Mark {
  etag?: string;
  lastModified?: string;
  /** When it came (epoch ms). */
  at?: number;
}

export type Changed =
  /** Nothing has, and how that is known. */
  { proof: string } | { proof?: undefined; body: Bytes; mark: Mark };

/** Longer than any validator that means something. */
const MAX_LENGTH = 500;

/** Opens `url`, unless it is as the mark in the cursor says. */
export async function askUnless(url: URL, context: FetchContext, options: RequestOptions): Promise<Changed> {
  const before = readMark(context.cursor);
  const { status, headers, body } = await context.client.open(url, {
    ...options,
    signal: context.signal,
    unless: { etag: before.etag, lastModified: before.lastModified },
  });
  if (status === 304) {
    // Its body is empty; reading it gives the site free.
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
