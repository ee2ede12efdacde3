/**
 * Who may do what: every address of the site and every operation of the API, for everybody who could try. The tables
 * say what is expected, the routes come from the program: one without a line here fails.
 *
 * To add a route, add its line to PAGES (everything in src/routes.ts), API (everything below /api/) or MACHINES.
 */
import './connections.ts';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorKeys } from '../src/api/hub/ids.ts';
import { mountMachines } from '../src/api/machines.ts';
import { TOOLS } from '../src/api/mcp/server.ts';
import { ROUTES as API_ROUTES } from '../src/api/mount.ts';
import { changeAccount, createAccount } from '../src/community/accounts.ts';
import { openSession } from '../src/community/sessions.ts';
import { createToken, SCOPES, type Scope } from '../src/community/tokens.ts';
import { readConfig } from '../src/config.ts';
import type { Web } from '../src/http/context.ts';
import { createLog } from '../src/log.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { TABLE } from '../src/routes.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { onBoth, type TestDatabase } from './databases.ts';

/** Who asks. `author`: a member who wrote COMMENT; `operator`: not signed in, but with the password from the settings. */
const ROLES = ['nobody', 'member', 'author', 'silenced', 'banned', 'moderator', 'admin', 'operator'] as const;
type Role = (typeof ROLES)[number];

/** What becomes of a request: it is let in (whatever the address then answers), or refused with this status. */
type Outcome = 'in' | 401 | 403;
type Rule = Record<Role, Outcome>;

const rule = (...outcomes: Outcome[]): Rule =>
  Object.fromEntries(ROLES.map((role, i) => [role, outcomes[i]])) as Rule;

/** The rules, one column per role. A banned account cannot sign in, so it is treated as nobody. */
// biome-ignore format: a table
const RULES = {
  //                 nobody member author silenced banned moderator admin operator
  everyone:     rule('in',  'in',  'in',  'in',    'in',  'in',     'in', 'in'),
  'signed in':  rule(401,   'in',  'in',  'in',    401,   'in',     'in', 401),
  writers:      rule(401,   'in',  'in',  403,     401,   'in',     'in', 401),
  'not its author': rule(401, 'in',  403,    403,   401,   'in',     'in', 401),
  'its author': rule(401,   403,   'in',  403,     401,   403,      403,  401),
  // Only whoever has its secret or password, which nobody here has.
  'link holders': rule(403,   403,   403,   403,   403,   403,   403,   403),
  moderators:   rule(401,   403,   403,   403,     401,   'in',     'in', 401),
  // Somebody who is signed in, but not as an admin, can still enter the password.
  operators:    rule(401,   401,   401,   401,     401,   401,      'in', 'in'),
} satisfies Record<string, Rule>;
type RuleName = keyof typeof RULES;

/**
 * A line: the rule, and for a form the fields it needs to get as far as the refusal of whoever may not (a silenced
 * member is refused only for a text). `PAPER` and `COMMENT` stand for a paper and a comment that there are.
 */
type Line = RuleName | [RuleName, Record<string, string>];

