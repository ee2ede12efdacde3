/** What the worker thread tells its owner, as lines of the log. */
import type { Log } from '../log.ts';
import { count, sayNumber } from '../present/dates.ts';
import type { WorkerMessage } from './messages.ts';

/** Parts already reported as failed. */
const said = new Set<string>();

/** Turns messages into lines of the log. */
export function logMessages(log: Log): (message: WorkerMessage) => void {
  const fetched = new Set<string>();
  return (message) => {
    if (message.type === 'sync' && !fetched.has(message.what)) {
      fetched.add(message.what);
      log.info(`${message.what}: fetching in the background …`);
    }
    if (message.type === 'sync-done') {
      fetched.delete(message.what);
      // A part that stays out of reach is said once, not every hour; the ledger has each time.
      const isKnown = message.failed && said.has(message.key);
      log[isKnown || !message.isNews ? 'debug' : message.failed ? 'warn' : 'info'](message.says);
      if (message.failed) said.add(message.key);
      else said.delete(message.key);
    }
    if (message.type === 'indexed' && message.left > 0)
      log.info(`Search index: ${count(message.done, 'paper')} written, ${sayNumber(message.left)} left.`);
    if (message.type === 'closed') log.info(`Edition closed: ${message.days.join(', ')}.`);
    if (message.type === 'copied') {
      if (message.why === undefined) log.info('The search index was copied from INDEX_FROM.');
      else log.info(`The search index was not copied: ${message.why}`);
    }
    if (message.type === 'database') {
      if (message.isThere) log.info('The database is back.');
      else log.warn('The database is not responding; everything that needs it waits.');
    }
    if (message.type === 'error') log.error(`${message.what} failed and will be retried: ${message.message}`);
  };
}
