/** The Hub's paper API: its clients only need another base address. docs/api.md lists the differences. */
import type { ApiRoute } from '../route.ts';
import { CLAIM } from './claim.ts';
import { COMMENT, REPLY } from './comments.ts';
import { DAILY } from './daily.ts';
import { DELETE_NOTIFICATIONS, NOTIFICATION_SETTINGS, NOTIFICATIONS } from './notifications.ts';
import { PAPER, PAPERS, REPOSITORIES } from './papers.ts';
import { QUICK_SEARCH, SEARCH } from './search.ts';
import { INDEX, LINKS } from './submitting.ts';

/** In this order: the first match answers. */
export const HUB_ROUTES: ApiRoute[] = [
  DAILY,
  SEARCH,
  PAPERS,
  PAPER,
  REPOSITORIES,
  QUICK_SEARCH,
  INDEX,
  REPLY,
  COMMENT,
  LINKS,
  CLAIM,
  NOTIFICATION_SETTINGS,
  DELETE_NOTIFICATIONS,
  NOTIFICATIONS,
];
