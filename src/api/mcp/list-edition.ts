import { z } from 'zod';
import type { Edition, Library, Page, Period } from '../../papers/library.ts';
import { readPeriod } from '../../web/dates.ts';
import { BRIEF, briefOf, linesOf } from './shapes.ts';
import { ToolError, tool } from './tool.ts';

export const listEdition = tool({
  name: 'list_edition',
  title: 'List an edition',
  description:
    'Lists the papers of an edition in their order, most votes first: of a day (2026-06-26), a week (2026-W26), a month ' +
    '(2026-06), the newest day (latest), or those that are trending (trending). Use it for what is new or was featured. ' +
    'A page has 50 papers; for further pages give page, and as_of as the first page gave it, so that nothing is repeated.',
  input: z.strictObject({
    period: z
      .string()
      .max(20)
      .default('latest')
      .describe('latest, trending, 2026-06-26, 2026-W26 or 2026-06'),
    page: z.number().int().min(1).max(100_000).default(1),
    as_of: z
      .string()
      .regex(/^[\w.~:-]{1,200}$/, { error: 'expected as_of as an earlier page gave it' })
      .optional(),
  }),
  output: z.object({
    period: z.string(),
    total: z.number().int(),
    page: z.number().int(),
    pages: z.number().int(),
    as_of: z.string(),
    open: z.boolean().describe('Whether its last day is not over'),
    closed: z.boolean().describe('Whether no paper enters or leaves it any more; later ones are late'),
    previous: z.string().nullable(),
    next: z.string().nullable(),
    papers: z.array(BRIEF),
    late: z.array(BRIEF).describe('Came in after the edition had closed; not ranked'),
  }),
  async run({ period, page, as_of }, { library, base }) {
    const { name, list, edition } = await listed(library, period.trim(), page, as_of);
    if (page > 1 && list.papers.length === 0)
      throw new ToolError(`There is no page ${page}: the list has ${list.pages}.`);
    const brief = (papers: Page['papers']) => papers.map((paper) => briefOf(paper, base));
    const papers = brief(list.papers);
    const late = brief(edition?.late ?? []);
    const first = list.papers.length === 0 ? 0 : (page - 1) * 50;
    return {
      text: [
        `${name}: ${list.total} papers; page ${list.page} of ${Math.max(1, list.pages)}.`,
        ...papers.map((paper, i) => linesOf(paper, first + i + 1)),
        ...late.map((paper, i) => linesOf(paper, list.total + i + 1, 'late, outside the order')),
      ].join('\n\n'),
      data: {
        period: name,
        total: list.total,
        page: list.page,
        pages: list.pages,
        as_of: list.asOf,
        open: edition?.open ?? false,
        closed: edition?.closed ?? false,
        previous: edition?.previous?.value ?? null,
        next: edition?.next?.value ?? null,
        papers,
        late,
      },
    };
  },
});

async function listed(
  library: Library,
  text: string,
  page: number,
  asOf: string | undefined,
): Promise<{ name: string; list: Page; edition: Edition | null }> {
  if (text === 'trending')
    return { name: 'Trending', list: await library.trending(page, asOf), edition: null };
  const period = await periodOf(library, text);
  const edition = await library.edition(period, page, asOf);
  if (edition) return { name: period.value, list: edition, edition };
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
    `"${text}" is no period: give latest, trending, a day (2026-06-26), a week (2026-W26) or a month (2026-06).`,
  );
}
