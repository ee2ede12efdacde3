/** Outside text made fit to store: white space folded, control characters removed; and dates that really exist. */
import type { DatePrecision, Day } from '../papers/types.ts';
import { wellEncoded } from './encoding.ts';

/** Why a record is rejected, worded for the person who supplied it. */
export class Unfit extends Error {}

/** Anything that `foldText` would change: most texts have none of it and are kept without copying. */
const UNTIDY =
  /[\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u200b\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff]|[\u0300-\u036f]| {2}|^ | $/;
const SPACES = /[\s\x85]+/g;
/** Control characters, soft hyphens, and characters that silently reorder or hide text. */
const UNSEEN =
  /[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\uffff\ufffe]+/g;

/** Under an accent, dotless letters stand for the dotted ones, and Unicode composes only those. */
const DOTLESS = /[ıȷ](?=[\u0300-\u036f])/g;
/** More marks on one letter than any script has: they would be painted over neighbouring lines. */
const TOWER = /\p{M}{5}/u;
const TOWERS = /(\p{M}{4})\p{M}+/gu;

/** Nearly all texts consist only of these, and only their white space can need tidying. */
const NOT_ASCII = /[^ -~\t-\r]/;
const UNTIDY_ASCII = /[\t-\r]| {2}|^ | $/;
/** Any white space other than a single space. */
const LOOSE = /[ \t-\r]*[\t-\r][ \t-\r]*| {2,}/g;

/** One line: white space folded, control characters removed, accents composed, no lone surrogates. */
export function foldText(text: string): string {
  if (!NOT_ASCII.test(text)) return UNTIDY_ASCII.test(text) ? text.replace(LOOSE, ' ').trim() : text;
  const whole = wellEncoded(text.isWellFormed() ? text : text.toWellFormed());
  const plain = TOWER.test(whole) ? whole.replace(TOWERS, '$1') : whole;
  if (!UNTIDY.test(plain)) return plain;
  return plain
    .replace(UNSEEN, '')
    .replace(SPACES, ' ')
    .trim()
    .replace(DOTLESS, (letter) => (letter === 'ı' ? 'i' : 'j'))
    .normalize('NFC');
}

/** How far back from a limit a cut may look for the end of a word. */
const WORD = 60;

/** The text, or what fits into `limit` characters: up to the end of a word, with an ellipsis. */
export function cutAt<T extends string | undefined>(text: T, limit: number): T | string {
  if (text === undefined || text.length <= limit) return text;
  const space = text.lastIndexOf(' ', limit - 1);
  const cut = text.slice(0, space > limit - WORD ? space : limit - 1);
  // Not between the two halves of a surrogate pair.
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** Whether a text is what `cutAt` made of a longer one. */
export const isCutAt = (text: string, limit: number): boolean =>
  text.length > limit - WORD - 1 && text.endsWith('…');

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

export interface Moment {
  day: Day;
  precision: DatePrecision;
  /** Epoch milliseconds, if the text gives the time. */
  at?: number;
}

/** A date as files write it: `2026-06-12`, with a time, or only `2026-06` or `2026`. Null: not a date. */
export function parseMoment(text: string): Moment | null {
  if (text.length === 10 && isDay(text)) return { day: text, precision: 'day' };
  const match = DATE.exec(text);
  if (!match) return null;
  const [, year, month, date, hour] = match;
  const day = `${year}-${month ?? '01'}-${date ?? '01'}`;
  if (!isDay(day)) return null;
  const precision = date ? 'day' : month ? 'month' : 'year';
  if (hour === undefined) return { day, precision };
  const at = precision === 'day' ? timeOf(text, match[7]) : Number.NaN;
  if (Number.isNaN(at)) return null;
  // The day is in UTC, so that one moment never falls on two days.
  const there = new Date(at).toISOString().slice(0, 10);
  return isDay(there) ? { day: there, precision, at } : null;
}

/** A time without a zone is taken as UTC: the same file must mean the same everywhere. */
function timeOf(text: string, zone: string | undefined): number {
  const iso = text.replace(' ', 'T');
  return Date.parse(zone === undefined ? `${iso}Z` : iso);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * `YYYY-MM-DD`, a calendar day of the years 1500 to 2200: anything beyond is a typing error, and a single record from
 * the year 9999 would be the newest edition for good.
 */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return year >= 1500 && year <= 2200 && day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0) + leap;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** `jun`, `June`, `6`, `06` → `06`; undefined for anything else. */
export function monthNumber(text: string): string | undefined {
  const named = MONTHS.indexOf(text.trim().slice(0, 3).toLowerCase()) + 1;
  const number = named || (/^\s*\d{1,2}\s*$/.test(text) ? Number(text) : 0);
  return number >= 1 && number <= 12 ? String(number).padStart(2, '0') : undefined;
}

const MONTH_NAME =
  /(?<![\p{L}\p{M}])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![\p{L}\p{M}])/iu;

/**
 * The first month in a range of days: `3 August`, `1–3 December`, `June 30 - July 2`, `Sept.`, `8` → `08`; undefined if
 * it names none.
 */
export function firstMonth(text: string): string | undefined {
  const named = MONTH_NAME.exec(text.slice(0, 200))?.[1];
  return monthNumber(named ?? text);
}

/** A short quotation of outside text for a message: `'xyz'`, cut and without line breaks. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : written(value);
  const folded = foldText(text.slice(0, 200));
  return `'${folded.length > 60 ? `${folded.slice(0, 57)}…` : folded}'`;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested more deeply than the JSON writer can follow, although the reader could.
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}
