/** A paper from one JSON value in any shape we know: our own, the Hub's, CSL's or arXiv's. */
import type { PaperRecord, Parsed, Source } from '../papers/types.ts';
import { fromArxivBulk, looksLikeArxivBulk } from './arxiv.ts';
import { fromCsl, looksLikeCsl } from './csl.ts';
import { isObject, type Json } from './fields.ts';
import { fromHub } from './hub.ts';
import { fromOwn } from './own.ts';
import { quote, Unfit } from './text.ts';

/**
 * The Hub calls the abstract `summary`, so its lines must not be mistaken for ours: they wrap a `paper`, or have the
 * Hub's names for dates and votes and none of the fields that only our lines have.
 */
function looksLikeHub(value: Json): boolean {
  if (isObject(value.paper)) return true;
  if ('abstract' in value || 'identifiers' in value || 'published' in value || 'listed' in value)
    return false;
  return 'publishedAt' in value || 'submittedOnDailyAt' in value || 'upvotes' in value;
}

/**
 * The record in `value`. Throws `Unfit` with the reason if there is none.
 *
 * @param warnings receives what was left out, in sentences for people
 */
export function recordFromJson(value: unknown, source?: Source, warnings: string[] = []): PaperRecord {
  if (!isObject(value)) throw new Unfit(`not a paper but ${quote(value)}`);
  if (looksLikeArxivBulk(value)) return { ...fromArxivBulk(value), ...(source && { source }) };
  if (looksLikeHub(value)) return fromHub(value, source ?? 'hf');
  if (!('authors' in value) && looksLikeCsl(value)) return fromCsl(value, source ?? 'csljson', warnings);
  return fromOwn(value, source ?? 'jsonl');
}

/**
 * `read`'s record, or its reason for rejecting it, with the record as received (`raw`) if it can be retried later. Any
 * error other than `Unfit` is a bug of ours and is rethrown.
 */
export function attempt(where: string, read: () => PaperRecord, raw?: unknown): Parsed {
  try {
    return { ok: true, where, record: read() };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { ok: false, where, reason: error.message, ...(raw !== undefined && { raw }) };
  }
}

/** Parses JSON; the parser's message is cut to what helps a person. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit(`not JSON: ${jsonTrouble(text.trimEnd())}`);
  }
}

function jsonTrouble(text: string): string {
  let message = '';
  try {
    JSON.parse(text);
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  }
  if (/end of JSON|Unterminated string/i.test(message)) return 'unexpected end';
  const place = /position (\d+)/.exec(message)?.[1];
  if (place === undefined) return text.length <= 40 ? quote(text) : `begins ${quote(text.slice(0, 40))}`;
  const near = text.slice(Number(place), Number(place) + 20);
  return `unexpected ${quote(near)} at character ${Number(place) + 1}`;
}
