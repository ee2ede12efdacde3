/** Kinds of parameters that only our own API has. */

import type { Period } from '../../papers/library.ts';
import type { Day } from '../../papers/types.ts';
import { readEdition, readPeriod } from '../../present/dates.ts';
import { type Parameter, parsed, unfit, whole } from '../parameters.ts';

/** How many items a page of a list has. */
export const limit = (fallback = 50, max = 100): Parameter<number> =>
  whole('Items per page.', { min: 1, max, fallback });

/** Yes or no; default no. */
export function flag(says: string): Parameter<boolean> {
  return {
    says,
    schema: { type: 'boolean', default: false },
    read(name, [value]) {
      if (value === undefined || value === 'false' || value === '0') return false;
      if (value !== 'true' && value !== '1') throw unfit(name, 'must be true or false');
      return true;
    },
  };
}

/** One of a few words, or null. */
export function choice<T extends string>(says: string, words: readonly T[]): Parameter<T | null> {
  return {
    says,
    schema: { enum: words },
    read(name, [value]) {
      const found = words.find((word) => word === value);
      if (value !== undefined && found === undefined) throw unfit(name, `must be one of ${words.join(', ')}`);
      return found ?? null;
    },
  };
}

/** A day, with or without leading zeros. */
export const date = (says: string): Parameter<Day | null> =>
  parsed(says, { format: 'date' }, (text) => readPeriod('day', text));

/** A year of publication. */
export const year = (says: string): Parameter<string | null> =>
  parsed(says, { pattern: '^[12]\\d{3}$' }, (text) =>
    /^[12]\d{3}$/.test(text) ? { ok: true, value: text } : { ok: false, reason: 'Write a year like 2025.' },
  );

/** A month, with or without a leading zero. */
export const month = (says: string): Parameter<string | null> =>
  parsed(says, { pattern: '^\\d{4}-\\d{1,2}$' }, (text) => readPeriod('month', text));

/** A day, a week or a month of editions. */
export const edition = (says: string): Parameter<Period | null> =>
  parsed(says, { pattern: '^\\d{4}-([Ww]\\d{1,2}|\\d{1,2}(-\\d{1,2})?)$' }, (text) => {
    const value = readEdition(text);
    return value === null
      ? { ok: false, reason: 'Write a day (2026-06-12), a week (2026-W24) or a month (2026-06).' }
      : { ok: true, value };
  });

/** Several texts, one per value; with `commas`, also several in one. */
export function texts(
  says: string,
  { least = 0, most, longest, commas }: { least?: number; most: number; longest: number; commas: boolean },
): Parameter<string[]> {
  return {
    says,
    schema: { type: 'array', items: { type: 'string', maxLength: longest }, minItems: least, maxItems: most },
    read(name, values) {
      const given = commas ? values.flatMap((value) => value.split(',')) : values;
      const clean = given.map((value) => value.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').trim());
      const list = [...new Set(clean.filter(Boolean))];
      if (list.length < least)
        throw unfit(name, least === 1 ? 'is missing' : `needs at least ${least} values`);
      if (list.length > most) throw unfit(name, `accepts at most ${most} values`);
      if (list.some((value) => value.length > longest))
        throw unfit(name, `accepts no value longer than ${longest} characters`);
      return list;
    },
  };
}
