/**
 * Taking records in: each finds its paper or founds one, and the paper is folded anew. A batch is one
 * transaction. The result does not depend on the order of records, nor on how they are cut into batches,
 * nor on how often they come.
 */
import { hash } from 'node:crypto';
import type { Change, Store } from '../store/open.ts';
import { Entities, type Entity } from './entities.ts';
import { titleKey } from './identifiers.ts';
import { isWeak } from './merge.ts';
import type { PaperRecord } from './types.ts';

/** What became of the records of a batch; every record is counted once. */
export interface Intake {
  /** Founded a paper. */
  imported: number;
  /** Changed what its source had said before. */
  updated: number;
  /** Joined a paper known from another record. */
  merged: number;
  unchanged: number;
}

export const noIntake = (): Intake => ({ imported: 0, updated: 0, merged: 0, unchanged: 0 });

/**
 * The records a run has already taken, by source and key: when one run brings two different records of the
 * same name, both are kept and folded, for neither is the newer. About 40 bytes a record.
 */
export type Seen = Set<string>;

/** Takes a batch in, all or nothing. Records must be valid (the readers in formats/ see to that). */
export function takeIn(store: Store, records: PaperRecord[], seen: Seen): Promise<Intake> {
  return store.change(async (change) => {
    const intake = await takeInWithin(change, records, seen);
    return intake;
  });
}

/** The same inside a transaction of the caller's. */
export async function takeInWithin(change: Change, records: PaperRecord[], seen: Seen): Promise<Intake> {
  const incoming = records.map(prepare);
  const entities = await Entities.load(change, incoming);
  const intake = noIntake();
  for (const item of incoming) intake[takeOne(entities, item, seen)]++;
  await entities.save();
  for (const { name } of incoming) seen.add(name);
  return intake;
}

/** A record with all that its place is found by. */
export interface Incoming {
  record: PaperRecord;
  /** `source key`, unique to the record at its source. */
  name: string;
  key: string;
  hash: string;
  identifierNames: string[];
  titleKey: number | null;
  weak: boolean;
}

function prepare(record: PaperRecord): Incoming {
  const identifierNames = record.identifiers.map(({ scheme, value }) => `${scheme}:${value}`);
  const key = identifierNames[0]!;
  return {
    record,
    key,
    name: `${record.source} ${key}`,
    hash: contentHash(record),
    identifierNames,
    titleKey: titleKey(record.title),
    weak: isWeak(record.identifiers),
  };
}

/** A hash of what a record says, its counts left out (they are tallied apart). 22 characters. */
export function contentHash(record: PaperRecord): string {
  const { upvotes: _, comments: __, ...said } = record;
  // Keys in one order, whichever reader made the record.
  const ordered = Object.entries(said)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha1', JSON.stringify(ordered), 'base64url').slice(0, 22);
}

function takeOne(entities: Entities, item: Incoming, seen: Seen): keyof Intake {
  const known = entities.knownRecord(item);
  if (known && entities.ownsAll(known, item)) return retally(entities, known, item) ? 'updated' : 'unchanged';

  const named = entities.named(item);
  const candidates = named.length > 0 ? named : entities.byTitle(item);
  const isNew = candidates.length === 0;
  const entity = isNew ? entities.found(item) : entities.unite(candidates);
  if (!item.weak) entities.adoptWeak(entity, item);

  const isKnown = entity.records.some((row) => row.name === item.name);
  // The first sight of a record in this run replaces what an earlier run had; a second one joins it.
  if (!seen.has(item.name) && !entities.takenNow.has(item.name)) entity.drop(item.name);
  const added = entity.add(item);
  const retallied = retally(entities, entity, item);
  if (isNew) return 'imported';
  if (isKnown) return added || retallied ? 'updated' : 'unchanged';
  return 'merged';
}

/** Notes the counts a record brings. True when they differ from those known. */
function retally(entities: Entities, entity: Entity, { record, key, name }: Incoming): boolean {
  entities.takenNow.add(name);
  if (record.upvotes === undefined && record.comments === undefined) return false;
  const tally = {
    source: record.source,
    key,
    upvotes: record.upvotes ?? null,
    comments: record.comments ?? null,
  };
  return entity.tally(name, tally);
}
