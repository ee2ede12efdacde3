/** A ledger with an example of everything, for the pages of the sources. */
import { type Config, readConfig } from '../../src/config.ts';
import { queueMail } from '../../src/mail/outbox.ts';
import { beginRun, type End, finishRun, noCounts, noteProgress, partOf } from '../../src/sources/ledger.ts';
import { partsOf } from '../../src/sources/registry.ts';
import { keepRejected } from '../../src/sources/rejected.ts';
import { askBackfill, pause } from '../../src/sources/status.ts';
import type { Store } from '../../src/store/open.ts';

const HOUR = 3_600_000;
const DAY = '2026-06-26';

const ENDS: End[] = [
  { state: 'ok', announced: DAY, expected: 212, got: 212 },
  { state: 'quiet', announced: DAY, proof: 'the listing of the day shows nothing that is not here' },
  {
    state: 'failed',
    announced: DAY,
    expected: 212,
    got: 0,
    why: 'https://gazette.example/a/very/long/address/without/any/place/to/break/it/at/all?and=a&long=query: answered 503',
  },
  { state: 'ok', announced: DAY, expected: 212, got: 210, says: 'the rest is awaited' },
];

/** Gives the configured parts a past: each ends differently, one is paused, one is running. */
export async function fillLedger(store: Store, config: Config = readConfig({})): Promise<void> {
  const now = Date.now();
  const parts = partsOf(config);
  for (const [place, { source, part }] of parts.entries()) {
    const named = { source: source.name, part: part.name };
    await partOf(store, source.name, part.name, now - 50 * HOUR);
    for (let past = 12; past >= 0; past--) {
      const started = now - past * HOUR - 60_000;
      const id = await beginRun(store, { ...named, kind: 'scheduled', now: started });
      const end = ENDS[past === 0 ? place % ENDS.length : (past * 7) % 3]!;
      const run = { ...named, id, kind: 'scheduled' as const, now: started + 30_000 };
      const remarks =
        past % 4 === 0 ? ['A remark of the source, which may be long enough for two lines.'] : [];
      await finishRun(store, { ...run, remarks }, { ...noCounts(), added: past, requests: 3 }, end);
    }
  }
  const [first, second] = parts;
  if (!first || !second) return;
  const id = await beginRun(store, { source: first.source.name, part: first.part.name, kind: 'asked', now });
  await noteProgress(store, id, { ...noCounts(), added: 40, changed: 3 }, { done: 50, total: 200 });
  await askBackfill(store, first, { since: '2026-06-01', until: '2026-06-20' });
  await pause(store, second);
  const place = 'https://gazette.example/a/very/long/address/without/any/place/to/break/it/at/all';
  await keepRejected(
    store,
    second.source.name,
    second.part.name,
    [{ place, reason: 'it has no title' }],
    now,
  );
  await queueMail(store.write, { to: 'a@example.org', subject: 'Broken', text: '.' }, 'example.org', now);
  const tried = { tries: 1, reason: 'mail.example.org:587: refused' };
  await store.write.updateTable('outbox').set(tried).execute();
}
