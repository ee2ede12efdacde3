import { z } from 'zod';
import type { Library, SearchAnswer, Standing } from '../../papers/library.ts';
import type { Paper } from '../../papers/types.ts';
import { sayRule, sayVotes } from '../../present/paper-words.ts';
import { ID } from './read-paper.ts';
import { paperNamed, tool } from './tool.ts';

/** The top results of a search in which the paper is looked for. */
const FURTHEST = 200;

const SHARE = z.object({
  kind: z.string(),
  term: z.string(),
  field: z.string(),
  strength: z.number(),
  weight: z.number(),
  score: z.number().describe('strength × weight'),
});

export const explainRanking = tool({
  name: 'explain_ranking',
  title: 'Explain a ranking',
  description:
    'Explains in numbers why a paper is ranked where it is: its rank in the edition of its day and among trending papers, ' +
    'where its votes were counted and which rule put it in an edition. With a query, also its rank in that search and ' +
    'what each word contributed. Nothing else affects the ranking.',
  input: z.strictObject({
    id: ID,
    query: z.string().max(2000).optional().describe('A query as in search_papers'),
  }),
  output: z.object({
    id: z.string(),
    edition: z.string().nullable(),
    place: z.number().int().nullable().describe('Rank in the edition, from 1'),
    of: z.number().int(),
    tied: z.number().int().describe('Other papers in the edition with as many votes'),
    upvotes: z.number().int(),
    tallies: z.array(z.object({ source: z.string(), upvotes: z.number().int() })),
    trending: z
      .object({
        place: z.number().int(),
        votes_part: z.number(),
        age_part: z.number(),
        key: z.number().describe('The sum that decides the order'),
      })
      .nullable(),
    rule: z.string(),
    search: z
      .object({
        query: z.string(),
        place: z.number().int().nullable().describe(`Null: not among the first ${FURTHEST}`),
        score: z.number().nullable(),
        shares: z.array(SHARE),
      })
      .nullable(),
  }),
  async run({ id, query }, { library }) {
    const paper = await paperNamed(library, id);
    const standing = await library.standing(paper);
    const q = query?.trim() ?? '';
    const search = q === '' ? null : await searched(library, paper, q);
    const { trending } = standing;
    return {
      text: [
        `“${paper.title}” (${paper.id})`,
        ...sayStanding(standing, paper),
        ...(search ? saySearch(search) : []),
      ].join('\n'),
      data: {
        id: paper.id,
        edition: standing.edition,
        place: standing.place,
        of: standing.of,
        tied: standing.tied,
        upvotes: standing.upvotes,
        tallies: standing.tallies.map(({ source, upvotes }) => ({ source, upvotes })),
        trending: trending && {
          place: trending.place,
          votes_part: trending.votesPart,
          age_part: trending.agePart,
          key: trending.key,
        },
        rule: sayRule(paper),
        search,
      },
    };
  },
});

interface Searched {
  query: string;
  place: number | null;
  score: number | null;
  shares: NonNullable<SearchAnswer['hits'][number]['shares']>;
}

async function searched(library: Library, paper: Paper, query: string): Promise<Searched> {
  const { hits } = await library.search({ q: query, limit: FURTHEST, explain: true, facets: false });
  const at = hits.findIndex((hit) => hit.paper.pk === paper.pk);
  const hit = hits[at];
  return { query, place: hit ? at + 1 : null, score: hit?.score ?? null, shares: hit?.shares ?? [] };
}

function sayStanding(standing: Standing, paper: Paper): string[] {
  const { place, of, edition, upvotes, discount, tied, trending } = standing;
  const lines: string[] = [];
  if (edition !== null && place !== null)
    lines.push(`Ranked ${place} of ${of} in the edition of ${edition}.`);
  if (tied > 0)
    lines.push(
      `${tied} other ${tied === 1 ? 'paper' : 'papers'} in that edition ${tied === 1 ? 'has' : 'have'} as many votes; ties are broken by the day of announcement, newest first, then by id.`,
    );
  lines.push(sayRule(paper));
  if (trending)
    lines.push(
      `Ranked ${trending.place} in trending: votes ${trending.votesPart.toFixed(3)} + recency ${trending.agePart.toFixed(3)} = ${trending.key.toFixed(3)}.`,
    );
  if (trending && discount > 0)
    lines.push(
      `In trending, its ${upvotes} votes weigh as much as ${upvotes - discount}; see /about/ranking.`,
    );
  const votes = sayVotes(standing);
  return votes === '' ? lines : [...lines, `${votes}.`];
}

function saySearch({ query, place, score, shares }: Searched): string[] {
  if (place === null || score === null)
    return [`It is not among the first ${FURTHEST} papers found by “${query}”.`];
  return [
    `Ranked ${place} in the search for “${query}”, with a score of ${score.toFixed(3)}:`,
    ...shares.map(
      (share) =>
        `- ${share.kind} ${share.term}${share.field === '' ? '' : ` in ${share.field}`}: ` +
        `${share.strength.toFixed(3)} × ${share.weight.toFixed(3)} = ${share.score.toFixed(3)}`,
    ),
  ];
}
