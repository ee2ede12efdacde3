/** Printed names split for formats that want the family name first. */

export interface Name {
  family: string;
  given: string;
  /** Not a person's name in two parts, but a group or a single word. */
  literal?: boolean;
}

const GROUP =
  /\b(?:collaboration|consortium|team|group|project|university|institute|laborator(?:y|ies)|inc|llc)\b|\d|&/i;
const PARTICLE = /^(?:\p{Ll}|d['’])/u;

/**
 * The name with a family name of several words in front, "van Beethoven, Ludwig": some readers take only the last word
 * for the family name otherwise. All other names stay as printed.
 */
export function familyFirst(name: string): string {
  const { family, given, literal } = splitName(name);
  return !literal && family.includes(' ') ? `${family}, ${given}` : name;
}

/**
 * `Ludwig van Beethoven` → family "van Beethoven", given "Ludwig". Joined in the same order, the parts give the
 * original name: nothing is guessed that could not be undone.
 */
export function splitName(name: string): Name {
  const words = name.split(' ');
  if (words.length < 2 || GROUP.test(name) || name.includes(','))
    return { family: name, given: '', literal: true };
  let first = words.length - 1;
  // "Jr." and "III" stay with the family name; otherwise they would be lost.
  if (/^(?:jr|sr|i{2,3}|iv)\.?$/i.test(words[first]!) && first > 1) first--;
  while (first > 1 && PARTICLE.test(words[first - 1]!)) first--;
  return { family: words.slice(first).join(' '), given: words.slice(0, first).join(' ') };
}
