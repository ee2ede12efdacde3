/** How browsers, crawlers and other sites find the site. */
import { describe, expect, it } from 'vitest';
import { createWeb, openWeb } from '../../http/app.ts';
import type { Archive } from '../../papers/lists/archive.ts';
import { paperOf } from '../../testing/fake-library.ts';
import { sampleContext, samplePapers } from '../../testing/sample.ts';
import { all, bySchema, parse, textOf } from '../feeds/rules.fixture.ts';
import { MOST_ADDRESSES } from './sitemap.ts';

function site(papers = samplePapers(), change = {}) {
  const context = Object.assign(sampleContext(papers), change);
  const app = createWeb(openWeb(context));
  const get = (path: string) => app.request(`http://localhost${path}`);
  return { context, get, body: async (path: string) => (await get(path)).text() };
}

describe('OpenSearch', () => {
  it('tells a browser where to search, and is named on every page', async () => {
    const { get, body } = site();
    const response = await get('/opensearch.xml');
    const xml = await response.text();
    expect(response.headers.get('content-type')).toContain('application/opensearchdescription+xml');
    expect(bySchema('opensearch', xml)).toEqual([]);
    const urls = all(parse(xml), 'Url').map(({ attributes: { type, template } }) => `${type} ${template}`);
    expect(urls).toEqual([
      'text/html https://papers.example/search?q={searchTerms}',
      'application/x-suggestions+json https://papers.example/search/suggest?q={searchTerms}',
      'application/atom+xml https://papers.example/search/feed.atom?q={searchTerms}',
      'application/rss+xml https://papers.example/search/feed.rss?q={searchTerms}',
      'application/opensearchdescription+xml https://papers.example/opensearch.xml',
    ]);
    for (const page of ['/', '/papers/2606.00001', '/search', '/about'])
      expect(await body(page)).toContain(
        '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"',
      );
  });

  it('keeps to the length limits whatever the site is called', async () => {
    const context = sampleContext();
    for (const name of [
      'A <Very> Long & "Winding" Name of a Site',
      '👩🏽‍🚀'.repeat(20),
      'مرحبا '.repeat(9),
      ' ',
    ]) {
      context.site.name = name;
      const xml = await site(samplePapers(), { site: { ...context.site } }).body('/opensearch.xml');
      expect(bySchema('opensearch', xml)).toEqual([]);
      expect(textOf(parse(xml), 'ShortName').length).toBeLessThanOrEqual(16);
    }
  });

  it('suggests in the form that browsers expect', async () => {
    const { get, body } = site();
    const response = await get('/search/suggest?q=imag');
    expect(response.headers.get('content-type')).toContain('application/x-suggestions+json');
    expect(await response.json()).toEqual([
      'imag',
      ['imaginary letters: sorting what is not there in $o(n \\log n)$'],
      ['1 paper'],
      [expect.stringContaining('https://papers.example/search?q=imaginary+letters')],
    ]);
    expect(JSON.parse(await body('/search/suggest'))).toEqual(['', [], [], []]);
    expect(JSON.parse(await body(`/search/suggest?q=${'a'.repeat(5000)}`))[1]).toEqual([]);
  });
});

