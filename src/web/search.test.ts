/** The search page and what belongs to it: how a query was read, results alone, completions, exports. */
import { describe, expect, it } from 'vitest';
import { createWeb, openWeb } from '../http/app.ts';
import type { SearchAnswer } from '../papers/library.ts';
import { paperOf } from '../testing/fake-library.ts';
import { sampleContext, samplePapers } from '../testing/sample.ts';

function site(more: Partial<SearchAnswer> = {}) {
  const context = sampleContext();
  context.library.more = more;
  const app = createWeb(openWeb(context));
  const get = async (path: string) => app.request(`http://localhost${path}`);
  return { context, get, body: async (path: string) => (await get(path)).text() };
}

const READ: SearchAnswer['read'] = {
  filters: {},
  condition: null,
  sort: 'relevance',
  unknown: [],
  corrected: [],
  problems: [],
};

describe('an identifier', () => {
  it.each(['2606.00001', 'arXiv:2606.00001v2', 'https://arxiv.org/abs/2606.00001'])(
    'is answered with its paper: %s',
    async (q) => {
      const html = await site().body(`/search?q=${encodeURIComponent(q)}`);
      expect(html).toContain(
        'This is <a href="https://arxiv.org/abs/2606.00001" rel="noopener">arXiv:2606.00001</a>.',
      );
      expect(html).toContain('1 paper found');
      expect(html).toContain('href="/papers/2606.00001"');
      expect(html).not.toContain('Nothing found');
    },
  );

  it('of no paper here is reported as unknown, with a link to where it is', async () => {
    const html = await site().body('/search?q=10.9999/nothing');
    expect(html).toContain('No paper here is <a href="https://doi.org/10.9999/nothing" rel="noopener">doi:');
    expect(html).toContain('Nothing found');
  });
});

