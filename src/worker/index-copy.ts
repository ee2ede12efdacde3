/**
 * Copies a search index (INDEX_FROM) instead of building it: from another node, a folder, or a server that has the
 * files of one. Segments never change, so an interrupted copy can be resumed, and it is correct if each file matches
 * its own checksum; whatever has changed since is read from the database, as always. The manifest is written last:
 * until
 * then there is no index.
 */
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { MANIFEST, parseManifest, readManifestBytes, writeManifest } from '../search/directory.ts';
import { indexFolder } from './indexing.ts';
import { nodeHeader } from './node-key.ts';

/** A merge may remove a segment while it is being copied; after this many new manifests, we build our own index. */
const TRIES = 8;
/** The head of a segment, which has the checksum of the rest: two files with the same head are the same. */
const HEAD = 24;
/** A server that says nothing for this long (ms) is given up. */
const PATIENCE = 30_000;
/** Bytes of a manifest or a generation at most. */
const LONGEST_TEXT = 4 * 1024 ** 2;
/** What the folder of an index consists of, besides its manifest. */
export const INDEX_FILE = /^(?:segment|votes)-\d{1,15}\.bin$/;

/** Where files are read from; null: there is no such file. */
type Read = (
  name: string,
  from: number,
  to?: number,
) => Promise<{ from: number; chunks: AsyncIterable<Uint8Array> } | null>;

/** The outcome: whether there is a copy now, and if not, why. */
export type Copied = { seq: number } | { why: string };

interface Options {
  /** INDEX_FROM: a folder, `http://node:3000`, or the address of a folder on a server. */
  from: string;
  dataDir: string;
  /** The key by which nodes of one site recognise each other. */
  key: string;
  /** What the index must match: the generation and the last change of our database. */
  generation: string;
  seq: number;
  /** For tests: how long a server may say nothing (ms). */
  patience?: number;
}

/** Copies an index to a data folder that has none. */
export async function copyIndex({
  from,
  dataDir,
  key,
  generation,
  seq,
  patience = PATIENCE,
}: Options): Promise<Copied> {
  const folder = indexFolder(dataDir);
  if (readManifestBytes(folder) !== null) return { why: 'there is an index already' };
  const read = readerOf(from, key, patience);
  mkdirSync(folder, { recursive: true });
  for (let tries = 0; tries < TRIES; tries++) {
    const bytes = await textOf(read, MANIFEST);
    if (bytes === null) return { why: `there is no index at ${from}` };
    const manifest = parseManifest(from, bytes);
    const theirs = ((await textOf(read, GENERATION)) ?? '').trim();
    if (theirs !== generation.trim() || manifest.seq > seq)
      return { why: `the index at ${from} was built from another database` };
    const files = [
      ...manifest.segments.map((segment) => ({ ...segment, isSegment: true })),
      ...(manifest.votes ? [{ ...manifest.votes, isSegment: false }] : []),
    ];
    // They become names in our data folder, and lengths of what is written there.
    if (!files.every(({ file, bytes }) => INDEX_FILE.test(file) && Number.isSafeInteger(bytes) && bytes >= 0))
      return { why: `the manifest at ${from} names files that no index has` };
    let isWhole = true;
    for (const file of files) isWhole &&= await copyFile(read, folder, file);
    if (!isWhole) continue;
    writeFileSync(`${folder}.generation`, generation);
    writeManifest(folder, manifest);
    return { seq: manifest.seq };
  }
  return { why: `the index at ${from} changed too often while it was being copied` };
}

/** The generation of the database an index was built from, among the names of its files. */
export const GENERATION = 'generation';

