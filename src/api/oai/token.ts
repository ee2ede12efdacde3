/**
 * Resumption tokens. They contain everything needed, so they survive a restart and take no memory here. They mark a
 * position rather than a number: whatever changes in between, nothing is left out. They become invalid with their
 * database.
 */
import type { HarvestPlace } from '../../papers/lists/harvest.ts';
import { OaiError } from './error.ts';

export interface Token {
  /** Whether records or identifiers are listed. */
  verb: 'ListIdentifiers' | 'ListRecords';
  metadataPrefix: string;
  set: string | undefined;
  /** Epoch ms. */
  from: number | undefined;
  until: number | undefined;
  place: HarvestPlace;
  /** How many came before. */
  cursor: number;
  /** Of how many, if known. */
  total: number | undefined;
  generation: string;
}

/** The token as it appears in an address. */
export function writeToken(token: Token): string {
  const { verb, metadataPrefix, set, from, until, place, cursor, total, generation } = token;
  const after = 'pk' in place.after ? place.after.pk : place.after.id;
  const fields = [verb === 'ListRecords' ? 1 : 0, metadataPrefix, set, from, until, place.seq, after];
  const all = [...fields, cursor, total, generation.slice(0, 8)].map((field) => field ?? null);
  return Buffer.from(JSON.stringify(all)).toString('base64url');
}

/**
 * @param generation of the current database
 * @throws OaiError (badResumptionToken)
 */
export function readToken(text: string, verb: Token['verb'], generation: string): Token {
  const fields = fieldsOf(text);
  if (fields === null)
    throw new OaiError('badResumptionToken', 'This resumption token was not issued by this site.');
  const [isRecords, metadataPrefix, set, from, until, seq, after, cursor, total, of] = fields;
  const isToken =
    (isRecords === 0 || isRecords === 1) &&
    typeof metadataPrefix === 'string' &&
    (set === null || typeof set === 'string') &&
    [from, until, total].every((one) => one === null || isCount(one)) &&
    isCount(seq) &&
    isCount(cursor) &&
    (isCount(after) || (typeof after === 'string' && !after.includes('\0'))) &&
    typeof of === 'string';
  if (!isToken)
    throw new OaiError('badResumptionToken', 'This resumption token was not issued by this site.');
  if ((isRecords === 1) !== (verb === 'ListRecords'))
    throw new OaiError('badResumptionToken', 'This resumption token belongs to another verb.');
  if (of !== generation.slice(0, 8))
    throw new OaiError('badResumptionToken', 'The database was restored from a backup: start again.');
  const optional = (value: unknown) => (value === null ? undefined : (value as number));
  return {
    verb,
    metadataPrefix,
    set: set ?? undefined,
    from: optional(from),
    until: optional(until),
    place: { seq, after: typeof after === 'string' ? { id: after } : { pk: after } },
    cursor,
    total: optional(total),
    generation,
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function fieldsOf(text: string): unknown[] | null {
  if (!/^[\w-]+$/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) && value.length === 10 ? value : null;
  } catch {
    return null;
  }
}