describe('oEmbed', () => {
  const path = (url: string, more = '') => `/oembed?url=${encodeURIComponent(url)}${more}`;
  const of = (url: string, more = '') => path(`https://papers.example${url}`, more);

  it('shows a paper', async () => {
    const { get } = site();
    const response = await get(of('/papers/2606.00001'));
    const shown = await response.json();
    expect(shown).toEqual({
      version: '1.0',
      type: 'rich',
      provider_name: 'Broadsheet',
      provider_url: 'https://papers.example/',
      title: 'Imaginary Letters: Sorting What Is Not There in O(n log n)',
      author_name: 'A. Author, B. Author, C. Author and others',
      html: expect.stringMatching(
        /^<blockquote cite="https:\/\/papers\.example\/papers\/2606\.00001">.*<\/blockquote>$/,
      ),
      width: 600,
      height: 300,
      thumbnail_url: 'https://papers.example/papers/2606.00001/og.png',
      thumbnail_width: 1200,
      thumbnail_height: 630,
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('shows an edition with its first titles', async () => {
    const { get } = site();
    for (const url of ['/papers/date/2026-06-26', '/', '/papers/week/2026-W26']) {
      const shown = await (await get(of(url))).json();
      expect(shown.title).toMatch(/: \d papers$/);
      expect(shown.html).toContain('Imaginary Letters');
      expect(shown.thumbnail_url).toBeUndefined();
    }
  });

  it('says the same as XML', async () => {
    const { get } = site();
    const response = await get(of('/papers/doi:10.1/x', '&format=xml'));
    expect(response.headers.get('content-type')).toContain('text/xml');
    const root = parse(await response.text());
    expect(root.name).toBe('oembed');
    expect(textOf(root, 'title')).toContain('<script>');
    expect(textOf(root, 'html')).not.toContain('<script>');
    expect(textOf(root, 'width')).toBe('600');
  });

  it('is no larger than requested', async () => {
    const { get } = site();
    const shown = await (await get(of('/papers/2606.00001', '&maxwidth=320&maxheight=100'))).json();
    expect([shown.width, shown.height, shown.thumbnail_url]).toEqual([320, 100, undefined]);
  });

  it('says so if there is nothing to show', async () => {
    const { get } = site();
    for (const [asked, status] of [
      ['/oembed', 400],
      [of('/papers/nobody'), 404],
      [of('/about'), 404],
      [of('/papers/date/2026-02-30'), 404],
      [path('https://elsewhere.example/papers/2606.00001'), 404],
      [path('javascript:alert(1)'), 404],
      [path('https://papers.example/papers/%zz'), 404],
      [path(`https://papers.example/papers/${'a'.repeat(5000)}`), 404],
      [of('/papers/2606.00001', '&maxwidth=wide'), 400],
      [of('/papers/2606.00001', '&format=yaml'), 501],
    ] as const)
      expect([asked.slice(0, 80), (await get(asked)).status]).toEqual([asked.slice(0, 80), status]);
  });

  it('is named on the pages it can show', async () => {
    const { body, get } = site();
    for (const page of ['/papers/2606.00001', '/papers/date/2026-06-26', '/']) {
      const text = await body(page);
      const links = [...text.matchAll(/<link rel="alternate" type="(\S+\+oembed)" href="(.*?)"/g)];
      expect(links.map((link) => link[1])).toEqual(['application/json+oembed', 'text/xml+oembed']);
      for (const [, , href] of links) {
        const url = new URL(href!.replaceAll('&amp;', '&'));
        expect((await get(url.pathname + url.search)).status).toBe(200);
      }
    }
  });
});

describe('for crawlers', () => {
  it('robots.txt keeps them out of endless pages, and leads to the sitemaps', async () => {
    const text = await site().body('/robots.txt');
    for (const path of ['/search', '/jump', '/admin', '/api/', '/oembed', '/archive/'])
      expect(text).toContain(`\nDisallow: ${path}\n`);
    expect(text).toContain('\nSitemap: https://papers.example/sitemap.xml\n');
  });

  it('a sitemap has pages, issues and editions', async () => {
    const issues = {
      ids: async () => [{ id: 'weekly-2026-W26', composedAt: Date.parse('2026-06-29T12:00Z') }],
    };
    const { body } = site(samplePapers(), { issues });
    const xml = await body('/sitemaps/pages.xml');
    expect(bySchema('sitemap', xml)).toEqual([]);
    const urls = all(parse(xml), 'url').map(
      (url) => `${textOf(url, 'loc').slice(22)} ${textOf(url, 'lastmod')}`,
    );
    expect(urls).toContain('/digests ');
    expect(urls.slice(-6)).toEqual([
      '/digests/weekly-2026-W26 2026-06-29',
      '/papers/month/2026-06 2026-06-26',
      '/papers/date/2026-06-26 2026-06-26',
      '/papers/date/2026-06-25 2026-06-25',
      '/papers/month/2026-05 2026-05-20',
      '/papers/date/2026-05-20 2026-05-20',
    ]);
    expect(bySchema('sitemap', await site([]).body('/sitemap.xml'))).toEqual([]);
  });

  it('a month of too many papers has several sitemaps, and each paper is in one of them', async () => {
    const papers = MOST_ADDRESSES + 3;
    const archive: Archive = {
      years: async () => ['2026'],
      days: async () => [{ day: '2026-06-26', papers }],
      mark: async () => null,
      async *papers() {},
      async *addresses() {
        for (let i = 0; i < papers; i++) yield { id: `p${i}`, changed: null };
      },
    };
    const { body, get } = site(samplePapers(), { archive });
    expect(await body('/sitemap.xml')).toContain('/sitemaps/2026-06_2.xml');
    const first = await body('/sitemaps/2026-06.xml');
    const second = await body('/sitemaps/2026-06_2.xml');
    expect([first.match(/<loc>/g)?.length, second.match(/<loc>/g)?.length]).toEqual([MOST_ADDRESSES, 3]);
    expect(second).toContain('/papers/p50000<');
    expect((await get('/sitemaps/2026-06_3.xml')).status).toBe(404);
  });

  it('a title cannot break what other sites show', async () => {
    const title = '</blockquote><img src=x onerror=alert(1)> \ud800 ]]>';
    const { get } = site([
      paperOf({ id: 'hostile', title, abstract: title, authors: [title], listed: '2026-06-26' }),
    ]);
    for (const url of ['/papers/hostile', '/papers/date/2026-06-26']) {
      const shown = await (await get(`/oembed?url=https://papers.example${url}`)).json();
      expect(shown.html).not.toContain('<img');
      expect(shown.html.match(/<\/blockquote>/g)).toHaveLength(1);
      const xml = await (await get(`/oembed?format=xml&url=https://papers.example${url}`)).text();
      expect(textOf(parse(xml), 'html')).toContain('blockquote');
    }
  });
});

describe('unAPI', () => {
  const hidden = /<abbr class="unapi-id" title="([^"]*)" hidden(?:="")?><\/abbr>/g;

  it('is named on pages that list papers, with every paper of the page, and invisible to readers', async () => {
    const { body } = site();
    for (const page of ['/', '/papers/date/2026-06-26', '/papers/week/2026-W26', '/search?q=example']) {
      const html = await body(page);
      expect(html, page).toContain('rel="unapi-server" type="application/xml"');
      expect(html, page).toContain('href="https://papers.example/unapi"');
      expect([...html.matchAll(hidden)].length, page).toBe(html.match(/<article class="row/g)!.length);
    }
    // There, the tags in the head say more, and include the PDF.
    for (const page of ['/papers/2606.00001', '/about'])
      expect(await body(page), page).not.toContain('unapi');
  });

  it('lists the formats, and provides every paper of a page in each of them', async () => {
    const { get, body } = site();
    const names = (xml: string) => all(parse(xml), 'format').map(({ attributes }) => attributes.name);
    expect(names(await body('/unapi'))).toEqual(['rdf_zotero', 'bibtex', 'ris']);
    for (const [, id] of (await body('/')).matchAll(hidden)) {
      const one = await get(`/unapi?id=${id}`);
      expect([one.status, names(await one.text())]).toEqual([300, ['rdf_zotero', 'bibtex', 'ris']]);
      for (const [format, type] of [
        ['rdf_zotero', 'application/rdf+xml'],
        ['bibtex', 'application/x-bibtex'],
        ['ris', 'application/x-research-info-systems'],
      ]) {
        // Some clients encode what the page has already encoded.
        for (const asked of [id!, encodeURIComponent(id!)]) {
          const response = await get(`/unapi?id=${asked}&format=${format}`);
          expect([asked, response.status]).toEqual([asked, 200]);
          expect(response.headers.get('content-type')).toContain(type);
          expect(await response.text()).not.toBe('');
        }
      }
    }
  });

  it('says what it does not have', async () => {
    const { get } = site();
    const status = async (query: string) => (await get(`/unapi?${query}`)).status;
    expect(await status('id=none-such&format=bibtex')).toBe(404);
    expect(await status('id=%25E0%25A4&format=bibtex')).toBe(404);
    expect(await status('id=2606.00001&format=marcxml')).toBe(406);
    expect(await status('id=2606.00001&format=__proto__')).toBe(406);
  });
});
