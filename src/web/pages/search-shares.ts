/** What a score is made of, in words: each share that the score tables can show. docs/search.md has the numbers. */
import type { ShareKind } from '../../search/types.ts';

export const SHARES: Record<ShareKind, string> = {
  word: 'A word of the query, by how rare it is and how much of the paper it makes up. A word in the title or among the authors counts more than one in the abstract (the formula is BM25F).',
  'exact form': 'The same form of a word as in the query, in the title: “networks”, not only “network”.',
  compound: 'Words that stand side by side, or are written as one word or with a hyphen.',
  variant: 'Another spelling of a word of the query.',
  acronym: 'What an acronym of the query stands for, or the acronym of what was written out.',
  typo: 'The likeliest correction of a word that no paper has.',
  prefix: 'A word that starts with the letters of one ending in a star, or of one still being typed.',
  phrase: 'Words in the order asked for, between quotation marks.',
  proximity: 'Words of the query close to each other in the paper.',
  meaning: 'Nearness in meaning of the paper and the query, where the site has a model for it.',
  feedback:
    'Nearness in meaning to the papers that rank highest for this query at first. What somebody has read or clicked is never part of it. It can also be negative.',
  freshness: 'Newer papers, a little.',
  votes: 'Votes, a little; never enough to make up for words.',
};
