/** An issue of the digest: its papers as they were when it was composed, each with the reason why it is there. */
import type { IssuePaper } from '../../digest/types.ts';
import { placeToCut } from '../../present/cut.ts';
import { count, sayNumber } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath } from '../../present/urls.ts';
import { Author } from './paper.tsx';

/** Characters of a paper that is not the lead: three lines. */
const DECK = 260;
/** Authors named. */
const NAMED = 3;
const NAMED_OF_LEAD = 12;

const Names = ({ paper, most }: { paper: IssuePaper; most: number }) => {
  const { authors, authorsCount } = paper;
  const shown = authors.slice(0, most);
  const rest = Math.max(authorsCount ?? 0, authors.length) - shown.length;
  return (
    <span>
      {shown.map((name, i) => (
        <>
          {i > 0 && ', '}
          <Author name={name} />
        </>
      ))}
      {rest > 0 && (
        <span class="more">
          {shown.length > 0 ? ' + ' : ''}
          {shown.length > 0 ? `${sayNumber(rest)} more` : count(rest, 'author')}
        </span>
      )}
    </span>
  );
};

const Deck = ({ paper, isLead }: { paper: IssuePaper; isLead: boolean }) => {
  const text = isLead ? (paper.abstract ?? paper.summary) : (paper.summary ?? paper.abstract);
  if (text === null) return null;
  const end = isLead ? null : placeToCut(text, DECK);
  return (
    <p class={isLead && text.length < 200 ? 'deck brief' : 'deck'}>
      <Tex text={end === null ? text : text.slice(0, end).replace(/[,;:]$/, '')} block />
      {end !== null && '…'}
    </p>
  );
};

/** A paper of an issue. */
export const IssueRow = ({ paper, isLead = false }: { paper: IssuePaper; isLead?: boolean }) => (
  <article class={isLead ? 'row lead' : 'row'}>
    <span class={paper.votes > 0 ? 'votes' : 'votes none'} title="Votes when this issue was composed">
      <span class="leading-none">{sayNumber(paper.votes)}</span>
      <span class="vh">{paper.votes === 1 ? ' vote' : ' votes'}</span>
    </span>
    <div>
      <h2>
        <a href={paperPath(paper)}>
          <Tex text={paper.title} />
        </a>
      </h2>
      <p class="by">
        {(paper.authors.length > 0 || paper.authorsCount !== null) && (
          <Names paper={paper} most={isLead ? NAMED_OF_LEAD : NAMED} />
        )}
        {paper.categories.length > 0 && <span>{paper.categories.slice(0, 4).join(', ')}</span>}
      </p>
      <Deck paper={paper} isLead={isLead} />
      {paper.reason !== count(paper.votes, 'vote') && (
        <p class="because">{paper.reason.charAt(0).toUpperCase() + paper.reason.slice(1)}</p>
      )}
    </div>
  </article>
);

/** Papers of an issue, the first one in full if it is the lead. */
export const IssuePapers = ({ papers, hasLead }: { papers: readonly IssuePaper[]; hasLead: boolean }) => (
  <>
    {papers.map((paper, i) => (
      <IssueRow paper={paper} isLead={hasLead && i === 0} />
    ))}
  </>
);
