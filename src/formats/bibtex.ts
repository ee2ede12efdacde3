/** Papers from BibTeX entries: turns fields as written into a record. */
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord, Source } from '../papers/types.ts';
import { dateOf } from './bibtex-dates.ts';
import { identifiersOf, undressed } from './bibtex-identifiers.ts';
import { namesOf } from './bibtex-names.ts';
import { withJournals } from './bibtex-strings.ts';
import { addIdentifier, compact, isCategory, LIMITS, linksIn, orLocal, titleField } from './fields.ts';
import { texWithoutMarkup } from './inline-markup.ts';
import { decodeTex } from './tex.ts';
import { cutAt, foldText } from './text.ts';
import { isWithdrawal, isWithdrawnTitle } from './withdrawal.ts';

/**
 * The record of one entry. Anything too long or unreadable is left out and named in `warnings`; an entry without a
 * title is not a paper.
 */
export function fromBibtex(
  fields: ReadonlyMap<string, string>,
  warnings: string[],
  source: Source,
): PaperRecord {
  const raw = (name: string): string | undefined => {
    const text = fields.get(name);
    return text !== undefined && text.trim() !== '' ? text : undefined;
  };
  const prose = (name: string): string | undefined => decoded(raw(name));
  /** The first of `names` that is present, no longer than `most`. */
  const line = (names: string[], most: number): string | undefined => {
    for (const name of names) {
      const text = decoded(withJournals(raw(name) ?? ''));
      if (text === undefined) continue;
      if (text.length <= most) return text;
      warnings.push(`'${name}' is longer than ${most.toLocaleString('en')} characters and was left out`);
    }
    return undefined;
  };
  const title = titleField(withSubtitle(prose('title'), prose('subtitle')));
  // Before it is taken apart at semicolons.
  const people = namesOf(texWithoutMarkup(raw('author') ?? ''));
  warnings.push(...people.warnings.slice(0, 20));
  const date = dateOf(prose);
  const primary = prose('primaryclass') ?? prose('eprintclass');
  const addresses = ['abstract', 'note', 'url', 'howpublished'].map((name) => raw(name));
  const links = linksIn(...addresses.map((text) => text && undressed(text)));
  const abstract = cut('abstract', prose('abstract'), LIMITS.abstract, warnings);
  const note = line(['note', 'annote'], LIMITS.abstract);
  return compact({
    source,
    identifiers: orLocal(
      ownIdentifiers(prose('identifiers')) ?? identifiersOf(raw),
      title,
      people.names,
      date?.day,
    ),
    title,
    abstract,
    authors: people.names.length > 0 ? people.names : undefined,
    authorsCount: people.count,
    categories: primary !== undefined && isCategory(primary) ? [primary] : undefined,
    keywords: keywordsOf(prose('keywords') ?? prose('keyword') ?? prose('author_keywords')),
    published: date?.day,
    publishedPrecision: date?.precision,
    links: links.length > 0 ? links : undefined,
    note: cut('note', note, LIMITS.note, warnings),
    withdrawn: isWithdrawal(note, abstract) || isWithdrawnTitle(title) || undefined,
    journal: line(['journal', 'journaltitle', 'booktitle'], LIMITS.line),
  });
}

/** No real text is longer than this: it is not even decoded. */
const LONGEST_TEXT = 1_000_000;

function decoded(text: string | undefined): string | undefined {
  return text === undefined
    ? undefined
    : foldText(decodeTex(texWithoutMarkup(text.slice(0, LONGEST_TEXT)), { tex: true })) || undefined;
}

/** Cuts long texts at the limit, at the end of a word, with a warning. */
function cut(name: string, text: string | undefined, most: number, warnings: string[]): string | undefined {
  if (text === undefined || text.length <= most) return text;
  warnings.push(`'${name}' is longer than ${most.toLocaleString('en')} characters and was cut there`);
  return cutAt(text, most);
}

function withSubtitle(title: string | undefined, subtitle: string | undefined): string | undefined {
  return title !== undefined && subtitle !== undefined ? `${title}: ${subtitle}` : title;
}

/** The field in which our own export lists all of them. */
function ownIdentifiers(text: string | undefined): Identifier[] | undefined {
  const identifiers: Identifier[] = [];
  for (const own of text?.split(/[\s,]+/) ?? []) {
    addIdentifier(identifiers, own === '' ? null : parseIdentifier(own));
  }
  return identifiers.length > 0 ? identifiers : undefined;
}

function keywordsOf(text: string | undefined): string[] | undefined {
  const words = text?.split(/[,;]/).map((word) => word.trim());
  const kept = words?.filter((word) => word !== '' && word.length <= LIMITS.name);
  return kept && [...new Set(kept)].slice(0, LIMITS.list);
}
