/**
 * A small in-memory S3 service. It computes each request's signature independently and refuses any that do not match.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Service {
  url: string;
  objects: Map<string, Buffer>;
  /** Requests refused, with the reason. */
  refused: string[];
  close(): Promise<void>;
}

/** @param page keys in one page of a list */
export async function s3Service(id: string, secret: string, region: string, page = 2): Promise<S3Service> {
  const objects = new Map<string, Buffer>();
  const refused: string[] = [];
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const hash = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

  /** What is wrong with a request; null: nothing. */
  const whyNot = (
    req: { method?: string; url?: string; headers: Record<string, unknown> },
    body: Buffer,
  ): string | null => {
    const given = String(req.headers.authorization ?? '');
    const [, who, scope, names, signature] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
        given,
      ) ?? [];
    if (who !== id) return 'InvalidAccessKeyId';
    const time = String(req.headers['x-amz-date']);
    if (
      Math.abs(Date.now() - Date.parse(time.replace(/(....)(..)(..T..)(..)(..)/, '$1-$2-$3:$4:$5'))) > 900_000
    )
      return 'RequestTimeTooSkewed';
    if (hash(body) !== req.headers['x-amz-content-sha256']) return 'XAmzContentSHA256Mismatch';
    const [path = '', query = ''] = req.url!.split('?');
    const signed = names!.split(';');
    for (const must of ['host', 'x-amz-content-sha256', 'x-amz-date'])
      if (!signed.includes(must)) return 'AccessDenied';
    const request = [
      req.method,
      path,
      query.split('&').sort().join('&'),
      ...signed.map((name) => `${name}:${String(req.headers[name]).trim()}`),
      '',
      names,
      req.headers['x-amz-content-sha256'],
    ].join('\n');
    const [day, ...rest] = scope!.split('/');
    if (rest.join('/') !== `${region}/s3/aws4_request`) return 'AuthorizationHeaderMalformed';
    const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day!), region), 's3'), 'aws4_request');
    const text = ['AWS4-HMAC-SHA256', time, scope, hash(request)].join('\n');
    return hmac(key, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch';
  };

  const server = createServer(async (req, res) => {
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const why =
      whyNot(req, body) ??
      (req.method === 'PUT' && !req.headers['content-length'] ? 'MissingContentLength' : null);
    if (why !== null) {
      refused.push(why);
      res.writeHead(403).end(`<Error><Code>${why}</Code><Message>Not like this.</Message></Error>`);
      return;
    }
    const url = new URL(req.url!, 'http://here');
    const key = decodeURIComponent(url.pathname.slice(1));
    if (req.method === 'PUT') objects.set(key, body);
    else if (req.method === 'DELETE') objects.delete(key);
    else if (url.searchParams.get('list-type') === '2') {
      const bucket = `${key}/`;
      const from = Number(url.searchParams.get('continuation-token') ?? 0);
      const all = [...objects.keys()]
        .filter((name) => name.startsWith(bucket + url.searchParams.get('prefix')))
        .sort();
      const some = all
        .slice(from, from + page)
        .map((name) => `<Contents><Key>${name.slice(bucket.length)}</Key></Contents>`);
      const next =
        from + page < all.length ? `<NextContinuationToken>${from + page}</NextContinuationToken>` : '';
      res.end(`<ListBucketResult>${some.join('')}${next}</ListBucketResult>`);
      return;
    } else if (!objects.has(key)) {
      res.writeHead(404).end('<Error><Code>NoSuchKey</Code><Message>It is not here.</Message></Error>');
      return;
    } else {
      res.end(objects.get(key));
      return;
    }
    res.writeHead(req.method === 'DELETE' ? 204 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
