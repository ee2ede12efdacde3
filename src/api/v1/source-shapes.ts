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
  expected: count.nullable().describe('Papers the source announced; null: it does not tell.'),
  got: count.nullable(),
  new: count,
  changed: count,
  merged: count.describe('Put to papers that were here from elsewhere.'),
  unchanged: count,
  rejected: count,
  withdrawn: count,
  requests: count,
  startedAt: moment,
  endedAt: moment.nullable().describe('Null: it is under way.'),
  remarks: z.array(text),
});

export const RUNS = listOf('Runs', 'The runs of a source, the newest first.', RUN, { source: text });

export const STATUS = listOf(
  'Status',
  'How the sources stand.',
  z.strictObject({
    source: text,
    title: text,
    part: text,
    says: text.describe('What it fetches.'),
    state: z.enum(['ok', 'quiet', 'unfinished', 'failed', 'stale', 'paused', 'waiting']),
    announced: text.nullable().describe('The newest announcement.'),
    complete: z.boolean().nullable().describe('All of it is here; null: it has not run yet.'),
    failures: count.describe('In a row, up to now.'),
    failingSince: moment.nullable(),
    lastRunAt: moment.nullable(),
    lastGoodAt: moment.nullable(),
    dueAt: moment.nullable().describe('Null while it is paused.'),
    rejected: count.describe('Records that could not be taken and are kept.'),
    running: z.boolean(),
    backfill: z.strictObject({ since: day, until: day }).nullable(),
  }),
  {
    level: z.enum(['well', 'waiting', 'trouble', 'off']),
    says: text.describe('All of it in a sentence or two.'),
    at: moment,
  },
);
