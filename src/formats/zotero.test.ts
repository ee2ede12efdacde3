import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looseDate } from './loose-date.ts';
import { read, summary } from './reading.ts';

const rdf = (body: string): string => `<rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
${body}
</rdf:RDF>`;

const person = (surname: string, givenName = ''): string =>
  `<rdf:li><foaf:Person><foaf:surname>${surname}</foaf:surname>${
    givenName && `<foaf:givenName>${givenName}</foaf:givenName>`
  }</foaf:Person></rdf:li>`;

describe('Zotero RDF', () => {
  const file = rdf(`
    <bib:Article rdf:about="https://publisher.example/looms">
      <z:itemType>journalArticle</z:itemType>
      <dcterms:isPartOf><bib:Journal><prism:volume>7</prism:volume><dc:title>Journal of Looms</dc:title>
        <dc:identifier>DOI 10.1000/loom.7</dc:identifier><dc:identifier>ISSN 0000-0000</dc:identifier>
      </bib:Journal></dcterms:isPartOf>
      <bib:authors><rdf:Seq>${person('Lovelace', 'Ada')}${person('The Loom Group')}</rdf:Seq></bib:authors>
      <link:link rdf:resource="#item_3"/>
      <dc:subject>looms</dc:subject>
      <dc:subject><z:AutomaticTag><rdf:value>cards</rdf:value></z:AutomaticTag></dc:subject>
      <dc:title>Looms &amp; their cards</dc:title>
      <dcterms:abstract>What a loom reads.</dcterms:abstract>
      <dc:date>March 4, 2025</dc:date>
      <dc:identifier><dcterms:URI><rdf:value>https://publisher.example/looms</rdf:value></dcterms:URI></dc:identifier>
    </bib:Article>
    <rdf:Description rdf:about="http://arxiv.org/abs/2503.02130">
      <z:itemType>preprint</z:itemType>
      <dc:title>A preprint of threads</dc:title>
      <dc:date>2025-03</dc:date>
      <prism:number>arXiv:2503.02130</prism:number>
      <dc:description>arXiv:2503.02130 [cs]</dc:description>
    </rdf:Description>
    <bib:Article rdf:about="#a"><z:itemType>journalArticle</z:itemType><dc:title>First of two</dc:title>
      <dcterms:isPartOf rdf:resource="urn:issn:1"/></bib:Article>
    <bib:Article rdf:about="#b"><z:itemType>journalArticle</z:itemType><dc:title>Second of two</dc:title>
      <dcterms:isPartOf rdf:resource="urn:issn:1"/></bib:Article>
    <bib:Article rdf:about="#c"><z:itemType>journalArticle</z:itemType><dc:title>One by itself</dc:title>
      <dcterms:isPartOf rdf:resource="urn:issn:2"/></bib:Article>
    <bib:Journal rdf:about="urn:issn:1"><dc:title>Shared Letters</dc:title>
      <dc:identifier>DOI 10.1000/whose</dc:identifier></bib:Journal>
    <bib:Journal rdf:about="urn:issn:2"><dc:title>Own Letters</dc:title>
      <dc:identifier>DOI 10.1000/own</dc:identifier></bib:Journal>
    <z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
    <bib:Memo rdf:about="#item_4"><rdf:value>A note.</rdf:value></bib:Memo>
    <z:Collection rdf:about="#collection_1"><dc:title>My collection</dc:title></z:Collection>
    <bib:Book rdf:about="#d"><z:itemType>book</z:itemType></bib:Book>`);

  test('is read item by item; notes, attachments and collections are not papers', async () => {
    for (const size of [3, 10_000]) {
      const all = await read(file, 'library.rdf', {}, size);
      expect(summary(all)).toEqual([
        'library.rdf#1 Looms & their cards',
        'library.rdf#2 A preprint of threads',
        'library.rdf#11! no title',
        'library.rdf#3 First of two',
        'library.rdf#4 Second of two',
        'library.rdf#5 One by itself',
      ]);
      expect(all[0]).toMatchObject({
        record: {
          source: 'zotero',
          identifiers: [{ scheme: 'doi', value: '10.1000/loom.7' }],
          authors: ['Ada Lovelace', 'The Loom Group'],
          abstract: 'What a loom reads.',
          journal: 'Journal of Looms',
          keywords: ['looms', 'cards'],
          published: '2025-03-04',
        },
      });
      expect(all[1]).toMatchObject({
        record: {
          identifiers: [{ scheme: 'arxiv', value: '2503.02130' }],
          published: '2025-03-01',
          publishedPrecision: 'month',
        },
      });
    }
  });

  test('the DOI of a journal that several articles share is nobody’s; that of an article’s own journal entry is the article’s', async () => {
    const all = await read(file, 'library.rdf');
    const named = all.flatMap((one) =>
      one.ok ? [[one.record.title, one.record.journal, one.record.identifiers[0]?.scheme]] : [],
    );
    expect(named.slice(2)).toEqual([
      ['First of two', 'Shared Letters', 'local'],
      ['Second of two', 'Shared Letters', 'local'],
      ['One by itself', 'Own Letters', 'doi'],
    ]);
  });

  test('gives what is intact and says so if it is truncated', async () => {
    const cut = file.slice(0, file.indexOf('Second of two'));
    expect(summary(await read(cut, 'library.rdf'))).toEqual([
      'library.rdf#1 Looms & their cards',
      'library.rdf#2 A preprint of threads',
      'library.rdf#3 First of two',
      'library.rdf! the XML is cut off in the middle',
    ]);
  });

  test('depth, length, custom entities and other XML are rejected in a sentence', async () => {
    const deep = rdf(
      `<bib:Article><z:itemType>a</z:itemType>${'<x>'.repeat(80)}${'</x>'.repeat(80)}</bib:Article>
       <bib:Article><dc:title>Behind the deep one</dc:title></bib:Article>`,
    );
    expect(summary(await read(deep, 'a.rdf'))).toEqual([
      'a.rdf#1! it is nested too deeply',
      'a.rdf#2 Behind the deep one',
    ]);
    expect(summary(await read(rdf('<x>'.repeat(2000)), 'a.rdf'))).toEqual([
      'a.rdf! the XML is nested too deeply',
    ]);
    const long = rdf(`<bib:Article><dc:title>${'x'.repeat(9000)}</dc:title></bib:Article>
      <bib:Article><dc:title>Behind the long one</dc:title></bib:Article>`);
    expect(summary(await read(long, 'a.rdf', { maxPiece: 4096 }))).toEqual([
      'a.rdf#1! it is longer than 0 MB',
      'a.rdf#2 Behind the long one',
    ]);
    const bomb = `<!DOCTYPE r [<!ENTITY a "aaaa">]>${rdf('<bib:Article><dc:title>&a;</dc:title></bib:Article>')}`;
    expect(summary(await read(bomb, 'a.rdf'))).toEqual([
      'a.rdf! the XML has a document type declaration, which is not allowed',
    ]);
    expect(summary(await read('<html><body>Hello</body></html>', 'a.rdf'))).toEqual([
      'a.rdf! this is XML (<html>) but not Zotero RDF',
    ]);
    const unquoted = `${rdf('').slice(0, -12)}<bib:Article a="${'x'.repeat(200_000)}`;
    expect(summary(await read(unquoted, 'a.rdf', { maxPiece: 4096 }, 1000))).toEqual([
      'a.rdf! a tag is longer than 4096 characters',
    ]);
  });
});

