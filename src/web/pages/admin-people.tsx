/** `/admin/people`: inviting people and creating links to pass on, for sites that send no mail. */
import { AccountError, ROLES, type Role } from '../../community/accounts.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import type { Reply } from '../../http/replies.ts';
import { parseEmail } from '../../net/email.ts';
import { ownPage } from './own-page.tsx';

const BACK = { links: [{ href: '/admin/people', text: 'Back' }] };
const NAMES: Record<Role, string> = { member: 'Member', moderator: 'Moderator', admin: 'Administrator' };

/** `/admin/people`. */
export const peoplePage = (ask: Ask): Promise<Reply> =>
  ownPage(ask, {
    title: 'Invitations and links',
    kicker: 'Running this site',
    section: 'settings',
    children: (
      <>
        <section aria-labelledby="invite">
          <h2 id="invite">Invite somebody</h2>
          <p>
            Creates an account and a sign-in link that works once, within a week. You pass it on yourself.
          </p>
          <form method="post" action="/admin/people" class="stacked">
            <input type="hidden" name="act" value="invite" />
            <label>
              Name
              <input type="text" name="name" required maxlength={60} autocomplete="off" />
            </label>
            <label>
              Email address (optional)
              <input type="email" name="email" maxlength={254} autocomplete="off" />
            </label>
            <label>
              Role
              <select name="role">
                {ROLES.map((role) => (
                  <option value={role}>{NAMES[role]}</option>
                ))}
              </select>
            </label>
            <button type="submit">Create account</button>
          </form>
        </section>
        <section aria-labelledby="link">
          <h2 id="link">Let somebody back in</h2>
          <p>
            Creates a sign-in link for somebody who can no longer get into their account. Make sure it is
            really them asking.
          </p>
          <form method="post" action="/admin/people" class="stacked">
            <input type="hidden" name="act" value="link" />
            <label>
              Handle or email address
              <input type="text" name="name" required maxlength={254} autocomplete="off" />
            </label>
            <button type="submit">Create link</button>
          </form>
        </section>
      </>
    ),
  });

/** POST `/admin/people`: `act` is `invite` or `link`. The link is on the page that answers, and nowhere else. */
export async function actOnPeople(ask: Ask, form: Form): Promise<Reply> {
  const { people } = ask.web;
  const [act, name = '', address = '', role] = ['act', 'name', 'email', 'role'].map(
    (field) => form.fields.get(field)?.slice(0, 300) ?? '',
  );
  if (act !== 'invite' && act !== 'link') throw new WebError(400, 'This form is not complete.', BACK);
  const email = address.trim() === '' ? null : parseEmail(address);
  if (address.trim() !== '' && email === null)
    throw new WebError(400, 'This is not a valid email address.', BACK);
  const found = ROLES.find((one) => one === (role || 'member'));
  if (!found) throw new WebError(400, 'There is no such role.', BACK);
  const made = await (act === 'invite'
    ? people.invite({ displayName: name, email, role: found })
    : people.handLink(parseEmail(name) ?? name)
  ).catch((error: unknown) => {
    if (error instanceof AccountError) throw new WebError(400, error.message, BACK);
    throw error;
  });
  if (!made) throw new WebError(404, 'There is no account with this handle or email address.', BACK);
  const link = `${ask.base}/sign-in/${made.secret}`;
  return ownPage(ask, {
    title: `A link for ${made.account.displayName}`,
    kicker: 'Running this site',
    section: 'settings',
    children: (
      <>
        <p>
          It signs <b>{made.account.name}</b> in once, within a week. It will not be shown again: copy it now,
          and pass it on privately.
        </p>
        <p class="secret">
          <code id="sign-in-link">{link}</code>{' '}
          <button type="button" data-copy="sign-in-link" class="quiet">
            Copy
          </button>
        </p>
        <p>
          <a href="/admin/people">Back</a>
        </p>
      </>
    ),
  });
}
