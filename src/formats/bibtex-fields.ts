/**
 * Fields of prose taken out of a BibTeX entry before the library sees it. It would parse every abstract as
 * TeX, which takes most of its time, and turn formulas into tags, which we do not want.
 */

export interface TakenFields {
  /** The entry with the taken fields empty. */
  rest: string;
  /** By name in lower case: what stood between the braces. */
  taken: Map<string, string>;
}

const FIELD = /\s*([a-z][a-z0-9_-]*)\s*=\s*\{/iy;

/** Takes the fields in `names` whose value is one group in braces; the library reads all others. */
export function takeFields(entry: string, names: ReadonlySet<string>): TakenFields {
  const taken = new Map<string, string>();
  let rest = '';
  let from = 0;
  let depth = -1;
  let quoted = false;
  for (let i = 0; i < entry.length; i++) {
    const sign = entry.charCodeAt(i);
    if (sign === OPEN || (depth < 0 && sign === PAREN)) depth++;
    else if (sign === CLOSE) depth--;
    else if (sign === QUOTE && depth === 0) quoted = !quoted;
    else if (sign === COMMA && depth === 0 && !quoted) {
      FIELD.lastIndex = i + 1;
      const match = FIELD.exec(entry);
      const name = match?.[1]?.toLowerCase();
      if (!match || name === undefined || !names.has(name) || taken.has(name)) continue;
      const start = FIELD.lastIndex;
      const end = closing(entry, start);
      // `{a} # b` is put together by the library.
      if (end < 0 || !/^\s*[,})]/.test(entry.slice(end + 1, end + 50))) continue;
      taken.set(name, entry.slice(start, end));
      rest += entry.slice(from, start);
      from = end;
      i = end;
    }
  }
  return { rest: rest + entry.slice(from), taken };
}

const OPEN = 123;
const CLOSE = 125;
const PAREN = 40;
const QUOTE = 34;
const COMMA = 44;

/** Where the group that begins before `start` closes; braces count even when escaped, as in BibTeX. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (sign === OPEN) depth++;
    else if (sign === CLOSE && --depth === 0) return i;
  }
  return -1;
}
