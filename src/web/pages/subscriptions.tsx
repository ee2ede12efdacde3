/**
 * `/subscriptions/{token}`: everything about a subscriber, for whoever has the link from one of their emails. Opening a
 * link changes nothing, since mail scanners open all of them; only the buttons behind it do.
 */
import { sayList } from '../../digest/confirm-mail.ts';
import type { Known, Subscription } from '../../digest/subscribers.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { dayIn, sayDayLong, sayTime } from '../../present/dates.ts';
import { organizationPath, searchPath } from '../../present/urls.ts';
import { ChoiceFields, readChoices } from '../parts/choices.tsx';
import { ownPage } from './own-page.tsx';
import { clean, found, gone, Receipts, subscriptionsPath, WHY } from './subscription-mails.tsx';
import { readWanted } from './wanted.ts';

/** `/subscriptions`, for a reader who is signed in. */
export async function ownSubscriptions(ask: Ask): Promise<Reply> {
  const known = await ask.web.subscribers.ofAccount(ask.reader!.id);
  return redirect(known === null ? '/subscribe' : subscriptionsPath(known.subscriber.token), 303);
}

/** `/subscriptions/:token`. */
export async function subscriptionsPage(ask: Ask, token: string): Promise<Reply> {
  return show(ask, await found(ask, token));
}

