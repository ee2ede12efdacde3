/** The Hub's paper API: its clients only need another base address. docs/api.md lists the differences. */
import { WebError } from '../../http/errors.ts';
import type { ApiRoute } from '../route.ts';
import { COMMENT, REPLY } from './comments.ts';
import { DAILY } from './daily.ts';
import { DELETE_NOTIFICATIONS, NOTIFICATION_SETTINGS, NOTIFICATIONS } from './notifications.ts';
import { PAPER, PAPERS, REPOSITORIES } from './papers.ts';
import { QUICK_SEARCH, SEARCH } from './search.ts';

/** What the Hub's API can change and this one cannot yet. */
const later = (method: ApiRoute['method'], path: string, does: string): ApiRoute => ({
  method,
  path,
  says: `${does}: not available yet.`,
  parameters: {},
  later: true,
  handle() {
    throw new WebError(501, `${does} is not available here yet.`);
  },
});

/** In this order: the first match answers. */
export const HUB_ROUTES: ApiRoute[] = [
  DAILY,
  SEARCH,
  PAPERS,
  PAPER,
  REPOSITORIES,
  QUICK_SEARCH,
  later('POST', '/api/papers/index', 'Requesting a paper'),
  REPLY,
  COMMENT,
  later('POST', '/api/papers/:id{.+}/links', 'Changing the links of a paper'),
  later('POST', '/api/settings/papers/claim', 'Claiming a paper'),
  NOTIFICATION_SETTINGS,
  DELETE_NOTIFICATIONS,
  NOTIFICATIONS,
];
