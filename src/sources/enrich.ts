/** What the services that enrich existing papers have in common: rejected keys, what is read, what they yield. */
import { LIMITS, proseField, textField } from '../formats/fields.ts';
import { markupText } from '../formats/html.ts';
import { Unfit } from '../formats/text.ts';
import type { Identifier, PaperRecord, Source } from '../papers/types.ts';
import type { Said } from './belief.ts';
import { SourceError } from './client.ts';
import type { Outcome } from './source.ts';
import type { KnownPaper } from './turns.ts';

/** The end of a run whose key was rejected; undefined if `error` is something else. */
export function keyRefused(error: unknown, service: string, setting: string): Outcome | undefined {
  if (!(error instanceof SourceError) || (error.status !== 401 && error.status !== 403)) return undefined;
  return {
    state: 'failed',
    why: `${service} rejects the key (${error.status}): check the setting ${setting}`,
  };
}

/** Text on one line, without markup; undefined if there is none, or it is invalid: that must not cost the rest. */
export const lineOf = (value: unknown, limit: number = LIMITS.line): string | undefined =>
  fitOrNone(() => textField(plainOf(value, limit), 'text', limit));

/** The same for text that may hold TeX. */
export const proseOf = (value: unknown, limit: number): string | undefined =>
  fitOrNone(() => proseField(plainOf(value, limit), 'text', limit));

/** What publishers wrote comes through these services with its tags and entities. */
const plainOf = (value: unknown, limit: number): unknown =>
  typeof value === 'string' && value.length <= limit * 10 ? markupText(value) : value;

function fitOrNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
  }
}

/** `1 paper`, `2,000 papers`. */
export const papersIn = (count: number): string =>
  count === 1 ? '1 paper' : `${count.toLocaleString('en')} papers`;

/** Whether a value is missing here, or came from this service: only then may the service supply it. */
export const isToTell = (here: string | null, before: string | undefined): boolean =>
  here === null || here === before;

/** What a service adds to a paper. */
export type Addition = Pick<PaperRecord, 'abstract' | 'summary' | 'journal' | 'citations' | 'links'> & {
  names?: Identifier[];
};

/**
 * The record of an addition, under the name that the service's record has here. Null if it says nothing and never did.
 * That nobody has cited a paper yet is information: zero is a count, and not the same as unknown.
 */
export function additionTo(
  source: Source,
  paper: KnownPaper,
  said: Said | undefined,
  { names = [], ...facts }: Addition,
): PaperRecord | null {
  const key = said?.key ?? paper.identifiers[0]!;
  const isKey = ({ scheme, value }: Identifier): boolean => scheme === key.scheme && value === key.value;
  const others = names.filter((name) => !isKey(name));
  const isNew = others.some(
    ({ scheme, value }) => !paper.identifiers.some((one) => one.scheme === scheme && one.value === value),
  );
  const says = Object.values(facts).some((fact) => fact !== undefined);
  if (!said && !says && !isNew) return null;
  const record: PaperRecord = { source, identifiers: [key, ...others], title: paper.title };
  for (const [name, fact] of Object.entries(facts))
    if (fact !== undefined) Object.assign(record, { [name]: fact });
  return record;
}
