/** What comes to the front door of a running site: browsers without scripts, people who sign in, and a mail server. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { createAccount } from '../src/community/accounts.ts';
import { HANDED_OVER, makeLink } from '../src/community/sign-ins.ts';
import type { RunningSite } from '../src/site.ts';
import type { Store } from '../src/store/open.ts';

/**
 * A browser without scripts: it keeps cookies and sends forms.
 *
 * @param url where the site listens
 * @param origin of the pages whose forms it sends
 */
export function browserAt(url: string, origin = url) {
  let cookie = '';
  const go = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, ...(cookie && { cookie }) },
    });
    const set = response.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0]!.endsWith('=') ? '' : set.split(';')[0]!;
    return {
      status: response.status,
      to: response.headers.get('location'),
      set,
      text: await response.text(),
    };
  };
  const send = (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    go(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin, ...headers },
    });
  return { go, send, cookie: () => cookie };
}
export type Browser = ReturnType<typeof browserAt>;

/**
 * A browser in which somebody has signed in, with a new account.
 *
 * @param since when the account was made, epoch ms
 */
export async function signIn(
  { store, url }: Pick<RunningSite, 'store' | 'url'>,
  displayName: string,
  { origin = url, since = Date.now() }: { origin?: string; since?: number } = {},
) {
  const { id, name } = await createAccount(store, { displayName }, since);
  const secret = await makeLink(store, { account: id }, Date.now(), HANDED_OVER);
  const reader = browserAt(url, origin);
  await reader.send(`/sign-in/${secret}`);
  return { ...reader, id, name };
}

/** A mail server on this machine that keeps what it is sent. */
export async function mailServer() {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => {
        text += part.toString();
      });
      stream.on('end', () => {
        mails.push(text.replaceAll('=\r\n', '').replaceAll('=3D', '='));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

/** What people leave behind. */
const OF_PEOPLE = [
  ...(['comments', 'comment_versions', 'comment_quotes', 'comment_reactions', 'locked_discussions'] as const),
  ...(['votes', 'vote_networks', 'given', 'flags', 'notices', 'moderation_log', 'rate_limits'] as const),
  ...(['sessions', 'sign_in_links', 'access_tokens', 'accounts'] as const),
];

/** Takes everything that people have left behind out of the database of a running site, which then starts afresh. */
export async function forgetPeople(store: Store): Promise<void> {
  await store.change(async ({ tx, seq, touch }) => {
    // Otherwise the database refuses to forget what is in the log.
    await tx.insertInto('counters').values({ name: 'restoring', value: 1 }).execute();
    for (const table of OF_PEOPLE) await tx.deleteFrom(table).execute();
    await tx.deleteFrom('counters').where('name', '=', 'restoring').execute();
    await tx.updateTable('papers').set({ upvotes: 0, comments: 0, seq }).execute();
    touch('site');
  });
}
