/** The shapes of responses about the sources. */
import * as z from 'zod';
import { day, listOf, moment } from './shapes.ts';

const count = z.int().min(0);
const text = z.string();

/** One run of a part of a source. */
export const RUN = z.strictObject({
  id: count,
  part: text,
  kind: text.describe('`scheduled`, `asked`, `backfill`, …'),
  state: text,
  says: text.describe('How it went, in a sentence.'),
  announced: text.nullable().describe('The announcement it fetched.'),
  expected: count.nullable().describe('Papers the source announced; null if it does not say.'),
  got: count.nullable(),
  new: count,
  changed: count,
  merged: count.describe('Merged into papers from other sources.'),
  unchanged: count,
  rejected: count,
  withdrawn: count,
  requests: count,
  startedAt: moment,
  endedAt: moment
    .nullable()
    .describe('Null while it is running, or if it was interrupted and its end is not known.'),
  remarks: z.array(text),
});

export const RUNS = listOf('Runs', 'The runs of a source, newest first.', RUN, { source: text });

export const STATUS = listOf(
  'Status',
  'Source status.',
  z.strictObject({
    source: text,
    title: text,
    part: text,
    says: text.describe('What it fetches.'),
    state: z.enum(['ok', 'quiet', 'unfinished', 'failed', 'stale', 'paused', 'waiting']),
    announced: text.nullable().describe('The newest announcement.'),
    complete: z.boolean().nullable().describe('Whether all of it is here; null if it has not run yet.'),
    failures: count.describe('Consecutive failures up to now.'),
    failingSince: moment.nullable(),
    lastRunAt: moment.nullable(),
    lastGoodAt: moment.nullable(),
    dueAt: moment.nullable().describe('Null while it is paused.'),
    rejected: count.describe('Rejected records on file.'),
    running: z.boolean(),
    backfill: z.strictObject({ since: day, until: day }).nullable(),
  }),
  {
    level: z.enum(['well', 'waiting', 'trouble', 'off']),
    says: text.describe('A summary in a sentence or two.'),
    at: moment,
  },
);
