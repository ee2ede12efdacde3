import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { withStore } from '../../collection.ts';
import { readPapersFrom } from '../../formats/read.ts';
import { type ImportReport, runImport } from '../../papers/intake/importer.ts';
import type { Parsed } from '../../papers/types.ts';
import type { Store } from '../../store/open.ts';
import { stepBack } from '../../worker/priority.ts';
import { checkNotLost } from '../../worker/site-index.ts';
import { bar, type Command, type Context, duration, EXIT, thousands, UsageError } from '../command.ts';
import { withIndex } from '../with-index.ts';

export const importPapers: Command = {
  name: 'import',
  says: 'import papers from files',
  usage: 'FILE…',
  help: [
    "Reads JSONL, BibTeX, RIS, CSL-JSON, Zotero's exports and the JSON of the Hub, plain or gzipped; the format",
    'is recognised from the content. Importing the same file again changes nothing, and an interrupted import can',
    'simply be run again. A rejected line is reported with file, line and reason; the import continues. A BibTeX',
    'field that cannot be read is left out with a warning, and the rest of the paper is imported.',
    'If the database has lost its papers (the search index still has some), nothing is imported.',
    '',
    'With --json the last line is {imported, updated, merged, unchanged, rejected, seconds}.',
  ].join('\n'),
  options: [],
  async run(context) {
    const source = sourceOf(context);
    stepBack();
    const stop = new AbortController();
    const interrupt = (): void =>
      stop.abort(new Error('interrupted; everything up to here is kept, run it again to continue'));
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    try {
      return await withStore(context.config, async (store) => {
        await checkNotLost(store, context.config.DATA_DIR);
        const started = performance.now();
        const { result: report, isSearchable } = await withIndex(context, store, stop.signal, () =>
          take(context, store, source(stop.signal)),
        );
        report.seconds = Math.round(performance.now() - started) / 1000;
        finish(context, report, isSearchable);
        return report.rejected > 0 ? EXIT.rejected.code : EXIT.ok.code;
      });
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  },
};

/** A stream of records that knows how far it is. */
interface Source {
  papers: AsyncIterable<Parsed>;
  /** Share done, 0 to 1, where the end is known. */
  share?(): number;
}

/** What to read, checked before anything is opened. */
function sourceOf(context: Context): (signal: AbortSignal) => Source {
  const { words } = context;
  const [first] = words;
  if (first === undefined) throw new UsageError('import needs files');
  if (ELSEWHERE.test(first) && !existsSync(first))
    throw new UsageError(
      `import reads files; to fetch from a service, use 'broadsheet sync ${first} --since DATE'`,
    );
  return filesOf(words);
}

/** What people name who want papers of a service. */
const ELSEWHERE = /^(?:hf|arxiv)$/i;

function filesOf(paths: string[]): (signal: AbortSignal) => Source {
  const sizes = paths.map((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new UsageError(`there is no file '${path}'`);
    if (!stat.isFile()) throw new UsageError(`'${path}' is not a file`);
    return stat.size;
  });
  const all = sizes.reduce((sum, size) => sum + size, 0);
  // The name alone, unless two files share it.
  const short = paths.map((path) => basename(path));
  const names = new Set(short).size === paths.length ? short : paths;
  let before = 0;
  let stream: ReturnType<typeof createReadStream> | undefined;
  return (signal) => ({
    share: () => (before + (stream?.bytesRead ?? 0)) / Math.max(1, all),
    papers: (async function* () {
      for (const [index, path] of paths.entries()) {
        stream = createReadStream(path, { highWaterMark: 1 << 18 });
        yield* readPapersFrom(stream, names[index]!, { signal });
        before += sizes[index]!;
        stream = undefined;
      }
    })(),
  });
}

async function take(context: Context, store: Store, source: Source): Promise<ImportReport> {
  const { io, json } = context;
  let told = 0;
  return runImport(store, source.papers, {
    rejected: ({ where, reason }) => {
      if (json) io.out(JSON.stringify({ rejected: where, reason }));
      io.note(`rejected: ${where}: ${reason}`);
    },
    warned: ({ where, warnings }) => {
      if (json) io.out(JSON.stringify({ warned: where, warnings }));
      for (const warning of warnings) io.note(`warning: ${where}: ${warning}`);
    },
    misdated: (message) => io.note(message),
    progress: (so) => {
      const done = so.imported + so.updated + so.merged + so.unchanged + so.rejected;
      const rate = done / Math.max(0.001, so.seconds);
      const share = source.share?.();
      const left = share ? ` · ${duration((so.seconds * (1 - share)) / share)} left` : '';
      const line = `${share === undefined ? '' : `${bar(share)} ${Math.floor(share * 100)} % · `}${thousands(done)} papers · ${thousands(Math.round(rate))} a second${left}`;
      io.progress(line);
      // Where there is no terminal, a line now and then instead of a bar.
      if (!process.stderr.isTTY && so.seconds - told >= 5) {
        told = so.seconds;
        io.note(line);
      }
    },
  });
}

function finish({ io, json }: Context, report: ImportReport, searchable: boolean): void {
  io.progress('');
  const { imported, updated, merged, unchanged, rejected, seconds } = report;
  if (json) {
    io.out(JSON.stringify({ imported, updated, merged, unchanged, rejected, seconds }));
    return;
  }
  const done = imported + updated + merged + unchanged;
  io.out(
    `${thousands(imported)} new, ${thousands(updated)} updated, ${thousands(merged)} merged, ` +
      `${thousands(unchanged)} unchanged, ${thousands(rejected)} rejected, in ${duration(seconds)} ` +
      `(${thousands(Math.round(done / Math.max(0.001, seconds)))} a second).${searchable ? ' Searchable now.' : ''}`,
  );
}
