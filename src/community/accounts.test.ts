import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Store } from '../store/open.ts';
import {
  AccountError,
  accountByEmail,
  accountByName,
  changeAccount,
  cleanName,
  createAccount,
  deleteAccount,
  hasAdmin,
  slugOf,
} from './accounts.ts';
import { actsLogged } from './log.ts';
import { endSessions, IDLE, openSession, pruneSessions, sessionOf, sessionsOf } from './sessions.ts';
import { lookAtLink, MAILED, makeLink, SignInRefused, spendLink } from './sign-ins.ts';
import { tallies } from './tallies.ts';
import { bearerOf, createToken, MOST_TOKENS, revokeToken, tokensOf } from './tokens.ts';
import { castVote } from './votes.ts';

const NOW = Date.parse('2026-06-26T12:00:00Z');
const act = { actor: null, reason: 'a reason', at: NOW };

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const create = (displayName: string, more = {}) => createAccount(store, { displayName, ...more }, NOW);
  const spend = (secret: string, more = {}) => spendLink(store, secret, NOW, { mayJoin: false, ...more });

  describe('an account', () => {
    it('gets a name that nobody has, from whatever its owner is called', async () => {
      const names = [];
      for (const name of ['Ada Lovelace', 'ADA  lovelace', 'Émilie du Châtelet', '李明', 'Admin'])
        names.push((await create(name)).name);
      expect(names).toEqual(['ada-lovelace', 'ada-lovelace-2', 'emilie-du-chatelet', 'reader', 'admin-5']);
      expect((await accountByName(store.read, 'ADA-lovelace'))?.displayName).toBe('Ada Lovelace');
    });

    it('has an address of its own', async () => {
      await create('One', { email: 'one@example.org' });
      await expect(create('Two', { email: 'one@example.org' })).rejects.toThrow(AccountError);
      expect((await accountByEmail(store.read, 'one@example.org'))?.displayName).toBe('One');
    });

    it('made many times at once gets as many names', async () => {
      const made = await Promise.all(Array.from({ length: 20 }, () => create('Same Name')));
      expect(new Set(made.map(({ name }) => name)).size).toBe(20);
      expect(new Set(made.map(({ id }) => id)).size).toBe(20);
    });

    it('is banned with everything it is signed in with, and the log says why', async () => {
      const { id } = await create('Mallory');
      const session = await openSession(store, id, 'A browser', NOW);
      const { token } = await createToken(store, id, { name: 'bot', scopes: ['vote'] }, NOW);
      const link = await makeLink(store, { account: id }, NOW);
      await changeAccount(store, id, { state: 'banned' }, act);
      expect([await sessionOf(store, session, NOW), await bearerOf(store, token, NOW)]).toEqual([null, null]);
      await expect(spend(link)).rejects.toThrow(SignInRefused);
      const later = await makeLink(store, { account: id }, NOW);
      await expect(spend(later)).rejects.toThrow('banned');
      expect(await actsLogged(store.read, 10)).toMatchObject([
        { act: 'state banned', subject: `account ${id}`, reason: 'a reason', actor: null },
      ]);
    });

    it('that is the last admin cannot step down, and when two try at once, one stays', async () => {
      const one = await create('One', { role: 'admin' });
      await expect(changeAccount(store, one.id, { role: 'member' }, act)).rejects.toThrow('last admin');
      await expect(changeAccount(store, one.id, { state: 'banned' }, act)).rejects.toThrow('last admin');
      await expect(deleteAccount(store, one.id)).rejects.toThrow('last admin');
      const two = await create('Two', { role: 'admin' });
      const both = await Promise.allSettled(
        [one, two].map(({ id }) => changeAccount(store, id, { role: 'member' }, act)),
      );
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await hasAdmin(store.read)).toBe(true);
    });

    it('that is deleted leaves no name, no address and no vote, and its number is never reused', async () => {
      const record = {
        source: 'arxiv' as const,
        identifiers: [{ scheme: 'arxiv' as const, value: '2606.00001' }],
        title: 'On leaving',
        authors: ['Ada Lovelace'],
      };
      await takeIn(store, [record], new Set());
      const { pk } = await store.read.selectFrom('papers').select('pk').executeTakeFirstOrThrow();
      const { id } = await create('Gone', { email: 'gone@example.org' });
      await castVote(store, { paper: pk, voter: id, at: NOW });
      await deleteAccount(store, id);
      expect((await tallies(store.read, [pk])).get(pk)).toBeUndefined();
      const row = await store.read.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
      expect(JSON.stringify(row)).not.toMatch(/gone/i);
      expect((await create('Next')).id).not.toBe(id);
      expect((await create('Gone', { email: 'gone@example.org' })).name).toBe('gone');
    });
  });

  describe('a sign-in link', () => {
    it('is not used up by being looked at, and works once', async () => {
      const { id } = await create('Ada');
      const link = await makeLink(store, { account: id }, NOW);
      for (let i = 0; i < 3; i++) expect((await lookAtLink(store.read, link, NOW)).state).toBe('open');
      const all = await Promise.allSettled(Array.from({ length: 10 }, () => spend(link)));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await lookAtLink(store.read, link, NOW)).state).toBe('used');
      expect((await lookAtLink(store.read, 'something else', NOW)).state).toBe('unknown');
    });

    it('expires', async () => {
      const { id } = await create('Ada');
      const link = await makeLink(store, { account: id }, NOW);
      expect((await lookAtLink(store.read, link, NOW + MAILED)).state).toBe('expired');
      await expect(spendLink(store, link, NOW + MAILED, { mayJoin: true })).rejects.toThrow('expired');
    });

    it('to an address verifies it, and makes an account only where the site is open', async () => {
      await create('Known', { email: 'known@example.org' });
      const known = await spend(await makeLink(store, { email: 'known@example.org' }, NOW));
      expect(known).toMatchObject({ displayName: 'Known', emailVerified: true });
      const link = await makeLink(store, { email: 'new.reader@example.org' }, NOW);
      expect((await lookAtLink(store.read, link, NOW)).state).toBe('new');
      await expect(spend(link)).rejects.toThrow('invitation');
      // Refused, it is not spent: the site may open meanwhile.
      // Nor is it without a name, which must not be taken from the address.
      await expect(spend(link, { mayJoin: true })).rejects.toThrow(AccountError);
      const joined = await spend(link, { mayJoin: true, displayName: 'New Reader' });
      expect(joined).toMatchObject({ displayName: 'New Reader', role: 'member', emailVerified: true });
    });

    it('for a role makes an account with it, under the name that is given', async () => {
      const link = await makeLink(store, { role: 'admin' }, NOW);
      await expect(spend(link, { displayName: ' ' })).rejects.toThrow(AccountError);
      expect(await spend(link, { displayName: 'The Editor' })).toMatchObject({
        name: 'the-editor',
        role: 'admin',
        email: null,
      });
    });

    it('creates one account when two are for the same new address', async () => {
      const email = 'twice@example.org';
      const links = [await makeLink(store, { email }, NOW), await makeLink(store, { email }, NOW)];
      const made = await Promise.all(
        links.map((link) => spend(link, { mayJoin: true, displayName: 'Twice' })),
      );
      expect(made[0]!.id).toBe(made[1]!.id);
    });
  });

  it('a session ends when it is ended, when it is not used, and after half a year at the latest', async () => {
    const { id } = await create('Ada');
    const [one, two] = [await openSession(store, id, 'One', NOW), await openSession(store, id, 'Two', NOW)];
    expect((await sessionOf(store, one, NOW))?.account.name).toBe('ada');
    expect(await sessionOf(store, 'nothing', NOW)).toBeNull();
    const list = await sessionsOf(store.read, id, NOW);
    expect(list.map(({ browser }) => browser).sort()).toEqual(['One', 'Two']);
    expect(await endSessions(store, id, list.find(({ browser }) => browser === 'One')!.id)).toBe(1);
    expect([await sessionOf(store, one, NOW), (await sessionOf(store, two, NOW)) === null]).toEqual([
      null,
      false,
    ]);
    expect(await sessionOf(store, two, NOW + IDLE)).toBeNull();
    // Used every day, it lasts half a year.
    let days = 0;
    while (await sessionOf(store, two, NOW + days * 86_400_000)) days++;
    expect(days).toBe(180);
    await pruneSessions(store, NOW + days * 86_400_000);
    expect(await store.read.selectFrom('sessions').select('id').execute()).toEqual([]);
  });

  it('a token acts within its scopes until it is revoked, and is kept by its hash alone', async () => {
    const { id } = await create('Ada');
    const other = await create('Eve');
    const { token, id: tokenId } = await createToken(
      store,
      id,
      { name: 'bot', scopes: ['vote', 'vote'] },
      NOW,
    );
    expect(await bearerOf(store, token, NOW)).toMatchObject({ account: { name: 'ada' }, scopes: ['vote'] });
    expect(await bearerOf(store, `${token}x`, NOW)).toBeNull();
    const kept = JSON.stringify(await store.read.selectFrom('access_tokens').selectAll().execute());
    expect(kept).not.toContain(token.slice(3, 20));
    expect(await revokeToken(store, other.id, tokenId)).toBe(false);
    expect(await revokeToken(store, id, tokenId)).toBe(true);
    expect(await bearerOf(store, token, NOW)).toBeNull();
    const short = await createToken(store, id, { name: 'short', scopes: ['read'], expiresAt: NOW + 1 }, NOW);
    expect(await bearerOf(store, short.token, NOW + 1)).toBeNull();
    await expect(createToken(store, id, { name: 'none', scopes: [] }, NOW)).rejects.toThrow(AccountError);
    for (let i = 1; i < MOST_TOKENS; i++)
      await createToken(store, id, { name: `${i}`, scopes: ['read'] }, NOW);
    await expect(createToken(store, id, { name: 'more', scopes: ['read'] }, NOW)).rejects.toThrow('at most');
    expect(await tokensOf(store.read, id)).toHaveLength(MOST_TOKENS);
  });
});

it.each([
  ['Ada Lovelace', 'ada-lovelace'],
  ['  --x--  ', 'x'],
  ['Ørsted', 'rsted'],
  ['李明', ''],
  [`${'long '.repeat(30)}`, 'long-long-long-long-long-long-long-long'],
])('%s stands in addresses as %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it.each([
  ['  Ada \n Lovelace ', 'Ada Lovelace'],
  ['\u202eevil\u0000', 'evil'],
  ['', null],
  ['\u200b', null],
  ['x'.repeat(61), null],
])('the name %j is read as %j', (given, name) => {
  expect(cleanName(given)).toBe(name);
});
