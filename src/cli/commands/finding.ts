import { plainMessage } from '../plain-message.ts';

/** What a check of `doctor` found. `warning` needs attention some time, `problem` now. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'problem';
  says: string;
  /** What to do about it, in a sentence or as a command. */
  next?: string;
}

/** How each state is marked. */
export const MARK = { ok: '✓', warning: '!', problem: '✗' };

/** A check that cannot be made has found something too. */
export async function looking<Result extends Finding | Finding[]>(
  check: string,
  look: () => Promise<Result>,
): Promise<Result | Finding> {
  try {
    return await look();
  } catch (error) {
    return { check, state: 'problem', says: plainMessage(error as Error) };
  }
}
