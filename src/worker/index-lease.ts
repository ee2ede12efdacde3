/**
 * Who writes the index of a data folder: one process at a time, and where there is a choice, a worker. A command takes
 * over only while nobody writes. A web node has an index of its own to keep where no worker uses its folder; where one
 * does, it leaves the index to that worker, and stands in only if the worker has been gone for a while.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdLease, isHeld, LEASE, releaseLease } from '../store/leases.ts';
import type { Store } from '../store/open.ts';

export type Writer = 'worker' | 'command' | 'web';

/** How long a web node waits for the worker of its folder to come back, ms. */
export const STAND_IN = 60_000;
/** How often it looks for one, ms. */
const LOOK = 1000;

export class IndexLease {
  readonly #store: Store;
  readonly #dataDir: string;
  readonly #writer: Writer;
  #name: string | null = null;
  #heldUntil = 0;
  #looked = 0;
  /** When a worker was last seen to use this folder. */
  #seen = Number.NEGATIVE_INFINITY;

  constructor(store: Store, dataDir: string, writer: Writer) {
    this.#store = store;
    this.#dataDir = dataDir;
    this.#writer = writer;
  }

  /**
   * To be called even with nothing to write: shows web nodes that a worker uses this folder, and makes a web node give
   * way to one. True: nothing prevents this process from writing. The lease itself is kept only while there is work, so
   * that commands get it at other times.
   */
  async look(): Promise<boolean> {
    this.#name ??= `index ${folderId(this.#dataDir)}`;
    const now = Date.now();
    if (this.#writer === 'worker' && now >= this.#looked + LEASE / 2) {
      await holdLease(this.#store, presence(this.#name));
      this.#looked = now;
    }
    if (this.#writer !== 'web') return true;
    if (now >= this.#looked + LOOK) {
      this.#looked = now;
      if (await isHeld(this.#store, presence(this.#name))) this.#seen = now;
    }
    if (now >= this.#seen + STAND_IN) return true;
    await this.release();
    return false;
  }

  /** Acquires or keeps the lease. False: somebody else writes the index. */
  async hold(): Promise<boolean> {
    if (!(await this.look())) return false;
    if (Date.now() < this.#heldUntil - LEASE / 2) return true;
    const held = await holdLease(this.#store, this.#name!);
    this.#heldUntil = held ? Date.now() + LEASE : 0;
    return held;
  }

  async release(): Promise<void> {
    if (this.#name === null) return;
    if (this.#writer === 'worker') await releaseLease(this.#store, presence(this.#name));
    if (this.#heldUntil > 0) await releaseLease(this.#store, this.#name);
    this.#heldUntil = 0;
  }
}

/** The lease that says a worker uses the folder, whether or not it writes the index yet. */
const presence = (name: string): string => `${name} worker`;

/**
 * Names a data folder: the same for everybody who shares it, under whatever path and host name, and different for every
 * other, even if it is a copy.
 */
export function folderId(dataDir: string): string {
  const path = join(dataDir, 'index.id');
  if (statSync(path, { throwIfNoEntry: false }) === undefined) create(path);
  // A copy has an inode of its own.
  return `${readFileSync(path, 'utf8').trim()}-${statSync(path, { bigint: true }).ino}`;
}

/** Creates the file with its content at once: two processes that start together must not read different ones. */
function create(path: string): void {
  const own = `${path}.${randomUUID()}.tmp`;
  writeFileSync(own, `${randomUUID()}\n`);
  try {
    linkSync(own, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Not every file system has links.
    if (code !== 'EEXIST') writeFileSync(path, readFileSync(own), { flag: 'wx' });
  } finally {
    unlinkSync(own);
  }
}
