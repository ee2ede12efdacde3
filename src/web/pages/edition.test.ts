import { describe, expect, it } from 'vitest';
import { paperOf } from '../../testing/fake-library.ts';
import { site } from '../../testing/pages.ts';
import { samplePapers } from '../../testing/sample.ts';

describe('an edition', () => {
  it('has each paper once, in order, with the late ones below', async () => {
    const html = await site().body('/');
    expect(html.match(/<article/g)).toHaveLength(5);
    const order = [...html.matchAll(/<article[\s\S]*?<h2><a href="([^"]+)"/g)].map((m) => m[1]);
    expect(order[0]).toBe('/papers/2606.00001');
    expect(order[1]).toBe('/papers/hep-th/9901001');
    expect(order.at(-1)).toBe('/papers/2606.00005');
    expect(html.indexOf('Late arrivals')).toBeGreaterThan(0);
    expect(html.indexOf('Late arrivals')).toBeLessThan(html.indexOf('<h2><a href="/papers/2606.00005"'));
  });

  it('says how much is known and no more', async () => {
    const html = await site().body('/');
    expect(html).toContain('8 authors');
    expect(html).toContain('>January 1999<');
    expect(html).toContain('+ 1 more');
    expect(html).toContain('example/letters');
    expect(html).toContain('★ 412');
    expect(html).toContain('4 comments');
    expect(html).toContain('>128</span><span class="vh"> votes');
    expect(html).toContain('open until 21:30 New York');
    expect(await site().body('/papers/date/2026-06-25')).toContain('<span class="state">closed</span>');
    const { body } = site(samplePapers(), { backfill: '2026-06-25' });
    expect(await body('/papers/date/2026-06-25')).toContain('<span class="state">open to backfill</span>');
  });

  it('links to feeds that continue: of the newest editions, of the current week', async () => {
    const { body } = site();
    for (const path of ['/', '/papers/date/2026-06-25']) {
      const html = await body(path);
      const [feeds] = /<h2>Feeds<\/h2>[\s\S]*?<\/section>/.exec(html)!;
      expect(feeds).toContain('href="/feed.atom"');
      expect(feeds).not.toContain('/papers/date/');
      expect(html.match(/<link rel="alternate"[^>]*>/)![0]).toContain(
        'href="https://papers.example/feed.atom"',
      );
      // The file is still that of the day.
      expect(html).toMatch(/href="\/papers\/date\/2026-06-2[56]\/export\.bib"/);
    }
    expect(await body('/papers/week/2026-W26')).toContain('<a href="/papers/week/feed.atom"');
    expect(await body('/papers/month/2026-05')).toContain('<a href="/papers/month/feed.atom"');
  });

  it('has its categories as tabs, each with its part of the papers', async () => {
    const { body } = site();
    const html = await body('/papers/date/2026-06-26');
    expect(html).toMatch(/<a href="\/papers\/date\/2026-06-26\?category=hep-th">hep-th <small>1</);
    const part = await body('/papers/date/2026-06-26?category=cs.CL');
    expect(part.match(/<article/g)).toHaveLength(1);
    expect(part).toMatch(/aria-current="true">cs\.CL/);
    expect(part).toContain('<meta name="robots" content="noindex">');
    // Its file has only that part.
    expect(part).toContain('href="/search/export.bib?edition=2026-06-26&amp;category=cs.CL&amp;sort=votes"');
    expect(await body('/papers/date/2026-06-26?category=math.NA')).toContain('No papers in category math.NA');
  });

  it('can be searched with a form', async () => {
    const { body, context } = site();
    expect(await body('/papers/week/2026-W26')).toContain('name="edition" value="2026-W26"');
    const html = await body('/search?q=example&edition=2026-W26');
    expect(context.library.asked).toMatchObject({ edition: { first: '2026-06-22', last: '2026-06-28' } });
    expect(html).toContain('5 papers found');
    expect(html).toContain('editions of week 26 of 2026');
    expect(await body('/search?edition=2026-06-31')).toContain('“2026-06-31” is not an edition.');
  });

  it('says so, and why, if it is an earlier one on the front page', async () => {
    const { body, context } = site();
    expect(await body('/')).not.toContain('Latest edition');
    expect(await body('/')).toContain('>Today</a>');
    context.clock.now = Date.parse('2026-07-02T12:00:00Z');
    context.library.versionText = 'v2';
    expect(await body('/')).toMatch(
      /Latest edition: 26 June\. No papers have been listed for a later day yet\./,
    );
    expect(await body('/about')).toContain('>Latest</a>');
    expect(await body('/papers/date/2026-06-26')).not.toContain('Latest edition:');
    context.sources = { ...context.sources, off: 'OFFLINE=1' };
    context.library.versionText = 'v3';
    expect(await body('/')).toContain('This site is offline (OFFLINE=1)');
  });

  it('cuts a lead between words, with the ellipsis right behind the last', async () => {
    const long = 'Antidisestablishmentarianism is here a word among many others. '.repeat(30);
    const papers = [paperOf({ id: 'a', title: 'A', abstract: long, listed: '2026-06-26' })];
    const html = await site(papers).body('/');
    const parts = /<p class="deck parts long">([\s\S]*?)<\/p>/.exec(html)![1]!;
    for (const [, before, after] of parts.matchAll(
      /(\S+)<span class="dots[^"]*">…<\/span>.*?(?=<span class="rest|$)<span[^>]*>\s?(\S+)/g,
    )) {
      expect(long).toContain(`${before!.replace(/<[^>]*>/g, '')} ${after}`);
    }
    expect(parts.replace(/<span class="dots[^"]*">…<\/span>/g, '').replace(/<[^>]*>/g, '')).toBe(long);
  });

  it('says when the list was refreshed, and passes the token on', async () => {
    const { body, context } = site(samplePapers(), { pageSize: 2 });
    expect(await body('/')).toContain('href="/papers/date/2026-06-26?page=2&amp;as=v1.token"');
    context.library.renewed = true;
    context.library.versionText = 'v2';
    expect(await body('/papers/date/2026-06-26?page=2&as=old')).toContain('has been refreshed');
  });

  it('counts its topics and shows imports in progress', async () => {
    const { body, context } = site();
    expect(await body('/')).toMatch(/href="\/search\?q=sorting">sorting<\/a><small>2/);
    context.progress = () => [{ what: 'arXiv', done: 1200, total: 5000 }];
    expect(await body('/')).toContain('arXiv: 1,200 of 5,000');
  });
});

describe('what is not known', () => {
  const bare = () => [paperOf({ id: 'bare-title', title: 'Nothing but a Title', listed: '2026-06-26' })];

  it('is left out rather than shown as nothing', async () => {
    const { body } = site(bare());
    expect(await body('/')).not.toContain('class="by"');
    expect(await body('/papers/bare-title')).not.toContain('Votes were counted');
    expect(await body('/about')).toContain('in the edition of 26 June 2026');
  });

  it('is mentioned where the order would look random', async () => {
    expect(await site(bare()).body('/')).toContain('No votes have been counted for these papers.');
    expect(await site().body('/')).not.toContain('No votes have been counted');
  });

  it('falls back to categories as topics, under their own name', async () => {
    const papers = ['a', 'b'].map((id) =>
      paperOf({ id, title: 'A', listed: '2026-06-26', categories: ['cs.CL'] }),
    );
    expect(await site(papers).body('/')).toContain('Categories in this edition');
    expect(await site(papers).body('/papers/week/2026-W26')).toContain('Categories in this week');
  });
});
