/** One's own account. */
import type { Ask } from '../../http/context.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { dayIn, sayDay } from '../../present/dates.ts';
import { personPath } from '../../present/urls.ts';
import { BADGES } from '../parts/letters.tsx';
import { AgainFirst, mustSignInAgain } from './again.tsx';
import { OwnData } from './own-data.tsx';
import { ownPage } from './own-page.tsx';
import { WaysIn, waysInOf } from './ways-in.tsx';

/** `/settings`. */
export async function settingsPage(ask: Ask): Promise<Reply> {
  const reader = ask.reader!;
  const { people, site } = ask.web;
  const dayOf = (time: number): string => sayDay(dayIn(time, site.timezone));
  const [account, sessions, ways, isAskedAgain] = await Promise.all([
    people.account(reader.name),
    people.sessions(reader.id),
    waysInOf(ask),
    mustSignInAgain(ask),
  ]);
  return ownPage(ask, {
    title: reader.displayName,
    kicker: 'Settings',
    section: 'settings',
    children: (
      <>
        <p>
          Signed in as <b>{reader.name}</b>
          {account?.email && <> ({account.email})</>}
          {reader.role !== 'member' && <>, {BADGES[reader.role]} of this site</>}.
        </p>
        <p>
          <a href={personPath(reader.name)}>Your page</a> has your comments
          {account?.showsVotes ? ' and your votes' : ''}.
        </p>
        <p>
          <a href="/notifications#choices">Notification settings</a>, for this site and for email.
        </p>
        <p>
          <a href="/subscriptions">Your subscriptions</a>: papers by email, on the days and at the hour you
          choose.
        </p>
        <p>
          <a href="/settings/tokens">Access tokens</a> let your programs submit, vote and comment.
        </p>
        <p>
          <a href="/orgs">Organisations</a> that readers belong to: join one, or create one.
        </p>
        {reader.role !== 'member' && reader.state === 'active' && (
          <p>
            <a href="/moderation">Moderation</a>: what readers have flagged, and what you can do about it.
          </p>
        )}
        <form method="post" action="/settings/votes">
          <input type="hidden" name="shows" value={account?.showsVotes ? '0' : '1'} />
          <button type="submit">
            {account?.showsVotes ? 'Hide my votes from others' : 'Show my votes on my page'}
          </button>
        </form>
        {reader.role === 'admin' && (
          <section aria-labelledby="administration">
            <h2 id="administration">Running this site</h2>
            {ask.web.setup && (
              <p>
                <a href="/admin/setup">Site settings</a>: its name, what it fetches, who may join, and mail.
              </p>
            )}
            <p>
              <a href="/admin">Source controls</a>: pause, run and backfill sources, and retry rejected
              records.
            </p>
            <p>
              <a href="/admin/people">Invitations and links</a>: let people in, or back in. Everything else
              about accounts is done on the command line, with <code>npx broadsheet user</code>.
            </p>
            <p>
              <a href="/admin/digest">Digest</a>: what has been sent by email, what failed, and a button to
              pause it.
            </p>
            <p>
              <a href="/admin/channels">Channels</a>: post issues to chats, social networks and programs.
            </p>
          </section>
        )}
        <WaysIn
          ask={ask}
          ways={ways}
          first={
            isAskedAgain ? <AgainFirst what="to change how you sign in" next="/settings#ways-in" /> : null
          }
        />
        <section aria-labelledby="sessions">
          <h2 id="sessions">Where you are signed in</h2>
          <ul class="sessions">
            {sessions.map(({ id, browser, createdAt, seenAt }) => (
              <li>
                <form method="post" action="/settings/sessions">
                  <input type="hidden" name="session" value={id} />
                  <b>{browserName(browser)}</b>
                  {id === reader.session && ' (this browser)'}, since {dayOf(createdAt)}, last used{' '}
                  {dayOf(seenAt)} <button type="submit">Sign out</button>
                </form>
              </li>
            ))}
          </ul>
          <form method="post" action="/settings/sessions">
            <button type="submit">Sign out everywhere</button>
          </form>
        </section>
        <OwnData />
      </>
    ),
  });
}

/** POST `/settings/sessions`: ends one session, or without `session` all. */
export async function endSession(ask: Ask, form: Form): Promise<Reply> {
  const { id, session } = ask.reader!;
  const named = form.fields.get('session')?.slice(0, 100);
  await ask.web.people.signOut(id, named);
  ask.web.heard?.('signed out', { account: id, everywhere: named === undefined });
  return redirect(named === undefined || named === session ? '/' : '/settings', 303);
}

/** A browser's name as its owner knows it, from what it calls itself. */
function browserName(agent: string): string {
  const name = /Edg\//.test(agent)
    ? 'Edge'
    : /OPR\//.test(agent)
      ? 'Opera'
      : (/(Firefox|Chrome|Safari)\//.exec(agent)?.[1] ?? null);
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0]?.replace('Mac OS X', 'macOS');
  if (!name) return agent.slice(0, 60) || 'An unknown browser';
  return system ? `${name} on ${system}` : name;
}
