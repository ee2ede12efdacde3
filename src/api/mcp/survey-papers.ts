import { z } from 'zod';
import { cleanText } from '../../http/address.ts';
import type { SearchParams } from '../../papers/library.ts';
import type { Day } from '../../papers/types.ts';
import { withQuery } from '../../present/urls.ts';
import { figuresOf } from '../../survey/survey.ts';
import type { SurveyAnswer } from '../../survey/surveys.ts';
import { surveyMarkdown } from '../survey/texts.ts';
import { type McpContext, ToolError, tool } from './tool.ts';

export const LONGEST_QUERY = 2000;
/** Figures in the structured data; the text has the first of them with their sentences. */
const MOST_FIGURES = 40;

export const surveyPapers = tool({
  name: 'survey_papers',
  title: 'Survey papers',
  description:
    'Says what all papers that match a query have found, as Markdown: headline figures, each with the sentence that ' +
    'states it, themes with their papers, a timeline, benchmarks, code, open questions, people. Everything is quoted, nothing is ' +
    'written by a model. Use it for an overview of a topic; use search_papers for single papers. The query is as for ' +
    'search_papers. With since, it also says what has changed since that day.',
  input: z.strictObject({
    query: z.string().max(LONGEST_QUERY).describe('What to survey, with filters such as cat:cs.CL year:2026'),
    since: z.iso.date({ error: 'expected a day such as 2026-06-26' }).optional(),
  }),
  output: z.object({
    total: z.number().int().describe('Papers that match'),
    papers: z.number().int().describe('Papers in the survey: the newest, if there are more than 5,000'),
    themes: z.array(z.object({ name: z.string(), papers: z.number().int(), lead: z.string() })),
    figures: z.array(
      z.object({
        paper: z.string(),
        value: z.string(),
        what: z.string().nullable(),
        on: z.string().nullable(),
        sentence: z.string(),
      }),
    ),
  }),
  async run({ query, since }, context) {
    const q = cleanText(query);
    if (q === '') throw new ToolError('A survey needs a query. list_edition gives the newest papers.');
    const { text, answer } = await surveyText(context, { q, sort: 'date' }, q, since ?? null);
    const { survey } = answer;
    return {
      text,
      data: {
        total: survey.total,
        papers: survey.papers.length,
        themes: survey.themes.map(({ name, papers, lead }) => ({ name, papers: papers.length, lead })),
        figures: figuresOf(survey)
          .filter(({ figure }) => figure.isSure)
          .slice(0, MOST_FIGURES)
          .map(({ paper, figure: { value, what, on, sentence } }) => ({
            paper: paper.id,
            value,
            what,
            on,
            sentence: sentence.text,
          })),
      },
    };
  },
});

/** A survey as Markdown. */
export async function surveyText(
  { surveys, library, base }: Pick<McpContext, 'surveys' | 'library' | 'base'>,
  params: SearchParams,
  of: string,
  since: Day | null,
): Promise<{ text: string; answer: SurveyAnswer }> {
  const answer = await surveys.of(library, params, since === null ? [] : [since]);
  const url = base + withQuery('/survey', { q: params.q, since });
  return { text: surveyMarkdown({ answer, of, url, base }), answer };
}
