/** Which documents of a segment pass filters. */
import { CATEGORY, NAME, NUL, ORGANIZATION, VENUE, words } from './analysis.ts';
import { byAuthor } from './authors.ts';
import { FIELD_GAP, HAS_CODE, MOST_POSITIONS, NO_DAY } from './fields.ts';
import { addToBits } from './lexicon.ts';
import type { AnyList } from './lists.ts';
import { PhraseList } from './phrase-list.ts';
import type { Bits, Part, Snapshot } from './snapshot.ts';
import type { HasName, SearchFilters } from './types.ts';
import { isNamed, venueList } from './venue-lookup.ts';
import { slugOf } from './venues.ts';

/** Sets the bit of every document of a list. */
export function addList(part: Part, list: AnyList, bits: Bits): void {
  if (list instanceof PhraseList) addList(part, list.made, bits);
  else if ('docs' in list) for (const doc of list.docs) bits[doc >>> 5]! |= 1 << (doc & 31);
  else if (!part.segment.common.addTo(bits, list)) addToBits(part.segment.sections, list, bits);
}

/** A bit for each document of part `p` that passes, whether or not it counts; null: all do. Not to be changed. */
export function passingBits(snapshot: Snapshot, p: number, filters: SearchFilters): Bits | null {
  const { author, ...others } = filters;
  const part = snapshot.parts[p]!;
  const named = author?.trim() ? byAuthor(snapshot, p, author) : null;
  const key = JSON.stringify(others);
  const passing = key === '{}' ? null : part.bits(key, () => allOf(part, others));
  if (named === null || passing === null) return named ?? passing;
  return named.map((bits, i) => bits & passing[i]!);
}

/** The documents that pass all filters but an author's name, which takes all parts to read. */
function allOf(part: Part, filters: Omit<SearchFilters, 'author'>): Bits {
  const { fromDay, toDay, fromEdition, toEdition, fromVotes, toVotes } = filters;
  const { hasCode, has, lacks, categories, organization, venue } = filters;
  const { days, editions, flags, upvotes } = part.segment.sections;
  const all: Bits[] = [];
  if (fromDay !== undefined || toDay !== undefined) all.push(within(part, days, fromDay, toDay));
  if (fromEdition !== undefined || toEdition !== undefined)
    all.push(within(part, editions, fromEdition, toEdition));
  if (fromVotes !== undefined || toVotes !== undefined)
    all.push(where(part, (d) => upvotes[d]! >= (fromVotes ?? 0) && upvotes[d]! <= (toVotes ?? Infinity)));
  if (hasCode !== undefined) all.push(where(part, (d) => ((flags[d]! & HAS_CODE) !== 0) === hasCode));
  if (categories && categories.length > 0) all.push(inCategories(part, categories));
  if (organization?.trim()) all.push(ofOrganization(part, organization.trim()));
  if (venue?.trim()) all.push(ofVenue(part, venue.trim().slice(0, 300)));
  for (const name of has ?? []) all.push(having(part, name));
  for (const name of lacks ?? []) all.push(having(part, name).map((bits) => ~bits));
  const bits = new Uint32Array((part.segment.documents + 31) >>> 5).fill(0xffffffff);
  for (const each of all) for (let i = 0; i < bits.length; i++) bits[i]! &= each[i]!;
  return bits;
}

const SIGNS = { authors: NAME, categories: CATEGORY, organization: ORGANIZATION, venue: VENUE };

/** The documents that have something of a kind. */
function having(part: Part, name: HasName): Bits {
  const { days, editions, upvotes, ends } = part.segment.sections;
  switch (name) {
    case 'abstract':
      return where(
        part,
        (d) => ends[d * 3 + 2]! > Math.min(MOST_POSITIONS - 1, ends[d * 3 + 1]! + FIELD_GAP),
      );
    case 'summary':
      return where(part, (d) => ends[d * 3 + 1]! > ends[d * 3]! + FIELD_GAP);
    case 'date':
      return where(part, (d) => days[d]! !== NO_DAY);
    case 'edition':
      return where(part, (d) => editions[d]! !== NO_DAY);
    case 'votes':
      return where(part, (d) => upvotes[d]! > 0);
    default: {
      const bits = none(part);
      part.segment.lexicon.each(SIGNS[name], ({ term, list }) => {
        if (name !== 'venue' || isNamed(term.slice(VENUE.length)))
          addToBits(part.segment.sections, list, bits);
        return true;
      });
      return bits;
    }
  }
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
