/**
 * arXiv's harvesting door (OAI-PMH): everything that changed since a day, category by category, in pages
 * that hand on a token. Its datestamp is the last change; the submission day stands in the record.
 */
import { attempt } from '../formats/record.ts';
import { Unfit } from '../formats/text.ts';
import type { Day, Parsed } from '../papers/types.ts';
import { type ArxivFields, arxivRecord, splitAuthors } from './arxiv-record.ts';
import { type Client, SourceError } from './client.ts';
import { child, childrenOf, type Element, textOf } from './xml.ts';
import { answerElements } from './xml-answer.ts';

export interface HarvestOptions {
  oaiUrl: string;
  client: Client;
  since: Day;
  until?: Day;
  /** A set of theirs (`cs:cs:CL`); all of arXiv without one. */
  set?: string;
  /** `arXivRaw` tells versions and their times; `arXiv` takes names apart. */
  format?: 'arXiv' | 'arXivRaw';
  signal?: AbortSignal;
  log?: (message: string) => void;
}

/** Archives that are part of the physics group, which is the first part of their set's name. */
const PHYSICS = new Set(
  'astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph'.split(
    ' ',
  ),
);

/** The set of a category: `cs.CL` → `cs:cs:CL`, `hep-th` → `physics:hep-th`, `cs` → `cs`. */
export function oaiSet(category: string): string {
  const [archive = '', subject] = category.split('.');
  const group = PHYSICS.has(archive) ? 'physics' : archive;
  if (subject !== undefined) return `${group}:${archive}:${subject}`;
  return group === archive ? archive : `${group}:${archive}`;
}

const WANTED = new Set(['record', 'resumptionToken', 'error']);

/** Every record changed since the day. Throws `SourceError` where the door fails, after what was whole. */
export async function* harvest(options: HarvestOptions): AsyncGenerator<Parsed> {
  const seen = new Set<string>();
  let deleted = 0;
  let url: URL | null = firstPage(options);
  while (url) {
    let token: string | undefined;
    for await (const element of answerElements(options.client, url, 'OAI-PMH', WANTED, options.signal)) {
      if (element.name === 'error') {
        if (element.attributes.code === 'noRecordsMatch') return;
        throw new SourceError(url.href, `arXiv says ${element.attributes.code}: ${element.text.trim()}`);
      }
      if (element.name === 'resumptionToken') token = element.text.trim() || undefined;
      else if (child(element, 'header')?.attributes.status === 'deleted') deleted++;
      else yield oaiRecord(element, url.href);
    }
    if (token !== undefined && seen.has(token))
      throw new SourceError(url.href, 'arXiv hands on the same page twice');
    if (token !== undefined) seen.add(token);
    url = token === undefined ? null : nextPage(options.oaiUrl, token);
  }
  if (deleted > 0) options.log?.(`${deleted} deleted records passed over (${options.set ?? 'all of arXiv'})`);
}

function firstPage({ oaiUrl, since, until, set, format = 'arXiv' }: HarvestOptions): URL {
  const url = new URL(oaiUrl);
  const query = { verb: 'ListRecords', metadataPrefix: format, from: since, until, set };
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** The token stands for all the rest of the question, which must not be repeated. */
function nextPage(oaiUrl: string, token: string): URL {
  const url = new URL(oaiUrl);
  url.searchParams.set('verb', 'ListRecords');
  url.searchParams.set('resumptionToken', token);
  return url;
}

/** One `<record>` in either format. */
export function oaiRecord(record: Element, source: string): Parsed {
  const metadata = child(record, 'metadata');
  const plain = child(metadata, 'arXiv');
  const raw = child(metadata, 'arXivRaw');
  const name = textOf(plain ?? raw, 'id') ?? textOf(child(record, 'header'), 'identifier') ?? '?';
  return attempt(`${source} (${name})`, () => {
    if (plain) return arxivRecord({ ...common(plain), ...fromPlain(plain) });
    if (raw) return arxivRecord({ ...common(raw), ...fromRaw(raw) });
    throw new Unfit('no metadata of arXiv’s');
  });
}

type Common = Omit<ArxivFields, 'authors' | 'published' | 'updated' | 'version'>;

function common(element: Element): Common {
  return {
    id: textOf(element, 'id'),
    title: textOf(element, 'title'),
    abstract: textOf(element, 'abstract'),
    categories: textOf(element, 'categories')?.split(/\s+/) ?? [],
    note: textOf(element, 'comments'),
    journal: textOf(element, 'journal-ref'),
    licence: textOf(element, 'license'),
    doi: textOf(element, 'doi'),
  };
}

function fromPlain(element: Element): Pick<ArxivFields, 'authors' | 'published' | 'updated'> {
  const authors = childrenOf(child(element, 'authors'), 'author').map((author) =>
    ['forenames', 'keyname', 'suffix'].map((part) => textOf(author, part) ?? '').join(' '),
  );
  return { authors, published: textOf(element, 'created'), updated: textOf(element, 'updated') };
}

/** `created` is the first version's date, `updated` the last one's. */
function fromRaw(element: Element): Pick<ArxivFields, 'authors' | 'published' | 'updated' | 'version'> {
  const versions = childrenOf(element, 'version');
  const last = versions.at(-1);
  const number = Number(/^v(\d+)$/.exec(last?.attributes.version ?? '')?.[1]);
  return {
    authors: splitAuthors(textOf(element, 'authors') ?? ''),
    published: mailDate(textOf(versions[0], 'date')),
    updated: versions.length > 1 ? mailDate(textOf(last, 'date')) : undefined,
    ...(number >= 1 && { version: number }),
  };
}

/** `Wed, 23 Jan 2008 21:06:41 GMT` → `2008-01-23T21:06:41.000Z`. */
function mailDate(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
