/** Submitting a paper: the links that lead there, and who submitted one. */
import type { PaperSubmitter } from '../../community/submissions.ts';
import type { Web } from '../../http/context.ts';
import { formatIdentifier } from '../../papers/identifiers.ts';
import { recognise } from '../../papers/recognise.ts';
import { personPath, withQuery } from '../../present/urls.ts';

/** Whether readers can submit papers to this site at all. */
export const submits = ({ submissions }: Pick<Web, 'submissions'>): boolean =>
  submissions.rules.who !== 'nobody';

/** Where to submit a paper. @param text what somebody was looking for: if it is an identifier, it is filled in */
export function submitPath(text = ''): string {
  const found = recognise(text);
  return withQuery('/submit', { id: found && formatIdentifier(found) });
}

/** At the end of a list; nothing where nobody can submit. */
export const SubmitHere = ({ web }: { web: Pick<Web, 'submissions'> }) =>
  submits(web) ? (
    <p class="submit-here">
      Is a paper missing?{' '}
      <a href={submitPath()} rel="nofollow">
        Submit a paper
      </a>
    </p>
  ) : null;

/** `Submitted by Ada Lovelace and a reader whose account is deleted`. */
export const SubmittedBy = ({ submitters }: { submitters: readonly PaperSubmitter[] }) => (
  <>
    Submitted by{' '}
    {submitters.map(({ name, displayName }, i) => (
      <>
        {i > 0 && (i === submitters.length - 1 ? ' and ' : ', ')}
        {name === null ? 'a deleted account' : <a href={personPath(name)}>{displayName}</a>}
      </>
    ))}
  </>
);
