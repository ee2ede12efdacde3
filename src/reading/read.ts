/** Reads an abstract by rules: figures, benchmarks, names, addresses, open questions, and the kind of paper. */
import { benchmarksIn } from './benchmarks.ts';
import { addressesIn } from './code.ts';
import { figuresIn } from './figures.ts';
import { kindOf } from './kind.ts';
import { namesIn } from './names.ts';
import { openIn } from './open.ts';
import { contextsOf } from './roles.ts';
import { sentencesOf } from './sentences.ts';
import { tokensOf } from './tokens.ts';
import type { Reading } from './types.ts';

/** Version of the rules: readings by an older one are made again. */
export const READING_VERSION = 1;

/**
 * Everything the rules find in a text, as spans of it; takes time linear in its length. `names` has everything that
 * looks like a name; only a collection can tell which of them are known (`papers/known-names.ts`).
 */
export function readText(text: string): Reading {
  const tokens = tokensOf(text);
  const sentences = sentencesOf(tokens);
  const contexts = contextsOf(tokens, sentences);
  const benchmarks = benchmarksIn(text, tokens, contexts);
  return {
    figures: figuresIn(text, tokens, contexts, benchmarks),
    benchmarks,
    names: namesIn(tokens, benchmarks),
    code: addressesIn(tokens),
    open: openIn(tokens, sentences),
    kind: kindOf(tokens, contexts),
  };
}
