import { createToken, revokeToken, SCOPES, type Scope, tokensOf } from '../../community/tokens.ts';
import { type Command, type Context, optionText, UsageError } from '../command.ts';
import { type Action, accountNamed, inStore } from './user.ts';

export const tokenCommand: Command = {
  name: 'token',
  says: 'make, list and revoke access tokens for programs',
  usage: 'create | list | revoke ID',
  help: [
    'A token lets a program act for an account, within its scopes. create prints the token, once: the database keeps',
    'only a hash of it. list shows the tokens of an account, and revoke withdraws one by its ID.',
    '',
    `Scopes: ${SCOPES.join(', ')}. Separate several with commas.`,
  ].join('\n'),
  options: [
    {
      name: 'user',
      value: 'NAME',
      says: 'the account: its handle or email address (required)',
    },
    { name: 'scope', value: 'S', says: 'create: scopes' },
    { name: 'name', value: 'N', says: 'create: a name for it, shown in lists' },
  ],
  run: (context) => inStore(context, 'token', ACTIONS),
};

const ACTIONS: Record<string, Action> = {
  async create(store, context, words) {
    if (words.length > 0) throw new UsageError(`create does not accept '${words[0]!.slice(0, 60)}'`);
    const account = await accountNamed(store, userOf(context));
    const scopes = scopesOf(optionText(context, 'scope'));
    const name = optionText(context, 'name') ?? 'made on the command line';
    const { token, id } = await createToken(store, account.id, { name, scopes }, Date.now());
    context.io.out(context.json ? JSON.stringify({ token, id }) : token);
  },
  async list(store, context) {
    const account = await accountNamed(store, userOf(context));
    const all = await tokensOf(store.read, account.id);
    for (const { id, name, scopes, createdAt, usedAt } of all) {
      const times = {
        created: new Date(createdAt).toISOString(),
        used: usedAt && new Date(usedAt).toISOString(),
      };
      context.io.out(
        context.json
          ? JSON.stringify({ id, name, scopes, ...times })
          : [
              id,
              scopes.join(','),
              `made ${times.created}`,
              times.used ? `used ${times.used}` : 'never used',
              name,
            ].join('  '),
      );
    }
    if (all.length === 0) context.io.note(`${account.name} has no tokens.`);
  },
  async revoke(store, context, words) {
    if (words.length !== 1) throw new UsageError('revoke needs the id of a token, as list prints it');
    const account = await accountNamed(store, userOf(context));
    if (!(await revokeToken(store, account.id, words[0]!)))
      throw new UsageError(`${account.name} has no token '${words[0]!.slice(0, 40)}'`);
    context.io.note('Revoked.');
  },
};

function userOf(context: Context): string {
  const user = optionText(context, 'user');
  if (user === undefined) throw new UsageError('token needs --user');
  return user;
}

function scopesOf(text: string | undefined): Scope[] {
  if (text === undefined) throw new UsageError(`create needs --scope: ${SCOPES.join(', ')}`);
  return text.split(',').map((word) => {
    const found = SCOPES.find((scope) => scope === word.trim());
    if (!found)
      throw new UsageError(`there is no scope '${word.trim().slice(0, 40)}'; they are: ${SCOPES.join(', ')}`);
    return found;
  });
}
