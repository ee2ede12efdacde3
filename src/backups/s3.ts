/**
 * As much of S3 as backups need: put, get, list and delete, in the path style that AWS, MinIO, Ceph, Garage and others
 * understand, with requests signed as AWS Signature Version 4 asks
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 */
import { createHash, createHmac } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { textWithin } from '../net/body.ts';
import type { Outgoing } from '../net/outgoing.ts';

export interface BucketOptions {
  /** Of the service, without the bucket. */
  url: URL;
  bucket: string;
  region: string;
  id: string;
  secret: string;
  way: Pick<Outgoing, 'fetch'>;
  /** Epoch ms; default the system's clock. */
  now?: () => number;
}

export interface Bucket {
  put(key: string, path: string): Promise<void>;
  get(key: string): Promise<Readable>;
  list(prefix: string): Promise<string[]>;
  drop(key: string): Promise<void>;
}

/** The service refused; the message quotes its reason. */
export class S3Error extends Error {
  override name = 'S3Error';
}

/** Bytes that one request may carry, as S3 has it. */
const LARGEST = 5 * 1024 ** 3;
/** Bytes of a list or an error that are read. A list has at most a thousand keys of up to 1,024 bytes. */
const LARGEST_ANSWER = 4 * 1024 ** 2;
/** Pages of a list that are read. */
const MOST_PAGES = 100;
/** How long the service may take to answer (ms); an upload may take as long as it keeps moving. */
const PATIENCE = 60_000;
const UPLOAD_PATIENCE = 6 * 3_600_000;
const EMPTY = createHash('sha256').digest('hex');

/** @param options which service to use, with which key */
export function bucketOf(options: BucketOptions): Bucket {
  const { url: base, bucket, way, now = Date.now } = options;
  const ask = async (
    method: string,
    key: string,
    query: Record<string, string>,
    body?: { blob: Blob; sha256: string },
  ): Promise<Response> => {
    const url = new URL(base);
    const folder = base.pathname === '/' ? '' : base.pathname;
    url.pathname = `${folder}/${bucket}${key === '' ? '' : `/${key.split('/').map(escaped).join('/')}`}`;
    url.search = canonicalQuery(query);
    const headers = sign(method, url, body?.sha256 ?? EMPTY, options, now());
    const response = await way.fetch(
      url,
      {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(body ? UPLOAD_PATIENCE : PATIENCE),
        ...(body && { body: body.blob }),
      },
      true,
    );
    if (response.ok) return response;
    const text = await textWithin(response, LARGEST_ANSWER).catch(() => '');
    const [code = ''] = between(text, '<Code>', '</Code>');
    const [says = ''] = between(text, '<Message>', '</Message>');
    throw new S3Error(
      `${base.host} answered ${response.status} to ${method} ${bucket}/${key}` +
        (code === '' ? '' : `: ${code.slice(0, 60)}, ${says.slice(0, 200)}`),
    );
  };
  return {
    async put(key, path) {
      const { size } = await stat(path);
      if (size > LARGEST) throw new S3Error('the backup is larger than 5 GB, the limit for one upload');
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      await drain(await ask('PUT', key, {}, { blob: await openAsBlob(path), sha256: hash.digest('hex') }));
    },
    async get(key) {
      const { body } = await ask('GET', key, {});
      return body === null
        ? Readable.from([])
        : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    },
    async list(prefix) {
      const keys: string[] = [];
      let token: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = {
          'list-type': '2',
          prefix,
          ...(token !== undefined && { 'continuation-token': token }),
        };
        const text = await textWithin(await ask('GET', '', query), LARGEST_ANSWER);
        keys.push(...between(text, '<Key>', '</Key>'));
        [token] = between(text, '<NextContinuationToken>', '</NextContinuationToken>');
        if (token === undefined) break;
      }
      return keys;
    },
    drop: async (key) => drain(await ask('DELETE', key, {})),
  };
}

const drain = async (response: Response): Promise<void> => void (await textWithin(response, LARGEST_ANSWER));

/** All texts between two marks. */
function between(text: string, from: string, to: string): string[] {
  const found: string[] = [];
  let at = text.indexOf(from);
  while (at >= 0) {
    const end = text.indexOf(to, at);
    if (end < 0) break;
    found.push(text.slice(at + from.length, end));
    at = text.indexOf(from, end);
  }
  return found;
}

/** Percent-encodes everything but letters, digits and `-._~`: stricter than encodeURIComponent. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const canonicalQuery = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');

type Signer = Pick<BucketOptions, 'id' | 'secret' | 'region'>;

/** The headers that sign a request. @param sha256 of its body, in hex @param now epoch ms */
export function sign(
  method: string,
  url: URL,
  sha256: string,
  { id, secret, region }: Signer,
  now: number,
): Record<string, string> {
  const time = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const signed = { host: url.host, 'x-amz-content-sha256': sha256, 'x-amz-date': time };
  const names = Object.keys(signed).join(';');
  const request = [
    method,
    url.pathname,
    url.search.slice(1),
    ...Object.entries(signed).map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(request).digest('hex')].join(
    '\n',
  );
  const hmac = (key: string | Buffer, value: string): Buffer =>
    createHmac('sha256', key).update(value).digest();
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request');
  const signature = hmac(key, text).toString('hex');
  return {
    'x-amz-content-sha256': sha256,
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
