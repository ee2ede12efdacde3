import {
  liftSuppression,
  listSuppressions,
  type Suppression,
  suppress,
  suppressionOf,
} from '../../mail/suppressions.ts';
import { parseEmail } from '../../net/email.ts';
import { type Command, type Context, optionText, UsageError } from '../command.ts';
import { type Action, inStore } from './user.ts';

export const suppressionsCommand: Command = {
  name: 'suppressions',
  says: 'list the addresses that get no mail; add one, or lift one',
  usage: 'list | add EMAIL | lift EMAIL',
  help: [
    'Some addresses get no mail: those where nobody can be reached (bounce), whose owner has marked mail as spam',
    '(complaint) or unsubscribed at the mail provider (unsubscribed), and those added here (operator). See',
    'docs/mail.md.',
    '',
    '  list   print them, the newest first; an address that only its hash is left of is printed as that',
    '  add    send an address no more mail; only this command lifts that again',
    '  lift   let an address have mail again',
  ].join('\n'),
  options: [{ name: 'why', value: 'W', says: 'add: the reason, for yourself' }],
  run: (context) => inStore(context, 'suppressions', ACTIONS),
};

const BATCH = 1000;

const ACTIONS: Record<string, Action> = {
  async list(store, context, words) {
    if (words.length > 0) throw new UsageError(`list does not accept '${words[0]!.slice(0, 60)}'`);
    let last: Suppression | undefined;
    for (;;) {
      const some = await listSuppressions(store.read, { limit: BATCH, ...(last && { after: last }) });
      for (const one of some) print(context, one);
      if (some.length === 0 && last === undefined) context.io.note('Every address gets mail.');
      last = some.at(-1);
      if (some.length < BATCH) return;
    }
  },
  async add(store, context, words) {
    const email = emailIn(words, 'add');
    await suppress(store.write, email, 'operator', optionText(context, 'why') ?? '', Date.now());
    print(context, (await suppressionOf(store.read, email))!);
  },
  async lift(store, context, words) {
    const email = emailIn(words, 'lift');
    const lifted = await liftSuppression(store.write, email, 'operator');
    if (context.json) context.io.out(JSON.stringify({ email, lifted }));
    else context.io.out(lifted ? `${email} gets mail again.` : `${email} was not suppressed.`);
  },
};

function emailIn(words: string[], action: string): string {
  const email = words.length === 1 ? parseEmail(words[0]!) : null;
  if (email === null) throw new UsageError(`${action} needs one email address`);
  return email;
}

function print({ io, json }: Context, { hash, email, reason, detail, at }: Suppression): void {
  const time = new Date(at).toISOString();
  if (json) io.out(JSON.stringify({ email, hash, reason, detail, at: time }));
  else io.out([email ?? hash, reason, time, detail].filter(Boolean).join('  '));
}
