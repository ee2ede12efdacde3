/** Cutting at the ends of a text in linear time, where `/x+$/` starts over at every `x`. */

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

/** At most `length` characters of the text, cut between words where there are any, without white space at the end. */
export function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text.slice(0, length + 1);
  const at = head.lastIndexOf(' ');
  return (at > 0 ? head.slice(0, at) : text.slice(0, length)).trimEnd();
}
