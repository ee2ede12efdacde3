/** The application from outside: every route, every error, caching, headers, escaping. */
import { describe, expect, it } from 'vitest';
import { ROUTES, TABLE } from '../routes.ts';
import { sampleContext, samplePapers } from '../testing/sample.ts';
import { createWeb, openWeb } from './app.ts';
import { Router } from './router.ts';

function site(change: Partial<ReturnType<typeof sampleContext>> = {}, papers = samplePapers()) {
  const context = Object.assign(sampleContext(papers), change);
  const app = createWeb(openWeb(context));
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.request(`http://localhost${path}`, { headers, method });
  const body = async (path: string) => (await get(path)).text();
  return { context, app, get, body };
}

describe('every route', () => {
  it.each([
    ['/', 200, 'text/html', 'Friday, 26 June 2026'],
    ['/papers', 200, 'text/html', '<link rel="canonical" href="https://papers.example/">'],
    ['/papers/trending', 200, 'text/html', 'Trending'],
    ['/papers/date/2026-06-25', 200, 'text/html', 'Thursday, 25 June 2026'],
    ['/papers/week/2026-W26', 200, 'text/html', 'Week 26, 22–28 June 2026'],
    ['/papers/month/2026-05', 200, 'text/html', 'May 2026'],
    ['/calendar', 200, 'text/html', 'Editions of June 2026'],
    ['/calendar/2026-05', 200, 'text/html', 'Editions of May 2026'],
    ['/papers/2606.00001', 200, 'text/html', 'citation_title'],
    ['/papers/hep-th/9901001', 200, 'text/html', 'An Old Example with a Slash'],
    ['/papers/doi:10.1/x', 200, 'text/html', '&quot;Quotes&quot;'],
    ['/papers/10.1/why', 200, 'text/html', 'An Id That Ends in Why'],
    ['/papers/10.1/why/why', 200, 'text/html', 'An Id That Ends in Why'],
    ['/papers/2606.00001/why', 200, 'text/html', 'Ranked 1st of 4'],
    ['/papers/hep-th/9901001/cite.bib', 200, 'application/x-bibtex', '@misc'],
    ['/papers/2606.00001/cite.ris', 200, 'application/x-research-info-systems', 'TY  - GEN'],
    ['/papers/2606.00001/cite.json', 200, 'application/vnd.citationstyles.csl+json', '"2606.00001"'],
    ['/search?q=letters', 200, 'text/html', '<mark>Letters</mark>'],
    ['/authors/a-author', 200, 'text/html', '2 papers, newest first'],
    ['/authors/e-auteur-re', 200, 'text/html', 'É. Auteur-Ré'],
    ['/organizations/example-lab', 200, 'text/html', 'Example Lab'],
    ['/about', 200, 'text/html', 'What it does not do'],
    ['/about/ranking', 200, 'text/html', 'How papers are ranked'],
    ['/healthz', 200, 'application/json', '"ok":true'],
    ['/robots.txt', 200, 'text/plain', 'Disallow: /search'],
    ['/favicon.svg', 200, 'image/svg+xml', '<svg'],
  ])('GET %s answers %i %s', async (path, status, type, holds) => {
    const { get } = site();
    const response = await get(path);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain(type);
    expect(text).toContain(holds);
  });

  it('draws a preview image of 1200 by 630, even for titles that no font here has', async () => {
    const { get } = site();
    for (const path of [
      ...['2606.00001', 'dayless', 'doi:10.1/x', 'date/2026-06-26', 'week/2026-W26', 'month/2026-05'].map(
        (id) => `/papers/${id}`,
      ),
      '/authors/b-author',
      '/organizations/example-lab',
    ]) {
      const response = await get(`${path}/og.png`);
      expect(response.headers.get('content-type')).toBe('image/png');
      const png = Buffer.from(await response.arrayBuffer());
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
    }
  });

  it('is shown with that image by sites that link to it', async () => {
    const { get } = site();
    for (const [page, picture] of [
      ['/', '/papers/date/2026-06-26'],
      ['/papers/date/2026-06-25', '/papers/date/2026-06-25'],
      ['/papers/week/2026-W26', '/papers/week/2026-W26'],
      ['/papers/month/2026-05', '/papers/month/2026-05'],
      ['/authors/b-author', '/authors/b-author'],
      ['/organizations/example-lab', '/organizations/example-lab'],
      ['/papers/2606.00001', '/papers/2606.00001'],
    ]) {
      const html = await (await get(page!)).text();
      expect(html).toContain(`<meta property="og:image" content="https://papers.example${picture}/og.png">`);
      expect(html).toContain('<meta name="twitter:card" content="summary_large_image">');
      expect((await get(`${picture}/og.png`)).status).toBe(200);
    }
    for (const [path, status] of [
      ['/papers/date/2026-6-26/og.png', 301],
      ['/papers/date/2026-02-30/og.png', 400],
      ['/papers/date/2020-01-01/og.png', 404],
      ['/authors/nobody-at-all/og.png', 404],
      ['/organizations/nowhere/og.png', 404],
    ] as const)
      expect([path, (await get(path)).status]).toEqual([path, status]);
  });

  it('is listed with a sentence', () => {
    for (const { path, says } of ROUTES) expect(says, path).toMatch(/^[A-Z].{8,}\.$/);
    const router = new Router(TABLE);
    expect(router.find('/papers/hep-th/9901001/cite.bib', 'GET')?.parts).toEqual({ id: 'hep-th/9901001' });
    expect(router.find('/papers/date/2026-06-26', 'GET')?.route.path).toBe('/papers/date/:day');
  });
});

