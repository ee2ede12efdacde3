import { isSurveyFormat, SURVEY_FORMATS, type SurveyFormat, surveyFileText } from '../../api/survey/files.ts';
import { withCollection } from '../../collection.ts';
import { parseDay } from '../../papers/days.ts';
import { Surveys } from '../../survey/surveys.ts';
import { type Command, EXIT, optionText, UsageError } from '../command.ts';
import { siteAddress } from '../site-address.ts';
import { FILTER_OPTIONS, filtersOf } from './search.ts';

export const surveyCommand: Command = {
  name: 'survey',
  says: 'report what the papers of a search have found',
  usage: 'QUERY…',
  help: [
    'Prints the survey of a search: figures with their sentences, themes, a timeline, code, open questions.',
    'QUERY is anything that search accepts. Every sentence is quoted from a paper, and the same papers give the same',
    'bytes. If more than 5,000 papers match, the survey covers the newest.',
    '',
    '  broadsheet survey multi-token --since 2026-06-01',
    '  broadsheet survey category:cs.CL year:2026 --format csv > figures.csv',
  ].join('\n'),
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      says: `${Object.keys(SURVEY_FORMATS).join(', ')}; default md (with --json: json)`,
    },
    { name: 'since', value: 'DATE', says: 'also show what has changed since that day' },
    ...FILTER_OPTIONS,
  ],
  async run(context) {
    const { config, io } = context;
    const format = formatOf(optionText(context, 'format') ?? (context.json ? 'json' : 'md'));
    const given = optionText(context, 'since');
    const since = given === undefined ? null : parseDay(given);
    if (given !== undefined && since === null)
      throw new UsageError(`--since '${given.slice(0, 40)}' is not a date such as 2026-06-26`);
    const params = { ...filtersOf(context, 'survey'), sort: 'date' as const };
    return withCollection(config, { warn: io.note }, async ({ library, store }) => {
      const answer = await new Surveys(library).of(library, params, since === null ? [] : [since]);
      for (const problem of answer.problems) io.note(`Not understood: ${problem}`);
      const { url: base } = await siteAddress(store, config);
      const query = new URLSearchParams({ q: params.q });
      const written = { answer, of: params.q || 'papers', url: `${base}/survey?${query}`, base };
      const text = await surveyFileText(format, written, library);
      // The caller that prints it adds the final line break.
      io.out(text.replace(/\r?\n$/, ''));
      return EXIT.ok.code;
    });
  },
};

function formatOf(name: string): SurveyFormat {
  if (!isSurveyFormat(name))
    throw new UsageError(`--format must be one of ${Object.keys(SURVEY_FORMATS).join(', ')}`);
  return name;
}
