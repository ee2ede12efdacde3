/** `POST /api/settings/papers/claim`: claims an author of a paper, as on its page. */
import { ModerationRefused } from '../../community/log.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper } from '../find.ts';
import { json } from '../route.ts';
import { writes } from '../writing.ts';
import { authorKeys, hubKey } from './ids.ts';

export const CLAIM = writes('/api/settings/papers/claim', 'Claims to be an author of a paper.', {
  scope: 'submit',
  async handle(ask, account, { paperId, claimAuthorId, targetUserId }) {
    if (typeof paperId !== 'string' || typeof claimAuthorId !== 'string')
      throw new WebError(400, '"paperId" and "claimAuthorId" must be strings.');
    if (targetUserId !== undefined && targetUserId !== hubKey('user', account.name))
      throw new WebError(403, 'A token can claim papers only for its own account.');
    const paper = await findPaper(ask.library, paperId);
    const author = paper.authors[authorKeys(paper.id, paper.authors).indexOf(claimAuthorId)];
    if (author === undefined) throw new WebError(400, 'This paper has no author with that key.');
    try {
      const { authorship, now } = ask.web;
      await authorship.claim({ paper: paper.pk, account: account.id, author, evidence: '', at: now() });
    } catch (error) {
      if (error instanceof ModerationRefused) throw new WebError(error.status, error.message);
      throw error;
    }
    await ask.web.topics.caughtUp();
    return json({ ok: true, claimedPaperId: paperId });
  },
});
