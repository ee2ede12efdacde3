/** A paper from one JSON value of any shape we know: our own, the Hub's, CSL's or arXiv's. */
import type { PaperRecord, Parsed, Source } from '../papers/types.ts';
import { fromArxivBulk, looksLikeArxivBulk } from './arxiv.ts';
import { fromCsl, looksLikeCsl } from './csl.ts';
import { isObject, type Json } from './fields.ts';
import { fromHub } from './hub.ts';
import { fromOwn } from './own.ts';
import { quote, Unfit } from './text.ts';

/**
 * The Hub says `summary` for the abstract, so a line of its must not be taken for one of ours: it wraps a
 * `paper`, or has its names for dates and votes and none of the fields that only our lines have.
 */
function looksLikeHub(value: Json): boolean {
  if (isObject(value.paper)) return true;
  if ('abstract' in value || 'identifiers' in value || 'published' in value || 'listed' in value)
    return false;
  return 'publishedAt' in value || 'submittedOnDailyAt' in value || 'upvotes' in value;
}

/**
 * The record `value` holds. Throws `Unfit` with the reason when it holds none.
 *
 * @param warnings takes what of it was left out, in sentences for people
 */
export function recordFromJson(value: unknown, source?: Source, warnings: string[] = []): PaperRecord {
  if (!isObject(value)) throw new Unfit(`not a paper but ${quote(value)}`);
  if (looksLikeArxivBulk(value)) return { ...fromArxivBulk(value), ...(source && { source }) };
  if (looksLikeHub(value)) return fromHub(value, source ?? 'hf');
  if (!('authors' in value) && looksLikeCsl(value)) return fromCsl(value, source ?? 'csljson', warnings);
  return fromOwn(value, source ?? 'jsonl');
}

/**
 * `read`'s record, or the reason it gave, with the record as it came (`raw`) where it can be tried again later.
 * Anything but `Unfit` is a fault of ours and goes on up.
 */
export function attempt(where: string, read: () => PaperRecord, raw?: unknown): Parsed {
  try {
    return { ok: true, where, record: read() };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { ok: false, where, reason: error.message, ...(raw !== undefined && { raw }) };
  }
}

/** JSON text to a value; the parser's words are cut to what helps a person. */
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
