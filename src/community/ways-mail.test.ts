/** What owners are mailed when the ways to sign in to their accounts change. */
import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { queueMail, unsentMail } from '../mail/outbox.ts';
import type { Store } from '../store/open.ts';
import { createAccount } from './accounts.ts';
import { disconnect, enterBy } from './identities.ts';
import { addPasskey, removePasskey } from './passkeys.ts';
import { setPassword } from './passwords.ts';
import { TELLING, tellOwnerBy } from './ways-mail.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const tell = tellOwnerBy({
  site: 'Papers',
  base: 'https://papers.example',
  queue: (tx, mail, now) => queueMail(tx, mail, 'papers.example', now, now + TELLING),
});

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  it('owners are told of each way that is added, changed or removed, and of none that stays', async () => {
    const ada = await createAccount(
      store,
      { displayName: 'Ada', email: 'ada@example.org', emailVerified: true },
      NOW,
    );
    const passkey = { account: ada.id, name: 'Phone', publicKey: 'k', counter: 0, transports: [] };
    await addPasskey(store, { ...passkey, id: 'p1' }, NOW, tell);
    await expect(addPasskey(store, { ...passkey, id: 'p1' }, NOW, tell)).rejects.toThrow('already');
    await removePasskey(store, ada.id, 'p1', NOW, tell);
    await removePasskey(store, ada.id, 'p1', NOW, tell);
    for (const hash of ['a', 'b', null, null]) await setPassword(store, ada.id, hash, 's', NOW, tell);
    const proven = {
      issuer: 'https://github.com',
      subject: '7',
      email: 'ada@example.org',
      isEmailVerified: true,
    };
    // Connected because both sides have verified the address; the second time, it is known.
    for (let i = 0; i < 2; i++) await enterBy(store, proven, { as: null, mayJoin: true, tell }, NOW);
    await disconnect(store, ada.id, proven, NOW, tell);
    const mails = (await unsentMail(store)).map(({ mail }) => mail);
    expect(mails.map(({ subject }) => subject).sort()).toEqual(
      [
        'A passkey was added to your account at Papers',
        'A passkey was removed from your account at Papers',
        'A password was added to your account at Papers',
        'A password was changed for your account at Papers',
        'A password was removed from your account at Papers',
        'The sign-in with github.com was added to your account at Papers',
        'The sign-in with github.com was removed from your account at Papers',
      ].sort(),
    );
    expect(new Set(mails.map(({ to }) => to))).toEqual(new Set(['ada@example.org']));
    expect(mails[0]!.text).toContain('Open https://papers.example/settings, undo the change');
  });

  it('nobody is told at an address that is not known to be theirs', async () => {
    const eve = await createAccount(
      store,
      { displayName: 'Eve', email: 'ada@example.org', emailVerified: false },
      NOW,
    );
    await setPassword(store, eve.id, 'a', 's', NOW, tell);
    expect(await unsentMail(store)).toEqual([]);
  });
});
