/** Adding papers, and changing their links, as in the Hub's API. */
import type { Account } from '../../community/accounts.ts';
import { WebError } from '../../http/errors.ts';
import type { Reply } from '../../http/replies.ts';
import { parseIdentifier } from '../../papers/identifiers.ts';
import { normalizeLink } from '../../papers/links.ts';
import type { Link, LinkKind, Paper } from '../../papers/types.ts';
import { lookUpFor, sayLookUp } from '../../present/submitting.ts';
import { findPaper } from '../find.ts';
import { type ApiAsk, json } from '../route.ts';
import { writes } from '../writing.ts';

/** Whether somebody may change what readers of this site added to a paper: its submitter, an author, a moderator. */
async function mayChange({ web }: ApiAsk, { id, role, state }: Account, paper: Paper): Promise<boolean> {
  if (state !== 'active') return false;
  return role !== 'member' || web.submissions.mayEdit(id, paper.pk);
}

async function index(ask: ApiAsk, account: Account, body: Record<string, unknown>): Promise<Reply> {
  const { submissions, topics } = ask.web;
  const { arxivId } = body;
  const identifier =
    typeof arxivId === 'string' && /^\d{4}\.\d{4,5}$/.test(arxivId)
      ? parseIdentifier(arxivId, 'arxiv')
      : null;
  if (identifier === null)
    throw new WebError(400, 'The field "arxivId" must be an arXiv identifier such as 2504.15921.', {
      parameter: 'arxivId',
    });
  const known = await ask.library.paper(identifier.value);
  if (known && !(await mayChange(ask, account, known)))
    throw new WebError(
      403,
      'This paper is already here: only its authors, its submitter and moderators can index it again.',
    );
  if (!known) await submissions.check(account.id);
  const found = await lookUpFor(ask, account.id, identifier);
  if (found.state === 'unknown')
    throw new WebError(404, sayLookUp(found, identifier), {}, { 'x-error-code': 'PaperNotFound' });
  if (found.state !== 'found')
    throw new WebError(503, sayLookUp(found, identifier), {}, { 'retry-after': '60' });
  const { record } = found;
  if (known) await submissions.refresh(record);
  else await submissions.submit({ account: account.id, record, links: [], lists: false, mayBeHere: false });
  await topics.caughtUp();
  return json({});
}

/** With a token of the scope `submit`: `{"arxivId": "…"}`. It enters the edition of its own day, by the site's rules. */
export const INDEX = writes('/api/papers/index', 'Adds a paper from arXiv.', {
  scope: 'submit',
  status: 200,
  handle: index,
});

const FIELDS = { projectPage: 'project', githubRepo: 'code' } as const satisfies Record<string, LinkKind>;

async function links(ask: ApiAsk, account: Account, body: Record<string, unknown>): Promise<Reply> {
  const { submissions, topics } = ask.web;
  const wanted: { code?: Link | null; project?: Link | null } = {};
  for (const [field, kind] of Object.entries(FIELDS) as [keyof typeof FIELDS, 'code' | 'project'][]) {
    const value = body[field];
    if (value === undefined) continue;
    const link = typeof value === 'string' ? normalizeLink(value, kind) : null;
    const isRepository = kind === 'project' || (link && new URL(link.url).hostname === 'github.com');
    if (value !== null && (link === null || !isRepository))
      throw new WebError(
        400,
        `The field "${field}" must be the address of a ${kind === 'code' ? 'GitHub repository' : 'web page'}, or null.`,
        { parameter: field },
      );
    wanted[kind] = link;
  }
  if (body.organizationId !== undefined && body.organizationId !== null)
    throw new WebError(400, 'Organisations cannot be set by their Hub id here.', {
      parameter: 'organizationId',
    });
  const paper = await findPaper(ask.library, ask.path.id!);
  if (!(await mayChange(ask, account, paper)))
    throw new WebError(
      403,
      'Only its authors, its submitter and moderators can change the links of a paper.',
    );
  await ask.web.limits.take(ask, 'edits', String(account.id), 'You have changed a lot in a short time.');
  await submissions.setLinks(paper.pk, wanted);
  await topics.caughtUp();
  return json({});
}

/** With a token of the scope `submit`: `{"projectPage": …, "githubRepo": …}`; null removes a link. */
export const LINKS = writes('/api/papers/:id{.+}/links', 'Changes the links of a paper.', {
  scope: 'submit',
  status: 200,
  handle: links,
});