describe('redirects', () => {
  it.each([
    ['/papers/date/2026-6-5', 301, '/papers/date/2026-06-05'],
    ['/papers/date/2026-6-25?page=2', 301, '/papers/date/2026-06-25?page=2'],
    ['/papers/week/2026-W9', 301, '/papers/week/2026-W09'],
    ['/papers/date/2030-01-01', 302, '/papers/date/2026-06-26?from=2030-01-01'],
    ['/papers/week/2026-W24', 302, '/papers/week/2026-W26?from=2026-W24'],
    ['/papers/month/2030-01', 302, '/papers/month/2026-06?from=2030-01'],
    ['/papers/arXiv:2606.00001v2', 301, '/papers/2606.00001'],
    ['/papers/10.1000/example.1', 301, '/papers/2606.00001'],
    ['/papers/2606.00001v1/why', 301, '/papers/2606.00001/why'],
    ['/papers/2606.00001v1/cite.bib', 301, '/papers/2606.00001/cite.bib'],
    ['/authors/A-Author', 301, '/authors/a-author'],
    ['/jump?day=2026-06-25', 303, '/papers/date/2026-06-25'],
    ['/jump?day=', 303, '/calendar'],
    ['/about/', 301, '/about'],
    ['//about/', 301, '/about'],
  ])('%s redirects with %i to %s', async (path, status, location) => {
    const response = await site().get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('location')).toBe(location);
  });

  it('say which day was requested, and only if it is one', async () => {
    const { body } = site();
    expect(await body('/papers/date/2026-06-26?from=2026-06-27')).toContain(
      'No papers on 27 June 2026; this is the nearest edition, 26 June.',
    );
    expect(await body('/papers/week/2026-W26?from=2026-W24')).toContain('No papers in week 24 of 2026');
    expect(await body('/papers/date/2026-06-26?from=<b>x')).not.toContain('nearest');
  });
});

