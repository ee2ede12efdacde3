/** For tests: what a person would find wrong with a record at a glance, whatever it is about. */
import { isDay } from '../formats/text.ts';
import type { PaperRecord } from '../papers/types.ts';

/** Markup of publishers and of web pages; `<swi>` in an abstract is what its authors wrote. */
const MARKUP =
  /<\/?(?:p|br|i|em|b|strong|sub|sup|span|div|ul|ol|li|a|img|h[1-6]|font|title|sec|(?:jats|mml):[\w-]+)(?:\s[^<>]{0,200})?\/?>/i;
const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|[rl][sd]quo|[mn]dash|hellip|#\d{1,6}|#x[\da-f]{1,5});/i;
const CONTROL = /[\x00-\x1f\x7f-\x9f\xad\u200b\ufeff\ufffd]/;
const MISREAD = /â€|Ã[\xa1-\xbf]|Â[\xa0-\xbf]/;
const LAYOUT = /[([] | [)\]]/;
const NO_PERSON =
  /^(?:\p{Lu}\.[\s-]*){1,4}$|^\p{Lu}$|[,;:()[\]<>]|\bet al\b|^and\s|\sand$|\bon behalf of\b|\bfor the\b|^\P{L}*$/u;
const BEHIND_DOI = /\/(?:full|fulltext|abstract|abs|pdf|epdf|html)(?:\.\w+)?$|[.,;/]$|[A-Z]|%2F|[?#]/;

/**
 * What is wrong with a record, one line each; empty where nothing is.
 *
 * @param isMarkup its texts came with markup around them, so that blanks inside brackets are the layout of that
 */
export function troublesOf(record: PaperRecord, { isMarkup = false } = {}): string[] {
  const troubles: string[] = [];
  const say = (what: string, text: string): void =>
    void troubles.push(`${record.title.slice(0, 40)}: ${what} (${text})`);
  for (const name of ['title', 'abstract', 'summary', 'journal', 'note'] as const) {
    const text = record[name];
    if (text === undefined) continue;
    for (const [what, pattern] of [
      ['markup', MARKUP],
      ['an entity', ENTITY],
      ['a control character', CONTROL],
      ['misread text', MISREAD],
      ...(isMarkup ? ([['layout', LAYOUT]] as const) : []),
    ] as const) {
      const found = pattern.exec(text)?.[0];
      if (found !== undefined) say(`${name} has ${what}`, JSON.stringify(found));
    }
    if (text !== text.trim() || / {2}/.test(text)) say(`${name} is not folded`, name);
  }
  for (const author of record.authors ?? [])
    if (NO_PERSON.test(author.replace(/, Jr\.?$/, ''))) say('nobody is called so', author);
  if (new Set(record.authors).size < (record.authors?.length ?? 0)) say('somebody is named twice', 'authors');
  if (record.identifiers.length === 0) say('it has no identifier', '');
  for (const { scheme, value } of record.identifiers)
    if (scheme === 'doi' && BEHIND_DOI.test(value)) say('this is not all DOI', value);
  for (const day of [record.published, record.updated, record.announced, record.listed])
    if (day !== undefined && !isDay(day)) say('that is no day', day);
  if ((record.published === undefined) !== (record.publishedPrecision === undefined))
    say('a date has no precision', record.published ?? '');
  return troubles;
}

/** How many different papers records are about, by the name each goes by at its source. */
export const distinct = (records: PaperRecord[]): number =>
  new Set(records.map(({ identifiers: [own] }) => `${own!.scheme}:${own!.value}`)).size;
