/** The services that issues are posted to, and what each needs to know. */

export const CHANNEL_KINDS = [
  'slack',
  'discord',
  'telegram',
  'mattermost',
  'matrix',
  'teams',
  'mastodon',
  'bluesky',
  'webhook',
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export interface KindOfChannel {
  /** As people know it. */
  title: string;
  /** What `server` is; null: the secret is the whole address. `default`: if none is given. */
  server: { says: string; default: string | null } | null;
  /** What `target` is; null: the server or the secret says it all. */
  target: { says: string; like: string } | null;
  secret: { says: string; isAddress: boolean };
  /**
   * For how long after a first attempt the service recognises another as the same post (ms). 0: never, so that an attempt
   * without an answer is not repeated.
   */
  recognises: number;
}

const MINUTE = 60_000;
const address = (says: string): KindOfChannel['secret'] => ({ says, isAddress: true });
const token = (says: string): KindOfChannel['secret'] => ({ says, isAddress: false });
const HOOK = { server: null, target: null, recognises: 0 };

export const KINDS: Record<ChannelKind, KindOfChannel> = {
  slack: { ...HOOK, title: 'Slack', secret: address('address of the incoming webhook') },
  discord: { ...HOOK, title: 'Discord', secret: address('address of the webhook') },
  telegram: {
    title: 'Telegram',
    server: { says: 'address of the bot API', default: 'https://api.telegram.org' },
    target: { says: 'chat', like: '@channel or -1001234567890' },
    secret: token('token of the bot'),
    recognises: 0,
  },
  mattermost: { ...HOOK, title: 'Mattermost', secret: address('address of the incoming webhook') },
  matrix: {
    title: 'Matrix',
    server: { says: 'address of the homeserver', default: null },
    target: { says: 'room', like: '!room:example.org or #room:example.org' },
    secret: token('access token of the account'),
    // Synapse forgets transactions after half an hour at the earliest.
    recognises: 30 * MINUTE,
  },
  teams: { ...HOOK, title: 'Microsoft Teams', secret: address('address of the workflow') },
  mastodon: {
    title: 'Mastodon',
    server: { says: 'address of the instance', default: null },
    target: null,
    secret: token('access token of the application'),
    // Idempotency keys are kept for an hour.
    recognises: 55 * MINUTE,
  },
  bluesky: {
    title: 'Bluesky',
    server: { says: 'address of the data server', default: 'https://bsky.social' },
    target: { says: 'handle', like: 'papers.example.org' },
    secret: token('app password of the account'),
    // The key of a record is its name: there is never a second one.
    recognises: Number.POSITIVE_INFINITY,
  },
  webhook: {
    title: 'Webhook',
    server: { says: 'address that receives the events', default: null },
    target: null,
    secret: token('signing key, whsec_…; empty: one is made and shown once'),
    // By contract: receivers remember the ids of events.
    recognises: Number.POSITIVE_INFINITY,
  },
};

export const isKind = (text: string): text is ChannelKind =>
  (CHANNEL_KINDS as readonly string[]).includes(text);
