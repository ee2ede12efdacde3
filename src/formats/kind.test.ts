import { describe, expect, test } from 'vitest';
import type { Identifier, Paper } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { kindOf } from './kind.ts';
import { toBibtex, toCsl, toRis } from './write.ts';
import { toZoteroRdf } from './write-zotero.ts';

const arxiv: Identifier = { scheme: 'arxiv', value: '2503.02130' };
const doi: Identifier = { scheme: 'doi', value: '10.1000/x' };

/** How reference managers understand each format's types. */
const MEANING: Record<string, string> = {
  misc: 'preprint',
  article: 'journalArticle',
  inproceedings: 'conferencePaper',
  MANSCPT: 'preprint',
  JOUR: 'journalArticle',
  CPAPER: 'conferencePaper',
};
const CSL_MEANING = {
  article: 'preprint',
  'article-journal': 'journalArticle',
  'paper-conference': 'conferencePaper',
};

describe('the kind of a paper', () => {
  test.each([
    ['preprint', { identifiers: [arxiv] }],
    ['preprint', { identifiers: [arxiv, doi] }],
    ['preprint', { identifiers: [{ scheme: 'openreview', value: 'aB_c-d12' }] }],
    ['preprint', { identifiers: [{ scheme: 'local', value: 'looms' }] }],
    ['journalArticle', { identifiers: [arxiv, doi], journal: 'J. of Looms' }],
    ['journalArticle', { identifiers: [doi] }],
    ['conferencePaper', { identifiers: [{ scheme: 'acl', value: 'P19-1001' }] }],
  ] as [string, Partial<Paper>][])('is %s in every format: %j', (kind, change) => {
    const paper = paperOf({ id: 'looms', title: 'Looms', journal: null, ...change });
    expect({
      itself: kindOf(paper),
      bibtex: MEANING[/^@(\w+)\{/.exec(toBibtex(paper))?.[1] ?? ''],
      ris: MEANING[/^TY {2}- (\w+)/.exec(toRis(paper))?.[1] ?? ''],
      csl: CSL_MEANING[toCsl(paper).type],
      zotero: /<z:itemType>(\w+)</.exec(toZoteroRdf(paper, 'https://papers.example'))?.[1],
    }).toEqual({ itself: kind, bibtex: kind, ris: kind, csl: kind, zotero: kind });
  });
});
