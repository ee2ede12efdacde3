import { describe, expect, it } from 'vitest';
import { cutAt } from '../../formats/text.ts';
import { createWeb, openWeb } from '../../http/app.ts';
import type { Paper } from '../../papers/types.ts';
import { paperOf } from '../../testing/fake-library.ts';
import { faults, site } from '../../testing/pages.ts';
import { samplePapers } from '../../testing/sample.ts';
import { setHere } from '../../typesetting/testing.ts';

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

  it('puts family names of several words first, which Zotero would otherwise cut to the last one', async () => {
    const [known] = samplePapers();
    const authors = ['Ada B. Lovelace', 'Ludwig van Beethoven', 'The Looms Collaboration'];
    const html = await site([{ ...known!, id: '2606.00001', authors }]).body('/papers/2606.00001');
    const tags = [...html.matchAll(/<meta name="citation_author" content="([^"]*)">/g)];
    expect(tags.map((tag) => tag[1])).toEqual([
      'Ada B. Lovelace',
      'van Beethoven, Ludwig',
      'The Looms Collaboration',
    ]);
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

  it('names what cites it on the Hub, and where the rest is', async () => {
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

  it('shows what is known about it', async () => {
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
    // arXiv made no HTML pages of its older papers.
    expect(await site().body('/papers/hep-th/9901001')).not.toContain('arxiv.org/html');
  });

  it('with thousands of authors has few nodes for them', async () => {
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

  it('links to its comments', async () => {
    const papers = samplePapers();
    papers[0]!.sources = ['hf', 'arxiv'];
    const { body } = site(papers);
    const there = 'href="https://huggingface.co/papers/2606.00001#community"';
    expect(await body('/')).toContain('href="/papers/2606.00001#letters"');
    expect(await body('/papers/2606.00001')).toContain(there);
    // Not if the paper is unknown there.
    expect(await site().body('/papers/2606.00001')).not.toContain('huggingface.co/papers/2606.00001');
  });

  it('links to its publication or its preprint', async () => {
    const { context, body } = site();
    const [paper] = samplePapers();
    context.library.otherForms = async () => [
      { as: 'publication', identifier: { scheme: 'doi', value: '10.1000/y' }, paper: null },
      { as: 'preprint', identifier: { scheme: 'arxiv', value: '2606.00001' }, paper: paper! },
    ];
    const html = await body('/papers/2606.00006');
    expect(html).toContain(
      'Published as <a href="https://doi.org/10.1000/y" rel="noopener">DOI 10.1000/y</a>',
    );
    expect(html).toMatch(
      /Preprint: <a href="\/papers\/2606\.00001">Imaginary Letters.*<\/a> <small>\(arXiv 2606\.00001\)/,
    );
    expect(faults(html)).toEqual([]);
  });

  it('says where its abstract was cut', async () => {
    const abstract = cutAt('long words '.repeat(3000), 20_000);
    const papers = [paperOf({ id: 'long', title: 'Long', abstract, listed: '2026-06-26' })];
    expect(await site(papers).body('/papers/long')).toContain('The abstract was cut at 20,000 characters.');
    expect(await site().body('/papers/2606.00001')).not.toContain('was cut');
  });

  it('is sent but not cached if one of its formulas has not been typeset yet', async () => {
    const asked: string[] = [];
    const formulas = {
      find: async (list: { tex: string }[]) => list.map(() => undefined),
      want: (list: { tex: string }[]) => void asked.push(...list.map(({ tex }) => tex)),
    };
    const papers = [paperOf({ id: 'new', title: 'On $z_{777}$', listed: '2026-06-26' })];
    const { context } = site(papers);
    const web = openWeb(Object.assign(context, { formulas }));
    const app = createWeb(web);
    const get = () => app.request('http://localhost/papers/new');
    const first = await get();
    expect([first.status, first.headers.get('etag'), first.headers.get('cache-control')]).toEqual([
      200,
      null,
      'no-cache',
    ]);
    expect(await first.text()).toContain('On <span class="unset">$z_{777}$</span>');
    expect(asked).toContain('z_{777}');
    web.formulas = setHere;
    const second = await get();
    expect(second.headers.get('etag')).not.toBeNull();
    expect(await second.text()).toContain('class="katex"');
  });

  it('loads the style sheet for maths only if there is some', async () => {
    const { body } = site();
    expect(await body('/papers/2606.00001')).toMatch(/href="\/assets\/katex[^"]*\.css"/);
    expect(await body('/papers/2605.00007')).not.toContain('katex');
  });
});
