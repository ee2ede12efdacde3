import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../config.ts';
import { MOST_DIMENSIONS } from '../kernel/kernel.ts';
import { type EndpointOptions, endpointEmbedder } from './endpoint.ts';
import { openEmbedder, type TextEmbedder } from './provider.ts';

interface Asked {
  url: string;
  headers: IncomingHttpHeaders;
  body: { model?: string; input: string[] };
}

let server: Server | undefined;
let asked: Asked[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  asked = [];
});

type Answer = (request: Asked, response: ServerResponse, count: number) => void;

/** A real server; gives its base address. */
async function serve(answer: Answer): Promise<string> {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const one = { url: request.url!, headers: request.headers, body: JSON.parse(text) as Asked['body'] };
      asked.push(one);
      answer(one, response, asked.length);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const json = (response: ServerResponse, body: unknown, status = 200, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

/** Vectors that say how long the text is. */
const vectorOf = (text: string): number[] => [text.length, 3, 4];
const good: Answer = ({ body }, response) =>
  json(response, { data: body.input.map((text, index) => ({ index, embedding: vectorOf(text) })) });

const open = (base: string, more: Partial<EndpointOptions> = {}): Promise<TextEmbedder> =>
  endpointEmbedder({ base, model: 'small', key: '', backoffMs: 1, ...more });

/** A server that is good for the first request, the probe, then answers so. */
const afterProbe =
  (answer: Answer): Answer =>
  (request, response, count) =>
    count === 1 ? good(request, response, count) : answer(request, response, count - 1);

describe('an endpoint', () => {
  test('is sent model, texts and key, and gives unit vectors', async () => {
    const base = await serve(good);
    const embedder = await open(base, { key: 'secret' });
    expect([embedder.name, embedder.dimensions]).toEqual(['endpoint:small:3', 3]);
    const [vector] = await embedder.embed(['twelve signs'], 'document');
    expect([...vector!].map((x) => Math.round(x * 13))).toEqual([12, 3, 4]);
    expect(asked.at(-1)).toMatchObject({
      url: '/v1/embeddings',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
      body: { model: 'small', input: ['twelve signs'] },
    });
  });

  test('without a model or a key neither is sent', async () => {
    await open(await serve(good), { model: '' });
    expect(asked[0]!.body).not.toHaveProperty('model');
    expect(asked[0]!.headers).not.toHaveProperty('authorization');
  });

  test('many texts go in batches and come back in their order, whatever the order of the answer', async () => {
    const base = await serve(({ body }, response) =>
      json(response, {
        data: body.input.map((text, index) => ({ index, embedding: vectorOf(text) })).reverse(),
      }),
    );
    const embedder = await open(base, { batch: 4 });
    const texts = Array.from({ length: 10 }, (_, i) => 'x'.repeat(i + 1));
    const vectors = await embedder.embed(texts, 'document');
    expect(vectors.map((v) => Math.round((v[0]! / v[1]!) * 3))).toEqual(texts.map((text) => text.length));
    expect(asked.slice(1).map(({ body }) => body.input.length)).toEqual([4, 4, 2]);
  });

  test('empty texts and endless ones are sent as something it takes', async () => {
    const embedder = await open(await serve(good));
    await embedder.embed(['', ' \n', 'x'.repeat(100_000)], 'document');
    expect(asked[1]!.body.input.map((text) => text.length)).toEqual([1, 1, 6_000]);
  });

  test('models that want to be told what a text is are told', async () => {
    const embedder = await open(await serve(good), { model: 'intfloat/e5-small' });
    await embedder.embed(['a'], 'document');
    await embedder.embed(['a'], 'query');
    expect(asked.slice(1).map(({ body }) => body.input)).toEqual([['passage: a'], ['query: a']]);
  });

  test.each([429, 500, 503])('is asked again after %i', async (status) => {
    const base = await serve(
      afterProbe((request, response, count) =>
        count < 3 ? json(response, {}, status, { 'retry-after': '0' }) : good(request, response, count),
      ),
    );
    expect(await (await open(base)).embed(['a'], 'document')).toHaveLength(1);
    expect(asked).toHaveLength(4);
  });

  test('waits as long as Retry-After says, in seconds or by date, and not for ever', async () => {
    const waits = ['0.2', new Date(Date.now() + 1500).toUTCString(), '86400'];
    const at: number[] = [];
    const base = await serve(
      afterProbe((_, response, count) => {
        at.push(performance.now());
        json(response, {}, 429, { 'retry-after': waits[count - 1] });
      }),
    );
    const embedder = await open(base);
    await expect(embedder.embed(['a'], 'document')).rejects.toThrow('/v1/embeddings answered 429');
    expect(at).toHaveLength(3);
    expect(at[1]! - at[0]!).toBeGreaterThan(190);
  });

  test('a query is asked once: a reader waits', async () => {
    const embedder = await open(await serve(afterProbe((_, response) => json(response, {}, 503))));
    await expect(embedder.embed(['a'], 'query')).rejects.toThrow('answered 503');
    expect(asked).toHaveLength(2);
  });

  test('one that never answers is given up', async () => {
    const embedder = await open(await serve(afterProbe(() => {})), { timeoutMs: 50, retries: 1 });
    await expect(embedder.embed(['a'], 'document')).rejects.toThrow('did not answer in time');
    expect(asked).toHaveLength(3);
  });

  test('close ends what is under way', async () => {
    const embedder = await open(await serve(afterProbe(() => setTimeout(() => embedder.close(), 20))));
    await expect(embedder.embed(['a'], 'document')).rejects.toThrow('closed');
  });

  test('what it refuses is told in its words, without the key', async () => {
    const base = await serve((_, response) =>
      json(response, { error: { message: 'no such model: small' } }, 404),
    );
    await expect(open(base, { key: 'secret' })).rejects.toThrow(
      `${base}/embeddings answered 404: no such model: small`,
    );
    expect(asked).toHaveLength(1);
    server!.close();
    const locked = await serve((_, response) => json(response, 'no', 401));
    const error = await open(locked, { key: 'secret' }).catch((e: Error) => e);
    expect((error as Error).message).toMatch(/answered 401 \(see EMBEDDINGS_KEY\)$/);
  });

  const bad: [string, unknown, RegExp][] = [
    ['too few vectors', { data: [{ index: 0, embedding: [1, 2, 3] }] }, /returned 1 vectors for 2 texts/],
    ['no data', { vectors: [] }, /returned no 'data'/],
    [
      'one vector twice',
      { data: [0, 0].map((index) => ({ index, embedding: [1, 2, 3] })) },
      /indexes do not match the texts/,
    ],
    [
      'other dimensions',
      { data: [0, 1].map((index) => ({ index, embedding: [1, 2] })) },
      /2 dimensions, expected 3/,
    ],
    [
      'what is no number',
      { data: [0, 1].map((index) => ({ index, embedding: [1, null, 2] })) },
      /not a number/,
    ],
    ['no vector', { data: [0, 1].map((index) => ({ index, embedding: 'AAAA' })) }, /is not a vector/],
  ];
  test.each(bad)('is told when it gives %s', async (_, body, message) => {
    const embedder = await open(await serve(afterProbe((_request, response) => json(response, body))));
    await expect(embedder.embed(['a', 'b'], 'document')).rejects.toThrow(message);
  });

  test('vectors of more dimensions than can be searched are refused at once', async () => {
    const embedding = new Array(MOST_DIMENSIONS + 1).fill(1);
    const base = await serve((_, response) => json(response, { data: [{ index: 0, embedding }] }));
    await expect(open(base)).rejects.toThrow(`at most ${MOST_DIMENSIONS} can be searched`);
  });

  test('is told when it answers with a web page', async () => {
    const base = await serve((_, response) => response.end('<html>'));
    await expect(open(base)).rejects.toThrow('something that is not JSON');
  });

  test('a vector of zeros stays one', async () => {
    const zeros = { data: [{ index: 0, embedding: [0, 0, 0] }] };
    const embedder = await open(await serve(afterProbe((_, response) => json(response, zeros))));
    expect([...(await embedder.embed(['a'], 'document'))[0]!]).toEqual([0, 0, 0]);
  });
});

describe('the settings', () => {
  const settings = {
    EMBEDDINGS: null,
    EMBEDDINGS_MODEL: null,
    EMBEDDINGS_KEY: null,
    OFFLINE: false,
    DATA_DIR: '.',
  };

  test('none: no embedder', async () => {
    expect(await openEmbedder(settings)).toBe(null);
  });

  test('an address: that endpoint; offline only one of this machine', async () => {
    const EMBEDDINGS = await serve(good);
    const embedder = await openEmbedder({ ...settings, EMBEDDINGS, EMBEDDINGS_MODEL: 'm', OFFLINE: true });
    expect(embedder!.name).toBe('endpoint:m:3');
    await expect(
      openEmbedder({ ...settings, EMBEDDINGS: 'https://example.org/v1', OFFLINE: true }),
    ).rejects.toThrow('OFFLINE=1: no request may leave this machine');
  });

  test('what is neither an address nor a model is told', () => {
    for (const EMBEDDINGS of ['openai', 'transformers:', 'ftp://example.org'])
      expect(() => readConfig({ EMBEDDINGS })).toThrow('the setting EMBEDDINGS');
    expect(readConfig({ EMBEDDINGS: 'http://localhost:11434/v1/' }).EMBEDDINGS).toBe(
      'http://localhost:11434/v1',
    );
    expect(readConfig({ EMBEDDINGS: 'transformers:./models/e5' }).EMBEDDINGS).toBe(
      'transformers:./models/e5',
    );
    expect(readConfig({}).EMBEDDINGS).toBe(null);
  });

  test('an address where nobody listens is told', async () => {
    const base = await serve(good);
    await new Promise((resolve) => server!.close(resolve));
    await expect(open(base)).rejects.toThrow(`${base}/embeddings cannot be reached (ECONNREFUSED)`);
  });
});
