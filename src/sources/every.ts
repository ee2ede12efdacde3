/** Schedules that several sources share. */
import type { Part } from './source.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A failing server is asked again after this long (ms), doubled each time. */
const PATIENCE = 10 * 60_000;

/** At once the first time, then every `period` ms; after failures sooner, then increasingly later up to the period. */
export const every =
  (period: number): Part['due'] =>
  ({ last, failures }) => {
    if (!last) return 0;
    return (
      last.endedAt + (failures > 0 ? Math.min(period, PATIENCE * 2 ** Math.min(failures - 1, 20)) : period)
    );
  };
