/** What a number measures, what it is compared with, and on which benchmark. */
import { BASELINE_LEADS } from './lexicon.ts';
import { after, before, hasMetric, isMetric, isStrongName, type Phrase, spanOf } from './phrases.ts';
import type { Quantity } from './quantity.ts';
import type { Context } from './roles.ts';
import type { Token } from './tokens.ts';
import type { Mention, Span } from './types.ts';

export interface Measured {
  what: Phrase | null;
  compared: Span | null;
  on: Span | null;
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Words that say how something changed but not what: the measure is looked for elsewhere. */
const GENERIC = set(
  `improvement improvements gain gains reduction reductions increase increases decrease decreases boost drop factor average
  relative absolute respective margin substantial significant overall total maximum minimum mean up improved better further
  new best consistent highest lowest additional more less fewer lower higher`,
);
/** Words between a phrase and its number. */
const LEADS = set(
  `of by to at is was are were be a an the about around approximately nearly almost over only just than more as low high reaching
  ( = ~ $ \\sim ≈ reaches reached from between exceeding achieves achieving achieve achieved with up { \\textbf exceeds attains
  attaining obtaining : factor margin least yielding roughly some`,
);
const SKIPPED = set('fewer less more lower higher faster smaller larger better');

/**
 * Describes one number of a sentence by the phrases around it; `told` has the descriptions of the numbers before it.
 */
export function describe(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
  counted: Phrase | null,
  benchmarks: readonly Mention[],
  told: readonly (Phrase | null)[],
): Measured {
  if (counted) return { what: counted, compared: null, on: null };
  const what = measuredAt(tokens, context, quantities, index, told);
  return {
    what,
    compared: comparedAt(tokens, context, quantities, index),
    on: onAt(context, quantities, index, benchmarks),
  };
}

function measuredAt(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
  told: readonly (Phrase | null)[],
): Phrase | null {
  const shared = respectively(tokens, context, quantities, index);
  if (shared) return shared;
  const near = beside(tokens, context, quantities, index, told);
  if (near && !isGeneric(tokens, near)) return near;
  const { first, last } = context.sentence;
  const quantity = quantities[index] as Quantity;
  return specific(tokens, quantity, first, last) ?? near;
}

/** The phrase next to a number: after it or before it. */
function beside(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
  told: readonly (Phrase | null)[],
): Phrase | null {
  const quantity = quantities[index] as Quantity;
  const { first, last } = context.sentence;
  let next = quantity.last;
  while (next < last && /^(?:\$|\}|"|relative|absolute)$/.test((tokens[next] as Token).lower)) next++;
  while (next < last && SKIPPED.has((tokens[next] as Token).lower)) next++;
  const joint = next < last ? (tokens[next] as Token).lower : '';
  // “2% increase in mean IoU”, “50% accuracy”
  const right = quantity.form === 'statistic' ? null : after(tokens, next, last);
  if (right && right.first === next) {
    const of = tokens[right.last]?.lower;
    if ((of === 'in' || of === 'of') && right.last < last) {
      const more = after(tokens, right.last + 1, last);
      if (more) return { first: right.first, last: more.last };
    }
    return right;
  }
  // “an accuracy of 92% in X”
  const direct =
    quantity.first - 1 > first && /^(?:of|\(|:)$/.test((tokens[quantity.first - 1] as Token).lower);
  const measure = direct ? before(tokens, quantity.first - 1, first) : null;
  if (measure && hasMetric(tokens, measure) && !isGeneric(tokens, measure)) return measure;
  // “16% on MRR”, “9% in accuracy”
  if (joint === 'in' || joint === 'on' || joint === 'of' || joint === 'for') {
    let from = next + 1;
    if (tokens[from]?.lower === 'terms' && tokens[from + 1]?.lower === 'of') from += 2;
    const phrase = after(tokens, from, last);
    const isPlace =
      phrase !== null && isStrongName(tokens[phrase.first] as Token) && !hasMetric(tokens, phrase);
    if (phrase && (joint === 'of' || hasMetric(tokens, phrase) || (joint !== 'for' && !isPlace)))
      return phrase;
  }
  const inherited = inherit(tokens, quantities, index, told);
  if (inherited) return inherited;
  // “gain of 2%”, “PSNR (17.22”, “improves X by 7%”
  let lead = quantity.first - 1;
  while (lead > first && LEADS.has((tokens[lead] as Token).lower)) lead--;
  const left = before(tokens, lead + 1, first);
  // “outperforms X by 7%”: X is what it is compared with.
  return left && isCompared(tokens, left, first) ? null : left;
}

function isCompared(tokens: readonly Token[], phrase: Phrase, first: number): boolean {
  let at = phrase.first - 1;
  while (at > first && /^(?:the|its|their|our|a|other|all|existing)$/.test((tokens[at] as Token).lower)) at--;
  return (
    at >= first &&
    /^(?:than|over|versus|vs|against|(?:outperform|surpass|exceed|beat)(?:s|es|ed|ing)?)$/.test(
      (tokens[at] as Token).lower,
    )
  );
}

/** A number that only adds to the one before it measures the same: “by 7% on A and 11% on B”. */
function inherit(
  tokens: readonly Token[],
  quantities: readonly Quantity[],
  index: number,
  told: readonly (Phrase | null)[],
): Phrase | null {
  const quantity = quantities[index] as Quantity;
  const previous = quantities[index - 1];
  if (!previous || previous.form !== quantity.form || quantity.first - previous.last > 9) return null;
  let at = quantity.first - 1;
  while (
    at > previous.last &&
    /^(?:by|to|a|an|the|up|over|\$|=|about|around|nearly)$/.test((tokens[at] as Token).lower)
  )
    at--;
  const joint = (tokens[at] as Token).lower;
  const joins = joint === 'and' || joint === ',' || joint === '/' || joint === ';' || at < previous.last;
  return joins ? (told[index - 1] ?? null) : null;
}

function isGeneric(tokens: readonly Token[], { first, last }: Phrase): boolean {
  for (let at = first; at < last; at++) if (!GENERIC.has((tokens[at] as Token).lower)) return false;
  return true;
}

/** The nearest measure that says more than that something grew: before the number, otherwise after it. */
function specific(tokens: readonly Token[], quantity: Quantity, first: number, last: number): Phrase | null {
  const is = (at: number): boolean => {
    const token = tokens[at] as Token;
    return isMetric(token) && !GENERIC.has(token.lower);
  };
  for (let at = quantity.last; at < last && at - quantity.last < 8; at++) {
    if (is(at)) return before(tokens, at + 1, Math.max(first, quantity.last)) ?? { first: at, last: at + 1 };
  }
  for (let at = quantity.first - 1; at >= first && quantity.first - at < 30; at--) {
    if (is(at)) return before(tokens, at + 1, first) ?? { first: at, last: at + 1 };
  }
  for (let at = quantity.last; at < last && at - quantity.last < 30; at++) {
    if (is(at)) return before(tokens, at + 1, first) ?? { first: at, last: at + 1 };
  }
  // “reducing X by a factor of 3”: what the verb acts on.
  for (let at = quantity.first - 1; at >= first && quantity.first - at < 20; at--) {
    if (!VERBS.has((tokens[at] as Token).lower)) continue;
    const phrase = after(tokens, at + 1, last);
    if (phrase && phrase.last <= quantity.first && !isGeneric(tokens, phrase)) return phrase;
  }
  return null;
}

const VERBS = set(
  `reduce reduces reduced reducing improve improves improved improving increase increases increased increasing decrease decreases
  decreasing cut cuts cutting lower lowers lowering boost boosts boosting raise raises raising accelerate accelerates
  accelerating speed speeds enhance enhances enhancing outperform outperforms outperforming surpass surpasses`,
);

/** A longer list of numbers is not matched with another list. */
const MOST_LISTED = 8;

/** “15% and 9% … in A and B, respectively”: the phrase in the place of the number. */
function respectively(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
): Phrase | null {
  const { first, last } = context.sentence;
  let from = index;
  while (
    from > 0 &&
    index - from < MOST_LISTED &&
    adjoins(tokens, quantities[from - 1] as Quantity, quantities[from] as Quantity)
  )
    from--;
  let to = index;
  while (
    to + 1 < quantities.length &&
    to - index < MOST_LISTED &&
    adjoins(tokens, quantities[to] as Quantity, quantities[to + 1] as Quantity)
  )
    to++;
  const size = to - from + 1;
  if (size < 2) return null;
  const end = context.hasRespectively ? (quantities[to] as Quantity) : null;
  for (let at = end?.last ?? last; end && at < last && at - end.last < 8; at++) {
    if (!/^(?:in|on|for|of|over)$/.test((tokens[at] as Token).lower)) continue;
    const items = itemsFrom(tokens, at + 1, last);
    if (items.length === size) return items[index - from] ?? null;
    break;
  }
  // “accuracy and recall of 92% and 90%, respectively”
  let lead = (quantities[from] as Quantity).first - 1;
  while (lead > first && LEADS.has((tokens[lead] as Token).lower)) lead--;
  const by = tokens[(quantities[from] as Quantity).first - 1]?.lower;
  if (!end && by !== 'by') return null;
  const back: Phrase[] = [];
  let at = lead + 1;
  while (back.length < size) {
    const phrase = before(tokens, at, first);
    if (!phrase) break;
    back.unshift(phrase);
    at = phrase.first;
    while (at > first && /^(?:and|,|or)$/.test((tokens[at - 1] as Token).lower)) at--;
  }
  return back.length === size ? (back[index - from] ?? null) : null;
}

/** Whether two numbers are neighbours in a list: “15% and 9%”. */
function adjoins(tokens: readonly Token[], one: Quantity, two: Quantity): boolean {
  if (two.first - one.last > 4) return false;
  for (let at = one.last; at < two.first; at++) {
    if (!/^(?:,|and|\$|\/|&|by)$/.test((tokens[at] as Token).lower)) return false;
  }
  return one.form === two.form;
}

/** Phrases separated by commas and “and”. */
function itemsFrom(tokens: readonly Token[], from: number, last: number): Phrase[] {
  const items: Phrase[] = [];
  let at = from;
  while (at < last) {
    while (at < last && /^(?:the|and|,|&)$/.test((tokens[at] as Token).lower)) at++;
    const phrase = after(tokens, at, last);
    if (!phrase) break;
    let end = phrase.last;
    if (tokens[end]?.text === '(' && tokens[end + 2]?.text === ')') end += 3;
    items.push({ first: phrase.first, last: Math.min(end, last) });
    at = end;
    if (!/^(?:and|,|&)$/.test(tokens[at]?.lower ?? '')) break;
  }
  return items;
}

function comparedAt(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
): Span | null {
  const quantity = quantities[index] as Quantity;
  const { first, last } = context.sentence;
  for (let at = quantity.last; at < last && at - quantity.last < 25; at++) {
    const { lower } = tokens[at] as Token;
    const isLead =
      BASELINE_LEADS.has(lower) ||
      ((lower === 'to' || lower === 'with') && /^(?:compared|relative)$/.test(tokens[at - 1]?.lower ?? '')) ||
      (lower === 'over' && at - quantity.last < 5);
    if (!isLead) continue;
    let from = at + 1;
    if (tokens[from]?.text === '.') from++;
    const phrase = after(tokens, from, last);
    if (phrase) return spanOf(tokens, phrase);
  }
  for (let at = Math.max(first, quantity.first - 40); at < quantity.first; at++) {
    const { lower } = tokens[at] as Token;
    if (!/^(?:outperform|surpass|exceed|beat)(?:s|es|ed|ing)?$/.test(lower) && lower !== 'over') continue;
    const phrase = after(tokens, at + 1, quantity.first);
    if (phrase && /^[a-z]/i.test((tokens[phrase.first] as Token).text)) return spanOf(tokens, phrase);
  }
  return null;
}

function onAt(
  { sentence }: Context,
  quantities: readonly Quantity[],
  index: number,
  benchmarks: readonly Mention[],
): Span | null {
  const quantity = quantities[index] as Quantity;
  // The first benchmark after the number, found by binary search: they are in order.
  let low = 0;
  let high = benchmarks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((benchmarks[middle] as Mention).start < quantity.end) low = middle + 1;
    else high = middle;
  }
  const next = quantities[index + 1]?.start ?? sentence.end;
  const right = benchmarks[low];
  const left = benchmarks[low - 1];
  if (right && right.start < next) return { start: right.start, end: right.end };
  if (left && left.start >= sentence.start) return { start: left.start, end: left.end };
  if (right && right.end <= sentence.end) return { start: right.start, end: right.end };
  const [only] = benchmarks;
  return only && benchmarks.length === 1 ? { start: only.start, end: only.end } : null;
}