describe('errors', () => {
  it.each([
    ['/papers/date/2026-13-40', 400, 'That day does not exist'],
    ['/papers/date/yesterday', 400, 'Write a day like 2026-06-25'],
    ['/papers/week/2026-W60', 400, 'That week does not exist'],
    ['/papers/month/2026-99', 400, 'That month does not exist'],
    ['/calendar/june', 400, 'Write a month like 2026-06'],
    ['/jump?day=2026-02-30', 400, 'That day does not exist'],
    ['/?page=two', 400, 'must be a whole number, 1 or higher'],
    ['/?page=0', 400, 'must be a whole number, 1 or higher'],
    ['/?page=99', 404, 'There is no page 99'],
    ['/papers/trending?page=9', 404, 'There is no page 9'],
    ['/papers/9999.99999', 404, 'No paper here'],
    ['/papers/9999.99999/cite.bib', 404, 'No paper here'],
    ['/authors/nobody', 404, 'No author'],
    ['/organizations/nothing', 404, 'No organisation'],
    ['/nowhere', 404, 'no page at this address'],
    ['/assets/../package.json', 404, 'no page'],
    ['/assets/nothing.css', 404, 'no such file'],
    [`/search?q=${'x'.repeat(2001)}`, 400, '2,001 characters'],
    ['/search?from=2026-99-01', 400, 'not a day'],
    ['/search?from=2026-06-02&to=2026-06-01', 400, 'after the last'],
    ['/search?sort=size', 400, 'relevance, date or votes'],
    ['/%E0%A4%A', 400, 'This address is malformed'],
    ['/papers/a%00b', 400, 'control characters'],
  ])('%s is %i: %s', async (path, status, says) => {
    const { get, context } = site();
    const page = await get(path);
    expect(page.status).toBe(status);
    const html = await page.text();
    expect(html).toContain(says);
    expect(html).toContain('<!doctype html>');
    expect(page.headers.get('x-error-message')).toMatch(/^[\x20-\x7e]+$/);
    expect(page.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
    const json = await get(path, { accept: 'application/json' });
    expect(json.status).toBe(status);
    expect(Object.keys((await json.json()) as object)).toEqual(['error']);
    expect(context.logged).toEqual([]);
  });

  it('offer to search for what was not found', async () => {
    const html = await site().body('/papers/"><script>x</script>');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"');
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is not allowed on a page', async (method) => {
    const response = await site().get('/', {}, method);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect((await site().get('/nowhere', {}, method)).status).toBe(404);
  });

  it('tell readers nothing about what broke, and the log everything', async () => {
    const { get, context } = site();
    context.library.edition = () => Promise.reject(new Error('the password is hunter2'));
    const response = await get('/');
    const html = await response.text();
    expect(response.status).toBe(500);
    expect(html).not.toMatch(/hunter2|at .*\.ts/);
    expect(html).toContain(response.headers.get('x-request-id'));
    expect(context.logged).toHaveLength(1);
    expect(context.logged[0]).toMatchObject({ request: response.headers.get('x-request-id'), path: '/' });
    expect(String(context.logged[0]!.error)).toContain('hunter2');
  });

  it('still have a page when the whole database is gone', async () => {
    const { get, context } = site();
    for (const name of ['edition', 'count', 'latest'] as const)
      context.library[name] = (() => Promise.reject(new Error('gone'))) as never;
    expect((await get('/about')).status).toBe(500);
    expect(await (await get('/nowhere')).text()).toContain('no page at this address');
  });

  it('are 503 before the site is ready', async () => {
    const { get } = site({ ready: () => ({ ok: false, detail: { migrating: true } }) });
    const response = await get('/healthz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ok: false, migrating: true });
  });
});

describe('an empty site', () => {
  it('welcomes and says how to import', async () => {
    const { get } = site({}, []);
    const response = await get('/');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('broadsheet import');
    expect((await get('/papers/date/2026-06-26')).status).toBe(404);
    expect((await get('/papers/trending')).status).toBe(200);
    expect((await get('/calendar')).status).toBe(200);
    expect((await get('/search?q=x')).status).toBe(200);
  });
});

describe('headers', () => {
  it.each(['/', '/nowhere', '/healthz', '/papers/2606.00001/cite.bib', '/jump'])(
    'are strict on %s',
    async (path) => {
      const { headers } = await site().get(path);
      const csp = headers.get('content-security-policy') ?? '';
      expect(csp).toContain("default-src 'none'");
      expect(csp).toContain("script-src 'self';");
      expect(csp).toContain("style-src 'self';");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).not.toContain('unsafe-eval');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBeTruthy();
    },
  );

  it('contain no script or style in any page', async () => {
    const { body } = site();
    for (const path of [
      '/',
      '/papers/2606.00001',
      '/papers/doi:10.1/x',
      '/search?q=letters',
      '/about/ranking',
    ]) {
      const html = await body(path);
      const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map((m) => m[1]);
      for (const attributes of scripts) expect(attributes).toMatch(/src="\/assets\/|application\/ld\+json/);
      expect(html).not.toMatch(/<style|\son\w+="/);
    }
  });

  it('use the request’s address if no public one is set', async () => {
    const { context, app } = site();
    context.site.publicUrl = null;
    const page = async (host: string) => (await app.request('http://x/', { headers: { host } })).text();
    expect(await page('one.example:8080')).toContain('href="http://one.example:8080/"');
    expect(await page('two.example')).toContain('href="http://two.example/"');
    expect(await page('"><script>')).not.toContain('"><script>"');
  });
});
