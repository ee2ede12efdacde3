import { z } from 'zod';
import { toMarkdown } from '../../formats/markdown.ts';
import { formatIdentifier } from '../../papers/identifiers.ts';
import type { Paper } from '../../papers/types.ts';
import { paperPath } from '../../present/urls.ts';
import { BRIEF, briefOf } from './shapes.ts';
import { paperNamed, tool } from './tool.ts';

/** The most authors named for one paper; collaborations have thousands. */
const MOST_AUTHORS = 200;

/** The paper with no more authors than that; the rest are counted. */
export const named = (paper: Paper): Paper =>
  paper.authors.length <= MOST_AUTHORS
    ? paper
    : {
        ...paper,
        authors: paper.authors.slice(0, MOST_AUTHORS),
        authorsCount: Math.max(paper.authors.length, paper.authorsCount ?? 0),
      };

/** An id of a paper, as every tool accepts it. */
export const ID = z
  .string()
  .min(1)
  .max(300)
  .describe('A paper id from another tool, an arXiv id, a DOI or the address of a paper');

export const readPaper = tool({
  name: 'read_paper',
  title: 'Read a paper',
  description:
    'Returns everything this site knows about one paper as Markdown: title, authors, dates, categories, summary, full abstract, ' +
    'code and project pages, and where the paper itself is. The text of the PDF is not included. Use it once another tool has ' +
    'given the id, or with an arXiv id or DOI that the user mentioned.',
  input: z.strictObject({ id: ID }),
  output: BRIEF.extend({
    abstract: z.string().nullable(),
    summary: z.string().nullable(),
    identifiers: z.array(z.string()),
    links: z.array(z.object({ kind: z.string(), url: z.string(), stars: z.number().nullable() })),
    withdrawn: z.boolean(),
  }),
  async run({ id }, { library, base }) {
    const paper = named(await paperNamed(library, id));
    return {
      text: toMarkdown(paper, base + paperPath(paper)),
      data: {
        ...briefOf(paper, base),
        authors: paper.authors,
        abstract: paper.abstract,
        summary: paper.summary,
        identifiers: paper.identifiers.map(formatIdentifier),
        links: paper.links.map(({ kind, url, stars }) => ({ kind, url, stars: stars ?? null })),
        withdrawn: paper.withdrawn,
      },
    };
  },
});
