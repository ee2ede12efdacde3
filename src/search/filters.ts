/** Which documents of a segment pass a request's filters. */
import { NAME, words } from './analysis.ts';
import { HAS_CODE, NO_DAY } from './fields.ts';
import { NAME_END, type Segment } from './segment.ts';
import type { SearchFilters } from './types.ts';

export type Passes = (document: number) => boolean;

/** The test for one segment; null when everything passes. */
export function filterFor(segment: Segment, filters: SearchFilters | undefined): Passes | null {
  if (!filters) return null;
  const tests: Passes[] = [];
  const { days, flags } = segment.sections;
  const { fromDay, toDay, hasCode } = filters;
  if (fromDay !== undefined)
    tests.push((document) => days[document]! >= fromDay && days[document] !== NO_DAY);
  if (toDay !== undefined) tests.push((document) => days[document]! <= toDay && days[document] !== NO_DAY);
  if (hasCode !== undefined) tests.push((document) => ((flags[document]! & HAS_CODE) !== 0) === hasCode);
  if (filters.categories && filters.categories.length > 0)
    tests.push(inCategories(segment, filters.categories));
  if (filters.organization !== undefined && filters.organization !== '')
    tests.push(ofOrganization(segment, filters.organization));
  if (filters.author !== undefined && filters.author.trim() !== '')
    tests.push(byAuthor(segment, filters.author));
  if (tests.length <= 1) return tests[0] ?? null;
  return (document) => tests.every((test) => test(document));
}

/** Whether category `code` is asked for by `wanted`: the code itself, or its archive (`cs` for `cs.CL`). */
export function categoryMatches(code: string, wanted: string): boolean {
  const lower = code.toLowerCase();
  const asked = wanted.toLowerCase();
  return lower === asked || lower.startsWith(`${asked}.`);
}

function inCategories(segment: Segment, wanted: readonly string[]): Passes {
  const { categoryStarts, categoryIds } = segment.sections;
  const chosen = Uint8Array.from(segment.categories(), (code) =>
    wanted.some((each) => categoryMatches(code, each)) ? 1 : 0,
  );
  return (document) => {
    for (let i = categoryStarts[document]!; i < categoryStarts[document + 1]!; i++)
      if (chosen[categoryIds[i]!]) return true;
    return false;
  };
}

function ofOrganization(segment: Segment, wanted: string): Passes {
  const { organizationStarts, organizationIds } = segment.sections;
  const chosen = Uint8Array.from(segment.organizations(), ({ slug }) => (slug === wanted ? 1 : 0));
  return (document) => {
    for (let i = organizationStarts[document]!; i < organizationStarts[document + 1]!; i++)
      if (chosen[organizationIds[i]!]) return true;
    return false;
  };
}

const nobody: Passes = () => false;

/** All words of the name must stand in one author's name. */
function byAuthor(segment: Segment, name: string): Passes {
  const { authorStarts, authorTerms, postingStarts, postings } = segment.sections;
  const wanted = [...new Set(words(name.slice(0, 1_000)))];
  const terms = wanted.map((word) => segment.find(Buffer.from(NAME + word)));
  if (terms.length === 0 || terms.some((term) => term < 0)) return nobody;
  const length = (term: number): number => postingStarts[term + 1]! - postingStarts[term]!;
  const rarest = terms.reduce((best, term) => (length(term) < length(best) ? term : best));
  const chosen = new Set<number>();
  for (let i = postingStarts[rarest]!; i < postingStarts[rarest + 1]!; i++) {
    const document = postings[i]! >>> 12;
    let seen = new Set<number>();
    for (let a = authorStarts[document]!; a < authorStarts[document + 1]!; a++) {
      seen.add(authorTerms[a]! & ~NAME_END);
      if ((authorTerms[a]! & NAME_END) === 0) continue;
      if (terms.every((term) => seen.has(term))) {
        chosen.add(document);
        break;
      }
      seen = new Set();
    }
  }
  return (document) => chosen.has(document);
}
