import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { hasAdmin } from '../../community/accounts.ts';
import { makeLink } from '../../community/sign-ins.ts';
import { createLog, type Log } from '../../log.ts';
import { missingOf } from '../../mail/desk.ts';
import type { Settings } from '../../settings.ts';
import type { Duties } from '../../site.ts';
import type { Store } from '../../store/open.ts';
import { type Command, type Context, EXIT, optionText, UsageError } from '../command.ts';

/**
 * Percent by which the heap may grow beyond what is alive before it is collected. V8's own choice lets a busy site take
 * up to four times what it needs where the machine has much memory, and does not give it back.
 */
const GROWTH = 20;

const DUTIES: readonly Duties[] = ['both', 'web', 'worker'];

export const serve: Command = {
  name: 'serve',
  says: 'run the site: pages, search and the background worker',
  usage: '',
  help: [
    'Opens the database (creating or migrating it if needed), fills an empty one with the starter collection, and',
    'serves the pages. If the machine is online, recent days are fetched in the background. Ctrl-C stops it',
    'cleanly; even a kill loses nothing. On SIGHUP it rereads its settings and restarts with them.',
    'A database that has lost its papers (the search index was built from some) is not filled again: the site says',
    'so and stops, unless --empty is given.',
    '',
    'One process does everything. To divide the work, run any number of web nodes and at least one worker on the',
    'same database, all with the same settings: --duties web shows pages and searches, --duties worker fetches,',
    'indexes, closes editions and sends email. A worker answers only /healthz and /metrics at its PORT.',
    'Options also go after npm start: npm start -- --duties web.',
  ].join('\n'),
  options: [
    { name: 'empty', says: 'do not fill an empty database with the starter collection' },
    { name: 'duties', value: 'WHICH', says: 'web, worker or both; default: both' },
  ],
  async run(context) {
    const { io, json, words } = context;
    const duties = dutiesOf(context);
    if (words.length > 0)
      throw new UsageError(`serve does not accept '${words[0]}'; to choose a port, set PORT`);
    setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
    // From the first moment on: whoever reads the address may send a signal in the next.
    const stopped = new Promise<string>((resolve) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => resolve(name));
    });
    let reload: (why: string) => void = () => {};
    process.on('SIGHUP', () => reload('SIGHUP'));
    const starter = fileURLToPath(new URL('../starter/papers.jsonl', import.meta.url));
    // Loading the pages takes half a second, which no other command should have to wait for.
    const { startSite, startWorkerAlone } = await import('../../site.ts');
    for (let settings = context.settings, config = context.config; ; ) {
      const log = createLog(config.LOG_LEVEL, json, io.out);
      const changed = new Promise<Settings>((resolve) => {
        reload = (why) => {
          try {
            const read = context.reread?.();
            if (read === undefined) return;
            for (const says of read.remarks) log.warn(says);
            log.info(`Restarting with the current settings (${why}).`);
            resolve(read);
          } catch (error) {
            log.error(`Not restarting: ${(error as Error).message}`);
          }
        };
      });
      const options = {
        config,
        log,
        env: settings?.env,
        ...(settings && { origins: settings.origins }),
        starter: context.options.empty || !existsSync(starter) ? null : starter,
        assetsDir: fileURLToPath(new URL('./assets', import.meta.url)),
        restart: () => reload('they were changed in the browser'),
      };
      const node = await (duties === 'worker' ? startWorkerAlone(options) : startSite(options, duties));
      if (config.OFFLINE) log.info('OFFLINE=1: no request leaves this machine.');
      if (duties === 'web') log.info('This is a web node: fetching and indexing are up to a worker.');
      const who = duties === 'worker' ? `A worker of ${config.SITE_NAME}` : config.SITE_NAME;
      log.info(`${who} is at ${node.url}`, json ? { url: node.url } : {});
      for (const says of missingOf(config)) log.warn(says);
      if (duties !== 'worker') await inviteAdmin(node.store, config.PUBLIC_URL ?? node.url, log);
      const why = await Promise.race([stopped, node.broken, changed]);
      if (typeof why === 'string') log.info(`Stopping (${why}).`);
      await node.stop();
      if (why instanceof Error) throw why;
      if (typeof why === 'string') return EXIT.ok.code;
      settings = latest(context, why);
      // The site keeps a port that the system picked.
      const { PORT } = settings.config;
      config = { ...settings.config, PORT: PORT === 0 ? Number(new URL(node.url).port) : PORT };
    }
  },
};

/** The current settings, which may have changed again while the site was stopping. */
function latest({ reread }: Context, read: Settings): Settings {
  try {
    return reread?.() ?? read;
  } catch {
    return read;
  }
}

const DAY = 86_400_000;

/** Prints a link that makes an administrator, on every start until there is one. */
async function inviteAdmin(store: Store, address: string, log: Log): Promise<void> {
  if (await hasAdmin(store.read)) return;
  const secret = await makeLink(store, { role: 'admin' }, Date.now(), DAY);
  log.info(
    `There is no administrator yet. To become one, open ${address}/sign-in/${secret} (works once, within a day).`,
  );
}

/** @throws UsageError if they are none of the possible ones */
function dutiesOf(context: Context): Duties {
  const text = optionText(context, 'duties') ?? 'both';
  const found = DUTIES.find((duties) => duties === text);
  if (!found) throw new UsageError(`--duties '${text.slice(0, 40)}' must be web, worker or both`);
  return found;
}