async function show(ask: Ask, known: Known, says: string | null = null): Promise<Reply> {
  const { subscriber, subscriptions, suppressed } = known;
  const { token, email, timeZone, nextDue } = subscriber;
  const path = subscriptionsPath(token);
  if (subscriber.state === 'unconfirmed') return confirmPage(ask, known);
  const receipts = await ask.web.subscribers.receipts(subscriber.id);
  return ownPage(ask, {
    title: 'Your subscriptions',
    kicker: 'In your inbox',
    children: (
      <>
        {says && (
          <p class="notice" role="status">
            {says}
          </p>
        )}
        {suppressed !== null && (
          <form method="post" action={path} class="notice">
            <p>
              Nothing is sent to {email}: {WHY[suppressed] ?? suppressed}.
            </p>
            {suppressed !== 'operator' && (
              <p>
                <button type="submit" name="do" value="resume">
                  Try this address again
                </button>
              </p>
            )}
          </form>
        )}
        {!ask.web.subscribers.sendsMail && <p class="notice">This site cannot send email at the moment.</p>}
        <p class="standfirst">
          {subscriptions.length === 0 ? (
            <>
              <b>{email}</b> gets no digest from us.
            </>
          ) : (
            <>
              For <b>{email}</b>.{' '}
              {nextDue !== null && (
                <>
                  The next email is due on {sayDayLong(dayIn(nextDue, timeZone))} at{' '}
                  {sayTime(nextDue, timeZone)}.
                </>
              )}
            </>
          )}
        </p>
        <section aria-labelledby="lists">
          <h2 id="lists">What you get</h2>
          {subscriptions.length > 0 && (
            <ul class="own-lists">
              {subscriptions.map((one) => (
                <li class="with-button">
                  <ListName of={one} />
                  <form method="post" action={`${path}/unsubscribe`}>
                    <input type="hidden" name="only" value={one.id} />
                    <button type="submit" class="plain">
                      Remove<span class="vh"> {sayList(one)}</span>
                    </button>
                  </form>
                </li>
              ))}
            </ul>
          )}
          <Add path={path} subscriptions={subscriptions} hasAccount={subscriber.account !== null} />
          <p class="small-print">To add a search, an author or an organisation, use the form on its page.</p>
        </section>
        <section aria-labelledby="choices">
          <h2 id="choices">When and how</h2>
          <form method="post" action={path} class="digest-form">
            <ChoiceFields choices={subscriber} guess={false} />
            <p>
              <button type="submit" name="do" value="choose">
                Save
              </button>
            </p>
          </form>
        </section>
        <Receipts path={path} receipts={receipts} ask={ask} zone={timeZone} />
        <section aria-labelledby="end">
          <h2 id="end">Stop</h2>
          {subscriptions.length > 0 && (
            <form method="post" action={`${path}/unsubscribe`}>
              <button type="submit">Unsubscribe from everything</button>
            </form>
          )}
          <details class="delete">
            <summary>Delete everything about this address</summary>
            <p>
              Subscriptions, choices and receipts are deleted at once. If the address is on the list of those
              that get no mail, only a hash of it is left there.
            </p>
            <form method="post" action={path}>
              <button type="submit" name="do" value="delete">
                Delete everything
              </button>
            </form>
          </details>
        </section>
      </>
    ),
  });
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const ListName = ({ of }: { of: Subscription }) => {
  const { list, subject } = of;
  const href =
    list === 'search'
      ? `/search?${subject}`
      : list === 'survey'
        ? `/survey?${subject}`
        : list === 'author'
          ? `/authors/${encodeURIComponent(subject)}`
          : list === 'organization'
            ? organizationPath(subject)
            : list === 'category'
              ? searchPath({ category: subject })
              : list === 'following'
                ? '/following'
                : null;
  const says = sayList(of);
  const name = capital(says);
  return href === null ? <span>{name}</span> : <a href={href}>{name}</a>;
};

/** What else there is to get. */
const Add = ({
  path,
  subscriptions,
  hasAccount,
}: {
  path: string;
  subscriptions: Subscription[];
  hasAccount: boolean;
}) => {
  const missing = (
    ['daily', 'weekly', 'monthly', ...(hasAccount ? (['following'] as const) : [])] as const
  ).filter((list) => !subscriptions.some((one) => one.list === list));
  return (
    <form method="post" action={`${path}/add`} class="add-list">
      <label>
        Add{' '}
        <select name="list" autocomplete="off">
          {missing.map((list) => (
            <option value={list}>{ADDED[list]}</option>
          ))}
          <option value="category">a category</option>
        </select>
      </label>
      <label>
        <span class="vh">Category, if it is one</span>
        <input
          type="text"
          name="subject"
          maxlength={60}
          placeholder="cs.CL"
          autocomplete="off"
          autocapitalize="none"
        />
      </label>
      <select name="cadence" aria-label="How often, if not an edition" autocomplete="off">
        <option value="daily">daily</option>
        <option value="weekly" selected>
          weekly
        </option>
        <option value="monthly">monthly</option>
      </select>
      <button type="submit">Add</button>
    </form>
  );
};
const ADDED = {
  daily: 'the daily edition',
  weekly: 'the best of each week',
  monthly: 'the best of each month',
  following: 'what you follow',
} as const;

const confirmPage = (ask: Ask, { subscriber, subscriptions }: Known): Promise<Reply> =>
  ownPage(ask, {
    title: 'Confirm your subscription',
    kicker: 'In your inbox',
    children: (
      <>
        <p>
          <b>{subscriber.email}</b> will get, at {sayMinuteOf(subscriber.minute)} (
          {subscriber.timeZone.replaceAll('_', ' ')}):
        </p>
        <ul>
          {subscriptions.map((one) => (
            <li>
              <ListName of={one} />
            </li>
          ))}
        </ul>
        <form method="post" action={subscriptionsPath(subscriber.token)}>
          <p>
            <button type="submit" name="do" value="confirm">
              Confirm
            </button>{' '}
            <button type="submit" name="do" value="delete" class="plain">
              It was not me: delete this address
            </button>
          </p>
        </form>
        <p class="small-print">You can change everything later.</p>
      </>
    ),
  });

const sayMinuteOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** POST `/subscriptions/:token`: `do` is `confirm`, `choose`, `resume` or `delete`. */
export async function changeSubscriptions(ask: Ask, token: string, form: Form): Promise<Reply> {
  const { subscribers } = ask.web;
  const key = clean(token);
  const wanted = form.fields.get('do');
  if (wanted === 'confirm') {
    const known = await subscribers.confirm(key);
    if (known === null) throw gone();
    return show(ask, known, 'Confirmed.');
  }
  if (wanted === 'choose') {
    const { subscriber } = await found(ask, token);
    if (!(await subscribers.choose(key, readChoices(form.fields, subscriber.timeZone)))) throw gone();
    return show(ask, await found(ask, token), 'Saved.');
  }
  if (wanted === 'resume') {
    if (!(await subscribers.resume(key))) throw gone();
    const known = await found(ask, token);
    return show(ask, known, known.suppressed === null ? 'Email to this address will be tried again.' : null);
  }
  if (wanted === 'delete') {
    if (!(await subscribers.remove(key))) throw gone();
    return ownPage(ask, {
      title: 'Deleted',
      kicker: 'In your inbox',
      children: <p>Your subscriptions and your address have been deleted.</p>,
    });
  }
  throw new WebError(400, 'There is no such action for subscriptions.');
}

/** `/subscriptions/:token/add`, where an email leads if somebody has asked for more lists. */
export async function addPage(ask: Ask, token: string): Promise<Reply> {
  const { subscriber } = await found(ask, token);
  const lists = await readWanted(ask, ask.query);
  if (lists.length === 0) return redirect(subscriptionsPath(subscriber.token), 303);
  return ownPage(ask, {
    title: 'Add to your subscriptions',
    kicker: 'In your inbox',
    children: (
      <>
        <p>
          <b>{subscriber.email}</b> will also get:
        </p>
        <ul>
          {lists.map((one) => (
            <li>{capital(sayList(one))}</li>
          ))}
        </ul>
        <form method="post" action={`${subscriptionsPath(subscriber.token)}/add`}>
          {lists.map(({ list, subject, cadence }) => (
            <>
              <input type="hidden" name="list" value={subject === '' ? list : `${list}:${subject}`} />
              <input type="hidden" name="cadence" value={cadence} />
            </>
          ))}
          <button type="submit">Add</button>
        </form>
        <p class="small-print">
          <a href={subscriptionsPath(subscriber.token)}>All your subscriptions</a>
        </p>
      </>
    ),
  });
}

/** POST `/subscriptions/:token/add`. */
export async function addLists(ask: Ask, token: string, form: Form): Promise<Reply> {
  const { subscriber } = await found(ask, token);
  // What an account follows is its own: for somebody who is not signed in as well, if the link is theirs.
  const reader = subscriber.account === null ? null : { id: subscriber.account };
  const lists = await readWanted({ ...ask, reader: reader as Ask['reader'] }, form.fields);
  if (!(await ask.web.subscribers.add(clean(token), lists))) throw gone();
  return show(ask, await found(ask, token), 'Added.');
}

/** `/subscriptions/:token/unsubscribe`: a page with a button. */
export async function unsubscribePage(ask: Ask, token: string): Promise<Reply> {
  const { subscriber, subscriptions } = await found(ask, token);
  const path = subscriptionsPath(subscriber.token);
  return ownPage(ask, {
    title: 'Unsubscribe',
    kicker: 'In your inbox',
    children: (
      <>
        <p>
          {subscriptions.length === 0 ? (
            <>
              <b>{subscriber.email}</b> gets no digest from us.
            </>
          ) : (
            <>
              Press the button, and <b>{subscriber.email}</b> gets no more digests from us.
            </>
          )}
        </p>
        <form method="post" action={`${path}/unsubscribe`}>
          <button type="submit">Unsubscribe{subscriptions.length > 1 && ' from everything'}</button>
        </form>
        {subscriptions.length > 1 && (
          <>
            <p>Or unsubscribe from only one of these:</p>
            <ul class="own-lists">
              {subscriptions.map((one) => (
                <li class="with-button">
                  <span>{capital(sayList(one))}</span>
                  <form method="post" action={`${path}/unsubscribe`}>
                    <input type="hidden" name="only" value={one.id} />
                    <button type="submit" class="plain">
                      Unsubscribe<span class="vh"> from {sayList(one)}</span>
                    </button>
                  </form>
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="small-print">
          <a href={path}>Change days, hour or lists instead</a>
        </p>
      </>
    ),
  });
}

/**
 * POST `/subscriptions/:token/unsubscribe`, from that page or from a mail program (RFC 8058): answered without a
 * redirect, as often as it is sent.
 */
export async function unsubscribe(ask: Ask, token: string, form: Form): Promise<Reply> {
  const only = form.fields.get('only') ?? undefined;
  if (!(await ask.web.subscribers.unsubscribe(clean(token), only))) throw gone();
  const known = await found(ask, token);
  const { subscriptions, subscriber } = known;
  if (only !== undefined && subscriptions.length > 0) return show(ask, known, 'Removed.');
  return ownPage(ask, {
    title: 'Unsubscribed',
    kicker: 'In your inbox',
    children: (
      <p>
        {subscriber.email} will get no more digests from us.{' '}
        <a href={subscriptionsPath(subscriber.token)}>Subscribe again, or delete everything</a>
      </p>
    ),
  });
}

/** GET `/search/subscriptions/:token`: where links of earlier versions led. */
export const formerPage = (_: Ask, token: string): Reply => redirect(subscriptionsPath(clean(token)), 301);
/** POST to the same: nothing is cancelled without showing what. */
export const formerForm = async (_: Ask, token: string): Promise<Reply> =>
  redirect(`${subscriptionsPath(clean(token))}/unsubscribe`, 303);
