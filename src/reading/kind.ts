/** What sort of paper an abstract describes. */
import type { Context } from './roles.ts';
import type { Token } from './tokens.ts';
import type { Reading } from './types.ts';
import { markOf } from './words.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

type Kind = Reading['kind'];

/** Words that suggest a kind, where the authors talk about their own work. */
const WORDS: readonly (readonly [Kind, number, ReadonlySet<string>])[] = [
  ['survey', 4, set('survey surveys overview taxonomy tutorial roadmap')],
  ['survey', 2, set('review reviews reviewed literature')],
  ['dataset/benchmark', 3, set('benchmark dataset corpus testbed')],
  ['theory', 2, set('prove proves proved theorem theorems conjecture lemma proof proofs')],
  [
    'theory',
    1,
    set(
      'bound bounds asymptotic convergence analytically analytic derive derives derived manifold manifolds algebra hamiltonian lagrangian theoretical rigorous polynomial sharp necessary sufficient hilbert groups invariants',
    ),
  ],
  [
    'system',
    2,
    set(
      'system platform toolkit library software prototype package tool open-source deployed pipeline app interface',
    ),
  ],
  [
    'method',
    2,
    set(
      'propose proposes proposed novel outperforms outperform outperforming introduce introduces state-of-the-art',
    ),
  ],
  [
    'method',
    1,
    set('framework method approach algorithm architecture model network training plug-and-play develop'),
  ],
  [
    'analysis',
    2,
    set(
      'investigate investigates investigated examine examines analyze analyzes analyse analyzed study studied observe observed find finds found reveal reveals measured measurements simulations experimentally interviews participants',
    ),
  ],
  [
    'analysis',
    1,
    set(
      'show suggests suggest findings evidence compare comparison empirical simulate simulation experiments spectroscopy results observations indicate indicates',
    ),
  ],
];

const BY_WORD: ReadonlyMap<string, { word: string; kind: Kind; weight: number }[]> = Map.groupBy(
  WORDS.flatMap(([kind, weight, words]) => [...words].map((word) => ({ word, kind, weight }))),
  ({ word }) => word,
);

const TELLS = markOf(BY_WORD.keys());

/** The kind that most words suggest; what the authors introduce as their own counts most. */
export function kindOf(tokens: readonly Token[], contexts: readonly Context[]): Kind {
  const scores: Record<Kind, number> = {
    method: 0,
    'dataset/benchmark': 0,
    analysis: 0,
    theory: 0,
    system: 0,
    survey: 0,
    other: 0.5,
  };
  for (const context of contexts) {
    if (context.isBackground || context.isOthers) continue;
    const seen = new Set<string>();
    for (let at = context.sentence.first; at < context.sentence.last; at++) {
      const token = tokens[at] as Token;
      if ((token.marks & TELLS) === 0) continue;
      const { lower } = token;
      const says = BY_WORD.get(lower);
      if (!says || seen.has(lower)) continue;
      seen.add(lower);
      for (const { kind, weight } of says) {
        if ((kind === 'survey' || kind === 'dataset/benchmark') && !context.hasOwn) continue;
        scores[kind] +=
          kind === 'survey' || kind === 'dataset/benchmark' ? made(tokens, context, at, weight) : weight;
      }
    }
  }
  let best: Kind = 'other';
  for (const kind of Object.keys(scores) as Kind[]) if (scores[kind] > scores[best]) best = kind;
  return best;
}

const MAKING = set(
  'introduce introduces present presents propose proposes construct constructs create creates curate release develop this we provide provides',
);
const USING = set('on datasets existing several public using across evaluate trained multiple');

/** A noun counts in full where it is what the authors make: “we introduce X, a benchmark”, “this survey”. */
function made(tokens: readonly Token[], context: Context, at: number, weight: number): number {
  for (let here = at - 1; here >= context.sentence.first && at - here < 16; here--) {
    const { lower } = tokens[here] as Token;
    if (USING.has(lower)) return 0;
    if (MAKING.has(lower)) return weight * 2;
  }
  return 0;
}