describe('how a query was read', () => {
  it('is shown above the results: correction, acronyms, words nobody has, what was not understood', async () => {
    const html = await site({
      didYouMean: 'letters <b>',
      acronyms: [
        {
          acronym: 'MTP',
          expansions: [
            { text: 'multi-token prediction', papers: 41, archives: ['cs'], used: true },
            { text: 'medium-term planning', papers: 1, archives: [], used: false },
          ],
        },
      ],
      read: { ...READ, unknown: ['zebra', 'gnu'], problems: ['year:x is not known'] },
    }).body('/search?q=fast+mtp+zebra+gnu&category=cs.CL');
    expect(html).toContain(
      'Includes results for <a href="/search?q=letters+%3Cb%3E&amp;category=cs.CL">letters &lt;b&gt;</a>.',
    );
    expect(html).toContain('href="/search?q=fast+%22multi-token+prediction%22+zebra+gnu&amp;category=cs.CL"');
    expect(html).toMatch(
      /<b>mtp<\/b> read as .*multi-token prediction.*\(41 papers, cs\).*, not as .*medium-term/s,
    );
    expect(html).toContain('No paper contains “zebra” or “gnu”.');
    expect(html).not.toContain('alone');
    expect(html).toContain('Not understood: year:x is not known<');
  });

  it('offers what was typed beside what it was corrected to', async () => {
    const corrected = [{ word: 'difusion', instead: 'diffusion' }];
    const html = await site({ didYouMean: 'fast diffusion', read: { ...READ, corrected } }).body(
      '/search?q=fast+Difusion&category=cs.CL',
    );
    expect(html).toContain('Includes results for <a href="/search?q=fast+diffusion&amp;category=cs.CL">');
    expect(html).toContain(
      'Search only for <a href="/search?q=fast+%2BDifusion&amp;category=cs.CL" rel="nofollow">fast Difusion</a>.',
    );
  });

  it('shows only the words that were corrected, and reports none of them as missing', async () => {
    const read = {
      ...READ,
      unknown: ['lerning', 'zebra'],
      corrected: [{ word: 'lerning', instead: 'learning' }],
    };
    const html = await site({ didYouMean: 'reinforcment learning zebra', read }).body(
      '/search?q=reinforcment+lerning+zebra',
    );
    expect(html).toContain('>learning</a> in place of “lerning”.');
    expect(html).not.toContain('>reinforcment learning');
    expect(html).toContain('No paper contains “zebra”.');
    const whole = { ...READ, corrected: [{ word: 'lerning', instead: 'learning' }] };
    expect(await site({ didYouMean: 'learning', read: whole }).body('/search?q=lerning')).toContain(
      '>learning</a>.',
    );
  });

  it('shows a condition unless the filters already say it', async () => {
    const read = { ...READ, filters: { author: 'wang' }, condition: 'author:zhang' };
    const html = await site({ total: 2, read }).body('/search?q=author:wang+author:zhang');
    expect(html).toContain('rel="nofollow">author zhang');
    expect(html).not.toContain('Only papers matching');
    const condition = { ...READ, condition: 'author:wang OR author:zhang' };
    expect(await site({ total: 2, read: condition }).body('/search?q=author:wang+OR+author:zhang')).toContain(
      'Only papers matching <code>author:wang OR author:zhang',
    );
  });

  it('offers to leave out words nobody has, if nothing likelier is known', async () => {
    const html = await site({ read: { ...READ, unknown: ['zebra'] } }).body(
      '/search?q=fast+zebra&category=cs.CL',
    );
    expect(html).toContain('<a href="/search?q=fast&amp;category=cs.CL">fast</a> alone');
  });

  it('shows filters in the query among those in force, and can drop each', async () => {
    const filters = { author: 'Ada', fromDay: 20089, toDay: 20453 };
    const html = await site({ total: 2, read: { ...READ, filters, sort: 'date' } }).body(
      '/search?q=letters+author:Ada+year:2025+sort:date&category=cs.CL',
    );
    expect(html).toContain(
      '/search?q=letters+year%3A2025+sort%3Adate&amp;category=cs.CL" rel="nofollow">author Ada',
    );
    expect(html).toContain(
      '/search?q=letters+author%3AAda+sort%3Adate&amp;category=cs.CL" rel="nofollow">year 2025',
    );
    expect(html).toContain('rel="nofollow">category cs.CL');
    // An order in the query would override the parameter.
    expect(html).toContain(
      'href="/search?q=letters+author%3AAda+year%3A2025&amp;category=cs.CL&amp;sort=votes">votes',
    );
    expect(html).toMatch(/sort=date" aria-current="true">date/);
    expect(html).not.toMatch(/aria-current="true">relevance/);
  });

  it('says how many there are at least, if they were not all counted', async () => {
    expect(await site({ exact: false, total: 5000 }).body('/search?q=letters')).toContain(
      'At least 5,000 papers found',
    );
  });
});

describe('hits', () => {
  const [one, two, three] = samplePapers();
  const hit = { score: 3, duplicates: [], loose: false };

  it('that only match partially are below a line, near-duplicates with their paper', async () => {
    const html = await site({
      total: 1,
      hits: [
        { ...hit, paper: one!, duplicates: [{ id: 'doi:10.1/x', title: 'The $n$ Same' }] },
        { ...hit, paper: two!, loose: true },
        { ...hit, paper: three!, loose: true },
      ],
    }).body('/search?q=letters');
    expect(html).toMatch(/1 paper found/);
    expect(html).toMatch(/Also as <a href="\/papers\/doi:10\.1\/x">The <span class="katex">/);
    expect(html.match(/<h2 class="divide">/g)).toHaveLength(1);
    const [above, below] = html.split('Partial and related matches');
    expect([above!.match(/<article/g), below!.match(/<article/g)].map((list) => list?.length)).toEqual([
      1, 2,
    ]);
  });

  it('are explained by shares that are added up', async () => {
    const share = {
      kind: 'word',
      term: 'letters',
      field: 'title',
      strength: 0.5,
      weight: 4,
      score: 2,
    } as const;
    const html = await site({
      hits: [{ ...hit, paper: one!, shares: [share, { ...share, kind: 'meaning', field: '', score: 1 }] }],
    }).body('/search?q=letters&explain=1');
    expect(html).toContain(
      '>word</td><td>letters</td><td>2.000</td><td>0.500</td><td>4.000</td><td>title</td>',
    );
    expect(html).toMatch(/Total<\/th><td>3\.000<\/td>/);
  });
});

describe('a name', () => {
  const papers = [
    ...samplePapers(),
    paperOf({ id: 'z1', title: 'By Him', authors: ['A. One', 'B. Two', 'C. Three', 'Wei Zhang'] }, 91),
    paperOf({ id: 'z2', title: 'By Him Again', authors: ['Wei Zhang'] }, 92),
    paperOf({ id: 'z3', title: 'By Two Others', authors: ['Hongliang Wei', 'Xianqi Zhang'] }, 93),
  ];
  const context = sampleContext(papers);
  const app = createWeb(openWeb(context));
  const body = async (q: string) => (await app.request(`http://localhost/search?${q}`)).text();
  const row =
    /<ul class="people-found"[^>]*><li><a href="\/authors\/wei-zhang"><b>Wei Zhang<\/b>.*?2 papers/s;

  it.each(['q=Wei+Zhang', 'q=zhang,+w.', 'q=ZHANG+WEI', 'author=Wei+Zhang', 'q=by&author=Wei+Zhang'])(
    'leads to that person’s page, above all results: %s',
    async (query) => {
      const html = await body(query);
      expect(html).toMatch(row);
      // The library of these tests finds words, not initials.
      if (query === 'q=zhang,+w.') return;
      expect(html.indexOf('people-found')).toBeLessThan(html.indexOf('<article'));
      expect(html).toMatch(/A\. One.*B\. Two.*<b>Wei Zhang<\/b>.*\+ 1 more/s);
    },
  );

  it('of nobody here leads nowhere', async () => {
    expect(await body('q=imaginary+letters')).not.toContain('people-found');
  });
});

describe('what the page says about a query', () => {
  it('is never that nothing was found, above results', async () => {
    const [one] = samplePapers();
    const html = await site({
      total: 0,
      hits: [{ paper: one!, score: 1, duplicates: [], loose: true }],
    }).body('/search?q=agents+last+exm');
    expect(html).toContain('No paper matches everything');
    expect(html).not.toContain('Nothing found');
    expect(html).not.toContain('papers here were searched');
  });

  it('never has two pairs of quotation marks', async () => {
    const { body } = site({ read: { ...READ, unknown: ['"multi token pruning"', 'gnu'] } });
    const html = await body('/search?q=%22multi-token+pruning%22');
    expect(html).not.toMatch(/“(&quot;|")|(&quot;|")”/);
    expect(html).toContain('No paper contains &quot;multi token pruning&quot; or “gnu”.');
    expect(html).toContain('Search: &quot;multi-token pruning&quot;</h1>');
  });

  it('names the edition it is limited to, from the query too', async () => {
    const filters = { fromEdition: 20_616, toEdition: 20_616 };
    const html = await site({ total: 2, read: { ...READ, filters } }).body(
      '/search?q=letters+edition:2026-06-12',
    );
    expect(html).toContain('href="/search?q=letters" rel="nofollow">edition of 12 June 2026');
  });
});

describe('a search within the results', () => {
  it('requires more words, and leads to an address that says so', async () => {
    const response = await site().get('/search?q=letters&category=cs.DS&within=sorting+%22not+there%22');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      '/search?q=letters+%2Bsorting+%2B%22not+there%22&category=cs.DS',
    );
    expect(await site().body('/search?q=letters')).toContain('name="within"');
  });
});

