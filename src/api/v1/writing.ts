/** What programs can change with an access token: votes, and papers submitted. */
import type { Account } from '../../community/accounts.ts';
import { cleanComment } from '../../community/discussions.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper as paperWithId } from '../../http/find.ts';
import { publicNetwork } from '../../http/proxies.ts';
import { formatIdentifier } from '../../papers/identifiers.ts';
import { recognise } from '../../papers/recognise.ts';
import type { Link, Paper, PaperRecord } from '../../papers/types.ts';
import { knownAs, linksOf, lookUpFor, recordOf, sayLookUp } from '../../present/submitting.ts';
import { paperPath } from '../../present/urls.ts';
import { findPaper } from '../find.ts';
import type { ApiAsk } from '../route.ts';
import { writing } from './endpoint.ts';
import { SUBMISSION, SUBMITTED, VOTE, VOTED } from './shapes.ts';

const CAST = writing({
  name: 'vote',
  group: 'Papers',
  path: '/papers/:id{.+}/vote',
  says: 'Casts a vote for a paper, or withdraws it.',
  more: 'One person, one vote: casting it again changes nothing.',
  parts: { id: { says: 'Any id it has.', example: ({ id }) => id } },
  scope: 'vote',
  body: VOTE,
  answer: VOTED,
  errors: { 404: 'No paper here has that id.' },
  async handle(ask, account, { vote }) {
    const { web, library, path } = ask;
    await web.limits.take(ask, 'votes', String(account.id), 'Too many votes in a short time.');
    const paper = await findPaper(library, path.id!);
    await web.people.vote(paper.pk, account.id, vote, publicNetwork(ask.from));
    const total = (await library.totals([paper.pk])).get(paper.pk);
    return { id: paper.id, voted: vote, votes: total?.upvotes ?? 0 };
  },
});

/** A body as it is declared. */
type Sent = ReturnType<typeof SUBMISSION.parse>;

const answerOf = ({ base }: ApiAsk, paper: Paper, isNew: boolean) => ({
  id: paper.id,
  url: base + paperPath(paper),
  isNew,
  listed: paper.listed,
});

const SUBMIT = writing({
  name: 'submit',
  group: 'Papers',
  path: '/papers',
  says: 'Submits a paper to today’s edition.',
  more:
    'By its identifier, which is looked up at the service it belongs to, or by title and authors. A paper that is ' +
    'already here is returned unchanged unless `relist` is true, so requests can be repeated.',
  scope: 'submit',
  body: SUBMISSION,
  answer: SUBMITTED,
  errors: {
    404: 'The service does not know the identifier; send title and authors instead.',
    503: 'The service did not answer, or this site is offline.',
  },
  async handle(ask, account, sent, scopes) {
    const { web, library } = ask;
    const { links, wrong } = linksOf((field) => sent[field]);
    if (wrong !== undefined) throw new WebError(400, wrong);
    const text = cleanComment(sent.comment ?? '');
    if (text !== '' && !scopes.includes('comment'))
      throw new WebError(403, 'This access token does not have the scope "comment".');
    const record = await recordFrom(ask, account, sent);
    const known = await knownAs(library, record);
    if (known && !(sent.relist === true && (await web.submissions.canList(known.pk))))
      return answerOf(ask, known, false);
    return store(ask, account, { record, links, text, relist: sent.relist === true });
  },
});

/** The record of what is here, of what its service says, or of what was sent. */
async function recordFrom(ask: ApiAsk, account: Account, sent: Sent): Promise<PaperRecord> {
  const { web, library } = ask;
  const id = sent.id?.trim() ?? '';
  const identifier = id === '' ? null : recognise(id);
  if (id !== '' && identifier === null)
    throw new WebError(400, 'The field "id" is not an identifier or address that this site knows.', {
      parameter: 'id',
    });
  const known = identifier && (await paperWithId(library, formatIdentifier(identifier)));
  if (known) return { source: 'submitted', identifiers: known.identifiers, title: known.title };
  await web.submissions.check(account.id);
  if (sent.title === undefined) {
    if (identifier === null)
      throw new WebError(400, 'Give an "id", or "title" and "authors".', {
        parameter: 'id',
      });
    const found = await lookUpFor(ask, account.id, identifier);
    if (found.state === 'found') return found.record;
    throw found.state === 'unknown'
      ? new WebError(404, sayLookUp(found, identifier), {}, { 'x-error-code': 'PaperNotFound' })
      : new WebError(503, sayLookUp(found, identifier), {}, { 'retry-after': '60' });
  }
  const { title, authors = [], abstract = '', published = '', url = '' } = sent;
  const made = recordOf({
    id,
    title: title.trim(),
    authors: authors.join('\n'),
    abstract: cleanComment(abstract),
    published: published.trim(),
    url: url.trim(),
  });
  if ('wrong' in made) throw new WebError(400, made.wrong);
  return made.record;
}

async function store(
  ask: ApiAsk,
  account: Account,
  { record, links, text, relist }: { record: PaperRecord; links: Link[]; text: string; relist: boolean },
) {
  const { submissions, discussions, topics } = ask.web;
  const comment = text === '' ? null : { text, html: await discussions.preview(text, account.id) };
  const done = await submissions.submit({
    account: account.id,
    record,
    links,
    comment,
    lists: true,
    mayBeHere: relist,
  });
  await topics.caughtUp();
  const [paper] = await ask.library.papers([done.paper]);
  if (!paper) throw new WebError(404, 'This paper is no longer here.');
  return answerOf(ask, paper, done.kind === 'submitted');
}

export const WRITING_ENDPOINTS = [CAST, SUBMIT];
