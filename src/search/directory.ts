/**
 * An index folder: segment files and one manifest that says which of them count. A commit writes and fsyncs
 * the new segment, then replaces the manifest by a rename, which is all or nothing. Whatever a crash leaves
 * behind is a file that no manifest lists: readers never look at it, the next writer removes it.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FORMAT } from './segment.ts';
import { IndexUnusable } from './types.ts';

export const MANIFEST = 'manifest.json';
const KIND = 'broadsheet-search';
const OURS = /^segment-\d+\.bin$|\.tmp$/;

export interface Manifest {
  /** The last change number that is in it. */
  seq: number;
  /** Numbers the files; never goes back, so that a name never means two contents. */
  next: number;
  /** The model the vectors are by, '' for none. */
  model: string;
  /** From the oldest to the newest: a document hides those of the same key in segments before its own. */
  segments: { file: string; documents: number; bytes: number }[];
}

export const EMPTY: Manifest = { seq: 0, next: 1, model: '', segments: [] };

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The manifest's bytes, or null when folder or manifest are not there. */
export function readManifestBytes(folder: string): string | null {
  try {
    return readFileSync(join(folder, MANIFEST), 'utf8');
  } catch (error) {
    if (missing(error)) return null;
    throw error;
  }
}

/** Reads a manifest; throws IndexUnusable when it is not one of this program's. */
export function parseManifest(folder: string, bytes: string): Manifest {
  const fail = (what: string): never => {
    throw new IndexUnusable(`${join(folder, MANIFEST)}: ${what}`);
  };
  let parsed: { kind?: unknown; format?: unknown; checksum?: unknown; content?: Manifest };
  try {
    parsed = JSON.parse(bytes);
  } catch {
    return fail('is not JSON, the file is damaged');
  }
  if (typeof parsed !== 'object' || parsed === null || parsed.kind !== KIND)
    return fail('is not the manifest of a search index');
  if (parsed.format !== FORMAT) fail(`has format ${parsed.format}, this program reads ${FORMAT}`);
  if (!parsed.content || crc32(JSON.stringify(parsed.content)) !== parsed.checksum)
    return fail('the checksum does not match, the file is damaged');
  return parsed.content;
}

/** Makes `manifest` the folder's state, all or nothing. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const checksum = crc32(JSON.stringify(manifest));
  const text = JSON.stringify({ kind: KIND, format: FORMAT, checksum, content: manifest });
  writeFileDurably(folder, MANIFEST, Buffer.from(`${text}\n`));
}

/** Writes a file so that under its name there is all of it or nothing, also after a power cut. */
export function writeFileDurably(folder: string, name: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `${name}.tmp`);
  const file = openSync(temporary, 'w');
  try {
    for (let at = 0; at < bytes.length; )
      at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, join(folder, name));
  syncFolder(folder);
}

function syncFolder(folder: string): void {
  // Windows cannot fsync a folder, and does not need it.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A whole file in the memory that `room` gives for so many bytes, or null when it is not there. */
export function readWhole(
  folder: string,
  name: string,
  room: (size: number) => Uint8Array,
): Uint8Array | null {
  return withFile(folder, name, (read, size) => {
    const bytes = room(size);
    read(bytes, 0);
    return bytes;
  });
}

/** Opens a file for reading at will; null when it is not there. `read` fills its array. */
function withFile<Result>(
  folder: string,
  name: string,
  use: (read: (into: Uint8Array, at: number) => void, size: number) => Result,
): Result | null {
  let file: number;
  try {
    file = openSync(join(folder, name), 'r');
  } catch (error) {
    if (missing(error)) return null;
    throw error;
  }
  try {
    return use((into, at) => {
      for (let done = 0; done < into.length; ) {
        const count = readSync(file, into, done, Math.min(into.length - done, 1 << 30), at + done);
        if (count === 0) throw new IndexUnusable(`${join(folder, name)}: ends too early`);
        done += count;
      }
    }, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

/** Removes files of ours that the manifest does not list. */
export function sweep(folder: string, manifest: Manifest): void {
  const listed = new Set(manifest.segments.map(({ file }) => file));
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (missing(error)) return;
    throw error;
  }
  // A file that cannot be removed (Windows, while somebody reads it) is met again by the next sweep.
  for (const name of names)
    if (OURS.test(name) && !listed.has(name))
      try {
        rmSync(join(folder, name), { force: true });
      } catch {}
}
