/** What a number measures, with what it is compared, and on which benchmark. */
import { BASELINE_LEADS } from './lexicon.ts';
import type { Quantity } from './numbers.ts';
import { after, before, hasMetric, isMetric, type Phrase, spanOf } from './phrases.ts';
import type { Context } from './roles.ts';
import type { Token } from './tokens.ts';
import type { Mention, Span } from './types.ts';

export interface Measured {
  what: Span | null;
  compared: Span | null;
  on: Span | null;
}

/** Describes one of the numbers of a sentence by the phrases around it. */
export function describe(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
  counted: Phrase | null,
  benchmarks: readonly Mention[],
): Measured {
  const what = counted ?? measuredAt(tokens, context, quantities, index);
  const isCount = counted !== null;
  return {
    what: what ? spanOf(tokens, what) : null,
    compared: isCount ? null : comparedAt(tokens, context, quantities, index),
    on: isCount ? null : onAt(tokens, context, quantities, index, benchmarks),
  };
}

function measuredAt(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
): Phrase | null {
  const quantity = quantities[index] as Quantity;
  const { first, last } = context.sentence;
  let next = quantity.last;
  while (next < last && (tokens[next] as Token).text === '$') next++;
  const joint = next < last ? (tokens[next] as Token).lower : '';
  // “2% increase in mean IoU”, “50% accuracy”
  const right = after(tokens, next, last);
  if (right && right.first === next) {
    const of = tokens[right.last]?.lower;
    if (of === 'in' || of === 'of') {
      const more = after(tokens, right.last + 1, last);
      if (more) return { first: right.first, last: more.last };
    }
    return right;
  }
  // “16% on MRR”, “9% in accuracy”
  if (joint === 'in' || joint === 'on' || joint === 'of' || joint === 'for') {
    const phrase = after(tokens, next + 1, last);
    if (phrase && (joint === 'of' || hasMetric(tokens, phrase))) return phrase;
  }
  // “gain of 2%”, “PSNR (17.22”, “improves X by 7%”
  let lead = quantity.first - 1;
  while (lead > first && LEADS.has((tokens[lead] as Token).lower)) lead--;
  const left = before(tokens, lead + 1, first);
  if (left) return left;
  for (let here = quantity.first - 1; here >= first && quantity.first - here < 14; here--) {
    if (isMetric(tokens[here] as Token))
      return before(tokens, here + 1, first) ?? { first: here, last: here + 1 };
  }
  for (let here = quantity.last; here < last && here - quantity.last < 12; here++) {
    if (isMetric(tokens[here] as Token))
      return before(tokens, here + 1, first) ?? { first: here, last: here + 1 };
  }
  return null;
}

const LEADS = new Set(
  'of by to at is was are were up a an the about around approximately nearly almost over only just than more as low high reaching ( = ~ $ \\sim ≈ reaches reached from between exceeding achieves achieving with'.split(
    ' ',
  ),
);

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
  for (let at = first; at < quantity.first; at++) {
    if (/^(?:outperform|surpass|exceed|beat)(?:s|es|ed|ing)?$/.test((tokens[at] as Token).lower)) {
      const phrase = after(tokens, at + 1, quantity.first);
      if (phrase) return spanOf(tokens, phrase);
    }
  }
  return null;
}

function onAt(
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
  benchmarks: readonly Mention[],
): Span | null {
  const quantity = quantities[index] as Quantity;
  const { sentence } = context;
  const within = benchmarks.filter(({ start, end }) => start >= sentence.start && end <= sentence.end);
  const next = quantities[index + 1]?.start ?? sentence.end;
  const right = within.find(({ start }) => start >= quantity.end && start < next);
  const found = right ?? within.findLast(({ end }) => end <= quantity.start) ?? within[0];
  if (found) return { start: found.start, end: found.end };
  return benchmarks.length === 1
    ? { start: (benchmarks[0] as Mention).start, end: (benchmarks[0] as Mention).end }
    : null;
}
