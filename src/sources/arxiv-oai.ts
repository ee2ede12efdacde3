/**
 * arXiv's OAI-PMH interface: everything that changed since a day, category by category. Its datestamp is the last
 * change; the submission day is in the record. Harvesting itself is in oai.ts; this is what is specific to arXiv.
 */
import { type ArxivFields, arxivRecord, splitAuthors } from '../formats/arxiv.ts';
import { groupOf } from '../formats/people.ts';
import { Unfit } from '../formats/text.ts';
import { parseIdentifier, sameIdentifier } from '../papers/identifiers.ts';
import type { Day, Identifier, Parsed } from '../papers/types.ts';
import { type Client, SourceError } from './client.ts';
import { listRecords, oneRecord } from './oai.ts';
import type { Item } from './source.ts';
import { child, childrenOf, type Element, textOf } from './xml.ts';

export interface HarvestOptions {
  oaiUrl: string;
  client: Client;
  since: Day;
  until?: Day;
  /** One of arXiv's sets (`cs:cs:CL`); all of arXiv without one. */
  set?: string;
  /** `arXivRaw` has versions and their times; `arXiv` has names in parts. */
  format?: 'arXiv' | 'arXivRaw';
  /** A checkpoint of an earlier harvest (`OaiCursor`), to resume from if it covers this one. */
  cursor?: unknown;
  signal?: AbortSignal;
  log?: (message: string) => void;
  /** Records received, and of how many, if arXiv says. */
  progress?: (seen: number, total: number) => void;
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

/**
 * Every record changed since the day, deleted ones as `gone`, and a checkpoint after each page (an `OaiCursor`, with
 * `token: null` after the last).
 *
 * @throws SourceError if the interface fails, after yielding what was complete
 */
export async function* harvest(options: HarvestOptions): AsyncGenerator<Item> {
  for await (const step of listRecords({ ...options, who: 'arXiv', format: options.format ?? 'arXiv' })) {
    if ('cursor' in step) yield { checkpoint: step.cursor };
    else for (const record of step.records) yield oaiItem(record, step.url);
  }
}

/**
 * The record of one paper, `gone` if it was deleted, or null if arXiv does not know it.
 *
 * @param identifier `2508.13426`, or with `oai:arXiv.org:` before it
 * @throws SourceError if the interface fails or gives another paper
 */
export async function getRecord(
  identifier: string,
  options: Pick<HarvestOptions, 'oaiUrl' | 'client' | 'format' | 'signal' | 'log'>,
): Promise<Item | null> {
  const asked = parseIdentifier(identifier, 'arxiv');
  if (!asked) throw new RangeError(`'${identifier}' is not an arXiv identifier`);
  const format = options.format ?? 'arXiv';
  const found = await oneRecord(`oai:arXiv.org:${asked.value}`, format, { ...options, who: 'arXiv' });
  if (!found) return null;
  const item = oaiItem(found.record, found.url);
  const given = 'gone' in item ? item.gone : 'ok' in item && item.ok ? item.record.identifiers[0] : undefined;
  if (given && !sameIdentifier(given, asked))
    throw new SourceError(found.url, `arXiv was asked for ${asked.value} but returned ${given.value}`);
  return item;
}

/** One `<record>`: what it says about a paper, or that the paper is gone. */
function oaiItem(record: Element, place: string): Item {
  const header = child(record, 'header');
  if (header?.attributes.status !== 'deleted') return oaiRecord(record, place);
  const name = textOf(header, 'identifier');
  const gone = name === undefined ? null : parseIdentifier(name, 'arxiv');
  const where = `${place} (${name ?? '?'})`;
  if (gone) return { gone, where };
  return { ok: false, where, reason: 'a deleted record without an arXiv identifier' };
}

/** One `<record>` with metadata, in either format. */
export function oaiRecord(record: Element, place: string): Parsed {
  const metadata = child(record, 'metadata');
  const plain = child(metadata, 'arXiv');
  const raw = child(metadata, 'arXivRaw');
  const header = textOf(child(record, 'header'), 'identifier');
  const element = plain ?? raw;
  if (!element)
    return { ok: false, where: `${place} (${header ?? '?'})`, reason: 'it has no arXiv metadata' };
  const { id, reason } = identifierOf(header, textOf(element, 'id'));
  if (reason !== undefined) return { ok: false, where: `${place} (${id})`, reason };
  const where = `${place} (${id ?? '?'})`;
  const fields = plain ? fromPlain(element, id) : fromRaw(element, id);
  // As `arxivParsed` does, without copies of all that is in order: millions of records pass here.
  try {
    return { ok: true, where, record: arxivRecord(fields) };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { ok: false, where, reason: error.message, raw: { ...fields, source: 'arxiv' } };
  }
}

const OAI_PREFIX = 'oai:arXiv.org:';

/**
 * The identifier of a record. Header and metadata both have it; if one of them was once treated as a number and lost
 * its zeros (`704.0001`), the other one counts. Two valid ones that differ are two papers, and nobody knows whose the
 * rest is.
 */
function identifierOf(
  header: string | undefined,
  own: string | undefined,
): { id?: string | undefined; reason?: string } {
  // Nearly always.
  if (own !== undefined && /^\d{4}\.\d{5}$/.test(own) && header === OAI_PREFIX + own) return { id: own };
  const inner = own === undefined ? null : parseIdentifier(own, 'arxiv');
  const outer = header === undefined ? null : parseIdentifier(header, 'arxiv');
  if (outer && inner && !sameIdentifier(outer, inner))
    return {
      id: header ?? '?',
      reason: `its header says ${outer.value} but its metadata says ${inner.value}`,
    };
  const found = inner ?? outer ?? repaired(own);
  const id = found ? spelt(found) : (own ?? header);
  return id === undefined ? {} : { id };
}

const repaired = (text: string | undefined): Identifier | null =>
  text !== undefined && /^\d{3,4}\.\d{1,5}$/.test(text) ? parseIdentifier(Number(text)) : null;

const spelt = ({ value, version }: Identifier): string =>
  version === undefined ? value : `${value}v${version}`;

function fromPlain(element: Element, id: string | undefined): ArxivFields {
  const authors = (child(element, 'authors')?.children ?? [])
    .filter(({ name }) => name === 'author')
    .map(({ children }) => {
      let name = '';
      for (const part of PARTS_OF_NAME) {
        const text = children.find((one) => one.name === part)?.text.trim() ?? '';
        if (text !== '') name += name === '' ? text : ` ${text}`;
      }
      return name;
    });
  authors.push(...groupsIn(element));
  const [published, updated] = [textOf(element, 'created'), textOf(element, 'updated')];
  return withCommon(element, { id, title: undefined, authors, categories: [], published, updated });
}

/** Collaborations given as the affiliation of each of their members. */
const groupsIn = (element: Element): string[] => [
  ...new Set(
    (child(element, 'authors')?.children ?? []).flatMap(({ children }) =>
      children.flatMap(({ name, text }) => (name === 'affiliation' ? (groupOf(text) ?? []) : [])),
    ),
  ),
];

const PARTS_OF_NAME = ['forenames', 'keyname', 'suffix'];

/** The first version's date is that of the submission, the last one's that of the last change. */
function fromRaw(element: Element, id: string | undefined): ArxivFields {
  const versions = childrenOf(element, 'version');
  const last = versions.at(-1);
  const number = Number(/^v(\d{1,4})$/.exec(last?.attributes.version ?? '')?.[1]);
  const fields: ArxivFields = {
    id,
    title: undefined,
    authors: splitAuthors(textOf(element, 'authors') ?? ''),
    categories: [],
    published: mailDate(textOf(versions[0], 'date')),
    updated: versions.length > 1 ? mailDate(textOf(last, 'date')) : undefined,
  };
  if (number >= 1) fields.version = number;
  return withCommon(element, fields);
}

/** Everything that is the same in both formats, in one pass. The first occurrence of a name counts. */
function withCommon({ children }: Element, fields: ArxivFields): ArxivFields {
  for (let i = children.length - 1; i >= 0; i--) {
    const { name, text } = children[i]!;
    const field = COMMON[name];
    if (field !== undefined) fields[field] = text.trim() || undefined;
    else if (name === 'categories') fields.categories = text.trim().split(/\s+/);
  }
  return fields;
}

const COMMON: Record<string, 'title' | 'abstract' | 'note' | 'journal' | 'licence' | 'doi'> = {
  __proto__: null as never,
  title: 'title',
  abstract: 'abstract',
  comments: 'note',
  'journal-ref': 'journal',
  license: 'licence',
  doi: 'doi',
};

/** `Wed, 23 Jan 2008 21:06:41 GMT` → `2008-01-23T21:06:41.000Z`. */
function mailDate(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
