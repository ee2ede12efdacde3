/**
 * Names given here by an earlier rule. Until symbols and TeX commands counted, "C++ in Practice" and "C in Practice" by
 * one author in one year had the same name. A record that still has such a name gets its name by the current rule,
 * whether it comes from the database or a file. So it is the same record when it is imported again, and what the old
 * rule had mixed up comes apart.
 */
import { hash52 } from '../hash.ts';
import { localIdentifier } from '../identifiers.ts';
import { slugify } from '../slug.ts';
import type { Identifier, PaperRecord } from '../types.ts';

/** The name of a record without identifiers by the current rule. */
export const ownName = (record: Pick<PaperRecord, 'title' | 'authors' | 'published'>): Identifier =>
  localIdentifier(record.title, record.authors, yearOf(record));

/**
 * The record with its current name in place of an older one; unchanged if there is nothing to do.
 *
 * @param key the record's own name, `scheme:value`
 */
export function renamed(record: PaperRecord, key: string): PaperRecord {
  if (!key.startsWith('local:')) return record;
  const now = ownName(record);
  const value = key.slice('local:'.length);
  if (value === now.value || value !== formerName(record)) return record;
  return {
    ...record,
    identifiers: [now, ...record.identifiers.filter((one) => one.scheme !== 'local' || one.value !== value)],
  };
}

/** The name by the rule from before symbols counted, without its scheme. */
export function formerName(record: Pick<PaperRecord, 'title' | 'authors' | 'published'>): string {
  const words = slugify(record.title.replace(/\\[a-zA-Z]+|[${}\\]/g, ' '));
  const cut = words.length <= 60 ? words : words.slice(0, 61).replace(/-[^-]*$/, '');
  const ends = [...cut].slice(0, 60).join('');
  const stem = (ends.endsWith('-') ? ends.slice(0, -1) : ends) || 'paper';
  const [author] = record.authors ?? [];
  const first = author === undefined ? '' : slugify(author);
  const tail = hash52(`${words}|${first}|${yearOf(record) ?? ''}`);
  return `${stem}-${tail.toString(36).padStart(11, '0').slice(-6)}`;
}

/** The key of a title by the rule from before symbols counted: the database may still have it. */
export function formerTitleKey(title: string): number {
  const plain = title.replace(/\\([a-zA-Z]+)[ ]?|\\[^a-zA-Z]/g, (_, name = '') => formerCommand(name));
  return hash52(
    plain
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ''),
  );
}

const FORMER = Object.fromEntries(
  'alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω'
    .split(' ')
    .flatMap((name, at, all) => (at % 2 === 0 ? [[name, all[at + 1]!]] : [])),
);

const formerCommand = (name: string): string =>
  Object.hasOwn(FORMER, name.toLowerCase())
    ? FORMER[name.toLowerCase()]!
    : ['o', 'l', 'i', 'j', 'ss', 'ae', 'oe', 'aa'].includes(name.toLowerCase())
      ? name
      : '';

const yearOf = ({ published }: Pick<PaperRecord, 'published'>): number | undefined =>
  published === undefined ? undefined : Number(published.slice(0, 4));
