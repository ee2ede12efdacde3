/** Several papers as one file, in every format. */
import type { Paper } from '../papers/types.ts';
import { type Tally, toBibtex, toCsl, toCsv, toExport, toRis } from './write.ts';

/** By the ending of the file's name. */
export const LIST_FORMATS = {
  bib: { type: 'application/x-bibtex; charset=utf-8', name: 'BibTeX' },
  ris: { type: 'application/x-research-info-systems; charset=utf-8', name: 'RIS' },
  json: { type: 'application/vnd.citationstyles.csl+json; charset=utf-8', name: 'CSL-JSON' },
  csv: { type: 'text/csv; charset=utf-8; header=present', name: 'CSV' },
  jsonl: { type: 'application/jsonl; charset=utf-8', name: 'JSONL' },
} as const;
export type ListFormat = keyof typeof LIST_FORMATS;

export const isListFormat = (name: string): name is ListFormat => Object.hasOwn(LIST_FORMATS, name);

export interface ListOptions {
  /** This site's address, used if a paper has no other. */
  site?: string;
  /** Votes as counted elsewhere, by the paper's key (JSONL). */
  tallies?: Map<number, Tally[]>;
}

/** The file in pieces, one for each paper and its surroundings; joined, they are the file. */
export function* writeList(
  format: ListFormat,
  papers: Iterable<Paper>,
  options: ListOptions = {},
): Generator<string> {
  const { site, tallies } = options;
  let first = true;
  if (format === 'csv') yield toCsv([]);
  for (const paper of papers) {
    if (format === 'bib') yield `${first ? '' : '\n'}${toBibtex(paper, site)}`;
    else if (format === 'ris') yield toRis(paper, site);
    else if (format === 'csv') yield toCsv([paper], { header: false });
    else if (format === 'json') yield `${first ? '[\n' : ',\n'}${JSON.stringify(toCsl(paper, site))}`;
    else yield `${JSON.stringify(toExport(paper, { tallies: tallies?.get(paper.pk) }))}\n`;
    first = false;
  }
  if (format === 'json') yield first ? '[]\n' : '\n]\n';
}
