/** Every address of the web room, grouped. `ROUTES` is also what the documentation is tested against. */
import type { ListFormat } from '../formats/write-list.ts';
import type { Ask, Reply } from './context.ts';
import type { Form } from './forms.ts';
import { aboutPage, rankingPage } from './pages/about.tsx';
import { calendarPage, jump } from './pages/calendar.tsx';
import { latestPage, periodPage, trendingPage } from './pages/edition.tsx';
import { authorPage, organizationPage } from './pages/lists.tsx';
import { paperRoute, picture } from './pages/paper-route.ts';
import { searchPage } from './pages/search.tsx';
import { completions } from './pages/search-complete.ts';
import { exportSearch } from './pages/search-export.ts';
import { subscribe, subscriptionPage, withdraw } from './pages/subscriptions.tsx';
import { assetFile, favicon, health, robots } from './plain.ts';

/** One parameter of a path, decoded; empty when the path has none. */
export type Param = string;

interface Described {
  path: string;
  /** What it answers, in a sentence. */
  says: string;
}

/** Only reads, and is answered to anybody. */
export interface Reading extends Described {
  method: 'GET';
  /** `page`: kept in the page cache. `plain`: made for each request. */
  kind: 'page' | 'plain';
  handle: (ask: Ask, param: Param, request: Request) => Reply | Response | Promise<Reply | Response>;
}

/** Changes something. Never kept, and never reached but by a form of this site (forms.ts). */
export interface Writing extends Described {
  method: 'POST';
  handle: (ask: Ask, param: Param, form: Form) => Promise<Reply>;
}

export type Route = Reading | Writing;

const page = (path: string, says: string, handle: (ask: Ask, param: Param) => Promise<Reply>): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'page',
  handle,
});
const plain = (path: string, says: string, handle: Reading['handle']): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'plain',
  handle,
});
const form = (path: string, says: string, handle: Writing['handle']): Writing => ({
  method: 'POST',
  path,
  says,
  handle,
});
const exported = (ending: ListFormat, what: string): Reading =>
  plain(`/search/export.${ending}`, `What a search finds as ${what}, 1,000 papers at most.`, (ask) =>
    exportSearch(ask, ending),
  );

/** In this order: the first that fits answers. */
export const TABLE: Route[] = [
  // Editions
  page('/', 'The newest edition.', (ask) => latestPage(ask)),
  page('/papers', 'The newest edition, under its other name.', (ask) => latestPage(ask)),
  page('/papers/trending', 'Papers by votes and recency together.', (ask) => trendingPage(ask)),
  page('/papers/date/:day', 'The edition of a day, 2026-06-26.', (ask, day) => periodPage(ask, 'day', day)),
  page('/papers/week/:week', 'A week of papers, 2026-W26.', (ask, week) => periodPage(ask, 'week', week)),
  page('/papers/month/:month', 'A month of papers, 2026-06.', (ask, month) =>
    periodPage(ask, 'month', month),
  ),
  page('/calendar', 'The newest month as a calendar.', (ask) => calendarPage(ask, undefined)),
  page('/calendar/:month', 'A month as a calendar with links to its editions.', (ask, month) =>
    calendarPage(ask, month),
  ),
  plain('/jump', 'Goes to the edition of the day given in a form.', (ask) => jump(ask)),

  // Papers. Ids may hold slashes, so what follows the id is told apart in paper-route.ts.
  page('/papers/:id{.+}/cite.bib', 'The paper as BibTeX.', (ask, id) => paperRoute(ask, id, 'cite.bib')),
  page('/papers/:id{.+}/cite.ris', 'The paper as RIS.', (ask, id) => paperRoute(ask, id, 'cite.ris')),
  page('/papers/:id{.+}/cite.json', 'The paper as CSL-JSON.', (ask, id) => paperRoute(ask, id, 'cite.json')),
  plain('/papers/:id{.+}/og.png', 'The picture a link to the paper is shown with.', (ask, id) =>
    picture(ask, id),
  ),
  page('/papers/:id{.+}/why', 'Why the paper stands where it does.', (ask, id) => paperRoute(ask, id, 'why')),
  page('/papers/:id{.+}', 'All that is known of a paper.', (ask, id) => paperRoute(ask, id, '')),

  // Finding
  page('/search', 'Papers that match a query and filters.', (ask) => searchPage(ask)),
  page('/search/complete', 'Ways a query that is being typed may go on, as JSON.', (ask) => completions(ask)),
  exported('bib', 'BibTeX'),
  exported('ris', 'RIS'),
  exported('json', 'CSL-JSON'),
  exported('csv', 'a table, CSV'),
  exported('jsonl', 'JSONL that can be imported again'),
  form('/search/subscriptions', 'Keeps a search for the digest.', (ask, _, sent) => subscribe(ask, sent)),
  plain('/search/subscriptions/:token', 'A search kept for the digest, for who kept it.', (ask, token) =>
    subscriptionPage(ask, token),
  ),
  form('/search/subscriptions/:token', 'Forgets a search kept for the digest.', (ask, token) =>
    withdraw(ask, token),
  ),
  page('/authors/:slug', 'Papers of an author.', (ask, slug) => authorPage(ask, slug)),
  page('/organizations/:slug', 'Papers of an organisation.', (ask, slug) => organizationPage(ask, slug)),

  // About
  page('/about', 'What this site is.', (ask) => aboutPage(ask)),
  page('/about/ranking', 'How papers are ranked, in full.', (ask) => rankingPage(ask)),

  // For machines
  plain('/healthz', 'Whether the site is ready, as JSON: 200, or 503 before it is.', (ask) => health(ask)),
  plain('/robots.txt', 'What crawlers may read.', () => robots()),
  plain('/favicon.svg', 'The mark of the site.', () => favicon()),
  plain('/assets/:file', 'Styles, script and fonts, cachable for ever.', (ask, file, request) =>
    assetFile(ask, file, request),
  ),
];

/** Every route as data. */
export const ROUTES: { method: string; path: string; says: string }[] = TABLE.map(
  ({ method, path, says }) => ({
    method,
    path,
    says,
  }),
);

interface Compiled {
  route: Route;
  pattern: RegExp;
}

/** `:name` takes one segment, `:name{.+}` any number. */
const COMPILED: Compiled[] = TABLE.map((route) => ({
  route,
  pattern: new RegExp(
    `^${route.path
      .split(/(:\w+(?:\{\.\+\})?)/)
      .map((part) =>
        part.startsWith(':') ? (part.endsWith('}') ? '(.+)' : '([^/]+)') : part.replaceAll('.', '\\.'),
      )
      .join('')}$`,
  ),
}));

/** The route of a decoded path, with its parameter; of those for another method, the methods. */
export function routeOf(path: string, method?: 'GET'): { route: Reading; param: Param } | null;
export function routeOf(path: string, method: Route['method']): { route: Route; param: Param } | null;
export function routeOf(path: string, method: Route['method'] = 'GET') {
  for (const { route, pattern } of COMPILED) {
    if (route.method !== method) continue;
    const m = pattern.exec(path);
    if (m) return { route, param: m[1] ?? '' };
  }
  return null;
}
