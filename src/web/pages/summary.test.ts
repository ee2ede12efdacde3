/** What a paper's page shows of a model's summary, and who may do what about it. */
import { describe, expect, it } from 'vitest';
import type { PaperSummaries } from '../../papers/model-summaries.ts';
import { paperOf } from '../../testing/fake-library.ts';
import { faults, site } from '../../testing/pages.ts';
import { shownOf } from './summary.tsx';

const ABSTRACT = 'We sort letters. It reduces time by $5.8\\times$ on every list. Nothing else changes.';
const quoted = 'reduces time by $5.8\\times$';
const start = ABSTRACT.indexOf(quoted);
const written = (language: string, text: string): PaperSummaries['written'][number] => ({
  ...{ language, model: 'the-model', prompt: '1', at: Date.parse('2026-06-25T12:00:00Z') },
  summary: { text, start, end: start + quoted.length },
  points: [{ text: `${text} <b>`, start: 0, end: 'We sort letters.'.length }],
  keywords: [],
});

const pageWith = (summaries: PaperSummaries, more: { hasModel?: boolean; summary?: string } = {}) => {
  const paper = paperOf({ id: 'x', title: 'On letters', abstract: ABSTRACT, summary: more.summary ?? null });
  const { context, body } = site([paper]);
  context.library.summaries = async () => summaries;
  if (more.hasModel) context.summaries = { model: 'the-model', ask: async () => true };
  return body('/papers/x');
};

describe('a summary by a model', () => {
  it('opens each sentence to the words of the abstract, and says who wrote it and when', async () => {
    const html = await pageWith({
      state: 'written',
      written: [written('en', 'It is faster.'), written('de', 'Es ist schneller.')],
    });
    expect(faults(html)).toEqual([]);
    expect(html).toContain('<summary>It is faster.</summary>');
    // As plain text, and with the sentence that the quotation is in around it.
    expect(html).toContain('It is faster. &lt;b&gt;');
    expect(html).toMatch(
      /<blockquote lang="en">It <mark>reduces time by .*<\/mark> on every list\.<\/blockquote>/,
    );
    expect(html).toMatch(/<details lang="de" class="translation"><summary>Deutsch<\/summary>/);
    expect(html).toContain('Written by the-model on 25 June 2026 (prompt 1).');
    expect(html).toContain('href="/papers/x/flag"');
    expect(html).toContain('href="/papers/x/summary"');
  });

  it('can be asked for only where there is a model', async () => {
    const none: PaperSummaries = { state: 'none', written: [] };
    expect(await pageWith(none, { hasModel: true })).toContain('Ask for a summary');
    expect(await pageWith(none)).not.toContain('Ask for a summary');
    expect(await pageWith({ state: 'waiting', written: [] })).toContain(
      'A model has been asked for a summary.',
    );
  });

  it('is gone where an author has written another, which says so', async () => {
    const html = await pageWith(
      { state: 'replaced', written: [] },
      { summary: 'What we did.', hasModel: true },
    );
    expect(html).toContain('Written by an author of the paper or by a moderator');
    expect(html).not.toContain('Ask for a summary');
  });
});

describe('the text that is corrected', () => {
  it('is the summary, or else what of a model is shown, its points included', () => {
    const model = written('en', 'It is faster.');
    expect(shownOf({ summary: 'What we did.' }, [model])).toBe('What we did.');
    expect(shownOf({ summary: null }, [model])).toBe('It is faster. It is faster. <b>');
    expect(shownOf({ summary: null }, [{ ...model, summary: null }])).toBe('It is faster. <b>');
    expect(shownOf({ summary: null }, [])).toBeNull();
  });
});
