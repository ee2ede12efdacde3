/** The body of a response as text, up to a maximum length. */

/** @throws RangeError if it is longer than `most` bytes (once decompressed); the rest is not read */
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
