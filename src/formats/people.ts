/**
 * People from one line of text, however it was written: `A. Kukla, B. Wood and C. Khetani`, `Kukla, A., Wood, B.`,
 * `Kukla A, Wood B`, `Lovelace, Ada; Babbage, Charles`. A comma between a surname and initials does not separate
 * people. One pass over the text.
 */

/** A piece of the line between separators. */
interface Piece {
  text: string;
  /** `Jr.`, `III`: belongs after the name. */
  suffix: string;
  /** Preceded by a comma (and not `and` or `;`). */
  afterComma: boolean;
}

/** How a line may be written. */
interface Line {
  /** `natural`: every name has the given name first, as arXiv demands; a comma always separates people. */
  order?: 'natural' | 'any';
}

/** Longer than any list of authors. */
const MAX_LINE = 1_000_000;

/** The names in `line`, in order, given names first. Affiliations in brackets and `et al.` are dropped. */
export function peopleIn(line: string, { order = 'any' }: Line = {}): string[] {
  const names: string[] = [];
  const behalf: string[] = [];
  const folded = line
    .slice(0, MAX_LINE)
    .replace(/\s+/g, ' ')
    .replace(PHRASE, (_, group: string) => {
      behalf.push(`for ${group}`);
      return ',';
    });
  for (const part of withoutBrackets(folded, behalf).split(/[;；|]/)) {
    const groups = piecesOf(part, behalf);
    const isInverted = order === 'any' && groups.every(pairs) && groups.some(hasInversion);
    if (isInverted) for (const group of groups) names.push(...paired(group));
    else if (order === 'any' && groups.flat().some(isInitials)) names.push(...paired(groups.flat()));
    else names.push(...groups.flat().map(whole));
  }
  return tidyPeople([...(order === 'any' && isVancouver(names) ? names.map(surnameLast) : names), ...behalf]);
}

/**
 * Tidies single names for display: removes stray `and`, footnote marks, `et al.` and punctuation, and makes the group
 * somebody writes for (`Ada Lovelace for the Loom Collaboration`) an author of its own.
 */
export function tidyPeople(names: readonly string[]): string[] {
  const people: string[] = [];
  const groups: string[] = [];
  for (const [at, name] of names.entries()) {
    const { person, group } = onBehalf(name.trim());
    // bounded: the last fifty characters of a name.
    const shared = / for the (\S{1,40})$/.exec(person.slice(-50));
    // Split at the `and` between two groups that somebody writes for.
    if (shared && /collaborations$/i.test(names[at + 1] ?? '')) {
      people.push(person.slice(0, -shared[0].length));
      groups.push(shared[1]!);
    } else if (SUFFIX.test(person) && people.length > 0) people.push(`${people.pop()} ${person}`);
    else if (isName(person)) people.push(person);
    if (group !== '') groups.push(group);
  }
  const known = new Set(people.map(nameKey));
  for (const group of groups) {
    if (known.has(nameKey(group))) continue;
    known.add(nameKey(group));
    people.push(group);
  }
  return people;
}

/** Whether a text can be a name: it has letters or digits, and does not stand for further authors. */
export const isName = (text: string): boolean =>
  /[\p{L}\p{N}]/u.test(text) && !(text.length < 20 && OTHERS.test(text));

const OTHERS = /^(?:and |& )?(?:et\.? ?al\.?|others|and)[.,]?$/i;

const nameKey = (name: string): string => name.toLowerCase().replace(/^the /, '');

