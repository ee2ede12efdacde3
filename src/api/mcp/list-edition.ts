import { z } from 'zod';
import type { Edition, Library, Page, Period } from '../../papers/library.ts';
import type { Paper } from '../../papers/types.ts';
import { readPeriod } from '../../present/dates.ts';
import { stretch } from '../v1/cursor.ts';
import { BRIEF, briefOf, linesOf } from './shapes.ts';
import { ToolError, tool } from './tool.ts';

export const listEdition = tool({
  name: 'list_edition',
  title: 'List an edition',
  description:
    'Lists the papers of an edition in their order, most votes first: of a day (2026-06-26), a week (2026-W26), a month ' +
    '(2026-06), the newest day (latest), or those that are trending (trending). Use it for what is new or was featured. ' +
    'For further pages give page, with the same limit, and as_of as the first page gave it, so that nothing is repeated.',
  input: z.strictObject({
    period: z
      .string()
      .max(20)
      .default('latest')
      .describe('latest, trending, 2026-06-26, 2026-W26 or 2026-06'),
    page: z.number().int().min(1).max(100_000).default(1),
    limit: z.number().int().min(1).max(50).default(20).describe('Papers per page'),
    as_of: z
      .string()
      .regex(/^[\w.~:-]{1,200}$/, { error: 'expected as_of as given by an earlier page' })
      .optional(),
  }),
  output: z.object({
    period: z.string(),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
    as_of: z.string(),
    open: z.boolean().describe('Whether its last day is still running'),
    closed: z.boolean().describe('Whether it is final: papers that arrive now are late'),
    previous: z.string().nullable(),
    next: z.string().nullable(),
    papers: z.array(BRIEF),
    late: z
      .array(BRIEF)
      .describe(
        'Arrived after the edition closed; not ranked. On the first page only, at most one page of them',
      ),
    late_total: z.number().int(),
  }),
  async run({ period, page, limit, as_of }, { library, base }) {
    const { name, list, found, edition } = await listed(library, period.trim(), { page, limit, as_of });
    const pages = Math.max(1, Math.ceil(list.total / limit));
    if (page > 1 && found.length === 0)
      throw new ToolError(`There is no page ${page}: the list has ${pages}.`);
    const brief = (papers: Page['papers']) => papers.map((paper) => briefOf(paper, base));
    const papers = brief(found);
    const latecomers = edition?.late ?? [];
    const late = page === 1 ? brief(latecomers.slice(0, limit)) : [];
    const first = (page - 1) * limit;
    return {
      text: [
        `${name}: ${list.total} papers; page ${page} of ${pages}.`,
        ...papers.map((paper, i) => linesOf(paper, first + i + 1)),
        ...late.map((paper, i) => linesOf(paper, list.total + i + 1, 'late arrival, not ranked')),
      ].join('\n\n'),
      data: {
        period: name,
        total: list.total,
        page,
        pages,
        as_of: list.asOf,
        open: edition?.open ?? false,
        closed: edition?.closed ?? false,
        previous: edition?.previous?.value ?? null,
        next: edition?.next?.value ?? null,
        papers,
        late,
        late_total: latecomers.length,
      },
    };
  },
});

interface Wanted {
  page: number;
  limit: number;
  as_of: string | undefined;
}

interface Listed {
  name: string;
  list: Page;
  found: Paper[];
  edition: Edition | null;
}

async function listed(library: Library, text: string, { page, limit, as_of }: Wanted): Promise<Listed> {
  const offset = (page - 1) * limit;
  if (text === 'trending') {
    const trending = await stretch(offset, limit, as_of, (number, asOf) => library.trending(number, asOf));
    return { name: 'Trending', list: trending!.page, found: trending!.papers, edition: null };
  }
  const period = await periodOf(library, text);
  const found = await stretch(offset, limit, as_of, (number, asOf) => library.edition(period, number, asOf));
  if (found) return { name: period.value, list: found.page, found: found.papers, edition: found.page };
  const nearest = await library.nearest(period);
  const hint =
    nearest && nearest.value !== period.value ? ` The nearest with papers is ${nearest.value}.` : '';
  throw new ToolError(`There are no papers in ${period.value}.${hint}`);
}

async function periodOf(library: Library, text: string): Promise<Period> {
  if (text === 'latest') {
    const value = await library.latest();
    if (value === null) throw new ToolError('There are no papers here yet.');
    return { kind: 'day', value };
  }
  for (const kind of ['day', 'week', 'month'] as const) {
    const read = readPeriod(kind, text);
    if (read.ok) return { kind, value: read.value };
  }
  throw new ToolError(
    `"${text}" is not a period: give latest, trending, a day (2026-06-26), a week (2026-W26) or a month (2026-06).`,
  );
}
