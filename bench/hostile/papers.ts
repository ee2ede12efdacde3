/** Hostile papers: formulas that grow, texts that tangle, lists that are long. */
import { TANGLES } from './attacks.ts';

const FORMULAS = [
  `$\\def\\a{${'x'.repeat(500)}}${'\\a'.repeat(190)}$`,
  `$\\newcommand{\\b}[1]{#1#1#1#1}${'\\b{'.repeat(12)}x${'}'.repeat(12)}$`,
  `$${'\\frac{1}{'.repeat(60)}x${'}'.repeat(60)}$`,
  `$\\smash{\\llap{\\rule{90em}{90em}}}$`,
  `$${'{'.repeat(400)}x${'}'.repeat(400)}$`,
  `$${'x^{'.repeat(200)}y${'}'.repeat(200)}$`,
  `$${'\\sqrt'.repeat(150)}x$`,
  `$\\begin{array}{${'c'.repeat(200)}}${'&'.repeat(199)}\\end{array}$`,
] as const;

/** Abstracts as long as a source may provide. */
const LONG = 49_000;

/** Papers in the import format, listed on a day. */
export function hostilePapers(
  day: string,
): { id: string; title: string; abstract: string; listed: string }[] {
  const tangled = TANGLES.map((piece) => piece.repeat(Math.ceil(LONG / piece.length)).slice(0, LONG));
  const texts = [...FORMULAS.map((formula) => `${formula} `.repeat(3)), ...tangled];
  return texts.map((abstract, i) => ({
    id: `hostile-${i}`,
    title: `Hostile ${i}: ${FORMULAS[i % FORMULAS.length]}`,
    abstract: `Hostile. ${abstract}`,
    authors: Array.from({ length: 200 }, (_, j) => `Author ${i} ${j}`),
    listed: day,
  }));
}
