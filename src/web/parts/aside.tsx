/** What stands beside an edition: its topics, its figures, how the order is made, imports under way. */
import type { Paper } from '../../papers/types.ts';
import type { Progress } from '../context.ts';
import { sayNumber } from '../dates.ts';
import { Tex, texToPlain } from '../tex.tsx';
import { paperPath, searchPath } from '../urls.ts';

/** Keywords of the papers, most frequent first; equal ones in order of appearance. */
export function topicsOf(papers: Paper[], most = 9): { name: string; papers: number }[] {
  const counts = new Map<string, { name: string; papers: number }>();
  for (const paper of papers) {
    for (const word of new Set(paper.keywords.map((k) => k.trim()).filter(Boolean))) {
      const key = word.toLowerCase();
      const topic = counts.get(key) ?? { name: word, papers: 0 };
      topic.papers++;
      counts.set(key, topic);
    }
  }
  return [...counts.values()].sort((a, b) => b.papers - a.papers).slice(0, most);
}

const categoriesOf = (papers: Paper[], most = 9): { name: string; papers: number }[] => {
  const counts = new Map<string, number>();
  for (const paper of papers) for (const c of paper.categories) counts.set(c, (counts.get(c) ?? 0) + 1);
  return [...counts]
    .map(([name, n]) => ({ name, papers: n }))
    .sort((a, b) => b.papers - a.papers)
    .slice(0, most);
};

/** The title up to its colon where that is a name (`Bebop: …`), else the title. */
export function shortTitle(title: string): string {
  const plain = texToPlain(title);
  const at = plain.indexOf(':');
  return at > 0 && at <= 28 ? plain.slice(0, at) : plain;
}

/** `of`: where the papers stand together, `in this edition`, `on this page`. */
export const Topics = ({ papers, of }: { papers: Paper[]; of: string }) => {
  const keywords = topicsOf(papers);
  const topics = keywords.length > 0 ? keywords : categoriesOf(papers);
  if (topics.length === 0) return null;
  const href = (name: string) =>
    keywords.length > 0 ? searchPath({ q: name }) : searchPath({ category: name });
  return (
    <section>
      <h2>
        {keywords.length > 0 ? 'Topics' : 'Categories'} {of}
      </h2>
      <ol class="topics">
        {topics.map((topic) => (
          <li>
            <a href={href(topic.name)}>{topic.name}</a>
            <small>
              {topic.papers}
              <span class="vh"> {topic.papers === 1 ? 'paper' : 'papers'}</span>
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
};

/** The first figure of each of the highest placed papers that have one. */
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

/** `papers`: those shown, in their order. */
export const OrderNote = ({ kind, papers }: { kind: 'dated' | 'trending'; papers: Paper[] }) => (
  <section>
    <h2>How the order is made</h2>
    <p class="small-print">
      {papers[0]?.upvotes === 0 && 'No votes have been counted for these papers. '}
      {kind === 'dated'
        ? 'Most votes first; equal ones by announcement, newest first. Nothing else counts.'
        : 'Votes and the day of listing, added up by one written formula. Nothing else counts.'}{' '}
      <a href="/about/ranking">The ranking, in full</a>
    </p>
  </section>
);

/** Imports that run while the page is read. */
export const Imports = ({ progress }: { progress: Progress[] }) =>
  progress.length === 0 ? null : (
    <section>
      <h2>Coming in</h2>
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
