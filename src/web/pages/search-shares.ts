/** What a score is made of, in words: each share that the score tables can show. docs/search.md has the numbers. */
import type { ShareKind } from '../../search/types.ts';

export const SHARES: Record<ShareKind, string> = {
  word: 'A query word, by how rare it is and how much of the paper it makes up. A word in the title or an author’s name counts more than one in the abstract (the formula is BM25F).',
  'exact form': 'The same form of a word as in the query, in the title: “networks”, not only “network”.',
  compound: 'Words next to each other, or written as one word or with a hyphen.',
  variant: 'Another spelling of a query word.',
  acronym: 'What an acronym in the query stands for, or the acronym of words written out.',
  venue: 'It was published at the conference or in the journal that the query names.',
  typo: 'The likeliest correction of a word that no paper has, or very few.',
  prefix: 'A word starting with the letters before a star, or with those of a word still being typed.',
  phrase:
    'An exact phrase, written in quotation marks; an author’s whole name; or the family names of several of its authors, best in their order.',
  verbatim: 'Several words of the query in the same order in the paper, as in a sentence or half a title.',
  proximity: 'Query words close to each other in the paper.',
  title:
    'How much of the query is in the title, how much of the title that makes up, and whether the title begins with it.',
  meaning: 'How close the paper is to the query in meaning, if the site has a model for it.',
  feedback:
    'How close the paper is in meaning to those that first rank highest for this query. What anyone has read or clicked never counts. It can also be negative.',
  freshness: 'Newer papers get a little more.',
  votes: 'Votes count a little, never enough to make up for missing words.',
};
