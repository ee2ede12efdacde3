/**
 * How pages get formulas: rendering is synchronous and the database is not, so a page is rendered with the formulas in
 * memory, the missing ones are fetched all at once, and it is rendered again.
 */
import { LRUCache } from 'lru-cache';
import type { Formula } from './rules.ts';

/** Where typeset formulas are stored. */
export interface FormulaSource {
  /** The HTML of each formula, null if it cannot be set, undefined if it has not been set yet. */
  find(formulas: Formula[]): Promise<(string | null | undefined)[]>;
  /** Requests formulas to be set soon. */
  want(formulas: Formula[]): void;
}

/** Surrounds the source of a formula that is not set yet. A page with it is not cached. */
export const UNSET = '<span class="unset">';

/** Bytes of formulas in memory. */
const MEMORY = 8 * 1024 * 1024;
/** Formulas of one page that are requested; a page with more shows the source of the rest for now. */
const MOST_ASKED = 5_000;
/** Kept instead of the HTML of a formula. */
const CANNOT_BE_SET = '';
const memory = new LRUCache<string, string>({
  maxSize: MEMORY,
  sizeCalculation: (html, key) => 2 * (key.length + html.length) + 1,
});

/** For the page being rendered: what was fetched for it, and what is missing. */
interface Page {
  fetched: Map<string, string | null>;
  missing: Map<string, Formula>;
}
let page: Page | null = null;

const keyOf = ({ tex, display }: Formula): string => (display ? `$$${tex}` : tex);

/**
 * The HTML of a formula; null: it cannot be set. Undefined: not available now, and missing from the page being
 * rendered.
 */
export function formulaHtml(formula: Formula): string | null | undefined {
  const name = keyOf(formula);
  // What was fetched for this page counts even if it has been evicted from memory since.
  const fetched = page?.fetched.get(name);
  const known = fetched === undefined ? inMemory(name) : fetched;
  if (known === undefined && page && page.missing.size < MOST_ASKED) page.missing.set(name, formula);
  return known;
}

/** Keeps a formula's result in memory. */
export function rememberFormula(formula: Formula, html: string | null): void {
  memory.set(keyOf(formula), html ?? CANNOT_BE_SET);
}

function inMemory(name: string): string | null | undefined {
  const html = memory.get(name);
  return html === CANNOT_BE_SET ? null : html;
}

/**
 * The result of `render`, with all formulas that have been set; requests those that have not. `render` is synchronous
 * and may be called twice.
 */
export async function withFormulas(source: FormulaSource | undefined, render: () => string): Promise<string> {
  const first = renderNoting(render, new Map());
  if (first.missing.size === 0 || !source) return first.text;
  const missing = [...first.missing.values()];
  const found = await source.find(missing);
  const fetched = new Map<string, string | null>();
  const unset: Formula[] = [];
  for (const [i, formula] of missing.entries()) {
    const html = found[i];
    if (html === undefined) unset.push(formula);
    else {
      fetched.set(keyOf(formula), html);
      rememberFormula(formula, html);
    }
  }
  if (unset.length > 0) source.want(unset);
  return fetched.size === 0 ? first.text : renderNoting(render, fetched).text;
}

function renderNoting(
  render: () => string,
  fetched: Page['fetched'],
): { text: string; missing: Page['missing'] } {
  const mine: Page = { fetched, missing: new Map() };
  page = mine;
  try {
    return { text: render(), missing: mine.missing };
  } finally {
    page = null;
  }
}
