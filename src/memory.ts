/**
 * How much memory this process may use, which may be less than the machine has: in a container, or under a systemd
 * limit.
 */
import { totalmem } from 'node:os';

/** Bytes. */
export function memory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** The size of a cache in bytes: `most`, or the given part of the memory if that is less. */
export const share = (most: number, part: number): number => Math.min(most, Math.floor(memory() / part));
