import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { readPapersFrom } from '../../formats/read.ts';
import { openDay, parseDay } from '../../papers/days.ts';
import { type ImportReport, runImport } from '../../papers/importer.ts';
import type { Parsed } from '../../papers/types.ts';
import { arxivSince } from '../../sources/arxiv.ts';
import { politeClient } from '../../sources/client.ts';
import { hubDays } from '../../sources/hf.ts';
import { intervalOf, isLoopback } from '../../sources/politeness.ts';
import { openStore, type Store } from '../../store/open.ts';
import { userAgent } from '../../version.ts';
import { indexedSeq } from '../../worker/indexing.ts';
import { stepBack } from '../../worker/priority.ts';
import { startWorker, THREAD } from '../../worker/start.ts';
import { arxivUrls } from '../../worker/sync.ts';
import {
  bar,
  type Command,
  type Context,
  duration,
  EXIT,
  optionText,
  thousands,
  UsageError,
} from '../command.ts';

export const importPapers: Command = {
  name: 'import',
  says: 'take papers in from files, Hugging Face Daily Papers or arXiv',
  usage: 'FILE… | hf --since DATE | arxiv --categories LIST --since DATE',
  help: [
    'Reads JSONL, BibTeX, CSL-JSON and the JSON of the Hub, each also gzipped; the format is told by the',
    'content. Importing the same again changes nothing; killed at any point and run again, the result is the',
    'same. A line that cannot be taken is named with file, line and reason, counted, and stops nothing.',
    '',
    'With --json the last line is {imported, updated, merged, unchanged, rejected, seconds}.',
  ].join('\n'),
  options: [
    { name: 'since', value: 'DATE', says: 'first day to fetch, YYYY-MM-DD (hf, arxiv)' },
    { name: 'until', value: 'DATE', says: 'last day to fetch; default: today (hf)' },
    { name: 'categories', value: 'LIST', says: 'arXiv categories, as in cs.CL,cs.LG (arxiv)' },
  ],
  async run(context) {
    const source = sourceOf(context);
    stepBack();
    const store = await openStore(context.config);
    const stop = new AbortController();
    const interrupt = (): void =>
      stop.abort(new Error('interrupted; what came before is kept, run it again to go on'));
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    // How often in a row the index could not be written, and why.
    const trouble = { times: 0, reason: '' };
    const worker = startWorker('index', (message) => {
      if (message.type !== 'error') {
        trouble.times = 0;
        return;
      }
      // A thread that has ended tries nothing again.
      trouble.times += message.what === THREAD ? GIVE_UP : 1;
      trouble.reason = message.message;
      if (trouble.times === 1) context.io.note(`broadsheet: ${message.what}: ${message.message}`);
    });
    try {
      const started = performance.now();
      const report = await take(context, store, source(stop.signal));
      worker.hurry();
      const searchable = await indexed(store, context, stop.signal, trouble);
      report.seconds = Math.round(performance.now() - started) / 1000;
      finish(context, report, searchable);
      return exitCode(report);
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      await worker.stop();
      await store.close();
    }
  },
};

/** Nothing came and a source did not answer: failed. Otherwise what was not taken decides. */
function exitCode({ rejected, unanswered, ...taken }: ImportReport): number {
  const some = taken.imported + taken.updated + taken.merged + taken.unchanged > 0;
  if (unanswered > 0 && !some) return EXIT.failed.code;
  return rejected + unanswered > 0 ? EXIT.rejected.code : EXIT.ok.code;
}

/** A stream of records that knows how far it is. */
interface Source {
  papers: AsyncIterable<Parsed>;
  /** Share done, 0 to 1, where the end is known. */
  share?(): number;
}

/** What to read, checked before anything is opened. */
function sourceOf(context: Context): (signal: AbortSignal) => Source {
  const { words, config } = context;
  const [first, ...more] = words;
  if (first === undefined) throw new UsageError('import needs files, or hf, or arxiv');
  if (first !== 'hf' && first !== 'arxiv') return filesOf(words);
  if (more.length > 0) throw new UsageError(`import ${first} takes no '${more[0]}'`);
  const addresses = first === 'hf' ? [config.HUB_URL] : Object.values(arxivUrls(config));
  if (config.OFFLINE && !addresses.every(isLoopback))
    throw new UsageError(`OFFLINE=1: no request may leave this machine, so ${first} cannot be asked`);

  const today = openDay(Date.now(), { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN });
  const since = dayOption(context, 'since');
  if (!since) throw new UsageError(`import ${first} needs --since DATE, as in --since ${today}`);
  const until = dayOption(context, 'until') ?? today;
  if (until < since) throw new UsageError(`--until ${until} lies before --since ${since}`);
  const client = politeClient({
    userAgent,
    minIntervalMs: intervalOf(config.REQUEST_INTERVAL_MS),
    log: (line: string) => context.io.note(line),
  });
  if (first === 'hf')
    return (signal) => ({ papers: hubDays({ baseUrl: config.HUB_URL, since, until, client, signal }) });

  const categories = (optionText(context, 'categories') ?? '')
    .split(',')
    .map((c) => c.trim())
    .filter(Boolean);
  if (categories.length === 0)
    throw new UsageError('import arxiv needs --categories, as in --categories cs.CL,cs.LG');
  const bad = categories.find((category) => !/^[a-z-]+(\.[A-Za-z-]+)?$/.test(category));
  if (bad) throw new UsageError(`'${bad}' is not an arXiv category such as cs.CL`);
  return (signal) => ({
    papers: arxivSince({
      ...arxivUrls(config),
      categories,
      since,
      client,
      signal,
      log: (line: string) => context.io.note(line),
    }),
  });
}

function dayOption(context: Context, name: string): string | undefined {
  const text = optionText(context, name);
  if (text === undefined) return undefined;
  const day = parseDay(text);
  if (!day) throw new UsageError(`--${name} '${text.slice(0, 40)}' is not a day such as 2026-06-26`);
  return day;
}

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
      io.note(`not taken: ${where}: ${reason}`);
    },
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

/** So many failures in a row, and the import no longer waits for its index. */
const GIVE_UP = 2;
/** So long (ms) may an index that another process writes stand still. */
const PATIENCE = 60_000;

/**
 * Waits until the search index has everything that was imported: written by us, or by a running site. False
 * when a running site does not get on with it.
 */
async function indexed(
  store: Store,
  { io, config }: Context,
  signal: AbortSignal,
  trouble: { times: number; reason: string },
): Promise<boolean> {
  const seq = await store.seq();
  let before = -1;
  let moved = Date.now();
  for (;;) {
    const at = indexedSeq(config.DATA_DIR);
    if (at >= seq) return true;
    if (at !== before) moved = Date.now();
    before = at;
    signal.throwIfAborted();
    if (trouble.times >= GIVE_UP)
      throw new Error(
        `the papers are kept, but the search index could not be written (${trouble.reason}); run 'broadsheet reindex'`,
      );
    if (Date.now() - moved > PATIENCE) {
      io.note('The search index is being written by another process, which is slow; not waiting for it.');
      return false;
    }
    io.progress('writing the search index …');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
      `${thousands(unchanged)} unchanged, ${thousands(rejected)} not taken, in ${duration(seconds)} ` +
      `(${thousands(Math.round(done / Math.max(0.001, seconds)))} a second).${searchable ? ' Searchable now.' : ''}`,
  );
}
