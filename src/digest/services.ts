/**
 * How each service is asked to post something: what must be known before, the request that posts, and what its answer
 * means. Only the last request of each has an effect.
 */
import { createHash, createHmac } from 'node:crypto';
import type { ChannelKind } from './channel-kinds.ts';
import { signingKey } from './channels.ts';
import type { Issue } from './types.ts';

/** What a service allows, where that differs from server to server. */
export interface PostLimits {
  /** Characters of a status. */
  characters?: number;
  /** Characters that every link counts as. */
  perLink?: number;
}

/** Renders an issue for a kind of service, as the object that it is sent as JSON; the same input gives the same. */
export type RenderPost = (kind: ChannelKind, issue: Issue, limits?: PostLimits) => object;

export interface Answer {
  status: number;
  headers: Headers;
  /** Its body, as text and as JSON if it is that. */
  text: string;
  json: Record<string, unknown> | null;
}

export interface Request {
  url: string;
  method: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: string;
}

/** Makes a request that has no effect. @throws Refused unless it is answered 2xx */
export type AskFirst = (request: Request) => Promise<Answer>;

export interface Job {
  server: string;
  target: string;
  secret: string;
  /** The same for every attempt, and for nothing else. */
  key: string;
  dueAt: number;
  /** An earlier attempt may have posted it. */
  isRepeat: boolean;
  issue: Issue;
  render: RenderPost;
  now(): number;
}

/** The request that posts; or what the post is called that an earlier attempt has made. */
export type Posting = Request | { posted: string };

interface Service {
  prepare(job: Job, ask: AskFirst): Posting | Promise<Posting>;
  /** What the service calls the post. */
  remote(answer: Answer): string | null;
}

const hook = (kind: ChannelKind, remote: Service['remote'] = () => null): Service => ({
  prepare: ({ secret, issue, render }) => ({
    url: secret,
    method: 'POST',
    body: JSON.stringify(render(kind, issue)),
  }),
  remote,
});

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
const textOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 300) : null;
const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const SERVICES: Record<ChannelKind, Service> = {
  slack: hook('slack'),
  mattermost: hook('mattermost'),
  teams: hook('teams'),
  discord: {
    prepare(job) {
      const url = new URL(job.secret);
      // Otherwise it is answered before it is posted, and without an id.
      url.searchParams.set('wait', 'true');
      return { url: url.href, method: 'POST', body: JSON.stringify(job.render('discord', job.issue)) };
    },
    remote: ({ json }) => textOf(json?.id),
  },
  telegram: {
    prepare: ({ server, target, secret, issue, render }) => ({
      url: `${server}/bot${secret}/sendMessage`,
      method: 'POST',
      body: JSON.stringify({ chat_id: target, ...render('telegram', issue) }),
    }),
    remote: ({ json }) => textOf(objectOf(json?.result).message_id),
  },
  matrix: {
    async prepare({ server, target, secret, key, issue, render }, ask) {
      const client = `${server}/_matrix/client/v3`;
      const headers = bearer(secret);
      let room = target;
      if (target.startsWith('#')) {
        const { json } = await ask({
          url: `${client}/directory/room/${encodeURIComponent(target)}`,
          method: 'GET',
          headers,
        });
        room = textOf(json?.room_id) ?? target;
      }
      return {
        url: `${client}/rooms/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(key)}`,
        method: 'PUT',
        headers,
        body: JSON.stringify(render('matrix', issue)),
      };
    },
    remote: ({ json }) => textOf(json?.event_id),
  },
  mastodon: {
    async prepare({ server, secret, key, issue, render }, ask) {
      const limits = await limitsOf(server, ask);
      return {
        url: `${server}/api/v1/statuses`,
        method: 'POST',
        headers: { ...bearer(secret), 'idempotency-key': key },
        body: JSON.stringify(render('mastodon', issue, limits)),
      };
    },
    remote: ({ json }) => textOf(json?.url) ?? textOf(json?.id),
  },
  bluesky: {
    async prepare({ server, target, secret, key, dueAt, isRepeat, issue, render }, ask) {
      const xrpc = `${server}/xrpc`;
      const session = await ask({
        url: `${xrpc}/com.atproto.server.createSession`,
        method: 'POST',
        body: JSON.stringify({ identifier: target, password: secret }),
      });
      const repo = textOf(session.json?.did) ?? target;
      const headers = bearer(String(session.json?.accessJwt ?? ''));
      const collection = 'app.bsky.feed.post';
      const rkey = recordKey(key, dueAt);
      if (isRepeat) {
        const query = new URLSearchParams({ repo, collection, rkey });
        const found = await ask({
          url: `${xrpc}/com.atproto.repo.getRecord?${query}`,
          method: 'GET',
          headers,
        }).catch((error: unknown) => {
          // The answer for a record that does not exist is 400, with this name.
          if (error instanceof Refused && error.answer.json?.error === 'RecordNotFound') return null;
          throw error;
        });
        if (found !== null)
          return { posted: textOf(found.json?.uri) ?? `at://${repo}/${collection}/${rkey}` };
      }
      const record = { ...render('bluesky', issue), createdAt: new Date(dueAt).toISOString() };
      return {
        url: `${xrpc}/com.atproto.repo.createRecord`,
        method: 'POST',
        headers,
        body: JSON.stringify({ repo, collection, rkey, record }),
      };
    },
    remote: ({ json }) => textOf(json?.uri),
  },
  webhook: {
    prepare({ server, secret, key, issue, render, now }) {
      const id = `msg_${key}`;
      const body = JSON.stringify(render('webhook', issue));
      const timestamp = String(Math.floor(now() / 1000));
      return {
        url: server,
        method: 'POST',
        headers: {
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signatureOf(secret, id, timestamp, body),
        },
        body,
      };
    },
    remote: () => null,
  },
};

