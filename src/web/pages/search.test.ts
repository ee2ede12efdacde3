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
