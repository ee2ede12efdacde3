/** Why a paper is ranked where it is: its numbers, and what they add up to. */

import type { PaperSubmitter } from '../../community/submissions.ts';
import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import type { Standing } from '../../papers/library.ts';
import { TREND_DAYS } from '../../papers/ranking.ts';
import type { Paper } from '../../papers/types.ts';
import { count, sayDay, sayNumber, sayOrdinal } from '../../present/dates.ts';
import { sayRule, sayVotes } from '../../present/paper-words.ts';
import { Tex, texToPlain } from '../../present/tex.tsx';
import { paperPath, periodPath } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { SubmittedBy } from '../parts/submit.tsx';
import { basics } from './basics.ts';

/** `/papers/{id}/why`. */
export async function whyPage(ask: Ask, paper: Paper): Promise<Reply> {
  const [frame, standing, submitters] = await Promise.all([
    basics(ask),
    ask.library.standing(paper),
    ask.library.submitters(paper),
  ]);
  const title = texToPlain(paper.title);
  const body = await renderDocument({
    ask,
    ...frame,
    title: `Why “${title}” is ranked here`,
    description: `How “${title}” ranks in its edition and in trending, in numbers.`,
    canonical: `${paperPath(paper)}/why`,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        <p class="kicker">Why it’s ranked here</p>
        <h1>
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>
        </h1>
        <StandingWords standing={standing} paper={paper} submitters={submitters} />
        <p class="small-print">
          <a href="/about/ranking">How papers are ranked</a>
        </p>
      </main>
    ),
  });
  return html(body);
}

interface StandingProps {
  standing: Standing;
  paper: Paper;
  submitters: readonly PaperSubmitter[];
}

/** A paper's rank explained in sentences; also on its own page. */
export const StandingWords = ({ standing, paper, submitters }: StandingProps) => {
  const { place, of, edition, upvotes, discount, tied, trending } = standing;
  const votes = sayVotes(standing);
  return (
    <div class="standing">
      {edition !== null && place !== null ? (
        <p>
          <b>
            Ranked {sayOrdinal(place)} of {sayNumber(of)}
          </b>{' '}
          in the edition of <a href={periodPath({ kind: 'day', value: edition })}>{sayDay(edition)}</a>, with{' '}
          {count(upvotes, 'vote')}.{' '}
          {tied > 0
            ? `${count(tied, 'other paper has', 'other papers have')} as many; ties are broken by the day of announcement, newest first, then by identifier.`
            : of > 1
              ? 'No other paper in that edition has as many.'
              : ''}
        </p>
      ) : edition !== null && paper.late ? (
        <p>
          Arrived after the edition of{' '}
          <a href={periodPath({ kind: 'day', value: edition })}>{sayDay(edition)}</a> closed, so it is listed
          below it, outside its order.
        </p>
      ) : null}
      <p>
        {sayRule(paper)}
        {submitters.length > 0 && (
          <>
            {' '}
            <SubmittedBy submitters={submitters} />.
          </>
        )}
      </p>
      {trending && (
        <p>
          <b>{sayOrdinal(trending.place)}</b> in <a href="/papers/trending">trending</a>: votes{' '}
          <span class="num">{trending.votesPart.toFixed(3)}</span> + recency{' '}
          <span class="num">{trending.agePart.toFixed(3)}</span> ={' '}
          <span class="num">{trending.key.toFixed(3)}</span>. Ten times as many votes are worth {TREND_DAYS}{' '}
          days.
          {discount > 0 && (
            <>
              {' '}
              Here its {count(upvotes, 'vote')} {upvotes === 1 ? 'counts' : 'count'} as{' '}
              {sayNumber(upvotes - discount)}: <a href="/about/ranking#weights">how votes are weighed</a>.
            </>
          )}
        </p>
      )}
      {votes && <p>{votes}.</p>}
    </div>
  );
};
