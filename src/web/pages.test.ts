/** What pages say and hold: papers, escaping, search, valid HTML. */
import { describe, expect, it } from 'vitest';
import { cutAt } from '../formats/text.ts';
import { TREND_DAYS, trendingKey } from '../papers/ranking.ts';
import type { Paper } from '../papers/types.ts';
import { SHARE_KINDS } from '../search/types.ts';
import { setHere } from '../typesetting/testing.ts';
import { createWeb, webOf } from './app.ts';
import { SHARES } from './pages/search-shares.ts';
import { fontsOf } from './parts/document.tsx';
import { paperOf } from './testing/fake-library.ts';
import { sampleContext, samplePapers } from './testing/sample.ts';

function site(papers = samplePapers(), options?: Parameters<typeof sampleContext>[1]) {
  const context = sampleContext(papers, options);
  const app = createWeb(context);
  return { context, body: async (path: string) => (await app.request(`http://localhost${path}`)).text() };
}

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

/** Elements that have no end tag. */
const VOID = new Set('area base br col hr img input link meta source wbr'.split(' '));

/** What is wrong with a page's mark-up: unbalanced tags, doubled ids, headings out of order. */
function faults(html: string): string[] {
  const out: string[] = [];
  const open: string[] = [];
  const markup = html.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<!doctype html>/, '');
  for (const [, close, name, rest] of markup.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (close) {
      const top = open.pop();
      if (top !== name) out.push(`</${name}> closes <${top}>`);
    } else if (!VOID.has(name!) && !rest!.endsWith('/')) open.push(name!);
  }
  if (open.length > 0) out.push(`left open: ${open.join(' ')}`);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]);
  if (new Set(ids).size !== ids.length) out.push('an id twice');
  const levels = [...markup.matchAll(/<h([1-6])[\s>]/g)].map((m) => Number(m[1]));
  if (levels.filter((l) => l === 1).length !== 1) out.push('not exactly one h1');
  levels.forEach((level, i) => {
    if (i > 0 && level > levels[i - 1]! + 1) out.push(`h${levels[i - 1]} then h${level}`);
  });
  return out;
}

describe('every page', () => {
  it.each(PAGES)('%s is well-formed', async (path) => {
    const html = await site().body(path);
    expect(faults(html)).toEqual([]);
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<main /g)).toHaveLength(1);
    expect(html.match(/<title>[^<]+<\/title>/g)).toHaveLength(1);
    expect(html).not.toMatch(/undefined|\[object|NaN|null</);
  });

  it('puts what sources write between tags as text', async () => {
    for (const path of ['/', '/papers/doi:10.1/x', '/search?q=tags', '/papers/doi:10.1/x/why']) {
      const html = await site().body(path);
      expect(html, path).not.toMatch(/<script>alert|<b>Author/);
      expect(html, path).toContain('&lt;script&gt;alert');
    }
    expect(await site().body('/search?q=%3Cscript%3E%22%27')).toContain('value="&lt;script&gt;&quot;&#39;"');
  });

  it('links to web addresses only', async () => {
    expect(await site().body('/papers/2606.00001')).not.toContain('javascript:');
  });
});

