/** MCP as clients see it: the built program, over HTTP and over standard input and output, on one database. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arxivId, inventedFiles } from './invented.ts';
import { type Env, eventually, json, MAIN, run, type Site, serve, temporary } from './program.ts';

const folder = temporary();
const env: Env = {
  DATA_DIR: join(folder, 'data'),
  OFFLINE: '1',
  PORT: '0',
  PUBLIC_URL: 'https://papers.example',
};
const settings = { ...env, PATH: process.env.PATH, HOME: process.env.HOME } as Record<string, string>;

let site: Site;
const clients: Client[] = [];
let http: Client;
let stdio: Client;

const newClient = (): Client => {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  return client;
};
type Transport = Parameters<Client['connect']>[0];

beforeAll(async () => {
  const papers = join(folder, 'papers.jsonl');
  writeFileSync(papers, inventedFiles(200, 7).first);
  await json(['import', papers], env, 3);
  site = await serve(env, ['--empty']);
  http = newClient();
  await http.connect(new StreamableHTTPClientTransport(new URL(`${site.url}/mcp`)) as Transport);
  stdio = newClient();
  const command = { command: process.execPath, args: [MAIN, 'mcp'], env: settings, stderr: 'pipe' as const };
  await stdio.connect(new StdioClientTransport(command) as Transport);
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await site?.end();
});

const call = async (client: Client, name: string, given: Record<string, unknown> = {}) => {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: given });
  const [first] = content as { text: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into responses of any shape
  return { text: first!.text, data: structuredContent as any, failed: isError === true };
};

it('both transports lead to the same tools and the same responses', async () => {
  expect(await stdio.listTools()).toEqual(await http.listTools());
  const id = arxivId(17);
  const calls: [string, Record<string, unknown>][] = [
    ['search_papers', { query: 'lantern', limit: 5 }],
    ['search_papers', { query: id }],
    ['read_paper', { id }],
    ['list_edition', {}],
    ['list_edition', { period: 'trending' }],
    ['similar_papers', { id }],
    ['explain_ranking', { id, query: 'lantern' }],
    ['read_paper', { id: 'none-such' }],
  ];
  for (const [name, given] of calls) {
    const answers = [await call(http, name, given), await call(stdio, name, given)];
    expect(answers[1], name).toEqual(answers[0]);
    expect([name, answers[0]!.failed]).toEqual([name, given.id === 'none-such']);
  }
});

it('what search finds can be read, and is the page as Markdown', async () => {
  const { data } = await call(stdio, 'search_papers', { query: 'lantern', limit: 3 });
  expect(data.papers).toHaveLength(3);
  for (const { id, url, title } of data.papers as { id: string; url: string; title: string }[]) {
    const { text } = await call(stdio, 'read_paper', { id });
    expect(url).toBe(`https://papers.example/papers/${id}`);
    expect((await site.get(`/papers/${id}.md`)).text).toBe(`Title: ${title}\n\n${text}`);
  }
});

it('further pages of an edition continue where the first one ended', async () => {
  const { data } = await call(http, 'list_edition', { period: '2026-06' });
  expect(data.pages).toBeGreaterThan(1);
  const ids: string[] = [];
  for (let page = 1; page <= data.pages; page++) {
    const given = { period: '2026-06', page, as_of: data.as_of };
    ids.push(
      ...(await call(http, 'list_edition', given)).data.papers.map((paper: { id: string }) => paper.id),
    );
  }
  expect([ids.length, new Set(ids).size]).toEqual([data.total, data.total]);
});

it('a paper that arrives while a client is connected can be found', async () => {
  const paper = { id: '2606.77777', title: 'A quince that was not there before', listed: '2026-06-26' };
  const file = join(folder, 'more.jsonl');
  writeFileSync(file, `${JSON.stringify(paper)}\n`);
  await json(['import', file], env);
  for (const client of [http, stdio])
    await eventually('the new paper to be found', async () => {
      const { data } = await call(client, 'search_papers', { query: 'quince' });
      return data.papers[0]?.id === '2606.77777';
    });
});

it('standard output carries only the protocol, and the end of the input ends the server', async () => {
  const child = spawn(process.execPath, [MAIN, 'mcp'], { env: { ...settings, LOG_LEVEL: 'debug' } });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const message = (id: number, method: string, params = {}): string =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
  const clientInfo = { name: 'test', version: '1' };
  child.stdin.write(
    message(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }),
  );
  child.stdin.write('this is no message\n');
  child.stdin.write(message(2, 'tools/call', { name: 'list_edition', arguments: {} }));
  child.stdin.write(message(3, 'no/method'));
  await eventually('three answers', async () => out.split('\n').length > 3);
  child.stdin.end();
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  const answers = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.map(({ jsonrpc, id }) => [jsonrpc, id]).toSorted()).toEqual([
    ['2.0', 1],
    ['2.0', 2],
    ['2.0', 3],
  ]);
});

it('a signal ends it in good order', async () => {
  const child = spawn(process.execPath, [MAIN, 'mcp'], { env: settings });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect((await once(child, 'close'))[0]).toBe(0);
});

it('a wrong command line is reported', async () => {
  const { code, err, out } = await run(['mcp', 'now'], env);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain("mcp does not accept 'now'");
});

it('the same site is harvested, and lists what it has for machines', async () => {
  const oai = await site.get('/oai?verb=ListIdentifiers&metadataPrefix=oai_dc');
  expect([oai.status, oai.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(oai.text).toContain('<identifier>oai:papers.example:2606.');
  expect((await site.get('/llms.txt')).text).toContain('(https://papers.example/mcp)');
});
