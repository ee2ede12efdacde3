/** Passkeys without a browser: what no authenticator sends. */
import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { SignInRefused } from '../community/sign-ins.ts';
import type { Store } from '../store/open.ts';
import { passkeysIn } from './passkeys.ts';

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  it('a response that makes no sense is refused, whatever is wrong with it', async () => {
    const site = { publicUrl: 'https://papers.example', siteName: 'Broadsheet', now: Date.now };
    const passkeys = passkeysIn(store, site)!;
    for (const id of ['', 'unknown', 'a\0b', '\ud800', 'x'.repeat(20_000)]) {
      const { challenge } = (await passkeys.begin()) as { challenge: string };
      const clientDataJSON = Buffer.from(JSON.stringify({ challenge })).toString('base64url');
      const response = JSON.stringify({ id, response: { clientDataJSON } });
      await expect(passkeys.signIn(response, 'A browser'), JSON.stringify(id.slice(0, 9))).rejects.toThrow(
        SignInRefused,
      );
    }
    for (const text of ['', 'null', '[]', '{"id":"x"}', '{"id":"x","response":null}'])
      await expect(passkeys.signIn(text, 'A browser'), text).rejects.toThrow(SignInRefused);
  });
});