describe('an edition', () => {
  it('holds each paper once, in order, the late ones below', async () => {
    const html = await site().body('/');
    expect(html.match(/<article/g)).toHaveLength(5);
    const order = [...html.matchAll(/<article[\s\S]*?<h2><a href="([^"]+)"/g)].map((m) => m[1]);
    expect(order[0]).toBe('/papers/2606.00001');
    expect(order[1]).toBe('/papers/hep-th/9901001');
    expect(order.at(-1)).toBe('/papers/2606.00005');
    expect(html.indexOf('Late arrivals')).toBeGreaterThan(0);
    expect(html.indexOf('Late arrivals')).toBeLessThan(html.indexOf('<h2><a href="/papers/2606.00005"'));
  });

  it('tells how much is known and no more', async () => {
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

  it('leads to feeds that go on: of the newest editions, of the current week', async () => {
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

  it('has its categories as tabs, each a part of it', async () => {
    const { body } = site();
    const html = await body('/papers/date/2026-06-26');
    expect(html).toMatch(/<a href="\/papers\/date\/2026-06-26\?category=hep-th">hep-th <small>1</);
    const part = await body('/papers/date/2026-06-26?category=cs.CL');
    expect(part.match(/<article/g)).toHaveLength(1);
    expect(part).toMatch(/aria-current="true">cs\.CL/);
    expect(part).toContain('<meta name="robots" content="noindex">');
    // Its file holds that part alone.
    expect(part).toContain('href="/search/export.bib?edition=2026-06-26&amp;category=cs.CL&amp;sort=votes"');
    expect(await body('/papers/date/2026-06-26?category=math.NA')).toContain('No papers in category math.NA');
  });

  it('is searched within by a form', async () => {
    const { body, context } = site();
    expect(await body('/papers/week/2026-W26')).toContain('name="edition" value="2026-W26"');
    const html = await body('/search?q=example&edition=2026-W26');
    expect(context.library.asked).toMatchObject({ edition: { first: '2026-06-22', last: '2026-06-28' } });
    expect(html).toContain('5 papers found');
    expect(html).toContain('editions of week 26 of 2026');
    expect(await body('/search?edition=2026-06-31')).toContain('“2026-06-31” is not an edition.');
  });

  it('of an earlier day on the front page says so, and why', async () => {
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

  it('cuts a lead between words, with its dots behind the last', async () => {
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

  it('says when the list was refreshed, and hands the token on', async () => {
    const { body, context } = site(samplePapers(), { pageSize: 2 });
    expect(await body('/')).toContain('href="/papers/date/2026-06-26?page=2&amp;as=v1.token"');
    context.library.renewed = true;
    context.library.versionText = 'v2';
    expect(await body('/papers/date/2026-06-26?page=2&as=old')).toContain('has been refreshed');
  });

  it('counts its topics and shows imports under way', async () => {
    const { body, context } = site();
    expect(await body('/')).toMatch(/href="\/search\?q=sorting">sorting<\/a><small>2/);
    context.progress = () => [{ what: 'arXiv', done: 1200, total: 5000 }];
    expect(await body('/')).toContain('arXiv: 1,200 of 5,000');
  });
});

describe('a paper', () => {
  it('has what Zotero and search engines read', async () => {
    const html = await site().body('/papers/2606.00001');
    for (const [name, content] of [
      ['citation_title', 'Imaginary Letters: Sorting What Is Not There in O(n log n)'],
      ['citation_author', 'B. Author'],
      ['citation_publication_date', '2026/06/24'],
      ['citation_doi', '10.1000/example.1'],
      ['citation_arxiv_id', '2606.00001'],
      ['citation_pdf_url', 'https://arxiv.org/pdf/2606.00001'],
      ['citation_abstract_html_url', 'https://papers.example/papers/2606.00001'],
      ['citation_keywords', 'sorting; imaginary letters'],
      ['twitter:card', 'summary_large_image'],
    ])
      expect(html).toContain(`<meta name="${name}" content="${content}">`);
    expect(html).toContain(
      '<meta property="og:image" content="https://papers.example/papers/2606.00001/og.png">',
    );
    const json = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(html)?.[1];
    expect(JSON.parse(json!)).toMatchObject({ '@type': 'ScholarlyArticle', datePublished: '2026-06-24' });
  });

  it('tells Zotero what it is: a preprint keeps its number, and a printed paper its journal', async () => {
    const [known] = samplePapers();
    const zotero = async (change: Partial<Paper>) => {
      const html = await site([{ ...known!, id: '2606.00001', ...change }]).body('/papers/2606.00001');
      const tags = html.matchAll(
        /<meta name="(z:\w+|citation_(?:doi|publisher|journal_title))" content="([^"]*)">/g,
      );
      return Object.fromEntries([...tags].map(([, name, content]) => [name, content]));
    };
    const arxiv = { scheme: 'arxiv' as const, value: '2606.00001' };
    const doi = { scheme: 'doi' as const, value: '10.1000/x' };
    expect(await zotero({ identifiers: [arxiv], journal: null })).toEqual({
      'z:itemType': 'preprint',
      'z:archiveID': 'arXiv:2606.00001',
      citation_publisher: 'arXiv',
      citation_doi: '10.48550/arXiv.2606.00001',
    });
    expect(await zotero({ identifiers: [arxiv, doi], journal: 'J. of Looms' })).toEqual({
      'z:itemType': 'journalArticle',
      'z:extra': 'arXiv:2606.00001',
      citation_doi: '10.1000/x',
      citation_journal_title: 'J. of Looms',
    });
  });

  it('names what cites it at the Hub, and where the rest is', async () => {
    const [known] = samplePapers();
    const repositories = {
      models: ['a', 'b', 'c', 'd'].map((name) => ({ id: `lab/${name}`, likes: 1, downloads: 1200 })),
      datasets: [],
      spaces: [{ id: 'lab/talk' }],
      totals: { models: 41, datasets: 0, spaces: 1 },
    };
    const html = await site([{ ...known!, repositories }]).body('/papers/2606.00001');
    const section = /<h2>Models, datasets and Spaces<\/h2>(.*?)<\/section>/s.exec(html)![1]!;
    const links = [...section.matchAll(/<a href="([^"]+)"[^>]*>([^<]+)<\/a>/g)].map(([, to, says]) => [
      to,
      says,
    ]);
    expect(links).toEqual([
      ...['a', 'b', 'c'].map((name) => [`https://huggingface.co/lab/${name}`, `lab/${name}`]),
      ['https://huggingface.co/models?other=arxiv:2606.00001', 'All 41 models on Hugging Face'],
      ['https://huggingface.co/spaces/lab/talk', 'lab/talk'],
    ]);
    expect(section).toContain('model · 1 like · 1,200 downloads');
    expect(await site().body('/papers/2606.00001')).not.toContain('Models, datasets and Spaces');
  });

  it('cannot end its own JSON-LD', async () => {
    const html = await site().body('/papers/doi:10.1/x');
    const json = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(html)?.[1];
    expect((JSON.parse(json!) as { abstract: string }).abstract).toContain('</script>');
  });

  it('says what stands about it', async () => {
    const { body } = site();
    expect(await body('/papers/2606.00004')).toContain('Withdrawn.');
    expect(await body('/papers/2606.00005')).toContain('All 25 authors');
    expect(await body('/papers/2606.00001')).toContain('CC BY 4.0');
    expect(await body('/papers/hep-th/9901001')).toContain('8 authors');
    expect(await body('/papers/dayless/why')).toContain('Not in any edition');
    expect(await body('/papers/2606.00005/why')).toContain('outside its order');
  });

  it('has what readers come for before anything else, and a button above the citation', async () => {
    const html = await site().body('/papers/2606.00001');
    const [, actions] = /<h1>[\s\S]*?<\/h1>(<nav class="actions"[\s\S]*?<\/nav>)<p class="people">/.exec(
      html,
    )!;
    for (const href of [
      'https://arxiv.org/pdf/2606.00001',
      'https://arxiv.org/abs/2606.00001',
      'https://arxiv.org/html/2606.00001',
      'https://github.com/example/letters',
      '#cite',
      '/papers/2606.00001.md',
    ])
      expect(actions).toContain(`href="${href}"`);
    expect(actions).toContain('data-copy-from="/papers/2606.00001.md"');
    expect(html.indexOf('data-copy="bibtex"')).toBeLessThan(html.indexOf('id="bibtex"'));
    // arXiv made no pages of its older papers.
    expect(await site().body('/papers/hep-th/9901001')).not.toContain('arxiv.org/html');
  });

  it('of thousands has few nodes for them', async () => {
    const authors = Array.from({ length: 3303 }, (_, i) => `Author N${i + 1}`);
    const papers = [paperOf({ id: 'many', title: 'Many', authors, listed: '2026-06-26' })];
    const { body } = site(papers);
    const main = /<main[\s\S]*<\/main>/.exec(await body('/papers/many'))![0];
    expect(main.split('<a ').length).toBeLessThan(300);
    expect(main).toMatch(
      /<details class="people more-people"><summary><span class="to-open">All 3,303 authors</,
    );
    expect(main).toContain('Author N3303');
    expect((await body('/')).split('Author N').length).toBeLessThan(6);
  });

  it('has its comments where they are', async () => {
    const papers = samplePapers();
    papers[0]!.sources = ['hf', 'arxiv'];
    const { body } = site(papers);
    const there = 'href="https://huggingface.co/papers/2606.00001#community"';
    expect(await body('/')).toContain(there);
    expect(await body('/papers/2606.00001')).toContain(there);
    expect(await site().body('/')).not.toContain(there);
  });

  it('says where its abstract was cut', async () => {
    const abstract = cutAt('long words '.repeat(3000), 20_000);
    const papers = [paperOf({ id: 'long', title: 'Long', abstract, listed: '2026-06-26' })];
    expect(await site(papers).body('/papers/long')).toContain('The abstract was cut at 20,000 characters.');
    expect(await site().body('/papers/2606.00001')).not.toContain('was cut');
  });

  it('with a formula that is not set yet is sent, and not kept', async () => {
    const asked: string[] = [];
    const formulas = {
      find: async (list: { tex: string }[]) => list.map(() => undefined),
      want: (list: { tex: string }[]) => void asked.push(...list.map(({ tex }) => tex)),
    };
    const papers = [paperOf({ id: 'new', title: 'On $z_{777}$', listed: '2026-06-26' })];
    const { context } = site(papers);
    const app = createWeb(Object.assign(context, { formulas }));
    const get = () => app.request('http://localhost/papers/new');
    const first = await get();
    expect([first.status, first.headers.get('etag'), first.headers.get('cache-control')]).toEqual([
      200,
      null,
      'no-cache',
    ]);
    expect(await first.text()).toContain('On <span class="unset">$z_{777}$</span>');
    expect(asked).toContain('z_{777}');
    context.formulas = setHere;
    webOf(context).formulas = setHere;
    const second = await get();
    expect(second.headers.get('etag')).not.toBeNull();
    expect(await second.text()).toContain('class="katex"');
  });

  it('brings the sheet for maths only where there is some', async () => {
    const { body } = site();
    expect(await body('/papers/2606.00001')).toMatch(/href="\/assets\/katex[^"]*\.css"/);
    expect(await body('/papers/2605.00007')).not.toContain('katex');
  });
});

describe('search', () => {
  it('marks words, counts hits and keeps the query', async () => {
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

  it('helps when nothing is found', async () => {
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

  it('says when the index is behind, and explains scores when asked', async () => {
    const { body, context } = site();
    context.library.behind = 1204;
    expect(await body('/search?q=letters')).toContain('1,204 new or changed papers');
    expect(await body('/search?q=letters&explain=1')).toContain('2.814');
    expect(await body('/search?q=letters')).not.toContain('2.814');
  });

  it('takes control characters out of a query', async () => {
    expect(await site().body('/search?q=let%00ters%0a')).toContain('value="let ters"');
  });
});

describe('the ranking page', () => {
  it('shows the numbers the code uses', async () => {
    const html = await site().body('/about/ranking');
    expect(html).toContain(`equals ${TREND_DAYS} days`);
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
  it('is named on every row of the own page, in bold', async () => {
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
  it('links to months that have editions alone', async () => {
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

it('renders fifty papers with maths in little time', async () => {
  const many = Array.from({ length: 50 }, (_, i) =>
    paperOf({ ...samplePapers()[0]!, id: `2606.1${String(i).padStart(4, '0')}`, upvotes: i }, i + 1),
  );
  const { body, context } = site(many);
  await body('/');
  context.library.versionText = 'v2';
  const start = performance.now();
  await body('/');
  expect(performance.now() - start).toBeLessThan(200);
});

describe('what is not known', () => {
  const bare = () => [paperOf({ id: 'bare-title', title: 'Nothing but a Title', listed: '2026-06-26' })];

  it('is left out rather than shown as nothing', async () => {
    const { body } = site(bare());
    expect(await body('/')).not.toContain('class="by"');
    expect(await body('/papers/bare-title')).not.toContain('Votes were counted');
    expect(await body('/about')).toContain('in the edition of 26 June 2026');
  });

  it('is said where the order would look like chance', async () => {
    expect(await site(bare()).body('/')).toContain('No votes have been counted for these papers.');
    expect(await site().body('/')).not.toContain('No votes have been counted');
  });

  it('makes topics of categories, under their own name', async () => {
    const papers = ['a', 'b'].map((id) =>
      paperOf({ id, title: 'A', listed: '2026-06-26', categories: ['cs.CL'] }),
    );
    expect(await site(papers).body('/')).toContain('Categories in this edition');
    expect(await site(papers).body('/papers/week/2026-W26')).toContain('Categories in this week');
  });
});

describe('fonts', () => {
  it('are preloaded by what the page is set in', () => {
    expect(fontsOf('<p>plain')).toEqual(['newsreader.woff2', 'inter.woff2']);
    expect(fontsOf('<a class="who" href="/x">Ł. Author')).toContain('inter-ext.woff2');
    expect(fontsOf('<span class="katex"><span class="mord mathbb">')).toEqual(
      expect.arrayContaining(['KaTeX_Main-Regular.woff2', 'KaTeX_AMS-Regular.woff2']),
    );
  });
});
