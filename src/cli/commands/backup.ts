import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Backups } from '../../backups/backups.ts';
import { placeOf } from '../../backups/places.ts';
import { saySize } from '../../backups/sizes.ts';
import { withStore } from '../../collection.ts';
import { backUp } from '../../store/backup.ts';
import { type Command, type Context, EXIT, thousands, UsageError } from '../command.ts';
import { closest } from '../misspelt.ts';

export const backup: Command = {
  name: 'backup',
  says: 'save everything to one file while the site keeps running',
  usage: '[FILE] | list | drill',
  help: [
    'Writes one gzipped file with every table, as of one moment, with a checksum, encrypted if BACKUP_KEY is set. It',
    'can be restored into SQLite or PostgreSQL, whichever it came from. The search index is left out, since it can be',
    'rebuilt. Without FILE, the backup goes to BACKUP_TO, like the automatic ones, or into DATA_DIR if that is not set.',
    '',
    'backup list lists the backups in BACKUP_TO. backup drill restores the newest one into a temporary database,',
    'compares every table with the file, and removes the database again. See docs/backups.md.',
  ].join('\n'),
  options: [],
  async run(context) {
    const { config, words, io, json } = context;
    if (words.length > 1) throw new UsageError('backup accepts one file');
    if (words[0] === 'list') return list(context);
    if (words[0] === 'drill') return drill(context);
    const meant = closest(words[0] ?? '', ['list', 'drill']);
    if (meant !== undefined)
      throw new UsageError(
        `backup has no action '${words[0]}'; did you mean '${meant}'? For a file of that name, write ./${words[0]}`,
      );
    const isScheduled = words.length === 0 && config.BACKUP_TO !== null;
    const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
    const path = words[0] ?? join(config.DATA_DIR, `backup-${stamp}.jsonl.gz`);
    if (!isScheduled && existsSync(path))
      throw new UsageError(`'${path}' already exists; a backup never overwrites a file`);
    return withStore(config, async (store) => {
      const started = performance.now();
      const progress = (rows: number): void => io.progress(`${thousands(rows)} rows`);
      const saved = isScheduled
        ? await new Backups({ store, config }).backUp(progress)
        : { ...(await backUp(store, path, progress, config.BACKUP_KEY)), bytes: statSync(path).size };
      io.progress('');
      const file = 'name' in saved ? `${config.BACKUP_TO}/${saved.name}` : path;
      const { papers, rows, bytes } = saved;
      const seconds = Math.round(performance.now() - started) / 1000;
      if (json) io.out(JSON.stringify({ file, papers, rows, bytes, seconds }));
      else
        io.out(
          `${thousands(papers)} papers (${thousands(rows)} rows) saved to ${file}, ${saySize(bytes)}, in ${seconds} s.`,
        );
      return EXIT.ok.code;
    });
  },
};

async function list({ config, io, json }: Context): Promise<number> {
  const place = placeOf(config);
  if (place === null) throw new UsageError('BACKUP_TO is not set, so there is nothing to list');
  for (const name of await place.list()) io.out(json ? JSON.stringify({ name }) : name);
  return EXIT.ok.code;
}

async function drill({ config, io, json }: Context): Promise<number> {
  if (config.BACKUP_TO === null)
    throw new UsageError('BACKUP_TO is not set, so there is no backup to restore');
  return withStore(config, async (store) => {
    const started = performance.now();
    const passed = await new Backups({ store, config }).drill();
    const seconds = Math.round(performance.now() - started) / 1000;
    if (json) io.out(JSON.stringify({ ...passed, seconds }));
    else
      io.out(
        `${passed.name}: ${thousands(passed.papers)} papers (${thousands(passed.rows)} rows) restored into ${passed.into}, ${passed.compared} tables compared, all the same, in ${seconds} s.`,
      );
    return EXIT.ok.code;
  });
}
