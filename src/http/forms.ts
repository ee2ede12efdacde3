/**
 * What comes in by POST. A handler is given a `Form`, and only `readForm` makes one, after refusing what comes from
 * another site, is too large or is not a form: no route can be written without these checks.
 */
import { WebError } from './errors.ts';
import { refuseForeign } from './origin.ts';
import { hasTooMany, MOST_PARAMETERS } from './spelling.ts';

/** Most bytes of a form, unless its route says otherwise. The longest query has 2,000 characters of up to 9 bytes each. */
export const LARGEST = 24 * 1024;

export class Form {
  readonly fields: URLSearchParams;
  /** The sender, if known: an IP address or network (proxies.ts). */
  readonly from: string;
  /** Private: only `readForm` makes forms. */
  private constructor(fields: URLSearchParams, from: string) {
    this.fields = fields;
    this.from = from;
  }

  /**
   * Reads a request's body as a form. Throws a WebError: 400 too many fields, or one with NUL, 403 foreign, 413 too large, 415 not a
   * form.
   */
  static async read(
    request: Request,
    from: string,
    publicUrl: string | null,
    largest = LARGEST,
  ): Promise<Form> {
    refuseForeign(request, publicUrl);
    const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (type !== 'application/x-www-form-urlencoded')
      throw new WebError(415, 'This address accepts only form submissions.');
    const body = await bodyOf(request, largest);
    if (hasTooMany(body)) throw new WebError(400, `This form has more than ${MOST_PARAMETERS} fields.`);
    const fields = new URLSearchParams(body);
    // No keyboard has it, and PostgreSQL stores no text with it.
    for (const [name, value] of fields)
      if (name.includes('\0') || value.includes('\0'))
        throw new WebError(400, 'This form contains a character that no text has (NUL).');
    return new Form(fields, from);
  }
}

export const readForm = Form.read;

/** The body of a request as text. @param largest bytes @throws WebError 413 */
export async function bodyOf(request: Request, largest: number): Promise<string> {
  const tooLarge = () => new WebError(413, 'This request is too large.');
  if (Number(request.headers.get('content-length') ?? 0) > largest) throw tooLarge();
  if (request.body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // The announced length may not be true.
  for await (const part of request.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > largest) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
