/** `/u/:name`: what somebody has written here and, unless they keep it to themselves, what they have voted for. */
import type { Placed } from '../../community/discussions.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { papersBy, personNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import type { Claim } from '../../papers/authorship.ts';
import type { Paper } from '../../papers/types.ts';
import { count, dayIn, sayDay } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath, personPath, publicCollectionPath } from '../../present/urls.ts';
import { Follow } from '../parts/follow.tsx';
import { BADGES, Thread } from '../parts/letters.tsx';
import { TitleLink, Titles } from '../parts/titles.tsx';
import { ownPage } from './own-page.tsx';

/** Comments and votes on the page, the newest. */
const MOST = 50;

export async function personPage(ask: Ask, name: string): Promise<Reply> {
  const account = await personNamed(ask, name);
  if (account.name !== name) return redirect(personPath(account.name), 301);
  const { people, discussions, personal } = ask.web;
  const { timezone } = ask.web.site;
  const [organisations, claims, written, submitted, voted, collections] = await Promise.all([
    ask.web.organisations.of(account.id),
    ask.web.authorship.by(account.id),
    discussions.by(account.id, MOST),
    people.submittedBy(account.id, MOST),
    account.showsVotes ? people.votesBy(account.id, MOST) : null,
    personal.collections(account.id),
  ]);
  const papers = await papersBy(ask, [
    ...written.map(({ paper }) => paper),
    ...submitted,
    ...(voted ?? []),
    ...claims.map(({ paper }) => paper),
  ]);
  const lists = account.state === 'active' ? collections.filter(({ isPublic }) => isPublic) : [];
  const isOwn = ask.reader?.id === account.id;
  return ownPage(ask, {
    title: account.displayName,
    kicker: account.role === 'member' ? 'Reader' : BADGES[account.role],
    children: (
      <>
        <div class="small-print about-person">
          {account.name}, here since {sayDay(dayIn(account.createdAt, timezone))}
          {isOwn ? (
            <>
              {' '}
              · <a href="/settings">Settings</a>
            </>
          ) : (
            <>
              {' '}
              · <Follow kind="person" subject={account.name} path={personPath(account.name)} />
            </>
          )}
          {!isOwn && ask.reader?.state === 'active' && ask.reader.role !== 'member' && (
            <>
              {' '}
              · <a href={`/moderation/people/${encodeURIComponent(account.name)}`}>Moderate</a>
            </>
          )}
        </div>
        {organisations.length > 0 && (
          <p>
            Member of{' '}
            {organisations.map(({ name: org, displayName }, i) => (
              <>
                {i > 0 && ', '}
                <a href={`/orgs/${org}`}>{displayName}</a>
              </>
            ))}
          </p>
        )}
        <Claims claims={claims.filter(({ state }) => state === 'granted' || isOwn)} papers={papers} />
        <section class="letters" aria-labelledby="written">
          <h2 id="written">Comments</h2>
          {written.length === 0 ? (
            <p class="none-yet">None yet.</p>
          ) : (
            <Written written={written} papers={papers} timezone={timezone} />
          )}
          <p class="small-print">
            <a href={`${personPath(account.name)}/feed.atom`} rel="nofollow">
              Feed of these comments
            </a>
          </p>
        </section>
        {lists.length > 0 && (
          <section aria-labelledby="lists">
            <h2 id="lists">Lists</h2>
            <ul>
              {lists.map(({ id, name: title, papers: size }) => (
                <li>
                  <a href={publicCollectionPath(account.name, id)}>{title}</a>, {count(size, 'paper')}
                </li>
              ))}
            </ul>
          </section>
        )}
        {submitted.length > 0 && (
          <section aria-labelledby="submitted">
            <h2 id="submitted">Submitted</h2>
            <Titles keys={submitted} papers={papers} />
          </section>
        )}
        {voted !== null && (
          <section aria-labelledby="voted">
            <h2 id="voted">Voted for</h2>
            {voted.length === 0 ? (
              <p class="none-yet">Nothing yet.</p>
            ) : (
              <Titles keys={voted} papers={papers} />
            )}
          </section>
        )}
      </>
    ),
  });
}

/** Papers of which they are an author; to themselves, also what has not been granted. */
const Claims = ({ claims, papers }: { claims: Claim[]; papers: Map<number, Paper> }) =>
  claims.length === 0 ? null : (
    <section aria-labelledby="own-papers">
      <h2 id="own-papers">Papers</h2>
      <ul>
        {claims.map(({ paper: key, state }) => {
          const paper = papers.get(key);
          return (
            paper && (
              <li>
                <TitleLink paper={paper} />
                {state !== 'granted' && (
                  <span class="small-print">
                    {' '}
                    ({state === 'asked' ? 'claimed, not decided yet' : 'claim refused'})
                  </span>
                )}
              </li>
            )
          );
        })}
      </ul>
    </section>
  );

interface WrittenProps {
  written: Placed[];
  papers: Map<number, Paper>;
  timezone: string;
}

/** Comments under the papers they are on. */
const Written = ({ written, papers, timezone }: WrittenProps) => {
  const runs: { paper: number; letters: Placed[] }[] = [];
  for (const placed of written) {
    const last = runs.at(-1);
    if (last?.paper === placed.paper) last.letters.push(placed);
    else runs.push({ paper: placed.paper, letters: [placed] });
  }
  return (
    <>
      {runs.map(({ paper: key, letters }) => {
        const paper = papers.get(key);
        return (
          <>
            {paper && (
              <p class="on">
                On{' '}
                <a href={`${paperPath(paper)}#letters`}>
                  <Tex text={paper.title} />
                </a>
              </p>
            )}
            <Thread letters={letters.map(({ letter }) => letter)} timezone={timezone} />
          </>
        );
      })}
    </>
  );
};

/** POST `/settings/votes`: whether others see what one votes for (`shows`: 1 or 0). */
export async function showVotes(ask: Ask, form: Form): Promise<Reply> {
  const shows = form.fields.get('shows');
  if (shows !== '1' && shows !== '0')
    throw new WebError(400, 'The value must be 1, or 0 to hide your votes.');
  await ask.web.people.showVotes(ask.reader!.id, shows === '1');
  return redirect('/settings', 303);
}
