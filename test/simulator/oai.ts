/** arXiv's OAI-PMH service, `/oai`: records by the day they last changed, page by page, with tokens that expire. */

import { utcDay } from './calendar.ts';
import { type Answer, type Question, XML } from './door.ts';
import { escaped, inTex, wrapped } from './words.ts';
import { type Shown, shownAt } from './world.ts';

const FORMATS = ['arXiv', 'arXivRaw'] as const;
type Format = (typeof FORMATS)[number];

/** A harvest in progress: what it found when it began. */
interface Harvest {
  format: Format;
  set: string | undefined;
  shown: Shown[];
  /** Tokens are valid until the end of the day (UTC) they were issued on. */
  day: string;
}

export interface Harvests {
  answer(question: Question): Answer;
  /** The set of a request, even if only a token says so. */
  setOf(url: URL): string | undefined;
}

const PHYSICS =
  /^(?:astro-ph|cond-mat|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|nlin|nucl-(?:ex|th)|physics|quant-ph)$/;

/** `cs.CL` → `cs:cs:CL`, `hep-th` → `physics:hep-th`. */
export function setOf(category: string): string {
  const [archive = '', subject] = category.split('.');
  const group = PHYSICS.test(archive) ? 'physics' : archive;
  return [
    group,
    ...(subject === undefined && group === archive ? [] : [archive]),
    ...(subject ? [subject] : []),
  ].join(':');
}

class OaiError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param lag from the announcement to the harvest, ms @param size records per page */
export function createHarvests(lag: number, size: number): Harvests {
  const harvests = new Map<string, Harvest>();
  let count = 6510;

  function listRecords(question: Question): string {
    const { url, fault, now } = question;
    const token = url.searchParams.get('resumptionToken');
    if (token !== null) {
      if ([...url.searchParams.keys()].some((key) => key !== 'verb' && key !== 'resumptionToken'))
        throw new OaiError('badArgument', 'resumptionToken is an exclusive argument');
      const [name = '', place = ''] = token.split('|');
      const harvest = harvests.get(name);
      if (
        !harvest ||
        !/^\d{1,9}$/.test(place) ||
        harvest.day !== utcDay(now) ||
        fault?.kind === 'expired-token'
      )
        throw new OaiError('badResumptionToken', 'The resumption token is unknown or has expired');
      return pageOf(harvest, name, Number(place) - 1, fault?.kind === 'same-token' ? token : undefined);
    }
    const format = formatOf(url);
    const set = url.searchParams.get('set') ?? undefined;
    const shown = found(question, lag, set);
    const name = String(++count);
    const harvest = { format, set, shown, day: utcDay(now) };
    harvests.set(name, harvest);
    return pageOf(harvest, name, 0, fault?.kind === 'same-token' ? `${name}|1` : undefined);
  }

  function pageOf({ shown, format }: Harvest, name: string, from: number, same: string | undefined): string {
    const page = shown.slice(from, from + size);
    const next = from + size;
    const token = same ?? (next < shown.length ? `${name}|${next + 1}` : '');
    const isWhole = shown.length <= size && same === undefined;
    const last = isWhole
      ? ''
      : `<resumptionToken cursor="${from}" completeListSize="${shown.length}">${token}</resumptionToken>\n`;
    return `<ListRecords>\n${page.map((one) => record(one, format)).join('')}${last}</ListRecords>`;
  }

  function getRecord({ url, truth, now }: Question): string {
    const format = formatOf(url);
    const id = /^oai:arXiv\.org:(.+)$/.exec(url.searchParams.get('identifier') ?? '')?.[1];
    const paper = id === undefined ? undefined : truth.byId.get(id);
    const shown = paper && shownAt(paper, now - lag);
    if (!shown) throw new OaiError('idDoesNotExist', 'Nothing here has this identifier');
    return `<GetRecord>\n${record(shown, format)}</GetRecord>`;
  }

  function answer(question: Question): Answer {
    const { url, now } = question;
    const verb = url.searchParams.get('verb') ?? '';
    let inner: string;
    try {
      if (verb === 'Identify') inner = identify(url);
      else if (verb === 'ListRecords') inner = listRecords(question);
      else if (verb === 'GetRecord') inner = getRecord(question);
      else throw new OaiError('badVerb', `Illegal verb ${verb}`);
    } catch (error) {
      if (!(error instanceof OaiError)) throw error;
      inner = `<error code="${error.code}">${escaped(error.message)}</error>`;
    }
    const attributes = [...url.searchParams]
      .map(([key, value]) => ` ${escaped(key)}="${escaped(value)}"`)
      .join('');
    const responded = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
    const body =
      '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" ' +
      'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ ' +
      `http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n<responseDate>${responded}</responseDate>\n` +
      `<request${attributes}>${escaped(url.origin + url.pathname)}</request>\n${inner}\n</OAI-PMH>\n`;
    return { status: 200, type: XML, body };
  }

  return {
    answer,
    setOf(url) {
      const [name = ''] = (url.searchParams.get('resumptionToken') ?? '').split('|');
      return url.searchParams.get('set') ?? harvests.get(name)?.set;
    },
  };
}

