/**
 * The shapes of our own API's responses. Each is declared once: the compiler checks the code against it, the tests
 * check every response, and the OpenAPI description, the page at `/api` and the client are generated from it.
 *
 * Every field is always present; unknown values are null. Objects are closed here, so that the tests notice an
 * undescribed field; in the published description they are open, because fields may be added.
 */

import * as z from 'zod';
import { REACTIONS } from '../../community/comments.ts';
import { LONGEST_NOTE } from '../../community/personal/collections.ts';
import { KINDS as FOLLOWED } from '../../community/personal/follows.ts';
import { NOTICE_KINDS } from '../../community/personal/notices.ts';
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
  .describe('Pass it as `cursor` for the next page; null at the end. `Link` has the whole address.');

export const ORGANIZATION = named('Organization', 'An organisation, as in `/organizations/{slug}`.', {
  slug: text,
  name: text,
});

export const RULE = named('Rule', 'The site’s rule that put a paper in an edition, or why it is in none.', {
  enters: z.boolean(),
  by: z
    .enum(['listed', 'all', 'category', 'keyword', 'author', 'none', 'cap'])
    .describe(
      '`listed`: someone listed it for that day. `all`: every paper is included. `cap`: the day was full.',
    ),
  value: text.nullable().describe('What matched, as written in the settings.'),
});

const REPOSITORY = named('Repository', 'A model, dataset or Space on the Hub.', {
  id: text.describe('`owner/name`'),
  url: address,
  likes: count.nullable(),
  downloads: count.nullable().describe('In the last month.'),
  modified: moment.nullable(),
  task: text.nullable().describe('What a model does: `text-generation`.'),
  parameters: count.nullable(),
  about: text.nullable().describe('A Space’s description of itself.'),
});

export const REPOSITORIES = named('Repositories', 'What cites a paper on the Hub: the first of each kind.', {
  models: z.array(REPOSITORY),
  datasets: z.array(REPOSITORY),
  spaces: z.array(REPOSITORY),
  totals: z.strictObject({ models: count, datasets: count, spaces: count }).describe('Total number.'),
});

