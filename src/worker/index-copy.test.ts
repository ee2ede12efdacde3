/** A search index copied from another node or a folder, whole or not at all. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import { MANIFEST } from '../search/directory.ts';
import { openIndex } from '../search/index.ts';
import type { Store } from '../store/open.ts';
import { recordOf } from '../testing/records.ts';
import { copyIndex } from './index-copy.ts';
import { lendIndexFiles } from './index-lending.ts';
import { createIndexer, indexFolder } from './indexing.ts';
import { isFromNode, nodeHeader, nodeKey } from './node-key.ts';

let database: TestDatabase;
let store: Store;
let key: string;
let server: Server;
let url: string;
/** Bytes of a file after which the server breaks the connection off, once; and what it was asked. */
let breakAfter = Number.POSITIVE_INFINITY;
let asked: string[] = [];
const folders: string[] = [];
const folder = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), 'broadsheet-copy-')));
  return folders.at(-1)!;
};

beforeAll(async () => {
  database = await freshDatabase('SQLite');
  store = await database.open();
  const { DATA_DIR } = database.env;
  const indexer = createIndexer(store, DATA_DIR);
  for (const first of [1, 21]) {
    const records = Array.from({ length: 20 }, (_, i) =>
      recordOf(first + i, { title: `The heliotrope ${first + i}` }),
    );
    await takeIn(store, records, new Set());
    await indexer.step();
  }
  await indexer.close();
  key = await nodeKey(store);
  const lend = lendIndexFiles(store, DATA_DIR);
  server = createServer(async (req, res) => {
    asked.push(`${req.url} ${req.headers.range ?? ''}`);
    const headers = req.headers as Record<string, string>;
    const response = await lend(
      req.url!.split('/').at(-1)!,
      new Request(`http://node${req.url}`, { headers }),
    );
    if (response === null) return void res.writeHead(404).end();
    const body = Buffer.from(await response.arrayBuffer());
    res.writeHead(response.status, Object.fromEntries(response.headers));
    if (body.length <= breakAfter) return void res.end(body);
    res.write(body.subarray(0, breakAfter), () => res.destroy());
    breakAfter = Number.POSITIVE_INFINITY;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await store.close();
  await database.remove();
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

const copy = async (
  from: string,
  dataDir: string,
  more: { generation?: string; key?: string; patience?: number } = {},
) => copyIndex({ from, dataDir, key, generation: '', seq: await store.seq(), ...more });
const found = (dataDir: string) => {
  const index = openIndex(indexFolder(dataDir));
  return index.search({ text: 'heliotrope', limit: 50, collapse: false }).hits.map((hit) => hit.key);
};

it('is the same index, from a node as from a folder', async () => {
  const own = database.env.DATA_DIR;
  for (const from of [url, indexFolder(own)]) {
    const to = folder();
    expect(await copy(from, to)).toEqual({ seq: await store.seq() });
    expect(found(to)).toEqual(found(own));
    expect(found(to).length).toBe(40);
    // What changes from here on comes out of the database.
    const indexer = createIndexer(store, to);
    expect(await indexer.step()).toBe(0);
    await indexer.close();
    expect(await copy(from, to)).toEqual({ why: 'there is an index already' });
  }
});

it('goes on where it was interrupted', async () => {
  const to = folder();
  breakAfter = 5000;
  await expect(copy(url, to)).rejects.toThrow();
  expect(readdirSync(indexFolder(to)).some((name) => name.endsWith('.part'))).toBe(true);
  expect(readdirSync(indexFolder(to))).not.toContain(MANIFEST);
  asked = [];
  expect(await copy(url, to)).toEqual({ seq: await store.seq() });
  expect(asked.some((one) => / bytes=[1-9]\d*-$/.test(one))).toBe(true);
  expect(found(to).length).toBe(40);
});

it('is not taken damaged, from another database, or where there is none', async () => {
  const damaged = folder();
  await copy(url, damaged);
  const segment = readdirSync(indexFolder(damaged)).find((name) => name.startsWith('segment'))!;
  const path = join(indexFolder(damaged), segment);
  const bytes = readFileSync(path);
  bytes[bytes.length - 9]! ^= 1;
  writeFileSync(path, bytes);
  for (const [from, more, why] of [
    [indexFolder(damaged), {}, /changed too often/],
    [url, { generation: 'another' }, /another database/],
    [url, { key: 'x'.repeat(43) }, /there is no index/],
    [join(damaged, 'nowhere'), {}, /there is no index/],
  ] as const) {
    const to = folder();
    expect(await copy(from, to, more)).toEqual({ why: expect.stringMatching(why) });
    expect(readdirSync(indexFolder(to))).not.toContain(MANIFEST);
  }
});

it('is lent to nodes of the same site alone, and nothing else is', async () => {
  const lend = lendIndexFiles(store, database.env.DATA_DIR);
  const ask = async (file: string, authorization?: string) =>
    (
      await lend(
        file,
        new Request(`http://node/node/index/${file}`, { headers: authorization ? { authorization } : {} }),
      )
    )?.status ?? null;
  const now = Date.now();
  const signed = (file: string, at = now) => nodeHeader(key, `/node/index/${file}`, at);
  expect(await ask(MANIFEST, signed(MANIFEST))).toBe(200);
  expect(await ask(MANIFEST)).toBeNull();
  expect(await ask(MANIFEST, signed('generation'))).toBeNull();
  expect(await ask(MANIFEST, signed(MANIFEST, now - 3_600_000))).toBeNull();
  for (const file of ['..%2Fbroadsheet.db', 'broadsheet.db', 'segment-1.bin.part', 'index.id'])
    expect(await ask(file, signed(file))).toBeNull();
  expect(isFromNode('Broadsheet-Node x', key, '/', now)).toBe(false);
});

/** A server with a manifest and whatever else it likes to send. */
async function hostile(
  content: object,
  send: (name: string, res: ServerResponse) => void,
): Promise<AsyncDisposable & { url: string }> {
  const kind = JSON.parse(readFileSync(join(indexFolder(database.env.DATA_DIR), MANIFEST), 'utf8'));
  const manifest = { ...kind, content, checksum: crc32(JSON.stringify(content)) };
  const bad = createServer((req, res) => {
    const name = req.url!.slice(req.url!.indexOf('/x') + 2).slice(1);
    if (name === MANIFEST) res.end(JSON.stringify(manifest));
    else if (req.url === '/x.generation') res.end();
    else send(name, res);
  });
  await new Promise<void>((resolve) => bad.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(bad.address() as AddressInfo).port}/x`,
    async [Symbol.asyncDispose]() {
      bad.closeAllConnections();
      await new Promise((resolve) => bad.close(resolve));
    },
  };
}

it('writes nothing outside its folder, whatever names a manifest has', async () => {
  const content = Buffer.from('something for which nobody has asked us');
  for (const file of ['../../planted', '../planted', '/tmp/planted', 'votes-1.bin/../../planted', '', 7]) {
    const to = folder();
    const entry = { file, bytes: content.length, checksum: crc32(content) };
    for (const more of [{ votes: entry }, { segments: [{ ...entry, documents: 1 }] }]) {
      await using bad = await hostile({ seq: 0, next: 9, model: '', segments: [], ...more }, (_, res) => {
        res.end(content);
      });
      expect(await copy(bad.url, to)).toEqual({
        why: expect.stringMatching(/names files that no index has/),
      });
    }
    expect(readdirSync(to)).toEqual(['index']);
    expect(readdirSync(indexFolder(to))).toEqual([]);
  }
});

it('reads no more of a file than it is said to have', async () => {
  const to = folder();
  const segments = [{ file: 'segment-1.bin', documents: 1, bytes: 1000 }];
  let sent = 0;
  await using bad = await hostile({ seq: 0, next: 2, model: '', segments }, (_, res) => {
    const more = (): void => {
      while (!res.destroyed && res.write(Buffer.alloc(65_536, 7))) sent += 65_536;
      if (sent < 2 ** 31) res.once('drain', more);
    };
    more();
  });
  expect(await copy(bad.url, to)).toEqual({ why: expect.stringMatching(/changed too often/) });
  expect(sent).toBeLessThan(2 ** 30);
  expect(readdirSync(indexFolder(to))).toEqual(['segment-1.bin.part']);
  expect(statSync(join(indexFolder(to), 'segment-1.bin.part')).size).toBe(0);
});

it('gives up a server that falls silent in the middle', async () => {
  const segments = [{ file: 'segment-1.bin', documents: 1, bytes: 100_000 }];
  await using bad = await hostile({ seq: 0, next: 2, model: '', segments }, (_, res) => {
    res.write(Buffer.alloc(1000, 7));
  });
  await expect(copy(bad.url, folder(), { patience: 300 })).rejects.toThrow(/said nothing/);
});
