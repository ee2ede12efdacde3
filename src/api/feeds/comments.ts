/** Feeds of comments: those on a paper, and those by a person. */
import type { Placed } from '../../community/discussions.ts';
import type { Ask } from '../../http/context.ts';
import { paperNamed, papersBy, personNamed } from '../../http/find.ts';
import type { Paper } from '../../papers/types.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import { commentPath, paperPath, personPath } from '../../present/urls.ts';
import { type Entry, type Feed, MOST_ENTRIES } from './feed.ts';
import { feedOf, type Made } from './lists.ts';

/** `/papers/{id}/comments/feed`. */
export async function ofComments(ask: Ask, id: string): Promise<Made> {
  const paper = await paperNamed(ask, id);
  const page = `${paperPath(paper)}/comments`;
  if (paper.id !== id) return { moved: `${page}/feed` };
  const title = texToPlain(paper.title.toWellFormed());
  const written = await ask.web.discussions.newest(paper.pk, MOST_ENTRIES);
  return {
    ...feedOf(ask, {
      title: `Comments on “${title}”`,
      subtitle: 'What readers have written on this paper, newest first.',
      page: `${paperPath(paper)}#letters`,
      path: `${page}/feed`,
    }),
    entries: written.map((placed) => entryOf(ask, placed, paper)),
  };
}

/** `/u/{name}/feed`. */
export async function ofPerson(ask: Ask, name: string): Promise<Made> {
  const account = await personNamed(ask, name);
  const page = personPath(account.name);
  if (account.name !== name) return { moved: `${page}/feed` };
  const written = await ask.web.discussions.by(account.id, MOST_ENTRIES);
  const papers = await papersBy(
    ask,
    written.map(({ paper }) => paper),
  );
  return {
    ...feedOf(ask, {
      title: `Comments by ${account.displayName}`,
      subtitle: `What ${account.displayName} has written here, newest first.`,
      page,
    }),
    entries: written.map((placed) => entryOf(ask, placed, papers.get(placed.paper))),
  } satisfies Feed;
}

function entryOf({ base }: Ask, { letter }: Placed, paper: Paper | undefined): Entry {
  const url = base + commentPath(letter.id);
  const name = letter.writer?.displayName ?? 'Somebody';
  const on = paper ? ` on “${texToPlain(paper.title.toWellFormed())}”` : '';
  return {
    id: url,
    url,
    title: `${name}${on}`,
    html: absolute(letter.html ?? `<p>${escapeHtml(letter.text)}</p>`, base),
    summary: null,
    authors: [{ name, url: letter.writer?.name ? base + personPath(letter.writer.name) : null }],
    tags: [],
    links: paper
      ? [{ rel: 'related', href: base + paperPath(paper.id.toWellFormed()), title: 'The paper' }]
      : [],
    published: new Date(letter.created).toISOString(),
    updated: new Date(letter.edited ?? letter.created).toISOString(),
  };
}

/** People who are mentioned have their page on this site, wherever the feed is read. */
const absolute = (html: string, base: string): string =>
  html.replaceAll('<a href="/u/', `<a href="${escapeHtml(base)}/u/`);
