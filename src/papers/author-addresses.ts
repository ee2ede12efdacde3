/** Whose address it is that a text about a paper has. */
import { authorSlug } from './slug.ts';

/** Where a text says this address, and not a longer one. Linear. */
export function placesOf(text: string, email: string): number[] {
  const [all, wanted] = [text.toLowerCase(), email.toLowerCase()];
  const isPart = (character: string | undefined): boolean =>
    character !== undefined && /[\w.+%-]/.test(character);
  const places: number[] = [];
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + wanted.length)) {
    const after = all[at + wanted.length];
    // A full stop after it ends the sentence.
    const ends = !isPart(after) || (after === '.' && !isPart(all[at + wanted.length + 1]));
    if (ends && !isPart(all[at - 1])) places.push(at);
  }
  return places;
}

/** Characters before an address in which a name is looked for. */
const NEAR = 120;
/** What can stand between a name and its address. */
const BETWEEN = new Set(' \t\n<([{:=-–—"\\');

/**
 * Whether a text gives an address for one of the authors of a paper: right after their name (`Ada Lovelace <…>`,
 * `Ada Lovelace, email: …`) and not before another address, or, where the paper has a single author, anywhere.
 *
 * @param author as printed on the paper
 * @param authors all of them
 */
export function isAddressOf(
  text: string,
  email: string,
  author: string,
  authors: readonly string[],
): boolean {
  const places = placesOf(text, email);
  const wanted = authorSlug(author);
  if (places.length === 0 || wanted === '') return false;
  if (authors.length === 1) return authorSlug(authors[0]!) === wanted;
  const slugs = authors.map(authorSlug).filter(Boolean);
  return places.some((at) => {
    // Of several names followed by as many addresses, it is anybody's guess which is whose.
    if (isAddressNext(text, at + email.length)) return false;
    const said = `-${authorSlug(nameBefore(text, at))}`;
    const last = slugs.filter((slug) => said.endsWith(`-${slug}`));
    // “Wei Li” also ends with “Li”.
    const longest = Math.max(0, ...last.map((slug) => slug.length));
    return last.includes(wanted) && wanted.length === longest;
  });
}

/** Whether the next word of a text is another address. */
const isAddressNext = (text: string, end: number): boolean =>
  text
    .slice(end, end + NEAR)
    .split(/[\s,;<>()[\]{}]/)
    .find((word) => word.length > 1 && word !== 'and')
    ?.includes('@') === true;

const MAIL = ['e-mail', 'email', 'mail'];
const isLetter = (character: string | undefined): boolean => /\p{L}/u.test(character ?? '');

/** What a text says right before an address, without what stands between. */
function nameBefore(text: string, at: number): string {
  let before = text.slice(Math.max(0, at - NEAR), at);
  for (;;) {
    const end = MAIL.find(
      (word) => before.toLowerCase().endsWith(word) && !isLetter(before.at(-word.length - 1)),
    );
    if (end) before = before.slice(0, -end.length);
    else if (before !== '' && (BETWEEN.has(before.at(-1)!) || before.endsWith(',')))
      before = before.slice(0, -1);
    else break;
  }
  // The name begins after whatever ended the one before.
  let start = before.length;
  while (start > 0 && !',;:|"()<>[]{}\n'.includes(before[start - 1]!)) start--;
  return before.slice(start);
}
