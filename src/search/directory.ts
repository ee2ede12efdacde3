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
  read,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { FORMAT } from './index-format.ts';
import { IndexUnusable } from './types.ts';

export const MANIFEST = 'manifest.json';
const KIND = 'broadsheet-search';
/** So many bytes are read by one thread alone; of what is beyond, others take so many at a time. */
const READ_ALONE = 1 << 26;
const PIECE = 1 << 23;
const OURS = /^(?:segment|votes)-\d+\.bin$|\.tmp$/;

export interface Manifest {
  /** The last change number that is in it. */
  seq: number;
  /** Numbers the files; never goes back, so that a name never means two contents. */
  next: number;
  /** The model the vectors are by, '' for none. */
  model: string;
  /** From the oldest to the newest: a document hides those of the same key in segments before its own. */
  segments: { file: string; documents: number; bytes: number }[];
  /** Votes that have changed since their documents were written (votes.ts). */
  votes?: { file: string; bytes: number; checksum: number };
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
  if (parsed.format !== FORMAT) fail(`has format ${parsed.format}; this program reads ${FORMAT}`);
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

const readPiece = promisify(read);

/** A file that is read whole. Whoever opens it closes it. */
export class OpenFile {
  readonly path: string;
  readonly size: number;
  readonly #handle: number;
  /** Who opened it, and the other threads that read from it. */
  #holders = 1;

  private constructor(path: string) {
    this.path = path;
    this.#handle = openSync(path, 'r');
    this.size = fstatSync(this.#handle).size;
  }

  /** Null when it is not there. */
  static open(folder: string, name: string): OpenFile | null {
    try {
      return new OpenFile(join(folder, name));
    } catch (error) {
      if (missing(error)) return null;
      throw error;
    }
  }

  /** Reads all of it into a memory of its size. Throws IndexUnusable where it ends too early. */
  read(into: Uint8Array): void {
    for (let at = 0; at < into.length; ) {
      const count = readSync(this.#handle, into, at, Math.min(into.length - at, 1 << 30), at);
      if (count === 0) throw new IndexUnusable(`${this.path}: ends too early`);
      at += count;
    }
  }

  /**
   * Has another thread read `length` bytes at `at` to the same place of `into`; asked for when this returns. It is
   * open until that is done, or another file by the same number would be read. What fails there, `read` will tell.
   */
  async readPiece(into: Uint8Array, at: number, length: number): Promise<void> {
    this.#holders++;
    await readPiece(this.#handle, into, at, length, at).catch(() => {});
    this.close();
  }

  close(): void {
    if (--this.#holders === 0) closeSync(this.#handle);
  }
}

/**
 * Reads files ahead of a caller who reads them in this order, all but the first `alone` bytes: on other threads and from
 * the end, so that they meet in the middle. The caller reads all of it nevertheless, for it cannot know how far they
 * are without leaving its turn, but then to pages that are there, and from the system's memory: a file never
 * changes, so what both write is the same. Not done where there is no memory for both. Everything is asked for
 * when this returns; resolves when it is read.
 */
export async function readAhead(
  files: readonly { file: OpenFile; content: Uint8Array }[],
  alone: number = READ_ALONE,
): Promise<void> {
  const size = files.reduce((sum, { content }) => sum + content.length, 0);
  if (size <= alone || size * 2 > process.availableMemory()) return;
  const pieces: (() => Promise<void>)[] = [];
  let left = alone;
  for (const { file, content } of files) {
    for (let at = left; at < content.length; at += PIECE)
      pieces.push(() => file.readPiece(content, at, Math.min(PIECE, content.length - at)));
    left = Math.max(0, left - content.length);
  }
  await Promise.all(pieces.reverse().map((ask) => ask()));
}

/** Removes files of ours that the manifest does not list. */
export function sweep(folder: string, manifest: Manifest): void {
  const listed = new Set(manifest.segments.map(({ file }) => file));
  if (manifest.votes) listed.add(manifest.votes.file);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (missing(error)) return;
    throw error;
  }
  for (const name of names) if (OURS.test(name) && !listed.has(name)) removeFile(folder, name);
}

/** Removes a file that no manifest lists any more. */
export function removeFile(folder: string, name: string): void {
  // One that cannot be removed (Windows, while somebody reads it) is met again by the next sweep.
  try {
    rmSync(join(folder, name), { force: true });
  } catch {}
}
