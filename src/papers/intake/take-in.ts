/**
 * Storing records: each finds its paper or creates one, and the paper is merged again. A batch is one transaction. The
 * result does not depend on the order of records, on how they are cut into batches, or on how often they arrive.
 */
import type { Change, Store } from '../../store/open.ts';
import { hash52 } from '../hash.ts';
import { titleKey } from '../identifiers.ts';
import type { PaperRecord } from '../types.ts';
import { believable, type Misdated } from './believable.ts';
import { contentHash, type Incoming, type Intake } from './incoming.ts';
import { nameOfIdentifier } from './names.ts';
import { renamed } from './own-ids.ts';
import { UnitOfWork } from './unit.ts';

export { contentHash, type Intake } from './incoming.ts';

export const noIntake = (): Intake => ({ imported: 0, updated: 0, merged: 0, unchanged: 0 });

/**
 * The records a run has already brought, by source and key, and by content: if one run brings two different records
 * with the same name, both are kept, because neither is newer. Hashes of 52 bits, about 80 bytes a record.
 */
export type Seen = Set<number>;

/** The time that dates are checked against (believable.ts): default the system's clock (epoch ms). */
export interface Belief {
  now?: number;
  misdated?: Misdated;
}

/**
 * Stores a batch, all or nothing. Records must be valid (the readers in formats/ ensure that); days in the future are
 * dropped.
 */
export async function takeIn(
  store: Store,
  records: PaperRecord[],
  seen: Seen,
  belief: Belief = {},
): Promise<Intake> {
  const incoming = prepareAll(records, belief);
  const intake = await store.change((change) => place(change, incoming, seen));
  for (const { name, hash } of incoming) {
    seen.add(hash52(name));
    seen.add(hash52(`${name} ${hash}`));
  }
  return intake;
}

/**
 * What storing a batch would result in. Nothing is written: the transaction is rolled back. Papers from an earlier
 * trial batch are not there, so a paper in two batches counts as new in both.
 */
export async function dryTakeIn(
  store: Store,
  records: PaperRecord[],
  seen: Seen,
  belief: Belief = {},
): Promise<Intake> {
  const incoming = prepareAll(records, belief);
  let intake = noIntake();
  class Undo extends Error {}
  try {
    await store.change(async (change) => {
      intake = await place(change, incoming, seen);
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  return intake;
}

/** Stores records as a part of another change, as the first of their run. */
export const takeInWithin = (change: Change, records: PaperRecord[], belief: Belief = {}): Promise<Intake> =>
  place(change, prepareAll(records, belief), new Set());

async function place(change: Change, incoming: Incoming[], seen: Seen): Promise<Intake> {
  const work = await UnitOfWork.load(change, incoming);
  const intake = noIntake();
  for (const fate of work.place(incoming, (what) => seen.has(hash52(what)))) intake[fate]++;
  await work.save();
  return intake;
}

const prepareAll = (records: PaperRecord[], { now = Date.now(), misdated }: Belief): Incoming[] =>
  records.map((record) => prepare(believable(record, now, misdated)));

function prepare(given: PaperRecord): Incoming {
  const record = renamed(given, nameOfIdentifier(given.identifiers[0]!));
  const key = nameOfIdentifier(record.identifiers[0]!);
  return {
    record,
    key,
    name: `${record.source} ${key}`,
    hash: contentHash(record),
    titleKey: titleKey(record.title),
  };
}
