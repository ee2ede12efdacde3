import { constants, setPriority } from 'node:os';

/**
 * Lets readers' pages go first when processors are scarce. On Linux the priority is the calling thread's (and
 * that of threads it starts later); elsewhere it would be the whole process's, pages and all, so it is left.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: then everything shares alike.
  }
}
