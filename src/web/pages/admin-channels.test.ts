/** The page of channels over HTTP, over a real database. */
import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { readConfig } from '../../config.ts';
import { channelDesk } from '../../digest/channel-desk.ts';
import { postsOf } from '../../digest/channel-posts.ts';
import { allChannels } from '../../digest/channels.ts';
import { composing } from '../../digest/testing.fixture.ts';
import { Tries } from '../../http/admit.ts';
import { createWeb, openWeb } from '../../http/app.ts';
import { controlsOf } from '../../sources/desk.ts';
import type { Store } from '../../store/open.ts';
import { sampleContext } from '../../testing/sample.ts';

const PASSWORD = 'a long enough password';
const KEY = `Basic ${Buffer.from(`anybody:${PASSWORD}`).toString('base64')}`;
const SECRET = 'https://hooks.example.org/services/T1/very-secret';

onBoth((_kind, fresh) => {
  let store: Store;
  let folder: string;
  eachTime(fresh, (opened, { env }) => {
    store = opened;
    folder = env.DATA_DIR;
  });

  function site(env: Record<string, string> = { PUBLIC_URL: 'https://papers.example' }) {
    const config = readConfig({ ...env, DATA_DIR: folder });
    const context = sampleContext();
    context.channels = channelDesk(store, config, () => context.clock.now);
    context.operator = { password: PASSWORD, controls: controlsOf(store, config), tries: new Tries() };
    const app = createWeb(openWeb(context));
    const at = (path: string, init: RequestInit = {}) =>
      app.request(path, { ...init, headers: { authorization: KEY, ...init.headers } });
    const send = (fields: Record<string, string>) =>
      at('/admin/channels', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: 'https://papers.example',
          'sec-fetch-site': 'same-origin',
        },
        body: new URLSearchParams(fields).toString(),
      });
    const page = async (path = '/admin/channels') => (await at(path)).text();
    return { at, send, page };
  }

  const SLACK = {
    act: 'add',
    kind: 'slack',
    name: 'Reading <group>',
    secret: SECRET,
    list: 'search',
    subject: 'speculative decoding',
    cadence: 'weekly',
    at: '09:00',
    zone: 'Europe/Berlin',
    day: '0',
  };

  it('adds a channel, tries it out, pauses, resumes and removes it, and never shows its secret', async () => {
    const { at, send, page } = site();
    expect(await page('/admin')).toContain('href="/admin/channels"');
    expect(await page('/admin/channels?kind=slack')).toContain('type="password" name="secret"');
    const added = await send(SLACK);
    expect(added.status).toBe(303);
    const [channel] = await allChannels(store.read);
    expect(channel).toMatchObject({
      kind: 'slack',
      server: 'https://hooks.example.org',
      list: { list: 'search', subject: 'q=speculative+decoding' },
      cadence: 'weekly',
      times: { minute: 540, days: 1, timeZone: 'Europe/Berlin' },
      state: 'active',
    });
    const { id } = channel!;
    const shown = await page(added.headers.get('location')!.split('#')[0]);
    expect(shown).toContain('Reading &lt;group&gt;');
    expect(shown).toContain('Mon at 09:00 in Berlin');
    expect(shown).not.toContain('very-secret');

    expect((await send({ act: 'test', id })).status).toBe(409);
    await composing(() => [1], store)({ list: 'daily', subject: '', name: '' }, '2026-06-25');
    expect((await send({ act: 'test', id })).status).toBe(303);
    expect(await postsOf(store.read, id, 9)).toMatchObject([{ isTest: true, state: 'queued' }]);
    expect(await page()).toMatch(/daily::2026-06-25<\/a> \(test\): <b>waiting/);

    await send({ act: 'pause', id });
    expect(await page()).toContain('Paused');
    await send({ act: 'resume', id });
    expect((await allChannels(store.read))[0]).toMatchObject({ state: 'active' });
    await send({ act: 'remove', id });
    expect(await allChannels(store.read)).toEqual([]);
    expect(await postsOf(store.read, id, 9)).toEqual([]);
    expect((await send({ act: 'pause', id })).status).toBe(404);
    expect((await at('/admin/channels', { headers: { authorization: '' } })).status).toBe(401);
  });

  it('shows the signing key of a webhook once', async () => {
    const { send, page } = site();
    const made = await send({
      ...SLACK,
      kind: 'webhook',
      secret: '',
      server: 'https://indexer.example.org/in',
    });
    const [key] = /whsec_[A-Za-z0-9+/=]{40,}/.exec(await made.text())!;
    expect(await page()).not.toContain(key);
  });

  it('says what is wrong with a form, and does nothing', async () => {
    const { send } = site();
    for (const change of [
      { kind: 'fax' },
      { name: '' },
      { secret: '' },
      { secret: 'http://hooks.example.org/x' },
      { subject: '' },
      { at: '99:00' },
      { zone: 'Nowhere/Land' },
      { day: '9' },
      { act: 'explode' },
      { list: 'following' },
    ]) {
      const { status } = await send({ ...SLACK, ...change });
      expect([change, [400, 404].includes(status)]).toEqual([change, true]);
    }
    expect(await allChannels(store.read)).toEqual([]);
    await send(SLACK);
    expect((await send(SLACK)).status).toBe(400);
  });

  it('says plainly why nothing is posted', async () => {
    expect(await site({}).page()).toContain('PUBLIC_URL is not set: nothing is posted');
    expect(await site({ OFFLINE: '1' }).page()).toContain('OFFLINE=1: nothing is posted');
  });
});
