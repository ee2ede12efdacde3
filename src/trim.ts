/** Trims the ends of a text in linear time; `/x+$/` would start over at every `x`. */

/** The text without any of `characters` at its end: `withoutTrailing('https://a.org//', '/')`. */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** The text without any of `characters` at its beginning or end. */
export function trimmed(text: string, characters: string): string {
  let start = 0;
  while (start < text.length && characters.includes(text[start]!)) start++;
  return withoutTrailing(text.slice(start), characters);
}
