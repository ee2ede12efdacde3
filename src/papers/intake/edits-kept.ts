/**
 * What people corrected by hand (edits.ts), as it is applied whenever a paper is merged again: so corrections hold
 * whatever is imported later.
 */
import { inSlices } from '../../store/bulk.ts';
import type { Db } from '../../store/schema.ts';
import type { MergedPaper } from '../merge.ts';
import type { Day, Identifier, Link } from '../types.ts';
import { nameOfIdentifier } from './names.ts';

/** What can be corrected; null: as the sources have it. */
export interface PaperEdits {
  day?: Day | null;
  links?: Pick<Link, 'kind' | 'url'>[] | null;
  /** The summary written by an author; `''`: none is shown. */
  summary?: string | null;
  /** Addresses of links that moderators removed, which nobody else can set again. */
  removed?: string[] | null;
}

/** The corrections of all papers with these names; nearly always none. */
export async function editsOf(
  tx: Db,
  names: () => string[],
): Promise<Map<string, { field: string; value: string; at: number }[]>> {
  const some = await tx.selectFrom('paper_edits').select('name').limit(1).executeTakeFirst();
  if (!some) return new Map();
  const rows = await inSlices(names(), (slice) =>
    tx.selectFrom('paper_edits').selectAll().where('name', 'in', slice).execute(),
  );
  return Map.groupBy(rows, ({ name }) => name);
}

/** The corrections of one paper; of several of one field, the last counts. */
export function editsFor(
  all: Awaited<ReturnType<typeof editsOf>>,
  identifiers: readonly Identifier[],
): PaperEdits {
  if (all.size === 0) return {};
  const edits: PaperEdits = {};
  const rows = identifiers.flatMap((one) => all.get(nameOfIdentifier(one)) ?? []);
  for (const { field, value } of rows.sort((a, b) => a.at - b.at))
    Object.assign(edits, { [field]: JSON.parse(value) as unknown });
  return edits;
}

/** The paper with its corrections. What is known about a link stays known. */
export function withEdits(folded: MergedPaper, { day, links, summary }: PaperEdits): MergedPaper {
  return {
    ...folded,
    ...(typeof summary === 'string' && { summary: summary || null, summaryModel: null }),
    ...(day && { day, dayBy: 'listed' as const }),
    ...(links && {
      links: links.map(({ kind, url }) => ({ ...folded.links.find((link) => link.url === url), kind, url })),
    }),
  };
}
