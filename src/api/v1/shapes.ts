/**
 * The shapes of our own API's responses. Each is declared once: the compiler checks the code against it, the tests
 * check every response, and the OpenAPI description, the page at `/api` and the client are generated from it.
 *
 * Every field is always present; unknown values are null. Objects are closed here, so that the tests notice an
 * undescribed field; in the published description they are open, because fields may be added.
 */
import * as z from 'zod';
import { FORMS, SCHEMES, SOURCES } from '../../papers/types.ts';

/** Shapes that are named in the description. */
export const NAMED = z.registry<{ id: string }>();

/** A named object. */
export const named = <S extends z.ZodRawShape>(id: string, says: string, shape: S) => {
  const made = z.strictObject(shape).describe(says);
  NAMED.add(made, { id });
  return made;
};

const count = z.int().min(0);
const text = z.string();
export const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .meta({ format: 'date' });
export const moment = z
  .string()
  .regex(/^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time' });
const address = z.string().meta({ format: 'uri' });

/** Where a list continues. */
export const next = text
  .nullable()
  .describe('Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address.');

export const ORGANIZATION = named('Organization', 'An organisation, as in `/organizations/{slug}`.', {
  slug: text,
  name: text,
});

export const RULE = named('Rule', 'By which rule of the site a paper is in an edition, or why in none.', {
  enters: z.boolean(),
  by: z
    .enum(['listed', 'all', 'category', 'keyword', 'author', 'none', 'cap'])
    .describe('`listed`: somebody chose the day. `all`: nothing has to match. `cap`: the day was full.'),
  value: text.nullable().describe('What matched, as the settings have it.'),
});

const REPOSITORY = named('Repository', 'A model, dataset or Space at the Hub.', {
  id: text.describe('`owner/name`'),
  url: address,
  likes: count.nullable(),
  downloads: count.nullable().describe('In the last month.'),
  modified: moment.nullable(),
  task: text.nullable().describe('What a model does: `text-generation`.'),
  parameters: count.nullable(),
  about: text.nullable().describe('A Space’s account of itself.'),
});

export const REPOSITORIES = named('Repositories', 'What cites a paper at the Hub: the first of each kind.', {
  models: z.array(REPOSITORY),
  datasets: z.array(REPOSITORY),
  spaces: z.array(REPOSITORY),
  totals: z
    .strictObject({ models: count, datasets: count, spaces: count })
    .describe('How many there are in all.'),
});

export const PAPER = named('Paper', 'All that is known of a paper.', {
  id: text.describe('The canonical id: `2504.15921`, `hep-th/9901001`, `doi:10.1000/x`, `acl:…`, …'),
  url: address.describe('Its page here.'),
  title: text.describe('Plain text with TeX between dollars.'),
  abstract: text.nullable(),
  summary: text.nullable().describe('A short account in other words than the abstract’s.'),
  authors: z.array(
    z.strictObject({
      name: text.describe('As printed.'),
      slug: text.nullable().describe('As in `/authors/{slug}`; null: the name has nothing to make one of.'),
    }),
  ),
  authorsCount: count.nullable().describe('All of them, where `authors` has fewer or none; null: not known.'),
  organizations: z.array(ORGANIZATION),
  categories: z.array(text).describe('Codes, the primary first: `cs.CL`.'),
  keywords: z.array(text),
  published: day.nullable(),
  publishedPrecision: z
    .enum(['day', 'month', 'year'])
    .nullable()
    .describe('How exact `published` is; what is finer is filled with 01.'),
  publishedAt: moment.nullable().describe('Where a source tells the time.'),
  updated: day.nullable(),
  announced: day.nullable().describe('When its source announced it.'),
  listed: day.nullable().describe('The day of the edition it is in; null: in none.'),
  late: z.boolean().describe('It came after its edition had closed, and stands below it.'),
  rule: RULE.nullable().describe('Null: its day is not known.'),
  submittedBy: z.strictObject({ name: text, user: text.nullable() }).nullable(),
  upvotes: count,
  comments: count,
  citations: count.nullable().describe('Null: nobody counted.'),
  identifiers: z.array(
    z.strictObject({
      scheme: z.enum(SCHEMES),
      value: text,
      version: count.nullable(),
      url: address.nullable().describe('Where it is looked up outside.'),
    }),
  ),
  links: z.array(
    z.strictObject({
      kind: z.enum(['code', 'project', 'media']),
      url: address,
      stars: count.nullable(),
      licence: text.nullable(),
    }),
  ),
  repositories: REPOSITORIES.nullable().describe(
    'Models, datasets and Spaces that cite it at the Hub; null: none are known.',
  ),
  pdf: address.nullable().describe('The PDF at arXiv or the ACL Anthology.'),
  figures: z
    .array(z.strictObject({ value: text, measure: text }))
    .describe('Headline figures: `{"value": "5.8×", "measure": "speed-up"}`.'),
  note: text.nullable().describe('The authors’ remark.'),
  journal: text.nullable(),
  licence: text.nullable(),
  withdrawn: z.boolean(),
  sources: z.array(z.enum(SOURCES)).describe('Who told of it, the most trusted first.'),
});

/** `{items, next}`, and what belongs to it. */
export const listOf = <T extends z.ZodType, S extends z.ZodRawShape>(
  id: string,
  says: string,
  item: T,
  more: S,
) => named(id, says, { ...more, items: z.array(item), next });

const total = count.describe('Papers in all.');

export const EXPORTS = named('Exports', 'The same list as a file, 1,000 papers at most.', {
  bib: address,
  ris: address,
  json: address.describe('CSL-JSON.'),
  csv: address,
  jsonl: address.describe('To be imported again.'),
});

export const PAPERS = listOf('Papers', 'Papers in an order.', PAPER, {});
export const BATCH = listOf('Batch', 'The papers that were asked for, in the order of `ids`.', PAPER, {
  missing: z.array(text).describe('Ids that no paper here has.'),
});
export const TRENDING = listOf('Trending', 'Papers by votes and recency together.', PAPER, {
  total,
  exports: EXPORTS,
});
export const AUTHOR = listOf('AuthorPapers', 'An author’s papers, the newest first.', PAPER, {
  author: z.strictObject({ slug: text, name: text }),
  total,
  exports: EXPORTS,
});
export const ORGANIZATION_PAPERS = listOf(
  'OrganizationPapers',
  'An organisation’s papers, the newest first.',
  PAPER,
  { organization: ORGANIZATION, total, exports: EXPORTS },
);

const period = text.describe('A day (`2026-06-26`), a week (`2026-W26`) or a month (`2026-06`).');
export const EDITION = listOf('Edition', 'A day, week or month of papers.', PAPER, {
  period,
  kind: z.enum(['day', 'week', 'month']),
  first: day,
  last: day,
  open: z.boolean().describe('Its last day is not over.'),
  closed: z.boolean().describe('No paper enters or leaves it any more; later ones are `late`.'),
  closesAt: moment.nullable().describe('When it closes, where it is a day that is open.'),
  earlier: period.nullable().describe('The nearest one before it that holds papers.'),
  later: period.nullable().describe('The nearest one after it.'),
  total,
  exports: EXPORTS,
  late: z.array(PAPER).describe('Came in after it had closed; not ranked. Only on its first page.'),
});
export const EDITIONS = listOf(
  'Editions',
  'Days that hold papers, the newest first, a month a page.',
  z.strictObject({ day, papers: count }),
  {},
);

export const STANDING = named('Standing', 'Why a paper stands where it does; `/about/ranking` tells how.', {
  id: text,
  upvotes: count,
  edition: z
    .strictObject({
      day,
      place: count.nullable().describe('From 1; null: it is late, and not ranked.'),
      of: count,
      tied: count.describe('Others with as many votes, told apart by announcement and id.'),
    })
    .nullable(),
  trending: z
    .strictObject({
      place: count,
      key: z.number().describe('`votesPart` and `agePart` together.'),
      votesPart: z.number(),
      agePart: z.number(),
    })
    .nullable(),
  rule: RULE.nullable(),
  tallies: z
    .array(z.strictObject({ source: text, upvotes: count }))
    .describe('Where votes were counted; `here`: on this site.'),
  toldBy: z.strictObject({ summary: z.enum(SOURCES).nullable(), keywords: z.enum(SOURCES).nullable() }),
});

export const FORM_LIST = named(
  'Forms',
  'Preprints and publications of a paper that are not one with it here.',
  {
    id: text,
    items: z.array(
      z.strictObject({
        as: z
          .enum(FORMS)
          .describe('What the other is to this paper: its preprint, or what it was published as.'),
        scheme: z.enum(SCHEMES),
        value: text,
        url: address.nullable().describe('Where the identifier is looked up outside.'),
        paper: PAPER.nullable().describe('Null: it is not here.'),
      }),
    ),
  },
);

export const CITATION = named('Citation', 'How to cite a paper.', {
  id: text,
  bibtex: text,
  ris: text,
  csl: z.record(text, z.unknown()).describe('CSL-JSON.'),
});

export const SITE = named('Site', 'What this site is.', {
  name: text,
  version: text.describe('Of the program.'),
  url: address,
  description: address.describe('The OpenAPI description of this interface.'),
  papers: count,
  first: day.nullable().describe('The first day with papers.'),
  last: day.nullable(),
  latest: day.nullable().describe('The newest edition.'),
  timezone: text.describe('The zone editions turn in.'),
  turn: text.describe('The time of day at which an edition closes.'),
  rules: z
    .strictObject({
      categories: z.array(text),
      keywords: z.array(text),
      authors: z.array(text),
      cap: count.describe('Papers a day that enter by themselves; 0: no limit.'),
    })
    .describe('By which papers enter an edition. What begins with `-` keeps them out.'),
});

/** The one shape of an error. */
export const ERROR = named('ErrorAnswer', 'Why a request could not be answered.', {
  error: z.strictObject({
    code: text.describe('A word for programs: `BadRequest`, `PaperNotFound`, `TooManyRequests`, …'),
    message: text.describe('A sentence for people.'),
    parameter: text.optional().describe('The parameter that does not fit.'),
  }),
});
