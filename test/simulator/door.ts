/** What all doors of the simulator are asked and what they answer. */
import type { Fault } from './faults.ts';
import type { Truth } from './world.ts';

export interface Question {
  url: URL;
  truth: Truth;
  /** Epoch ms, by the simulator's clock. */
  now: number;
  /** `skip` and `show` where they were asked for and are fit. */
  paging: { skip?: number; show?: number };
  /** The fault that befalls this request, for doors that must play it themselves. */
  fault: Fault | undefined;
}

export interface Answer {
  status: number;
  type: string;
  body: string;
}

export const XML = 'application/xml; charset=utf-8';
