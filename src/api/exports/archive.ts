/**
 * `/archive`: the whole collection by day, as JSONL and as Parquet. A file is generated while it is sent and never held
 * whole in memory; its ETag is the last change to its papers, so that a mirror can request every day and receives only
 * what is new.
 */

import { toExport } from '../../formats/write.ts';
import { writeParquet } from '../../formats/write-parquet.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import { UNDATED } from '../../papers/lists/archive.ts';
import type { ExportedPaper } from '../../papers/lists/everything.ts';
import { archiveHere, archiveYear } from '../../present/archive.ts';
import { readPeriod } from '../../present/dates.ts';
import { stream } from './stream.ts';

interface Format {
  type: string;
  write(papers: AsyncIterable<ExportedPaper>): AsyncIterable<Uint8Array>;
  /** Worth compressing in transit. */
  packs: boolean;
}

export const ARCHIVE_FORMATS: Record<'jsonl' | 'parquet', Format> = {
  jsonl: { type: 'application/jsonl; charset=utf-8', write: lines, packs: true },
  parquet: { type: 'application/vnd.apache.parquet', write: writeParquet, packs: false },
};
export type ArchiveFormat = keyof typeof ARCHIVE_FORMATS;

const STRETCH = 50;

/** Lines of JSON as in an export, some at a time. */
async function* lines(papers: AsyncIterable<ExportedPaper>): AsyncGenerator<Uint8Array> {
  let out = '';
  let count = 0;
  for await (const { paper, tallies } of papers) {
    out += `${JSON.stringify(toExport(paper, { tallies }))}\n`;
    if (++count % STRETCH > 0) continue;
    yield Buffer.from(out);
    out = '';
  }
  if (out !== '') yield Buffer.from(out);
}

const whole = (format: ArchiveFormat, what: string): Reading => ({
  method: 'GET',
  path: `/archive/:day.${format}`,
  says: `All papers dated a day, as ${what}; \`undated\` has those without a date.`,
  kind: 'plain',
  who: 'public',
  handle: (ask, day, request) => sendDay(ask, day, format, request),
});

export const ARCHIVE: Reading[] = [
  whole('jsonl', 'JSONL that can be re-imported'),
  whole('parquet', 'Parquet'),
  {
    method: 'GET',
    path: '/archive.json',
    says: 'The days of the newest year as JSON, with the addresses of their files.',
    kind: 'page',
    who: 'public',
    handle: (ask) => archiveIndex(ask, null),
  },
  {
    method: 'GET',
    path: '/archive/:year.json',
    says: 'The same for another year.',
    kind: 'page',
    who: 'public',
    handle: (ask, year) => archiveIndex(ask, year),
  },
];

/** `/archive.json` (`year` null: the newest) and `/archive/:year.json`. Addresses are absolute there. */
async function archiveIndex(ask: Ask, year: string | null): Promise<Reply> {
  const { years, shown, days, undated } = await archiveYear(archiveHere(ask), year);
  const files = (name: string) => ({
    jsonl: `${ask.base}/archive/${name}.jsonl`,
    parquet: `${ask.base}/archive/${name}.parquet`,
  });
  const body = {
    year: shown,
    days: days.map(({ day, papers }) => ({ day, papers, ...files(day) })),
    undated: undated && { papers: undated.papers, ...files(UNDATED) },
    years: years.map((year) => ({ year, url: `${ask.base}/archive/${year}.json` })),
  };
  return text(`${JSON.stringify(body)}\n`, 'application/json; charset=utf-8', {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  });
}

async function sendDay(
  ask: Ask,
  given: string,
  format: ArchiveFormat,
  request: Request,
): Promise<Reply | Response> {
  const archive = archiveHere(ask);
  const day = given === UNDATED ? '' : dayIn(given);
  if (day !== '' && day !== given) return redirect(`/archive/${day}.${format}`, 301);
  const mark = await archive.mark(day);
  if (mark === null) throw new WebError(404, 'There are no papers from that day.');
  const { type, write, packs } = ARCHIVE_FORMATS[format];
  return stream(request, {
    type,
    // The program's version too: another one may write the same papers differently.
    mark: `${ask.web.site.version}-${mark.papers}-${mark.seq}-${format}`,
    headers: {
      'cache-control': 'public, no-cache',
      'content-disposition': `attachment; filename="${given}.${format}"`,
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag',
      'cross-origin-resource-policy': 'cross-origin',
      'x-robots-tag': 'noindex',
    },
    packs,
    make: () => write(archive.papers(day)),
  });
}

function dayIn(given: string): string {
  const read = readPeriod('day', given);
  if (!read.ok) throw new WebError(400, `“${given.slice(0, 40)}” is not a day. ${read.reason}`);
  return read.value;
}
