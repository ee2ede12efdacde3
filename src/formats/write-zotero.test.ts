import { describe, expect, test } from 'vitest';
import type { Paper } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { read } from './reading.ts';
import { toZoteroRdf } from './write-zotero.ts';

const paper = paperOf(
  {
    id: '2606.00001',
    identifiers: [{ scheme: 'arxiv', value: '2606.00001' }],
    title: 'Looms & <EOS> Engines of $O(n)$',
    abstract: 'We "weave".',
    authors: ['Ada Lovelace', 'Ludwig van Beethoven', 'The Loom Team'],
    keywords: ['weaving'],
    published: '2026-06-24',
  },
  1,
);
const site = 'https://papers.example';

describe('Zotero RDF', () => {
  test('calls a preprint one, with its number and its DOI', () => {
    const rdf = toZoteroRdf(paper, site);
    for (const line of [
      '<z:itemType>preprint</z:itemType>',
      '<z:DOI>10.48550/arXiv.2606.00001</z:DOI>',
      '<z:repository>arXiv</z:repository>',
      '<z:archiveID>arXiv:2606.00001</z:archiveID>',
    ])
      expect(rdf).toContain(`${line}\n`);
  });

  test('reads back as the same paper', async () => {
    const { title, abstract, authors, keywords, published, identifiers } = paper;
    const [one] = await read(toZoteroRdf(paper, site), 'a.rdf', {}, 10);
    expect(one).toMatchObject({
      ok: true,
      record: { title, abstract, authors, keywords, published, identifiers },
    });
  });

  test.each([
    [{ journal: 'J. of Looms' }, 'journalArticle'],
    [{ identifiers: [{ scheme: 'acl', value: 'P19-1001' }] }, 'conferencePaper'],
    [{ identifiers: [{ scheme: 'openreview', value: 'aB_c-d12' }] }, 'preprint'],
    [{ identifiers: [{ scheme: 'doi', value: '10.1000/x' }] }, 'journalArticle'],
    [{ identifiers: [{ scheme: 'local', value: 'looms' }] }, 'preprint'],
  ] as [Partial<Paper>, string][])('%j is a %s', (change, type) => {
    const one = { ...paper, ...change };
    expect(toZoteroRdf(one, site)).toContain(`<z:itemType>${type}</z:itemType>`);
  });
});
