/** What all doors of the simulator (its services) have in common: requests and responses. */
import type { Fault } from './faults.ts';
import type { Truth } from './world.ts';

export interface Question {
  url: URL;
  truth: Truth;
  /** Epoch ms, by the simulator's clock. */
  now: number;
  /** `skip` and `show` if they were given and valid. */
  paging: { skip?: number; show?: number };
  /** The fault for this request, for doors that must act it out themselves. */
  fault: Fault | undefined;
}

export interface Answer {
  status: number;
  type: string;
  body: string;
}

export const XML = 'application/xml; charset=utf-8';
