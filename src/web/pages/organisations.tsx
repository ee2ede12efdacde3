/** Organisations of readers: their pages, and what their admins do. */
import { LONGEST_NAME } from '../../community/accounts.ts';
import { type Deed, LONGEST_ABOUT, type Member, type Organisation } from '../../community/organisations.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { papersBy } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { personPath } from '../../present/urls.ts';
import { logoFrom } from '../images.ts';
import { Titles } from '../parts/titles.tsx';
import { asWebError } from './moderation-errors.ts';
import { ownPage } from './own-page.tsx';

/** Organisations, and papers of one, on a page. */
const MOST = 500;
const MOST_PAPERS = 100;

const pathOf = ({ name }: Pick<Organisation, 'name'>): string => `/orgs/${name}`;

/** `/orgs`. */
export async function organisationsPage(ask: Ask): Promise<Reply> {
  const all = await ask.web.organisations.all(MOST);
  return ownPage(ask, {
    title: 'Organisations',
    kicker: 'Readers',
    children: (
      <>
        <p>
          A lab, a company or a reading group. Its page has its members, and the papers that they have claimed
          as theirs.
        </p>
        {all.length === 0 ? (
          <p class="none-yet">There are none yet.</p>
        ) : (
          <ul>
            {all.map((one) => (
              <li>
                <a href={pathOf(one)}>{one.displayName}</a>
              </li>
            ))}
          </ul>
        )}
        {ask.reader && (
          <form method="post" action="/orgs" class="act">
            <label for="name">New organisation (you will be its admin)</label>
            <input id="name" name="name" required maxlength={LONGEST_NAME} autocomplete="organization" />
            <p class="buttons">
              <button type="submit">Create organisation</button>
            </p>
          </form>
        )}
      </>
    ),
  });
}

/** POST `/orgs`. */
export async function makeOrganisation(ask: Ask, form: Form): Promise<Reply> {
  try {
    const displayName = form.fields.get('name') ?? '';
    const made = await ask.web.organisations.create({
      displayName,
      account: ask.reader!.id,
      at: ask.web.now(),
    });
    return redirect(pathOf(made), 303);
  } catch (error) {
    throw asWebError(error);
  }
}

async function organisationNamed(ask: Ask, name: string): Promise<Organisation> {
  const found = name.length <= 100 && !name.includes('\0') ? await ask.web.organisations.find(name) : null;
  if (!found) throw new WebError(404, 'There is no organisation by that name.');
  return found;
}

