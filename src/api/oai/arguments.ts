/** The arguments of a request, parsed strictly, as the protocol requires. */
import { OaiError } from './error.ts';

/** The arguments of each verb. `token`: it accepts a resumptionToken, which must then be the only argument. */
const VERBS = {
  Identify: { needs: [], may: [], token: false },
  ListMetadataFormats: { needs: [], may: ['identifier'], token: false },
  ListSets: { needs: [], may: [], token: true },
  ListIdentifiers: { needs: ['metadataPrefix'], may: ['from', 'until', 'set'], token: true },
  ListRecords: { needs: ['metadataPrefix'], may: ['from', 'until', 'set'], token: true },
  GetRecord: { needs: ['identifier', 'metadataPrefix'], may: [], token: false },
} as const satisfies Record<string, { needs: Argument[]; may: Argument[]; token: boolean }>;

export type Verb = keyof typeof VERBS;
type Argument = 'identifier' | 'metadataPrefix' | 'from' | 'until' | 'set' | 'resumptionToken';

/** A request whose arguments are those of its verb, each present once and with a value. */
export interface OaiRequest {
  verb: Verb;
  arguments: Partial<Record<Argument, string>>;
}

/** The longest possible value, a token. */
const LONGEST = 2_000;

/** What no XML document can contain. Invalid Unicode was replaced when the address was parsed. */
const UNSAYABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** @throws OaiError (badVerb, badArgument) */
export function readRequest(given: URLSearchParams): OaiRequest {
  const verbs = given.getAll('verb');
  if (verbs.length !== 1)
    throw new OaiError(
      'badVerb',
      verbs.length === 0 ? 'The verb is missing.' : 'There is more than one verb.',
    );
  const verb = verbs[0]!;
  if (!Object.hasOwn(VERBS, verb)) throw new OaiError('badVerb', `There is no verb ${quoted(verb)}.`);
  const { needs, may, token } = VERBS[verb as Verb] as { needs: Argument[]; may: Argument[]; token: boolean };
  const known = new Set<string>([...needs, ...may, ...(token ? ['resumptionToken'] : [])]);
  const values: Record<string, string> = {};
  for (const [name, value] of given) {
    if (name === 'verb') continue;
    if (!known.has(name)) throw new OaiError('badArgument', `${verb} takes no argument ${quoted(name)}.`);
    if (Object.hasOwn(values, name)) throw new OaiError('badArgument', `The argument ${name} is repeated.`);
    if (value === '') throw new OaiError('badArgument', `The argument ${name} is empty.`);
    if (value.length > LONGEST)
      throw new OaiError('badArgument', `The argument ${name} is longer than ${LONGEST} characters.`);
    if (UNSAYABLE.test(value))
      throw new OaiError(
        'badArgument',
        `The argument ${name} contains characters that a response cannot repeat.`,
      );
    values[name] = value;
  }
  if ('resumptionToken' in values) {
    if (Object.keys(values).length > 1)
      throw new OaiError('badArgument', 'resumptionToken is exclusive: give it without other arguments.');
  } else {
    const missing = needs.filter((name) => !(name in values));
    if (missing.length > 0) throw new OaiError('badArgument', `${verb} needs ${missing.join(' and ')}.`);
  }
  return { verb: verb as Verb, arguments: values };
}

/** Outside text, repeated if it is short. */
export const quoted = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;

/**
 * The range in epoch ms, both inclusive. A day means all of it.
 *
 * @throws OaiError (badArgument)
 */
export function readRange({ from, until }: OaiRequest['arguments']): { from?: number; until?: number } {
  const begin = from === undefined ? undefined : readTime('from', from);
  const end = until === undefined ? undefined : readTime('until', until);
  if (begin && end && begin.isDay !== end.isDay)
    throw new OaiError('badArgument', 'from and until must have the same granularity.');
  const last = end && end.at + (end.isDay ? 86_400_000 - 1000 : 0);
  if (begin && last !== undefined && begin.at > last)
    throw new OaiError('badArgument', 'from is later than until.');
  return { ...(begin && { from: begin.at }), ...(last !== undefined && { until: last }) };
}

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/;

function readTime(name: string, text: string): { at: number; isDay: boolean } {
  const match = TIME.exec(text);
  const at = match ? Date.parse(text) : Number.NaN;
  // February has no 30th day, whatever JavaScript makes of it.
  if (!match || Number.isNaN(at) || !new Date(at).toISOString().startsWith(text.replace('Z', '')))
    throw new OaiError('badArgument', `${name} must look like 2026-06-26 or 2026-06-26T12:00:00Z, in UTC.`);
  return { at, isDay: match[1] === undefined };
}

/** A time to the second, as the protocol writes it. */
export const written = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