export const PAPER = named('Paper', 'Everything known about a paper.', {
  id: text.describe('The canonical id: `2504.15921`, `hep-th/9901001`, `doi:10.1000/x`, `acl:…`, …'),
  url: address.describe('Its page here.'),
  title: text.describe('Plain text with TeX between dollars.'),
  abstract: text.nullable(),
  summary: text.nullable().describe('A short summary, not the abstract.'),
  summaryModel: text.nullable().describe('The language model that wrote `summary`; null: none, or unknown.'),
  authors: z.array(
    z.strictObject({
      name: text.describe('As printed.'),
      slug: text.nullable().describe('As in `/authors/{slug}`; null if none can be made from the name.'),
    }),
  ),
  authorsCount: count.nullable().describe('The total, where `authors` lists fewer or none; null if unknown.'),
  organizations: z.array(ORGANIZATION),
  categories: z.array(text).describe('Codes, the primary first: `cs.CL`.'),
  keywords: z.array(text),
  published: day.nullable(),
  publishedPrecision: z
    .enum(['day', 'month', 'year'])
    .nullable()
    .describe('How exact `published` is; anything finer is filled with 01.'),
  publishedAt: moment.nullable().describe('If a source gives the time.'),
  updated: day.nullable(),
  announced: day.nullable().describe('When its source announced it.'),
  listed: day.nullable().describe('The day of its edition; null if in none.'),
  late: z.boolean().describe('It arrived after its edition closed and is listed below it.'),
  rule: RULE.nullable().describe('Null if its day is unknown.'),
  submittedBy: z.strictObject({ name: text, user: text.nullable() }).nullable(),
  upvotes: count,
  comments: count,
  citations: count.nullable().describe('Null if not counted.'),
  identifiers: z.array(
    z.strictObject({
      scheme: z.enum(SCHEMES),
      value: text,
      version: count.nullable(),
      url: address.nullable().describe('Where to look it up elsewhere.'),
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
    'Models, datasets and Spaces that cite it on the Hub; null if none are known.',
  ),
  pdf: address.nullable().describe('The PDF on arXiv or the ACL Anthology.'),
  figures: z
    .array(z.strictObject({ value: text, measure: text }))
    .describe('Headline figures: `{"value": "5.8×", "measure": "speed-up"}`.'),
  note: text.nullable().describe('The authors’ comment.'),
  journal: text.nullable(),
  licence: text.nullable(),
  withdrawn: z.boolean(),
  sources: z.array(z.enum(SOURCES)).describe('Sources, most trusted first.'),
});

/** `{items, next}`, and what belongs to it. */
export const listOf = <T extends z.ZodType, S extends z.ZodRawShape>(
  id: string,
  says: string,
  item: T,
  more: S,
) => named(id, says, { ...more, items: z.array(item), next });

const total = count.describe('Total number of papers.');

export const EXPORTS = named('Exports', 'The same list as a file, at most 1,000 papers.', {
  bib: address,
  ris: address,
  json: address.describe('CSL-JSON.'),
  csv: address,
  jsonl: address.describe('Can be re-imported.'),
});

export const PAPERS = listOf('Papers', 'Papers in an order.', PAPER, {});
export const BATCH = listOf('Batch', 'The requested papers, in the order of `ids`.', PAPER, {
  missing: z.array(text).describe('Ids with no paper here.'),
});
export const TRENDING = listOf('Trending', 'Papers by votes and recency combined.', PAPER, {
  total,
  exports: EXPORTS,
});
export const AUTHOR = listOf('AuthorPapers', 'An author’s papers, newest first.', PAPER, {
  author: z.strictObject({ slug: text, name: text }),
  total,
  exports: EXPORTS,
});
export const ORGANIZATION_PAPERS = listOf(
  'OrganizationPapers',
  'An organisation’s papers, newest first.',
  PAPER,
  { organization: ORGANIZATION, total, exports: EXPORTS },
);

const COMMENT = named('Comment', 'A comment by a reader of this site.', {
  id: text,
  url: address,
  parent: text.nullable().describe('The comment it replies to.'),
  depth: count.describe('0: it replies to none.'),
  author: z
    .strictObject({
      name: text.nullable().describe('As in `/u/{name}`; null if they have no page.'),
      displayName: text,
      badge: z.enum(['moderator', 'admin', 'author']).nullable(),
    })
    .nullable()
    .describe('Null if their account is deleted, or the comment is not shown.'),
  bySubmitter: z.boolean().describe('Its author submitted the paper.'),
  state: z
    .enum(['shown', 'hidden', 'held', 'deleted'])
    .describe('Only shown comments have a text; `held`: waiting for a moderator.'),
  text: text.describe('As it was written, in Markdown.'),
  html: text.nullable().describe('Rendered. Links have `rel="ugc nofollow noopener"`; formulas are MathML.'),
  createdAt: moment,
  editedAt: moment.nullable(),
  edits: count,
  reactions: z.array(z.strictObject({ kind: z.enum(REACTIONS), count })),
  quotes: z
    .array(z.strictObject({ text, state: z.enum(['unchanged', 'changed', 'gone']) }))
    .describe('Quotes of the abstract, and whether they still stand in it.'),
});
export const COMMENTS = listOf('Comments', 'Comments on a paper, in the order of their threads.', COMMENT, {
  id: text.describe('The paper’s id.'),
  total: count.describe('Comments that are shown.'),
  locked: z.boolean().describe('Nobody can add to it.'),
});

const period = text.describe('A day (`2026-06-26`), a week (`2026-W26`) or a month (`2026-06`).');
export const EDITION = listOf('Edition', 'A day, week or month of papers.', PAPER, {
  period,
  kind: z.enum(['day', 'week', 'month']),
  first: day,
  last: day,
  open: z.boolean().describe('Its last day is still running.'),
  closed: z.boolean().describe('The edition is final: papers that arrive now are `late`.'),
  closesAt: moment.nullable().describe('When it closes, for a day still open.'),
  earlier: period.nullable().describe('The nearest earlier one with papers.'),
  later: period.nullable().describe('The nearest later one with papers.'),
  total,
  exports: EXPORTS,
  late: z.array(PAPER).describe('Arrived after it closed; not ranked. On the first page only.'),
});
export const EDITIONS = listOf(
  'Editions',
  'Days with papers, newest first, one month per page.',
  z.strictObject({ day, papers: count }),
  {},
);

export const STANDING = named('Standing', 'Why a paper is ranked where it is; see `/about/ranking`.', {
  id: text,
  upvotes: count,
  weight: count.describe('What these votes weigh in trending; see `/about/ranking`.'),
  edition: z
    .strictObject({
      day,
      place: count.nullable().describe('From 1; null if it is late and so not ranked.'),
      of: count,
      tied: count.describe('Others with as many votes; ties are broken by announcement and id.'),
    })
    .nullable(),
  trending: z
    .strictObject({
      place: count,
      key: z.number().describe('The sum of `votesPart` and `agePart`.'),
      votesPart: z.number(),
      agePart: z.number(),
    })
    .nullable(),
  rule: RULE.nullable(),
  tallies: z
    .array(z.strictObject({ source: text, upvotes: count }))
    .describe('Where votes were counted; `here`: on this site.'),
  toldBy: z.strictObject({ summary: z.enum(SOURCES).nullable(), keywords: z.enum(SOURCES).nullable() }),
  submitters: z
    .array(
      z.strictObject({
        name: text.nullable().describe('As in `/u/{name}`; null if their account is deleted.'),
        displayName: text,
        day: day.nullable().describe('The edition they submitted it to; null: none.'),
      }),
    )
    .describe('Readers of this site who submitted it, earliest first.'),
});

const SENTENCE = z.strictObject({
  text,
  start: count.describe('Where its evidence begins in `abstract`, in UTF-16 units.'),
  end: count.describe('Where that ends, exclusive.'),
});

export const SUMMARY_LIST = named('Summaries', 'What a language model has written about a paper.', {
  id: text,
  state: z
    .enum(['none', 'waiting', 'failed', 'written', 'replaced', 'removed'])
    .describe('`failed`: nothing it wrote held up; `replaced`, `removed`: by an author or a moderator.'),
  items: z
    .array(
      z.strictObject({
        language: text.describe('`en` first; translations are checked against it.'),
        model: text,
        prompt: text.describe('The version of prompt and checks.'),
        at: moment,
        summary: SENTENCE.nullable(),
        points: z.array(SENTENCE),
        keywords: z.array(text).describe('In English only: words of the paper.'),
      }),
    )
    .describe('Empty unless `written`.'),
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

export const PICTURES = listOf(
  'Pictures',
  'Pictures that readers submitted with a paper.',
  z.strictObject({
    url: address,
    alt: text.describe('What it shows, as described by whoever submitted it.'),
    width: count,
    height: count,
  }),
  { id: text.describe('The paper’s id.') },
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
  timezone: text.describe('The time zone of editions.'),
  turn: text.describe('The time of day at which an edition closes.'),
  rules: z
    .strictObject({
      categories: z.array(text),
      keywords: z.array(text),
      authors: z.array(text),
      cap: count.describe('Papers included automatically per day; 0: no limit.'),
    })
    .describe('Which papers enter an edition. A leading `-` excludes them.'),
});

const FOLLOW_KIND = z
  .enum(FOLLOWED)
  .describe('`subject` is then a slug, a category, the query of a search, or the name of a person here.');

const LIST_FIELDS = {
  id: text,
  name: text,
  public: z.boolean(),
  url: address.nullable().describe('Its public address; null: it is private.'),
  papers: count,
  changedAt: moment,
};

export const OWN_LISTS = named('OwnLists', 'Your lists of papers, oldest first.', {
  items: z.array(z.strictObject(LIST_FIELDS)),
});

export const OWN_LIST = named('OwnList', 'One of your lists, in your order.', {
  ...LIST_FIELDS,
  items: z.array(z.strictObject({ paper: PAPER, note: text, addedAt: moment })),
});

export const SAVE = named('Save', 'A paper to save to a list, or to remove from it.', {
  saved: z.boolean(),
  list: text
    .max(40)
    .optional()
    .describe('The id of one of your lists; default: your first when saving, all of them when removing.'),
  note: text.max(LONGEST_NOTE).optional().describe('Replaces its note in that list.'),
});

export const SAVED = named('Saved', 'Where a paper is saved now.', {
  id: text,
  saved: z.boolean().describe('Whether it is in any of your lists.'),
  lists: z.array(text).describe('Their ids.'),
});

export const FOLLOW = named('Follow', 'Something to follow or unfollow.', {
  kind: FOLLOW_KIND,
  subject: text.max(4000),
  follow: z.boolean(),
});

export const FOLLOWS = named('Follows', 'What you follow, most recently followed first.', {
  items: z.array(
    z.strictObject({ kind: FOLLOW_KIND, subject: text, name: text, url: address, since: moment }),
  ),
});

export const NEWS = named('News', 'New papers in what you follow, newest first.', {
  items: z.array(
    z.strictObject({
      paper: PAPER,
      because: z
        .array(z.strictObject({ kind: FOLLOW_KIND, name: text }))
        .describe('What you follow that led here.'),
    }),
  ),
});

export const NOTICES = named('Notifications', 'Your notifications, newest first.', {
  unread: count,
  items: z.array(
    z.strictObject({
      id: text,
      kind: z.enum(NOTICE_KINDS),
      paper: text.nullable().describe('The id of the paper it is about.'),
      comment: address.nullable(),
      by: text.nullable().describe('The name of the person who did it.'),
      detail: text,
      at: moment,
      read: z.boolean(),
    }),
  ),
});

/** The one shape of an error. */
export const ERROR = named('ErrorAnswer', 'Why a request failed.', {
  error: z.strictObject({
    code: text.describe('A code for programs: `BadRequest`, `PaperNotFound`, `TooManyRequests`, …'),
    message: text.describe('A message for people.'),
    parameter: text.optional().describe('The invalid parameter.'),
  }),
});

export const VOTE = named('Vote', 'A vote for a paper.', {
  vote: z.boolean().describe('False withdraws it.'),
});
export const VOTED = named('Voted', 'The outcome of a vote.', {
  id: text.describe('The paper’s id.'),
  voted: z.boolean(),
  votes: count.describe('Including those counted elsewhere.'),
});

const typed = (most: number) => text.max(most).optional();
export const SUBMISSION = named(
  'Submission',
  'A paper to submit: by its identifier alone, or with title and authors if it has no identifier or no service knows it.',
  {
    id: typed(500).describe(
      'An arXiv identifier, a DOI, or an address on arXiv, OpenReview or the ACL Anthology.',
    ),
    title: typed(2_000),
    authors: z.array(text.max(300)).max(1_000).optional(),
    abstract: typed(20_000),
    published: typed(10).describe('`2026-06-26`, `2026-06` or `2026`.'),
    url: typed(1_000).describe('Where it can be read.'),
    code: typed(1_000).describe('The address of its code.'),
    project: typed(1_000).describe('The address of its project page.'),
    video: typed(1_000).describe('The address of a video about it.'),
    comment: typed(10_000).describe(
      'A first comment, in Markdown; the token also needs the scope `comment`.',
    ),
    relist: z
      .boolean()
      .optional()
      .describe('Lists a paper in today’s edition even if it is already here, where possible.'),
  },
);
export const SUBMITTED = named('Submitted', 'A paper that was submitted, or was already here.', {
  id: text,
  url: address,
  isNew: z.boolean().describe('False: it was already here, and nothing was changed.'),
  listed: day.nullable().describe('The edition it is in.'),
});
