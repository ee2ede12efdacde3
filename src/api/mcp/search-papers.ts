import { z } from 'zod';
import { cleanText } from '../../http/address.ts';
import { bounds } from '../../papers/days.ts';
import type { SearchAnswer } from '../../papers/library.ts';
import { readEdition } from '../../present/dates.ts';
import { BRIEF, briefOf, linesOf } from './shapes.ts';
import { ToolError, tool } from './tool.ts';

const day = (says: string) =>
  z.iso.date({ error: 'expected a day such as 2026-06-26' }).optional().describe(says);

export const searchPapers = tool({
  name: 'search_papers',
  title: 'Search papers',
  description:
    'Finds papers on this site by words and meaning, best first. Use it for a topic, a title, an author or an identifier. ' +
    'The query may contain phrases in quotation marks, -word to exclude a word, AND, OR, NOT and parentheses, and fields such as ' +
    'title:word, abs:word, author:"First Last", year:2024..2026, date:2025-06, cat:cs.CL, org:name, votes:>20, has:code, ' +
    'edition:2026-06 (in the editions of that day, week or month). An arXiv id, a DOI or an address of a paper finds that paper. Papers marked loose ' +
    'match only in part. Returns short summaries; read_paper returns a whole paper.',
  input: z.strictObject({
    query: z.string().max(2000).default('').describe('What to look for; may be empty if there is a filter'),
    category: z.string().max(60).optional().describe('Only this category (cs.CL) or archive (cs)'),
    author: z.string().max(200).optional().describe('Only papers by this author'),
    organization: z.string().max(200).optional().describe('Only papers from this organisation, by its slug'),
    venue: z
      .string()
      .max(200)
      .optional()
      .describe('Only papers of this conference or journal, e.g. "CVPR 2025"'),
    from: day('Published on this day or later'),
    to: day('Published on this day or earlier'),
    edition: z
      .string()
      .max(20)
      .optional()
      .describe('Listed in the edition of this day (2026-06-12), week (2026-W24) or month (2026-06)'),
    has_code: z.boolean().optional().describe('Only papers with source code'),
    sort: z
      .enum(['relevance', 'date', 'votes'])
      .optional()
      .describe('Default: relevance if there are words, otherwise date'),
    page: z.number().int().min(1).max(1000).default(1),
    limit: z.number().int().min(1).max(50).default(10).describe('Papers per page'),
  }),
  output: z.object({
    total: z.number().int(),
    exact: z.boolean().describe('If false, total and pages are lower bounds'),
    page: z.number().int(),
    pages: z.number().int(),
    more: z.boolean().describe('Whether the next page may have papers'),
    papers: z.array(BRIEF.extend({ loose: z.boolean() })),
    did_you_mean: z.string().nullable(),
    problems: z.array(z.string()).describe('Parts of the query that were not understood'),
  }),
  async run(
    { query, category, author, organization, venue, has_code, sort, limit, page, from, to, edition },
    context,
  ) {
    const q = cleanText(query);
    const period = edition?.trim() ? readEdition(edition.trim()) : null;
    if (edition?.trim() && period === null)
      throw new ToolError('The edition must be a day (2026-06-12), a week (2026-W24) or a month (2026-06).');
    const filters = {
      ...(category?.trim() && { categories: [cleanText(category)] }),
      ...(author?.trim() && { author: cleanText(author) }),
      ...(organization?.trim() && { organization: cleanText(organization) }),
      ...(venue?.trim() && { venue: cleanText(venue) }),
      ...(from && { from }),
      ...(to && { to }),
      ...(period && { edition: bounds(period) }),
      ...(has_code && { hasCode: true }),
    };
    if (q === '' && Object.keys(filters).length === 0)
      throw new ToolError('Search needs words or a filter. list_edition gives the newest papers.');
    if (from && to && from > to) throw new ToolError('The first day (from) is after the last (to).');
    const answer = await context.library.search({
      q,
      ...filters,
      sort: sort ?? (q === '' ? 'date' : 'relevance'),
      page,
      limit,
      facets: false,
    });
    // Counted only as far as that is free: a full page may or may not be the last.
    const more =
      answer.hits.length > 0 && (page < answer.pages || (!answer.exact && answer.hits.length === limit));
    const pages = Math.max(1, answer.pages, more ? page + 1 : 1);
    const papers = [
      ...(answer.direct && page === 1 ? [{ ...briefOf(answer.direct, context.base), loose: false }] : []),
      ...answer.hits.map((hit) => ({ ...briefOf(hit.paper, context.base), loose: hit.loose })),
    ];
    return {
      text: [
        sayFound(answer, pages, more),
        ...papers.map((paper, i) => linesOf(paper, (page - 1) * limit + i + 1, paper.loose ? 'loose' : '')),
      ].join('\n\n'),
      data: {
        total: answer.total,
        exact: answer.exact,
        page: answer.page,
        pages,
        more,
        papers,
        did_you_mean: answer.didYouMean,
        problems: answer.read.problems,
      },
    };
  },
});

function sayFound(answer: SearchAnswer, pages: number, more: boolean): string {
  const { total, exact, page, didYouMean, read, direct, identifier, behind } = answer;
  const parts = [
    total === 0 && answer.hits.length > 0
      ? 'No paper matches everything; these match in part.'
      : exact
        ? `${total} found; page ${page} of ${pages}.`
        : `At least ${total} found; page ${page}, ${more ? 'more may follow' : 'the last'}.`,
  ];
  if (identifier)
    parts.push(direct ? 'The first is the paper itself.' : 'No paper here has that identifier.');
  if (didYouMean !== null) parts.push(`Includes results for: ${didYouMean}.`);
  for (const problem of read.problems) parts.push(problem);
  if (behind > 0) parts.push('New papers are being indexed, so some cannot be found yet.');
  return parts.join(' ');
}
