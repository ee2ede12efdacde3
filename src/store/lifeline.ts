/**
 * A pool of connections to a PostgreSQL that may go away: the server stops, a cable is pulled, a firewall swallows
 * packets. A broken connection is noticed at once only if the other side closes it; otherwise a query would wait for a
 * quarter of an hour. So a long-running process pings the server every second. If there is no answer, every query in
 * progress fails, and new ones fail at once, until the server answers again; the caller can report that, or make do
 * with what it has.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type PostgresPool,
  type TransactionSettings,
} from 'kysely';
import pg from 'pg';
import { DatabaseAway } from './away.ts';

/**
 * How long a writing transaction may sit idle (ms) before the server ends it. Otherwise, a process cut off in the
 * middle of one would keep its locks for hours, and nobody else could write.
 */
const STANDSTILL = 30_000;

/** How often to ping the server (ms), and how long the answer may take. */
const EVERY = 1_000;
const PATIENCE = 5_000;
/** How long opening a connection may take (ms). */
const CONNECTING = 10_000;

/** Whether the database is there, and if not, since when it has been away. */
export interface Presence {
  /** Since when it has not answered, epoch ms; null: it is there. */
  awaySince(): number | null;
  /** Calls back whenever it has gone away or come back. */
  onTurn(turned: (since: number | null) => void): void;
}

export interface Lifeline extends Presence {
  /** What queries run on, as the query builder needs it. */
  pool: PostgresPool;
  /** Stops the pings. Connections opened for queries end with the pool, if there ever was a query. */
  close(): Promise<void>;
}

interface Options {
  connectionString: string;
  max: number;
  types: pg.CustomTypesConfig;
  /** Whether to ping the server; if not, queries wait for as long as the connection seems to be open. */
  watch: boolean;
}

/** Opens a pool. It connects when it is first used. */
export function openLifeline({ connectionString, max, types, watch }: Options): Lifeline {
  const pool = new pg.Pool({ connectionString, max, types, connectionTimeoutMillis: CONNECTING });
  // An idle connection that breaks must not end the program; the next query opens another.
  pool.on('error', () => {});
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    clients.add(client);
    // Nor must one that breaks during a query, which then fails anyway.
    client.on('error', () => {});
  });
  pool.on('remove', (client) => clients.delete(client));

  let since: number | null = null;
  const hearers = new Set<(since: number | null) => void>();
  const waiting = new Set<(error: Error) => void>();
  const turn = (to: number | null): void => {
    if ((since === null) === (to === null)) return;
    since = to;
    if (to !== null) {
      for (const fail of waiting) fail(new DatabaseAway());
      for (const client of clients) cut(client);
    }
    for (const turned of hearers) turned(since);
  };
  const watching = watch ? watchOver(connectionString, turn) : null;

  const connect = async (): Promise<pg.PoolClient> => {
    if (since !== null) throw new DatabaseAway();
    const connecting = pool.connect();
    const gone = Promise.withResolvers<never>();
    waiting.add(gone.reject);
    try {
      return await Promise.race([connecting, gone.promise]);
    } catch (error) {
      // It may still open later.
      connecting.then((client) => client.release(true)).catch(() => {});
      throw error;
    } finally {
      waiting.delete(gone.reject);
    }
  };
  return {
    pool: {
      options: pool.options,
      connect,
      end: () => pool.end(),
    },
    close: async () => watching?.stop(),
    awaySince: () => since,
    onTurn: (turned) => void hearers.add(turned),
  };
}

/** Drops a connection; whatever runs on it fails. */
export function cut(client: pg.ClientBase): void {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}

/** Pings the server on a connection that is used for nothing else. */
function watchOver(connectionString: string, turn: (since: number | null) => void) {
  let isOver = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let resting: (() => void) | undefined;

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      resting = resolve;
      timer = setTimeout(resolve, EVERY);
      timer.unref();
    });
  const ask = async (): Promise<void> => {
    if (client === null) {
      const next = new pg.Client({ connectionString, connectionTimeoutMillis: PATIENCE });
      next.on('error', () => {});
      client = next;
      await next.connect();
    }
    await client.query('SELECT 1');
  };
  const loop = async (): Promise<void> => {
    while (!isOver) {
      const asked = Date.now();
      const answered = await inTime(ask());
      if (isOver) break;
      if (answered) turn(null);
      else {
        if (client) cut(client);
        client = null;
        turn(asked);
      }
      await rest();
    }
  };
  const looping = loop();
  return {
    async stop() {
      isOver = true;
      clearTimeout(timer);
      resting?.();
      if (client) cut(client);
      await looping;
    },
  };
}

/**
 * Whether something succeeds before patience runs out. If this thread itself was busy, it looks for the answer once
 * more.
 */
function inTime(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      // What arrived while this thread was busy is read after its timers.
      setTimeout(() => resolve(false), 50).unref();
    }, PATIENCE);
    timer.unref();
    work.then(
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      () => {
        clearTimeout(timer);
        resolve(false);
      },
    );
  });
}

/** PostgreSQL, with transactions that the server ends if their client goes silent. */
export class LifelineDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;
  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new LifelineDriver(this.#config);
  }
}

class LifelineDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const { isolationLevel: level, accessMode: mode } = settings;
    // A long read holds no lock that others wait for, and may be as slow as its reader.
    const limit =
      mode === 'read only' ? '' : `; SET LOCAL idle_in_transaction_session_timeout = ${STANDSTILL}`;
    const how = `${level ? ` ISOLATION LEVEL ${level}` : ''}${mode ? ` ${mode}` : ''}`;
    // In one round trip, and for this transaction alone: the next may be on a connection that others share (PgBouncer).
    await connection.executeQuery(CompiledQuery.raw(`START TRANSACTION${how}${limit}`));
  }
}
