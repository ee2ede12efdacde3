import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { feed } from './feed.ts';
import { feedRecord } from './feed-item.ts';
import type { Handler } from './loopback.ts';
import { type Trial, trial } from './trial.ts';

let site: Trial | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const rss = (items: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Looms today</title><link>https://looms.example</link><description>News</description>
<atom:link rel="self" href="https://looms.example/feed"/>${items}</channel></rss>`;

const item = (inner: string): string => `<item>${inner}</item>`;
const simple = (number: number): string =>
  item(`<title>Thread ${number}</title><link>https://doi.org/10.1000/thread.${number}</link>`);

const serving =
  (text: () => string | Buffer): Handler =>
  (_, response) =>
    response.end(text());
const run = (path = '/feed.xml'): Promise<string> => site!.run(feed, { FEEDS: site!.url + path });

describe('a feed', () => {
  test('in RSS 2.0 gives the papers its items name', async () => {
    site = await trial(
      serving(() =>
        rss(
          item(`<title>Threads &amp;amp; &lt;i&gt;cards&lt;/i&gt;</title>
            <link>https://publisher.example/articles/77?rss=1</link>
            <guid isPermaLink="false">article-77</guid>
            <description><![CDATA[<p>We wind <b>thr</b>ead.</p><script>x()</script><p>Code: <a href="x">https://github.com/looms/wind</a></p>]]></description>
            <dc:creator>Ada Lovelace, Jan van der Berg and A. Ng</dc:creator>
            <prism:doi>10.1000/Threads.77</prism:doi><prism:publicationName>Loom Letters</prism:publicationName>
            <prism:publicationDate>2026-06-01</prism:publicationDate>
            <pubDate>Tue, 09 Jun 2026 23:30:00 -0500</pubDate><category>looms</category>`) +
            item(`<title>A preprint</title><guid>oai:arXiv.org:2606.01234v1</guid><link>https://arxiv.org/abs/2606.01234</link>
            <author>ada@example.org (Ada Lovelace)</author><pubDate>Tue, 09 Jun 2026 23:30:00 -0500</pubDate>
            <description>arXiv:2606.01234v1 Announce Type: new
Abstract: It is short.</description>`) +
            item(
              '<title>Our office moves</title><link>https://looms.example/office</link><guid>our-office-moves</guid>',
            ),
        ),
      ),
    );
    expect(await run()).toBe('ok, 2 of 2 announced; 2 new papers; 1 of its 3 items name no paper');
    expect(await site.reasons()).toEqual(["names no paper: 'Our office moves'"]);
    expect(await site.papers()).toMatchObject([
      {
        id: 'doi:10.1000/threads.77',
        title: 'Threads & cards',
        abstract: 'We wind thread. Code: https://github.com/looms/wind',
        authors: ['Ada Lovelace', 'Jan van der Berg', 'A. Ng'],
        published: '2026-06-01',
        journal: 'Loom Letters',
        keywords: ['looms'],
        links: [{ kind: 'code', url: 'https://github.com/looms/wind' }],
        sources: ['feed'],
      },
      { id: '2606.01234', abstract: 'It is short.', authors: ['Ada Lovelace'], published: '2026-06-10' },
    ]);
  });

  test('in RSS 1.0 and in Atom as well', async () => {
    let text = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://looms.example"><title>Looms</title><items><rdf:Seq><rdf:li/></rdf:Seq></items></channel>
      <item rdf:about="https://looms.example/1"><title>By RDF</title><link>https://looms.example/1</link>
      <dc:identifier>doi:10.1000/rdf.1</dc:identifier><dc:date>2026-06</dc:date>
      <dc:creator>Lovelace, Ada</dc:creator></item></rdf:RDF>`;
    site = await trial(serving(() => text));
    expect(await run()).toBe('ok, 1 of 1 announced; 1 new papers');
    text = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Looms</title><id>urn:x</id>
      <entry><id>tag:looms,2026:1</id><title type="html">By &lt;b&gt;Atom&lt;/b&gt;</title>
        <link rel="related" href="https://arxiv.org/abs/2606.09999"/>
        <link rel="alternate" href="https://aclanthology.org/2026.loom-long.1/"/>
        <author><name>Ada Lovelace</name></author><author><name>A. Ng</name></author>
        <published>2026-06-11T23:00:00-02:00</published><category term="cards"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two &lt;3</p></div></content>
      </entry>
      <entry><id>x</id><title type="text">a &lt; b</title><link href="https://openreview.net/forum?id=LoomNote1"/></entry></feed>`;
    expect(await run('/atom.xml')).toBe('ok, 2 of 2 announced; 2 new papers');
    expect(await site.papers()).toMatchObject([
      {
        id: 'doi:10.1000/rdf.1',
        authors: ['Ada Lovelace'],
        published: '2026-06-01',
        publishedPrecision: 'month',
      },
      {
        id: 'acl:2026.loom-long.1',
        title: 'By Atom',
        abstract: 'One two <3',
        authors: ['Ada Lovelace', 'A. Ng'],
        published: '2026-06-12',
        keywords: ['cards'],
      },
      { id: 'openreview:LoomNote1', title: 'a < b' },
    ]);
  });

  test('is quiet with a proof: nothing changed, nothing unknown, nothing there', async () => {
    let text = rss(simple(1) + simple(2));
    let isAsked = false;
    site = await trial((_, response, count) => {
      const { headers } = site!.requests[count - 1]!;
      isAsked = headers['if-modified-since'] === 'Fri, 12 Jun 2026 10:00:00 GMT';
      response.setHeader('last-modified', 'Fri, 12 Jun 2026 10:00:00 GMT');
      if (isAsked && text !== '') response.writeHead(304).end();
      else response.end(text || rss(''));
    });
    expect(await run()).toBe('ok, 2 of 2 announced; 2 new papers');
    expect(await run()).toBe('quiet: the server says that nothing has changed since 2026-06-12T13:00Z (304)');
    expect(isAsked).toBe(true);
    text = '';
    expect(await run()).toBe('quiet: the feed was read in full and has no items');
    await site.close();

    text = rss(simple(1) + item('<title>News</title>'));
    site = await trial(serving(() => text));
    await run();
    expect(await run()).toBe('quiet: all 1 papers it names are already here; 1 of its 2 items name no paper');
    text = rss(item('<title>News</title>'));
    expect(await run()).toBe('quiet: none of its 1 items names a paper');
    text = rss(simple(1) + simple(3));
    expect(await run()).toBe('ok, 2 of 2 announced; 1 new papers');
  });

  test.skipIf(!process.env.TEST_DATABASE_URL)('knows its papers in PostgreSQL as well', async () => {
    site = await trial(
      serving(() => rss(simple(1) + simple(2))),
      'PostgreSQL',
    );
    expect(await run()).toBe('ok, 2 of 2 announced; 2 new papers');
    expect(await run()).toBe('quiet: all 2 papers it names are already here');
  });

  test('cut off gives what is whole, fails, and forgets its mark', async () => {
    const whole = rss(simple(1) + simple(2));
    let text = whole.slice(0, whole.indexOf('Thread 2'));
    site = await trial((_, response) => response.setHeader('etag', '"x"').end(text));
    expect(await run()).toContain('the XML is cut off in the middle');
    expect(await site.papers()).toHaveLength(1);
    text = whole;
    expect(await run()).toBe('ok, 2 of 2 announced; 1 new papers');
    expect(site.requests.at(-1)!.headers['if-none-match']).toBeUndefined();
  });

  test('that is a page, has a document type of its own or never ends is refused', async () => {
    let text: string | Buffer = '<html><body>Moved</body></html>';
    site = await trial(serving(() => text));
    expect(await run()).toContain('this is <html> and not <rss> or <RDF> or <feed>');
    text = '<!DOCTYPE rss [<!ENTITY a "b">]><rss></rss>';
    expect(await run()).toContain('a document type declaration, which is not allowed');
    text = 'nothing of the kind';
    expect(await run()).toContain('the XML is broken');
    text = rss(`<item><title>${'x'.repeat(3 * 1024 * 1024)}</title></item>${simple(1)}`);
    expect(await run()).toBe('ok, 1 of 2 announced; 1 new papers; 1 rejected');
    text = rss('<a>'.repeat(2_000));
    expect(await run()).toContain('the XML is nested too deeply');
    text = rss(simple(1).repeat(10_001));
    expect(await run()).toContain('the feed has more than 10000 items');
    text = Buffer.from(
      `<?xml version="1.0" encoding="windows-1252"?>${rss(item('<title>Caf\u00e9 &eacute;</title><guid>10.1000/cafe</guid>')).replace(/<\?.*?\?>/, '')}`,
      'latin1',
    );
    expect(await run()).toBe('ok, 1 of 1 announced; 1 new papers');
    expect((await site.papers()).at(-1)?.title).toBe('Café é');
    text = '<?xml version="1.0" encoding="no-such"?><rss/>';
    expect(await run()).toContain('unknown encoding, no-such');
  });

  test.each([
    ['https://dl.example/doi/abs/10.1000/3.14?af=R', 'doi', '10.1000/3.14'],
    ['https://link.example/article/10.1007/s10994-026-1-1', 'doi', '10.1007/s10994-026-1-1'],
    ['https://onlinelibrary.example/doi/full/10.1002/abc/full', 'doi', '10.1002/abc'],
    [
      'https://www.biorxiv.org/content/10.1101/2026.01.01.573000v2.full?rss=1',
      'doi',
      '10.1101/2026.01.01.573000',
    ],
    ['https://huggingface.co/papers/2606.01234', 'arxiv', '2606.01234'],
    ['info:doi/10.1000/x', 'doi', '10.1000/x'],
    ['DOI: 10.1000/x', 'doi', '10.1000/x'],
  ])('an item at %s names a paper', (link, scheme, value) => {
    const record = feedRecord({
      node: {
        name: 'item',
        attributes: {},
        content: [
          { name: 'title', attributes: {}, content: ['A paper'] },
          { name: 'guid', attributes: {}, content: [link] },
        ],
      },
    });
    expect(record.identifiers).toEqual([{ scheme, value }]);
  });

  test('names its journal once for all items, and links are relative to it', async () => {
    site = await trial(
      serving(
        () => `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://purl.org/rss/1.0/modules/prism/">
        <channel rdf:about="https://looms.example"><title>Looms</title><prism:publicationName> Loom Letters </prism:publicationName></channel>
        <item rdf:about="https://looms.example/1"><title>By RDF</title><dc:identifier>doi:10.1000/rdf.1</dc:identifier>
        <dc:creator><![CDATA[ Looma, A., Webb, B., Carder, C. D. ]]></dc:creator></item>
        <item><title>Another</title><link>/doi/full/10.1000/rdf.2</link><prism:publicationName>Card Letters</prism:publicationName>
        <author>Ada Lovelace, Grace Webb and Alan Carder</author></item>
        <item><title>A third</title><link>abs/10.1000/rdf.3</link><dc:creator>Lovelace, Ada</dc:creator><dc:creator>Webb, Grace</dc:creator></item>
        </rdf:RDF>`,
      ),
    );
    expect(await run()).toBe('ok, 3 of 3 announced; 3 new papers');
    expect(await site.papers()).toMatchObject([
      { id: 'doi:10.1000/rdf.1', journal: 'Loom Letters', authors: ['A. Looma', 'B. Webb', 'C. D. Carder'] },
      {
        id: 'doi:10.1000/rdf.2',
        journal: 'Card Letters',
        authors: ['Ada Lovelace', 'Grace Webb', 'Alan Carder'],
      },
      { id: 'doi:10.1000/rdf.3', journal: 'Loom Letters', authors: ['Ada Lovelace', 'Grace Webb'] },
    ]);
  });

  test.each([
    ['new', '2606.01234', 'Tue, 09 Jun 2026 00:00:00 -0400', '2026-06-09'],
    ['new', '2605.29999', 'Tue, 09 Jun 2026 00:00:00 -0400', '2026-06-09'],
    ['replace', '2606.01234', 'Tue, 09 Jun 2026 00:00:00 -0400', undefined],
    ['replace-cross', '2606.01234', 'Tue, 09 Jun 2026 00:00:00 -0400', undefined],
    ['cross', '2606.01234', 'Tue, 09 Jun 2026 00:00:00 -0400', undefined],
    [undefined, '1901.00003', 'Tue, 09 Jun 2026 00:00:00 -0400', undefined],
    [undefined, '1901.00003', 'Wed, 02 Jan 2019 00:00:00 -0500', '2019-01-02'],
    [undefined, 'hep-th/9901003', 'Wed, 02 Jan 2019 00:00:00 -0500', undefined],
  ])('arXiv’s item of kind %s, %s, of %s is dated %s', (type, id, date, day) => {
    const element = (name: string, ...content: string[]) => ({ name, attributes: {}, content });
    for (const said of type === undefined
      ? [[]]
      : [
          [element('announce_type', type)],
          [element('description', `arXiv:${id}v1 Announce Type: ${type} \nAbstract: It.`)],
        ]) {
      const node = element('item') as { name: string; attributes: object; content: unknown[] };
      node.content.push(element('title', 'A paper'), element('link', `https://arxiv.org/abs/${id}`));
      node.content.push(element('pubDate', date), ...said);
      expect(feedRecord({ node: node as never }).published).toBe(day);
    }
  });

  test('every feed is a part, by the hour; other addresses are no setting', () => {
    const config = readConfig({
      FEEDS: 'https://a.example/feed, https://a.example/feed?x=1,https://b.example/\nhttp://b.example/',
    });
    const parts = feed.parts(config);
    expect(parts.map((part) => part.name)).toEqual([
      'a.example feed',
      expect.stringMatching(/^a\.example feed x 1 \w{5}$/),
      'b.example',
      expect.stringMatching(/^b\.example \w{5}$/),
    ]);
    const last = { state: 'ok', endedAt: 0, announced: null, isComplete: true } as const;
    expect(parts[0]!.due({ last, lastGood: 0, failures: 0 }, 0)).toBe(3_600_000);
    expect(() => readConfig({ FEEDS: 'feed.xml' })).toThrow('is not an address such as');
    expect(() => readConfig({ FEEDS: 'file:///etc/passwd' })).toThrow('is not an address such as');
  });
});
