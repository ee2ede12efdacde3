import { describe, expect, test } from 'vitest';
import { indexOf, paper } from './corpus.fixture.ts';
import { slugOf, venuesIn } from './venues.ts';

const told = (note: string, journal = ''): string[] =>
  venuesIn(note, journal).venues.map(({ label, year }) => `${label} ${year}`.trim());

describe('venues', () => {
  test.each([
    ['Accepted to CVPR 2025 (oral)', ['CVPR 2025']],
    ["Published at ICML'24, 9 pages", ['ICML 2024']],
    ['AAAI-26', ['AAAI 2026']],
    ['CVPR2025 camera ready', ['CVPR 2025']],
    ['IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR) 2025', ['CVPR 2025']],
    [
      'Accepted at the 39th Conference on Neural Information Processing Systems (NeurIPS 2025)',
      ['NeurIPS 2025'],
    ],
    ['To appear in NIPS 2016', ['NeurIPS 2016']],
    ['Findings of ACL 2024', ['ACL 2024']],
    ['Accepted for publication in Physical Review B', ['Physical Review B']],
    [
      'Accepted by IEEE Transactions on Image Processing, 2024',
      ['IEEE Transactions on Image Processing 2024'],
    ],
    ['Accepted in TPAMI', ['IEEE Transactions on Pattern Analysis and Machine Intelligence']],
    ['33 pages, 17 figures', []],
    ['Submitted to ICLR 2026', []],
    ['Under review at ICML 2025', []],
    ['MSC 2020: 11A41', []],
    ['Code: https://github.com/ABC2024/XYZ2025', []],
    ['In May 2025 we moved', []],
  ])('of the note %j', (note, venues) => {
    expect(told(note)).toEqual(venues);
  });

  test.each([
    ['Phys. Rev. B 111, 024501 (2025)', ['Physical Review B 2025']],
    ['Phys.Rev.D103:123', ['Physical Review D']],
    ['J. Phys.: Condens. Matter 33, 1 (2021)', ['Journal of Physics Condensed Matter 2021']],
    ['Nature 590, 1 (2021)', ['Nature 2021']],
    ['Astrophys. J. Lett. 900 L1', ['The Astrophysical Journal Letters']],
    ['Proceedings of the AAAI Conference on Artificial Intelligence, 38(1), 2024', ['AAAI 2024']],
    ['', []],
    ['12, 2020', []],
  ])('of the journal %j', (journal, venues) => {
    expect(told('', journal)).toEqual(venues);
  });

  test('go by any of their names', () => {
    const names = ['Physical Review B', 'Phys. Rev. B', 'phys rev b', 'PRB', 'physical-review-b'];
    expect(new Set(names.map(slugOf))).toEqual(new Set(['physical-review-b']));
    expect(slugOf('NIPS')).toBe(slugOf('Conference on Neural Information Processing Systems'));
  });

  test('are told apart from what a paper was presented as', () => {
    expect(venuesIn('ICLR 2024 (spotlight), best paper award', '').presented).toEqual(['spotlight', 'award']);
    expect(venuesIn('An oral history, 9 pages', '').presented).toEqual([]);
  });

  test('take time in proportion to the note', () => {
    const time = (note: string): number => {
      const { user } = process.cpuUsage();
      for (let i = 0; i < 300; i++) venuesIn(note, note);
      return process.cpuUsage().user - user;
    };
    const unit = 'Accepted to Ab Cd of the AAAAAAAAAAAA-B (ACM ';
    time(unit.repeat(10));
    expect(time(unit.repeat(2_000))).toBeLessThan(8 * Math.max(20_000, time(unit.repeat(20))));
  });
});

describe('searching for a venue', () => {
  const index = indexOf([
    paper(1, { title: 'Splatting of scenes', note: 'CVPR 2025 (oral)' }),
    paper(2, { title: 'Splatting of faces', note: 'Accepted to CVPR 2024' }),
    paper(3, { title: 'A report from CVPR 2025' }),
    paper(4, { title: 'Spins', journal: 'Phys. Rev. B 111, 024501 (2025)' }),
    paper(5, {
      title: 'Shapes',
      abstract: 'Of letters.',
      note: 'Accepted in Pattern Recognition, 2025',
    }),
    ...Array.from({ length: 30 }, (_, i) => paper(10 + i, { title: `Pattern recognition by nature ${i}` })),
    paper(50, { title: 'Stones', journal: 'Nature 590, 1 (2021)' }),
  ]);
  const matches = (text: string): number[] =>
    index
      .search({ text, limit: 50 })
      .hits.filter(({ loose }) => !loose)
      .map(({ key }) => key)
      .toSorted((a, b) => a - b);
  test.each([
    ['CVPR 2025', [1, 3]],
    ['CVPR2025', [1, 3]],
    ['cvpr', [1, 2, 3]],
    ['CVPR 2025 oral', [1]],
    ['CVPR splatting', [1, 2]],
    ['Physical Review B', [4]],
    ['phys rev b', [4]],
    ['PRB', [4]],
    ['venue:cvpr', [1, 2]],
    ['venue:"CVPR 2025"', [1]],
    ['venue:"Phys. Rev. B"', [4]],
    ['venue:nature', [50]],
    ['jr:Phys_Rev_B', [4]],
    ['conference:cvpr NOT venue:"CVPR 2024"', [1]],
    ['venue:cvpr OR journal:nature', [1, 2, 50]],
    ['(splatting AND venue:"CVPR 2025") OR jr:prb', [1, 4]],
    ['splatting AND NOT (venue:cvpr AND scenes)', [2]],
    ['venue:cvpr venue:"CVPR 2025"', [1]],
    ['has:venue', [1, 2, 4, 5, 50]],
    ['has:venue -has:journal', []],
    ['(CVPR AND splatting) OR venue:prb', [1, 2, 4]],
    ['Nature 2021', [50]],
  ])('%j', (text, keys) => {
    expect(matches(text)).toEqual(keys);
  });
  test('is no business of a field', () => {
    expect(matches('title:CVPR')).toEqual([3]);
    expect(matches('title:"CVPR 2025"')).toEqual([3]);
  });
  test('is said as it was read', () => {
    const { read } = index.search({ text: 'stones venue:"Phys. Rev. B" (journal:nature OR has:code)' });
    expect(read).toMatchObject({
      filters: { venue: 'Phys. Rev. B' },
      condition: 'venue:nature OR has:code',
      problems: [],
    });
  });
  test('does not name a venue with words from two sides of an operator', () => {
    expect(matches('(physical AND spins) OR (review AND b AND shapes)')).toEqual([]);
  });
  test('leaves ordinary queries alone', () => {
    expect(matches('pattern recognition')).toHaveLength(30);
    expect(matches('nature')).toHaveLength(30);
  });
  test('is possible by facets', () => {
    expect(index.search({ text: '', facets: true }).facets?.venues).toEqual([
      { value: 'cvpr', label: 'CVPR', count: 2 },
      { value: 'nature', label: 'Nature', count: 1 },
      { value: 'pattern-recognition', label: 'Pattern Recognition', count: 1 },
      { value: 'physical-review-b', label: 'Physical Review B', count: 1 },
    ]);
    expect(
      index.search({ text: '', filters: { venue: 'physical-review-b' } }).hits.map(({ key }) => key),
    ).toEqual([4]);
  });
});
