/** Schedules that several sources share. */
import type { Part } from './source.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A failing server is asked again after this long (ms), doubled each time. */
const PATIENCE = 10 * 60_000;

/**
 * At once the first time, then every `period` ms; after failures sooner, then increasingly later, up to `longest` (ms).
 */
export const every =
  (period: number, longest = period): Part['due'] =>
  ({ last, failures }) => {
    if (!last) return 0;
    const pause = failures > 0 ? Math.min(longest, PATIENCE * 2 ** Math.min(failures - 1, 20)) : period;
    return last.endedAt + pause;
  };