describe('results alone, for the script', () => {
  it('are those of the page, with the assets they need', async () => {
    const { body, context } = site();
    const path = '/search?q=imaginary+letters&category=cs.DS';
    const [page, part] = [await body(`${path}&partial=1`), await body(`${path}&fragment=1&partial=1`)];
    expect(context.library.asked).toMatchObject({ partial: true, categories: ['cs.DS'] });
    const [results, needs] = part.split('<script type="application/json">');
    expect(page).toContain(results!);
    expect(JSON.parse(needs!.split('</script>')[0]!)).toMatchObject({
      title: 'imaginary letters – search · Broadsheet',
      heading: 'Search: “imaginary letters”',
      sheet: expect.stringContaining('katex'),
      fonts: expect.arrayContaining([expect.stringContaining('Main-Regular')]),
    });
    // More of the same, but no form repeats half a word.
    expect(part).toContain('href="/search?q=imaginary+letters&amp;partial=1"');
    expect(page).not.toContain('name="partial"');
    // Both come from one answer.
    expect(context.library.calls.search).toBe(1);
  });

  it('highlight the beginning of a word that is being typed', async () => {
    const { body, context } = site();
    const marked: string[] = [];
    context.library.highlights = (query) => {
      marked.push(query);
      return [];
    };
    await body('/search?q=may+example&fragment=1&partial=1');
    await body('/search?q=may+example');
    await body('/search?q=%22may+example%22&fragment=1&partial=1');
    expect(new Set(marked)).toEqual(new Set(['may example*', 'may example', '"may example"']));
  });

  it('cannot be ended early by a query', async () => {
    const part = await site().body(`/search?fragment=1&q=${encodeURIComponent('</script><script>x')}`);
    expect(part.match(/<\/?script/g)).toHaveLength(2);
  });

  it('show nothing else while a word is being typed', async () => {
    const { body, context } = site();
    await body('/search?q=zebra+crossing&fragment=1&partial=1');
    expect(context.library.calls.search).toBe(1);
    await body('/search?q=zebra+crossing');
    expect(context.library.calls.search).toBe(4);
  });
});

