import { describe, expect, it } from 'vitest';
import { paperOf } from '../../testing/fake-library.ts';
import { topicsOf } from './topics.ts';

const paper = (title: string, more: { keywords?: string[]; categories?: string[] } = {}) =>
  paperOf({ id: title, title, ...more });

describe('the topics of papers', () => {
  it('are keywords that more than one paper has', () => {
    const papers = [
      paper('A', { keywords: ['sorting', 'Letters', 'rare'] }),
      paper('B', { keywords: ['letters', 'sorting', 'Letters'] }),
      paper('C', { keywords: ['sorting', 'boats', 'alone'] }),
      paper('D', { keywords: ['boats'] }),
    ];
    expect(topicsOf(papers)).toEqual({
      kind: 'keywords',
      topics: [
        { name: 'sorting', papers: 3 },
        { name: 'Letters', papers: 2 },
        { name: 'boats', papers: 2 },
      ],
    });
  });

  it('are names in their abstracts where no source gives keywords', () => {
    const about = (title: string, abstract: string) => paperOf({ id: title, title, abstract });
    const papers = [
      about('A', 'We use FrobNet for boat detection and evaluate it on Plop3K.'),
      about('B', 'FrobNet improves boat detection.'),
      about('C', 'Plop3K is a dataset for boat detection, and hull segmentation.'),
      about('D', 'We speak of nothing in particular.'),
    ];
    expect(topicsOf(papers)).toEqual({
      kind: 'keywords',
      topics: [
        { name: 'boat detection', papers: 3 },
        { name: 'FrobNet', papers: 2 },
        { name: 'Plop3K', papers: 2 },
      ],
    });
  });

  it('never are those of a single paper', () => {
    const nine = Array.from({ length: 9 }, (_, i) => `topic ${i}`);
    expect(topicsOf([paper('A', { keywords: nine }), paper('B', { keywords: ['other'] })])).toBeNull();
  });

  it('are otherwise phrases of titles', () => {
    const papers = [
      paper('Paper Boats for Large Language Models', { categories: ['cs.CL'] }),
      paper('A Survey of the Large Language Model', { categories: ['cs.CL'] }),
      paper('Folding Paper-Boats: Reward Hacking', { categories: ['cs.CL'] }),
      paper('The reward hacking of $x$'),
    ];
    expect(topicsOf(papers)).toEqual({
      kind: 'phrases',
      topics: [
        { name: 'paper boats', papers: 2 },
        { name: 'large language models', papers: 2 },
        { name: 'reward hacking', papers: 2 },
      ],
    });
  });

  it('are otherwise categories', () => {
    const papers = [paper('A', { categories: ['cs.CL', 'cs.LG'] }), paper('B', { categories: ['cs.CL'] })];
    expect(topicsOf(papers)).toEqual({ kind: 'categories', topics: [{ name: 'cs.CL', papers: 2 }] });
  });
});
