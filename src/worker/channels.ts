/** Posts issues to channels: queues what is due, and posts it. */
import { presentAmong } from '../composing/assemble.ts';
import { renderPost } from '../composing/posts.ts';
import type { Config } from '../config.ts';
import { queuePosts } from '../digest/channel-posts.ts';
import type { Issues } from '../digest/issues.ts';
import { type PostingDeps, postDue } from '../digest/posting.ts';
import { sealerOf } from '../digest/sealing.ts';
import type { Compose } from '../digest/types.ts';
import { outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import type { Store } from '../store/open.ts';

export interface PosterOptions {
  store: Store;
  config: Config;
  compose: Compose;
  issues: Pick<Issues, 'find'>;
  failed(says: string): void;
  /** Epoch ms. */
  now(): number;
}

/** How often to look for issues that are due (ms); for posts that are, each time. */
const QUEUE_EVERY = 15_000;

/** What posting needs, from the settings. */
export const postingWith = ({
  store,
  config,
  issues,
  failed,
  now,
}: Omit<PosterOptions, 'compose'>): PostingDeps => ({
  store,
  outgoing: outgoing({ privateHosts: new PrivateHosts(config.PRIVATE_HOSTS) }),
  sealer: sealerOf(config),
  render: renderPost({ siteName: config.SITE_NAME, publicUrl: config.PUBLIC_URL! }),
  async findIssue(id) {
    const issue = await issues.find(id);
    if (issue === null) return null;
    // What has been taken down since is not posted.
    const present = await presentAmong(
      store.read,
      issue.papers.map(({ pk }) => pk),
    );
    return { ...issue, papers: issue.papers.filter(({ pk }) => present.has(pk)) };
  },
  failed,
  now,
});

/** A round of the duty, to be called every few seconds. */
export function channelPoster(options: PosterOptions): () => Promise<void> {
  const { store, config, compose, failed, now } = options;
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const posting = postingWith(options);
  let queueAt = 0;
  return async () => {
    if (now() >= queueAt) {
      queueAt = now() + QUEUE_EVERY;
      await queuePosts({ store, compose, turn, failed }, now());
    }
    await postDue(posting);
  };
}
