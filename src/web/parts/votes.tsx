/** How many votes a paper has, and the button to add one's own. */
import { slot } from '../../http/slots.ts';
import type { Paper } from '../../papers/types.ts';
import { sayNumber } from '../../present/dates.ts';
import { paperPath, withQuery } from '../../present/urls.ts';

const Count = ({ votes }: { votes: number }) => (
  <>
    <span class="vh verb">Vote, </span>
    {/* So called on the Hub's pages, where digests look for the number. */}
    <span class="leading-none">{sayNumber(votes)}</span>
    <span class="vh">{votes === 1 ? ' vote' : ' votes'}</span>
  </>
);

/**
 * Votes at the left edge, under a mark that the style sheet draws. For everybody it leads to signing in; for a reader
 * the slot holds the button. `says`: where the votes were counted.
 */
export const Votes = ({ paper, says }: { paper: Paper; says?: string }) =>
  slot(
    `vote:${paper.pk}`,
    <a
      id={`paper-${paper.pk}`}
      class={paper.upvotes > 0 ? 'votes' : 'votes none'}
      href={withQuery('/sign-in', { next: paperPath(paper) })}
      rel="nofollow"
      title={says || 'Sign in to vote'}
    >
      <Count votes={paper.upvotes} />
    </a>,
  );

interface VoteButtonProps {
  pk: number;
  id: string;
  upvotes: number;
  isPressed: boolean;
  /** The page it is on. */
  next: string;
}

export const VoteButton = ({ pk, id, upvotes, isPressed, next }: VoteButtonProps) => (
  <form id={`paper-${pk}`} class="vote" method="post" action={`${paperPath({ id })}/vote`}>
    <input type="hidden" name="next" value={next} />
    <button
      type="submit"
      name="vote"
      value={isPressed ? '0' : '1'}
      aria-pressed={isPressed ? 'true' : 'false'}
      class={upvotes > 0 ? 'votes' : 'votes none'}
    >
      <Count votes={upvotes} />
    </button>
  </form>
);
