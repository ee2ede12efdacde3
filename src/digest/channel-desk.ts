/** What the operator can ask of channels, bound to a database: for the page and the command line. */
import type { Config } from '../config.ts';
import { PrivateHosts } from '../net/reach.ts';
import type { Store } from '../store/open.ts';
import { newestIssue, type Post, postsOf, queuePost } from './channel-posts.ts';
import {
  addChannel,
  allChannels,
  type Channel,
  type ChannelSettings,
  type NewChannel,
  pauseChannel,
  removeChannel,
  resumeChannel,
} from './channels.ts';
import { sealerOf } from './sealing.ts';

export interface ChannelDesk {
  /** Why nothing is posted, in a sentence; null: it is. */
  off: string | null;
  all(): Promise<Channel[]>;
  /** The newest first. */
  posts(channel: string, limit: number): Promise<Post[]>;
  /** @returns `made`: the signing key, if one was made @throws ChannelError */
  add(channel: NewChannel): Promise<{ channel: Channel; made: string | null }>;
  pause(id: string): Promise<boolean>;
  resume(id: string): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  /** Queues the newest issue once more. @returns the row of the ledger; null: there is no issue yet */
  test(channel: Channel): Promise<string | null>;
}

type DeskConfig = Pick<
  Config,
  | 'CHANNEL_KEY'
  | 'DATA_DIR'
  | 'PRIVATE_HOSTS'
  | 'PUBLIC_URL'
  | 'OFFLINE'
  | 'EDITION_TIMEZONE'
  | 'EDITION_TURN'
>;

/** Why nothing is posted; null: it is. */
export function whyOff({ OFFLINE, PUBLIC_URL }: Pick<Config, 'OFFLINE' | 'PUBLIC_URL'>): string | null {
  if (OFFLINE) return 'OFFLINE=1: nothing is posted.';
  if (PUBLIC_URL === null)
    return 'PUBLIC_URL is not set: nothing is posted, because links in posts would lead nowhere.';
  return null;
}

/** @param now epoch ms */
export function channelDesk(store: Store, config: DeskConfig, now: () => number = Date.now): ChannelDesk {
  const settings: ChannelSettings = {
    sealer: sealerOf(config),
    privateHosts: new PrivateHosts(config.PRIVATE_HOSTS),
    turn: { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN },
  };
  return {
    off: whyOff(config),
    all: () => allChannels(store.read),
    posts: (channel, limit) => postsOf(store.read, channel, limit),
    add: (channel) => addChannel(store, settings, channel, now()),
    pause: (id) => pauseChannel(store, id),
    resume: (id) => resumeChannel(store, id, settings.turn, now()),
    remove: (id) => removeChannel(store, id),
    async test(channel) {
      const issue = await newestIssue(store.read, channel.list);
      return issue && queuePost(store, channel.id, issue, now(), true);
    },
  };
}
