/**
 * `/subscribe`: getting the digest. The answer to the form is the same whatever is known about an address: the link to
 * its subscriptions is mailed to it, and shown nowhere else. Readers who are signed in with a verified address need none.
 */
import { sayList } from '../../digest/confirm-mail.ts';
import { UNCONFIRMED_DAYS, usualChoices, type Wanted } from '../../digest/subscribers.ts';
import { cleanText, normaliseQuery } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { tooMany, WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { parseEmail } from '../../net/email.ts';
import { searchFollowed } from '../../present/followable.ts';
import { SEARCH_QUERY } from '../../present/search-query.ts';
import { ChoiceFields, readChoices } from '../parts/choices.tsx';
import { NoMail } from '../parts/subscribe.tsx';
import { ownPage } from './own-page.tsx';
import { readWanted } from './wanted.ts';

const NOTED = '/subscribe/noted';
const EDITIONS = ['daily', 'weekly', 'monthly'] as const;

/** The verified address of whoever is signed in; null: none. */
export async function verifiedEmail(ask: Pick<Ask, 'web' | 'reader'>): Promise<string | null> {
  if (ask.reader === null) return null;
  const account = await ask.web.people.account(ask.reader.name);
  return account?.emailVerified ? account.email : null;
}

const fieldOf = ({ list, subject }: Wanted): string => (subject === '' ? list : `${list}:${subject}`);

/** `/subscribe`; `list`, `subject` and `cadence` fill it in. */
export async function subscribePage(ask: Ask): Promise<Reply> {
  const { web } = ask;
  if (!web.subscribers.sendsMail)
    return ownPage(ask, {
      title: 'The digest',
      kicker: 'In your inbox',
      children: (
        <>
          <NoMail feed="/feed.atom" />
          <p class="small-print">
            If you run this site: set <code>SMTP_URL</code> and <code>PUBLIC_URL</code> to send papers by
            email.
          </p>
        </>
      ),
    });
  const given = await readWanted(ask, ask.query).catch((error: unknown) => {
    // Lists that cannot be subscribed to are left out; the page is still useful.
    if (error instanceof WebError) return [];
    throw error;
  });
  const email = await verifiedEmail(ask);
  const known = ask.reader === null ? null : await web.subscribers.ofAccount(ask.reader.id);
  const others = given.filter(({ list }) => !(EDITIONS as readonly string[]).includes(list));
  const isChosen = (list: string) =>
    given.some((one) => one.list === list) || (given.length === 0 && list === 'daily');
  return ownPage(ask, {
    title: 'Subscribe',
    kicker: 'In your inbox',
    children: (
      <form method="post" action="/subscribe" class="digest-form">
        {email === null ? (
          <label class="wide">
            Your email address
            <input
              type="email"
              name="email"
              required
              maxlength={254}
              placeholder="you@lab.org"
              autocomplete="email"
            />
          </label>
        ) : (
          <p>
            Email goes to <b>{email}</b>. <a href="/subscriptions">Your subscriptions</a>
          </p>
        )}
        <fieldset>
          <legend>What you get</legend>
          {others.map((one) => (
            <label class="check">
              <input type="checkbox" name="list" value={fieldOf(one)} checked />{' '}
              {sayList({ ...one, cadence: one.cadence }).replace(/, every \w+$/, '')}
            </label>
          ))}
          {EDITIONS.map((list) => (
            <label class="check">
              <input type="checkbox" name="list" value={list} checked={isChosen(list)} /> {SAYS[list]}
            </label>
          ))}
          {ask.reader !== null && !others.some(({ list }) => list === 'following') && (
            <label class="check">
              <input type="checkbox" name="list" value="following" /> What you follow
            </label>
          )}
          <label class="wide">
            A category, such as cs.CL
            <input type="text" name="category" maxlength={60} autocomplete="off" autocapitalize="none" />
          </label>
          <label>
            Lists other than the editions come{' '}
            <select name="cadence" autocomplete="off">
              {(['daily', 'weekly', 'monthly'] as const).map((cadence) => (
                <option value={cadence} selected={cadence === (others[0]?.cadence ?? 'weekly')}>
                  {cadence}
                </option>
              ))}
            </select>
          </label>
          <p class="small-print">
            To subscribe to a search, an author or an organisation, use the form on its own page. Everything
            comes in one email, and no paper comes twice.
          </p>
        </fieldset>
        <ChoiceFields choices={known?.subscriber ?? usualChoices(web.site.timezone)} guess={known === null} />
        <p>
          <button type="submit">Subscribe</button>
        </p>
        <p class="small-print">
          {email === null
            ? `You will be sent a link to confirm this. Until you do, nothing else is sent, and after ${UNCONFIRMED_DAYS} days your address is deleted. `
            : ''}
          No tracking; every email has a link that changes or ends your subscriptions.
        </p>
      </form>
    ),
  });
}

const SAYS = {
  daily: 'The daily edition',
  weekly: 'The best of each week',
  monthly: 'The best of each month',
} as const;

/** POST `/subscribe`, from that page or a short form elsewhere. */
export async function subscribe(ask: Ask, form: Form): Promise<Reply> {
  return signUp(ask, form, await readWanted(ask, form.fields));
}

/** POST `/search/subscriptions`: the form of earlier versions, with the search’s own fields. */
export async function subscribeToSearch(ask: Ask, form: Form): Promise<Reply> {
  const query = normaliseQuery(String(form.fields), new Set(SEARCH_QUERY));
  const search = searchFollowed(String(query));
  if (search === null) throw new WebError(400, 'A subscription needs words or a filter.');
  const fields = new URLSearchParams({ list: 'search', subject: search.subject });
  fields.set('cadence', form.fields.get('cadence') ?? 'weekly');
  return signUp(ask, form, await readWanted(ask, fields));
}

async function signUp(ask: Ask, form: Form, lists: Wanted[]): Promise<Reply> {
  const { limits, subscribers, site } = ask.web;
  const back = { links: [{ href: '/subscribe', text: 'All choices' }] };
  if (!subscribers.sendsMail)
    throw new WebError(409, 'This site does not send email. Its feeds have the same papers.', {
      links: [{ href: '/feed.atom', text: 'The feed of the newest editions' }],
    });
  if (lists.length === 0) throw new WebError(400, 'Please choose something to subscribe to.', back);
  const choices = readChoices(form.fields, site.timezone);
  const says = 'Too many subscriptions in a short time.';
  const own = await verifiedEmail(ask);
  const given = form.fields.get('email');
  if (ask.reader !== null && own !== null && (given === null || parseEmail(given) === own)) {
    await limits.take(ask, 'subscribers', form.from, says, back);
    const known = await subscribers.subscribeAccount({ id: ask.reader.id, email: own }, lists, choices);
    // A short form chooses nothing but the list.
    if (form.fields.has('time')) await subscribers.choose(known.subscriber.token, choices);
    return redirect('/subscriptions', 303);
  }
  const email = parseEmail(given ?? '');
  if (email === null)
    throw new WebError(400, `“${cleanText(given).slice(0, 60)}” is not a valid email address.`, back);
  if (lists.some(({ list }) => list === 'following'))
    throw new WebError(400, 'Only the verified address of your account can get what you follow.', back);
  await limits.take(ask, 'subscribers', form.from, says, back);
  if (!(await limits.takeQuietly('subscribed', email)))
    throw tooMany(`${says} Please try again tomorrow.`, 86_400, back);
  await subscribers.signUp({ email, lists, choices, origin: 'form' });
  return redirect(NOTED, 303);
}

/** `/subscribe/noted`: the same for a new, a known and a confirmed address. */
export const notedPage = (ask: Ask): Promise<Reply> =>
  ownPage(ask, {
    title: 'Check your inbox',
    kicker: 'In your inbox',
    children: (
      <>
        <p>
          An email with a link is on its way to that address. Open the link and press the button on its page:
          until you do, no digest is sent. After {UNCONFIRMED_DAYS} days the address is deleted.
        </p>
        <p class="small-print">
          Nothing after a few minutes? Look in your spam folder. We send such a link to an address once a day
          at most, and less often after repeated requests. If the address already gets our digest, every issue
          ends with a link to its subscriptions.
        </p>
      </>
    ),
  });
