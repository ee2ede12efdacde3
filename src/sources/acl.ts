/**
 * The ACL Anthology, from its XML files: those in a folder (a clone of its repository, kept up to date by the operator)
 * or single files by address. A file that has not changed is not read again.
 */

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bytes } from '../formats/bytes.ts';
import { BrokenXml, nodes } from '../formats/nodes.ts';
import { attempt } from '../formats/record.ts';
import { foreign } from '../net/foreign.ts';
import { aclRecord, NO_VOLUME, type Volume, volumeOf } from './acl-record.ts';
import { DAY, every, HOUR } from './every.ts';
import { partName } from './part-name.ts';
import type { FetchContext, Item, Outcome, Part, Source } from './source.ts';
import { askUnless, type Mark } from './unless.ts';

const ROOTS = new Set(['collection']);
/** Per response; the largest file has about ten megabytes. */
const MAX_BYTES = 256 * 1024 * 1024;
/** The Anthology has under two thousand files. */
const MAX_FILES = 20_000;
/** Progress is saved after this many papers. */
const CHECKPOINT = 5_000;

export const acl: Source = {
  name: 'acl',
  title: 'ACL Anthology',
  parts: (config) => config.ACL_ANTHOLOGY.map(partOf),
};

function partOf(place: string): Part {
  if (/^https?:/i.test(place)) {
    return {
      name: partName(place),
      says: `Papers in ${fileName(place)}`,
      url: place,
      due: every(7 * DAY),
      fetch: (context) => remote(place, context),
    };
  }
  const path = resolve(place);
  return {
    // The path is private to the machine; its last part and a hash of the rest are enough.
    name: partName(basename(path), path),
    says: `Papers in ${basename(path)}`,
    url: pathToFileURL(path).href,
    // Only looks at sizes and times, unless a file has changed.
    due: every(HOUR),
    fetch: (context) => local(path, context),
  };
}

const fileName = (address: string): string => new URL(address).pathname.replace(/^.*\//, '') || address;

/** What was read from a file, and how it was damaged, if it was. */
interface Read {
  papers: number;
  unfit: number;
  broken?: string;
}

/** The papers of one file. Whatever is intact is yielded even if the file is damaged. */
async function* papersOf(bytes: Bytes, where: string): AsyncGenerator<Item, Read> {
  const read: Read = { papers: 0, unfit: 0 };
  let volume: Volume = NO_VOLUME;
  const wanted = (name: string, depth: number): boolean =>
    (name === 'paper' && depth === 3) || (name === 'meta' && depth === 3);
  try {
    for await (const found of nodes(bytes, { roots: ROOTS, wanted })) {
      if (found.node.name === 'meta') {
        volume = volumeOf(found.node);
        continue;
      }
      read.papers++;
      const parsed = attempt(`${where} (paper ${read.papers})`, () => aclRecord(found, volume));
      if (!parsed.ok) read.unfit++;
      yield parsed;
    }
  } catch (error) {
    if (!(error instanceof BrokenXml)) throw error;
    read.broken = error.message;
  }
  return read;
}

async function* remote(address: string, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const answer = await askUnless(new URL(address), context, {
    accept: 'application/xml, text/xml, text/plain',
    maxBytes: MAX_BYTES,
  });
  if (answer.proof !== undefined) return { state: 'quiet', proof: answer.proof };
  const read = yield* papersOf(answer.body, address);
  if (read.broken !== undefined)
    return { state: 'failed', why: `${address}: the XML was rejected${foreign(`: ${read.broken}`)}` };
  yield { checkpoint: answer.mark satisfies Mark };
  return outcome([read], 0);
}

/** Size in bytes and time of the last change (epoch ms) of files that were read completely, by name. */
type Stamps = Record<string, string>;

async function* local(path: string, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const files = await filesOf(path);
  if (typeof files === 'string') return { state: 'failed', why: files };
  const before = readStamps(context.cursor);
  const stamps: Stamps = {};
  for (const { name } of files) if (before[name] !== undefined) stamps[name] = before[name];
  const gone = Object.keys(before).filter((name) => stamps[name] === undefined);
  if (gone.length > 0) {
    context.log(`${gone.slice(0, 5).join(', ')}: no longer there; its papers stay`);
    yield { checkpoint: { files: { ...stamps } } };
  }
  const changed = files.filter(({ name, stamp }) => before[name] !== stamp);
  if (changed.length === 0)
    return { state: 'quiet', proof: `size and time of ${count(files.length, 'file')} are unchanged` };
  const reads: Read[] = [];
  const failed: string[] = [];
  let since = 0;
  for (const [place, { name, file, stamp }] of changed.entries()) {
    context.signal.throwIfAborted();
    context.progress(place, changed.length);
    const read = yield* oneFile(file, name);
    reads.push(read);
    since += read.papers;
    if (read.broken !== undefined) failed.push(`${name}: ${read.broken}`);
    // A damaged file is read again.
    else stamps[name] = stamp;
    if (since >= CHECKPOINT) {
      since = 0;
      yield { checkpoint: { files: { ...stamps } } };
    }
  }
  yield { checkpoint: { files: stamps } };
  if (failed.length > 0) {
    const first = failed.slice(0, 3).join('; ');
    return {
      state: 'failed',
      why: `${failed.length} of ${count(changed.length, 'file')} are broken: ${first}`,
    };
  }
  return outcome(reads, files.length - changed.length);
}

async function* oneFile(file: string, name: string): AsyncGenerator<Item, Read> {
  const stream = createReadStream(file, { highWaterMark: 256 * 1024 });
  try {
    return yield* papersOf(stream, name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code;
    if (code === undefined) throw error;
    return { papers: 0, unfit: 0, broken: `cannot be read (${code})` };
  } finally {
    stream.destroy();
  }
}

interface File {
  name: string;
  file: string;
  stamp: string;
}

/** The XML files at a path, by name; a sentence if there are none. */
async function filesOf(path: string): Promise<File[] | string> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const names = isFolder ? (await readdir(path)).filter((name) => name.endsWith('.xml')).sort() : [''];
    if (names.length === 0) return `${basename(path)} has no XML files`;
    if (names.length > MAX_FILES) return `${basename(path)} has more than ${MAX_FILES} XML files`;
    const files: File[] = [];
    for (const name of names) {
      const file = join(path, name);
      const found = await stat(file);
      if (found.isFile())
        files.push({
          name: name || basename(path),
          file,
          stamp: `${found.size} ${Math.trunc(found.mtimeMs)}`,
        });
    }
    return files;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code;
    return code === 'ENOENT'
      ? `${basename(path)} is not there`
      : `${basename(path)} cannot be read (${code ?? '?'})`;
  }
}

function outcome(reads: Read[], unchanged: number): Outcome {
  const papers = reads.reduce((sum, read) => sum + read.papers, 0);
  const unfit = reads.reduce((sum, read) => sum + read.unfit, 0);
  const beside = unchanged > 0 ? `; ${unchanged} unchanged` : '';
  const lost = unfit > 0 ? `; ${unfit} rejected` : '';
  const says = `${count(papers, 'paper')} in ${count(reads.length, 'file')}${beside}${lost}`;
  return { state: 'ok', expected: papers, got: papers - unfit, says };
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

function readStamps(kept: unknown): Stamps {
  const files = (kept as { files?: unknown } | null)?.files;
  return typeof files === 'object' && files !== null ? (files as Stamps) : {};
}
