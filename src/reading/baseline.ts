/** Whether a number is a rival's: “compared with 71 %”, “outperforming the area (9.4 %)”. */
import { BASELINE_LEADS } from './lexicon.ts';
import { isMetric } from './phrases.ts';
import type { Quantity } from './quantity.ts';
import type { Token } from './tokens.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const HEDGES = set(
  'approximately about around roughly nearly almost over only just more less than a an the little some ~ $ \\sim ≈ \\approx additional ( { its',
);

/** “at least”, “up to”, “as few as” (its last two words). */
function isHedge({ lower: one }: Token, { lower: two }: Token): boolean {
  if (one === 'at') return two === 'least' || two === 'most';
  if (one === 'up') return two === 'to';
  if (one === 'higher' || one === 'greater' || one === 'larger' || one === 'lower' || one === 'smaller')
    return two === 'than';
  return (two === 'as' && AS.has(one)) || (one === 'as' && AS.has(two));
}
const AS = set('few little low high many much');

/** The nearest word before a number that is not a hedge. */
export function leadOf(tokens: readonly Token[], at: number, first: number): number {
  let here = at - 1;
  while (here >= first && at - here < 6) {
    const token = tokens[here] as Token;
    if (token.lower === 'than') {
      // “more than 20” is a hedge, “faster than 20” is not.
      const before = tokens[here - 1]?.lower ?? '';
      if (before !== 'more' && before !== 'less' && before !== 'fewer') return here;
    }
    if (here > first && isHedge(tokens[here - 1] as Token, token)) {
      here -= 2;
      continue;
    }
    if (!HEDGES.has(token.lower)) return here;
    here--;
  }
  return here;
}

export function isBaseline(
  tokens: readonly Token[],
  lead: number,
  first: number,
  quantity: Quantity,
): boolean {
  if (lead < first) return false;
  const token = tokens[lead] as Token;
  const { lower } = token;
  if (BASELINE_LEADS.has(lower)) return quantity.form !== 'count' || lower !== 'against';
  const isCount = quantity.form === 'count' || quantity.form === 'statistic';
  if (
    !isCount &&
    (tokens[quantity.first - 1] as Token).text === '(' &&
    closesBaseline(tokens, quantity.first - 1, first)
  )
    return true;
  if (lower === '.' && BASELINE_LEADS.has(tokens[lead - 1]?.lower ?? '')) return true;
  if (lower === 'to' || lower === 'with') {
    const before = tokens[lead - 1]?.lower ?? '';
    return before === 'compared' || before === 'relative';
  }
  if ((lower === 'from' || lower === 'of') && quantity.form !== 'count' && quantity.form !== 'bare') {
    return lower === 'from' && !quantity.isRange;
  }
  return false;
}

/**
 * “outperforming the area (9.4%) and the geometric (14%) baselines”: what follows a rival in brackets belongs to it.
 */
function closesBaseline(tokens: readonly Token[], at: number, first: number): boolean {
  for (let here = at - 1; here >= first && at - here < 12; here--) {
    const { lower } = tokens[here] as Token;
    if (lower === ',' || lower === ';') return false;
    if (
      /^(?:than|versus|vs|over|to|against|outperform(?:s|ing|ed)?|surpass(?:es|ing|ed)?|exceed(?:s|ing)?)$/.test(
        lower,
      )
    ) {
      return (
        lower !== 'to' || tokens[here - 1]?.lower === 'compared' || tokens[here - 1]?.lower === 'relative'
      );
    }
    if (isMetric(tokens[here] as Token)) return false;
  }
  return false;
}
