/** How much memory there is for this process, which may be less than the machine has: a container, a limit of systemd. */
import { totalmem } from 'node:os';

/** Bytes. */
export function memory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** The size of a cache in bytes: `most`, or the given part of the memory if that is less. */
export const share = (most: number, part: number): number => Math.min(most, Math.floor(memory() / part));
