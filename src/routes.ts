/** Every address of the site, for pages and files alike. The documentation is tested against `ROUTES`. */
import { OEMBED } from './api/discovery/oembed.ts';
import { OPENSEARCH } from './api/discovery/opensearch.ts';
import { SITEMAPS } from './api/discovery/sitemap.ts';
import { UNAPI } from './api/discovery/unapi.ts';
import { ARCHIVE } from './api/exports/archive.ts';
import { LIST_EXPORTS } from './api/exports/lists.ts';
import { FEEDS } from './api/feeds/routes.ts';
import { SURVEY_FILES } from './api/survey/files.ts';
import { guideTo } from './api/v1/guide.ts';
import type { Route } from './http/context.ts';
import { pages } from './web/routes.ts';

/** Everything below this address is guarded. */
const GUARDED = '/admin';

/** Rejects an address of the wrong kind at startup, before anybody can request it. */
function checked(route: Route): Route {
  const isGuarded = route.path === GUARDED || route.path.startsWith(`${GUARDED}/`);
  if (isGuarded !== (route.kind === 'admin'))
    throw new Error(`${route.path}: what is at ${GUARDED}, and nothing else, is of kind admin`);
  return route;
}

/** In this order: the first match answers. */
export const TABLE: readonly Route[] = [
  ...FEEDS,
  ...LIST_EXPORTS,
  ...SURVEY_FILES,
  ...ARCHIVE,
  ...pages(guideTo),
  ...SITEMAPS,
  ...OPENSEARCH,
  ...OEMBED,
  ...UNAPI,
].map(checked);

/** Every route as data. */
export const ROUTES: { method: string; path: string; says: string }[] = TABLE.map(
  ({ method, path, says }) => ({ method, path, says }),
);
