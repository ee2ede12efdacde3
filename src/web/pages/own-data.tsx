/** A reader's data: all of it as a file, and the end of the account. */
import { AccountError } from '../../community/accounts.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, text } from '../../http/replies.ts';
import { sessionCookie } from '../../http/session-cookie.ts';
import { cutSlots, withSlots } from '../../http/slots.ts';
import { AgainFirst, mustSignInAgain, requireRecent } from './again.tsx';
import { ownPage } from './own-page.tsx';

/** On the page of settings. */
export const OwnData = () => (
  <section aria-labelledby="data">
    <h2 id="data">Your data</h2>
    <p>
      <a href="/settings/data.json" download>
        Export all my data
      </a>{' '}
      as JSON: everything this site holds about your account.
    </p>
    <p>
      <a href="/settings/delete">Delete my account</a>
    </p>
  </section>
);

/** `/settings/data.json`. */
export async function ownDataFile(ask: Ask): Promise<Reply> {
  const { id, name } = ask.reader!;
  const data = await ask.web.personal.export(id);
  const about = { site: ask.web.site.name, exportedAt: new Date(ask.web.now()).toISOString() };
  return {
    ...text(JSON.stringify({ ...about, ...data }, null, 2), 'application/json; charset=utf-8', {
      'content-disposition': `attachment; filename="${name.replace(/[^a-z0-9-]/g, '')}.json"`,
      'cache-control': 'no-store',
    }),
    keep: false,
  };
}

/** `/settings/delete`. */
export async function deletePage(ask: Ask): Promise<Reply> {
  const isAskedAgain = await mustSignInAgain(ask);
  return ownPage(ask, {
    title: 'Delete my account',
    kicker: 'Settings',
    section: 'settings',
    children: (
      <>
        <p>
          Your name, address, votes, reactions, lists, notes, follows, notifications and tokens are deleted,
          and you are signed out everywhere. This cannot be undone; you may want to{' '}
          <a href="/settings/data.json" download>
            export your data
          </a>{' '}
          first.
        </p>
        {isAskedAgain ? (
          <AgainFirst what="to delete your account" next="/settings/delete" />
        ) : (
          <form method="post" action="/settings/delete" class="stacked delete-account">
            <fieldset>
              <legend>What should happen to your comments?</legend>
              <label>
                <input type="radio" name="comments" value="keep" checked autocomplete="off" /> Keep them,
                without your name
              </label>
              <label>
                <input type="radio" name="comments" value="delete" autocomplete="off" /> They are deleted as
                well
              </label>
            </fieldset>
            <label>
              <span>
                Type <b>{ask.reader!.name}</b> to confirm
              </span>
              <input type="text" name="name" required autocomplete="off" autocapitalize="none" />
            </label>
            <button type="submit">Delete my account</button>
          </form>
        )}
      </>
    ),
  });
}

/** POST `/settings/delete`: `name` confirms it; `comments` is `keep` or `delete`. */
export async function deleteOwnAccount(ask: Ask, form: Form): Promise<Reply> {
  await requireRecent(ask, '/settings/delete');
  const { id, name } = ask.reader!;
  const comments = form.fields.get('comments');
  if (comments !== 'keep' && comments !== 'delete')
    throw new WebError(400, 'Choose what should happen to your comments.');
  if (form.fields.get('name')?.trim().toLowerCase() !== name)
    throw new WebError(400, `Nothing was deleted: type ${name} to confirm.`, {
      links: [{ href: '/settings/delete', text: 'Try again' }],
    });
  try {
    await ask.web.people.deleteAccount(id, comments);
  } catch (error) {
    if (error instanceof AccountError) throw new WebError(400, error.message);
    throw error;
  }
  // As signed-out readers see it, including its slots.
  const page = await ownPage(
    { ...ask, reader: null },
    {
      title: 'Your account is deleted',
      kicker: 'Goodbye',
      children: (
        <p>
          <a href="/">The newest edition</a>
        </p>
      ),
    },
  );
  const body = withSlots(cutSlots(String(page.body)), new Map());
  return { ...page, body, headers: { ...page.headers, 'set-cookie': sessionCookie(null, ask.web.isSecure) } };
}