/** The signature of an event (https://www.standardwebhooks.com/). */
export const signatureOf = (secret: string, id: string, timestamp: string, body: string): string =>
  `v1,${createHmac('sha256', signingKey(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

/** A request was answered, but not 2xx. */
export class Refused extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** What every instance allows that does not say otherwise. */
const OF_MASTODON: Required<PostLimits> = { characters: 500, perLink: 23 };

async function limitsOf(server: string, ask: AskFirst): Promise<Required<PostLimits>> {
  // Software that is compatible with Mastodon may have only the older of the two, or neither.
  for (const version of ['v2', 'v1']) {
    try {
      const { json } = await ask({ url: `${server}/api/${version}/instance`, method: 'GET' });
      const { max_characters, characters_reserved_per_url } = objectOf(
        objectOf(json?.configuration).statuses,
      );
      return {
        characters: positive(max_characters) ?? positive(json?.max_toot_chars) ?? OF_MASTODON.characters,
        perLink: positive(characters_reserved_per_url) ?? OF_MASTODON.perLink,
      };
    } catch (error) {
      if (!(error instanceof Refused) || (error.answer.status !== 404 && error.answer.status !== 401))
        throw error;
    }
  }
  return OF_MASTODON;
}

const positive = (value: unknown): number | null =>
  typeof value === 'number' && value > 0 ? Math.floor(value) : null;

const BASE32 = '234567abcdefghijklmnopqrstuvwxyz';

/**
 * The key of a record: a TID (https://atproto.com/specs/tid), which is 53 bits of microseconds and 10 of a clock. Made of
 * when the post was due and of the ledger's key, so that every attempt has the same.
 */
export function recordKey(key: string, dueAt: number): string {
  const hash = createHash('sha256').update(key).digest();
  const micros = BigInt(dueAt) * 1000n + BigInt(hash.readUInt16BE(0) % 1000);
  let left = (micros << 10n) | BigInt(hash.readUInt16BE(2) & 1023);
  let text = '';
  for (let i = 0; i < 13; i++) {
    text = BASE32[Number(left & 31n)] + text;
    left >>= 5n;
  }
  return text;
}