function formatOf(url: URL): Format {
  const asked = url.searchParams.get('metadataPrefix');
  const format = FORMATS.find((one) => one === asked);
  if (!format) throw new OaiError('cannotDisseminateFormat', `No such format: ${asked ?? 'none'}`);
  return format;
}

/** By the day of the last change, then by id. */
function found({ url, truth, now }: Question, lag: number, set: string | undefined): Shown[] {
  const day = (name: string): string | null => {
    const text = url.searchParams.get(name);
    if (text !== null && !/^\d{4}-\d\d-\d\d$/.test(text))
      throw new OaiError('badArgument', `${name} is no date`);
    return text;
  };
  const [from, until] = [day('from'), day('until')];
  if (from !== null && until !== null && until < from)
    throw new OaiError('badArgument', 'until is before from');
  const all: { shown: Shown; stamp: string }[] = [];
  for (const paper of truth.papers) {
    const shown = shownAt(paper, now - lag);
    if (!shown) continue;
    const stamp = utcDay(shown.changedAt);
    if ((from !== null && stamp < from) || (until !== null && stamp > until)) continue;
    if (
      set === undefined ||
      shown.categories.map(setOf).some((own) => own === set || own.startsWith(`${set}:`))
    )
      all.push({ shown, stamp });
  }
  if (all.length === 0) throw new OaiError('noRecordsMatch', 'No records match');
  all.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0));
  return all.map((one) => one.shown);
}

function identify(url: URL): string {
  return (
    `<Identify>\n<repositoryName>arXiv</repositoryName>\n<baseURL>${escaped(url.origin + url.pathname)}</baseURL>\n` +
    '<protocolVersion>2.0</protocolVersion>\n<earliestDatestamp>2005-09-16</earliestDatestamp>\n' +
    '<deletedRecord>persistent</deletedRecord>\n<granularity>YYYY-MM-DD</granularity>\n</Identify>'
  );
}

function record(shown: Shown, format: Format): string {
  const { paper, categories, changedAt, isDeleted } = shown;
  const sets = [...new Set(categories.map(setOf))].sort().map((one) => ` <setSpec>${one}</setSpec>\n`);
  const header =
    `<header${isDeleted ? ' status="deleted"' : ''}>\n <identifier>oai:arXiv.org:${paper.id}</identifier>\n` +
    ` <datestamp>${utcDay(changedAt)}</datestamp>\n${sets.join('')}</header>\n`;
  if (isDeleted) return `<record>\n${header}</record>\n`;
  const metadata = format === 'arXiv' ? plain(shown) : raw(shown);
  return `<record>\n${header}<metadata>\n ${metadata}\n</metadata>\n</record>\n`;
}

const text = (value: string): string => escaped(wrapped(inTex(value)).replaceAll('\n', '\n  '));
const field = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `<${name}>${escaped(value)}</${name}>`;

/** Fields that both formats have, in order. */
function rest({ paper, versions, categories, journal, doi }: Shown): string {
  const { title, comment, abstract } = versions.at(-1)!;
  return (
    `<title>${text(title)}</title>%authors%<categories>${categories.join(' ')}</categories>` +
    field('comments', comment) +
    field('journal-ref', journal) +
    field('doi', doi) +
    `${field('license', paper.licence)}<abstract>  ${escaped(wrapped(inTex(abstract)))}\n</abstract>`
  );
}

function plain(shown: Shown): string {
  const { paper, versions } = shown;
  const authors = paper.authors.map(
    ({ forenames, keyname }) =>
      `<author>${field('keyname', keyname)}${field('forenames', forenames)}</author>`,
  );
  const updated = versions.length > 1 ? utcDay(versions.at(-1)!.submitted) : undefined;
  return (
    '<arXiv xmlns="http://arxiv.org/OAI/arXiv/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
    'xsi:schemaLocation="http://arxiv.org/OAI/arXiv/ http://arxiv.org/OAI/arXiv.xsd">\n' +
    ` ${field('id', paper.id)}${field('created', utcDay(paper.submitted))}${field('updated', updated)}` +
    `<authors>${authors.join('')}</authors>${rest(shown).replace('%authors%', '')}</arXiv>`
  );
}

function raw(shown: Shown): string {
  const { paper, versions } = shown;
  const list = versions.map(
    ({ number, submitted }) =>
      `<version version="v${number}">${field('date', new Date(submitted).toUTCString())}<size>${20 + number}kb</size></version>`,
  );
  const names = paper.authors.map(({ forenames, keyname }) => inTex(`${forenames} ${keyname}`)).join(', ');
  const submitter = paper.authors[0]!;
  return (
    '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
    'xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw/ http://arxiv.org/OAI/arXivRaw.xsd">\n' +
    ` ${field('id', paper.id)}${field('submitter', `${submitter.forenames} ${submitter.keyname}`)}${list.join('')}` +
    `${rest(shown).replace('%authors%', () => `<authors>${escaped(names)}</authors>`)}</arXivRaw>`
  );
}
