/** Claims of authorship: where readers claim a paper, and what its authors can do. */
import { LONGEST_REASON } from '../../community/log.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { paperNamed, papersBy } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { type Claim, LONGEST_EVIDENCE } from '../../papers/authorship.ts';
import { authorSlug } from '../../papers/slug.ts';
import type { Paper } from '../../papers/types.ts';
import { dayIn, sayDay } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath, personPath } from '../../present/urls.ts';
import { asWebError } from './moderation-errors.ts';
import { ownPage } from './own-page.tsx';

/** Names to choose from. */
const MOST_NAMES = 500;

/** The author's name as printed on the paper. */
const printed = (paper: Paper, author: string): string =>
  paper.authors.find((name) => authorSlug(name) === author) ?? author;

/** `/papers/:id/claim`. */
export async function claimPage(ask: Ask, id: string): Promise<Reply> {
  const paper = await paperNamed(ask, id);
  const { authorship } = ask.web;
  const claims = await authorship.on(paper.pk);
  const own = claims.find(({ account }) => account === ask.reader!.id);
  return ownPage(ask, {
    title: own?.state === 'granted' ? 'Your paper' : 'Are you an author?',
    kicker: 'Authorship',
    children: (
      <>
        <p>
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>
        </p>
        {own === undefined ? (
          <ClaimForm paper={paper} taken={claims.filter(({ state }) => state === 'granted')} />
        ) : own.state === 'asked' ? (
          <p>
            You have claimed to be <b>{printed(paper, own.author)}</b> on{' '}
            {sayDay(dayIn(own.at, ask.web.site.timezone))}. A moderator will decide.
          </p>
        ) : (
          <AuthorTools paper={paper} own={own} discussion={await ask.library.discussion(paper, 0)} />
        )}
      </>
    ),
  });
}

const ClaimForm = ({ paper, taken }: { paper: Paper; taken: Claim[] }) => {
  const isTaken = new Set(taken.map(({ author }) => author));
  return (
    <form method="post" action={`${paperPath(paper)}/claim`} class="act">
      <input type="hidden" name="do" value="claim" />
      <label for="author">You are</label>
      <select id="author" name="author" required>
        <option value="">Choose your name</option>
        {paper.authors.slice(0, MOST_NAMES).map((name) => (
          <option value={name}>
            {name}
            {isTaken.has(authorSlug(name)) && ' (claimed by somebody already)'}
          </option>
        ))}
      </select>
      <label for="evidence">How can a moderator check this?</label>
      <textarea
        id="evidence"
        name="evidence"
        rows={4}
        maxlength={LONGEST_EVIDENCE}
        aria-describedby="evidence-help"
      />
      <p class="small-print" id="evidence-help">
        For example, a page at your institution that names your account here. If the paper’s records give the
        email address you signed in with next to this name, you can leave this empty.
      </p>
      <p class="buttons">
        <button type="submit">Claim</button>
      </p>
    </form>
  );
};

interface ToolsProps {
  paper: Paper;
  own: Claim;
  discussion: Awaited<ReturnType<Ask['library']['discussion']>>;
}

const AuthorTools = ({ paper, own, discussion }: ToolsProps) => {
  const action = `${paperPath(paper)}/claim`;
  const threads = discussion.letters.filter(({ parent, state }) => parent === null && state === 'shown');
  return (
    <>
      <p>
        You are acting as its author, <b>{printed(paper, own.author)}</b>.
      </p>
      <h2>Links</h2>
      <form method="post" action={action} class="act">
        <label for="links">Code, project page, media: one address per line</label>
        <textarea id="links" name="links" rows={4}>
          {`\n${paper.links.map(({ url }) => url).join('\n')}`}
        </textarea>
        <p class="buttons">
          <button type="submit" name="do" value="links">
            Save
          </button>
        </p>
        <p class="small-print">
          This is noted in the <a href="/moderation/log">public log</a>.
        </p>
      </form>
      {paper.summary !== null && (
        <>
          <h2>Summary</h2>
          <p>
            <Tex text={paper.summary} />
          </p>
          <form method="post" action={action} class="act">
            <p class="buttons">
              {discussion.summaryBy === null ? (
                <button type="submit" name="do" value="own-summary">
                  I stand by this summary
                </button>
              ) : (
                <button type="submit" name="do" value="disown-summary">
                  I no longer stand by it
                </button>
              )}
            </p>
          </form>
        </>
      )}
      <h2>Pinned comment</h2>
      {threads.length === 0 ? (
        <p class="none-yet">There are no comments yet.</p>
      ) : (
        <form method="post" action={action} class="act">
          <label for="comment">Comment</label>
          <select id="comment" name="comment">
            <option value="">None</option>
            {threads.map(({ id, writer, text, isPinned }) => (
              <option value={id} selected={isPinned}>
                {writer?.displayName ?? 'Deleted account'}: {[...text].slice(0, 60).join('')}
              </option>
            ))}
          </select>
          <p class="buttons">
            <button type="submit" name="do" value="pin">
              Pin
            </button>
          </p>
        </form>
      )}
    </>
  );
};

