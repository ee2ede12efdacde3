/**
 * A response generated while it is sent: never whole in memory, and never generated for a client that already has it.
 */
import { Readable } from 'node:stream';
import { accepts } from '../../http/accept.ts';
import { SECURITY } from '../../http/replies.ts';

interface Streamed {
  type: string;
  /** What its content depends on, in characters that are valid in a header. */
  mark: string;
  headers?: Record<string, string>;
  /** Compressed in transit for clients that accept it. */
  packs: boolean;
  make(): AsyncIterable<Uint8Array>;
}

/** Answers with the pieces, or 304. The ETag is weak, because bytes are not compared. */
export function stream(request: Request, { type, mark, headers: more, packs, make }: Streamed): Response {
  const packed = packs && accepts(request.headers.get('accept-encoding') ?? '', 'gzip');
  const etag = `W/"${mark}${packed ? '-gzip' : ''}"`;
  const headers = new Headers({
    ...SECURITY,
    'content-type': type,
    'cache-control': 'no-cache',
    ...(packs ? { vary: 'accept-encoding' } : {}),
    ...more,
    etag,
  });
  if (isKnown(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers });
  if (packed) headers.set('content-encoding', 'gzip');
  if (request.method === 'HEAD') return new Response(null, { headers });
  // One piece ahead of the reader: a slow reader costs no more than that.
  const pieces = Readable.from(make(), { highWaterMark: 1 });
  const bytes = Readable.toWeb(pieces) as ReadableStream<Uint8Array<ArrayBuffer>>;
  return new Response(packed ? bytes.pipeThrough(new CompressionStream('gzip')) : bytes, { headers });
}

/** Whether `If-None-Match` names it, by weak comparison (RFC 9110, 13.1.2). */
function isKnown(given: string | null, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return given !== null && (given.trim() === '*' || given.split(',').map(bare).includes(bare(etag)));
}
