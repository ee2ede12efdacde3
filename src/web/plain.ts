/** Replies that are not pages: health, robots, the icon, assets. */
import type { Ask } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import type { Reply } from '../http/replies.ts';

/** `/healthz`. */
export async function health(ask: Ask): Promise<Reply> {
  const { ok, detail } = await ask.web.ready();
  return {
    status: ok ? 200 : 503,
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ ok, version: ask.web.site.version, ...detail })}\n`,
    headers: { 'cache-control': 'no-store' },
    keep: false,
  };
}

/** `/livez`. */
export const alive = (ask: Ask): Reply => {
  const since = ask.web.awaySince?.() ?? null;
  const away = since === null ? {} : { databaseAwaySince: new Date(since).toISOString() };
  return {
    status: 200,
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ ok: true, version: ask.web.site.version, ...away })}\n`,
    headers: { 'cache-control': 'no-store' },
    keep: false,
  };
};

/**
 * Search results are kept out of other search engines: there is no end to them. So are responses meant for programs,
 * and files, which contain nothing that pages do not.
 */
export const robots = (ask: Ask): Reply => ({
  status: 200,
  type: 'text/plain; charset=utf-8',
  body: [
    'User-agent: *',
    ...['/search', '/jump', '/admin', '/api/', '/oembed', '/archive/'].map((path) => `Disallow: ${path}`),
    'Allow: /',
    '',
    `Sitemap: ${ask.base}/sitemap.xml`,
    '',
  ].join('\n'),
  keep: true,
});

/** A masthead's B over a double rule, ink on paper. */
const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>.p{fill:#fbf9f4}.i{fill:#1a1814}@media(prefers-color-scheme:dark){.p{fill:#14130f}.i{fill:#ece7dc}}</style><rect class="p" width="32" height="32" rx="5"/><path class="i" fill-rule="evenodd" d="M8 5h9.2c4.1 0 6.4 1.7 6.4 4.6 0 2.2-1.4 3.7-3.8 4.2v.1c3 .4 4.8 2.1 4.8 4.7 0 3.4-2.7 5.4-7.2 5.4H8v-1.3l1.9-.4V6.7L8 6.3zM13.3 13.3h2.5c2.6 0 3.9-1.2 3.9-3.5 0-2.2-1.3-3.3-3.8-3.3h-2.6zM13.3 22.5h2.9c2.8 0 4.2-1.3 4.2-3.9s-1.5-3.8-4.5-3.8h-2.6z"/><path fill="#b23a27" d="M8 26.200h16.600v1.600H8z"/></svg>`;
export const favicon = (): Reply => ({
  status: 200,
  type: 'image/svg+xml',
  body: MARK,
  headers: { 'cache-control': 'public, max-age=86400' },
  keep: true,
});

/** `/node/index/{file}`. */
export async function indexFile(ask: Ask, file: string, request: Request): Promise<Response> {
  const found = (await ask.web.indexFile?.(file, request)) ?? null;
  // Do not even reveal to anybody else that there is something here.
  if (found === null) throw new WebError(404, 'There is no page at this address.');
  return found;
}

/** `/assets/{file}`. */
export function assetFile(ask: Ask, file: string, request: Request): Response {
  const found = ask.web.assets.serve(file, request);
  if (!found) throw new WebError(404, 'There is no such file.');
  return found;
}
