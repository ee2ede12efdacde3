/** Posting, on both databases, to servers on this machine that answer as the services' documentation says. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { renderPost } from '../composing/posts.ts';
import { outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import type { Store } from '../store/open.ts';
import type { ChannelKind } from './channel-kinds.ts';
import { handOver, postsOf, queuePost, queuePosts, takePosts } from './channel-posts.ts';
import { addChannel, allChannels, type Channel, type NewChannel, resumeChannel } from './channels.ts';
import { type PostingDeps, postDue } from './posting.ts';
import { sealerOf } from './sealing.ts';
import { recordKey } from './services.ts';
import { composing, issueOf } from './testing.fixture.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const TURN = { timezone: 'UTC', turn: '21:30' };
const START = Date.parse('2026-11-30T12:00:00Z');
const CLOSED = Date.parse('2026-11-30T21:30:00Z');
const KEY = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked at as services look at them
  body: any;
  raw: string;
}
type Answering = (seen: Seen, response: ServerResponse) => void;

/** A server that notes what it is sent. */
async function listening(answer: () => Answering): Promise<{ server: Server; url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const part of request) raw += part;
    const one = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: raw === '' ? null : JSON.parse(raw),
      raw,
    };
    seen.push(one);
    answer()(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json =
  (body: object, status = 200, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const text =
  (body: string, status = 200, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
/** The connection ends where the answer should be. */
const cut: Answering = (_, response) => void response.socket!.destroy();

/** Each service as its documentation describes it. */
const SERVERS: Record<ChannelKind, Answering> = {
  slack: text('ok'),
  mattermost: text('ok'),
  teams: text('', 202),
  webhook: text('', 204),
  discord: json({ id: '1234567890' }),
  telegram: json({ ok: true, result: { message_id: 42 } }),
  matrix: (seen, response) =>
    json(seen.path.includes('/directory/') ? { room_id: '!abc:example.org' } : { event_id: '$event' })(
      seen,
      response,
    ),
  mastodon: (seen, response) =>
    json(
      seen.path.endsWith('/instance')
        ? { configuration: { statuses: { max_characters: 200, characters_reserved_per_url: 23 } } }
        : { id: '7', url: 'https://mastodon.example/@papers/7' },
    )(seen, response),
  bluesky: (seen, response) => {
    if (seen.path.includes('createSession')) json({ did: 'did:plc:abc', accessJwt: 'jwt' })(seen, response);
    else if (seen.path.includes('getRecord')) json({ error: 'RecordNotFound' }, 400)(seen, response);
    else json({ uri: `at://did:plc:abc/app.bsky.feed.post/${seen.body.rkey}` })(seen, response);
  },
};

const given = (kind: ChannelKind, url: string, change: Partial<NewChannel> = {}): NewChannel => ({
  kind,
  name: kind,
  server: ['slack', 'discord', 'mattermost', 'teams'].includes(kind)
    ? ''
    : kind === 'webhook'
      ? `${url}/hook`
      : url,
  target:
    { telegram: '@papers', matrix: '#papers:example.org', bluesky: 'papers.example.org' }[kind as 'matrix'] ??
    '',
  secret:
    {
      telegram: '123:AAE-secret',
      webhook: KEY,
      matrix: 'syt_secret',
      mastodon: 'token-secret',
      bluesky: 'app-secret',
    }[kind as 'matrix'] ?? `${url}/services/T1/secret`,
  list: { list: 'daily', subject: '', name: '' },
  cadence: 'daily',
  times: { days: 127, minute: null, timeZone: 'UTC' },
  ...change,
});

onBoth((_, fresh) => {
  let store: Store;
  let folder: string;
  let now: number;
  let answer: Answering;
  let service: Awaited<ReturnType<typeof listening>>;
  const failures: string[] = [];

  eachTime(fresh, (opened, { env }) => {
    store = opened;
    folder = env.DATA_DIR;
  });
  beforeEach(async () => {
    now = START;
    failures.length = 0;
    service = await listening(() => answer);
  });
  afterEach(async () => {
    service.server.closeAllConnections();
    await new Promise((resolve) => service.server.close(resolve));
  });

  const hosts = new PrivateHosts(['127.0.0.1']);
  const sealer = () => sealerOf({ CHANNEL_KEY: null, DATA_DIR: folder });
  const deps = (change: Partial<PostingDeps> = {}): PostingDeps => ({
    store,
    outgoing: outgoing({ privateHosts: hosts }),
    sealer: sealer(),
    render: renderPost({ siteName: 'Broadsheet', publicUrl: 'https://papers.example.org' }),
    findIssue: async (id) => {
      const row = await store.read.selectFrom('issues').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? JSON.parse(row.content) : null;
    },
    now: () => now,
    failed: (says) => void failures.push(says),
    ...change,
  });
  const add = async (channel: NewChannel): Promise<Channel> =>
    (await addChannel(store, { sealer: sealer(), privateHosts: hosts, turn: TURN }, channel, now)).channel;
  const compose = (papers: (period: string) => number[] | null = () => [3, 2, 1]) =>
    composing((_list, period) => papers(period), store);
  const queue = (composed = compose()) => queuePosts({ store, compose: composed, turn: TURN }, now);
  /** A channel whose first post is due. */
  async function due(kind: ChannelKind, change: Partial<NewChannel> = {}): Promise<Channel> {
    answer = SERVERS[kind];
    const channel = await add(given(kind, service.url, change));
    now = CLOSED + MINUTE;
    await queue();
    return channel;
  }
  const lastOf = async ({ id }: Channel) => (await postsOf(store.read, id, 1))[0]!;
  const posted = () =>
    service.seen.filter(({ path }) => !/instance|directory|createSession|getRecord/.test(path));

  it('every service gets what its documentation asks for, once', async () => {
    for (const kind of Object.keys(SERVERS) as ChannelKind[]) {
      now = START;
      service.seen.length = 0;
      const channel = await due(kind);
      await postDue(deps());
      await queue();
      await postDue(deps());
      const post = await lastOf(channel);
      expect(post, kind).toMatchObject({ state: 'sent', tries: 1 });
      const [request, ...more] = posted();
      expect(more, kind).toEqual([]);
      const { path, method, headers, body, raw } = request!;
      expect(headers['content-type']).toBe('application/json');
      if (kind === 'slack') expect([path, body.blocks[0].type]).toEqual(['/services/T1/secret', 'header']);
      if (kind === 'mattermost') expect(body.text).toContain('#### [');
      if (kind === 'teams')
        expect(body.attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive');
      if (kind === 'discord') {
        expect(path).toBe('/services/T1/secret?wait=true');
        expect(post.remote).toBe('1234567890');
      }
      if (kind === 'telegram') {
        expect(path).toBe('/bot123:AAE-secret/sendMessage');
        expect(body).toMatchObject({ chat_id: '@papers', parse_mode: 'HTML' });
        expect(post.remote).toBe('42');
      }
      if (kind === 'matrix') {
        expect(method).toBe('PUT');
        expect(path).toBe(`/_matrix/client/v3/rooms/!abc%3Aexample.org/send/m.room.message/${post.id}`);
        expect(headers.authorization).toBe('Bearer syt_secret');
        expect(post.remote).toBe('$event');
      }
      if (kind === 'mastodon') {
        expect(headers['idempotency-key']).toBe(post.id);
        expect(body.status.length).toBeLessThan(250);
        expect(post.remote).toBe('https://mastodon.example/@papers/7');
      }
      if (kind === 'bluesky') {
        expect(headers.authorization).toBe('Bearer jwt');
        expect(body).toMatchObject({ repo: 'did:plc:abc', collection: 'app.bsky.feed.post' });
        expect(body.rkey).toBe(recordKey(post.id, post.dueAt));
        expect(body.rkey).toMatch(/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
        expect(body.record.createdAt).toBe('2026-11-30T21:30:00.000Z');
      }
      if (kind === 'webhook') {
        const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
        expect(id).toBe(`msg_${post.id}`);
        expect(Number(time)).toBe(Math.floor(now / 1000));
        const key = Buffer.from('0123456789abcdef0123456789abcdef');
        const mac = createHmac('sha256', key).update(`${id}.${time}.${raw}`).digest('base64');
        expect(signature).toBe(`v1,${mac}`);
        expect(body.data.papers).toHaveLength(3);
      }
    }
    expect(failures).toEqual([]);
  });

  it('waits as long as a service says, and longer each time one fails', async () => {
    const channel = await due('slack');
    answer = text('slow down', 429, { 'retry-after': '120' });
    await postDue(deps());
    now += 119_000;
    expect(await postDue(deps())).toBe(0);
    now += 1000;
    answer = json({ ok: false, parameters: { retry_after: 7200 } }, 429);
    await postDue(deps());
    now += 7_199_000;
    expect(await postDue(deps())).toBe(0);
    now += 1000;
    for (const pause of [4, 8]) {
      answer = text('oops', 500);
      expect(await postDue(deps())).toBe(1);
      now += pause * MINUTE - 1;
      expect(await postDue(deps())).toBe(0);
      now += 1;
    }
    answer = SERVERS.slack;
    await postDue(deps());
    expect(await lastOf(channel)).toMatchObject({ state: 'sent', tries: 5 });
  });

  it('gives up 36 hours after a post was due', async () => {
    const channel = await due('slack');
    answer = text('oops', 500);
    for (let i = 0; i < 60 && (await lastOf(channel)).state === 'queued'; i++) {
      await postDue(deps());
      now += HOUR;
    }
    expect(await lastOf(channel)).toMatchObject({ state: 'failed', answer: '500 oops' });
    expect(failures).toEqual(['slack (Slack): failed: 500 oops']);
  });

  it('a refusal is final; where nothing is any more, the channel is switched off until it is resumed', async () => {
    const channel = await due('slack');
    answer = text('invalid_blocks', 400);
    await postDue(deps());
    expect(await lastOf(channel)).toMatchObject({ state: 'failed', answer: '400 invalid_blocks' });
    expect((await allChannels(store.read))[0]).toMatchObject({ state: 'active' });
    now += 24 * HOUR;
    await queue();
    answer = text('channel_is_archived', 410);
    await postDue(deps());
    expect((await allChannels(store.read))[0]).toMatchObject({
      state: 'off',
      reason: '410 channel_is_archived',
    });
    now += 48 * HOUR;
    expect(await queue()).toBe(0);
    await resumeChannel(store, channel.id, TURN, now);
    // What it missed is not posted.
    expect(await queue()).toBe(0);
    now += 24 * HOUR;
    expect(await queue()).toBe(1);
  });

  it('a connection that breaks after the request: repeated where the service recognises it, and uncertain elsewhere', async () => {
    for (const kind of Object.keys(SERVERS) as ChannelKind[]) {
      now = START;
      const channel = await due(kind);
      service.seen.length = 0;
      answer = (seen, response) => {
        const isFirst = /instance|directory|createSession|getRecord/.test(seen.path);
        (isFirst ? SERVERS[kind] : cut)(seen, response);
      };
      await postDue(deps());
      const isKnown = ['matrix', 'mastodon', 'bluesky', 'webhook'].includes(kind);
      expect(await lastOf(channel), kind).toMatchObject({ state: isKnown ? 'queued' : 'uncertain' });
      now += MINUTE;
      answer = SERVERS[kind];
      await postDue(deps());
      expect(await lastOf(channel), kind).toMatchObject({ state: isKnown ? 'sent' : 'uncertain' });
      const keys = posted().map(
        ({ path, headers, body }) =>
          ({
            matrix: path,
            mastodon: headers['idempotency-key'],
            bluesky: body.rkey,
            webhook: headers['webhook-id'],
          })[kind as 'matrix'],
      );
      expect(keys, kind).toHaveLength(isKnown ? 2 : 1);
      expect(new Set(keys).size).toBe(1);
    }
  });

  it('a service that forgets keys is not asked again after that', async () => {
    const channel = await due('matrix');
    answer = (seen, response) => (seen.method === 'GET' ? SERVERS.matrix : cut)(seen, response);
    await postDue(deps());
    now += 2 * HOUR;
    answer = SERVERS.matrix;
    await postDue(deps());
    expect(await lastOf(channel)).toMatchObject({ state: 'uncertain', tries: 2 });
    expect(posted()).toHaveLength(1);
  });

  it('Bluesky: a record that an earlier attempt has made is found, and not made again', async () => {
    const channel = await due('bluesky');
    answer = (seen, response) => (seen.path.includes('createRecord') ? cut : SERVERS.bluesky)(seen, response);
    await postDue(deps());
    now += MINUTE;
    answer = (seen, response) =>
      (seen.path.includes('getRecord') ? json({ uri: 'at://there' }) : SERVERS.bluesky)(seen, response);
    await postDue(deps());
    expect(await lastOf(channel)).toMatchObject({ state: 'sent', remote: 'at://there' });
    expect(posted()).toHaveLength(1);
  });

  it('a service that hangs, one that redirects, and one that is not there', async () => {
    const channel = await due('slack');
    answer = () => {};
    await postDue(deps({ timeout: 300 }));
    expect(await lastOf(channel)).toMatchObject({ state: 'uncertain', answer: 'no answer in time' });

    now += 24 * HOUR;
    await queue();
    const elsewhere = await listening(() => SERVERS.slack);
    answer = text('', 307, { location: `${elsewhere.url}/steal` });
    await postDue(deps());
    expect(elsewhere.seen).toEqual([]);
    elsewhere.server.close();
    expect(await lastOf(channel)).toMatchObject({ state: 'failed' });

    now += 24 * HOUR;
    await queue();
    await new Promise((resolve) => elsewhere.server.close(resolve));
    const gone = await add(given('slack', elsewhere.url, { name: 'gone' }));
    await queuePost(store, gone.id, issueOf('daily', '', '2026-12-02', [1]), now);
    answer = SERVERS.slack;
    await postDue(deps());
    expect(await lastOf(gone)).toMatchObject({ state: 'queued', tries: 1 });
  });

  it('answers never show the secret', async () => {
    const channel = await due('telegram');
    answer = (seen, response) => text(`not found: ${seen.path}`, 400)(seen, response);
    await postDue(deps());
    const { answer: said } = await lastOf(channel);
    expect(said).toContain('not found');
    expect(said).not.toContain('AAE-secret');
    const dump = JSON.stringify(await store.read.selectFrom('channels').selectAll().execute());
    expect(dump).not.toContain('AAE-secret');
    // Nor the path of one that is an address, which servers like to name.
    now = START;
    const hook = await due('slack');
    answer = (seen, response) => text(`not found: ${seen.path}`, 400)(seen, response);
    await postDue(deps());
    const { answer: path } = await lastOf(hook);
    expect(path).toBe('400 not found: …');
  });

  it('a private network is contacted only if PRIVATE_HOSTS names it', async () => {
    const channel = await due('slack');
    await postDue(deps({ outgoing: outgoing() }));
    expect(service.seen).toEqual([]);
    expect(await lastOf(channel)).toMatchObject({ state: 'failed' });
    for (const secret of [
      'http://chat.example.org/hook',
      'ftp://example.org/x',
      'https://u:p@example.org/x',
      'nothing',
    ])
      await expect(add(given('slack', '', { name: secret, secret }))).rejects.toThrow(/the address/);
  });

  it('two workers post once', async () => {
    const channel = await due('slack');
    await Promise.all([queue(), queue(), queue()]);
    await Promise.all([postDue(deps()), postDue(deps()), postDue(deps()), postDue(deps())]);
    expect(service.seen).toHaveLength(1);
    expect(await postsOf(store.read, channel.id, 9)).toHaveLength(1);
  });

  it('a process that is killed loses nothing', async () => {
    const slack = await due('slack');
    now = START;
    const hook = await due('webhook');
    answer = text('', 200);
    // Killed before the requests.
    expect(await takePosts(store, now)).toHaveLength(2);
    now += MINUTE;
    expect(await postDue(deps())).toBe(0);
    now += 3 * MINUTE;
    // Killed in the middle of them.
    for (const taken of await takePosts(store, now)) expect(await handOver(store, taken, now)).toBe(true);
    now += 4 * MINUTE;
    await postDue(deps());
    now += 3 * MINUTE;
    await postDue(deps());
    expect(await lastOf(slack)).toMatchObject({ state: 'uncertain' });
    expect(await lastOf(hook)).toMatchObject({ state: 'sent' });
    expect(service.seen).toHaveLength(1);
  });

  it('posts at the time of day and on the days that were chosen, and says what it left out', async () => {
    const channel = await add(
      given('slack', service.url, { times: { days: 0b0011111, minute: 9 * 60, timeZone: 'Europe/Berlin' } }),
    );
    answer = SERVERS.slack;
    // Monday's edition on Tuesday morning.
    now = CLOSED + MINUTE;
    await queue();
    expect(await lastOf(channel)).toMatchObject({
      dueAt: Date.parse('2026-12-01T08:00:00Z'),
      state: 'queued',
    });
    expect(await postDue(deps())).toBe(0);
    now = Date.parse('2026-12-01T08:00:01Z');
    expect(await postDue(deps())).toBe(1);
    // A day without papers, and then nothing runs for a week.
    now = Date.parse('2026-12-01T22:00:00Z');
    await queue(compose(() => []));
    expect(await lastOf(channel)).toMatchObject({ state: 'quiet' });
    now = Date.parse('2026-12-09T12:00:00Z');
    await queue();
    const states = (await postsOf(store.read, channel.id, 20)).map(({ state }) => state);
    expect(states.filter((state) => state === 'missed').length).toBeGreaterThan(3);
    expect(states.filter((state) => state === 'queued').length).toBeLessThanOrEqual(2);
  });

  it('an issue that is not composed yet is waited for', async () => {
    const channel = await add(given('slack', service.url));
    now = CLOSED + MINUTE;
    expect(await queue(compose(() => null))).toBe(0);
    expect(await queue()).toBe(1);
    expect(await postsOf(store.read, channel.id, 9)).toHaveLength(1);
  });

  it('a test is posted each time, and does not count as the issue', async () => {
    answer = SERVERS.slack;
    const channel = await add(given('slack', service.url));
    await compose()({ list: 'daily', subject: '', name: '' }, '2026-11-29');
    const issue = { id: 'daily::2026-11-29' };
    for (let i = 0; i < 2; i++) await queuePost(store, channel.id, issue, now, true);
    expect(await queuePost(store, channel.id, issue, now)).not.toBeNull();
    expect(await queuePost(store, channel.id, issue, now)).toBeNull();
    await postDue(deps());
    expect(service.seen).toHaveLength(3);
  });

  it('a post that failed can be tried again, and one that may be there cannot', async () => {
    const channel = await due('slack');
    const issue = { id: 'daily::2026-11-30' };
    answer = text('no_text', 400);
    await postDue(deps());
    expect(await queuePost(store, channel.id, issue, now)).not.toBeNull();
    answer = cut;
    await postDue(deps());
    expect(await lastOf(channel)).toMatchObject({ state: 'uncertain', tries: 2 });
    expect(await queuePost(store, channel.id, issue, now)).toBeNull();
    expect(await postsOf(store.read, channel.id, 9)).toHaveLength(1);
  });

  it('a secret sealed with another key is not sent anywhere', async () => {
    const channel = await due('slack');
    await postDue(
      deps({ sealer: sealerOf({ CHANNEL_KEY: 'another key of at least 32 characters', DATA_DIR: folder }) }),
    );
    expect(await lastOf(channel)).toMatchObject({ state: 'failed' });
    expect((await lastOf(channel)).answer).toContain('CHANNEL_KEY');
    expect(service.seen).toEqual([]);
  });
});
