/** Names of tasks, methods and datasets in a text. */

import { isStrongName } from './phrases.ts';
import type { Context } from './roles.ts';
import type { Token } from './tokens.ts';
import type { Mention } from './types.ts';

/** Names that a corpus knows, in lower case, with what each of them is. */
export type Known = ReadonlyMap<string, Mention['kind']>;

/** Longest name looked for, in words. */
const LONGEST = 5;

/** The names in order of appearance: those the corpus knows, what the authors introduce, and the benchmarks given. */
export function namesIn(
  text: string,
  tokens: readonly Token[],
  contexts: readonly Context[],
  benchmarks: readonly Mention[],
  known: Known | null,
): Mention[] {
  const found: Mention[] = [...benchmarks];
  const taken = new Set<number>();
  for (const { start } of benchmarks) taken.add(start);
  if (known)
    for (const mention of knownIn(text, tokens, known)) if (!taken.has(mention.start)) found.push(mention);
  for (const { start } of found) taken.add(start);
  for (const context of contexts) {
    const own = introduced(tokens, context);
    if (own && !taken.has(own.start)) found.push(own);
  }
  return found.sort((one, other) => one.start - other.start);
}

/** Every mention of a name that the corpus knows; the longest where names overlap; none in formulas. */
export function knownIn(text: string, tokens: readonly Token[], known: Known): Mention[] {
  const found: Mention[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.math || (token.kind !== 'word' && token.kind !== 'number')) continue;
    let best = 0;
    let kind: Mention['kind'] = 'method';
    let name = '';
    for (let length = 1; length <= LONGEST && at + length <= tokens.length; length++) {
      const part = tokens[at + length - 1] as Token;
      if (part.math || (part.kind !== 'word' && part.kind !== 'number')) break;
      if (length > 1 && !part.spaced) break;
      name = length === 1 ? part.text.toLowerCase() : `${name} ${part.text.toLowerCase()}`;
      const is = known.get(name);
      if (is !== undefined) {
        best = length;
        kind = is;
      }
    }
    if (best === 0) continue;
    found.push({ start: token.start, end: (tokens[at + best - 1] as Token).end, kind });
    at += best - 1;
  }
  return found;
}

const MADE =
  /^(?:introduce|introduces|present|presents|propose|proposes|develop|develops|called|named|dubbed|termed)$/;

/** The name of the method a sentence introduces: “we propose X, a …”. */
function introduced(tokens: readonly Token[], context: Context): Mention | null {
  const { first, last } = context.sentence;
  if (context.isBackground) return null;
  for (let at = first; at + 1 < last; at++) {
    if (!MADE.test((tokens[at] as Token).lower)) continue;
    let next = at + 1;
    while (next < last && /^(?:"|`|“|\{|\\text(?:bf|it|sc|tt)|\\emph)$/.test((tokens[next] as Token).text))
      next++;
    const name = tokens[next];
    if (name && next < last && isStrongName(name))
      return { start: name.start, end: name.end, kind: 'method' };
  }
  return null;
}
