import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { createLog } from '../../log.ts';
import { startSite } from '../../site.ts';
import { type Command, EXIT, UsageError } from '../command.ts';

/**
 * Percent by which the heap may grow beyond what is alive before it is collected. V8's own choice lets a busy site take
 * up to four times what it needs where the machine has much memory, and does not give it back.
 */
const GROWTH = 20;

export const serve: Command = {
  name: 'serve',
  says: 'run the site: pages, search and the background worker',
  usage: '',
  help: [
    'Opens the database (creating or migrating it if needed), fills an empty one with the starter collection, and',
    'serves the pages. If the machine is online, recent days are fetched in the background. Ctrl-C stops it',
    'cleanly; even a kill loses nothing. A database that has lost its papers (the search index was built from',
    'some) is not filled again: the site says so and stops, unless --empty is given.',
  ].join('\n'),
  options: [{ name: 'empty', says: 'do not fill an empty database with the starter collection' }],
  async run({ config, io, json, words, options }) {
    if (words.length > 0)
      throw new UsageError(`serve does not accept '${words[0]}'; to choose a port, set PORT`);
    setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
    const log = createLog(config.LOG_LEVEL, json, io.out);
    // Heard from the first moment on: who reads the address may end us in the next.
    const stopped = new Promise<string>((resolve) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => resolve(name));
    });
    const starter = fileURLToPath(new URL('../starter/papers.jsonl', import.meta.url));
    const site = await startSite({
      config,
      log,
      starter: options.empty || !existsSync(starter) ? null : starter,
      assetsDir: fileURLToPath(new URL('./assets', import.meta.url)),
    });
    if (config.OFFLINE) log.info('OFFLINE=1: no request leaves this machine.');
    log.info(`${config.SITE_NAME} is at ${site.url}`, json ? { url: site.url } : {});
    log.info(`Stopping (${await stopped}).`);
    await site.stop();
    return EXIT.ok.code;
  },
};
