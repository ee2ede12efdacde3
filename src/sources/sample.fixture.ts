/** A source that nobody asks, and runs of it written straight into the ledger, for tests of what shows them. */
import type { Store } from '../store/open.ts';
import { beginRun, type End, finishRun, noCounts, partOf, type RunCounts, type RunKind } from './ledger.ts';
import type { Source } from './source.ts';

const HOUR = 3_600_000;

const part = (name: string, says: string, backfills = false) => ({
  name,
  says,
  url: 'https://reader:s3cret@gazette.example/feed',
  backfills,
  due: (standing: { last: { endedAt: number } | null }) => (standing.last ? standing.last.endedAt + HOUR : 0),
  // biome-ignore lint/correctness/useYield: it has nothing to give
  async *fetch() {
    return { state: 'quiet', proof: 'nothing is printed here' } as const;
  },
});

/** Two parts of an invented gazette; the second can be asked for by days. */
export const gazette: Source = {
  name: 'gazette',
  title: 'The Gazette',
  parts: () => [part('new a', 'Announcements in A'), part('new b', 'Announcements in B', true)],
};

/** Writes a run that began a minute before it ended (epoch ms). */
export async function wrote(
  store: Store,
  name: string,
  ended: number,
  end: End,
  more: Partial<RunCounts> & { kind?: RunKind; remarks?: string[] } = {},
): Promise<void> {
  const { kind = 'scheduled', remarks = [], ...counts } = more;
  await partOf(store, gazette.name, name, ended - 60_000);
  const run = { source: gazette.name, part: name, kind };
  const id = await beginRun(store, { ...run, now: ended - 60_000 });
  await finishRun(store, { ...run, id, now: ended, remarks }, { ...noCounts(), requests: 1, ...counts }, end);
}
