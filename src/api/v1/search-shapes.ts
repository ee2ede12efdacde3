/** The shapes of responses to searches. */
import * as z from 'zod';
import { day, EXPORTS, listOf, named, PAPER } from './shapes.ts';

const count = z.int().min(0);
const text = z.string();

// By OpenAPI 3.0's rules, every array needs `items`, including pairs.
const ranges = z
  .array(z.tuple([count, count]).meta({ items: { type: 'integer' } }))
  .describe('Half-open ranges of UTF-16 units.');
export const HIT = named('Hit', 'A paper that was found.', {
  paper: PAPER,
  score: z.number(),
  loose: z.boolean().describe('A partial match. Listed after all others and not counted.'),
  duplicates: z.array(z.strictObject({ id: text, title: text })).describe('Near-duplicates.'),
  highlights: z
    .strictObject({ title: ranges, abstract: ranges })
    .nullable()
    .describe('What matches, with `highlights=true`.'),
  shares: z
    .array(
      z.strictObject({
        kind: text,
        term: text,
        field: text,
        strength: z.number(),
        weight: z.number(),
        score: z.number(),
      }),
    )
    .nullable()
    .describe('What the score is made of, with `explain=true`: `score` = `strength` · `weight`.'),
});

const values = z.array(z.strictObject({ value: text, label: text, count }));
export const SEARCH = listOf('Search', 'Search results.', HIT, {
  total: count.describe('Papers that match.'),
  exact: z.boolean().describe('If false, `total` is a lower bound.'),
  direct: PAPER.nullable().describe('The paper identified by `q`; `items` are those that mention it.'),
  didYouMean: text.nullable(),
  acronyms: z.array(
    z.strictObject({
      acronym: text,
      expansions: z.array(
        z.strictObject({
          text,
          papers: count,
          archives: z.array(text),
          used: z.boolean().describe('Also searched for.'),
        }),
      ),
    }),
  ),
  read: z
    .strictObject({
      sort: z.enum(['relevance', 'date', 'votes']),
      from: day.nullable(),
      to: day.nullable(),
      edition: z
        .strictObject({ first: day.nullable(), last: day.nullable() })
        .nullable()
        .describe('Only papers in editions of these days, both inclusive; null: open at that end.'),
      categories: z.array(text),
      organization: text.nullable(),
      venue: text.nullable(),
      author: text.nullable(),
      code: z.boolean().nullable().describe('Only papers with code, or only those without; null: either.'),
      votes: z
        .strictObject({ from: z.int().nullable(), to: z.int().nullable() })
        .nullable()
        .describe('Only papers with this many votes, both inclusive.'),
      has: z.array(text).describe('What papers must have, as in `has:abstract`.'),
      lacks: z.array(text).describe('What papers must not have, as in `-has:abstract`.'),
      condition: text.nullable().describe('What else papers must meet, such as `author:a OR author:b`.'),
      unknown: z.array(text).describe('Words that are in no paper.'),
      corrected: z
        .array(z.strictObject({ word: text, instead: text }))
        .describe('Words that are probably mistyped, with those that were searched for as well.'),
      problems: z.array(text).describe('Parts that were not understood.'),
    })
    .describe('How the query text was read: its filters and order, and what was not understood.'),
  facets: z
    .strictObject({ categories: values, organizations: values, venues: values, years: values, code: count })
    .nullable()
    .describe('With `facets=true`: counts over the papers that match.'),
  behind: count.describe('Changes not yet in the index; 0 when it is up to date.'),
  exports: EXPORTS,
});
export const COUNT = named('Count', 'How many papers match.', { total: count, exact: z.boolean() });
export const COMPLETIONS = listOf(
  'Completions',
  'Completions for a query being typed.',
  z.strictObject({ text, papers: count.describe('How many papers a search for it finds.') }),
  {},
);
