/** The answer to a search as lines: for people, and with --json for programs. */
import { formatIdentifier } from '../../papers/identifiers.ts';
import type { FoundPaper, SearchAnswer } from '../../papers/library.ts';
import type { TermShare } from '../../search/types.ts';
import { type Context, count, thousands } from '../command.ts';

/** One line a paper, then one about the whole. What a paper does not have is left out. */
export function printJson({ io, options }: Context, answer: SearchAnswer): void {
  const { direct, identifier, total, exact, didYouMean, acronyms, read, behind, facets } = answer;
  const line = (hit: Partial<FoundPaper> & Pick<FoundPaper, 'paper'>) => {
    const { id, title, published, upvotes } = hit.paper;
    const { score, shares, loose, duplicates = [] } = hit;
    const more = {
      ...(loose && { loose }),
      ...(duplicates.length > 0 && { duplicates }),
      ...(shares && { shares }),
    };
    io.out(JSON.stringify({ id, title, published, upvotes, score, ...more }));
  };
  if (direct) line({ paper: direct });
  for (const hit of answer.hits) line(hit);
  const named = identifier && formatIdentifier(identifier);
  const rest = { total, exact, identifier: named, didYouMean, acronyms, read, behind };
  io.out(JSON.stringify({ ...rest, ...(options.facets === true && { facets }) }));
}

/** Papers on standard output, all that is said about them on standard error. */
export function printAnswer({ io, options }: Context, answer: SearchAnswer): void {
  if (answer.identifier !== null) {
    const named = formatIdentifier(answer.identifier);
    io.note(answer.direct ? `This is ${named}.` : `No paper here is ${named}.`);
    if (answer.direct) io.out(lineOf(answer.direct, false));
  }
  for (const hit of answer.hits) {
    io.out(lineOf(hit.paper, hit.loose));
    for (const { id, title } of hit.duplicates) io.out(`    also as ${id}  ${title}`);
    if (hit.shares) for (const line of sharesOf(hit.shares)) io.out(`    ${line}`);
  }
  if (options.facets === true) for (const line of facetsOf(answer.facets)) io.out(line);
  for (const line of saidOf(answer)) io.note(line);
}

const lineOf = ({ id, published, title }: FoundPaper['paper'], loose: boolean): string =>
  `${id.padEnd(12)}  ${published ?? '          '}  ${loose ? '~ ' : ''}${title}`;

/** `score = strength × weight`, one a line and in columns, the sum below. */
function sharesOf(shares: TermShare[]): string[] {
  const width = (of: (share: TermShare) => string) => Math.max(0, ...shares.map((share) => of(share).length));
  const [kind, term] = [width((share) => share.kind), width((share) => share.term)];
  const sum = shares.reduce((all, share) => all + share.score, 0);
  return [
    ...shares.map((share) => {
      const made = `${share.strength.toFixed(3)} × ${share.weight.toFixed(3).padStart(6)}`;
      const what = `${share.kind.padEnd(kind)}  ${share.term.padEnd(term)}`;
      return `${share.score.toFixed(3).padStart(7)} = ${made}  ${what}  ${share.field}`.trimEnd();
    }),
    `${sum.toFixed(3).padStart(7)} total`,
  ];
}

function facetsOf(facets: SearchAnswer['facets']): string[] {
  const lines: string[] = [];
  const { categories, organizations, venues, years, hasCode } = facets;
  for (const [name, values] of Object.entries({ categories, organizations, venues, years })) {
    if (values.length === 0) continue;
    lines.push('', `${name[0]!.toUpperCase()}${name.slice(1)}`);
    for (const { value, label, count } of values.slice(0, 10))
      lines.push(`${thousands(count).padStart(9)}  ${label === value ? label : `${label} (${value})`}`);
  }
  return [...lines, '', `${thousands(hasCode).padStart(9)}  with code`];
}

function* saidOf(answer: SearchAnswer): Generator<string> {
  const { total, exact, read, behind } = answer;
  if (total === 0 && answer.hits.length > 0) yield 'No paper matches everything.';
  else yield `${exact ? '' : 'At least '}${total} found.`;
  if (read.condition !== null) yield `Only papers that meet: ${read.condition}`;
  if (answer.didYouMean !== null) yield `Includes results for: ${answer.didYouMean}`;
  for (const { acronym, expansions } of answer.acronyms) {
    const say = ({ text, papers }: (typeof expansions)[number]) => `${text} (${thousands(papers)})`;
    const used = expansions.filter((one) => one.used).map(say);
    const others = expansions.filter((one) => !one.used).map(say);
    if (used.length > 0)
      yield `${acronym} read as ${used.join(', ')}${others.length > 0 ? `; not as ${others.join(', ')}` : ''}.`;
    else if (others.length > 0) yield `${acronym} can stand for ${others.join(', ')}.`;
  }
  if (read.unknown.length > 0)
    yield `No paper contains ${read.unknown.map((word) => `'${word}'`).join(', ')}.`;
  for (const problem of read.problems) yield `Not understood: ${problem}`;
  if (answer.hits.some((hit) => hit.loose)) yield '~ a partial match, or similar in meaning.';
  if (behind > 0)
    yield `The index is missing ${count(behind, 'paper')}: a running site will add ${behind === 1 ? 'it' : 'them'}, or run 'broadsheet reindex'.`;
}
