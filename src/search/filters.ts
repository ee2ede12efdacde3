/** Which documents of a segment may be shown at all: those that count and pass a request's filters. */
import { CATEGORY, NUL, ORGANIZATION, words } from './analysis.ts';
import { byAuthor } from './authors.ts';
import { HAS_CODE, NO_DAY } from './fields.ts';
import { addToBits } from './lexicon.ts';
import type { AnyList } from './lists.ts';
import { PhraseList } from './phrase-list.ts';
import type { Bits, Part } from './snapshot.ts';
import type { SearchFilters } from './types.ts';
import { venueList } from './venue-lookup.ts';
import { slugOf } from './venues.ts';

/** A bit for each document of the part that counts and passes; null: all do. */
export function allowedIn(
  part: Part,
  filters: SearchFilters,
  excluded: readonly (AnyList | null)[],
): Bits | null {
  const size = (part.segment.documents + 31) >>> 5;
  const passing = passingBits(part, filters);
  const lists = excluded.filter((list) => list !== null);
  if (lists.length === 0) return passing;
  const bits = passing?.slice() ?? new Uint32Array(size).fill(0xffffffff);
  const out = new Uint32Array(size);
  for (const list of lists) addList(part, list, out);
  for (let i = 0; i < size; i++) bits[i]! &= ~out[i]!;
  return bits;
}

/** Sets the bit of every document of a list. */
export function addList(part: Part, list: AnyList, bits: Bits): void {
  if (list instanceof PhraseList) addList(part, list.made, bits);
  else if ('docs' in list) for (const doc of list.docs) bits[doc >>> 5]! |= 1 << (doc & 31);
  else if (!part.segment.common.addTo(bits, list)) addToBits(part.segment.sections, list, bits);
}

function passingBits(part: Part, filters: SearchFilters): Bits | null {
  const key = JSON.stringify(filters);
  if (key === '{}') return part.live;
  return part.bits(key, () => {
    const all: Bits[] = [];
    const { fromDay, toDay, fromEdition, toEdition, hasCode, categories, organization, venue, author } =
      filters;
    const { days, editions, flags } = part.segment.sections;
    if (fromDay !== undefined || toDay !== undefined) all.push(within(part, days, fromDay, toDay));
    if (fromEdition !== undefined || toEdition !== undefined)
      all.push(within(part, editions, fromEdition, toEdition));
    if (hasCode !== undefined) all.push(where(part, (d) => ((flags[d]! & HAS_CODE) !== 0) === hasCode));
    if (categories && categories.length > 0) all.push(inCategories(part, categories));
    if (organization?.trim()) all.push(ofOrganization(part, organization.trim()));
    if (venue?.trim()) all.push(ofVenue(part, venue.trim().slice(0, 300)));
    if (author?.trim()) all.push(byAuthor(part, words(author.slice(0, 1_000))));
    const bits = part.live?.slice() ?? new Uint32Array((part.segment.documents + 31) >>> 5).fill(0xffffffff);
    for (const each of all) for (let i = 0; i < bits.length; i++) bits[i]! &= each[i]!;
    return bits;
  });
}

const none = (part: Part): Bits => new Uint32Array((part.segment.documents + 31) >>> 5);

function where(part: Part, passes: (document: number) => boolean): Bits {
  const bits = none(part);
  for (let d = 0; d < part.segment.documents; d++) if (passes(d)) bits[d >>> 5]! |= 1 << (d & 31);
  return bits;
}

/** Whose day in a column lies between two, both inclusive; a day that is not known never does. */
const within = (part: Part, column: Int16Array, from = NO_DAY + 1, to = Number.POSITIVE_INFINITY): Bits =>
  where(part, (d) => column[d]! >= from && column[d]! <= to && column[d]! !== NO_DAY);

/** Whether category `code` is asked for by `wanted`: the code itself, or its archive (`cs` for `cs.CL`). */
export function categoryMatches(code: string, wanted: string): boolean {
  const lower = code.toLowerCase();
  const asked = wanted.toLowerCase();
  return lower === asked || lower.startsWith(`${asked}.`);
}

function inCategories(part: Part, wanted: readonly string[]): Bits {
  const bits = none(part);
  part.segment.lexicon.each(CATEGORY, (walk) => {
    const code = walk.term.slice(1);
    if (wanted.some((each) => categoryMatches(code, each))) addToBits(part.segment.sections, walk.list, bits);
    return true;
  });
  return bits;
}

/** By its slug, or by words that all stand in its name. */
export function organizationMatches(slug: string, name: string, wanted: string): boolean {
  if (slug.toLowerCase() === wanted.toLowerCase()) return true;
  const asked = words(wanted);
  const own = words(name);
  return asked.length > 0 && asked.every((word) => own.includes(word));
}

/** The name of a venue, which may have a year behind it. */
export function venueAsked(wanted: string): { slug: string; year: string } {
  const [, name = wanted, year = ''] = /^(.*\S)[\s-]?\b((?:19|20)\d\d)$/.exec(wanted) ?? [];
  return { slug: slugOf(name), year };
}

function ofVenue(part: Part, wanted: string): Bits {
  const bits = none(part);
  const { slug, year } = venueAsked(wanted);
  addList(part, venueList(part, slug, year), bits);
  return bits;
}

function ofOrganization(part: Part, wanted: string): Bits {
  const bits = none(part);
  part.segment.lexicon.each(ORGANIZATION, (walk) => {
    const [slug = '', name = ''] = walk.term.slice(1).split(NUL);
    if (organizationMatches(slug, name, wanted)) addToBits(part.segment.sections, walk.list, bits);
    return true;
  });
  return bits;
}
