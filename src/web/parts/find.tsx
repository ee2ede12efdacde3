/** The search field: in the bar of most pages, and as the headline of the search page. */
import { sayNumber } from '../dates.ts';

interface FieldProps {
  q: string;
  papers: number;
  /** The form's id, where fields elsewhere in the page belong to it. */
  form?: string;
}

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
        <button type="submit" aria-label="Search">
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="6.8" cy="6.8" r="4.6" />
            <path d="M10.3 10.3 14.4 14.4" />
          </svg>
        </button>
      </form>
    </search>
  );
};

const LANGUAGE: [string, string][] = [
  ['multi-token prediction', 'papers that have these words, or most of many'],
  ['"speculative decoding"', 'these words beside each other, in this order'],
  ['decoding -image', 'not this word'],
  ['decoding +tree', 'this word in any case'],
  ['drafter OR "draft model"', 'either of them'],
  ['optim*', 'words that begin so'],
  ['author:Lovelace', 'who wrote it, or author:"Ada Lovelace"'],
  ['org:qwen', 'of an organisation'],
  ['category:cs.CL', 'in a category, or in all of cs'],
  ['year:2025..2026', 'of these years; year:2026 for one'],
  ['has:code', 'with code'],
  ['sort:date', 'newest first; sort:votes by votes'],
  ['"tree search" -game year:2024.. has:code', 'all of it together'],
  ['arXiv:2504.15921', 'the paper itself, also by DOI or address'],
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
      Case, accents and hyphens make no difference. <kbd>/</kbd> goes to the field, <kbd>j</kbd> and{' '}
      <kbd>k</kbd> move through what was found. <a href="/about/ranking#search">What comes first, and why</a>
    </p>
  </details>
);
