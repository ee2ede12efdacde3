/** A plain list of papers. */
import type { Paper } from '../../papers/types.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath } from '../../present/urls.ts';

export const TitleLink = ({ paper }: { paper: Paper }) => (
  <a href={paperPath(paper)}>
    <Tex text={paper.title} />
  </a>
);

/** @param papers by key; those that are no longer here are left out */
export const Titles = ({ keys, papers }: { keys: readonly number[]; papers: Map<number, Paper> }) => (
  <ul>
    {keys.map((key) => {
      const paper = papers.get(key);
      return (
        paper && (
          <li>
            <TitleLink paper={paper} />
          </li>
        )
      );
    })}
  </ul>
);
