/** Structured results of the tools: shapes that clients can rely on, and how papers are put into them. */
import { z } from 'zod';
import type { Paper } from '../../papers/types.ts';
import { paperPath } from '../../present/urls.ts';

/** Authors named of a paper in a list. */
const MOST_AUTHORS = 10;
/** Characters of its summary in a list. */
const LONGEST_ACCOUNT = 600;

const day = () => z.string().describe('YYYY-MM-DD');

/** A paper in a list. */
export const BRIEF = z.object({
  id: z.string().describe('The id to give to the other tools'),
  title: z.string().describe('Plain text with TeX between dollars'),
  authors: z.array(z.string()).describe(`At most the first ${MOST_AUTHORS}`),
  authors_count: z.number().int().nullable(),
  published: day().nullable(),
  edition: day().nullable().describe('The day of the edition it is in'),
  categories: z.array(z.string()),
  upvotes: z.number().int(),
  citations: z.number().int().nullable(),
  account: z.string().nullable().describe('The beginning of its summary or, failing that, its abstract'),
  url: z.string(),
});

export type Brief = z.infer<typeof BRIEF>;

/** @param base origin of the site */
export function briefOf(paper: Paper, base: string): Brief {
  return {
    id: paper.id,
    title: paper.title,
    authors: paper.authors.slice(0, MOST_AUTHORS),
    authors_count: paper.authorsCount ?? (paper.authors.length > 0 ? paper.authors.length : null),
    published: paper.published,
    edition: paper.listed,
    categories: paper.categories,
    upvotes: paper.upvotes,
    citations: paper.citations,
    account: shortened(paper.summary ?? paper.abstract),
    url: base + paperPath(paper),
  };
}

function shortened(text: string | null): string | null {
  if (text === null || text.length <= LONGEST_ACCOUNT) return text;
  const cut = text.slice(0, LONGEST_ACCOUNT);
  return `${cut.slice(0, cut.lastIndexOf(' ') + 1 || LONGEST_ACCOUNT).trimEnd()} …`.toWellFormed();
}

/** A paper of a list as lines of text. */
export function linesOf(brief: Brief, number: number, remark = ''): string {
  const { id, title, authors, authors_count, published, categories, upvotes, account } = brief;
  const unnamed = (authors_count ?? 0) - authors.length;
  const facts = [
    authors.join(', ') + (unnamed > 0 ? ` and ${unnamed} more` : ''),
    published ?? '',
    categories.join(' '),
    `${upvotes} ${upvotes === 1 ? 'vote' : 'votes'}`,
  ];
  return [
    `${number}. ${title}${remark === '' ? '' : ` (${remark})`}`,
    `   id: ${id}`,
    `   ${facts.filter((fact) => fact !== '').join('; ')}`,
    ...(account === null ? [] : [`   ${account}`]),
  ].join('\n');
}
