/** The search field: in the bar of most pages, and as the headline of the search page. */
import { sayNumber } from '../../present/dates.ts';

interface FieldProps {
  q: string;
  papers: number;
  /** The form's id, where fields elsewhere in the page belong to it. */
  form?: string;
}

/** The button of a search field. */
export const Lens = ({ label }: { label: string }) => (
  <button type="submit" aria-label={label}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="6.8" cy="6.8" r="4.6" />
      <path d="M10.3 10.3 14.4 14.4" />
    </svg>
  </button>
);

const hintOf = (papers: number): string =>
  papers === 0 ? 'Search' : papers === 1 ? 'Search 1 paper' : `Search ${sayNumber(papers)} papers`;

/** The script makes a combobox of it (client/combobox.ts); without, it is a field like any other. */
export const Field = ({ q, papers, form }: FieldProps) => {
  const hint = hintOf(papers);
  return (
    <search>
      <form action="/search" method="get" {...(form ? { id: form } : {})}>
        <label class="vh" for="q">
          {hint}
        </label>
        <input
          id="q"
          type="search"
          name="q"
          value={q}
          placeholder={form ? hint : `${hint}  /`}
          maxlength={2000}
          enterkeyhint="search"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <Lens label="Search" />
      </form>
    </search>
  );
};

const LANGUAGE: [string, string][] = [
  ['multi-token prediction', 'papers with these words, or most of them if there are many'],
  ['"speculative decoding"', 'this exact phrase; "draft tree"~3 for words close to each other'],
  ['decoding -image', 'without this word; also NOT image'],
  ['decoding +tree', 'must contain this word; also decoding AND tree'],
  ['drafter OR "draft model"', 'either of these'],
  ['(drafter OR verifier) AND NOT image', 'any combination; NOT binds tighter than AND, AND tighter than OR'],
  ['optim*', 'words starting with “optim”'],
  ['title:"draft model"', 'in the title; abs: in the abstract; title:(draft OR verify)'],
  ['author:"Ada Lovelace"', 'by this author, in either order and with initials (author:"A. Lovelace")'],
  ['org:qwen', 'from an organisation'],
  ['venue:"CVPR 2025"', 'published at this conference or in this journal, by any of its names'],
  ['category:cs.CL', 'in a category; category:cs for all of cs'],
  ['year:2025..2026', 'published in these years; year:2026 for one'],
  ['date:2026-06', 'published in this month; also a day, and date:>2026-06-12'],
  ['from:2025-06 to:2026', 'published between these: years, months or days; one of the two is enough'],
  ['edition:2026-06-12', 'in the edition of a day, a week (2026-W24) or a month (2026-06)'],
  ['votes:>20', 'with more than 20 votes; also votes:10..50'],
  ['has:code', 'papers with code; also has:abstract, and -has:code for those without'],
  ['sort:date', 'newest first; sort:votes for most votes first'],
  ['"tree search" -game year:2024.. has:code', 'several of these combined'],
  ['arXiv:2504.15921', 'exactly this paper; DOIs and addresses work too'],
];

/** The query language, in place. */
export const HowTo = () => (
  <details class="how" id="how">
    <summary>How to search</summary>
    <dl>
      {LANGUAGE.map(([written, found]) => (
        <div>
          <dt>
            <code>{written}</code>
          </dt>
          <dd>{found}</dd>
        </div>
      ))}
    </dl>
    <p class="small-print">
      The syntax of arXiv (<code>ti:</code>, <code>au:</code>, <code>submittedDate:[…]</code>), Semantic
      Scholar and Google Scholar works too. Case, accents and hyphens are ignored. <kbd>/</kbd> goes to the
      search field, <kbd>j</kbd> and <kbd>k</kbd> move through the results.{' '}
      <a href="/about/ranking#search">How results are ranked</a>
    </p>
  </details>
);
