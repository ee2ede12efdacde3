/** The shape of a survey in our own API, and a survey in that shape. */
import * as z from 'zod';
import type { Day } from '../../papers/types.ts';
import { isWebLink, paperPath } from '../../present/urls.ts';
import { difference, KINDS, newsIn, stateOf } from '../../survey/changes.ts';
import { figuresOf } from '../../survey/survey.ts';
import type { SurveyAnswer } from '../../survey/surveys.ts';
import type { Active, Quote, SurveyFigure } from '../../survey/types.ts';
import { day, named } from '../v1/shapes.ts';

const count = z.int().min(0);
const text = z.string();
const ids = z.array(text).describe('Ids of papers.');
const units = z.enum(['%', 'points', 'x', 'seconds', 'count', 'other']);

const QUOTE = named('Quote', 'A sentence of a paper, word for word.', {
  text,
  marks: z
    .array(z.tuple([count, count]).meta({ items: { type: 'integer' } }))
    .describe('Half-open ranges of UTF-16 units that are highlighted.'),
});
const FIGURE = named('SurveyFigure', 'A figure that a paper states, with the sentence that states it.', {
  paper: text,
  value: text.describe('As written.'),
  unit: units,
  number: z.number().nullable(),
  what: text.nullable().describe('What is measured or counted.'),
  compared: text.nullable(),
  on: text.nullable().describe('The benchmark or dataset.'),
  headline: z.boolean(),
  sure: z.boolean().describe('If false, the rules were less certain, and it is never a headline.'),
  sentence: QUOTE,
});
const ACTIVE = named('Active', 'A person or organisation among the papers of a survey.', {
  name: text,
  slug: text,
  papers: count,
  upvotes: count,
  likeness: z
    .number()
    .nullable()
    .describe('How close their papers are to the centre of the survey, from -1 to 1.'),
});
const ITEM = z.strictObject({ text, paper: text }).nullable();

export const SURVEY = named('Survey', 'What a set of papers has found, in their own sentences.', {
  total: count.describe('Papers that match; if more than `papers`, these are the newest.'),
  papers: z
    .array(
      z.strictObject({
        id: text,
        url: text.meta({ format: 'uri' }),
        title: text,
        published: day.nullable(),
        updated: day.nullable(),
        upvotes: count,
        theme: text.nullable().describe('The key of its theme.'),
      }),
    )
    .describe('The newest first.'),
  themes: z.array(
    z.strictObject({
      key: text,
      name: text,
      terms: z.array(text),
      lead: text,
      first: day.nullable(),
      papers: ids,
    }),
  ),
  timeline: z.strictObject({
    step: z.enum(['day', 'month', 'year']),
    steps: z.array(z.strictObject({ at: text, papers: count })),
    bursts: z.array(
      z.strictObject({
        at: text,
        theme: text.nullable().describe('Null: all papers together.'),
        papers: count,
        expected: z.number(),
      }),
    ),
  }),
  figures: z.array(FIGURE).describe('The newest first, those less certain last.'),
  comparisons: z
    .array(
      z.strictObject({
        what: text,
        on: text,
        unit: units,
        rows: z.array(
          z.strictObject({ paper: text, value: text, number: z.number().nullable(), sentence: QUOTE }),
        ),
      }),
    )
    .describe('Figures with the same words for measure, benchmark and split.'),
  benchmarks: z.array(z.strictObject({ name: text, papers: ids })),
  code: z.array(
    z.strictObject({ paper: text, url: text, stars: count.nullable(), licence: text.nullable() }),
  ),
  surveys: ids.describe('Ids of papers that call themselves a survey.'),
  open: z.array(z.strictObject({ paper: text, sentence: QUOTE })).describe('Open questions.'),
  people: z.array(ACTIVE),
  organizations: z.array(ACTIVE),
  mostVoted: ids,
  mostTypical: ids,
  changes: z
    .strictObject({
      since: day,
      papers: count.describe('New papers.'),
      themes: count.describe('New themes.'),
      figures: count.describe('New headline figures.'),
      revised: count.describe('Papers with a new version.'),
      all: z.array(z.strictObject({ kind: z.enum(KINDS), key: text, before: ITEM, after: ITEM })),
    })
    .nullable()
    .describe('What has changed, with `since`.'),
  problems: z.array(text).describe('Parts of the query that were not understood.'),
  behind: count.describe('Changes the search index does not have yet.'),
});

