import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOf, timeOf } from '../../backups/places.ts';
import { rebuildIndex, withStore } from '../../collection.ts';
import type { Config } from '../../config.ts';
import { restore as restoreInto } from '../../store/backup.ts';
import { makeFolder } from '../../store/folder.ts';
import { type Command, EXIT, thousands, UsageError } from '../command.ts';

export const restore: Command = {
  name: 'restore',
  says: 'restore a backup into the database',
  usage: 'FILE | latest [--replace]',
  help: [
    'The file is read and checked in full before anything is changed; it is then restored whole or not at all.',
    'The database must be empty unless --replace is given. The search index is rebuilt afterwards.',
    '',
    'FILE can also be the name of a backup in BACKUP_TO, or latest for the newest. An encrypted backup needs the',
    'BACKUP_KEY it was made with.',
  ].join('\n'),
  options: [{ name: 'replace', says: 'replace what the database holds' }],
  async run({ config, words, options, io, json }) {
    const [given, ...more] = words;
    if (given === undefined || more.length > 0) throw new UsageError('restore needs one file');
    await using fetched = await fetchedFrom(config, given);
    const { path, name } = fetched;
    // Returns only when everything is done: the fetched copy is deleted with this scope.
    return await withStore(config, async (store) => {
      const started = performance.now();
      const report = await restoreInto(store, path, {
        replace: options.replace === true,
        key: config.BACKUP_KEY,
        progress: (rows) => io.progress(`${thousands(rows)} rows`),
      }).catch((error: Error) => {
        // The copy has a name that nobody gave it.
        error.message = error.message.replace(path, name);
        throw error;
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
      if (json) io.out(JSON.stringify({ file: name, ...report, indexed, seconds }));
      else
        io.out(
          `${thousands(report.papers)} papers (${thousands(report.rows)} rows) restored from ${name} in ${seconds} s.`,
        );
      return EXIT.ok.code;
    });
  },
};

/** `name` is what it is called in messages. */
type Fetched = { path: string; name: string } & AsyncDisposable;

/** A local file itself, or a copy of a backup in BACKUP_TO. */
async function fetchedFrom(config: Config, given: string): Promise<Fetched> {
  const isNamed = given === 'latest' || timeOf(given) !== null;
  if (!isNamed || existsSync(given)) return { path: given, name: given, async [Symbol.asyncDispose]() {} };
  const place = placeOf(config);
  if (place === null) throw new UsageError(`there is no file '${given}', and BACKUP_TO is not set`);
  const name = given === 'latest' ? (await place.list()).at(-1) : given;
  if (name === undefined) throw new UsageError('there is no backup in BACKUP_TO');
  makeFolder(config.DATA_DIR);
  const path = join(config.DATA_DIR, `fetched-${randomBytes(6).toString('hex')}.backup`);
  await place.get(name, path);
  return { path, name, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
