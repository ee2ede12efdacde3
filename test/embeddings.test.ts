/** A site with an external model: papers and queries get its vectors, and an outage costs only meaning. */
import './connections.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import type { Log } from '../src/log.ts';
import { openIndex } from '../src/search/index.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { indexFolder, isByOutside } from '../src/worker/indexing.ts';
import { eventually } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-embeddings-'));
const asked: string[] = [];
let endpoint: Server;
let env: Record<string, string>;

/** Speech is one direction, everything else another. */
const vectorOf = (text: string): number[] => (/speech|audio|voice/i.test(text) ? [1, 0.1] : [0.1, 1]);

beforeAll(async () => {
  endpoint = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      asked.push(...input);
      const data = input.map((text, index) => ({ index, embedding: vectorOf(text) }));
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.address() as AddressInfo;
  env = { DATA_DIR: folder, PORT: '0', OFFLINE: '1', EMBEDDINGS: `http://127.0.0.1:${port}/v1` };
});
afterAll(() => {
  endpoint.close();
  endpoint.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the site, and collects its complaints. */
async function open(): Promise<{ site: RunningSite; said: string[] }> {
  const said: string[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn: (says) => said.push(says),
    error: (says) => said.push(says),
  };
  const site = await startSite({ config: readConfig(env), env, log, starter: 'starter/papers.jsonl' });
  await eventually('the index', async () => (await fetch(`${site.url}/healthz`)).ok);
  return { site, said };
}
const search = async (site: RunningSite, q: string) => {
  const response = await fetch(`${site.url}/search?explain=1&q=${encodeURIComponent(q)}`);
  return { status: response.status, text: await response.text() };
};
const held = (): string => {
  const index = openIndex(indexFolder(folder));
  const { model, documents } = index;
  index.close();
  return `${documents} by ${model.replace(/:\d+\//, ':port/')}`;
};
const WITH = '47 by endpoint:http://127.0.0.1:port/v1:2';

it('provides vectors for papers and queries, each query once', async () => {
  const { site, said } = await open();
  try {
    expect(held()).toBe(WITH);
    expect(isByOutside(folder)).toBe(true);
    expect(asked.filter((text) => text.includes('\n\n'))).toHaveLength(47);
    await eventually('the model', async () => (await search(site, 'decoding')).text.includes('>meaning'));
    for (const more of ['', '&code=1', '&sort=date'])
      expect((await fetch(`${site.url}/search?q=decoding+speech${more}`)).status).toBe(200);
    expect(asked.filter((text) => text === 'decoding speech')).toHaveLength(1);
    expect(said).toEqual([]);
  } finally {
    await site.stop();
  }
});

it('falls back to words if the model does not respond, says so, and keeps the vectors it has', async () => {
  const first = await open();
  endpoint.close();
  endpoint.closeAllConnections();
  const answer = await search(first.site, 'multi-token prediction');
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Multi-Token Prediction')]);
  expect(first.said).toEqual([expect.stringMatching(/^Search uses words alone for now: /)]);
  await first.site.stop();

  const again = await open();
  await eventually('a word of it', async () => again.said.some((says) => says.startsWith('indexing failed')));
  expect((await search(again.site, 'multi-token prediction')).status).toBe(200);
  await again.site.stop();
  expect(held()).toBe(WITH);
});
