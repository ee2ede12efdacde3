import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { toBibtex, toCsv, toExport } from '../../formats/write.ts';
import { parseDay } from '../../papers/days.ts';
import { type EverythingOptions, type ExportedPaper, everyPaper } from '../../papers/everything.ts';
import { openStore } from '../../store/open.ts';
import { type Command, type Context, EXIT, optionText, thousands, UsageError } from '../command.ts';

/** How each format writes a paper; `head` goes before the first. */
const FORMATS: Record<string, { head?: string; paper(item: ExportedPaper): string }> = {
  jsonl: { paper: ({ paper, tallies }) => `${JSON.stringify(toExport(paper, { tallies }))}\n` },
  bibtex: { paper: ({ paper }) => `${toBibtex(paper).trimEnd()}\n\n` },
  csv: { head: toCsv([]), paper: ({ paper }) => toCsv([paper], { header: false }) },
};

export const exportPapers: Command = {
  name: 'export',
  says: 'write all papers out as JSONL, BibTeX or CSV',
  usage: '[--format jsonl|bibtex|csv] [--output FILE]',
  help: [
    'Papers come in the order of their ids, from one moment, whatever is written meanwhile. JSONL holds',
    'everything and can be imported again; the same content gives the same bytes, in whatever order it came',
    'in. With --output the file appears only when it is whole; a name ending in .gz is compressed.',
  ].join('\n'),
  options: [
    { name: 'format', value: 'FORMAT', says: 'jsonl (default), bibtex or csv' },
    { name: 'output', value: 'FILE', says: 'write to a file instead of standard output' },
    { name: 'from', value: 'DATE', says: 'only editions of this day or later' },
    { name: 'to', value: 'DATE', says: 'only editions of this day or earlier' },
  ],
  async run(context) {
    if (context.words.length > 0)
      throw new UsageError(`export takes no '${context.words[0]}'; use --output FILE`);
    const name = optionText(context, 'format') ?? 'jsonl';
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (!format) throw new UsageError(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
    const range: EverythingOptions = {};
    for (const side of ['from', 'to'] as const) {
      const text = optionText(context, side);
      const day = text === undefined ? undefined : parseDay(text);
      if (day === null)
        throw new UsageError(`--${side} '${text!.slice(0, 40)}' is not a day such as 2026-06-26`);
      if (day) range[side] = day;
    }
    const output = optionText(context, 'output');
    const store = await openStore(context.config);
    try {
      let count = 0;
      await store.snapshot(async (db) => {
        const text = async function* () {
          if (format.head) yield format.head;
          for await (const item of everyPaper(db, range)) {
            count++;
            yield format.paper(item);
          }
        };
        await write(text(), output);
      });
      report(context, count, output);
      return EXIT.ok.code;
    } finally {
      await store.close();
    }
  },
};

function report(context: Context, count: number, output: string | undefined): void {
  if (context.json && output) context.io.out(JSON.stringify({ papers: count, file: output }));
  else context.io.note(`${thousands(count)} papers written${output ? ` to ${output}` : ''}.`);
}

async function write(text: AsyncIterable<string>, output: string | undefined): Promise<void> {
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
