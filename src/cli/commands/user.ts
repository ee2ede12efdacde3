import {
  type Account,
  AccountError,
  accountByEmail,
  accountByName,
  changeAccount,
  createAccount,
  deleteAccount,
  listAccounts,
  ROLES,
  type Role,
} from '../../community/accounts.ts';
import { type Act, ModerationRefused } from '../../community/log.ts';
import { endSessions } from '../../community/sessions.ts';
import { HANDED_OVER, makeLink } from '../../community/sign-ins.ts';
import { inviteToSubmit } from '../../community/submission-rules.ts';
import { parseEmail } from '../../net/email.ts';
import { CannotDecide } from '../../papers/intake/decisions.ts';
import { openStore, type Store } from '../../store/open.ts';
import { type Command, type Context, EXIT, optionText, UsageError } from '../command.ts';
import { siteAddress } from '../site-address.ts';

export const userCommand: Command = {
  name: 'user',
  says: 'make accounts and sign-in links; change roles; silence, ban or delete accounts',
  usage:
    'create | link NAME | sign-out NAME | role NAME ROLE | silence NAME | ban NAME | unban NAME | invite NAME | uninvite NAME | delete NAME | list',
  help: [
    'Manages accounts from the command line: on a site that sends no email, or when something has gone wrong.',
    '',
    '  create   make an account, and print a link that signs its owner in',
    '  link     print a new sign-in link for an account; it works once, within a week',
    '  sign-out  end all sessions of an account: everybody using it has to sign in again',
    '  role     make somebody a member, a moderator or an administrator (admin)',
    '  silence  keep an account from writing comments; it can still sign in, read and vote',
    '  ban      sign an account out everywhere, revoke its tokens, and keep it from signing in',
    '  unban    lift a ban, or let a silenced account write again',
    '  invite   let an account submit papers where SUBMIT=invited; uninvite withdraws that',
    '  delete   delete an account for good, with its votes and reactions',
    '  list     list all accounts',
    '',
    'NAME is a handle as printed by list (ada-lovelace), or an email address. Changes of role and state are',
    'logged with their reason: see broadsheet moderation log.',
  ].join('\n'),
  options: [
    { name: 'name', value: 'N', says: 'create: display name' },
    { name: 'email', value: 'E', says: 'create: email address for signing in' },
    { name: 'role', value: 'R', says: `create: ${ROLES.join(', ')}; default: member` },
    {
      name: 'why',
      value: 'W',
      says: 'role, silence, ban, unban, invite, uninvite, delete: reason for the log; required for silence, ban, delete',
    },
    {
      name: 'comments',
      value: 'C',
      says: 'delete: keep (without a name) or delete its comments; default: keep',
    },
  ],
  run: (context) => inStore(context, 'user', ACTIONS),
};

export type Action = (store: Store, context: Context, words: string[]) => Promise<void>;

/** Runs the action that the first word names. */
export async function inStore(
  context: Context,
  command: string,
  actions: Record<string, Action>,
): Promise<number> {
  const [action = '', ...words] = context.words;
  const names = Object.keys(actions).join(', ');
  if (!Object.hasOwn(actions, action))
    throw new UsageError(
      action === ''
        ? `${command} needs an action: ${names}`
        : `there is no action '${action.slice(0, 40)}'; the actions are: ${names}`,
    );
  const store = await openStore(context.config);
  try {
    await actions[action]!(store, context, words);
    return EXIT.ok.code;
  } catch (error) {
    if (error instanceof AccountError || error instanceof CannotDecide || error instanceof ModerationRefused)
      throw new UsageError(error.message);
    throw error;
  } finally {
    await store.close();
  }
}

