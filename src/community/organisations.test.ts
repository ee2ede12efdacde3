import { afterAll, beforeAll, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import type { Store } from '../store/open.ts';
import { changeAccount, createAccount, deleteAccount } from './accounts.ts';
import {
  actIn,
  createOrganisation,
  type Deed,
  describeOrganisation,
  organisationsIn,
} from './organisations.ts';
import { noticesOf } from './personal/notices.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await fresh();
    store = await database.open();
  });
  afterAll(async () => {
    await store.close();
    await database.remove();
  });
  const person = async (displayName: string) => (await createAccount(store, { displayName }, NOW)).id;
  const make = (displayName: string, account: number) =>
    createOrganisation(store, { displayName, account, at: NOW });
  const act = (organisation: number, actor: number, deed: Deed, from = store) =>
    actIn(from, organisation, deed, { actor, at: NOW });
  const rolesIn = async (organisation: number) =>
    (await organisationsIn(store).members(organisation)).map(({ account, role }) => [account, role]);

  it('people ask to join, and admins decide', async () => {
    const [ada, bob, eve] = [await person('Ada'), await person('Bob'), await person('Eve')];
    const { id, name } = await make('The  Analytical Society', ada);
    expect(name).toBe('the-analytical-society');
    await expect(make('The Analytical Society!', bob)).rejects.toThrow('by that name');
    await expect(make('!!!', bob)).rejects.toThrow('A name must have');
    await act(id, bob, { do: 'join' });
    await act(id, bob, { do: 'join' });
    expect(await rolesIn(id)).toEqual([
      [ada, 'admin'],
      [bob, 'asked'],
    ]);
    expect(await organisationsIn(store).of(bob)).toEqual([]);
    for (const deed of ['accept', 'promote'] as const)
      await expect(act(id, bob, { do: deed, account: bob })).rejects.toThrow('Only admins');
    await expect(describeOrganisation(store, id, bob, { about: 'x' })).rejects.toThrow('Only admins');
    await expect(act(id, ada, { do: 'promote', account: bob })).rejects.toThrow('not a member yet');
    await act(id, ada, { do: 'accept', account: bob });
    expect((await organisationsIn(store).of(bob)).map((one) => one.name)).toEqual([name]);
    await expect(act(id, ada, { do: 'accept', account: eve })).rejects.toThrow('have not asked');
    await act(id, ada, { do: 'remove', account: bob });
    expect(await rolesIn(id)).toEqual([[ada, 'admin']]);
  });

  it('whoever is accepted is notified, and so is everybody when it is dissolved by its only admin', async () => {
    const [ada, bob, eve] = [await person('Ada'), await person('Bob'), await person('Eve')];
    const { id, name } = await make('Short-lived', ada);
    for (const one of [bob, eve]) await act(id, one, { do: 'join' });
    await act(id, ada, { do: 'accept', account: bob });
    await act(id, ada, { do: 'accept', account: bob });
    const told = async (account: number) =>
      (await noticesOf(store.read, account, { limit: 9 })).map(({ kind, detail }) => [kind, detail]);
    expect(await told(bob)).toEqual([['organisation', 'You are now a member of Short-lived']]);
    await expect(act(id, bob, { do: 'dissolve' })).rejects.toThrow('Only admins');
    await act(id, ada, { do: 'promote', account: bob });
    await expect(act(id, ada, { do: 'dissolve' })).rejects.toThrow('other admins');
    await act(id, bob, { do: 'leave' });
    await act(id, bob, { do: 'join' });
    await act(id, ada, { do: 'dissolve' });
    expect(await organisationsIn(store).find(name)).toBeNull();
    expect(await rolesIn(id)).toEqual([]);
    expect(await told(eve)).toEqual([['organisation', 'Short-lived has been dissolved']]);
    expect(await told(ada)).toEqual([]);
    expect((await make('Short-lived', eve)).name).toBe(name);
  });

  it('says nothing with a link to a banned domain', async () => {
    await store.write.insertInto('banned_domains').values({ domain: 'spam.example', at: NOW }).execute();
    const ada = await person('Ada');
    await expect(make('Visit www.spam.example', ada)).rejects.toThrow('spam.example');
    const { id } = await make('Clean', ada);
    const about = 'See https://SPAM.example/x';
    await expect(describeOrganisation(store, id, ada, { about })).rejects.toThrow('spam.example');
    await expect(person('spam.example')).rejects.toThrow('cannot be used');
  });

  it('the last admin stays, even when two leave at once', async () => {
    for (let round = 0; round < 3; round++) {
      const [ada, bob] = [await person('Ada'), await person('Bob')];
      const { id } = await make(`Society ${round}`, ada);
      await expect(act(id, ada, { do: 'leave' })).rejects.toThrow('last admin');
      await expect(act(id, ada, { do: 'demote', account: ada })).rejects.toThrow('last admin');
      await act(id, bob, { do: 'join' });
      await act(id, ada, { do: 'accept', account: bob });
      await act(id, ada, { do: 'promote', account: bob });
      const other = await database.open();
      const done = await Promise.allSettled([
        act(id, ada, { do: 'leave' }),
        act(id, bob, round % 2 ? { do: 'leave' } : { do: 'demote', account: bob }, other),
      ]);
      await other.close();
      expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await rolesIn(id)).filter(([, role]) => role === 'admin')).toHaveLength(1);
    }
  });

  it('an admin who is banned does not count, and one who deletes their account leaves it to the oldest member', async () => {
    const [ada, bob, eve] = [await person('Ada'), await person('Bob'), await person('Eve')];
    const { id, name } = await make('Heirs', ada);
    for (const account of [bob, eve]) {
      await act(id, account, { do: 'join' });
      await act(id, ada, { do: 'accept', account });
    }
    await act(id, ada, { do: 'promote', account: bob });
    await changeAccount(store, bob, { state: 'banned' }, { actor: null, reason: 'x', at: NOW });
    await expect(act(id, ada, { do: 'leave' })).rejects.toThrow('last admin');
    await deleteAccount(store, bob);
    await deleteAccount(store, ada);
    expect(await rolesIn(id)).toEqual([[eve, 'admin']]);
    await deleteAccount(store, eve);
    expect(await organisationsIn(store).find(name)).toBeNull();
  });

  it('a logo that nobody uses any more is gone', async () => {
    const ada = await person('Ada');
    const { id, name } = await make('Painters', ada);
    const { find, logo } = organisationsIn(store);
    await describeOrganisation(store, id, ada, { logo: { digest: 'a', png: Buffer.from('one') } });
    expect([(await find(name))!.logo, String(await logo('a'))]).toEqual(['a', 'one']);
    await describeOrganisation(store, id, ada, {
      logo: { digest: 'b', png: Buffer.from('two') },
      about: 'We paint.',
    });
    expect([(await find(name))!.about, await logo('a'), String(await logo('b'))]).toEqual([
      'We paint.',
      null,
      'two',
    ]);
    await describeOrganisation(store, id, ada, { logo: null });
    expect(await logo('b')).toBeNull();
  });
});
