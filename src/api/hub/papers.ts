/** Single papers, and all of them: `/api/papers/{id}`, `/api/papers`, `/api/arxiv/{id}/repos`. */

import { LONGEST_ID } from '../../http/find.ts';
import type { ListPosition } from '../../papers/library.ts';
import { findPaper, placeIn } from '../find.ts';
import { parsed, someOf, whole } from '../parameters.ts';
import { json, jsonList, nextLink, reads } from '../route.ts';
import { hubComment } from './comments.ts';
import { linked } from './linked.ts';
import { deadline, hereOf, hubPaper, thumbnail } from './paper.ts';

export const PAPER = reads(
  '/api/papers/:id{.+}',
  'Everything known about a paper. Any of its ids will do; old arXiv ids keep their slash.',
  { field: someOf('What to include in addition.', ['comments', 'submissionDeadline'] as const) },
  async (ask) => {
    const { library, path, query } = ask;
    const here = hereOf(ask);
    const paper = await findPaper(library, path.id!);
    const until = query.field.includes('submissionDeadline') ? deadline(paper, here) : undefined;
    return json({
      ...hubPaper(paper, here),
      numComments: paper.comments,
      ...(until && { submissionDeadline: until }),
      ...linked(paper),
      // Those written here, that is: those written elsewhere are only counted.
      ...(query.field.includes('comments') && {
        comments: (await library.discussion(paper, 0)).letters.map((letter) => hubComment(letter, here)),
      }),
    });
  },
);

export const REPOSITORIES = reads(
  '/api/arxiv/:id{.+}/repos',
  'Models, datasets and Spaces that cite a paper, as far as the Hub has listed them.',
  {},
  async ({ library, path }) => {
    const { linkedModels, linkedDatasets, linkedSpaces } = linked(await findPaper(library, path.id!));
    return json({ models: linkedModels, datasets: linkedDatasets, spaces: linkedSpaces });
  },
);

/** A position in the list in its address form, and back. */
const writeCursor = ({ date, id }: ListPosition): string =>
  Buffer.from(`${date} ${id}`).toString('base64url');

function readCursor(text: string): { ok: true; value: ListPosition } | { ok: false; reason: string } {
  const [date, ...id] = Buffer.from(text, 'base64url').toString().split(' ');
  const place = text.length <= LONGEST_ID * 2 ? placeIn(date, id.join(' ')) : null;
  return place ? { ok: true, value: place } : { ok: false, reason: 'it was not issued here' };
}

export const PAPERS = reads(
  '/api/papers',
  'All papers, newest first.',
  {
    cursor: parsed('Where to continue, from the `Link` of the previous page.', {}, readCursor),
    limit: whole('Papers per page.', { min: 1, max: 100, fallback: 50 }),
  },
  async (ask) => {
    const { cursor, limit } = ask.query;
    const here = hereOf(ask);
    const { papers, next } = await ask.library.newest(limit, cursor ?? undefined);
    const items = papers.map((paper) => {
      const { id, title, upvotes, authors, summary, projectPage, githubRepo, ...rest } = hubPaper(
        paper,
        here,
      );
      return {
        id,
        title,
        upvotes,
        publishedAt: rest.publishedAt,
        thumbnailUrl: thumbnail(paper, ask.base),
        authors,
        summary,
        ...(projectPage && { projectPage }),
        ...(githubRepo && { githubRepo }),
        ...(rest.ai_summary && { ai_summary: rest.ai_summary }),
        ...(rest.organization && { organization: rest.organization }),
      };
    });
    return jsonList(items, next ? { link: nextLink(ask, { cursor: writeCursor(next) }) } : {});
  },
);
