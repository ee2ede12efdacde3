/**
 * What comes in by POST. A handler is given a `Form`, and a `Form` can only be had from `readForm`, which has
 * refused what is foreign, too large or no form: no route can be written without it.
 */
import { WebError } from './http.ts';
import { refuseForeign } from './origin.ts';

/** Most bytes of a form. The longest query there is takes 2,000 characters of up to 9 bytes each. */
export const LARGEST = 24 * 1024;

export class Form {
  readonly fields: URLSearchParams;
  /** Who sent it, as far as that is known: an IP address. */
  readonly from: string;
  /** Private: forms are made by `readForm`. */
  private constructor(fields: URLSearchParams, from: string) {
    this.fields = fields;
    this.from = from;
  }

  /** Reads a request's body as a form. Throws a WebError: 403 foreign, 413 too large, 415 no form. */
  static async read(request: Request, from: string, publicUrl: string | null): Promise<Form> {
    refuseForeign(request, publicUrl);
    const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (type !== 'application/x-www-form-urlencoded')
      throw new WebError(415, 'Only forms can be sent to this address.');
    return new Form(new URLSearchParams(await bodyOf(request)), from);
  }
}

export const readForm = Form.read;

async function bodyOf(request: Request): Promise<string> {
  const tooLarge = () => new WebError(413, 'This form is larger than any that can be sent here.');
  if (Number(request.headers.get('content-length') ?? 0) > LARGEST) throw tooLarge();
  if (request.body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // The length that was announced need not be the true one.
  for await (const part of request.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > LARGEST) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/**
 * The IP address a request comes from. A proxy on this machine or in the same private network is believed
 * about whom it speaks for; anybody else's `X-Forwarded-For` is what they please, and not read.
 */
export function addressOf(socket: string | undefined, headers: Pick<Headers, 'get'>): string {
  const peer = (socket ?? '').replace(/^::ffff:/, '');
  if (peer !== '' && !NEARBY.test(peer)) return peer;
  const told = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return told && /^[0-9a-f.:]{2,45}$/i.test(told) ? told : peer || 'unknown';
}

const NEARBY = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)/i;