const PAGES: Record<string, Line> = {
  'GET /feed': 'everyone',
  'GET /atom': 'everyone',
  'GET /atom.xml': 'everyone',
  'GET /rss': 'everyone',
  'GET /rss.xml': 'everyone',
  'GET /feed.xml': 'everyone',
  'GET /index.xml': 'everyone',
  'GET /feed.:format': 'everyone',
  'GET /calendar/feed.:format': 'everyone',
  'GET /digests/feed.:format': 'everyone',
  'GET /digests.ics': 'everyone',
  'GET /digests/:list.ics': 'everyone',
  'GET /papers/trending/feed.:format': 'everyone',
  'GET /papers/:id{.+}/comments/feed.:format': 'everyone',
  'GET /u/:name/feed.:format': 'everyone',
  'GET /papers/date/:day/feed.:format': 'everyone',
  'GET /papers/week/feed.:format': 'everyone',
  'GET /papers/week/:week/feed.:format': 'everyone',
  'GET /papers/month/feed.:format': 'everyone',
  'GET /papers/month/:month/feed.:format': 'everyone',
  'GET /search/feed.:format': 'everyone',
  'GET /authors/:slug/feed.:format': 'everyone',
  'GET /organizations/:slug/feed.:format': 'everyone',
  'GET /papers/trending/export.:format': 'everyone',
  'GET /papers/date/:day/export.:format': 'everyone',
  'GET /papers/week/:week/export.:format': 'everyone',
  'GET /papers/month/:month/export.:format': 'everyone',
  'GET /authors/:slug/export.:format': 'everyone',
  'GET /organizations/:slug/export.:format': 'everyone',
  'GET /archive/:day.jsonl': 'everyone',
  'GET /archive/:day.parquet': 'everyone',
  'GET /archive.json': 'everyone',
  'GET /archive/:year.json': 'everyone',
  'GET /sign-in': 'everyone',
  'POST /sign-in': 'everyone',
  'POST /sign-in/with/:provider': 'everyone',
  'POST /sign-in/passkey/options': 'everyone',
  'POST /sign-in/passkey': 'everyone',
  'POST /sign-in/password': 'link holders',
  // Only for a browser that has begun it.
  'GET /sign-in/with/:provider': 'link holders',
  'POST /sign-in/new': 'link holders',
  'GET /sign-in/:secret': 'everyone',
  'POST /sign-in/:secret': 'link holders',
  'POST /sign-out': 'everyone',
  'GET /settings': 'signed in',
  'POST /settings/sessions': 'signed in',
  'POST /settings/votes': 'signed in',
  'POST /settings/passkeys/options': 'signed in',
  'POST /settings/passkeys': 'signed in',
  'POST /settings/passkeys/change': 'signed in',
  'POST /settings/password': 'signed in',
  'POST /settings/services': ['signed in', { issuer: 'x', subject: 'x' }],
  'GET /u/:name': 'everyone',
  'POST /papers/:id{.+}/vote': ['signed in', { vote: '1' }],
  'POST /papers/:id{.+}/comments': ['writers', { text: 'A comment.' }],
  'GET /papers/:id{.+}/comments': 'everyone',
  'GET /comments/:id': 'everyone',
  'POST /comments/:id': ['writers', { text: 'A reply.' }],
  'GET /comments/:id/history': 'everyone',
  'GET /comments/:id/edit': 'its author',
  'POST /comments/:id/edit': ['its author', { text: 'Edited.' }],
  'GET /comments/:id/flag': 'signed in',
  'POST /comments/:id/flag': ['not its author', { reason: 'spam' }],
  'GET /papers/:id{.+}/flag': 'signed in',
  'POST /papers/:id{.+}/flag': ['writers', { reason: 'spam' }],
  'GET /papers/:id{.+}/summary': 'signed in',
  'POST /papers/:id{.+}/summary': 'signed in',
  'GET /papers/:id{.+}/claim': 'signed in',
  'POST /papers/:id{.+}/claim': 'signed in',
  'GET /papers/:id{.+}/lists': 'signed in',
  'POST /papers/:id{.+}/lists': 'signed in',
  'POST /papers/:id{.+}/mark': 'signed in',
  'POST /papers/:id{.+}/save': 'signed in',
  'GET /following': 'signed in',
  'GET /following/digests/:issue': 'signed in',
  'POST /following': 'signed in',
  'GET /notifications': 'signed in',
  'POST /notifications': 'signed in',
  'POST /orgs': 'writers',
  'POST /orgs/:name': 'signed in',
  'POST /orgs/:name/logo': 'signed in',
  'GET /saved': 'signed in',
  'POST /saved': 'signed in',
  'GET /saved/:id': 'signed in',
  'POST /saved/:id': 'signed in',
  'GET /saved/:id/export.:format': 'signed in',
  'GET /settings/data.json': 'signed in',
  'GET /settings/delete': 'signed in',
  'POST /settings/delete': 'signed in',
  'GET /settings/tokens': 'signed in',
  'POST /settings/tokens': 'signed in',
  // It says how to sign in.
  'GET /submit': 'everyone',
  'POST /submit': 'signed in',
  'GET /u/:name/lists/:id': 'everyone',
  'GET /u/:name/lists/:id/export.:format': 'everyone',
  'GET /u/:name/lists/:id/feed.:format': 'everyone',
  'GET /orgs': 'everyone',
  'GET /orgs/:name': 'everyone',
  'GET /logos/:digest': 'everyone',
  'GET /pictures/:id': 'everyone',
  'GET /moderation/log': 'everyone',
  'GET /notifications/unsubscribe/:token': 'everyone',
  'POST /notifications/unsubscribe/:token': 'everyone',
  'GET /moderation': 'moderators',
  'GET /moderation/claims': 'moderators',
  'GET /moderation/comments/:id': 'moderators',
  'GET /moderation/find': 'moderators',
  'GET /moderation/papers/:id{.+}': 'moderators',
  'GET /moderation/people/:name': 'moderators',
  'GET /moderation/rings': 'moderators',
  'POST /moderation': 'moderators',
  'POST /moderation/undo': 'moderators',
  'GET /archive': 'everyone',
  'GET /archive/:year': 'everyone',
  'GET /': 'everyone',
  'GET /papers': 'everyone',
  'GET /papers/trending': 'everyone',
  'GET /papers/date/:day': 'everyone',
  'GET /papers/week/:week': 'everyone',
  'GET /papers/month/:month': 'everyone',
  'GET /papers/date/:day/og.png': 'everyone',
  'GET /papers/week/:week/og.png': 'everyone',
  'GET /papers/month/:month/og.png': 'everyone',
  'GET /calendar': 'everyone',
  'GET /calendar/:month': 'everyone',
  'GET /digests': 'everyone',
  'GET /digests/:issue': 'everyone',
  'GET /jump': 'everyone',
  'GET /papers/:id{.+}/cite.bib': 'everyone',
  'GET /papers/:id{.+}/cite.ris': 'everyone',
  'GET /papers/:id{.+}/cite.json': 'everyone',
  'GET /papers/:id{.+}/og.png': 'everyone',
  'GET /papers/:id{.+}/why': 'everyone',
  'GET /papers/:id{.+}.md': 'everyone',
  'GET /papers/:id{.+}': 'everyone',
  'GET /search': 'everyone',
  'GET /survey': 'everyone',
  'GET /survey.:format': 'everyone',
  'GET /survey/feed.:format': 'everyone',
  'GET /papers/date/:day/survey': 'everyone',
  'GET /papers/week/:week/survey': 'everyone',
  'GET /papers/month/:month/survey': 'everyone',
  'GET /papers/date/:day/survey.:format': 'everyone',
  'GET /papers/week/:week/survey.:format': 'everyone',
  'GET /papers/month/:month/survey.:format': 'everyone',
  'GET /search/complete': 'everyone',
  'GET /search/export.bib': 'everyone',
  'GET /search/export.ris': 'everyone',
  'GET /search/export.json': 'everyone',
  'GET /search/export.csv': 'everyone',
  'GET /search/export.jsonl': 'everyone',
  'POST /search/subscriptions': 'everyone',
  'GET /subscribe': 'everyone',
  'POST /subscribe': 'everyone',
  'GET /subscribe/noted': 'everyone',
  'GET /subscriptions': 'signed in',
  // Whoever has the token has had an email.
  'GET /subscriptions/:token': 'everyone',
  'POST /subscriptions/:token': 'everyone',
  'GET /subscriptions/:token/add': 'everyone',
  'POST /subscriptions/:token/add': 'everyone',
  'GET /subscriptions/:token/feed.:format': 'everyone',
  'GET /subscriptions/:token/digests.ics': 'everyone',
  'GET /subscriptions/:token/mails/:delivery': 'everyone',
  'GET /subscriptions/:token/unsubscribe': 'everyone',
  'POST /subscriptions/:token/unsubscribe': 'everyone',
  'GET /search/subscriptions/:token': 'everyone',
  'POST /search/subscriptions/:token': 'everyone',
  'GET /authors/:slug': 'everyone',
  'GET /organizations/:slug': 'everyone',
  'GET /authors/:slug/og.png': 'everyone',
  'GET /organizations/:slug/og.png': 'everyone',
  'GET /about': 'everyone',
  'GET /about/ranking': 'everyone',
  'GET /api': 'everyone',
  'GET /status': 'everyone',
  'GET /status/:source': 'everyone',
  'GET /admin': 'operators',
  'GET /admin/progress': 'operators',
  'GET /admin/setup': 'operators',
  'POST /admin/setup': 'operators',
  'GET /admin/people': 'operators',
  'POST /admin/people': 'operators',
  'GET /admin/channels': 'operators',
  'POST /admin/channels': 'operators',
  'GET /admin/digest': 'operators',
  'GET /admin/digest/progress': 'operators',
  'POST /admin/digest': 'operators',
  'POST /admin/pause': 'operators',
  'POST /admin/resume': 'operators',
  'POST /admin/run': 'operators',
  'POST /admin/backfill': 'operators',
  'POST /admin/stop-backfill': 'operators',
  'POST /admin/mail': 'operators',
  'POST /admin/retry': 'operators',
  'GET /livez': 'everyone',
  // Signed with a key from the database (worker/node-key.ts); everybody else gets a 404.
  'GET /node/index/:file': 'everyone',
  'GET /healthz': 'everyone',
  'GET /metrics': 'everyone',
  'GET /robots.txt': 'everyone',
  'GET /favicon.svg': 'everyone',
  'GET /assets/:file': 'everyone',
  'GET /sitemap.xml': 'everyone',
  'GET /sitemaps/pages.xml': 'everyone',
  'GET /sitemaps/:part.xml': 'everyone',
  'GET /opensearch.xml': 'everyone',
  'GET /search/suggest': 'everyone',
  'GET /oembed': 'everyone',
  'GET /unapi': 'everyone',
};

