import { accountById } from '../../community/accounts.ts';
import { actsLogged } from '../../community/log.ts';
import type { Store } from '../../store/open.ts';
import { type Command, UsageError } from '../command.ts';
import { type Action, inStore } from './user.ts';

export const moderationCommand: Command = {
  name: 'moderation',
  says: 'read the log of what moderators did, and why',
  usage: 'log',
  help: 'Prints the log of moderation, newest entry first.',
  options: [{ name: 'limit', value: 'N', says: 'how many entries; default 50' }],
  run: (context) => inStore(context, 'moderation', ACTIONS),
};

const ACTIONS: Record<string, Action> = {
  async log(store, { io, json, options, words }) {
    if (words.length > 1) throw new UsageError(`log does not accept '${words[1]!.slice(0, 60)}'`);
    const text = options.limit ?? '50';
    const limit = typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (limit < 1) throw new UsageError('--limit must be a number from 1 to 999999');
    const entries = await actsLogged(store.read, limit);
    for (const { at, actor, act, subject, reason, id } of entries) {
      const by = await actorName(store, actor);
      const time = new Date(at).toISOString();
      io.out(
        json
          ? JSON.stringify({ id, at: time, by, act, subject, reason })
          : [time, by, act, subject, reason].filter(Boolean).join('  '),
      );
    }
    if (entries.length === 0) io.note('Nothing has been moderated yet.');
  },
};

/** Who acted; an act on the command line has no name. */
async function actorName(store: Store, actor: number | null): Promise<string> {
  if (actor === null) return 'command line';
  return (await accountById(store.read, actor))?.name ?? 'somebody who has left';
}
