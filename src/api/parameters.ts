/** Query parameters: each one is parsed, validated and described in one place. */
import { WebError } from '../http/errors.ts';

export interface Parameter<T> {
  says: string;
  /** One value as JSON Schema has it. */
  schema: Record<string, unknown>;
  /** Parses the values given, in order, none of them empty. Throws a WebError (400) that names the parameter. */
  read(name: string, values: string[]): T;
}

export type Parameters = Record<string, Parameter<unknown>>;
/** The resulting values of a route's parameters. */
export type ValuesOf<P extends Parameters> = { [Name in keyof P]: ReturnType<P[Name]['read']> };

/** An invalid value of a parameter. `says` continues from the name: `limit` *is a whole number …*. */
export const unfit = (name: string, says: string): WebError =>
  new WebError(400, `The parameter "${name}" ${says}.`, { parameter: name });

/** A whole number. */
export function whole(
  says: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): Parameter<number> {
  return {
    says,
    schema: { type: 'integer', minimum: min, maximum: max, default: fallback },
    read(name, [value]) {
      if (value === undefined) return fallback;
      const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) {
        const far = max >= Number.MAX_SAFE_INTEGER;
        throw unfit(name, `must be a whole number from ${min}${far ? '' : ` to ${max}`}`);
      }
      return number;
    },
  };
}

/** A text of at most this many characters; `''` if none is given. */
export function text(says: string, most: number): Parameter<string> {
  return {
    says,
    schema: { type: 'string', maxLength: most, default: '' },
    read(name, [value = '']) {
      if (value.length > most) throw unfit(name, `is longer than ${most} characters`);
      // No name or word has control characters, and PostgreSQL cannot even be sent some of them.
      return value.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').trim();
    },
  };
}

/** One of a few words. */
export function oneOf<T extends string>(says: string, words: readonly T[], fallback: T): Parameter<T> {
  return {
    says,
    schema: { enum: words, default: fallback },
    read(name, [value]) {
      if (value === undefined) return fallback;
      const found = words.find((word) => word === value);
      if (found === undefined) throw unfit(name, `must be one of ${words.join(', ')}`);
      return found;
    },
  };
}

/** Any number of a few words, given one at a time or separated by commas. */
export function someOf<T extends string>(says: string, words: readonly T[]): Parameter<T[]> {
  return {
    says,
    schema: { type: 'array', items: { enum: words } },
    read(name, values) {
      const given = values.flatMap((value) => value.split(',')).filter(Boolean);
      const wrong = given.some((value) => !words.includes(value as T));
      if (wrong) throw unfit(name, `accepts only ${words.join(', ')}`);
      return words.filter((word) => given.includes(word));
    },
  };
}

/** A text that a function converts to a value, or rejects with a reason; null if none is given. */
export function parsed<T>(
  says: string,
  schema: Record<string, unknown>,
  parse: (text: string) => { ok: true; value: T } | { ok: false; reason: string },
): Parameter<T | null> {
  return {
    says,
    schema: { type: 'string', ...schema },
    read(name, [value]) {
      if (value === undefined) return null;
      const found = parse(value);
      if (!found.ok) throw unfit(name, `cannot be read: ${found.reason.replace(/\.$/, '')}`);
      return found.value;
    },
  };
}

/** The values of a route's parameters. Unknown ones are ignored. */
export function readParameters<P extends Parameters>(parameters: P, query: URLSearchParams): ValuesOf<P> {
  const entries = Object.entries(parameters).map(([name, parameter]) => [
    name,
    parameter.read(
      name,
      query.getAll(name).filter((value) => value !== ''),
    ),
  ]);
  return Object.fromEntries(entries) as ValuesOf<P>;
}
