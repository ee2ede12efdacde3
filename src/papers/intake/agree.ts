/**
 * Whether two records that share a name can describe the same paper. A shared name is not enough: people type the DOI
 * of the proceedings under every chapter, publishers give two papers one DOI, and authors name the wrong one.
 */
import { hash52 } from '../hash.ts';
import { slugify } from '../slug.ts';
import { foldTitle, isGeneric } from '../title-text.ts';
import type { PaperRecord, Source } from '../types.ts';
import { ownName } from './own-ids.ts';
import { fullParts, mayBeSamePerson, nameParts } from './same-author.ts';

/** Files kept by hand: an identifier there is whatever somebody typed, and two entries may have the same one. */
const TYPED: ReadonlySet<Source> = new Set(['bibtex', 'ris', 'csljson', 'zotero']);
/** Their titles are not the paper's. */
const LOOSE: ReadonlySet<Source> = new Set(['feed', 'github', 'arxiv-feed']);
/** Names of which a paper has only one: two different ones mean two papers. */
export const EXCLUSIVE = ['arxiv', 'acl', 'openreview'] as const;

/** Of longer author lists, only the beginning is compared. */
const AUTHORS_COMPARED = 30;

/** The parts of a record that are compared, computed on demand: most records share their names with no other. */
export class RecordFacts {
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

  /** The folded title, with the symbols that count. */
  get title(): string {
    this.#title ??= foldTitle(this.record.title);
    return this.#title;
  }

  /** Whether the title distinguishes papers. */
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

  /** The day it was published, if that is known exactly. */
  get day(): string | undefined {
    const { published, publishedPrecision = 'day' } = this.record;
    return publishedPrecision === 'day' ? published : undefined;
  }

  /** Significant words of the title: longer than three letters, or all if there are none. */
  get words(): Set<string> {
    if (!this.#words) {
      const all = slugify(this.record.title).split('-');
      const long = all.filter((word) => word.length > 3);
      this.#words = new Set(long.length > 0 ? long : all);
    }
    return this.#words;
  }

  /** Parts of its first authors' names. */
  get people(): Set<string> {
    this.#people ??= new Set(
      (this.record.authors ?? []).slice(0, AUTHORS_COMPARED).flatMap((name) => fullParts(name)),
    );
    return this.#people;
  }

  /**
   * Equal for records whose titles say that they are one paper. A title that many papers have only counts with the
   * rest.
   */
  get signature(): string {
    return this.isGeneric ? this.strictSignature : this.title;
  }

  /** Equal for records that agree on title, author, date and journal. */
  get strictSignature(): string {
    if (this.#signature === undefined) {
      const { journal = '', abstract = '', published = '' } = this.record;
      const more = this.isSpecific || abstract === '' ? '' : hash52(abstract);
      this.#signature = [this.title, this.author, published, slugify(journal), more].join('|');
    }
    return this.#signature;
  }

  /** The first author, the same whatever the order of the name's parts. */
  get author(): string {
    return this.firstAuthor === undefined ? '' : nameParts(this.firstAuthor).sort().join(' ');
  }

  /** The key identifies the paper, whatever the record says: its source never gives one key to two papers. */
  get isSure(): boolean {
    const { source } = this.record;
    if (TYPED.has(source)) return false;
    return source !== 'jsonl' || EXCLUSIVE.some((scheme) => this.key.startsWith(`${scheme}:`));
  }

  /** The key was made here from title, author and year. */
  get isMade(): boolean {
    return this.key.startsWith('local:') && this.key === `local:${ownName(this.record).value}`;
  }

  /** From a file kept by hand, where two different records may have the same key. */
  get isTyped(): boolean {
    return TYPED.has(this.record.source);
  }
}

/** Whether two records that both have `name` nevertheless describe different papers. */
export function contradict(a: RecordFacts, b: RecordFacts, name: string): boolean {
  const sureA = a.isSure && a.key === name;
  const sureB = b.isSure && b.key === name;
  if (sureA && sureB) return false;
  const isTyped = a.isTyped && a.record.source === b.record.source;
  // A name made here from a title that many papers have says no more than the title.
  const isMade = name.startsWith('local:') && (a.isMade || b.isMade);
  return isTyped || isMade ? !resemble(a, b) : apart(a, b);
}

/** The same title, or one with a typing error or without its subtitle, and nothing that contradicts it. */
export function resemble(a: RecordFacts, b: RecordFacts): boolean {
  if (!authorsAgree(a, b)) return false;
  if (a.title === b.title) {
    const isTold = a.isSpecific && a.firstAuthor !== undefined && b.firstAuthor !== undefined;
    return isTold || (factsAgree(a, b) && (a.isSpecific || abstractsAgree(a, b)));
  }
  return a.isSpecific && b.isSpecific && isNearly(a, b) && factsAgree(a, b);
}

/** One of the first authors is among the authors of the other; or one of them names none. */
function authorsAgree({ record: a }: RecordFacts, { record: b }: RecordFacts): boolean {
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

/** Journal and date are the same as far as both give them. */
function factsAgree({ record: a }: RecordFacts, { record: b }: RecordFacts): boolean {
  const length = Math.min(PRECISE[a.publishedPrecision ?? 'day'], PRECISE[b.publishedPrecision ?? 'day']);
  return (
    same(a.published?.slice(0, length), b.published?.slice(0, length)) &&
    same(a.journal && slugify(a.journal), b.journal && slugify(b.journal))
  );
}

const abstractsAgree = (a: RecordFacts, b: RecordFacts): boolean =>
  same(a.record.abstract, b.record.abstract);

/** One title is the beginning of the other, or words of four letters and more differ by a letter or two. */
function isNearly(a: RecordFacts, b: RecordFacts): boolean {
  const one = slugify(a.record.title);
  const other = slugify(b.record.title);
  if (one.startsWith(`${other}-`) || other.startsWith(`${one}-`)) return true;
  // The symbols must be the same.
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

/** One letter too many, too few or wrong, or two swapped; never a digit. */
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

/** Clearly different papers: the titles have little in common, and they share no author. */
export function apart(a: RecordFacts, b: RecordFacts): boolean {
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
 * How well a record without identifiers fits another with the same title, which is never enough on its own; null: not
 * well enough. 0: first author and year are the same. 1: the other is a preprint, and the years are adjacent (it came
 * out in print later, or was put online afterwards). If one of them names no author, the exact day takes its place.
 *
 * @param isPreprint the other paper has an arXiv or OpenReview id
 */
export function fits(a: RecordFacts, b: RecordFacts, isPreprint: boolean): 0 | 1 | null {
  if (a.firstAuthor === undefined || b.firstAuthor === undefined)
    return a.day !== undefined && a.day === b.day ? 0 : null;
  if (a.year === undefined || b.year === undefined) return null;
  if (!mayBeSamePerson(a.firstAuthor, b.firstAuthor)) return null;
  if (a.year === b.year) return 0;
  return isPreprint && Math.abs(a.year - b.year) === 1 ? 1 : null;
}

/** Whether a record really is of the same work as another that names it, judging by title or author. */
export const isSameWork = (a: RecordFacts, b: RecordFacts): boolean =>
  (a.isSpecific && a.title === b.title) ||
  (!titlesDiffer(a.words, b.words) &&
    a.firstAuthor !== undefined &&
    b.firstAuthor !== undefined &&
    mayBeSamePerson(a.firstAuthor, b.firstAuthor));
