/** How to tell that the database is away from other errors, without loading its driver. */

/** What queries fail with while the database is away. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway';
  /** The same for all of them, even where only the code arrives. */
  readonly code = 'DATABASE_AWAY';
  constructor() {
    super('The database is not responding.');
  }
}

/**
 * What PostgreSQL's driver reports when the server is gone or shutting down, is no longer writable, or is behind a
 * PgBouncer that cannot reach it: error codes, or plain text.
 */
const GONE =
  /^(DATABASE_AWAY|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|57P0[123]|53300|25006|25P03|08\w{3})$/;
const GONE_WORDS = /Connection terminated|timeout exceeded when trying to connect|not queryable/;

/** Whether something failed because the database is away for a while. */
export function isAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return GONE.test(String(code)) || GONE_WORDS.test(String(message));
}
