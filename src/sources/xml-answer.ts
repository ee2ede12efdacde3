/** The elements of an XML answer fetched politely; a broken one gives what is whole, then the error. */
import { type Client, SourceError } from './client.ts';
import { type Element, elements, XmlError } from './xml.ts';

export async function* answerElements(
  client: Client,
  url: URL,
  root: string,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): AsyncGenerator<Element> {
  let body: Buffer;
  let broken: SourceError | undefined;
  let status: number | undefined;
  try {
    const answer = await client.get(url, {
      signal,
      accept: 'application/atom+xml, text/xml, application/xml',
    });
    body = answer.body;
    status = answer.status;
  } catch (error) {
    if (!(error instanceof SourceError) || !error.partial) throw error;
    broken = error;
    body = error.partial;
  }
  try {
    yield* elements(body, root, wanted);
  } catch (error) {
    if (broken) throw broken;
    if (error instanceof XmlError) throw new SourceError(url.href, error.message, { status, cause: error });
    throw error;
  }
  if (broken) throw broken;
}
