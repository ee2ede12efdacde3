/** What TeX decides by whether it is in math mode: `\ifmmode … \else … \fi` and `\ensuremath{…}`. */

const TOKEN = /\\(?:[a-zA-Z]+\s*|[\s\S]?)|[{}$]/g;

interface Open {
  /** The position in `out` of the placeholder for its opening; `source` is how it was written. */
  at: number;
  source: string;
  close: string;
}

interface Condition {
  /** Where in `out` the unwanted part begins; undefined while what is read is wanted. */
  cut?: number;
  /** The braces open where it began, which it does not affect. */
  depth: number;
  inMaths: boolean;
}

/**
 * Resolves each of them in `text`. APS writes every accented letter like this: `\ifmmode \check{Z}\else
 * \v{Z}\fi{}umer`.
 */
export function settleModes(text: string): string {
  if (!text.includes('\\ifmmode') && !text.includes('\\ensuremath')) return text;
  const out: string[] = [];
  const braces: (Open | null)[] = [];
  const conditions: Condition[] = [];
  let inMaths = false;
  let from = 0;
  let ensure: string | undefined;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    const before = text.slice(from, match.index);
    from = TOKEN.lastIndex;
    if (ensure !== undefined) {
      // Only its own brace may follow.
      if (before === '' && token === '{') {
        braces.push({ at: out.length, source: `${ensure}{`, close: inMaths ? '' : '\\)' });
        out.push(inMaths ? '' : '\\(');
        ensure = undefined;
        continue;
      }
      out.push(ensure);
      ensure = undefined;
    }
    out.push(before);
    const name = token.trimEnd();
    const condition = conditions.at(-1);
    if (name === '\\ifmmode') {
      conditions.push({
        ...(inMaths ? {} : { cut: out.length }),
        depth: braces.length,
        inMaths,
      });
    } else if (name === '\\else' && condition) {
      braces.length = Math.min(braces.length, condition.depth);
      if (condition.inMaths) condition.cut ??= out.length;
      else {
        out.length = condition.cut ?? out.length;
        delete condition.cut;
      }
    } else if (name === '\\fi' && condition) {
      braces.length = Math.min(braces.length, condition.depth);
      if (condition.cut !== undefined) out.length = condition.cut;
      conditions.pop();
      // The space TeX would have swallowed, and the empty group that is written to prevent that.
      if (text.startsWith('{}', from)) {
        from += 2;
        TOKEN.lastIndex = from;
      }
    } else if (name === '\\ensuremath') ensure = token;
    else if (token === '{') {
      braces.push(null);
      out.push(token);
    } else if (token === '}') {
      const open = braces.pop();
      // `\ensuremath{\theta}x` in a formula: the letter must not join the command.
      const isRun = open?.close === '' && /[a-zA-Z]/.test(text[from] ?? '');
      out.push(isRun ? ' ' : (open?.close ?? token));
    } else {
      if (token === '$') inMaths = !inMaths;
      else if (name === '\\(' || name === '\\[') inMaths = true;
      else if (name === '\\)' || name === '\\]') inMaths = false;
      out.push(token);
    }
  }
  if (ensure !== undefined) out.push(ensure);
  out.push(text.slice(from));
  // Anything never closed stays as it was written.
  for (const open of braces) if (open && out[open.at] === '\\(') out[open.at] = open.source;
  return out.join('');
}
