import { describe, expect, it } from 'vitest';
import { readText } from '../reading/read.ts';
import { paperOf } from '../testing/fake-library.ts';
import { apply, compose, difference, emptyState, newsIn, stateOf } from './changes.ts';
import { extract } from './extract.ts';
import { figuresOf, surveyOf } from './survey.ts';
import type { Meant } from './types.ts';

const SUBJECTS = [
  ['speculative decoding', 'draft models', 'language model inference'],
  ['gaussian splatting', 'view synthesis', 'scene reconstruction'],
  ['protein folding', 'molecular design', 'drug discovery'],
  ['speech recognition', 'speaker diarization', 'audio models'],
];

/** Numbers from 0 to 1, the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Papers about four subjects, whose vectors lie around as many directions. */
function papersOf(count: number, seed = 1): Meant[] {
  const random = chance(seed);
  return Array.from({ length: count }, (_, i) => {
    const subject = Math.floor(random() * SUBJECTS.length);
    const words = SUBJECTS[subject]!;
    const at = Date.UTC(2026, 0, 1) + Math.floor(random() * 180) * 86_400_000;
    const published = new Date(at).toISOString().slice(0, 10);
    const isRevised = random() < 0.1;
    const abstract =
      `We study ${words[0]} with ${words[1]}. Our method improves accuracy on GSM8K by ${10 + i}.5%, ` +
      `compared with the best baseline. How it scales remains an open question.`;
    const paper = paperOf(
      {
        id: `p${i}`,
        title: `${words[0]![0]!.toUpperCase()}${words[0]!.slice(1)} for ${words[1 + Math.floor(random() * 2)]}`,
        abstract,
        published,
        updated: isRevised ? new Date(at + 5 * 86_400_000).toISOString().slice(0, 10) : null,
        authors: [`Ada ${subject}`],
        upvotes: Math.floor(random() * 20),
      },
      i + 1,
    );
    const vector = Int8Array.from({ length: 16 }, (_, k) =>
      Math.round((k % SUBJECTS.length === subject ? 50 : 0) + random() * 24 - 12),
    );
    return { paper: extract(paper, abstract, readText(abstract)), vector };
  });
}

describe('a survey', () => {
  it('is the same to the byte, whatever order its papers come in', () => {
    const papers = papersOf(150);
    const once = JSON.stringify(surveyOf(papers).survey);
    expect(JSON.stringify(surveyOf(papers.toReversed()).survey)).toBe(once);
  });

  it('finds the subjects there are, and names each after its papers', () => {
    const { survey } = surveyOf(papersOf(200));
    const subjectOf = new Map(survey.papers.map(({ id, authors }) => [id, authors[0]]));
    expect(survey.themes.length).toBeGreaterThanOrEqual(4);
    for (const { name, papers, lead } of survey.themes) {
      const subjects = papers.map((id) => subjectOf.get(id)!);
      const own = Number(subjects[0]!.slice(4));
      expect(subjects.filter((subject) => subject === subjects[0]).length).toBeGreaterThan(
        papers.length * 0.9,
      );
      expect(SUBJECTS[own]!.join(' ')).toContain(name.toLowerCase());
      expect(papers).toContain(lead);
    }
    expect(new Set(survey.themes.map(({ name }) => name)).size).toBe(survey.themes.length);
    expect(survey.themes.flatMap(({ papers }) => papers).toSorted()).toEqual(
      survey.papers.map(({ id }) => id).toSorted(),
    );
  });

  it('shows no figure without its sentence, and no word the paper does not have', () => {
    const papers = papersOf(60);
    const { survey } = surveyOf(papers);
    const lines = figuresOf(survey);
    expect(lines.length).toBeGreaterThan(40);
    for (const { paper, figure } of lines) {
      const number = Number(paper.id.slice(1));
      const [start, end] = figure.sentence.marks[0]!;
      expect(figure.sentence.text.slice(start, end)).toBe(figure.value);
      expect(figure.sentence.text).toContain(`${10 + number}.5%`);
    }
    expect(survey.open.length).toBe(60);
  });

  it('compares figures only where measure and benchmark are the same words', () => {
    const told = (id: string, text: string, pk: number): Meant => ({
      paper: extract(
        paperOf({ id, title: id, abstract: text, published: '2026-01-01' }, pk),
        text,
        readText(text),
      ),
      vector: null,
    });
    const of = (papers: Meant[]) => surveyOf(papers).survey.comparisons;
    const same = [
      told('a', 'Our model reaches an accuracy of 81.2% on GSM8K.', 1),
      told('b', 'Our model reaches an accuracy of 84.0% on GSM8K.', 2),
    ];
    expect(of(same)).toMatchObject([{ rows: [{ paper: 'b' }, { paper: 'a' }] }]);
    expect(of([same[0]!, told('c', 'Our model reaches an accuracy of 84.0% on MATH.', 2)])).toEqual([]);
    expect(of([same[0]!, told('d', 'Our model reaches a pass rate of 84.0% on GSM8K.', 2)])).toEqual([]);
  });

  it('sees a burst, and leaves no gap in the months', () => {
    const papers = papersOf(40).map(
      ({ paper }, i): Meant => ({
        paper: { ...paper, day: i < 8 ? `2026-0${1 + (i % 4)}-10` : '2026-06-02' },
        vector: null,
      }),
    );
    const { timeline } = surveyOf(papers).survey;
    expect(timeline.steps).toEqual(['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06']);
    expect(timeline.papers).toEqual([2, 2, 2, 2, 0, 32]);
    expect(timeline.bursts).toContainEqual({ at: '2026-06', theme: null, papers: 32, expected: 1.6 });
  });

  it('of nothing is empty', () => {
    const { survey } = surveyOf([]);
    expect(survey).toMatchObject({ total: 0, papers: [], themes: [], open: [] });
  });
});

