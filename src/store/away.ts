/** Without a driver, for whoever has to tell this error from others. */

/** What queries fail with while the database is away. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway';
  /** The same for all of them, also where only the code arrives. */
  readonly code = 'DATABASE_AWAY';
  constructor() {
    super('The database is not responding.');
  }
}

export const isAway = (error: unknown): boolean => error instanceof DatabaseAway;