/** `open`: for everybody, whatever token they send. A scope: for tokens with that scope alone; 403: and of those only for some people's, none of them here. */
type ApiLine = 'open' | [Scope, Record<string, unknown>?, 403?];

const API: Record<string, ApiLine> = {
  'GET /api/daily_papers': 'open',
  'GET /api/papers/search': 'open',
  'GET /api/papers': 'open',
  'GET /api/papers/:id{.+}': 'open',
  'GET /api/arxiv/:id{.+}/repos': 'open',
  'GET /api/quicksearch': 'open',
  'POST /api/papers/index': ['submit', { arxivId: '2606.00009' }],
  'POST /api/papers/:id{.+}/comment/:comment/reply': ['comment', { comment: 'A comment.' }],
  'POST /api/papers/:id{.+}/comment': ['comment', { comment: 'A comment.' }],
  'POST /api/papers/:id{.+}/links': ['submit', { projectPage: 'https://example.org/' }, 403],
  'POST /api/settings/papers/claim': ['submit', { paperId: 'PAPER', claimAuthorId: 'AUTHOR' }],
  'PATCH /api/settings/notifications': ['read', {}],
  'DELETE /api/notifications': ['read', {}],
  'GET /api/notifications': ['read'],
  'GET /api/v1/editions/:period': 'open',
  'GET /api/v1/editions': 'open',
  'GET /api/v1/trending': 'open',
  'GET /api/v1/papers': 'open',
  'GET /api/v1/papers/batch': 'open',
  'GET /api/v1/papers/:id{.+}/standing': 'open',
  'GET /api/v1/papers/:id{.+}/similar': 'open',
  'GET /api/v1/papers/:id{.+}/forms': 'open',
  'GET /api/v1/papers/:id{.+}/pictures': 'open',
  'GET /api/v1/papers/:id{.+}/summaries': 'open',
  'GET /api/v1/papers/:id{.+}/citation': 'open',
  'GET /api/v1/papers/:id{.+}/comments': 'open',
  'GET /api/v1/papers/:id{.+}': 'open',
  'POST /api/v1/papers/:id{.+}/vote': ['vote', { vote: true }],
  'POST /api/v1/papers/:id{.+}/save': ['save', { saved: true }],
  'POST /api/v1/papers': [
    'submit',
    { title: 'On tables', authors: ['Ada Lovelace'], url: 'https://example.org/tables' },
  ],
  'GET /api/v1/me/lists': ['read'],
  'GET /api/v1/me/lists/:list': ['read'],
  'GET /api/v1/me/follows': ['read'],
  'POST /api/v1/me/follows': ['follow', { kind: 'category', subject: 'cs.CL', follow: true }],
  'GET /api/v1/me/following': ['read'],
  'GET /api/v1/me/notifications': ['read'],
  'GET /api/v1/search': 'open',
  'GET /api/v1/search/count': 'open',
  'GET /api/v1/survey': 'open',
  'GET /api/v1/search/completions': 'open',
  'GET /api/v1/authors/:slug': 'open',
  'GET /api/v1/organizations/:slug': 'open',
  'GET /api/v1/sources': 'open',
  'GET /api/v1/sources/:source/runs': 'open',
  'GET /api/v1': 'open',
  'GET /api/v1/openapi.json': 'open',
};

