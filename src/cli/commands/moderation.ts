import { accountById } from '../../community/accounts.ts';
import { type CommentState, lockDiscussion, lockThread, setCommentState } from '../../community/comments.ts';
import { actsLogged } from '../../community/log.ts';
import { lookForRings } from '../../community/rings.ts';
import { paperOf } from '../../papers/intake/decisions.ts';
import { moderate, undo } from '../../papers/moderation.ts';
import type { Store } from '../../store/open.ts';
import { type Command, type Context, UsageError } from '../command.ts';
import { identifiersIn } from './papers.ts';
import { type Action, actWithReason, inStore } from './user.ts';

export const moderationCommand: Command = {
  name: 'moderation',
  says: 'hide or delete comments; close discussions; move papers; undo what was done; read the log',
  usage: 'hide ID | show ID | delete ID | lock PLACE | unlock PLACE | move ID DAY | undo N | rings | log',
  help: [
    'Takes comments down, and closes discussions. A running site shows the change at once.',
    '',
    '  hide    hide a comment, with its history; the replies to it stay',
    '  show    show a hidden comment again',
    '  delete  delete the text of a comment for good',
    '  lock    close the discussion of a paper, or the thread that begins with a comment: nobody can comment there,',
    '          or edit a comment',
    '  unlock  open it again',
    '  move    move a paper to the edition of another day (2026-06-26), whatever its sources say',
    '  undo    undo an entry of the log, by adding another',
    '  rings   look for accounts that vote alike and print them; the site does this every six hours',
    '  log     print what was done, by whom and why, newest entry first',
    '',
    'ID is the last part of the address of a comment (/comments/ID); PLACE is such an ID, or any identifier or address',
    'of a paper, and so is the ID of move. N is the number of an entry. The same can be done at /moderation.',
  ].join('\n'),
  options: [
    { name: 'limit', value: 'N', says: 'log: how many entries; default 50' },
    { name: 'why', value: 'W', says: 'reason for the log; required for everything else' },
  ],
  run: (context) => inStore(context, 'moderation', ACTIONS),
};

const ACTIONS: Record<string, Action> = {
  hide: (store, context, words) => setState(store, context, words, 'hide', 'hidden'),
  show: (store, context, words) => setState(store, context, words, 'show', 'shown'),
  delete: (store, context, words) => setState(store, context, words, 'delete', 'deleted'),
  lock: (store, context, words) => setLock(store, context, words, true),
  unlock: (store, context, words) => setLock(store, context, words, false),
  async move(store, context, words) {
    const act = actWithReason(context, 'move');
    if (words.length !== 2) throw new UsageError('move needs the id of a paper, and a day');
    const [identifier] = identifiersIn(words.slice(0, 1), 1, 'move');
    const { pk, id } = await paperOf(store.read, identifier!);
    await moderate(store, { do: 'move', paper: pk, day: words[1]! }, act);
    context.io.out(context.json ? JSON.stringify({ id, day: words[1] }) : `${id}  ${words[1]}`);
  },
  async undo(store, context, words) {
    const act = actWithReason(context, 'undo');
    if (words.length !== 1 || !/^\d{1,15}$/.test(words[0]!))
      throw new UsageError('undo needs the number of a log entry');
    await undo(store, Number(words[0]), act);
    context.io.out(context.json ? JSON.stringify({ undone: Number(words[0]) }) : `${words[0]}  undone`);
  },
  async rings(store, { io, json, words }) {
    if (words.length > 0) throw new UsageError(`rings does not accept '${words[0]!.slice(0, 60)}'`);
    const { rings } = await lookForRings(store, Date.now());
    for (const { members, pairs } of rings) {
      const names = await Promise.all(members.map((member) => actorName(store, member)));
      const similarity = pairs[0]!.cosine;
      io.out(json ? JSON.stringify({ names, similarity }) : `${similarity.toFixed(2)}  ${names.join(', ')}`);
    }
    if (rings.length === 0) io.note('No accounts vote alike.');
  },
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
          : [id, time, by, act, subject, reason].filter(Boolean).join('  '),
      );
    }
    if (entries.length === 0) io.note('Nothing has been moderated yet.');
  },
};

async function setState(
  store: Store,
  context: Context,
  words: string[],
  action: string,
  state: CommentState,
): Promise<void> {
  if (words.length !== 1) throw new UsageError(`${action} needs the id of one comment`);
  const act = actWithReason(context, action);
  const id = words[0]!.slice(0, 100);
  if (!(await setCommentState(store, id, state, act)))
    throw new UsageError(`there is no comment '${id}', or it has been deleted`);
  context.io.out(context.json ? JSON.stringify({ id, state }) : `${id}  ${state}`);
}

const COMMENT_ID = /^[0-9a-f]{16}$/;

/** Closes or opens a discussion, or a thread of one: no paper has a name that is a comment's id. */
async function setLock(store: Store, context: Context, words: string[], locked: boolean): Promise<void> {
  const action = locked ? 'lock' : 'unlock';
  const act = actWithReason(context, action);
  const say = (id: string): void =>
    context.io.out(
      context.json ? JSON.stringify({ id, locked }) : `${id}  ${locked ? 'locked' : 'unlocked'}`,
    );
  const [word] = words;
  if (words.length === 1 && COMMENT_ID.test(word!) && (await lockThread(store, word!, locked, act)))
    return say(word!);
  const [identifier] = identifiersIn(words, 1, action);
  const { pk, id } = await paperOf(store.read, identifier!);
  await lockDiscussion(store, pk, locked, act);
  say(id);
}

/** Who acted; an act on the command line has no name. */
async function actorName(store: Store, actor: number | null): Promise<string> {
  if (actor === null) return 'command line';
  return (await accountById(store.read, actor))?.name ?? 'a deleted account';
}
