/**
 * What is derived from papers behind the pages, by following the change log: which process does it (a lease), and how far
 * it has come. That is kept in the database beside what is derived, so a killed process is resumed.
 */
import { holdLease, LEASE, releaseLease } from './leases.ts';
import { getMeta, META } from './meta.ts';
import type { Store } from './open.ts';
import type { Db } from './schema.ts';

/** How long another process's lease is respected before asking again, ms. */
const TRY_AGAIN = 2000;

/** A position in the change log: everything up to this row is done. */
export interface Place {
  seq: number;
  pk: number;
}

export class DerivedPlace {
  readonly #store: Store;
  /** Of the lease, and of the row in `derived`. */
  readonly #name: string;
  /** What made it: another version starts again. */
  readonly #version: string | number;
  #heldUntil = 0;
  #triedAt = 0;

  constructor(store: Store, name: string, version: string | number) {
    this.#store = store;
    this.#name = name;
    this.#version = version;
  }

  /** Acquires or keeps the lease. False: another process does the work. */
  async hold(): Promise<boolean> {
    const now = Date.now();
    if (now < this.#heldUntil - LEASE / 2) return true;
    if (now < this.#triedAt + TRY_AGAIN) return false;
    this.#triedAt = now;
    const held = await holdLease(this.#store, this.#name);
    this.#heldUntil = held ? now + LEASE : 0;
    return held;
  }

  async release(): Promise<void> {
    if (this.#heldUntil > 0) await releaseLease(this.#store, this.#name);
    this.#heldUntil = 0;
  }

  /**
   * How far it has come. It starts again if it was made by another version, or the database has been restored from a
   * backup.
   *
   * @param startAgain what else to do then, in the same transaction
   */
  async read(startAgain: (tx: Db) => Promise<unknown> = async () => {}): Promise<Place & { isNew: boolean }> {
    const { read, write } = this.#store;
    const stamp = `${this.#version} ${(await getMeta(read, META.generation)) ?? ''}`;
    const row = await read
      .selectFrom('derived')
      .selectAll()
      .where('name', '=', this.#name)
      .executeTakeFirst();
    if (row?.stamp === stamp && row.seq <= (await this.#store.seq()))
      return { seq: row.seq, pk: row.pk, isNew: false };
    await write.transaction().execute(async (tx) => {
      await startAgain(tx);
      await tx.deleteFrom('derived').where('name', '=', this.#name).execute();
      await tx.insertInto('derived').values({ name: this.#name, stamp, seq: 0, pk: 0 }).execute();
    });
    return { seq: 0, pk: 0, isNew: true };
  }

  /** Notes how far it has come. */
  async move(db: Db, { seq, pk }: Place): Promise<void> {
    await db.updateTable('derived').set({ seq, pk }).where('name', '=', this.#name).execute();
  }
}