/** What is mounted outside both tables, with the MCP tools. Nobody needs an account for any of it. */
const MACHINES: Record<string, 'open'> = {
  '/oai': 'open',
  '/mcp': 'open',
  '/llms.txt': 'open',
  // Only what a provider has signed is taken: src/mail/events/.
  '/mail/events/:provider': 'open',
  'tool search_papers': 'open',
  'tool read_paper': 'open',
  'tool list_edition': 'open',
  'tool similar_papers': 'open',
  'tool survey_papers': 'open',
  'tool explain_ranking': 'open',
};

/** Parts of addresses, by their names in routes. */
const PARTS: Record<string, string> = {
  id: 'PAPER',
  comment: 'COMMENT',
  day: '2026-06-26',
  week: '2026-W26',
  month: '2026-06',
  year: '2026',
  period: '2026-06-26',
  slug: 'ada-lovelace',
  name: 'member',
  source: 'hf',
  secret: 'x'.repeat(43),
  token: 'x'.repeat(43),
  file: 'nothing.css',
  format: 'xml',
  part: '1',
  provider: 'oidc',
  digest: 'x'.repeat(43),
  list: 'nothing',
  issue: 'nothing',
  delivery: 'nothing',
};
/** Where `:id` is not a paper. */
const COMMENTS = /^\/(api\/v1\/)?comments\/:id/;

const keyOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

/** Fails for routes without a line, and for lines without a route. */
function expectLines(routes: string[], lines: object, table: string, choices: string): void {
  const missing = routes.filter((key) => !Object.hasOwn(lines, key));
  expect(
    missing,
    `routes without a line: say in ${table} (test/authorisation.test.ts) who may use them, for example\n` +
      missing.map((key) => `  '${key}': ${choices},`).join('\n'),
  ).toEqual([]);
  const gone = Object.keys(lines).filter((key) => !routes.includes(key));
  expect(gone, `lines of ${table} whose routes are gone: remove them`).toEqual([]);
}

describe('every route has a line', () => {
  it('pages, forms and files', () => {
    const choices = Object.keys(RULES)
      .map((name) => `'${name}'`)
      .join(' | ');
    expectLines(TABLE.map(keyOf), PAGES, 'PAGES', choices);
  });

  it('operations of the API', () => {
    expectLines(API_ROUTES.map(keyOf), API, 'API', "'open' | ['SCOPE', { a: 'valid body' }]");
  });

  it('interfaces for programs elsewhere, and MCP tools', () => {
    const app = new Hono();
    mountMachines(app, {} as Web, {} as Parameters<typeof mountMachines>[2]);
    const mounted = app.routes.map(({ path }) => path);
    expectLines([...mounted, ...TOOLS.map(({ name }) => `tool ${name}`)], MACHINES, 'MACHINES', "'open'");
  });
});

