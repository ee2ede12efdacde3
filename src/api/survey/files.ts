/** A survey as a file: `/survey.md?q=…`, `/papers/date/2026-06-26/survey.md` and the other formats. */
import { toBibtex } from '../../formats/write-bibtex.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import type { Library, Period } from '../../papers/library.ts';
import type { Paper } from '../../papers/types.ts';
import { readPeriod } from '../../present/dates.ts';
import { fileName } from '../../present/list-file.ts';
import {
  isSurveyFormat,
  OF_SURVEYS,
  readSurvey,
  SURVEY_FORMATS,
  SURVEY_QUERY,
  type Surveyable,
  type SurveyFormat,
  surveyOfPeriod,
  surveyPath,
} from '../../present/surveyed.ts';
import { periodPath, withQuery } from '../../present/urls.ts';
import type { SurveyAnswer } from '../../survey/surveys.ts';
import { OPEN } from '../route.ts';
import { surveyJson } from './shapes.ts';
import { surveyCsv, surveyLatex, surveyMarkdown, type Written } from './texts.ts';

export { isSurveyFormat, SURVEY_FORMATS, type SurveyFormat };

const file = (
  page: string,
  says: string,
  query: readonly string[],
  handle: (ask: Ask, param: string) => Promise<Reply>,
): Reading => ({ method: 'GET', path: `${page}.:format`, says, query, kind: 'plain', who: 'public', handle });

/** Not cached, because they would displace popular pages. */
export const SURVEY_FILES: Reading[] = [
  file(
    '/survey',
    'A survey as a file: `md`, `json`, `csv` (its figures), `bib` or `tex`.',
    SURVEY_QUERY,
    async (ask) => {
      const asked = readSurvey(ask.query);
      if (asked === null)
        throw new WebError(400, 'A survey needs search words or a filter, such as q=multi-token.');
      return answer(ask, asked);
    },
  ),
  ofPeriod('day', '/papers/date/:day/survey', 'The survey of an edition as a file.'),
  ofPeriod('week', '/papers/week/:week/survey', 'The survey of a week as a file.'),
  ofPeriod('month', '/papers/month/:month/survey', 'The survey of a month as a file.'),
];

function ofPeriod(kind: Period['kind'], page: string, says: string): Reading {
  return file(page, says, OF_SURVEYS, async (ask, given) => {
    const read = readPeriod(kind, given);
    if (!read.ok) throw new WebError(400, `“${given.slice(0, 40)}” is not a ${kind}. ${read.reason}`);
    const period: Period = { kind, value: read.value };
    if (!read.padded)
      return redirect(
        withQuery(`${periodPath(period)}/survey.${endingOf(ask)}`, Object.fromEntries(ask.query)),
        301,
      );
    return answer(ask, surveyOfPeriod(period, ask.query));
  });
}

const endingOf = ({ path }: Ask): string => path.slice(path.lastIndexOf('.') + 1);

async function answer(ask: Ask, asked: Surveyable): Promise<Reply> {
  const format = endingOf(ask);
  if (!isSurveyFormat(format))
    throw new WebError(404, `Surveys come as ${Object.keys(SURVEY_FORMATS).join(', ')}.`);
  const surveyed = await ask.web.surveys.of(
    ask.library,
    asked.params,
    asked.since === null ? [] : [asked.since],
  );
  const url = ask.base + surveyPath(asked, { by: 'date' });
  const body = await surveyFileText(
    format,
    { answer: surveyed, of: asked.of, url, base: ask.base },
    ask.library,
  );
  return text(body, SURVEY_FORMATS[format].type, {
    ...(format === 'json' ? OPEN : {}),
    'content-disposition': `${format === 'json' ? 'inline' : 'attachment'}; filename="${fileName('survey', asked.slug)}.${format}"`,
    'x-robots-tag': 'noindex',
  });
}

/** The text of a file. @param library has the papers that BibTeX is made of */
export async function surveyFileText(
  format: SurveyFormat,
  written: Written,
  library: Pick<Library, 'papers'>,
): Promise<string> {
  switch (format) {
    case 'md':
      return surveyMarkdown(written);
    case 'tex':
      return surveyLatex(written);
    case 'csv':
      return surveyCsv(written);
    case 'json':
      return `${JSON.stringify(surveyJson(written.answer, written.base, written.answer.before[0]?.day ?? null))}\n`;
    case 'bib':
      return (await papersOf(written.answer, library))
        .map((paper) => toBibtex(paper, written.base))
        .join('\n');
  }
}

/** Whole papers, in the order of the survey. */
async function papersOf({ survey }: SurveyAnswer, library: Pick<Library, 'papers'>): Promise<Paper[]> {
  const papers: Paper[] = [];
  const keys = survey.papers.map(({ pk }) => pk);
  for (let start = 0; start < keys.length; start += 500)
    papers.push(...(await library.papers(keys.slice(start, start + 500))));
  return papers;
}
