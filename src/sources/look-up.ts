/** One paper by its identifier, asked of the service it belongs to while somebody waits. */
import { Readable } from 'node:stream';
import type { Config } from '../config.ts';
import { isObject } from '../formats/fields.ts';
import { readPapersFrom } from '../formats/read.ts';
import { attempt } from '../formats/record.ts';
import { parseIdentifier, sameIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord, Parsed } from '../papers/types.ts';
import { arxivById } from './arxiv-api.ts';
import { type Client, OfflineError, SourceError } from './client.ts';
import { crossrefWork } from './crossref.ts';
import { answerJson } from './json-answer.ts';
import { openreviewRecord } from './openreview-record.ts';

export type LookedUp =
  | { state: 'found'; record: PaperRecord }
  /** The service does not know it, or what it says of it is no paper. */
  | { state: 'unknown'; service: string }
  /** It did not answer, or not in time. */
  | { state: 'silent'; service: string }
  /** This site is set never to ask. */
  | { state: 'offline'; service: string };

export interface LookUpOptions {
  config: Pick<
    Config,
    'ARXIV_API_URL' | 'CROSSREF_URL' | 'CROSSREF_MAILTO' | 'OPENREVIEW_URL' | 'ACL_URL' | 'OFFLINE'
  >;
  client: Client;
  /** How long the service may take, ms. */
  patience: number;
}

/** Bytes of one record. */
const LARGEST = 8 * 1024 * 1024;

type Asked = (identifier: Identifier, options: LookUpOptions, signal: AbortSignal) => Promise<Parsed | null>;

/** Where each kind of identifier is looked up; names given by this site are known nowhere else. */
const SERVICES: Record<Exclude<Identifier['scheme'], 'local'>, { service: string; ask: Asked }> = {
  arxiv: { service: 'arXiv', ask: askArxiv },
  doi: { service: 'Crossref', ask: askCrossref },
  openreview: { service: 'OpenReview', ask: askOpenreview },
  acl: { service: 'the ACL Anthology', ask: askAcl },
};

/** Asks the service that an identifier belongs to. Never throws because of what a service does. */
export async function lookUp(identifier: Identifier, options: LookUpOptions): Promise<LookedUp> {
  if (identifier.scheme === 'local') return { state: 'unknown', service: 'this site' };
  const { service, ask } = SERVICES[identifier.scheme];
  const patience = AbortSignal.timeout(options.patience);
  try {
    const parsed = await ask(identifier, options, patience);
    if (!parsed?.ok) return { state: 'unknown', service };
    const { record } = parsed;
    // An answer about another paper would be submitted in its place.
    return record.identifiers.some((one) => sameIdentifier(one, identifier))
      ? { state: 'found', record }
      : { state: 'unknown', service };
  } catch (error) {
    if (error instanceof OfflineError) return { state: 'offline', service };
    if (error instanceof SourceError || patience.aborted) return { state: 'silent', service };
    throw error;
  }
}

async function askArxiv(
  { value }: Identifier,
  { config, client }: LookUpOptions,
  signal: AbortSignal,
): Promise<Parsed | null> {
  for await (const parsed of arxivById([value], { apiUrl: config.ARXIV_API_URL, client, signal }))
    return parsed;
  return null;
}

async function askCrossref(
  { value }: Identifier,
  { config, client }: LookUpOptions,
  signal: AbortSignal,
): Promise<Parsed | null> {
  const { CROSSREF_URL: baseUrl, CROSSREF_MAILTO: mailto } = config;
  return (await crossrefWork(value, { baseUrl, mailto, client, signal })).parsed;
}

async function askOpenreview(
  { value }: Identifier,
  { config, client }: LookUpOptions,
  signal: AbortSignal,
): Promise<Parsed | null> {
  const url = new URL(`${config.OPENREVIEW_URL}/notes`);
  url.searchParams.set('id', value);
  const answer = await orNull(answerJson(client, url, signal));
  const [note] = isObject(answer) && Array.isArray(answer.notes) ? answer.notes : [];
  return note === undefined ? null : attempt(url.href, () => openreviewRecord(note));
}

async function askAcl(
  { value }: Identifier,
  { config, client }: LookUpOptions,
  signal: AbortSignal,
): Promise<Parsed | null> {
  const url = new URL(`${config.ACL_URL}/${encodeURIComponent(value)}.bib`);
  const answer = await orNull(
    client.get(url, { accept: 'application/x-bibtex, text/plain', maxBytes: LARGEST, signal }),
  );
  if (answer === null) return null;
  for await (const parsed of readPapersFrom(Readable.from([answer.body]), url.href, { source: 'acl' })) {
    if (!parsed.ok) return parsed;
    const own = parseIdentifier(value, 'acl')!;
    const others = parsed.record.identifiers.filter((one) => one.scheme !== 'local' && one.scheme !== 'acl');
    return { ...parsed, record: { ...parsed.record, identifiers: [own, ...others] } };
  }
  return null;
}

/** Null: the service does not know it. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SourceError && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}