const ACTIONS: Record<string, Action> = {
  async create(store, context, words) {
    if (words.length > 0) throw new UsageError(`create does not accept '${words[0]!.slice(0, 60)}'`);
    const displayName = optionText(context, 'name');
    if (displayName === undefined) throw new UsageError('create needs --name');
    const given = optionText(context, 'email');
    const email = given === undefined ? null : parseEmail(given);
    if (given !== undefined && email === null)
      throw new UsageError(`'${given.slice(0, 80)}' is not an email address`);
    const role = roleOf(optionText(context, 'role') ?? 'member');
    const account = await createAccount(store, { displayName, email, role }, Date.now());
    await report(store, context, account);
  },
  async link(store, context, words) {
    await report(store, context, await named(store, words, 1, 'link'));
  },
  async 'sign-out'(store, context, words) {
    const { id, name } = await named(store, words, 1, 'sign-out');
    const ended = await endSessions(store, id);
    if (context.json) context.io.out(JSON.stringify({ id, name, ended }));
    else context.io.out(`${name}: ${ended === 1 ? '1 session' : `${ended} sessions`} ended`);
  },
  async role(store, context, words) {
    const { id } = await named(store, words, 2, 'role');
    print(context, await changeAccount(store, id, { role: roleOf(words[1]!) }, actOf(context)));
  },
  async silence(store, context, words) {
    const { id, name, state } = await named(store, words, 1, 'silence');
    const act = actWithReason(context, 'silence');
    if (state === 'banned') throw new UsageError(`${name} is banned, and cannot write anyway`);
    print(context, await changeAccount(store, id, { state: 'silenced' }, act));
  },
  async ban(store, context, words) {
    const { id } = await named(store, words, 1, 'ban');
    print(context, await changeAccount(store, id, { state: 'banned' }, actWithReason(context, 'ban')));
  },
  async unban(store, context, words) {
    const { id } = await named(store, words, 1, 'unban');
    print(context, await changeAccount(store, id, { state: 'active' }, actOf(context)));
  },
  async invite(store, context, words) {
    const account = await named(store, words, 1, 'invite');
    await inviteToSubmit(store, account.id, true, actOf(context));
    print(context, account);
  },
  async uninvite(store, context, words) {
    const account = await named(store, words, 1, 'uninvite');
    await inviteToSubmit(store, account.id, false, actOf(context));
    print(context, account);
  },
  async delete(store, context, words) {
    const account = await named(store, words, 1, 'delete');
    const comments = optionText(context, 'comments') ?? 'keep';
    if (comments !== 'keep' && comments !== 'delete')
      throw new UsageError('--comments must be keep or delete');
    await deleteAccount(store, account.id, comments, actWithReason(context, 'delete'));
    print(context, { ...account, state: 'deleted' });
  },
  async list(store, context) {
    const all = await listAccounts(store.read);
    for (const account of all) print(context, account);
    if (all.length === 0) context.io.note('There are no accounts yet.');
  },
};

const actOf = (context: Context): Act => ({
  actor: null,
  reason: optionText(context, 'why') ?? '',
  at: Date.now(),
});

/** The same for an action that needs a reason. @throws UsageError without one */
export function actWithReason(context: Context, action: string): Act {
  const act = actOf(context);
  if (act.reason.trim() === '') throw new UsageError(`${action} needs --why, for the log`);
  return act;
}

function roleOf(text: string): Role {
  const found = ROLES.find((role) => role === text);
  if (!found) throw new UsageError(`the role '${text.slice(0, 40)}' must be ${ROLES.join(', ')}`);
  return found;
}

/** The account named by the first word, if there are as many words as the action needs. */
async function named(store: Store, words: string[], count: number, action: string): Promise<Account> {
  if (words.length !== count)
    throw new UsageError(`${action} needs ${count === 1 ? 'a name' : 'a name and a role'}`);
  return accountNamed(store, words[0]!);
}

/** @throws UsageError if nobody has that name or address */
export async function accountNamed(store: Store, text: string): Promise<Account> {
  const email = parseEmail(text);
  const found = email
    ? await accountByEmail(store.read, email)
    : await accountByName(store.read, text.replace(/^@/, ''));
  if (!found) throw new UsageError(`there is no account '${text.slice(0, 80)}'`);
  return found;
}

/** Prints an account with a new sign-in link. */
async function report(store: Store, context: Context, account: Account): Promise<void> {
  const secret = await makeLink(store, { account: account.id }, Date.now(), HANDED_OVER);
  const address = await siteAddress(store, context.config);
  const signIn = `${address.url}/sign-in/${secret}`;
  const { id, name, displayName, role } = account;
  if (context.json) context.io.out(JSON.stringify({ id, name, signIn }));
  else {
    context.io.out(`${name}  ${displayName}  ${role}`);
    context.io.out(`Sign-in link (works once, within a week): ${signIn}`);
  }
  if (address.doubt !== null) context.io.note(address.doubt);
}

function print({ io, json }: Context, { id, name, displayName, email, role, state }: Account): void {
  if (json) io.out(JSON.stringify({ id, name, displayName, email, role, state }));
  else io.out([name, displayName, email, role, state === 'active' ? null : state].filter(Boolean).join('  '));
}
