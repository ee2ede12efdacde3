import { describe, expect, it } from 'vitest';
import { recordFromJson } from './record.ts';

const paper = {
  id: '2601.15621',
  title: 'A talking loom',
  publishedAt: '2026-01-22T00:00:00.000Z',
  summary: 'It talks.',
  linkedModels: [
    {
      author: 'lab',
      id: 'lab/loom-7b',
      likes: 12,
      downloads: 3400,
      lastModified: '2026-02-01T10:00:00.000Z',
      pipeline_tag: 'text-to-speech',
      numParameters: 7_000_000_000,
      gated: false,
      private: false,
    },
    { id: 'lab/secret', private: true },
    { id: 'javascript:alert(1)' },
    { id: '../../etc' + '/x'.repeat(3) },
    { id: 7 },
    null,
  ],
  numTotalModels: 41,
  linkedDatasets: 'none',
  numTotalDatasets: -1,
  linkedSpaces: [
    { id: 'lab/talk', emoji: '🧵', running: true, shortDescription: 'Talk to a\nloom', featured: false },
  ],
};

describe('models, datasets and Spaces', () => {
  it('are read from the Hub’s response for a paper, without invalid ones', () => {
    const record = recordFromJson(paper);
    expect(record.source).toBe('hf-paper');
    expect(record.repositories).toEqual({
      models: [
        {
          id: 'lab/loom-7b',
          likes: 12,
          downloads: 3400,
          modified: '2026-02-01T10:00:00.000Z',
          task: 'text-to-speech',
          parameters: 7_000_000_000,
        },
      ],
      datasets: [],
      spaces: [{ id: 'lab/talk', emoji: '🧵', about: 'Talk to a loom', running: true }],
      totals: { models: 41, datasets: 0, spaces: 1 },
    });
  });

  it('are absent if the Hub names none', () => {
    for (const change of [
      { linkedModels: [], numTotalModels: 0, linkedSpaces: [] },
      { linkedModels: undefined, numTotalModels: undefined, linkedSpaces: null },
    ]) {
      const record = recordFromJson({ ...paper, ...change });
      expect([record.source, 'repositories' in record]).toEqual(['hf', false]);
    }
  });

  it('keep the first of many', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ id: `lab/model-${i}` }));
    const { repositories } = recordFromJson({ ...paper, linkedModels: many });
    expect([repositories!.models.length, repositories!.totals.models]).toEqual([30, 41]);
  });
});
