import { withCollection } from '../../collection.ts';
import { isListFormat, LIST_FORMATS, type ListFormat, writeList } from '../../formats/write-list.ts';
import { dayOf, parseDay } from '../../papers/days.ts';
import type { SearchParams } from '../../papers/library.ts';
import { editionDays } from '../../search/edition-days.ts';
import type { SearchSort } from '../../search/types.ts';
import { type Command, type Context, count, EXIT, type Option, optionText, UsageError } from '../command.ts';
import { printAnswer, printJson } from './search-print.ts';

const SORTS = ['relevance', 'date', 'votes'];
/** Most papers of an export, as on the site. */
const MOST_EXPORTED = 1000;

/** What narrows down a search. */
export const FILTER_OPTIONS: Option[] = [
  { name: 'category', value: 'CODE', says: 'only this category (cs.CL) or archive (cs)' },
  { name: 'organization', value: 'SLUG', says: 'only this organisation' },
  {
    name: 'venue',
    value: 'NAME',
    says: "only this conference or journal; with a year, only that year's",
  },
  { name: 'author', value: 'NAME', says: 'only this author' },
  { name: 'from', value: 'DATE', says: 'published on this day or later' },
  { name: 'to', value: 'DATE', says: 'published on this day or earlier' },
  {
    name: 'edition',
    value: 'WHEN',
    says: 'only the editions of a day, a week (2026-W24) or a month (2026-06)',
  },
  { name: 'code', says: 'only papers with code' },
];

export const search: Command = {
  name: 'search',
  says: 'find papers, as the search page does',
  usage: 'WORDS…',
  help: [
    'Prints matching papers, best first, from the same index as the search page. WORDS may be anything the',
    'search page accepts; quote them for the shell, or put them after -- if one begins with a hyphen:',
    '',
    '  broadsheet search \'"speculative decoding" -image author:Lovelace year:2025..2026 has:code\'',
    '',
    'A word can be looked for in one field (title:, abs:, author:); AND, OR, NOT and parentheses combine words; and',
    'category:, org:, venue:, year:, date:, edition:, votes:>20 and has: filter. Anything that was not understood is',
    'listed after the papers.',
    'A tilde marks partial matches and papers similar in meaning. With --json the last line is {total, exact,',
    'identifier, didYouMean, acronyms, read, behind}, with --facets also {facets}.',
  ].join('\n'),
  options: [
    ...FILTER_OPTIONS,
    { name: 'sort', value: 'ORDER', says: `${SORTS.join(', ')}` },
    {
      name: 'limit',
      value: 'N',
      says: 'how many, 1 to 100; default 10 (with --export: up to 1,000, which is the default)',
    },
    { name: 'explain', says: "show what each paper's score is made of" },
    { name: 'facets', says: 'count categories, organisations, venues and years over all matches' },
    { name: 'complete', says: 'print completions of the words instead of papers' },
    {
      name: 'export',
      value: 'FORMAT',
      says: `export the papers as one of: ${Object.keys(LIST_FORMATS).join(', ')}`,
    },
  ],
  async run(context) {
    const format = formatOf(context);
    const complete = context.options.complete === true;
    if (complete && context.words.join(' ').trim() === '') throw new UsageError('--complete needs words');
    const params = complete
      ? { q: context.words.join(' '), limit: limitOf(context, 10) }
      : paramsOf(context, format);
    const { config, io } = context;
    return withCollection(config, { warn: io.note }, async ({ library, modelTried }) => {
      await modelTried;
      if (complete) {
        for (const { text, papers } of await library.complete(params.q, params.limit ?? 10))
          context.io.out(
            context.json ? JSON.stringify({ text, papers }) : `${String(papers).padStart(7)}  ${text}`,
          );
        return EXIT.ok.code;
      }
      const answer = await library.search(params);
      if (format) {
        const papers = [
          ...(answer.direct ? [answer.direct] : []),
          ...answer.hits.filter((hit) => !hit.loose).map((hit) => hit.paper),
        ];
        const tallies = await library.tallies(papers.map((paper) => paper.pk));
        const text = [...writeList(format, papers, { tallies })].join('');
        // The caller that prints it adds the final line break.
        if (text !== '') context.io.out(text.replace(/\r?\n$/, ''));
        context.io.note(`${count(papers.length, 'paper')} written.`);
        return EXIT.ok.code;
      }
      (context.json ? printJson : printAnswer)(context, answer);
      return EXIT.ok.code;
    });
  },
};

function formatOf(context: Context): ListFormat | null {
  const name = optionText(context, 'export');
  if (name === undefined) return null;
  if (!isListFormat(name))
    throw new UsageError(`--export must be one of ${Object.keys(LIST_FORMATS).join(', ')}`);
  return name;
}

function limitOf(context: Context, fallback: number): number {
  const limit = Number(optionText(context, 'limit') ?? fallback);
  const most = Math.max(100, fallback);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new UsageError(`--limit must be a whole number from 1 to ${most.toLocaleString('en-GB')}`);
  return limit;
}

function paramsOf(context: Context, format: ListFormat | null): SearchParams {
  const sort = optionText(context, 'sort') ?? 'relevance';
  if (!SORTS.includes(sort)) throw new UsageError(`--sort must be one of ${SORTS.join(', ')}`);
  return {
    ...filtersOf(context, 'search'),
    sort: sort as SearchSort,
    limit: limitOf(context, format ? MOST_EXPORTED : 10),
    explain: context.options.explain === true,
    // Counted even where they are not shown: with them the total is exact.
    facets: format === null,
  };
}

/** The query with its filters. @param name of the command */
export function filtersOf(context: Context, name: string): SearchParams {
  const params: SearchParams = { q: context.words.join(' ') };
  for (const end of ['from', 'to'] as const) {
    const text = optionText(context, end);
    if (text === undefined) continue;
    const day = parseDay(text);
    if (!day) throw new UsageError(`--${end} '${text.slice(0, 40)}' is not a date such as 2026-06-26`);
    params[end] = day;
  }
  const category = optionText(context, 'category');
  const organization = optionText(context, 'organization');
  const author = optionText(context, 'author');
  if (category) params.categories = [category];
  const venue = optionText(context, 'venue');
  if (venue) params.venue = venue;
  if (organization) params.organization = organization;
  if (author) params.author = author;
  if (context.options.code) params.hasCode = true;
  const edition = optionText(context, 'edition');
  if (edition !== undefined) {
    const days = editionDays(edition);
    if (days === null)
      throw new UsageError(
        `--edition '${edition.slice(0, 40)}' is not a day (2026-06-12), a week (2026-W24) or a month (2026-06)`,
      );
    params.edition = { first: dayOf(days.first), last: dayOf(days.last) };
  }
  const filtered =
    category ||
    organization ||
    venue ||
    author ||
    params.from ||
    params.to ||
    params.edition ||
    params.hasCode;
  if (params.q === '' && !filtered) throw new UsageError(`${name} needs words or a filter`);
  return params;
}
