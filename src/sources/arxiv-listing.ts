/**
 * arXiv's listing page of a category: the day of the last announcement and how many papers it held. The one
 * place that tells a quiet day from a broken feed. Only headings are read, never the papers in it.
 */
import { isDay, monthNumber } from '../formats/text.ts';
import type { Day } from '../papers/types.ts';
import { type Client, SourceError } from './client.ts';

export interface Listing {
  url: string;
  announced: Day;
  /** New submissions and cross-lists; replacements are not announcements. */
  papers: number;
}

export interface ListingOptions {
  /** Without the category: `https://arxiv.org/list`. */
  listUrl: string;
  client: Client;
  signal?: AbortSignal;
}

const DATE = /new listings for \w+, (\d{1,2}) (\w+) (\d{4})/i;
const COUNT =
  /(new submissions|cross[- ](?:submissions|lists))\s*\(showing (?:first )?\d+ of (\d+) entries/gi;

export async function arxivListing(category: string, options: ListingOptions): Promise<Listing> {
  const url = `${options.listUrl.replace(/\/+$/, '')}/${encodeURIComponent(category)}/new`;
  const { body, status } = await options.client.get(url, { signal: options.signal, accept: 'text/html' });
  const text = body
    .toString('utf8')
    .replace(/<[^<>]{0,1000}>/g, ' ')
    .replace(/\s+/g, ' ');
  const [, date = '', month = '', year] = DATE.exec(text) ?? [];
  const announced = `${year}-${monthNumber(month) ?? ''}-${date.padStart(2, '0')}`;
  if (!isDay(announced)) throw new SourceError(url, 'the listing names no day of announcement', { status });
  const papers = [...text.matchAll(COUNT)].reduce((sum, match) => sum + Number(match[2]), 0);
  return { url, announced, papers };
}
