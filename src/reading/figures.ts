/** Which numbers in an abstract are the paper's own figures, and what each of them measures. */

import { judge } from './judge.ts';
import { describe } from './measured.ts';
import { quantitiesOf } from './numbers.ts';
import { type Phrase, spanOf } from './phrases.ts';
import type { Context } from './roles.ts';
import type { Token } from './tokens.ts';
import { type Figure, type Mention, SURE } from './types.ts';

/** Below this, a number does not count as a figure. */
const LEAST = 0.45;

/** Figures in order of appearance. */
export function figuresIn(
  text: string,
  tokens: readonly Token[],
  contexts: readonly Context[],
  benchmarks: readonly Mention[],
): Figure[] {
  const figures: Figure[] = [];
  const seen = new Set<string>();
  for (const context of contexts) {
    if (!context.hasNumber) continue;
    const { sentence } = context;
    const quantities = quantitiesOf(text, tokens, sentence.first, sentence.last);
    const told: (Phrase | null)[] = [];
    for (const [index, quantity] of quantities.entries()) {
      const verdict = judge(text, tokens, context, quantities, index);
      if (verdict.confidence < LEAST) continue;
      const described = describe(tokens, context, quantities, index, verdict.counted, benchmarks, told);
      const value = { start: quantity.start, end: quantity.end };
      const said = text.slice(value.start, value.end);
      told[index] = described.what;
      const what = described.what ? spanOf(tokens, described.what) : null;
      const key = `${said}\n${what ? text.slice(what.start, what.end).toLowerCase() : ''}`;
      if (seen.has(key)) continue;
      seen.add(key);
      figures.push({
        value,
        unit: quantity.unit,
        number: quantity.number,
        what,
        compared: described.compared,
        on: described.on,
        sentence: { start: sentence.start, end: sentence.end },
        isHeadline: verdict.isHeadline && verdict.confidence >= SURE,
        confidence: verdict.confidence,
      });
    }
  }
  return figures;
}
