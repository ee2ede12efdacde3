/** The body of an answer as text, no longer than it may be. */

/** @throws RangeError where it is longer than `most` bytes (once decompressed); the rest is not read */
export async function textWithin(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > most) throw new RangeError(`the response is larger than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
