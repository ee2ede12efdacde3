/** The Hub's paper API: its clients only need another base address. docs/api.md lists the differences. */
import { WebError } from '../../http/errors.ts';
import type { ApiRoute } from '../route.ts';
import { DAILY } from './daily.ts';
import { PAPER, PAPERS, REPOSITORIES } from './papers.ts';
import { QUICK_SEARCH, SEARCH } from './search.ts';

/** Writing through the API needs access tokens, which it does not accept yet; until then these are placeholders. */
const later = (method: ApiRoute['method'], path: string, does: string): ApiRoute => ({
  method,
  path,
  says: `${does}: not available, as the API is read-only so far.`,
  parameters: {},
  later: true,
  handle() {
    throw new WebError(501, `${does} is not available: the API is read-only so far.`);
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
  later('POST', '/api/papers/:id{.+}/comment/:comment/reply', 'Replying to a comment'),
  later('POST', '/api/papers/:id{.+}/comment', 'Writing a comment'),
  later('POST', '/api/papers/:id{.+}/links', 'Changing the links of a paper'),
  later('POST', '/api/settings/papers/claim', 'Claiming a paper'),
  later('PATCH', '/api/settings/notifications', 'Choosing notifications'),
  later('DELETE', '/api/notifications', 'Deleting notifications'),
  later('GET', '/api/notifications', 'Reading notifications'),
];
