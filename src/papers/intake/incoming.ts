/** A record on its way into a paper, and what may become of it. */
import { hash } from 'node:crypto';
import type { PaperRecord } from '../types.ts';

/** What became of the records of a batch; every record is counted once. */
export interface Intake {
  /** Created a paper. */
  imported: number;
  /** Changed what its source had said before. */
  updated: number;
  /** Joined a paper known from another record. */
  merged: number;
  unchanged: number;
}

/** A record with everything needed to find its paper. */
export interface Incoming {
  record: PaperRecord;
  /** `source key`, unique to the record at its source. */
  name: string;
  key: string;
  hash: string;
  titleKey: number | null;
}

/** A hash of what a record says, without its counts (they are tallied separately). 22 characters. */
export function contentHash(record: PaperRecord): string {
  const { upvotes: _, comments: __, citations: ___, ...said } = record;
  // Keys in one order, whichever reader made the record.
  const ordered = Object.entries(said)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha1', JSON.stringify(ordered), 'base64url').slice(0, 22);
}
