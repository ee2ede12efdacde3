import { constants, setPriority } from 'node:os';

/**
 * Gives readers' pages precedence when processors are scarce. On Linux the priority is the calling thread's (and that
 * of threads it starts later); elsewhere it would be the whole process's, pages included, so nothing is changed.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here: then everything shares equally.
  }
}