/** POST `/papers/:id/claim`: claims it, or does what an author can do. */
export async function actOnPaper(ask: Ask, id: string, form: Form): Promise<Reply> {
  const { authorship, limits } = ask.web;
  await limits.take(ask, 'edits', String(ask.reader!.id), 'You have changed a lot in a short time.');
  const { pk: paper, ...found } = await paperNamed(ask, id);
  const given = { paper, account: ask.reader!.id, at: ask.web.now() };
  const field = (name: string): string => form.fields.get(name) ?? '';
  try {
    switch (field('do')) {
      case 'claim':
        await authorship.claim({ ...given, author: field('author'), evidence: field('evidence').trim() });
        break;
      case 'links':
        await authorship.link({ ...given, links: field('links').split(/\s+/).filter(Boolean) });
        break;
      case 'own-summary':
      case 'disown-summary':
        await authorship.summary({ ...given, isOwn: field('do') === 'own-summary' });
        break;
      case 'pin':
        await authorship.pin({ ...given, comment: field('comment').slice(0, 100) || null });
        break;
      default:
        throw new WebError(400, 'There is no such action.');
    }
  } catch (error) {
    throw asWebError(error);
  }
  await ask.web.topics.caughtUp();
  return redirect(`${paperPath(found)}/claim`, 303);
}

/** Claims on the page. */
const MOST = 50;

/** `/moderation/claims`. */
export async function claimsPage(ask: Ask): Promise<Reply> {
  const { authorship, site } = ask.web;
  const claims = await authorship.asked(MOST);
  const [papers, people, taken] = await Promise.all([
    papersBy(
      ask,
      claims.map(({ paper }) => paper),
    ),
    authorship.names(claims.map(({ account }) => account)),
    Promise.all(claims.map(({ paper }) => authorship.on(paper))),
  ]);
  return ownPage(ask, {
    title: 'Claims of authorship',
    kicker: <a href="/moderation">Moderation</a>,
    children:
      claims.length === 0 ? (
        <p class="none-yet">No claims are waiting.</p>
      ) : (
        <ol class="cases">
          {claims.map((claim, i) => {
            const paper = papers.get(claim.paper);
            const who = people.get(claim.account);
            const isTaken = taken[i]!.some(
              ({ author, state }) => author === claim.author && state === 'granted',
            );
            return (
              <li>
                <p>
                  {who && <a href={personPath(who.name)}>{who.displayName}</a>} claims to be{' '}
                  <b>{paper ? printed(paper, claim.author) : claim.author}</b> of{' '}
                  {paper && (
                    <a href={paperPath(paper)}>
                      <Tex text={paper.title} />
                    </a>
                  )}
                  , {sayDay(dayIn(claim.at, site.timezone))}
                </p>
                {isTaken && <p class="notice">Somebody else has already been confirmed as this author.</p>}
                <p class="reason">{claim.evidence === '' ? 'No evidence was given.' : claim.evidence}</p>
                <form method="post" action="/moderation" class="act">
                  <input type="hidden" name="claim" value={claim.id} />
                  <input type="hidden" name="next" value="/moderation/claims" />
                  <label for={`why-${claim.id}`}>Reason, for the public log</label>
                  <input
                    id={`why-${claim.id}`}
                    name="why"
                    required
                    maxlength={LONGEST_REASON}
                    autocomplete="off"
                  />
                  <p class="buttons">
                    <button type="submit" name="do" value="grant">
                      Grant
                    </button>
                    <button type="submit" name="do" value="refuse">
                      Refuse
                    </button>
                  </p>
                </form>
              </li>
            );
          })}
        </ol>
      ),
  });
}
