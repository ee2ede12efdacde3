/** Papers as a file to download, in any of the formats for lists. */
import { setImmediate } from 'node:timers/promises';
import { LIST_FORMATS, type ListFormat, writeList } from '../formats/write-list.ts';
import type { Ask } from '../http/context.ts';
import { type Reply, text } from '../http/replies.ts';
import type { Paper } from '../papers/types.ts';

/** Papers written at a time; other requests get their turn in between. */
const STRETCH = 50;

/** The file. @param name without its ending, see `fileName` */
export async function listFile(ask: Ask, format: ListFormat, papers: Paper[], name: string): Promise<Reply> {
  const tallies = format === 'jsonl' ? await ask.library.tallies(papers.map(({ pk }) => pk)) : undefined;
  let out = '';
  let count = 0;
  for (const piece of writeList(format, papers, { site: ask.base, tallies })) {
    out += piece;
    if (++count % STRETCH === 0) await setImmediate();
  }
  return text(out, LIST_FORMATS[format].type, {
    'content-disposition': `attachment; filename="${name}.${format}"`,
    'x-robots-tag': 'noindex',
  });
}

/** `search-multi-token`: plain letters and digits, since a header can hold no others. */
export const fileName = (kind: string, slug: string): string =>
  `${kind}-${slug.replace(/[^a-z0-9-]/g, '')}`.replace(/-+/g, '-').slice(0, 60).replace(/-$/, '');
