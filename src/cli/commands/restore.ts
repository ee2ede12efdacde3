import type { Config } from '../../config.ts';
import { openEmbedder } from '../../search/meaning/provider.ts';
import { restore as restoreInto } from '../../store/backup.ts';
import { openStore, type Store } from '../../store/open.ts';
import { createIndexer } from '../../worker/indexing.ts';
import { type Command, EXIT, thousands, UsageError } from '../command.ts';

export const restore: Command = {
  name: 'restore',
  says: 'restore a backup into the database',
  usage: 'FILE [--replace]',
  help: [
    'The file is read and checked in full before anything is changed; it is then restored whole or not at all.',
    'The database must be empty unless --replace is given. The search index is rebuilt afterwards.',
  ].join('\n'),
  options: [{ name: 'replace', says: 'replace what the database holds' }],
  async run({ config, words, options, io, json }) {
    const [path, ...more] = words;
    if (path === undefined || more.length > 0) throw new UsageError('restore needs one file');
    const store = await openStore(config);
    try {
      const started = performance.now();
      const report = await restoreInto(store, path, {
        replace: options.replace === true,
        progress: (rows) => io.progress(`${thousands(rows)} rows`),
      });
      io.progress('');
      const indexed = await rebuild(store, config).then(
        () => true,
        (error: Error) => {
          io.note(`The search index was not rebuilt: ${error.message}`);
          return false;
        },
      );
      const seconds = Math.round(performance.now() - started) / 1000;
      if (json) io.out(JSON.stringify({ file: path, ...report, indexed, seconds }));
      else
        io.out(
          `${thousands(report.papers)} papers (${thousands(report.rows)} rows) restored from ${path} in ${seconds} s.`,
        );
      return EXIT.ok.code;
    } finally {
      await store.close();
    }
  },
};

async function rebuild(store: Store, config: Config): Promise<void> {
  const embedder = await openEmbedder(config);
  const indexer = createIndexer(store, config.DATA_DIR, undefined, embedder);
  try {
    await indexer.reset();
    await indexer.step();
  } finally {
    await indexer.close();
    await embedder?.close();
  }
}
