/** One paper found: the row with its marks, its near-duplicates, and what its score is made of. */

import type { Ask } from '../../http/context.ts';
import type { FoundPaper } from '../../papers/library.ts';
import type { Query } from '../../present/search-query.ts';
import { type Marks, Tex, texToPlain } from '../../present/tex.tsx';
import { paperPath } from '../../present/urls.ts';
import { type Own, Row } from '../parts/paper.tsx';
import { SHARES } from './search-shares.ts';

interface HitProps {
  hit: FoundPaper;
  query: Query;
  ask: Ask;
  /** The author searched for. */
  own?: Own;
}

/** The form that exports the papers picked. */
export const PICKED = 'picked';

export const Hit = ({ hit, query, ask, own }: HitProps) => {
  const { library } = ask;
  const { paper } = hit;
  const text = paper.abstract ?? paper.summary ?? '';
  const marked = markedBy(query);
  const marks =
    marked === ''
      ? undefined
      : {
          title: joined(library.highlights(marked, paper.title), paper.title),
          abstract: joined(library.highlights(marked, text), text),
        };
  return (
    <Row paper={paper} marks={marks} own={own} pick={PICKED} whole>
      <Duplicates of={hit} />
      {query.explain && hit.shares && <Shares hit={hit} />}
    </Row>
  );
};

/** What is marked: a word that is still being typed marks all that begin so. */
const markedBy = ({ q, partial }: Query): string => (partial && /[\p{L}\p{N}]{2}$/u.test(q) ? `${q}*` : q);

/** Marks with only a hyphen or a space between them read better as one. */
function joined(marks: Marks, text: string): Marks {
  const out: Marks = [];
  for (const [start, end] of marks) {
    const last = out.at(-1);
    if (last && start - last[1] <= 1 && /^[-\s]?$/.test(text.slice(last[1], start))) last[1] = end;
    else out.push([start, end]);
  }
  return out;
}

const Duplicates = ({ of: { duplicates } }: { of: FoundPaper }) =>
  duplicates.length === 0 ? null : (
    <p class="also-as">
      Also as{' '}
      {duplicates.slice(0, 3).map(({ id, title }, i) => (
        <>
          {i > 0 && ', '}
          <a href={paperPath(id)}>
            <Tex text={title} />
          </a>
        </>
      ))}
      {duplicates.length > 3 && ` and ${duplicates.length - 3} more`}
    </p>
  );

const Shares = ({ hit: { paper, shares = [], score } }: { hit: FoundPaper }) => (
  <details class="shares">
    <summary>
      Why this score, <span class="num">{score.toFixed(3)}</span>
    </summary>
    {/* A table wider than a phone is scrolled, so keys must reach it. */}
    <section class="scrolled" aria-label={`Score of ${texToPlain(paper.title)}`} tabindex={0}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">Term</th>
            <th scope="col">Score</th>
            <th scope="col">Strength</th>
            <th scope="col">Weight</th>
            <th scope="col">In</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <tr>
              <td title={SHARES[share.kind]}>{share.kind}</td>
              <td>{share.term}</td>
              <td>{share.score.toFixed(3)}</td>
              <td>{share.strength.toFixed(3)}</td>
              <td>{share.weight.toFixed(3)}</td>
              <td>{share.field}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan={2}>
              Total
            </th>
            <td>{shares.reduce((sum, share) => sum + share.score, 0).toFixed(3)}</td>
            <td colspan={3} />
          </tr>
        </tfoot>
      </table>
    </section>
  </details>
);
