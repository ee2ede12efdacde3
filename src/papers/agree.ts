/**
 * Whether two records that share a name can be of one paper. A shared name is not enough: people type the DOI of the
 * proceedings under every chapter, publishers give two papers one DOI, and authors name the wrong one.
 */
import { hash52 } from './hash.ts';
import { ownName } from './own-ids.ts';
import { fullParts, mayBeSamePerson, nameParts } from './same-author.ts';
import { slugify } from './slug.ts';
import { foldTitle, isGeneric } from './title-text.ts';
import type { PaperRecord, Source } from './types.ts';

/** Files kept by hand: an identifier there is what somebody typed, and two entries may have the same. */
const TYPED: ReadonlySet<Source> = new Set(['bibtex', 'ris', 'csljson', 'zotero']);
/** Their titles are not the paper's. */
const LOOSE: ReadonlySet<Source> = new Set(['feed', 'github', 'arxiv-feed']);
/** Names of which a paper has one: of two different ones there are two papers. */
export const EXCLUSIVE = ['arxiv', 'acl', 'openreview'] as const;

/** Longer lists of authors are compared by their beginning. */
const AUTHORS_COMPARED = 30;

/** What of a record is compared, worked out when it is asked for: most records share their names with none. */
export class Facts {
  readonly record: PaperRecord;
  /** The record's own name at its source, `scheme:value`. */
  readonly key: string;
  #title: string | undefined;
  #words: Set<string> | undefined;
  #people: Set<string> | undefined;
  #signature: string | undefined;

  constructor(record: PaperRecord, key: string) {
    this.record = record;
    this.key = key;
  }

  /** The title folded, with the signs that count. */
  get title(): string {
    this.#title ??= foldTitle(this.record.title);
    return this.#title;
  }

  /** Whether the title tells papers apart. */
  get isSpecific(): boolean {
    return this.title.length >= 20 && !this.isGeneric;
  }

  get isGeneric(): boolean {
    return isGeneric(slugify(this.record.title));
  }

  get firstAuthor(): string | undefined {
    return this.record.authors?.[0];
  }

  get year(): number | undefined {
    const { published } = this.record;
    return published === undefined ? undefined : Number(published.slice(0, 4));
  }

  /** The day it was published, where that is known exactly. */
  get day(): string | undefined {
    const { published, publishedPrecision = 'day' } = this.record;
    return publishedPrecision === 'day' ? published : undefined;
  }

  /** Words of the title that say something: longer than three letters, or all where there are none. */
  get words(): Set<string> {
    if (!this.#words) {
      const all = slugify(this.record.title).split('-');
      const long = all.filter((word) => word.length > 3);
      this.#words = new Set(long.length > 0 ? long : all);
    }
    return this.#words;
  }

  /** Parts of the names of its first authors. */
  get people(): Set<string> {
    this.#people ??= new Set(
      (this.record.authors ?? []).slice(0, AUTHORS_COMPARED).flatMap((name) => fullParts(name)),
    );
    return this.#people;
  }

  /** Equal for records whose title says that they are of one paper. A title of many papers counts only with the rest. */
  get signature(): string {
    return this.isGeneric ? this.strictSignature : this.title;
  }

  /** Equal for records that say the same of title, author, date and journal. */
  get strictSignature(): string {
    if (this.#signature === undefined) {
      const { journal = '', abstract = '', published = '' } = this.record;
      const more = this.isSpecific || abstract === '' ? '' : hash52(abstract);
      this.#signature = [this.title, this.author, published, slugify(journal), more].join('|');
    }
    return this.#signature;
  }

  /** The first author, the same however the parts of the name are ordered. */
  get author(): string {
    return this.firstAuthor === undefined ? '' : nameParts(this.firstAuthor).sort().join(' ');
  }

  /** The key names the paper, whatever the record says of it: its source gives no key to two papers. */
  get isSure(): boolean {
    const { source } = this.record;
    if (TYPED.has(source)) return false;
    return source !== 'jsonl' || EXCLUSIVE.some((scheme) => this.key.startsWith(`${scheme}:`));
  }

  /** The key was made here of title, author and year. */
  get isMade(): boolean {
    return this.key.startsWith('local:') && this.key === `local:${ownName(this.record).value}`;
  }

  /** From a file kept by hand, where two different records may go by one key. */
  get isTyped(): boolean {
    return TYPED.has(this.record.source);
  }
}

/** Whether two records that both go by `name` are of different papers all the same. */
export function contradict(a: Facts, b: Facts, name: string): boolean {
  const sureA = a.isSure && a.key === name;
  const sureB = b.isSure && b.key === name;
  if (sureA && sureB) return false;
  const isTyped = a.isTyped && a.record.source === b.record.source;
  // A name made here of a title that many papers have says no more than the title.
  const isMade = name.startsWith('local:') && (a.isMade || b.isMade);
  return isTyped || isMade ? !resemble(a, b) : apart(a, b);
}

