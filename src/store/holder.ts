/**
 * Who holds a lease, and whether that process is still there. A name of `host/pid/thread` alone would not do: containers
 * share host names, and the first process of each has the same id. So a holder also names the boot of its machine with
 * the process namespace (its *place*), its own start, and a number of its own. Two threads never have the same name, and
 * a process is declared gone only by one that could see it if it were there.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';

/** Where this process runs; '' if the system does not say: then no other process is declared gone. */
const place = placeOf();
const name = [
  hostname(),
  process.pid,
  threadId,
  place,
  startOf(process.pid) ?? '',
  randomBytes(4).toString('hex'),
].join('/');

/** Names this thread: `host/pid/thread/place/start/number`. */
export const me = (): string => name;

/** Whether the process of a holder is known to be gone. If that cannot be known, it is not. */
export function isGone(holder: string): boolean {
  const [host, pid, , at, start] = holder.split('/');
  if (host !== hostname() || !pid || !start || place === '' || at !== place) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const found = startOf(Number(pid));
  // Not readable by us: somebody is there, and might be the holder.
  return found !== null && found !== start;
}

/** Names the boot of the machine and the process namespace. Within it, a process id and its start are unique. */
function placeOf(): string {
  try {
    // A container may have been given another one's /proc.
    if (readlinkSync('/proc/self') !== String(process.pid)) return '';
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const space = readlinkSync('/proc/self/ns/pid');
    return createHash('sha256').update(`${boot} ${space}`).digest('hex').slice(0, 12);
  } catch {
    return '';
  }
}

/** When a process started, in ticks since the boot; `over` if it has ended; null if the system does not say. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name in brackets, may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Ended, but its parent has not asked how.
    return /^[ZX]$/.test(fields[0]!) ? 'over' : fields[19]!;
  } catch {
    return null;
  }
}
