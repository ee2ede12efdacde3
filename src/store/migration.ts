/** A step that brings a database up to this program's version. */
import type { Db } from './schema.ts';

export interface Migration {
  says: string;
  /** Each for both databases, or written for each. */
  statements: (string | { sqlite: string[]; postgres: string[] })[];
  /** What SQL shared by both databases cannot express; runs after the statements. */
  work?: (tx: Db) => Promise<void>;
}
