import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { withStore } from '../../collection.ts';
import { toBibtex, toCsl, toCsv, toExport, toRis } from '../../formats/write.ts';
import { writeParquet } from '../../formats/write-parquet.ts';
import { parseDay } from '../../papers/days.ts';
import { daysOf, papersOfDay, UNDATED } from '../../papers/lists/archive.ts';
import { type EverythingOptions, type ExportedPaper, everyPaper } from '../../papers/lists/everything.ts';
import { makeFolder } from '../../store/folder.ts';
import { type Command, type Context, count, EXIT, optionText, UsageError } from '../command.ts';

type Papers = AsyncIterable<ExportedPaper>;
type Pieces = AsyncIterable<string | Uint8Array>;

/** How each format writes papers. `ending`: of a day's file. */
const FORMATS: Record<string, { ending: string; write(papers: Papers): Pieces }> = {
  jsonl: {
    ending: 'jsonl',
    write: (papers) =>
      each(papers, ({ paper, tallies }) => `${JSON.stringify(toExport(paper, { tallies }))}\n`),
  },
  bibtex: {
    ending: 'bib',
    write: (papers) => each(papers, ({ paper }) => `${toBibtex(paper).trimEnd()}\n\n`),
  },
  ris: { ending: 'ris', write: (papers) => each(papers, ({ paper }) => toRis(paper)) },
  csl: { ending: 'json', write: writeCsl },
  csv: {
    ending: 'csv',
    write: (papers) => each(papers, ({ paper }) => toCsv([paper], { header: false }), toCsv([])),
  },
  parquet: { ending: 'parquet', write: writeParquet },
};

async function* each(
  papers: Papers,
  text: (item: ExportedPaper) => string,
  head = '',
): AsyncGenerator<string> {
  if (head !== '') yield head;
  for await (const item of papers) yield text(item);
}

/** CSL-JSON: one array. */
async function* writeCsl(papers: Papers): AsyncGenerator<string> {
  let before = '[\n';
  for await (const { paper } of papers) {
    yield before + JSON.stringify(toCsl(paper));
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

export const exportPapers: Command = {
  name: 'export',
  says: 'export all papers as JSONL, BibTeX, RIS, CSL-JSON, CSV or Parquet',
  usage: '[--format jsonl|bibtex|ris|csl|csv|parquet] [--output FILE] [--by-day]',
  help: [
    'Papers are sorted by id and exported as of one moment, whatever changes meanwhile. JSONL holds everything',
    'and can be re-imported; the same content gives the same bytes, whatever order it arrived in. With',
    '--output, the file appears only once it is complete; a name ending in .gz is compressed.',
    '',
    'With --by-day, --output names a folder, where each paper goes into the file for its own date',
    '(2026-06-26.parquet) and those without a date into undated.parquet: the same files as under /archive.',
  ].join('\n'),
  options: [
    { name: 'format', value: 'FORMAT', says: 'jsonl (default), bibtex, ris, csl, csv or parquet' },
    { name: 'output', value: 'FILE', says: 'write to a file instead of standard output' },
    { name: 'by-day', says: 'one file per day, in the folder given as --output' },
    { name: 'from', value: 'DATE', says: 'only editions (with --by-day: dates) of this day or later' },
    { name: 'to', value: 'DATE', says: 'only editions (with --by-day: dates) of this day or earlier' },
  ],
  async run(context) {
    if (context.words.length > 0)
      throw new UsageError(`export does not accept '${context.words[0]}'; use --output FILE`);
    const name = optionText(context, 'format') ?? 'jsonl';
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (!format) throw new UsageError(`--format must be one of ${Object.keys(FORMATS).join(', ')}`);
    const range: EverythingOptions = {};
    for (const side of ['from', 'to'] as const) {
      const text = optionText(context, side);
      const day = text === undefined ? undefined : parseDay(text);
      if (day === null)
        throw new UsageError(`--${side} '${text!.slice(0, 40)}' is not a date such as 2026-06-26`);
      if (day) range[side] = day;
    }
    const output = optionText(context, 'output');
    const isByDay = context.options['by-day'] === true;
    if (isByDay && output === undefined) throw new UsageError('--by-day needs --output FOLDER');
    return withStore(context.config, async (store) => {
      let written = 0;
      const counted = async function* (papers: Papers) {
        for await (const item of papers) {
          written++;
          yield item;
        }
      };
      const days = await store.longRead(async (db) => {
        if (!isByDay) {
          await write(format.write(counted(everyPaper(db, range))), output);
          return null;
        }
        const days = await daysOf(db, range.from ?? '0000-01-01', range.to ?? '9999-12-31');
        const all = days.map(({ day }) => day);
        const undated = range.from === undefined && range.to === undefined;
        if (undated && !(await papersOfDay(db, '').next()).done) all.push('');
        makeFolder(output!);
        for (const day of all) {
          const file = join(output!, `${day || UNDATED}.${format.ending}`);
          await write(format.write(counted(papersOfDay(db, day))), file);
          context.io.progress(`${day || UNDATED}: ${count(written, 'paper')} written`);
        }
        context.io.progress('');
        return all.length;
      });
      report(context, written, output, days);
      return EXIT.ok.code;
    });
  },
};

/** @param days files written, where each is a day's */
function report(context: Context, papers: number, output: string | undefined, days: number | null): void {
  if (context.json && output)
    context.io.out(
      JSON.stringify(days === null ? { papers, file: output } : { papers, folder: output, files: days }),
    );
  else if (days !== null)
    context.io.note(`${count(papers, 'paper')} written to ${count(days, 'file')} in ${output}.`);
  else context.io.note(`${count(papers, 'paper')} written${output ? ` to ${output}` : ''}.`);
}

async function write(text: Pieces, output: string | undefined): Promise<void> {
  if (output === undefined) {
    try {
      await pipeline(Readable.from(text), process.stdout as Writable, { end: false });
    } catch (error) {
      // Whoever reads has seen enough (`| head`).
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
    return;
  }
  const partial = `${output}.partial`;
  try {
    const file = createWriteStream(partial, { flush: true });
    if (output.endsWith('.gz')) await pipeline(Readable.from(text), createGzip(), file);
    else await pipeline(Readable.from(text), file);
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
}
