import { describe, expect, it } from 'vitest';
import { site } from '../../testing/pages.ts';

describe('search', () => {
  it('highlights words, counts hits and keeps the query', async () => {
    const html = await site().body('/search?q=imaginary+letters');
    expect(html).toContain('<mark>Imaginary Letters</mark>');
    expect(html).toContain('1 paper found');
    expect(html).toContain('value="imaginary letters"');
    expect(html).toContain('href="/search?q=imaginary+letters&amp;category=cs.DS"');
  });

  it('keeps filters in every link and in the form', async () => {
    const html = await site().body(
      '/search?q=example&category=hep-th&code=0&from=1999-01-01&to=1999-12-31&sort=votes',
    );
    expect(html).toContain('year 1999');
    expect(html).toContain('<input type="hidden" name="category" value="hep-th"');
    expect(html).toContain('/search?q=example&amp;category=hep-th&amp;sort=votes');
    expect(await site().body('/search?q=example&category=hep-th&category=cs.DS&sort=votes')).toContain(
      'category=hep-th&amp;category=cs.DS&amp;sort=date',
    );
  });

  it('helps if nothing is found', async () => {
    const html = await site().body('/search?q=letters&category=hep-th&from=2001-01-01');
    expect(html).toContain('Nothing found');
    expect(html).toContain('2 papers match');
    expect(html).toContain('Remove “category hep-th”');
    // Without the word nobody uses, what is left is found.
    const less = await site().body('/search?q=zebra+letters');
    expect(less).toContain('<a href="/search?q=letters">Without “zebra”</a>: 2 papers');
    expect(less).not.toContain('Without “letters”');
    expect(await site().body('/search?q=zebra')).toContain('Check the spelling');
  });

  it('says what was searched if filters were in force, and if they let nothing through', async () => {
    const some = await site().body('/search?q=zebra&category=cs.CL');
    expect(some).toContain('Only papers that match this filter were searched (category cs.CL)');
    const none = await site().body('/search?q=zebra&category=hep-zz&code=1');
    expect(none).toContain('No paper here matches all of these filters: category hep-zz; with code.');
    expect(none).not.toContain('papers here were searched');
    expect(await site().body('/search?q=zebra')).toMatch(/All \d+ papers here were searched/);
  });

  it('takes a year, and points out values and names that it does not understand', async () => {
    const { body } = site();
    expect(await body('/search?year=2026')).toContain('year 2026');
    expect(await body('/search?year=2026&from=2026-03-01')).toMatch(/from 2026-03-01.*until 2026-12-31/s);
    for (const [address, says] of [
      ['/search?year=abc', '“abc” is not a year.'],
      ['/search?q=a&year=26', '“26” is not a year.'],
      ['/search?q=a&code=maybe', '“maybe” is neither yes nor no'],
      ['/search?query=letters', 'it is called “q” here'],
      ['/search/export.bib?q=a&org=mit', 'it is called “organization” here'],
      ['/search/feed.atom?q=a&year=abc', '“abc” is not a year.'],
    ] as const) {
      const html = await body(address);
      expect([address, html.includes('Error 400'), html.includes(says)]).toEqual([address, true, true]);
    }
    // What trackers add is nobody's mistake.
    expect(await body('/search?q=letters&utm_source=x&fbclid=y')).toContain('2 papers found');
  });

  it('says if the index is behind, and explains scores on request', async () => {
    const { body, context } = site();
    context.library.behind = 1204;
    expect(await body('/search?q=letters')).toContain('1,204 new or changed papers');
    expect(await body('/search?q=letters&explain=1')).toContain('2.814');
    expect(await body('/search?q=letters')).not.toContain('2.814');
  });

  it('removes control characters from a query', async () => {
    expect(await site().body('/search?q=let%00ters%0a')).toContain('value="let ters"');
  });
});