const quoteOf = ({ text: said, marks }: Quote) => ({ text: said, marks });
const figureOf = (paper: string, figure: SurveyFigure) => ({
  paper,
  value: figure.value,
  unit: figure.unit,
  number: figure.number,
  what: figure.what,
  compared: figure.compared,
  on: figure.on,
  headline: figure.isHeadline,
  sure: figure.isSure,
  sentence: quoteOf(figure.sentence),
});
const activeOf = ({ name, slug, papers, upvotes, likeness }: Active) => ({
  name,
  slug,
  papers,
  upvotes,
  likeness,
});

/**
 * @param base origin of the site, without a trailing slash
 * @param since the day whose survey is the first of `before`; null: no changes are wanted
 */
export function surveyJson(
  { survey, before, problems, behind }: SurveyAnswer,
  base: string,
  since: Day | null,
): z.infer<typeof SURVEY> {
  const themeOf = new Map(survey.themes.flatMap(({ key, papers }) => papers.map((id) => [id, key])));
  const papers = new Map(survey.papers.map((paper) => [paper.id, paper]));
  return {
    total: survey.total,
    papers: survey.papers.map(({ id, title, published, updated, upvotes }) => ({
      id,
      url: base + paperPath(id),
      title,
      published,
      updated,
      upvotes,
      theme: themeOf.get(id) ?? null,
    })),
    themes: survey.themes.map(({ key, name, terms, lead, first, papers: own }) => ({
      key,
      name,
      terms,
      lead,
      first: first || null,
      papers: own,
    })),
    timeline: {
      step: survey.timeline.step,
      steps: survey.timeline.steps.map((at, i) => ({ at, papers: survey.timeline.papers[i]! })),
      bursts: survey.timeline.bursts,
    },
    figures: figuresOf(survey).map(({ paper, figure }) => figureOf(paper.id, figure)),
    comparisons: survey.comparisons.map(({ what, on, unit, rows }) => ({
      what,
      on,
      unit,
      rows: rows.map(({ paper, figure }) => {
        const { value, number, sentence } = papers.get(paper)!.figures[figure]!;
        return { paper, value, number, sentence: quoteOf(sentence) };
      }),
    })),
    benchmarks: survey.benchmarks,
    code: survey.code.flatMap((id) =>
      papers
        .get(id)!
        .code.filter(({ url }) => isWebLink(url))
        .map(({ url, stars, licence }) => ({ paper: id, url, stars, licence })),
    ),
    surveys: survey.surveys,
    open: survey.open.flatMap((id) =>
      papers.get(id)!.open.map((quote) => ({ paper: id, sentence: quoteOf(quote) })),
    ),
    people: survey.people.map(activeOf),
    organizations: survey.organizations.map(activeOf),
    mostVoted: survey.mostVoted,
    mostTypical: survey.mostTypical,
    changes: since === null || before[0] === undefined ? null : changesOf(survey, before[0]),
    problems,
    behind,
  };
}

function changesOf(survey: SurveyAnswer['survey'], before: SurveyAnswer['before'][number]) {
  const all = difference(stateOf(before.survey, before.day), stateOf(survey));
  const { papers, themes, figures, revised } = newsIn(all);
  const itemOf = (item: { text: string; paper: string } | null) =>
    item && { text: item.text, paper: item.paper };
  return {
    since: before.day,
    papers: papers.length,
    themes: themes.length,
    figures: figures.length,
    revised: revised.length,
    all: all.map(({ kind, key, before: was, after }) => ({
      kind,
      key,
      before: itemOf(was),
      after: itemOf(after),
    })),
  };
}