/** The same title, or one with an error of typing or without its subtitle, and nothing said that differs. */
export function resemble(a: Facts, b: Facts): boolean {
  if (!authorsAgree(a, b)) return false;
  if (a.title === b.title) {
    const isTold = a.isSpecific && a.firstAuthor !== undefined && b.firstAuthor !== undefined;
    return isTold || (factsAgree(a, b) && (a.isSpecific || abstractsAgree(a, b)));
  }
  return a.isSpecific && b.isSpecific && isNearly(a, b) && factsAgree(a, b);
}

/** One of the first authors is among the authors of the other; or one of them names none. */
function authorsAgree({ record: a }: Facts, { record: b }: Facts): boolean {
  const [one] = a.authors ?? [];
  const [other] = b.authors ?? [];
  if (one === undefined || other === undefined) return true;
  return (
    b.authors!.slice(0, AUTHORS_COMPARED).some((name) => mayBeSamePerson(one, name)) ||
    a.authors!.slice(0, AUTHORS_COMPARED).some((name) => mayBeSamePerson(other, name))
  );
}

const PRECISE = { year: 4, month: 7, day: 10 };

const same = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;

/** Journal and date are the same as far as both tell them. */
function factsAgree({ record: a }: Facts, { record: b }: Facts): boolean {
  const length = Math.min(PRECISE[a.publishedPrecision ?? 'day'], PRECISE[b.publishedPrecision ?? 'day']);
  return (
    same(a.published?.slice(0, length), b.published?.slice(0, length)) &&
    same(a.journal && slugify(a.journal), b.journal && slugify(b.journal))
  );
}

const abstractsAgree = (a: Facts, b: Facts): boolean => same(a.record.abstract, b.record.abstract);

/** One title begins the other, or words of four letters and more differ by a letter or two. */
function isNearly(a: Facts, b: Facts): boolean {
  const one = slugify(a.record.title);
  const other = slugify(b.record.title);
  if (one.startsWith(`${other}-`) || other.startsWith(`${one}-`)) return true;
  // The signs must be the same.
  if (a.title.split('|')[1] !== b.title.split('|')[1]) return false;
  const words = one.split('-');
  const others = other.split('-');
  if (words.length !== others.length) return false;
  let errors = 0;
  for (const [at, word] of words.entries()) {
    const against = others[at]!;
    if (word === against) continue;
    if (++errors > 2 || Math.min(word.length, against.length) < 4 || !isSlip(word, against)) return false;
  }
  return true;
}

/** One letter too many, too few or wrong, or two in the wrong order; never a digit. */
function isSlip(a: string, b: string): boolean {
  if (/\d/.test(a + b) || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const one = a.slice(start, a.length - end);
  const other = b.slice(start, b.length - end);
  if (one.length <= 1 && other.length <= 1) return true;
  return one.length === 2 && other.length === 2 && one[0] === other[1] && one[1] === other[0];
}

/** Clearly of different papers: the titles have little in common, and no author has. */
export function apart(a: Facts, b: Facts): boolean {
  if (LOOSE.has(a.record.source) || LOOSE.has(b.record.source)) return false;
  if (a.title === b.title || !titlesDiffer(a.words, b.words)) return false;
  const isKnown = a.people.size > 0 && b.people.size > 0;
  if (!isKnown) return a.isTyped || b.isTyped;
  return a.people.isDisjointFrom(b.people);
}

function titlesDiffer(a: Set<string>, b: Set<string>): boolean {
  const shared = a.intersection(b).size;
  return shared * 3 < Math.min(a.size, b.size);
}

/**
 * How well a record without identifiers fits another of the same title, which is never enough by itself; null: not
 * well enough. 0: first author and year are the same. 1: the other is a preprint, and the years are next to each other
 * (it came out later in print, or was put online after). Where one of them names no author, the very day stands in.
 *
 * @param isPreprint the other paper has an arXiv or OpenReview id
 */
export function fits(a: Facts, b: Facts, isPreprint: boolean): 0 | 1 | null {
  if (a.firstAuthor === undefined || b.firstAuthor === undefined)
    return a.day !== undefined && a.day === b.day ? 0 : null;
  if (a.year === undefined || b.year === undefined) return null;
  if (!mayBeSamePerson(a.firstAuthor, b.firstAuthor)) return null;
  if (a.year === b.year) return 0;
  return isPreprint && Math.abs(a.year - b.year) === 1 ? 1 : null;
}

/** Whether a record that is said to be of the same work as another is, by title or by author. */
export const isSameWork = (a: Facts, b: Facts): boolean =>
  (a.isSpecific && a.title === b.title) ||
  (!titlesDiffer(a.words, b.words) &&
    a.firstAuthor !== undefined &&
    b.firstAuthor !== undefined &&
    mayBeSamePerson(a.firstAuthor, b.firstAuthor));
