/**
 * The elements of an XML response, fetched politely, as they arrive; a broken one gives what is complete, then the
 * error.
 */
import { type Client, SourceError } from './client.ts';
import { type Element, elementsOf, XmlError } from './xml.ts';
import { charsetOf } from './xml-encoding.ts';

/** For responses of a service that pages its results. */
const MAX_BYTES = 256 * 1024 * 1024;

interface AnswerOptions {
  signal?: AbortSignal | undefined;
  /** Larger responses are abandoned; default the client's limit for streams. */
  maxBytes?: number;
}

/**
 * Requests a response and yields its elements named in `wanted`, as many at a time as were complete. They must be
 * iterated: until then the site gets no other request.
 *
 * @throws SourceError if there is no response; while iterating, if it breaks off or is not XML we can read
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

/** Unreadable XML is a failure of the request. */
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

/** The same one by one, for responses of moderate size. */
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