describe('what has changed', () => {
  it('composes, day by day, to exactly the state at the end', () => {
    for (const seed of [1, 2, 3]) {
      const papers = papersOf(120, seed);
      const last = (meant: Meant): string =>
        meant.paper.updated !== null && meant.paper.updated > meant.paper.day
          ? meant.paper.updated
          : meant.paper.day;
      const days = [...new Set(papers.flatMap((one) => [one.paper.day, last(one)]))].sort();
      const { before, survey } = surveyOf(papers, papers.length, days);
      const states = before.map((one) => stateOf(one.survey, one.day));
      const end = stateOf(survey);
      const steps = states.map((state, i) => difference(states[i - 1] ?? emptyState(), state));
      expect(steps.reduce(apply, emptyState())).toEqual(end);
      const all = steps.reduce(compose, []);
      const sorted = (changes: object[]) => changes.map((one) => JSON.stringify(one)).sort();
      expect(sorted(all)).toEqual(sorted(difference(emptyState(), end)));
      // From the middle on.
      const middle = Math.floor(steps.length / 2);
      expect(steps.slice(middle).reduce(apply, states[middle - 1]!)).toEqual(end);
      const revised = steps.flatMap((step) => newsIn(step).revised);
      expect(revised.map(({ key }) => key).sort()).toEqual(
        papers
          .filter((one) => last(one) !== one.paper.day)
          .map(({ paper }) => paper.id)
          .sort(),
      );
    }
  });

  it('is what the survey of that day would have said', () => {
    const papers = papersOf(150);
    const { before } = surveyOf(papers, papers.length, ['2026-03-15', '2026-05-01']);
    for (const { day, survey } of before) {
      const then = papers.filter(({ paper }) => paper.day <= day);
      expect(surveyOf(then).survey).toMatchObject(survey);
    }
  });

  it('leaves names and keys of themes alone while their papers stay', () => {
    const papers = papersOf(300);
    const days = [...new Set(papers.map(({ paper }) => paper.day))].sort().slice(30) as string[];
    const { before } = surveyOf(papers, papers.length, days);
    let kept = 0;
    let gone = 0;
    before.forEach(({ survey }, i) => {
      const earlier = before[i - 1]?.survey.themes ?? [];
      for (const theme of earlier) {
        const heir = survey.themes.find(({ key }) => key === theme.key);
        const most = survey.themes.find(
          ({ papers: own }) => theme.papers.filter((id) => own.includes(id)).length > theme.papers.length / 2,
        );
        if (heir === undefined && most !== undefined) gone++;
        else kept++;
      }
    });
    expect(kept).toBeGreaterThan(gone * 50);
  });
});
