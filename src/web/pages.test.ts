/** Properties of every page: escaping, valid HTML, keys, fonts; and the small pages. */
import { describe, expect, it } from 'vitest';
import { TREND_DAYS, trendingKey } from '../papers/ranking.ts';
import { SHARE_KINDS } from '../search/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { faults, site } from '../testing/pages.ts';
import { SHARES } from './pages/search-shares.ts';
import { fontsOf } from './parts/document.tsx';

const PAGES = [
  '/',
  '/papers/trending',
  '/papers/week/2026-W26',
  '/papers/month/2026-05',
  '/papers/2606.00001',
  '/papers/doi:10.1/x',
  '/papers/2606.00005',
  '/papers/dayless',
  '/papers/2606.00001/why',
  '/papers/2606.00005/why',
  '/papers/dayless/why',
  '/search?q=letters&explain=1',
  '/search?q=nothing+here&category=cs.DS',
  '/authors/a-author',
  '/organizations/example-lab',
  '/calendar',
  '/about',
  '/about/ranking',
  '/nowhere',
];

describe('every page', () => {
  it.each(PAGES)('%s is well-formed', async (path) => {
    const html = await site().body(path);
    expect(faults(html)).toEqual([]);
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<main /g)).toHaveLength(1);
    expect(html.match(/<title>[^<]+<\/title>/g)).toHaveLength(1);
    expect(html).not.toMatch(/undefined|\[object|NaN|null</);
  });

  it('shows tags written by sources as text', async () => {
    for (const path of ['/', '/papers/doi:10.1/x', '/search?q=tags', '/papers/doi:10.1/x/why']) {
      const html = await site().body(path);
      expect(html, path).not.toMatch(/<script>alert|<b>Author/);
      expect(html, path).toContain('&lt;script&gt;alert');
    }
    expect(await site().body('/search?q=%3Cscript%3E%22%27')).toContain('value="&lt;script&gt;&quot;&#39;"');
  });

  it('links only to web addresses', async () => {
    expect(await site().body('/papers/2606.00001')).not.toContain('javascript:');
  });
});

describe('the ranking page', () => {
  it('shows the numbers the code uses', async () => {
    const html = await site().body('/about/ranking');
    expect(html).toContain(`worth ${TREND_DAYS} days`);
    expect(html).toContain(trendingKey({ upvotes: 12, day: '2026-06-26' }).toFixed(3));
    expect(html).toContain('class="katex');
  });

  it('names every share that a score can have', async () => {
    const html = await site().body('/about/ranking');
    for (const kind of SHARE_KINDS)
      expect(html).toContain(`<dt>${kind}</dt><dd>${SHARES[kind].slice(0, 12)}`);
  });
});

describe('an author', () => {
  it('is in bold on every row of their own page', async () => {
    const papers = [
      paperOf({ id: 'a', title: 'A', authors: ['One A', 'Two B', 'Three C', 'Four D', 'Łucja Five'] }),
      paperOf({ id: 'b', title: 'B', authors: ['Lucja Five', 'Two B', 'Three C', 'Four D'] }),
    ];
    const html = await site(papers).body('/authors/lucja-five');
    const rows = [...html.matchAll(/<article class="row">[\s\S]*?<\/article>/g)].map(([row]) => row);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/One A.*Two B.*<b>Łucja Five<\/b>.*\+ 2 more/s);
    expect(rows[0]).not.toContain('Three C');
    expect(rows[1]).toMatch(/<b>Lucja Five<\/b>.*Two B.*Three C.*\+ 1 more/s);
  });
});

describe('the calendar', () => {
  it('links only to months that have editions', async () => {
    const html = await site().body('/calendar/2026-06');
    expect(html).toContain('href="/calendar/2026-05"');
    const papers = [
      paperOf({ id: 'a', title: 'A', listed: '2026-06-26' }),
      paperOf({ id: 'b', title: 'B', listed: '2025-11-03' }),
    ];
    const gap = await site(papers).body('/calendar/2026-06');
    expect([...gap.matchAll(/href="\/calendar\/([\d-]+)"/g)].map(([, month]) => month)).toEqual([
      '2025-11',
      '2026-06',
      '2025-11',
    ]);
    const empty = await site(papers).body('/calendar/2026-02');
    expect(empty).toMatch(/<a href="\/calendar\/2025-11"[^>]*rel="prev"/);
    expect(empty).toMatch(/<a href="\/calendar\/2026-06"[^>]*rel="next"/);
    expect(empty).not.toContain('/papers/month/2026-02');
  });
});

describe('keys', () => {
  it('are named where they do something', async () => {
    const { body } = site();
    expect(await body('/')).toContain('<kbd>j</kbd>');
    for (const path of ['/about', '/papers/2606.00001', '/calendar', '/search?q=zebra'])
      expect(/<footer[\s\S]*<\/footer>/.exec(await body(path))![0], path).not.toContain('<kbd>j</kbd>');
  });
});

describe('fonts', () => {
  it('are preloaded for what is on the page', () => {
    expect(fontsOf('<p>plain')).toEqual(['newsreader.woff2', 'inter.woff2']);
    expect(fontsOf('<a class="who" href="/x">Ł. Author')).toContain('inter-ext.woff2');
    expect(fontsOf('<span class="katex"><span class="mord mathbb">')).toEqual(
      expect.arrayContaining(['KaTeX_Main-Regular.woff2', 'KaTeX_AMS-Regular.woff2']),
    );
  });
});
