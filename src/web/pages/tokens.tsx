/** `/settings/tokens`: what lets programs act for a reader. */
import { AccountError } from '../../community/accounts.ts';
import { SCOPES, type Scope } from '../../community/tokens.ts';
import { cleanText } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { dayIn, sayDay } from '../../present/dates.ts';
import { AgainFirst, mustSignInAgain, requireRecent } from './again.tsx';
import { ownPage } from './own-page.tsx';

/** What a token of each scope can do, in words. */
const SAYS: Record<Scope, string> = {
  read: 'read your lists',
  vote: 'vote',
  save: 'save papers',
  follow: 'follow',
  comment: 'write comments',
  submit: 'submit papers, and change their links',
};

interface Shown {
  /** A token that has just been made. */
  made?: string;
  wrong?: string;
  /** What was chosen, if something is wrong with it. */
  name?: string;
  scopes?: Scope[];
}

/** What has been made or went wrong, the tokens there are, and where another is made. */
export async function tokensPage(ask: Ask, { made, wrong, name = '', scopes = [] }: Shown = {}) {
  const { people, site } = ask.web;
  const [tokens, isAskedAgain] = await Promise.all([people.tokens(ask.reader!.id), mustSignInAgain(ask)]);
  const dayOf = (time: number): string => sayDay(dayIn(time, site.timezone));
  return ownPage(ask, {
    title: 'Access tokens',
    kicker: 'Settings',
    section: 'settings',
    children: (
      <>
        {made && (
          <div class="notice strong" role="status">
            <p>Your new token. Copy it now: it will not be shown again.</p>
            <p class="secret">
              <code id="new-token">{made}</code>{' '}
              <button type="button" data-copy="new-token" class="quiet">
                Copy
              </button>
            </p>
          </div>
        )}
        {wrong && (
          <p class="notice strong" role="alert">
            {wrong}
          </p>
        )}
        <p>
          A token lets a program act for you through the <a href="/api">API</a>, within the scopes you choose.
        </p>
        {tokens.length > 0 && (
          <ul class="sessions" aria-label="Your tokens">
            {tokens.map((token) => (
              <li>
                <form method="post" action="/settings/tokens">
                  <input type="hidden" name="token" value={token.id} />
                  <b>{token.name}</b>: {[...token.scopes].sort().join(', ')}; made {dayOf(token.createdAt)},{' '}
                  {token.usedAt === null ? 'never used' : `last used ${dayOf(token.usedAt)}`}{' '}
                  <button type="submit">
                    Revoke<span class="vh"> {token.name}</span>
                  </button>
                </form>
              </li>
            ))}
          </ul>
        )}
        <h2>New token</h2>
        {isAskedAgain ? (
          <AgainFirst what="to create a token" next="/settings/tokens" />
        ) : (
          <form method="post" action="/settings/tokens" class="stacked">
            <label>
              Name
              <input type="text" name="name" value={name} required maxlength={100} autocomplete="off" />
            </label>
            <fieldset class="scopes">
              <legend>What it may do</legend>
              {SCOPES.map((scope) => (
                <label>
                  <input type="checkbox" name={scope} value="1" checked={scopes.includes(scope)} />{' '}
                  {SAYS[scope]}
                </label>
              ))}
            </fieldset>
            <button type="submit">Create token</button>
          </form>
        )}
      </>
    ),
  });
}

/** POST `/settings/tokens`: revokes `token`, or makes one with `name` and a field for each scope. */
export async function changeTokens(ask: Ask, form: Form): Promise<Reply> {
  const { people } = ask.web;
  const { id } = ask.reader!;
  const revoked = form.fields.get('token');
  if (revoked !== null) {
    if (!(await people.revokeToken(id, cleanText(revoked).slice(0, 100))))
      throw new WebError(404, 'You have no such token.', {
        links: [{ href: '/settings/tokens', text: 'Your tokens' }],
      });
    return redirect('/settings/tokens', 303);
  }
  await requireRecent(ask, '/settings/tokens');
  const name = cleanText(form.fields.get('name')).slice(0, 100) || 'unnamed';
  const scopes = SCOPES.filter((scope) => form.fields.has(scope));
  try {
    return await tokensPage(ask, { made: await people.createToken(id, name, scopes) });
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return { ...(await tokensPage(ask, { wrong: error.message, name, scopes })), status: 400 };
  }
}