/** The address of a file below INDEX_FROM; a node serves its index at a fixed path. */
function readerOf(from: string, key: string, patience: number): Read {
  if (!/^https?:/.test(from)) return folderReader(from);
  const url = new URL(from);
  const isNode = url.pathname === '/';
  return async (name, first, last) => {
    const path = isNode
      ? `/node/index/${name}`
      : name === GENERATION
        ? `${url.pathname}.generation`
        : `${url.pathname}/${name}`;
    const range = last !== undefined || first > 0;
    const silence = new AbortController();
    const given = (): void =>
      silence.abort(new Error(`${url.origin} has said nothing for ${patience / 1000} s`));
    const timer = setTimeout(given, patience);
    const response = await fetch(new URL(path + (isNode ? '' : url.search), url), {
      // Our credentials go nowhere else.
      redirect: 'error',
      signal: silence.signal,
      headers: {
        'accept-encoding': 'identity',
        ...(range && { range: `bytes=${first}-${last ?? ''}` }),
        ...(isNode && { authorization: nodeHeader(key, path, Date.now()) }),
      },
    }).finally(() => clearTimeout(timer));
    if (response.status === 404 || response.status === 416) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok || response.body === null)
      throw new Error(`${url.origin}${path}: ${response.status} ${response.statusText}`);
    return { from: response.status === 206 ? first : 0, chunks: heard(response.body, given, patience) };
  };
}

/** The chunks of a body, as long as they keep coming. */
async function* heard(
  body: AsyncIterable<Uint8Array>,
  giveUp: () => void,
  patience: number,
): AsyncGenerator<Uint8Array> {
  let timer = setTimeout(giveUp, patience);
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(giveUp, patience);
    }
  } finally {
    clearTimeout(timer);
  }
}

const folderReader =
  (folder: string): Read =>
  async (name, from, to) => {
    const path = name === GENERATION ? `${folder}.generation` : join(folder, name);
    if (!existsSync(path)) return null;
    return { from, chunks: createReadStream(path, { start: from, ...(to !== undefined && { end: to }) }) };
  };

async function textOf(read: Read, name: string): Promise<string | null> {
  const found = await read(name, 0);
  if (found === null) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of found.chunks) {
    size += chunk.length;
    if (size > LONGEST_TEXT) throw new Error(`${name} is longer than any index has it`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The first bytes of a file; null: it is not there. */
async function headOf(read: Read, name: string): Promise<Buffer | null> {
  const found = await read(name, 0, HEAD - 1);
  if (found === null) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of found.chunks) {
    chunks.push(chunk);
    size += chunk.length;
    // A server may send all of it.
    if (size >= HEAD) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD);
}

interface Wanted {
  file: string;
  bytes: number;
  isSegment: boolean;
  checksum?: number;
}

/** Copies a file, or the missing rest of it. False: it no longer exists, or did not arrive whole. */
async function copyFile(read: Read, folder: string, wanted: Wanted): Promise<boolean> {
  const path = join(folder, wanted.file);
  const head = await headOf(read, wanted.file);
  if (head === null) return false;
  if (isSame(path, head) && sizeOf(path) === wanted.bytes && (await isRight(path, wanted))) return true;
  const part = `${path}.part`;
  // A partial copy of another file with this name is useless.
  let at = isSame(part, head) ? Math.min(sizeOf(part), wanted.bytes) : 0;
  const file = await open(part, at > 0 ? 'r+' : 'w');
  try {
    const found = await read(wanted.file, at);
    if (found !== null) {
      at = found.from;
      for await (const chunk of found.chunks) {
        // It may never end, unlike the disk.
        if (at + chunk.length > wanted.bytes) {
          at = 0;
          break;
        }
        await file.write(chunk, 0, chunk.length, at);
        at += chunk.length;
      }
    }
    await file.truncate(at);
    await file.sync();
  } finally {
    await file.close();
  }
  if (!(await isRight(part, wanted))) {
    // Whatever is wrong with it, do not resume from it.
    writeFileSync(part, '');
    return false;
  }
  renameSync(part, path);
  return true;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function isSame(path: string, head: Buffer): boolean {
  if (sizeOf(path) < HEAD) return false;
  const own = Buffer.alloc(HEAD);
  const file = openSync(path, 'r');
  try {
    readSync(file, own, 0, HEAD, 0);
  } finally {
    closeSync(file);
  }
  return own.equals(head);
}

/** Whether a file has its size and matches its checksum: a segment's own (segment.ts), the votes' in the manifest. */
async function isRight(path: string, { bytes, isSegment, checksum }: Wanted): Promise<boolean> {
  if (sizeOf(path) !== bytes) return false;
  if (!isSegment) return crc32(readFileSync(path)) === checksum;
  let sum = 0;
  let stored = -1;
  let at = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (at === 0) stored = chunk.readUInt32LE(12);
    sum = crc32(at === 0 ? chunk.subarray(16) : chunk, sum);
    at += chunk.length;
  }
  return sum === stored;
}
