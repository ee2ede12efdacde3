import { createReadStream, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Config } from '../../config.ts';
import { readPapersFrom } from '../../formats/read.ts';
import { writeFileDurably } from '../../search/directory.ts';
import { MODEL_FILE, shippedModel } from '../../search/meaning/load.ts';
import { openModel } from '../../search/meaning/table.ts';
import { TrainingCorpus } from '../../search/meaning/train/corpus.ts';
import { LEAST_PAPERS, LEAST_PAPERS_MORE, trainModel } from '../../search/meaning/train/train.ts';
import { openStore } from '../../store/open.ts';
import { stepBack } from '../../worker/priority.ts';
import {
  bar,
  type Command,
  type Context,
  duration,
  EXIT,
  type Io,
  optionText,
  thousands,
  UsageError,
} from '../command.ts';

/** More papers teach little more, and would have to fit in memory (about 600 bytes each). */
const MOST_PAPERS = 300_000;
/** Papers asked for at a time. */
const PAGE = 2_000;

export const train: Command = {
  name: 'train',
  says: "train a search model on the site's own papers",
  usage: '[FILE…] [--output FILE] [--alone]',
  help: [
    'Search also finds papers that say the same in other words, using a model that comes with Broadsheet and was',
    'trained on arXiv (models/README.md). This trains one that also knows the words of this site, which finds',
    `more, especially in other fields. It needs at least ${thousands(LEAST_PAPERS_MORE)} papers with an abstract, and takes seconds for`,
    `a few thousand papers, minutes for 100,000. It uses at most ${thousands(MOST_PAPERS)}.`,
    '',
    'Reads the given files (any format that import reads) or, without files, the database. Writes',
    `${MODEL_FILE} to the data folder; delete that file to undo it. The same papers in the same order give the`,
    'same model. A running site notices and rebuilds its search index with it; otherwise that happens when it',
    'next starts, or with reindex.',
    '',
    'With --json the last line is {papers, terms, model, file, bytes, seconds}.',
  ].join('\n'),
  options: [
    { name: 'output', value: 'FILE', says: `write to this file instead of ${MODEL_FILE}` },
    { name: 'alone', says: `start without the shipped model; needs ${thousands(LEAST_PAPERS)} papers` },
  ],
  async run(context) {
    const { config, words, options, io, json } = context;
    const output = resolve(optionText(context, 'output') ?? resolve(config.DATA_DIR, MODEL_FILE));
    for (const path of words)
      if (!statSync(path, { throwIfNoEntry: false })?.isFile())
        throw new UsageError(`there is no file '${path}'`);
    stepBack();
    const started = performance.now();
    const say = saying(io);
    const corpus = new TrainingCorpus();
    const taken = words.length > 0 ? fromFiles(words, io) : fromDatabase(config);
    for await (const { title, abstract } of taken) {
      corpus.add(title, abstract);
      if (corpus.papers % PAGE === 0) say(`reading: ${thousands(corpus.papers)} papers`);
    }
    const base = options.alone === true ? null : shippedModel();
    const least = base ? LEAST_PAPERS_MORE : LEAST_PAPERS;
    if (corpus.papers < least)
      throw new Error(
        `${thousands(corpus.papers)} papers with an abstract are too few to train on; ${thousands(least)} are needed`,
      );
    const learning = performance.now();
    const bytes = trainModel(corpus, {}, base, ({ what, share, loss }) => {
      const left = ((performance.now() - learning) / 1000) * (1 / share - 1);
      if (what === 'cells') say('dividing the papers into cells …');
      else
        say(`${bar(share)} ${Math.floor(share * 100)} % · loss ${loss.toFixed(2)} · ${duration(left)} left`);
    });
    const model = openModel(bytes, output);
    writeFileDurably(dirname(output), basename(output), bytes);
    io.progress('');
    const seconds = Math.round(performance.now() - started) / 1000;
    const { papers, terms, name } = model;
    if (json)
      io.out(JSON.stringify({ papers, terms, model: name, file: output, bytes: bytes.length, seconds }));
    else
      io.out(
        `Learned ${thousands(terms)} words from ${thousands(papers)} papers in ${duration(seconds)}: ${output} (${(bytes.length / 1e6).toFixed(1)} MB).`,
      );
    return EXIT.ok.code;
  },
};

/** Progress in place on a terminal, ten times a second at most; elsewhere a line now and then. */
function saying(io: Context['io']): (line: string) => void {
  const every = process.stderr.isTTY ? 100 : 10_000;
  let last = performance.now();
  return (line) => {
    if (performance.now() - last < every) return;
    last = performance.now();
    if (process.stderr.isTTY) io.progress(line);
    else io.note(line);
  };
}

interface Text {
  title: string;
  abstract: string;
}

/** Papers of files; what cannot be read is named and passed over. */
async function* fromFiles(paths: string[], io: Io): AsyncGenerator<Text> {
  let count = 0;
  for (const path of paths)
    for await (const item of readPapersFrom(
      createReadStream(path, { highWaterMark: 1 << 18 }),
      basename(path),
    )) {
      if (!item.ok) {
        io.note(`rejected: ${item.where}: ${item.reason}`);
        continue;
      }
      const abstract = item.record.abstract ?? item.record.summary ?? '';
      if (abstract !== '' && count++ < MOST_PAPERS) yield { title: item.record.title ?? '', abstract };
    }
}

/** Papers of the database, in the order they came; evenly chosen where there are too many. */
async function* fromDatabase(config: Config): AsyncGenerator<Text> {
  const store = await openStore(config);
  try {
    const { count } = await store.read
      .selectFrom('papers')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const share = Math.min(1, MOST_PAPERS / Math.max(1, Number(count)));
    let seen = 0;
    for (let after = -1; ; ) {
      const rows = await store.read
        .selectFrom('papers')
        .select(['pk', 'title', 'abstract', 'summary'])
        .where('pk', '>', after)
        .orderBy('pk')
        .limit(PAGE)
        .execute();
      for (const row of rows) {
        const abstract = row.abstract ?? row.summary ?? '';
        if (Math.floor(++seen * share) > Math.floor((seen - 1) * share) && abstract !== '')
          yield { title: row.title, abstract };
      }
      if (rows.length < PAGE) return;
      after = rows[rows.length - 1]!.pk;
    }
  } finally {
    await store.close();
  }
}
