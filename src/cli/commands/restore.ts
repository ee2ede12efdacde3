import { rebuildIndex, withStore } from '../../collection.ts';
import { restore as restoreInto } from '../../store/backup.ts';
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
    return withStore(config, async (store) => {
      const started = performance.now();
      const report = await restoreInto(store, path, {
        replace: options.replace === true,
        progress: (rows) => io.progress(`${thousands(rows)} rows`),
      });
      io.progress('');
      const indexed = await rebuildIndex(store, config).then(
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
    });
  },
};
