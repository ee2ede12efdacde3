/** Renders issues for the services they are posted to (digest/services.ts). Pure: the same issue gives the same post. */
import type { ChannelKind } from '../digest/channel-kinds.ts';
import type { PostLimits, RenderPost } from '../digest/services.ts';
import type { Issue } from '../digest/types.ts';
import {
  discordPost,
  matrixPost,
  mattermostPost,
  slackPost,
  teamsPost,
  telegramPost,
} from './posts/chats.ts';
import { webhookEvent } from './posts/event.ts';
import { blueskyPost, mastodonPost } from './posts/networks.ts';
import type { PostSettings } from './posts/outline.ts';

const POSTS: Record<ChannelKind, (issue: Issue, settings: PostSettings, limits?: PostLimits) => object> = {
  slack: slackPost,
  discord: discordPost,
  telegram: telegramPost,
  mattermost: mattermostPost,
  matrix: matrixPost,
  teams: teamsPost,
  mastodon: mastodonPost,
  bluesky: blueskyPost,
  webhook: webhookEvent,
};

export const renderPost =
  (settings: PostSettings): RenderPost =>
  (kind, issue, limits) =>
    POSTS[kind](issue, settings, limits);
