/** The process that sends the digest, killed at any point. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onBoth } from '../../test/databases.ts';
import { random } from '../../test/invented.ts';
import { type KillResult, killAgainAndAgain } from './kills.fixture.ts';
import { fillLedger } from './ledger.fixture.ts';
import { smtpSink } from './smtp.fixture.ts';

const READERS = 600;
const KILLS = 6;

onBoth((kind, fresh) => {
  /** Sends to everybody with processes that are killed. */
  async function killed(seed: number): Promise<KillResult> {
    const database = await fresh();
    const store = await database.open();
    let heard: (() => void) | null = null;
    const arrived: string[] = [];
    const sink = await smtpSink(
      () => {
        heard?.();
        return { how: 'accept' };
      },
      ({ to }) => void arrived.push(to),
    );
    try {
      await fillLedger(store, READERS, Date.now() - 1000);
      const env = { ...process.env, ...database.env };
      const script = join(import.meta.dirname, 'sender.fixture.ts');
      return await killAgainAndAgain({
        ...{ store, recipients: READERS, kills: KILLS, next: random(seed), arrived },
        start: () => spawn(process.execPath, [script, sink.url], { env, stdio: 'ignore' }),
        onRecipient: (listener) => {
          heard = listener;
        },
      });
    } finally {
      await sink.close();
      await store.close();
      await database.remove();
    }
  }

  it('loses nobody, and doubles at most what was being handed over', async () => {
    const result = await killed(kind === 'SQLite' ? 3 : 4);
    expect(result).toMatchObject({ kills: KILLS, sent: READERS, uncertain: 0, lost: 0, disagree: 0 });
    expect(result.handing).toBeGreaterThan(0);
    expect(result.doubles).toBeLessThanOrEqual(result.handing);
  });
});
