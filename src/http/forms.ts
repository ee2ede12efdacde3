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
  /** Contents of the files sent with it, by the names of their fields; only where the route takes some. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The sender, if known: an IP address or network (proxies.ts). */
  readonly from: string;
  /** Private: only `readForm` makes forms. */
  private constructor(
    fields: URLSearchParams,
    from: string,
    files: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    this.fields = fields;
    this.files = files;
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
    takesFiles = false,
  ): Promise<Form> {
    refuseForeign(request, publicUrl);
    const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (takesFiles && type === 'multipart/form-data') {
      const { fields, files } = await partsOf(request, largest);
      refuseNul(fields);
      return new Form(fields, from, files);
    }
    if (type !== 'application/x-www-form-urlencoded')
      throw new WebError(415, 'This address accepts only form submissions.');
    const body = await bodyOf(request, largest);
    if (hasTooMany(body)) throw new WebError(400, `This form has more than ${MOST_PARAMETERS} fields.`);
    const fields = new URLSearchParams(body);
    refuseNul(fields);
    return new Form(fields, from);
  }
}

export const readForm = Form.read;

/** No keyboard has it, and PostgreSQL stores no text with it. @throws WebError 400 */
function refuseNul(fields: URLSearchParams): void {
  for (const [name, value] of fields)
    if (name.includes('\0') || value.includes('\0'))
      throw new WebError(400, 'This form contains a NUL character.');
}

/** The parts of a form with files. @throws WebError */
async function partsOf(
  request: Request,
  largest: number,
): Promise<{ fields: URLSearchParams; files: Map<string, Uint8Array> }> {
  const body = await bytesOf(request, largest);
  const fields = new URLSearchParams();
  const files = new Map<string, Uint8Array>();
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  const parts = await new Response(body, { headers }).formData().catch(() => {
    throw new WebError(400, 'This form cannot be read.');
  });
  if ([...parts].length > MOST_PARAMETERS)
    throw new WebError(400, `This form has more than ${MOST_PARAMETERS} fields.`);
  for (const [name, value] of parts) {
    if (typeof value === 'string') fields.append(name, value);
    // A field in which no file was chosen is an empty one without a name.
    else if (value.size > 0) files.set(name, await value.bytes());
  }
  return { fields, files };
}

/** The body of a request as text. @param largest bytes @throws WebError 413 */
export const bodyOf = async (request: Request, largest: number): Promise<string> =>
  (await bytesOf(request, largest)).toString('utf8');

/** The body of a request. @param largest bytes @throws WebError 413 */
export async function bytesOf(request: Request, largest: number): Promise<Buffer<ArrayBuffer>> {
  const tooLarge = () => new WebError(413, 'This request is too large.');
  if (Number(request.headers.get('content-length') ?? 0) > largest) throw tooLarge();
  if (request.body === null) return Buffer.alloc(0);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // The announced length may not be true.
  for await (const part of request.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > largest) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
