/** The answer to each verb: the element of its name, as XML. */

import { xmlElement } from '../../formats/write-xml.ts';
import type { Harvest, HarvestHeader, HarvestItem } from '../../papers/lists/harvest.ts';
import { paperPath } from '../../present/urls.ts';
import { type OaiRequest, quoted, readRange, type Verb, written } from './arguments.ts';
import { OaiError } from './error.ts';
import { FORMATS, formatOf, type MetadataFormat } from './formats.ts';
import { identifierOf, idOf } from './identifier.ts';
import { allSets, isIn, isSetSpec, setsOf } from './sets.ts';
import { readToken, type Token, writeToken } from './token.ts';
import { around, element } from './xml.ts';

/** What an answer is built from. */
export interface Repository {
  harvest: Harvest;
  name: string;
  /** A contact address of the operator. */
  adminEmail: string;
  /** Origin of this site, without a trailing slash. */
  base: string;
  /** The time of the response, epoch ms, whole seconds. Nothing is given a later time. */
  now: number;
}

/** Records per page; identifiers alone have larger pages. */
const PAGE = { ListRecords: 250, ListIdentifiers: 1_000 };

/**
 * The content of the answer: an element named as the verb.
 *
 * @throws OaiError
 */
export async function answerTo(request: OaiRequest, at: Repository): Promise<string> {
  return around(request.verb, await ANSWERS[request.verb](request.arguments, at));
}

type Arguments = OaiRequest['arguments'];

const ANSWERS: Record<Verb, (given: Arguments, at: Repository) => Promise<string>> = {
  Identify: (_, at) => identify(at),
  ListMetadataFormats: listFormats,
  ListSets: listSets,
  ListIdentifiers: (given, at) => list('ListIdentifiers', given, at),
  ListRecords: (given, at) => list('ListRecords', given, at),
  GetRecord: getRecord,
};

async function identify(at: Repository): Promise<string> {
  const earliest = Math.min(await at.harvest.earliest(), at.now);
  return [
    element('repositoryName', at.name),
    element('baseURL', `${at.base}/oai`),
    element('protocolVersion', '2.0'),
    element('adminEmail', at.adminEmail),
    element('earliestDatestamp', written(earliest)),
    element('deletedRecord', 'persistent'),
    element('granularity', 'YYYY-MM-DDThh:mm:ssZ'),
    element('compression', 'gzip'),
    element('compression', 'br'),
  ].join('');
}

async function listFormats({ identifier }: Arguments, at: Repository): Promise<string> {
  const id = identifier === undefined ? null : (await wanted(identifier, at)).id;
  return FORMATS.filter((format) => id === null || format.has(id))
    .map(({ prefix, schema, namespace }) =>
      around(
        'metadataFormat',
        element('metadataPrefix', prefix) +
          element('schema', schema) +
          element('metadataNamespace', namespace),
      ),
    )
    .join('');
}

async function listSets({ resumptionToken }: Arguments, { harvest }: Repository): Promise<string> {
  if (resumptionToken !== undefined)
    throw new OaiError(
      'badResumptionToken',
      'The list of sets is returned whole: it has no resumption token.',
    );
  return allSets(await harvest.categories())
    .map(({ spec, name }) => around('set', element('setSpec', spec) + element('setName', name)))
    .join('');
}

async function getRecord(given: Arguments, at: Repository): Promise<string> {
  const format = formatNamed(given.metadataPrefix!);
  const found = await wanted(given.identifier!, at);
  if (!format.has(found.id))
    throw new OaiError('cannotDisseminateFormat', `This record is not available as ${format.prefix}.`);
  return record(found, format, at);
}

async function list(verb: Token['verb'], given: Arguments, at: Repository): Promise<string> {
  const { harvest, now } = at;
  const generation = await harvest.generation();
  const token =
    given.resumptionToken === undefined ? null : readToken(given.resumptionToken, verb, generation);
  const { metadataPrefix, set, from, until } = token ?? asked(given);
  const format = formatNamed(metadataPrefix);
  const nothing = new OaiError('noRecordsMatch', 'No records match these arguments.');
  // A change made a moment ago has a future time, and is reported with this one.
  if (from !== undefined && from > now) throw nothing;
  const isAll = set === undefined && format.prefix === 'oai_dc';
  const query = {
    from,
    until,
    after: token?.place,
    limit: PAGE[verb],
    wanted: isAll
      ? undefined
      : (header: HarvestHeader) => format.has(header.id) && (set === undefined || isIn(header, set)),
  };
  const { items, next } =
    verb === 'ListRecords'
      ? await textsOf(harvest.page(query), (item) => record(item, format, at))
      : await textsOf(harvest.headers(query), (item) => headerOf(item, item.isGone, at));
  if (items.length === 0) throw nothing;
  const cursor = token?.cursor ?? 0;
  const total = token ? token.total : isAll ? await harvest.count({ from, until }) : undefined;
  if (next === null && token === null) return items.join('');
  const size = total === undefined ? undefined : String(Math.max(total, cursor + items.length));
  const rest = { verb, metadataPrefix, set, from, until, total, generation };
  return (
    items.join('') +
    xmlElement(
      'resumptionToken',
      next === null ? null : writeToken({ ...rest, place: next, cursor: cursor + items.length }),
      { completeListSize: size, cursor: String(cursor) },
    )
  );
}

/** A page with its items as texts. */
async function textsOf<Item>(
  page: Promise<{ items: Item[]; next: Token['place'] | null }>,
  write: (item: Item) => string,
): Promise<{ items: string[]; next: Token['place'] | null }> {
  const { items, next } = await page;
  return { items: items.map(write), next };
}

function asked(given: Arguments): Pick<Token, 'metadataPrefix' | 'set' | 'from' | 'until'> {
  const { from, until } = readRange(given);
  if (given.set !== undefined && !isSetSpec(given.set))
    throw new OaiError('badArgument', `${quoted(given.set)} is not a set.`);
  return { metadataPrefix: given.metadataPrefix!, set: given.set, from, until };
}

function formatNamed(prefix: string): MetadataFormat {
  const format = formatOf(prefix);
  if (format) return format;
  const names = FORMATS.map((one) => one.prefix).join(', ');
  throw new OaiError(
    'cannotDisseminateFormat',
    `Records are available as ${names}, not as ${quoted(prefix)}.`,
  );
}

async function wanted(identifier: string, { harvest, base }: Repository): Promise<HarvestItem> {
  const id = idOf(identifier, base);
  const found = id === null ? null : await harvest.one(id);
  if (!found) throw new OaiError('idDoesNotExist', `There is no record ${quoted(identifier)} here.`);
  return found;
}

function record(item: HarvestItem, format: MetadataFormat, at: Repository): string {
  const header = headerOf(item, item.paper === null, at);
  if (item.paper === null) return around('record', header);
  const url = at.base + paperPath(item.paper);
  return around('record', header + around('metadata', format.write(item.paper, url)));
}

function headerOf(header: HarvestHeader, isGone: boolean, { base, now }: Repository): string {
  const inner = [
    element('identifier', identifierOf(header.id, base)),
    element('datestamp', written(Math.min(header.at, now))),
    ...setsOf(header).map((spec) => element('setSpec', spec)),
  ].join('');
  return isGone ? `<header status="deleted">\n${inner}</header>\n` : around('header', inner);
}