describe('Zotero CSV', () => {
  const header =
    '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date","Extra","Manual Tags"';
  const row = (...cells: string[]): string =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  const file = [
    header,
    row(
      'K1',
      'journalArticle',
      '2025',
      'Lovelace, Ada; van Beethoven, Ludwig',
      'Cards, "quoted"\nand long',
      'J. of Looms',
      '10.1000/Csv',
      'https://x.example',
      'An account.',
      '2025-03-04',
      '',
      'looms; cards',
    ),
    row('K2', 'attachment', '', '', 'PDF', '', '', '', '', '', '', ''),
    '',
    row(
      'K3',
      'preprint',
      '2025',
      'Ng, A.',
      'In a preprint',
      '',
      '',
      'http://arxiv.org/abs/2503.02130',
      '',
      'March 2025',
      'arXiv:2503.02130 [cs]',
      '',
    ),
    row('K4', 'book', '2001', '', '', '', '', '', '', '', '', ''),
    'K5,book,2001,,Without quotes',
  ].join('\r\n');

  test('is read row by row, line breaks in cells and all', async () => {
    for (const size of [1, 7, 10_000]) {
      const all = await read(`\ufeff${file}`, 'library.csv', {}, size);
      expect(summary(all)).toEqual([
        'library.csv:2 Cards, "quoted" and long',
        'library.csv:6 In a preprint',
        'library.csv:7! no title',
        'library.csv:8 Without quotes',
      ]);
      expect(all[0]).toMatchObject({
        record: {
          source: 'zotero',
          identifiers: [{ scheme: 'doi', value: '10.1000/csv' }],
          authors: ['Ada Lovelace', 'Ludwig van Beethoven'],
          journal: 'J. of Looms',
          published: '2025-03-04',
          keywords: ['looms', 'cards'],
        },
      });
      expect(all[1]).toMatchObject({
        record: { identifiers: [{ scheme: 'arxiv', value: '2503.02130' }], publishedPrecision: 'month' },
      });
    }
  });

  test('an unclosed quote, an endless row and too many cells cost only their own row', async () => {
    const text = `${header}\nK1,book,,,"${'x'.repeat(3000)}\nK2,book,,,Behind the long one\nK3,book,,,"never closed`;
    expect(summary(await read(text, 'a.csv', { maxPiece: 1024 }))).toEqual([
      'a.csv:2! longer than 0 MB',
      'a.csv:3 Behind the long one',
      'a.csv:4! the file ends in the middle of the row',
    ]);
    expect(summary(await read(`${header}\n${','.repeat(2000)}\nK2,book,,,Behind it`, 'a.csv'))).toEqual([
      'a.csv:2! longer than 16 MB',
      'a.csv:3 Behind it',
    ]);
  });

  test('rich text in titles, and markup that publishers leave in abstracts, become plain', async () => {
    const row =
      'journalArticle,"The <i>Drosophila</i> of H<sub>2</sub>O","<p>If a &lt; b</p>","Looms &amp; Cards"';
    const [csv] = await read(`"Item Type",Title,"Abstract Note","Publication Title"\n${row}\n`, 'a.csv');
    const expected = { title: 'The Drosophila of H2O', abstract: 'If a < b', journal: 'Looms & Cards' };
    expect(csv).toMatchObject({ ok: true, record: expected });
    const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <rdf:Description rdf:about="#a"><z:itemType>journalArticle</z:itemType>
      <dc:title>The &lt;i&gt;Drosophila&lt;/i&gt; of H&lt;sub&gt;2&lt;/sub&gt;O</dc:title></rdf:Description></rdf:RDF>`;
    expect(await read(rdf, 'a.rdf')).toMatchObject([{ ok: true, record: { title: expected.title } }]);
  });

  test('another CSV is rejected, and any cell may contain anything', async () => {
    expect(summary(await read('a,b\n1,2\n', 'a.csv'))).toEqual([
      'a.csv! its first line does not have the columns of Zotero’s CSV',
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom(...'",\r\n ;a1-/é') }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        async (cells, size) => {
          const all = await read(`${header}\n${cells.join(',')}`, 'a.csv', {}, size);
          for (const one of all) expect(typeof one.ok).toBe('boolean');
          expect(all).toEqual(await read(`${header}\n${cells.join(',')}`, 'a.csv', {}, 10_000));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('Zotero’s exports in the common formats', () => {
  test('BibTeX, RIS and CSL-JSON of the same item describe the same paper', async () => {
    const bibtex = `
@misc{lovelace_looms_2025,
	title = {Looms and their {Cards}},
	url = {http://arxiv.org/abs/2503.02130},
	doi = {10.48550/arXiv.2503.02130},
	abstract = {What a loom reads.},
	urldate = {2025-04-01},
	publisher = {arXiv},
	author = {Lovelace, Ada and Ng, A.},
	month = mar,
	year = {2025},
	note = {arXiv:2503.02130 [cs]},
	keywords = {Computer Science - Looms},
	file = {Preprint PDF:/files/1/looms.pdf:application/pdf},
}
`;
    const ris = `TY  - GEN
TI  - Looms and their Cards
AU  - Lovelace, Ada
AU  - Ng, A.
AB  - What a loom reads.
DA  - 2025/03/04/
PY  - 2025
DO  - 10.48550/arXiv.2503.02130
PB  - arXiv
UR  - http://arxiv.org/abs/2503.02130
Y2  - 2025/04/01/10:00:00
N1  - arXiv:2503.02130 [cs]
KW  - Computer Science - Looms
ER  - 

`;
    const csl = JSON.stringify(
      [
        {
          id: 'http://zotero.org/users/local/x/items/ABCD',
          type: 'article',
          title: 'Looms and their Cards',
          abstract: 'What a loom reads.',
          publisher: 'arXiv',
          number: 'arXiv:2503.02130',
          DOI: '10.48550/arXiv.2503.02130',
          URL: 'http://arxiv.org/abs/2503.02130',
          note: 'arXiv:2503.02130 [cs]',
          author: [
            { family: 'Lovelace', given: 'Ada' },
            { family: 'Ng', given: 'A.' },
          ],
          issued: { 'date-parts': [['2025', 3, 4]] },
          accessed: { 'date-parts': [['2025', 4, 1]] },
        },
      ],
      null,
      2,
    );
    for (const [text, name] of [
      [bibtex, 'My Library.bib'],
      [ris, 'My Library.ris'],
      [csl, 'My Library.json'],
    ] as const) {
      const all = await read(text, name);
      expect(all, name).toHaveLength(1);
      expect(all[0], name).toMatchObject({
        ok: true,
        record: {
          identifiers: [{ scheme: 'arxiv', value: '2503.02130' }],
          title: 'Looms and their Cards',
          authors: ['Ada Lovelace', 'A. Ng'],
          abstract: 'What a loom reads.',
        },
      });
    }
  });
});

test.each([
  ['2025-03-04', '2025-03-04', 'day'],
  ['2025/03/04/', '2025-03-04', 'day'],
  ['2025/3//', '2025-03-01', 'month'],
  ['2025///Spring', '2025-01-01', 'year'],
  ['4 Mar 2025', '2025-03-04', 'day'],
  ['March 4th, 2025', '2025-03-04', 'day'],
  ['Mar. 2025', '2025-03-01', 'month'],
  ['03/04/2025', '2025-01-01', 'year'],
  ['2025/02/30', '2025-02-01', 'month'],
  ['in press, 2025', '2025-01-01', 'year'],
])('%s is as precise as possible', (text, day, precision) => {
  expect(looseDate(text)).toMatchObject({ day, precision });
});

test.each(['', 'soon', '99', '12345', '2025'.repeat(30)])('%s is not a date', (text) => {
  expect(looseDate(text)).toBeNull();
});
