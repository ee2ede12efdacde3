/**
 * An invented collection for the browser tests, as lines of JSON to be imported: editions on several days, one of them
 * too long for a page, and papers that each have something awkward.
 */

import { LETTERS } from '../../src/testing/records.ts';

type Line = Record<string, unknown> & { id: string; title: string };

/** Long enough to be cut short in a list. */
const ABSTRACT = `${LETTERS.abstract.replace('than that.', 'than that~(see nothing).')} Then for a few more, as abstracts are. `;

/** Every alphabet and large symbol a formula may use. */
const FORMULAS =
  'Let $\\mathbb{R}^d$, $\\mathcal{L}(\\theta)$, $\\mathbf{x}$, $\\mathfrak{g}$, $\\mathscr{F}$, $\\mathsf{K}$ and ' +
  '$\\boldsymbol{\\beta}$ be given. Then $$\\left(\\sum_{i=1}^{n} \\frac{x_i^2}{\\sqrt{1 + \\left|y_i\\right|}}\\right)' +
  '\\leq \\int_0^1 f(t)\\,dt \\quad\\text{for all } n \\in \\mathbb{N}.$$ A price of $5 and one of $6 are no formula.';

const many = (count: number, letter: string): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i + 1}. Author`);

/** The papers that arrive in time. */
export const COLLECTION: Line[] = [
  {
    id: '2606.00001v2',
    doi: '10.1000/example.1',
    ...LETTERS,
    abstract: ABSTRACT,
    published: '2026-06-23',
    announced: '2026-06-24',
    listed: '2026-06-25',
    links: [
      { kind: 'code', url: 'https://github.com/example/letters', stars: 412 },
      { kind: 'project', url: 'https://example.org/letters' },
    ],
  },
  {
    id: '2606.00002',
    title: 'Formulas of Every Kind, $\\ell_2$ and $\\mathbb{Z}$ Among Them',
    abstract: FORMULAS,
    authors: ['Ł. Author', 'Ş. Author'],
    categories: ['math.NA'],
    published: '2026-06-22',
    listed: '2026-06-24',
    upvotes: 12,
  },
  {
    id: 'hep-th/9901001',
    title: 'An Old Example with a Slash',
    abstract: 'Short.',
    authorsCount: 8,
    published: '1999-01',
    listed: '2026-06-24',
    categories: ['hep-th'],
    upvotes: 7,
  },
  {
    id: 'doi:10.1000/x',
    title: 'Tags <script>alert("1")</script> & "Quotes" in \'Titles\'',
    abstract: 'A lone $5 note, </script><script>alert(2)</script> and broken maths $\\frac{1$ here.',
    authors: ['E. "Quote" Author', 'F. <b>Author</b>'],
    published: '2026-06-20',
    listed: '2026-06-24',
    keywords: ['sorting'],
  },
  {
    id: '2606.00004',
    title: 'Withdrawn Example',
    withdrawn: true,
    published: '2026-06-23',
    listed: '2026-06-24',
    authors: ['G. Author'],
  },
  {
    id: '2606.00005',
    title: 'An Example by Twenty-Five',
    abstract: ABSTRACT.repeat(3),
    published: '2026-06-17',
    listed: '2026-06-18',
    authors: many(25, 'H'),
    upvotes: 30,
  },
  {
    id: '2606.00010',
    title: 'On the Folding of Paper Boats',
    abstract: 'A paper boat is folded from a sheet; we fold boats and count how long each floats on a pond.',
    listed: '2026-06-18',
  },
  {
    id: '2606.00011',
    title: 'Paper Boats, Folded Once More',
    abstract:
      'We fold the boats again, from a smaller sheet, and find that they float on the pond as before.',
    listed: '2026-06-18',
  },
  { id: '2606.00006', title: 'Nothing but a Title', listed: '2026-06-18' },
  { id: '2605.00007', title: 'May Example', published: '2026-05-19', listed: '2026-05-20', upvotes: 3 },
  { id: 'an-example-without-a-day', title: '示例论文 🎉', abstract: 'No day is known.' },
  ...Array.from({ length: 64 }, (_, i) => ({
    id: `2606.01${String(i + 1).padStart(3, '0')}`,
    title: `Page Filler Number ${i + 1} of an Edition Too Long for One Page`,
    abstract: i % 3 === 0 ? ABSTRACT : 'One sentence says it.',
    authors: i % 4 === 0 ? [] : many((i % 5) + 1, 'K'),
    categories: i % 2 === 0 ? ['cs.LG'] : [],
    published: '2026-06-23',
    listed: '2026-06-25',
    upvotes: i % 7,
  })),
];

/** The day whose edition is closed before the last paper arrives. */
export const CLOSED = '2026-06-24';

/** What arrives after that. */
export const LATE: Line[] = [
  {
    id: '2606.00099',
    title: 'Late Example',
    abstract: 'It came when the edition was over.',
    authors: ['L. Author'],
    published: '2026-06-23',
    listed: CLOSED,
    upvotes: 99,
  },
];
