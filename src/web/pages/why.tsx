/** Why a paper stands where it does: its numbers, and what they come to. */
import type { Standing } from '../../papers/library.ts';
import { TREND_DAYS } from '../../papers/ranking.ts';
import type { Paper } from '../../papers/types.ts';
import type { Ask, Reply } from '../context.ts';
import { count, sayDay, sayNumber } from '../dates.ts';
import { html } from '../http.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { Tex, texToPlain } from '../tex.tsx';
import { paperPath, periodPath } from '../urls.ts';
import { basics } from './basics.ts';
import { sayRule, sayVotes } from './paper-words.ts';

/** `/papers/{id}/why`. */
export async function whyPage(ask: Ask, paper: Paper): Promise<Reply> {
  const [frame, standing] = await Promise.all([basics(ask), ask.web.library.standing(paper)]);
  const title = texToPlain(paper.title);
  const body = await renderDocument({
    ask,
    ...frame,
    title: `Why “${title}” stands where it does`,
    description: `The place of “${title}” in its edition and in the trending order, in numbers.`,
    canonical: `${paperPath(paper)}/why`,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        <p class="kicker">Why it stands where it does</p>
        <h1>
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>
        </h1>
        <StandingWords standing={standing} paper={paper} />
        <p class="small-print">
          <a href="/about/ranking">How papers are ranked, in full</a>
        </p>
      </main>
    ),
  });
  return html(body);
}

/** A standing in sentences; also on the paper's own page. */
export const StandingWords = ({ standing, paper }: { standing: Standing; paper: Paper }) => {
  const { place, of, edition, upvotes, tied, trending } = standing;
  const votes = sayVotes(standing);
  return (
    <div class="standing">
      {edition !== null && place !== null ? (
        <p>
          <b>
            Place {sayNumber(place)} of {sayNumber(of)}
          </b>{' '}
          in the edition of <a href={periodPath({ kind: 'day', value: edition })}>{sayDay(edition)}</a>, with{' '}
          {count(upvotes, 'vote')}.{' '}
          {tied > 0
            ? `${count(tied, 'other paper has', 'other papers have')} as many; those are told apart by the day of announcement, newest first, then by identifier.`
            : of > 1
              ? 'No other paper of that edition has as many.'
              : ''}
        </p>
      ) : edition !== null && paper.late ? (
        <p>
          It came in after the edition of{' '}
          <a href={periodPath({ kind: 'day', value: edition })}>{sayDay(edition)}</a> had closed, so it stands
          below it, outside the order.
        </p>
      ) : null}
      <p>{sayRule(paper)}</p>
      {trending && (
        <p>
          <b>Place {sayNumber(trending.place)}</b> in <a href="/papers/trending">trending</a>: its votes give{' '}
          <span class="num">{trending.votesPart.toFixed(3)}</span>, its day{' '}
          <span class="num">{trending.agePart.toFixed(3)}</span>, together{' '}
          <span class="num">{trending.key.toFixed(3)}</span>. Ten times the votes weigh as much as{' '}
          {TREND_DAYS} days.
        </p>
      )}
      {votes && <p>{votes}.</p>}
    </div>
  );
};
