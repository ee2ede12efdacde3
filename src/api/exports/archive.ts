/**
 * `/archive`: the whole collection by day, as JSONL and as Parquet. A file is generated while it is sent and never held
 * whole in memory; its ETag is the last change to its papers, so that a mirror can request every day and receives only
 * what is new.
 */

import { toExport } from '../../formats/write.ts';
import { writeParquet } from '../../formats/write-parquet.ts';
import { type Archive, UNDATED } from '../../papers/archive.ts';
import type { ExportedPaper } from '../../papers/everything.ts';
import type { Ask, Reply } from '../../web/context.ts';
import { readPeriod } from '../../web/dates.ts';
import { redirect, WebError } from '../../web/http.ts';
import type { Reading } from '../../web/routes.ts';
import { archiveIndex, archivePage } from './archive-page.tsx';
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
  let text = '';
  let count = 0;
  for await (const { paper, tallies } of papers) {
    text += `${JSON.stringify(toExport(paper, { tallies }))}\n`;
    if (++count % STRETCH > 0) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

const whole = (format: ArchiveFormat, what: string): Reading => ({
  method: 'GET',
  path: `/archive/:day.${format}`,
  says: `All papers dated a day, as ${what}; \`undated\` has those without a date.`,
  kind: 'plain',
  handle: (ask, day, request) => sendDay(ask, day, format, request),
});

export const ARCHIVE: Reading[] = [
  whole('jsonl', 'JSONL that can be re-imported'),
  whole('parquet', 'Parquet'),
  {
    method: 'GET',
    path: '/archive',
    says: 'The whole collection, day by day: the newest year.',
    kind: 'page',
    handle: (ask) => archivePage(ask, archiveHere(ask), null),
  },
  {
    method: 'GET',
    path: '/archive.json',
    says: 'The same as JSON, with the addresses of the files.',
    kind: 'page',
    handle: (ask) => archiveIndex(ask, archiveHere(ask), null),
  },
  {
    method: 'GET',
    path: '/archive/:year.json',
    says: 'The same for another year.',
    kind: 'page',
    handle: (ask, year) => archiveIndex(ask, archiveHere(ask), year),
  },
  {
    method: 'GET',
    path: '/archive/:year',
    says: 'Another year of the collection.',
    kind: 'page',
    handle: (ask, year) => archivePage(ask, archiveHere(ask), year),
  },
];

function archiveHere(ask: Ask): Archive {
  const { archive } = ask.web;
  if (!archive) throw new WebError(404, 'There is no archive at this address.');
  return archive;
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
