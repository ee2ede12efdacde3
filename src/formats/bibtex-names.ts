/**
 * The names in an author field, given names first. Only their commas matter here, not where the family name begins.
 * One pass over the field, whatever its length.
 */
import { authorName, LIMITS } from './fields.ts';
import { Unfit } from './text.ts';

export interface BibNames {
  names: string[];
  /** The total, if `names` has only the first of them. */
  count?: number;
  warnings: string[];
}

/** A comma, a semicolon or an "and" outside braces; braces and escaped characters are skipped. */
const TOKEN = /\\(?:and(?![a-zA-Z])|[\s\S]?)|[{},;]|(?<=[\s}~])and(?=[\s{~]|$)|^and(?=[\s{~])/gi;

/** People as a list of parts between commas. */
type Person = string[];

/** Names in `text`, in order; "and others", "et al." and names without a letter are dropped. */
export function namesOf(text: string): BibNames {
  const people = peopleIn(text).flatMap(parted);
  const names: string[] = [];
  const warnings: string[] = [];
  let count = 0;
  for (const person of people) {
    let name = '';
    try {
      name = printed(person);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      warnings.push(`${error.message} and was left out`);
    }
    if (name === '') continue;
    count++;
    if (names.length < LIMITS.authors) names.push(name);
  }
  if (count === names.length) return { names, warnings };
  warnings.push(
    `it has ${count.toLocaleString('en')} authors; the first ${names.length.toLocaleString('en')} were kept`,
  );
  return { names, count, warnings };
}

function peopleIn(text: string): Person[] {
  const people: Person[] = [];
  let person: Person = [];
  let depth = 0;
  let from = 0;
  const part = (to: number, next: number): void => {
    person.push(text.slice(from, to).trim());
    from = next;
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    if (token === '{') depth++;
    else if (token === '}') depth = Math.max(0, depth - 1);
    else if (depth > 0 || (token.startsWith('\\') && token.length < 4)) continue;
    else {
      part(match.index, TOKEN.lastIndex);
      if (token === ',') continue;
      people.push(person);
      person = [];
    }
  }
  part(text.length, text.length);
  people.push(person);
  return people;
}

const SUFFIX = /^(?:jr|sr|i{2,3}|iv|ph\.?\s?d|m\.?d|esq)\.?$/i;
/** Short for Mohammed, and no degree in this spelling. */
const GIVEN = /^Md\.?$/;
const isSuffix = (text: string): boolean => SUFFIX.test(text) && !GIVEN.test(text);
/** `A. Lovelace`, `J.-P. Sartre`. */
const INITIALS_FIRST = /^(?:\p{Lu}\p{M}?\.[\s~-]?){1,9}[\s~]{0,9}\S{0,90}?\p{L}{2}/u;
/** `A.`, `J.-P.`, `AB`, and nothing else. */
const INITIALS = /^(?:\p{Lu}\p{M}?[.\s~-]{0,3}){1,5}$/u;

/** BibTeX allows at most three parts; more are several people, and so are two that both begin with initials. */
function parted(person: Person): Person[] {
  const parts = person.filter((part) => part !== '');
  if (KEYED.test(parts[0] ?? '')) return [parts];
  const isPeople =
    (parts.length > 2 && parts.every(isFullName)) ||
    (parts.length > 1 && parts.every((part) => INITIALS_FIRST.test(part)));
  if (isPeople) return parts.map((part) => [part]);
  if (parts.length <= 3) return [parts];
  // `Lovelace, A., Babbage, C.` and `Lovelace, Ada, Babbage, Charles`
  const isInitial = parts.map((part) => INITIALS.test(part));
  const hasInitials = isInitial.includes(true);
  const people: Person[] = [];
  for (let i = 0; i < parts.length; i++) {
    const isPair = hasInitials ? isInitial[i + 1] : parts.length % 2 === 0;
    people.push(isPair ? parts.slice(i, ++i + 1) : [parts[i]!]);
  }
  return people;
}

const isFullName = (part: string): boolean => /\S[\s~]+\S/.test(part) && !isSuffix(part);

function printed(parts: Person): string {
  const named = fromKeys(parts);
  if (named !== undefined) return checked(authorName(named));
  const [first = '', second, third] = parts.map(withoutOthers).filter((part) => part !== '');
  if (second === undefined) return /^others$/i.test(first) ? '' : checked(authorName(first));
  if (third === undefined) {
    const isLast = isSuffix(second.replace(/[{}]/g, ''));
    return checked(authorName(isLast ? `${first} ${second}` : `${second} ${first}`));
  }
  // `Davis, Jr., Sammy` is BibTeX's order; other tools write `Davis, Sammy, Jr.`
  const [given, suffix] = isSuffix(third.replace(/[{}]/g, '')) ? [second, third] : [third, second];
  return checked(authorName(`${given} ${first} ${suffix}`));
}

const KEYED = /^(?:family|given|prefix|suffix)\s*=/i;

/** biblatex: `family=Beethoven, given=Ludwig, prefix=van`. */
function fromKeys(parts: Person): string | undefined {
  if (!KEYED.test(parts[0] ?? '')) return undefined;
  const values = new Map<string, string>();
  for (const part of parts) {
    const [key = '', ...rest] = part.split('=');
    values.set(
      key.trim().toLowerCase(),
      rest
        .join('=')
        .trim()
        .replace(/^"(.*)"$/s, '$1'),
    );
  }
  const order = ['given', 'prefix', 'family', 'suffix'];
  return order.map((key) => values.get(key) ?? '').join(' ');
}

/** "Ada Lovelace et al." names one person; a group with such a name is in braces. */
const withoutOthers = (part: string): string => part.replace(/(?:^|[\s~])et[\s~]{1,9}al\.?$/i, '').trim();

/** A colon or a dash is not a name. */
const checked = (name: string): string => (/[\p{L}\p{N}]/u.test(name) ? name : '');
