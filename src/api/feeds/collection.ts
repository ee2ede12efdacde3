/** The feed of a public list of papers: what its owner added last comes first. */
import type { Ask } from '../../http/context.ts';
import { papersOfList, publicList } from '../../present/collections.ts';
import { escapeHtml } from '../../present/tex.tsx';
import { publicCollectionPath } from '../../present/urls.ts';
import { entriesOf } from './entry.ts';
import { MOST_ENTRIES } from './feed.ts';
import { feedOf, type Made } from './lists.ts';

/** `/u/{name}/lists/{id}/feed`. */
export async function ofList(ask: Ask, name: string): Promise<Made> {
  const { list, owner } = await publicList(ask, name);
  const page = publicCollectionPath(owner.name, list.id);
  if (owner.name !== name) return { moved: `${page}/feed` };
  const saved = (await papersOfList(ask, list)).sort((a, b) => b.addedAt - a.addedAt);
  const shown = saved.slice(0, MOST_ENTRIES);
  const entries = await entriesOf(
    shown.map(({ paper }) => paper),
    ask.base,
    ask.library,
  );
  return {
    ...feedOf(ask, {
      title: list.name,
      subtitle: `Papers ${owner.displayName} has added to this list, latest first.`,
      page,
    }),
    entries: entries.map((entry, i) => {
      const { note, addedAt } = shown[i]!;
      const added = new Date(addedAt).toISOString();
      const html = note === '' ? entry.html : `<p>${escapeHtml(note)}</p>${entry.html}`;
      return { ...entry, html, published: added, updated: added };
    }),
  };
}