const PASSWORD = 'correct horse battery';

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;
  let comment: string;
  const accounts = {} as Record<Exclude<Role, 'nobody' | 'operator'>, number>;

  beforeAll(async () => {
    database = await fresh();
    const env = {
      ...database.env,
      PORT: '0',
      OFFLINE: '1',
      LOG_LEVEL: 'error',
      ADMIN_PASSWORD: PASSWORD,
      PUBLIC_URL: 'http://localhost',
      PASSWORDS: '1',
      API_RATE_LIMIT: '0',
    };
    const log = createLog('error', false, () => {});
    site = await startSite({ config: readConfig(env), log, env, starter: null });
    const { store } = site;
    const record = {
      source: 'jsonl' as const,
      identifiers: [{ scheme: 'arxiv' as const, value: '2606.00001' }],
      title: 'On who may do what',
      authors: ['Ada Lovelace'],
      published: '2026-06-20',
      listed: '2026-06-26',
    };
    await takeIn(store, [record], new Set());
    const act = { actor: null, reason: 'a test', at: Date.now() };
    for (const role of ['member', 'author', 'silenced', 'banned', 'moderator', 'admin'] as const) {
      const { id } = await createAccount(store, { displayName: role }, Date.now() - 86_400_000 * 400);
      accounts[role] = id;
      if (role === 'silenced' || role === 'banned') await changeAccount(store, id, { state: role }, act);
      if (role === 'moderator' || role === 'admin') await changeAccount(store, id, { role }, act);
    }
    comment = 'c0mment';
    const { pk } = await store.read.selectFrom('papers').select('pk').executeTakeFirstOrThrow();
    await store.write
      .insertInto('comments')
      .values({
        id: comment,
        paper: pk,
        parent: null,
        author: accounts.author,
        text: 'A comment.',
        html: '<p>A comment.</p>',
        state: 'shown',
        created: Date.now(),
        edited: null,
        form_key: null,
        locked: 0,
      })
      .execute();
  });
  afterAll(async () => {
    await site.stop();
    await database.remove();
  });

  const there = (text: string): string =>
    text
      .replace('PAPER', '2606.00001')
      .replace('COMMENT', comment)
      .replace('AUTHOR', authorKeys('2606.00001', ['Ada Lovelace'])[0]!);

  /** The address of a route, with something for each of its parts. */
  function addressOf(path: string): string {
    return path.replace(/:(\w+)(\{\.\+\})?/g, (_, name: string) => {
      const part = name === 'id' && COMMENTS.test(path) ? 'COMMENT' : PARTS[name];
      if (part === undefined)
        throw new Error(
          `${path}: say in PARTS (test/authorisation.test.ts) what to put in place of :${name}`,
        );
      return there(part);
    });
  }

  const sessions = new Map<Role, string>();

  /** What identifies somebody who asks. For a form, a new session: some end it. */
  async function headersOf(role: Role, method = 'GET'): Promise<Record<string, string>> {
    if (role === 'nobody') return {};
    if (role === 'operator') return { authorization: `Basic ${btoa(`me:${PASSWORD}`)}` };
    const open = () => openSession(site.store, accounts[role], '', Date.now());
    if (method !== 'GET') {
      sessions.clear();
      return { cookie: `broadsheet_session=${await open()}` };
    }
    const session = sessions.get(role) ?? (await open());
    sessions.set(role, session);
    return { cookie: `broadsheet_session=${session}` };
  }

  async function request(method: string, path: string, headers: Record<string, string>, body?: BodyInit) {
    const answer = await fetch(site.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(method !== 'GET' && { origin: site.url }), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    expect([method, path, answer.status < 500 || answer.status === 503, text]).toEqual([
      method,
      path,
      true,
      expect.any(String),
    ]);
    return answer.status;
  }

  const outcomeOf = (status: number): Outcome => (status === 401 || status === 403 ? status : 'in');

  it('pages, forms and files are open to whoever the table says, and to nobody else', async () => {
    const found: Record<string, object> = {};
    const wanted: Record<string, object> = {};
    for (const { method, path } of TABLE) {
      const line = PAGES[`${method} ${path}`]!;
      const [name, fields] = typeof line === 'string' ? [line, {}] : line;
      const sent = new URLSearchParams(
        Object.entries(fields).map(([field, value]) => [field, there(value)] as [string, string]),
      );
      const outcomes = await Promise.all(
        // Pictures are drawn for each request.
        (path.endsWith('.png') ? ROLES.slice(0, 2) : ROLES).map(async (role) => {
          const body = method === 'POST' ? sent : undefined;
          return [
            role,
            outcomeOf(await request(method, addressOf(path), await headersOf(role, method), body)),
          ];
        }),
      );
      found[`${method} ${path}`] = { rule: name, ...RULES[name], ...Object.fromEntries(outcomes) };
      wanted[`${method} ${path}`] = { rule: name, ...RULES[name] };
    }
    expect(found).toEqual(wanted);
  });

  /** What must not change by accident: everything that people own, whoever changes what else. */
  async function owned(): Promise<object> {
    const { read } = site.store;
    const accounts = await read.selectFrom('accounts').selectAll().orderBy('id').execute();
    const counts: Record<string, number> = {};
    for (const table of [
      'votes',
      'comments',
      'comment_reactions',
      'access_tokens',
      'identities',
      'passkeys',
      'passwords',
      'sign_in_links',
      'begun_sign_ins',
      'moderation_log',
      'subscribers',
      'subscriptions',
      'deliveries',
      'submissions',
      'collections',
      'saved_papers',
      'reading_marks',
      'follows',
      'notices',
      'flags',
      'authorships',
      'organisations',
      'organisation_members',
    ] as const)
      counts[table] = (await read.selectFrom(table).selectAll().execute()).length;
    return { accounts, counts };
  }

  it('reading changes nothing, whoever reads', async () => {
    const before = await owned();
    for (const { method, path } of TABLE)
      if (method === 'GET' && !path.endsWith('.png'))
        await request('GET', `${addressOf(path)}?vote=1&act=remove&state=banned`, await headersOf('admin'));
    expect(await owned()).toEqual(before);
  });

  it('no form sets what it does not ask for: a role, a state, an owner', async () => {
    const before = (await owned()) as { accounts: unknown };
    const more = { role: 'admin', state: 'active', email: 'x@example.org', email_verified: '1' };
    const owner = {
      account: String(accounts.admin),
      author: String(accounts.admin),
      voter: String(accounts.admin),
    };
    for (const { method, path } of TABLE) {
      const line = PAGES[`${method} ${path}`]!;
      if (method !== 'POST' || path.startsWith('/admin')) continue;
      const fields = typeof line === 'string' ? {} : line[1];
      const sent = new URLSearchParams({ ...more, ...owner, ...fields, __proto__: 'x' });
      await request('POST', addressOf(path), await headersOf('silenced', 'POST'), sent);
    }
    expect(((await owned()) as { accounts: unknown }).accounts).toEqual(before.accounts);
    const votes = await site.store.read.selectFrom('votes').select('voter').execute();
    expect(votes.map(({ voter }) => voter).filter((voter) => voter === accounts.admin).length).toBeLessThan(
      2,
    );
    const written = await site.store.read.selectFrom('comments').select('author').distinct().execute();
    // Silenced members write nothing, and nobody writes as somebody else.
    expect(written.map(({ author }) => author)).not.toContain(accounts.silenced);
  });

  it('no form is accepted from another site, whoever is signed in', async () => {
    for (const { path } of TABLE.filter(({ method }) => method === 'POST')) {
      const headers = { ...(await headersOf('admin')), origin: 'https://evil.example' };
      const status = await request('POST', addressOf(path), headers, new URLSearchParams());
      expect([path, status]).toEqual([path, 403]);
    }
  });

  it('operations of the API need a token of their scope, of an account that may use it', async () => {
    const { store } = site;
    const tokenOf = async (role: keyof typeof accounts, scopes: Scope[]) =>
      (await createToken(store, accounts[role], { name: 'test', scopes }, Date.now())).token;
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const whole = bearer(await tokenOf('member', [...SCOPES]));
    const tokens: Record<string, Record<string, string>> = {
      'no token': {},
      // A session has no effect here: no other site can act through a reader.
      'a session': await headersOf('admin'),
      'an unknown token': bearer(`bs_${'x'.repeat(43)}`),
      'a banned account’s token': bearer(await tokenOf('banned', [...SCOPES])),
      'a silenced account’s token': bearer(await tokenOf('silenced', [...SCOPES])),
      'a token of all scopes': whole,
    };
    for (const scope of SCOPES) tokens[scope] = bearer(await tokenOf('member', [scope]));
    for (const { method, path } of API_ROUTES) {
      const line = API[`${method} ${path}`]!;
      const [scope, body = {}, outcome = 'in'] = typeof line === 'string' ? [null] : line;
      const json = method === 'GET' || method === 'DELETE' ? undefined : there(JSON.stringify(body));
      const found: Record<string, Outcome> = {};
      const wanted: Record<string, Outcome> = {};
      for (const [name, headers] of Object.entries(tokens)) {
        const status = await request(
          method,
          addressOf(path),
          { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
          json,
        );
        found[name] = outcomeOf(status);
        if (scope === null) wanted[name] = 'in';
        else if (/^(no|a session|an unknown|a banned)\b/.test(name)) wanted[name] = 401;
        else if (name.startsWith('a silenced')) wanted[name] = SILENCED_MAY.has(scope) ? outcome : 403;
        else wanted[name] = name === 'a token of all scopes' || name === scope ? outcome : 403;
      }
      expect([method, path, found]).toEqual([method, path, wanted]);
    }
  });

  it('interfaces for programs ask nobody who they are', async () => {
    const mounted = Object.keys(MACHINES).filter((key) => key.startsWith('/'));
    for (const path of mounted)
      for (const role of ['nobody', 'banned', 'admin'] as const)
        expect([path, role, outcomeOf(await request('GET', path, await headersOf(role)))]).toEqual([
          path,
          role,
          'in',
        ]);
    const call = (name: string) =>
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } });
    for (const { name } of TOOLS) {
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      };
      expect([name, outcomeOf(await request('POST', '/mcp', headers, call(name)))]).toEqual([name, 'in']);
    }
  });
});

/** What a silenced account may still do. */
const SILENCED_MAY = new Set<Scope>(['read', 'vote', 'save', 'follow']);
