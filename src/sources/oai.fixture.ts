/** Answers of arXiv's harvesting door, invented. */
import type { Item } from './source.ts';

/** An answer around what is inside. */
export const oai = (inner: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">' +
  `<responseDate>2026-11-24T20:00:00Z</responseDate><request verb="ListRecords"/>${inner}</OAI-PMH>`;

/** A page of records; with a token there are more. */
export const page = (records: string, token?: string, size?: number): string => {
  const total = size === undefined ? '' : ` completeListSize="${size}"`;
  const last = token === undefined ? '' : `<resumptionToken${total}>${token}</resumptionToken>`;
  return oai(`<ListRecords>${records}${last}</ListRecords>`);
};

/** A record in format arXiv. `more` stands among its metadata, author included. */
export const oaiRecord = (id: string, title: string, more = AUTHOR): string =>
  `<record><header><identifier>oai:arXiv.org:${id}</identifier><datestamp>2026-11-23</datestamp></header>` +
  `<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>${id}</id><created>2026-11-20</created>${more}` +
  `<title>${title}</title><categories>cs.CL math.PR</categories><abstract>  We look\n at it. </abstract>` +
  '</arXiv></metadata></record>';

const AUTHOR = '<authors><author><keyname>Oksa</keyname><forenames>Mira</forenames></author></authors>';

/** The header that is left of a record. */
export const deleted = (identifier: string): string =>
  `<record><header status="deleted"><identifier>${identifier}</identifier>` +
  '<datestamp>2026-11-23</datestamp></header></record>';

/** Items as lines of text, to be compared at a glance. */
export const lines = (items: Item[]): string[] =>
  items.map((item) => {
    if ('checkpoint' in item) {
      const { token, seen } = item.checkpoint as { token: string | null; seen: number };
      return `-- ${seen}, ${token === null ? 'the end' : `then ${token}`}`;
    }
    if ('gone' in item) return `gone ${item.gone.value}`;
    return item.ok ? `${item.record.identifiers[0]?.value} ${item.record.title}` : `! ${item.reason}`;
  });
