/** Whether two printed names may belong to one person, compared as a reader would. */
import { slugify } from '../slug.ts';

const PARTICLES = new Set(
  (
    'van von vom vander de der den del della di da das do dos du des la le les el al ter ten te zu zur zum af av ' +
    'bin ibn ben y e jr sr junior senior ii iii iv dr prof phd md the'
  ).split(' '),
);

/** The parts of a name that count, folded: no accents, no particles, no "Jr."; `oe` and `ö` are both `o`. */
export function nameParts(name: string): string[] {
  const parts = slugify(name.replaceAll('.', ' '))
    .split('-')
    .filter((part) => part !== '');
  const some = parts.filter((part) => !PARTICLES.has(part));
  return (some.length > 0 ? some : parts).map((part) => part.replace(/([aou])e/g, '$1'));
}

/** One letter of a script with capitals; in others one sign is a whole name (`李 明`). */
const isInitial = (part: string): boolean => /^\p{Ll}$/u.test(part);

/** Parts longer than an initial, in canonical order: the same for "Wei Zhang" and "Zhang, Wei". */
export const fullParts = (name: string): string[] =>
  nameParts(name)
    .filter((part) => !isInitial(part))
    .sort();

/**
 * Whether two names may belong to one person: every part of the shorter one is in the longer, an initial standing for
 * any part that begins with it, and at least one part is the same in full. The order of the parts does not matter.
 */
export function mayBeSamePerson(a: string, b: string): boolean {
  return partsMatch(nameParts(a), nameParts(b)) || partsMatch(nameParts(spaced(a)), nameParts(spaced(b)));
}

/** Splits the initials of `Smith JP`, as reference managers write them without dots. */
const spaced = (name: string): string =>
  /\p{Ll}/u.test(name)
    ? name.replace(/(?<![\p{L}\p{N}])\p{Lu}{2,3}(?![\p{L}\p{N}])/gu, (initials) => [...initials].join(' '))
    : name;

function partsMatch(a: string[], b: string[]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0 || long.length > 20) return short.join(' ') === long.join(' ') && short.length > 0;
  const left = [...long];
  let isSure = false;
  // Whole parts first, so that an initial does not use up one of them.
  const rest = short.filter((part) => {
    const at = isInitial(part) ? -1 : left.indexOf(part);
    if (at < 0) return true;
    left.splice(at, 1);
    isSure = true;
    return false;
  });
  if (!isSure) return false;
  return rest.every((part) => {
    const at = left.findIndex(
      (other) => (isInitial(part) && other.startsWith(part)) || (isInitial(other) && part.startsWith(other)),
    );
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
