/** The elements of an XML answer fetched politely, as it comes; a broken one gives what is whole, then the error. */
import { type Client, SourceError } from './client.ts';
import { type Element, elementsOf, XmlError } from './xml.ts';
import { charsetOf } from './xml-encoding.ts';

/** For answers of a service that cuts what it says into pages. */
const MAX_BYTES = 256 * 1024 * 1024;

interface AnswerOptions {
  signal?: AbortSignal | undefined;
  /** Larger answers are given up; the client's bound for answers that stream unless told. */
  maxBytes?: number;
}

/**
 * Asks for an answer and gives its elements named in `wanted`, as many at a time as were whole. They must be iterated,
 * for until then the site is asked nothing else.
 *
 * @throws SourceError where there is no answer; while iterating, where it breaks off or is no XML we can take
 */
export async function openElements(
  client: Client,
  url: URL,
  root: string,
  wanted: ReadonlySet<string>,
  { signal, maxBytes }: AnswerOptions = {},
): Promise<AsyncGenerator<Element[]>> {
  const { body, headers, status } = await client.open(url, {
    accept: 'application/atom+xml, text/xml, application/xml',
    ...(signal && { signal }),
    ...(maxBytes !== undefined && { maxBytes }),
  });
  return told(url, status, elementsOf(body, root, wanted, charsetOf(headers.get('content-type'))));
}

/** XML that cannot be taken is the failure of a request. */
async function* told(
  url: URL,
  status: number,
  batches: AsyncGenerator<Element[]>,
): AsyncGenerator<Element[]> {
  try {
    yield* batches;
  } catch (error) {
    if (error instanceof XmlError) throw new SourceError(url.href, error.message, { status, cause: error });
    throw error;
  }
}

/** The same one by one, for answers of moderate size. */
export async function* answerElements(
  client: Client,
  url: URL,
  root: string,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): AsyncGenerator<Element> {
  const batches = await openElements(client, url, root, wanted, { signal, maxBytes: MAX_BYTES });
  for await (const batch of batches) yield* batch;
}
