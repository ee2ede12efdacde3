import { describe, expect, it } from 'vitest';
import { createWeb, openWeb } from '../http/app.ts';
import type { Standing } from '../papers/library.ts';
import type { Paper } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { sampleContext } from '../testing/sample.ts';
import { byModel, sayRule, sayVotes } from './paper-words.ts';

const paper = (more: Partial<Paper> = {}): Paper =>
  paperOf({ id: '2611.00001', title: 'A Paper', listed: '2026-11-24', ...more });

describe('where votes were counted', () => {
  it.each<[Standing['tallies'], number, string]>([
    [[], 0, ''],
    [[{ source: 's2', upvotes: 0 }], 0, ''],
    [[{ source: 'here', upvotes: 1 }], 1, '1 vote here'],
    [
      [
        { source: 'hf', upvotes: 10 },
        { source: 'here', upvotes: 2 },
      ],
      12,
      '12 votes: 10 on Hugging Face, 2 here',
    ],
    [
      [
        { source: 'jsonl', upvotes: 9 },
        { source: 'hf', upvotes: 10 },
      ],
      10,
      '10 votes on Hugging Face; 9 in a JSON Lines file (not added, since they may be the same readers)',
    ],
    [[{ source: 'elsewhere', upvotes: 3 }], 3, '3 votes on elsewhere'],
  ])('%j', (tallies, upvotes, says) => {
    expect(sayVotes({ tallies, upvotes })).toBe(says);
  });
});

describe('the rule that applied', () => {
  it.each<[Partial<Paper>, string]>([
    [
      { rule: { enters: true, by: 'category', value: 'cs.CL' } },
      'In the edition of 24 November 2026 because its category, cs.CL, is included automatically (EDITION_CATEGORIES).',
    ],
    [
      { rule: { enters: true, by: 'keyword', value: 'letters' }, late: true },
      'Below the edition of 24 November 2026 because its words match the rule letters (EDITION_KEYWORDS).',
    ],
    [
      { rule: { enters: true, by: 'author', value: 'Ana Author' } },
      'In the edition of 24 November 2026 because its authors match the rule Ana Author (EDITION_AUTHORS).',
    ],
    [
      { rule: { enters: true, by: 'all' } },
      'In the edition of 24 November 2026 because this site includes every paper not excluded by a rule.',
    ],
    [{}, 'In the edition of 24 November 2026 because it was listed for that day.'],
    [
      { sources: ['hf'], submittedBy: { name: 'Ben Author' } },
      'In the edition of 24 November 2026 because Ben Author listed it for that day on Hugging Face.',
    ],
    [
      { listed: null, rule: { enters: false, by: 'keyword', value: '-survey' } },
      'Not in any edition: its words match the rule -survey (EDITION_KEYWORDS).',
    ],
    [
      { listed: null, rule: { enters: false, by: 'cap', value: '40' } },
      'Not in any edition: the day already had its 40 papers (EDITION_CAP).',
    ],
    [
      { listed: null, rule: { enters: false, by: 'none' } },
      'Not in any edition: it matches none of the rules that include papers (EDITION_CATEGORIES, EDITION_KEYWORDS, EDITION_AUTHORS).',
    ],
    [{ listed: null, rule: null }, 'Not in any edition: the day it belongs to is unknown.'],
  ])('%j', (more, says) => {
    expect(sayRule(paper(more))).toBe(says);
  });
});

it('says that a model wrote a summary, if one did', () => {
  expect(byModel('hf', 'written')).toBe('From Hugging Face, written by a model.');
  expect(byModel('openreview', 'written')).toBe('');
  expect(byModel(null, 'chosen')).toBe('');
});

describe('a paper’s pages', () => {
  const bodyOf = async (of: Paper, path = '', rules = {}): Promise<string> => {
    const context = sampleContext([of]);
    context.library.rules = async () => ({ categories: [], keywords: [], authors: [], cap: 0, ...rules });
    const response = await createWeb(openWeb(context)).request(
      `http://localhost${path || `/papers/${of.id}`}`,
    );
    return response.text();
  };
  const example = paper({
    sources: ['hf'],
    summary: 'A short account.',
    keywords: ['letters'],
    upvotes: 12,
    citations: 1234,
    submittedBy: { name: 'Ben <b>', user: 'ben' },
    links: [{ kind: 'code', url: 'https://github.com/a/b', stars: 5, licence: 'MIT' }],
  });

  it('say where its votes were counted, its citations, who listed it, and what a model wrote', async () => {
    const body = await bodyOf(example);
    expect(body).toContain('title="12 votes on Hugging Face"');
    expect(body).toContain('<dd>1,234</dd>');
    expect(body).toMatch(
      /Listed on Hugging Face by\s*<a href="https:\/\/huggingface.co\/ben">Ben &lt;b&gt;<\/a>/,
    );
    expect(body).toContain('From Hugging Face, written by a model.');
    expect(body).toContain('From Hugging Face, chosen by a model.');
    expect(body).toContain(' · MIT');
    expect(await bodyOf(example, `/papers/${example.id}/why`)).toContain('12 votes on Hugging Face.');
  });

  it('say nothing about what is not known', async () => {
    const body = await bodyOf(paper());
    expect(body).not.toMatch(/Citations|Listed on|by a model|title="\d/);
  });

  it('say why it is in no edition', async () => {
    const out = paper({ listed: null, rule: { enters: false, by: 'keyword', value: '-<survey>' } });
    for (const path of ['', `/papers/${out.id}/why`])
      expect(await bodyOf(out, path)).toContain(
        'its words match the rule -&lt;survey&gt; (EDITION_KEYWORDS).',
      );
  });

  it('link to the rules in force', async () => {
    expect(await bodyOf(paper(), '/about')).toContain('No rule excludes anything.');
    const rules = { categories: ['cs.CL'], keywords: ['-survey'], cap: 40 };
    const body = await bodyOf(paper(), '/about', rules);
    expect(body).toContain(
      'any of these are included automatically: the category cs.CL, except those with any of these: the words “survey”.',
    );
    expect(body).toContain('At most 40 a day');
  });
});
