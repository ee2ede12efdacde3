/** Counts of facet values over all matches. */
import { HAS_CODE } from './fields.ts';
import { type Matches, yearOf } from './hits.ts';
import type { Sections } from './segment.ts';
import type { Snapshot } from './snapshot.ts';
import type { FacetCount, SearchResult } from './types.ts';

const MOST_CATEGORIES = 12;
const MOST_ORGANIZATIONS = 8;

/** The facets of some matches. */
export function countFacets(snapshot: Snapshot, matches: Matches): NonNullable<SearchResult['facets']> {
  const tables = snapshot.parts.map(({ segment }) => ({
    sections: segment.sections,
    categories: segment.categories(),
    organizations: segment.organizations(),
    inCategory: new Uint32Array(segment.sections.categoryTextStarts.length),
    inOrganization: new Uint32Array(segment.sections.organizationTextStarts.length),
  }));
  const years = new Map<number, number>();
  let hasCode = 0;
  // Matches lie a segment after the other.
  for (let from = 0; from < matches.count; ) {
    const part = matches.parts[from]!;
    let to = from;
    while (to < matches.count && matches.parts[to] === part) to++;
    const { sections, inCategory, inOrganization } = tables[part]!;
    hasCode += countPart(sections, matches.documents.subarray(from, to), inCategory, inOrganization, years);
    from = to;
  }

  const categories = new Map<string, number>();
  // An organisation's label is the name most of the matches give it.
  const organizations = new Map<string, { count: number; names: Map<string, number> }>();
  for (const table of tables) {
    table.categories.forEach((code, id) => {
      const count = table.inCategory[id]!;
      if (count > 0) categories.set(code, (categories.get(code) ?? 0) + count);
    });
    table.organizations.forEach(({ slug, name }, id) => {
      const count = table.inOrganization[id]!;
      if (count === 0) return;
      const known = organizations.get(slug) ?? { count: 0, names: new Map<string, number>() };
      known.count += count;
      known.names.set(name, (known.names.get(name) ?? 0) + count);
      organizations.set(slug, known);
    });
  }
  return {
    categories: top(
      [...categories].map(([value, count]) => ({ value, label: value, count })),
      MOST_CATEGORIES,
    ),
    organizations: top(
      [...organizations].map(([value, { count, names }]) => ({
        value,
        label: [...names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]![0],
        count,
      })),
      MOST_ORGANIZATIONS,
    ),
    years: [...years]
      .sort((a, b) => b[0] - a[0])
      .map(([year, count]) => ({ value: String(year), label: String(year), count })),
    hasCode,
  };
}

/** Counts the matches of one segment; gives how many of them have code. */
function countPart(
  sections: Sections,
  documents: Uint32Array,
  inCategory: Uint32Array,
  inOrganization: Uint32Array,
  years: Map<number, number>,
): number {
  const { categoryStarts, categoryIds, organizationStarts, organizationIds, days, flags } = sections;
  let hasCode = 0;
  let year: number | null = null;
  let inYear = 0;
  const flush = (): void => {
    if (year !== null && inYear > 0) years.set(year, (years.get(year) ?? 0) + inYear);
    inYear = 0;
  };
  for (const document of documents) {
    for (let c = categoryStarts[document]!; c < categoryStarts[document + 1]!; c++)
      inCategory[categoryIds[c]!]!++;
    for (let o = organizationStarts[document]!; o < organizationStarts[document + 1]!; o++)
      inOrganization[organizationIds[o]!]!++;
    const own = yearOf(days[document]!);
    if (own !== year) {
      flush();
      year = own;
    }
    inYear++;
    if (flags[document]! & HAS_CODE) hasCode++;
  }
  flush();
  return hasCode;
}

function top(counts: FacetCount[], most: number): FacetCount[] {
  return counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, most);
}
