import { trimmed } from '../trim.ts';
import { hash52 } from './hash.ts';

/**
 * The form of a name in addresses: lower-case letters and digits of any script, accents dropped from Latin ones, joined
 * by hyphens. `Étienne Dupont-Ré` → `etienne-dupont-re`. Empty if nothing is left.
 */
export function slugify(text: string): string {
  const hyphened = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[øœæßłđð]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-');
  return trimmed(hyphened, '-').normalize('NFC');
}

/** Letters that Unicode does not decompose. */
const PLAIN: Record<string, string> = { ø: 'o', œ: 'oe', æ: 'ae', ß: 'ss', ł: 'l', đ: 'd', ð: 'd' };

/** A slug as a number of 52 bits, for looking up rows. */
export const slugKey = (slug: string): number => hash52(slug);

/** An author's address: two authors with the same printed name share one page, which says so. */
export const authorSlug = (name: string): string => slugify(name).slice(0, 120);
