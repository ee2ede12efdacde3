import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withStore } from '../../collection.ts';
import { backUp } from '../../store/backup.ts';
import { type Command, EXIT, thousands, UsageError } from '../command.ts';

export const backup: Command = {
  name: 'backup',
  says: 'save everything to one file while the site keeps running',
  usage: '[FILE]',
  help: [
    'Writes one gzipped file with every table, as of one moment, with a checksum. It can be restored into SQLite',
    'or PostgreSQL, whichever it came from. The search index is left out, since it can be rebuilt.',
  ].join('\n'),
  options: [],
  async run({ config, words, io, json }) {
    if (words.length > 1) throw new UsageError('backup accepts one file');
    const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
    const path = words[0] ?? join(config.DATA_DIR, `backup-${stamp}.jsonl.gz`);
    if (existsSync(path)) throw new UsageError(`'${path}' already exists; a backup never overwrites a file`);
    return withStore(config, async (store) => {
      const started = performance.now();
      const report = await backUp(store, path, (rows) => io.progress(`${thousands(rows)} rows`));
      io.progress('');
      const seconds = Math.round(performance.now() - started) / 1000;
      const bytes = statSync(path).size;
      if (json) io.out(JSON.stringify({ file: path, ...report, bytes, seconds }));
      else
        io.out(
          `${thousands(report.papers)} papers (${thousands(report.rows)} rows) saved to ${path}, ${(bytes / 1e6).toFixed(1)} MB, in ${seconds} s.`,
        );
      return EXIT.ok.code;
    });
  },
};
