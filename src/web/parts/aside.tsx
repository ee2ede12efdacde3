/** The column beside an edition: topics, figures, how papers are ranked, imports in progress. */

import type { Progress } from '../../http/context.ts';
import { textRead } from '../../papers/readings.ts';
import type { Paper } from '../../papers/types.ts';
import { sayNumber } from '../../present/dates.ts';
import { Tex, texToPlain } from '../../present/tex.tsx';
import { paperPath, searchPath } from '../../present/urls.ts';
import { Kept, keyFor } from './kept.ts';
import { topicsOf } from './topics.ts';

/** The title up to its colon where that is a name (`Bebop: …`), else the title. */
export function shortTitle(title: string): string {
  const plain = texToPlain(title);
  const at = plain.indexOf(':');
  return at > 0 && at <= 28 ? plain.slice(0, at) : plain;
}

/** `of`: what the papers are part of, `in this edition`, `on this page`. */
export const Topics = ({ papers, of }: { papers: Paper[]; of: string }) => {
  // Whatever their order at the moment, the same papers have the same topics.
  const all = papers.toSorted((a, b) => a.pk - b.pk);
  const by = keyFor(
    of,
    all.map((paper) => [
      paper.title,
      paper.keywords,
      paper.categories,
      // Read for keywords if there are none.
      paper.keywords.length === 0 ? textRead(paper) : '',
    ]),
  );
  return <Kept by={`topics ${by}`} render={() => <FreshTopics papers={all} of={of} />} />;
};

const FreshTopics = ({ papers, of }: { papers: Paper[]; of: string }) => {
  const found = topicsOf(papers);
  if (found === null) return null;
  const { kind, topics } = found;
  const href = (name: string) =>
    kind === 'categories'
      ? searchPath({ category: name })
      : searchPath({ q: kind === 'phrases' ? `"${name}"` : name });
  return (
    <section>
      <h2>
        {kind === 'categories' ? 'Categories' : 'Topics'} {of}
      </h2>
      <ol class="topics">
        {topics.map((topic) => (
          <li>
            <a href={href(topic.name)}>{topic.name}</a>
            <small>
              {topic.papers}
              <span class="vh"> papers</span>
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
};

/** The first figure of each of the highest-ranked papers that have one. */
export const Figures = ({ papers, title }: { papers: Paper[]; title: string }) => {
  const some = papers.filter((p) => p.figures.length > 0 && !p.withdrawn).slice(0, 5);
  if (some.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="claims">
        {some.map((paper) => (
          <li>
            <b>
              <Tex text={paper.figures[0]!.value} />
            </b>{' '}
            <Tex text={paper.figures[0]!.measure} />
            <a href={paperPath(paper)}>{shortTitle(paper.title)}</a>
          </li>
        ))}
      </ul>
    </section>
  );
};

/** `papers`: those shown, in order. */
export const OrderNote = ({ kind, papers }: { kind: 'dated' | 'trending'; papers: Paper[] }) => (
  <section>
    <h2>How papers are ranked</h2>
    <p class="small-print">
      {papers[0]?.upvotes === 0 && 'No votes have been counted for these papers. '}
      {kind === 'dated'
        ? 'Most votes first; ties are broken by announcement, newest first. Nothing else counts.'
        : 'Votes and recency, added by a published formula. Nothing else counts.'}{' '}
      <a href="/about/ranking">The full ranking rules</a>
    </p>
  </section>
);

/** Imports in progress. */
export const Imports = ({ progress }: { progress: Progress[] }) =>
  progress.length === 0 ? null : (
    <section>
      <h2>Importing</h2>
      <ul class="imports">
        {progress.map(({ what, done, total }) => (
          <li>
            {what}: {sayNumber(done)}
            {total !== null && ` of ${sayNumber(total)}`}
            {total !== null && total > 0 && (
              <progress value={Math.min(done, total)} max={total} aria-label={what} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
