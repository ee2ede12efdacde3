/**
 * An entry of a bibliography pasted into the field of the search (`@article{…, title = {…}, author = {…}}`): what it asks
 * for is its title and its authors. Its braces, quotation marks and names of fields are not words of a paper.
 */

/** Longer values are cut. */
const MOST_VALUE = 1_000;
const FIELD = /\b(title|author)[ \t\r\n]*=[ \t\r\n]*(?=["{])/gi;

/** The text to search for; null where a text is no such entry. */
export function entryText(text: string): string | null {
  if (!/^\s{0,20}@\p{L}+\s{0,20}[{(]/u.test(text)) return null;
  const values: string[] = [];
  for (const match of text.matchAll(FIELD)) {
    // "booktitle" and "shorttitle" end alike, but there is no border of a word before their ends.
    const value = valueAt(text, match.index + match[0].length);
    values.push(match[1]!.toLowerCase() === 'author' ? value.replace(/\band\b|,/g, ' ') : value);
  }
  const said = values.join(' ').replace(/["{}]/g, '').trim();
  return said === '' ? null : said;
}

/** What stands between the sign at `from` and the one that closes it; to the end where there is none. */
function valueAt(text: string, from: number): string {
  const isQuoted = text[from] === '"';
  const end = Math.min(text.length, from + MOST_VALUE);
  let depth = 0;
  for (let i = isQuoted ? from + 1 : from; i < end; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    if (isQuoted ? depth <= 0 && text[i] === '"' : depth === 0) return text.slice(from + 1, i);
  }
  return text.slice(from + 1, end);
}