/** `/orgs/:name`. */
export async function organisationOwnPage(ask: Ask, name: string): Promise<Reply> {
  const { organisations } = ask.web;
  const found = await organisationNamed(ask, name);
  const [members, keys] = await Promise.all([
    organisations.members(found.id),
    organisations.papers(found.id, MOST_PAPERS),
  ]);
  const papers = await papersBy(ask, keys);
  const own = members.find(({ account }) => account === ask.reader?.id);
  const isAdmin = own?.role === 'admin';
  const isOnlyAdmin = isAdmin && members.filter(({ role }) => role === 'admin').length === 1;
  const inside = members.filter(({ role }) => role !== 'asked');
  const asked = members.filter(({ role }) => role === 'asked');
  const action = pathOf(found);
  return ownPage(ask, {
    title: found.displayName,
    kicker: <a href="/orgs">Organisations</a>,
    children: (
      <>
        {found.logo && <img class="logo" src={`/logos/${found.logo}`} alt={`Logo of ${found.displayName}`} />}
        {found.about !== '' && found.about.split('\n\n').map((paragraph) => <p>{paragraph}</p>)}
        {isOnlyAdmin ? (
          <>
            <p class="small-print">You are its only admin. To leave, make another member admin first.</p>
            <Dissolve action={action} />
          </>
        ) : (
          ask.reader && <OwnPart action={action} own={own} />
        )}
        <section aria-labelledby="members">
          <h2 id="members">Members</h2>
          <ul class="cases">
            {inside.map((member) => (
              <li>
                <a href={personPath(member.name)}>{member.displayName}</a>
                {member.role === 'admin' && <span class="badge"> Admin</span>}
                {isAdmin && member !== own && (
                  <Deeds
                    action={action}
                    member={member}
                    deeds={[
                      member.role === 'admin' ? ['demote', 'Remove as admin'] : ['promote', 'Make admin'],
                      ['remove', 'Remove'],
                    ]}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
        {isAdmin && asked.length > 0 && (
          <section aria-labelledby="asked">
            <h2 id="asked">Requests to join</h2>
            <ul class="cases">
              {asked.map((member) => (
                <li>
                  <a href={personPath(member.name)}>{member.displayName}</a>
                  <Deeds
                    action={action}
                    member={member}
                    deeds={[
                      ['accept', 'Accept'],
                      ['remove', 'Decline'],
                    ]}
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
        <section aria-labelledby="papers">
          <h2 id="papers">Papers by members</h2>
          {papers.size === 0 ? (
            <p class="none-yet">None yet. Papers appear here once members claim them.</p>
          ) : (
            <Titles keys={keys} papers={papers} />
          )}
        </section>
        {isAdmin && <Describe action={action} organisation={found} />}
      </>
    ),
  });
}

const Dissolve = ({ action }: { action: string }) => (
  <details>
    <summary>Dissolve this organisation</summary>
    <form method="post" action={action} class="act">
      <label>
        <input type="checkbox" name="sure" value="1" required autocomplete="off" /> Its page and memberships
        are deleted. This cannot be undone.
      </label>
      <p class="buttons">
        <button type="submit" name="do" value="dissolve">
          Dissolve
        </button>
      </p>
    </form>
  </details>
);

const OwnPart = ({ action, own }: { action: string; own: Member | undefined }) => (
  <form method="post" action={action} class="act">
    {own?.role === 'asked' && <p>You have asked to join. An admin will decide.</p>}
    <p class="buttons">
      {own === undefined ? (
        <button type="submit" name="do" value="join">
          Ask to join
        </button>
      ) : (
        <button type="submit" name="do" value="leave" class="quiet">
          {own.role === 'asked' ? 'Withdraw request' : 'Leave'}
        </button>
      )}
    </p>
  </form>
);

const Deeds = ({ action, member, deeds }: { action: string; member: Member; deeds: [string, string][] }) => (
  <form method="post" action={action} class="act">
    <input type="hidden" name="account" value={String(member.account)} />
    <p class="buttons">
      {deeds.map(([deed, says]) => (
        <button type="submit" name="do" value={deed}>
          {says}
          <span class="vh">: {member.displayName}</span>
        </button>
      ))}
    </p>
  </form>
);

const Describe = ({ action, organisation }: { action: string; organisation: Organisation }) => (
  <section aria-labelledby="describe">
    <h2 id="describe">Profile</h2>
    <form method="post" action={action} class="act">
      <label for="about">About</label>
      <textarea id="about" name="about" rows={5} maxlength={LONGEST_ABOUT}>
        {`\n${organisation.about}`}
      </textarea>
      <p class="buttons">
        <button type="submit" name="do" value="describe">
          Save
        </button>
      </p>
    </form>
    <form method="post" action={`${action}/logo`} class="act" enctype="multipart/form-data">
      <label for="logo">Logo: PNG, JPEG, WebP, GIF or AVIF, at most 1 MB</label>
      <input
        id="logo"
        type="file"
        name="logo"
        accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
      />
      <p class="buttons">
        <button type="submit">Upload logo</button>
        {organisation.logo && (
          <button type="submit" name="remove" value="1" class="quiet">
            Remove logo
          </button>
        )}
      </p>
    </form>
  </section>
);

/** POST `/orgs/:name`. */
export async function actOnOrganisation(ask: Ask, name: string, form: Form): Promise<Reply> {
  const found = await organisationNamed(ask, name);
  const { organisations, now } = ask.web;
  const actor = ask.reader!.id;
  const deed = form.fields.get('do') ?? '';
  const account = form.fields.get('account') ?? '';
  try {
    if (deed === 'describe')
      await organisations.describe(found.id, actor, {
        about: form.fields.get('about')?.replaceAll('\r\n', '\n').trim() ?? '',
      });
    else {
      if (deed === 'dissolve' && form.fields.get('sure') !== '1')
        throw new WebError(400, 'Nothing was changed: tick the box to dissolve the organisation.');
      await organisations.act(found.id, deedOf(deed, account), { actor, at: now() });
      if (deed === 'dissolve') return redirect('/orgs', 303);
    }
  } catch (error) {
    throw asWebError(error);
  }
  return redirect(pathOf(found), 303);
}

function deedOf(deed: string, account: string): Deed {
  if (deed === 'join' || deed === 'leave' || deed === 'dissolve') return { do: deed };
  if (deed !== 'accept' && deed !== 'remove' && deed !== 'promote' && deed !== 'demote')
    throw new WebError(400, 'There is no such action.');
  if (!/^\d{1,15}$/.test(account)) throw new WebError(400, 'This is not an account number.');
  return { do: deed, account: Number(account) };
}

/** POST `/orgs/:name/logo`: a picture, in a form with files. */
export async function setLogo(ask: Ask, name: string, form: Form): Promise<Reply> {
  const found = await organisationNamed(ask, name);
  const { organisations } = ask.web;
  const actor = ask.reader!.id;
  const members = await organisations.members(found.id);
  // Only admins have a picture drawn.
  if (!members.some(({ account, role }) => account === actor && role === 'admin'))
    throw new WebError(403, 'Only admins of the organisation can do this.');
  const file = form.files.get('logo');
  const isRemoved = form.fields.get('remove') === '1';
  if (!isRemoved && !file) throw new WebError(400, 'Please choose a picture.');
  if (!isRemoved)
    await ask.web.limits.take(
      ask,
      'pictures',
      String(actor),
      'You have uploaded many pictures in a short time.',
    );
  try {
    await organisations.describe(found.id, actor, { logo: isRemoved ? null : await logoFrom(file!) });
  } catch (error) {
    throw asWebError(error);
  }
  return redirect(pathOf(found), 303);
}

/** `/logos/:digest`: an uploaded picture, redrawn by us. */
export async function logo(ask: Ask, digest: string): Promise<Reply> {
  const png = /^[\w-]{32}$/.test(digest) ? await ask.web.organisations.logo(digest) : null;
  if (!png) throw new WebError(404, 'There is no such picture.');
  return {
    status: 200,
    type: 'image/png',
    body: png,
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': 'inline; filename="logo.png"',
      'cache-control': 'public, max-age=31536000, immutable',
    },
    keep: false,
  };
}