describe('completions', () => {
  it('are JSON, and none for an empty query or a paragraph', async () => {
    const { get, context } = site();
    const list = async (q: string) => (await get(`/search/complete?q=${encodeURIComponent(q)}`)).json();
    expect(await list('may')).toEqual({ completions: [{ text: 'may example', papers: 1 }] });
    expect(await list('')).toEqual({ completions: [] });
    expect(await list('x'.repeat(300))).toEqual({ completions: [] });
    const asked: string[] = [];
    context.library.complete = async (text) => {
      asked.push(text);
      return [];
    };
    await list('two  words ');
    await list('two words\u0000');
    expect(asked).toEqual(['two words ', 'two words']);
  });
});

describe('an export', () => {
  it.each([
    ['bib', 'application/x-bibtex', '@article{'],
    ['ris', 'application/x-research-info-systems', 'TY  - '],
    ['json', 'application/vnd.citationstyles.csl+json', '[\n{"id":"'],
    ['csv', 'text/csv', 'id,title,'],
    ['jsonl', 'application/jsonl', '{"id":"2606.00001"'],
  ])('is a %s file of the whole search', async (ending, type, begins) => {
    const { get, context } = site();
    const response = await get(`/search/export.${ending}?q=letters&page=3`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="search-letters.${ending}"`,
    );
    const text = await response.text();
    expect(text.startsWith(begins)).toBe(true);
    expect(text).toContain('Thursday’s Example');
    expect(context.library.asked).toMatchObject({ q: 'letters', page: 1, limit: 1000, facets: false });
  });

  it('leaves out partial matches, and has a name whatever the query', async () => {
    const [one, two] = samplePapers();
    const hit = { score: 1, duplicates: [] };
    const { get } = site({
      hits: [
        { ...hit, paper: one!, loose: false },
        { ...hit, paper: two!, loose: true },
      ],
    });
    const response = await get(`/search/export.jsonl?q=${encodeURIComponent('示例 "\r\n; é')}`);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="search-e.jsonl"');
    expect((await response.text()).trim().split('\n')).toHaveLength(1);
  });

  it('has as many papers as requested, or those that were picked', async () => {
    const { get, context } = site();
    await get('/search/export.bib?q=letters&limit=30');
    expect(context.library.asked).toMatchObject({ limit: 30 });
    await get('/search/export.bib?q=letters&limit=5000');
    expect(context.library.asked).toMatchObject({ limit: 1000 });
    expect((await get('/search/export.bib?q=letters&limit=x')).status).toBe(400);
    const picked = await get(
      '/search/export.jsonl?q=letters&id=2605.00007&id=hep-th/9901001&id=2605.00007&id=gone',
    );
    const lines = (await picked.text()).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([
      '2605.00007',
      'hep-th/9901001',
    ]);
    expect(picked.headers.get('content-disposition')).toContain('selected-papers.jsonl');
    expect((await get('/search/export.bib?id=gone')).status).toBe(404);
  });

  it('says how many papers it has', async () => {
    expect(await site().body('/search?q=imaginary+letters')).toContain('>One paper.<');
    expect(await site({ total: 30 }).body('/search?q=letters')).toContain('>All 30 papers, in this order.<');
    expect(await site({ total: 1200 }).body('/search?q=letters')).toContain(
      '>The first 1,000 of 1,200 papers, in this order.<',
    );
  });

  it('is linked from the page with everything in force', async () => {
    expect(await site().body('/search?q=letters&category=cs.DS&sort=votes&page=1')).toContain(
      'href="/search/export.bib?q=letters&amp;category=cs.DS&amp;sort=votes"',
    );
  });
});