/** Footnote marks around a name. */
const MARKS = /^[*†‡§¶#,\s]{1,10}|[*†‡§¶#,\s]{1,10}$/g;
// bounded: `onBehalf` checks names of at most 500 characters.
const BEHALF = /^(.{0,300}?)[\s,(]*\b(?:on behalf of|for) (?:the )?(\S.*)$/is;
const GROUP = /(?:collaborations?|consorti(?:um|a)|group|team|teams|experiment|initiative|network)\)?$/i;

/** Captures all of it even if it contains an `and`: `for the Loom and Card Collaborations`. */
// bounded: each attempt reads at most 150 characters.
const PHRASE =
  /,? \(?(?:on behalf of|for) (?:the )?([^,;:()]{1,120}? (?:collaborations?|consorti(?:um|a)|groups?|teams?|experiments?))\b\)?/gi;
/** A group in place of an affiliation. */
const GROUP_ALONE = /^(?:(?:on behalf of|for) )?(?:the )?([^,;:()]{1,100} collaborations?)$/i;

/** The collaboration that an affiliation names, as `tidyPeople` expects it; undefined for all others. */
export function groupOf(affiliation: string): string | undefined {
  const group = affiliation.length < 200 ? GROUP_ALONE.exec(affiliation.trim())?.[1] : undefined;
  return group && `for ${group}`;
}

/** Anything in a name that `onBehalf` might change: nearly all names have none of it. */
const UNTIDY = /[^\p{L}\p{M}.'’ -]|\b(?:for|behalf|and|al)\b/iu;

/** A name, and the group its owner writes for. */
function onBehalf(name: string): { person: string; group: string } {
  if (!UNTIDY.test(name)) return { person: name, group: '' };
  const bare = name
    .replace(MARKS, '')
    .replace(/^and\s/i, '')
    .replace(/\sand$/i, '')
    .replace(/,? ?\bet\.? ?al\.?$/i, '')
    .trim();
  if (bare.length > 500 || !/\b(?:on behalf of|for)\s/i.test(bare)) return { person: bare, group: '' };
  const [, person = '', group = ''] = BEHALF.exec(bare) ?? [];
  const isGroup = GROUP.test(group) || /\bon behalf of\s/i.test(bare);
  return isGroup ? { person: person.trim(), group: group.replace(/\)$/, '') } : { person: bare, group: '' };
}

/** Without bracketed text, which is affiliations; but a group there (`on behalf of the … Collaboration`) is kept. */
function withoutBrackets(line: string, behalf: string[]): string {
  if (!/[([<]/.test(line)) return line;
  let plain = '';
  let depth = 0;
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if ('([<'.includes(sign)) {
      if (depth++ > 0) continue;
      plain += line.slice(from, at);
      from = at + 1;
    } else if (')]>'.includes(sign)) {
      if (depth === 1) {
        const group = groupOf(line.slice(from, at));
        if (group !== undefined) behalf.push(group);
      }
      if (depth <= 1) from = at + 1;
      depth = Math.max(0, depth - 1);
    }
  }
  return depth === 0 ? plain + line.slice(from) : plain;
}

/** `and`, `&` and the commas of other scripts separate people whatever is next to them. */
const STRONG = /,? (?:and|&) |[、，،]|, ?& ?/;
const COLLABORATION_COLON = /(collaborations?|consorti(?:um|a)|team) ?: /gi;
const SUFFIX = /^(?:jr|sr|ii|iii|iv|2nd|3rd)\.?$/i;
const DEGREE =
  /^(?:ph\.?\s?d|d\.?\s?phil|m\.?\s?d|m\.?\s?sc|b\.?\s?sc|m\.?\s?p\.?\s?h|pharm\.?\s?d|d\.?\s?v\.?\s?m|d\.?\s?d\.?\s?s|m\.?\s?b\.?\s?a|frcp|frcs|rn|esq)\.?$/i;

/** The pieces of a line between commas, grouped between the marks that certainly separate people. */
function piecesOf(line: string, behalf: string[]): Piece[][] {
  const groups: Piece[][] = [];
  for (const strong of line.replace(COLLABORATION_COLON, '$1, ').split(STRONG)) {
    const group: Piece[] = [];
    for (const piece of strong.split(',')) {
      const { person: text, group: whom } = onBehalf(piece.trim());
      if (whom !== '') behalf.push(`for ${whom}`);
      const last = group.at(-1);
      if (last && SUFFIX.test(text)) last.suffix = text;
      else if (last && DEGREE.test(text) && (/\s/.test(last.text) || text.includes('h'))) continue;
      else if (isName(text) && !/^\d+$/.test(text))
        group.push({ text, suffix: '', afterComma: group.length > 0 });
    }
    if (group.length > 0) groups.push(group);
  }
  return groups;
}

/** One to five initials, with or without dots, and the part of the surname after them: `J.-P.`, `JA`, `Yu. van`. */
const INITIALS =
  /^(?:\p{Lu}{1,4}|(?:\p{Lu}\p{Ll}{0,2}\.[\s-]{0,2}|\p{Lu}[\s-]{1,2}){1,5}\p{Lu}?\.?)(?:\s(?:v[ao]n|de[nrl]?|d[aiou]s?|la|le|te|ten|ter|zu|af|of|el|al|bin)){0,3}$/u;
const isInitials = ({ text }: Piece): boolean => text.length <= 30 && INITIALS.test(text);

const PARTICLE = /^(?:v[ao]n|de[nrl]?|d[aiou]s?|du|la|le|te|ten|ter|zu|af|of|el|al|bin|ibn|st\.?|san)$/i;

/** A surname: one word, with particles before it. */
function isSurname({ text }: Piece): boolean {
  const words = text.split(/\s+/);
  return words.length <= 5 && words.slice(0, -1).every((word) => PARTICLE.test(word));
}

/** What follows the comma when the surname is first: initials, or given names of which the later ones are initials. */
function isGiven(piece: Piece): boolean {
  if (isInitials(piece)) return true;
  const [first = '', ...more] = piece.text.split(/\s+/);
  // Scripts without capitals do not write names like this.
  return /^\p{Lu}/u.test(first) && more.every((word) => isInitials({ ...piece, text: word }));
}

/** `OpenAI`, `DeepSeek-AI`: such a signature is not a surname. */
const isBrand = ({ text }: Piece): boolean => /\p{Lu}{2}/u.test(text) && /\p{Ll}/u.test(text);

/** Whether a group may alternate surnames and given names. */
function pairs(group: Piece[]): boolean {
  if (group.length % 2 === 1) return false;
  if (group.length === 2) {
    const [surname, given] = group as [Piece, Piece];
    if (isSurnameFirst(surname.text) || isBrand(given)) return false;
    if (isInitials(given) || !/\s/.test(given.text))
      return !isInitials(surname) && isSurnameOf(surname, given, 3) && isGiven(given);
    if (isGiven(given)) return isSurname(surname);
    return (
      isSurname(surname) &&
      !isBrand(surname) &&
      given.text.split(/\s+/).length === 2 &&
      !GROUP.test(given.text)
    );
  }
  return group.every((piece, at) => (at % 2 === 0 ? isSurnameOf(piece, group[at + 1]!) : isGiven(piece)));
}

const isSurnameOf = (piece: Piece, given: Piece, words = isInitials(given) ? 4 : 1): boolean =>
  isSurname(piece) || piece.text.split(/\s+/).length <= words;

/** At least one piece cannot be a person on its own, or not a full name. */
const hasInversion = (group: Piece[]): boolean =>
  group.some((piece, at) => at % 2 === 0 && !isInitials(piece));

/** Names of a group that has initials after commas; a piece without any next to it is a name on its own. */
function paired(group: Piece[]): string[] {
  const isRegular = pairs(group);
  const names: string[] = [];
  for (let at = 0; at < group.length; at++) {
    const piece = group[at]!;
    const next = group[at + 1];
    const belongs = next?.afterComma === true && (isRegular || (isInitials(next) && !isInitials(piece)));
    if (!belongs) {
      names.push(whole(piece));
      continue;
    }
    names.push(`${next.text} ${piece.text} ${next.suffix || piece.suffix}`.trim());
    at++;
  }
  return names;
}

const whole = ({ text, suffix }: Piece): string => (suffix === '' ? text : `${text} ${suffix}`);

const VANCOUVER = /^(\p{Lu}.{1,60}|\p{Ll}{1,4}\s.{1,60})\s((?:\p{Lu}\.?[\s-]?){1,3}\p{Lu}?\.?)$/u;

/** `Kukla D`, `Wood AB`: every name ends in initials, as medical journals print them. */
function isVancouver(names: string[]): boolean {
  const people = names.filter((name) => isName(name) && !GROUP.test(name));
  return (
    people.length > 0 && people.every(isSurnameFirst) && !(people.length === 1 && /\sAI$/.test(people[0]!))
  );
}

function isSurnameFirst(name: string): boolean {
  const [, surname = '', initials = ''] = VANCOUVER.exec(name) ?? [];
  return (
    surname !== '' &&
    !SUFFIX.test(initials) &&
    surname.split(/\s+/).every((word) => !/^\p{Lu}\.?$/u.test(word))
  );
}

function surnameLast(name: string): string {
  if (!isSurnameFirst(name)) return name;
  const [, surname, initials] = VANCOUVER.exec(name)!;
  return `${initials!.trim()} ${surname}`;
}
