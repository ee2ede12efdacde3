/** The survey of a search. */
import { SURVEY, surveyJson } from '../survey/shapes.ts';
import { endpoint } from './endpoint.ts';
import { date } from './parameters.ts';
import { FILTERS, searchOf } from './search.ts';

const FIND = endpoint({
  name: 'survey',
  group: 'Search',
  path: '/survey',
  says: 'What the papers of a search have found: figures with their sentences, themes, timeline, code, open questions.',
  more:
    'Takes the filters of a search; if more than 5,000 papers match, it covers the newest. Partial matches are left out. Nothing ' +
    'in it is written by a model: every sentence is quoted, and the same papers give the same answer.',
  parameters: {
    ...FILTERS,
    since: date('Also report what has changed since this day.'),
  },
  answer: SURVEY,
  example: ({ words }) => (words === null ? null : { q: words }),
  async handle({ web, library, base, query }) {
    const params = { ...searchOf(query), sort: 'date' as const };
    const since = query.since ?? null;
    return surveyJson(await web.surveys.of(library, params, since === null ? [] : [since]), base, since);
  },
});

export const SURVEY_ENDPOINTS = [FIND];
