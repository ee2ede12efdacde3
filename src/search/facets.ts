/** Counts of facet values over all matches. */
import { CATEGORY, NUL, ORGANIZATION, VENUE } from './analysis.ts';
import { HAS_CODE } from './fields.ts';
import { eachPosting } from './lexicon.ts';
import { eachBit } from './made-lists.ts';
import type { Bits, Snapshot } from './snapshot.ts';
import type { FacetCount, SearchResult } from './types.ts';
import { isNamed } from './venue-lookup.ts';
import { yearOf } from './years.ts';

const MOST_CATEGORIES = 12;
const MOST_ORGANIZATIONS = 8;
const MOST_VENUES = 8;

/** The facets of matches, given as bits for each part. */
export function countFacets(
  snapshot: Snapshot,
  matches: readonly Bits[],
): NonNullable<SearchResult['facets']> {
  const categories = new Map<string, number>();
  const organizations: Named = new Map();
  const venues: Named = new Map();
  const years = new Map<number, number>();
  let hasCode = 0;
  snapshot.parts.forEach(({ segment: { lexicon, sections } }, p) => {
    const bits = matches[p]!;
    const countIn = (sign: string, take: (text: string, count: number) => void): void =>
      lexicon.each(sign, (walk) => {
        let count = 0;
        eachPosting(sections, walk.list, (doc) => {
          count += (bits[doc >>> 5]! >>> (doc & 31)) & 1;
        });
        if (count > 0) take(walk.term.slice(1), count);
        return true;
      });
    countIn(CATEGORY, (code, count) => categories.set(code, (categories.get(code) ?? 0) + count));
    countIn(ORGANIZATION, (text, count) => countNamed(organizations, text, count));
    countIn(VENUE, (text, count) => {
      if (isNamed(text)) countNamed(venues, text, count);
    });
    let year: number | null = null;
    let inYear = 0;
    const flush = (): void => {
      if (year !== null && inYear > 0) years.set(year, (years.get(year) ?? 0) + inYear);
      inYear = 0;
    };
    eachBit(bits, (doc) => {
      if (sections.flags[doc]! & HAS_CODE) hasCode++;
      const own = yearOf(sections.days[doc]!);
      if (own !== year) {
        flush();
        year = own;
      }
      inYear++;
    });
    flush();
  });
  return {
    categories: top(
      [...categories].map(([value, count]) => ({ value, label: value, count })),
      MOST_CATEGORIES,
    ),
    organizations: top(valuesOf(organizations), MOST_ORGANIZATIONS),
    venues: top(valuesOf(venues), MOST_VENUES),
    years: [...years]
      .sort((a, b) => b[0] - a[0])
      .map(([year, count]) => ({ value: String(year), label: String(year), count })),
    hasCode,
  };
}

/** By slug; the label is the name most of the matches give it. */
type Named = Map<string, { count: number; names: Map<string, number> }>;

function countNamed(named: Named, text: string, count: number): void {
  const [slug = '', name = ''] = text.split(NUL);
  const known = named.get(slug) ?? { count: 0, names: new Map<string, number>() };
  known.count += count;
  known.names.set(name, (known.names.get(name) ?? 0) + count);
  named.set(slug, known);
}

const valuesOf = (named: Named): FacetCount[] =>
  [...named].map(([value, { count, names }]) => ({
    value,
    label: [...names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]![0],
    count,
  }));

function top(counts: FacetCount[], most: number): FacetCount[] {
  return counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, most);
}
