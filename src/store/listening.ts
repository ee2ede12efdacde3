/** How processes on the same PostgreSQL learn of each other's changes: by NOTIFY, as part of the transaction. */
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import type { Db } from './schema.ts';

const CHANNEL = 'broadsheet';
/** How long to wait before reconnecting, ms. */
const AGAIN = 2_000;
/** How often to ask whether the other side is still there (ms), and how long that may take: nothing else is ever sent. */
const PULSE = 10_000;

/** Notifies all listeners once the transaction is committed. */
export async function announce(tx: Db): Promise<void> {
  const notify: RawBuilder<unknown> = sql`SELECT pg_notify(${CHANNEL}, '')`;
  await notify.execute(tx);
}

/**
 * Listens on a separate connection. While that is broken nothing is heard, so the caller must also poll; once it is
 * back, `heard` is called for whatever was missed.
 *
 * @returns a function that stops listening
 */
export async function listenIn(url: string, heard: () => void): Promise<() => Promise<void>> {
  const { Client } = (await import('pg')).default;
  const { cut } = await import('./lifeline.ts');
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let pulse: NodeJS.Timeout | undefined;
  let isOver = false;

  const connect = async (): Promise<void> => {
    const next = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true });
    next.on('notification', heard);
    next.on('error', () => {});
    next.once('end', () => {
      client = null;
      if (!isOver) later();
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
    } catch {
      // The `end` event has scheduled the next attempt, unless the connection was never opened.
      await next.end().catch(() => {});
      if (client === null) later();
      return;
    }
    client = next;
    if (isOver) await next.end().catch(() => {});
    else {
      beat(next);
      heard();
    }
  };
  /** Drops the connection if a pulse is not answered before the next is due. */
  const beat = (of: pg.Client): void => {
    let isAnswered = true;
    clearInterval(pulse);
    pulse = setInterval(() => {
      if (client !== of) return;
      if (!isAnswered) return cut(of);
      isAnswered = false;
      of.query('SELECT 1').then(
        () => {
          isAnswered = true;
        },
        () => {},
      );
    }, PULSE);
    pulse.unref();
  };
  const later = (): void => {
    clearTimeout(timer);
    if (isOver) return;
    timer = setTimeout(() => void connect(), AGAIN);
    timer.unref();
  };

  await connect();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    clearInterval(pulse);
    await client?.end().catch(() => {});
  };
}
