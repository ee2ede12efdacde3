/** Connections to the mail server, shared by all processes of a site: each is a lease. */
import { holdLease, LEASE, releaseLease } from '../store/leases.ts';
import type { Store } from '../store/open.ts';

const nameOf = (n: number): string => `mail connection ${n}`;

/**
 * Does work with as many of the site's connections as are free.
 *
 * @param most how many the site may have open
 * @param work is given how many it may open; not called if there are none
 * @returns what the work returns; null: there were none
 */
export async function withConnections<T>(
  store: Store,
  most: number,
  work: (connections: number) => Promise<T>,
): Promise<T | null> {
  const held: string[] = [];
  for (let n = 1; n <= most; n++) if (await holdLease(store, nameOf(n))) held.push(nameOf(n));
  if (held.length === 0) return null;
  const renew = async (): Promise<void> => {
    for (const name of held) await holdLease(store, name);
  };
  // One that cannot be renewed in time may be taken by another process: there would be one connection too many.
  const timer = setInterval(() => void renew().catch(() => {}), LEASE / 3);
  try {
    return await work(held.length);
  } finally {
    clearInterval(timer);
    for (const name of held) await releaseLease(store, name);
  }
}
