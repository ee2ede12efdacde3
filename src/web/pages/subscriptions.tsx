/**
 * Searches kept for the digest. The form always gets the same answer, whatever is known about the address: the link
 * that shows and cancels a subscription is sent by email to that address, and nowhere else.
 */

import type { Child } from 'hono/jsx';
import { CADENCES, type Cadence, type Subscription, UNCONFIRMED_DAYS } from '../../digest/subscriptions.ts';
import { cleanText, normaliseQuery } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { tooMany, WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { parseEmail } from '../../net/email.ts';
import {
  asks,
  type Query,
  queryPath,
  readQuery,
  SEARCH_QUERY,
  sayQuery,
} from '../../present/search-query.ts';
import { ownPage } from './own-page.tsx';

const pathOf = (token: string): string => `/search/subscriptions/${encodeURIComponent(token)}`;

/** POST `/search/subscriptions`: the search's own fields, `email` and `cadence`. */
export async function subscribe(ask: Ask, form: Form): Promise<Reply> {
  const query = {
    ...readQuery(normaliseQuery(String(form.fields), new Set(SEARCH_QUERY))),
    page: 1,
    explain: false,
    partial: false,
  };
  const back = { links: [{ href: queryPath(query), text: 'Back to the search' }] };
  if (!asks(query)) throw new WebError(400, 'A subscription needs words or a filter.', back);
  const email = parseEmail(form.fields.get('email') ?? '');
  if (email === null)
    throw new WebError(
      400,
      `“${cleanText(form.fields.get('email')).slice(0, 60)}” is not a valid email address.`,
      back,
    );
  const cadence = form.fields.get('cadence') ?? 'weekly';
  if (!isCadence(cadence)) throw new WebError(400, 'Email can be sent daily or weekly.', back);
  const { limits } = ask.web;
  const says = 'Too many subscriptions in a short time.';
  await limits.take(ask, 'subscribers', form.from, says, back);
  if (!(await limits.takeQuietly('subscribed', email)))
    throw tooMany(`${says} Please try again tomorrow.`, 86_400, back);
  await ask.web.subscriptions.keep({ email, query: canonical(query), cadence });
  return redirect(`${NOTED}?${canonical(query)}`, 303);
}

/** Where the form redirects. */
const NOTED = '/search/subscriptions/noted';

/** `/search/subscriptions/noted`: the same for a new, a known and a confirmed address. */
export async function notedPage(ask: Ask): Promise<Reply> {
  const query = { ...readQuery(ask.query), page: 1, explain: false, partial: false };
  return page(
    ask,
    'Request received',
    <>
      {asks(query) && (
        <p class="standfirst">
          For <a href={queryPath(query)}>{sayQuery(query)}</a>.
        </p>
      )}
      <p>
        Digests are not sent yet. Once they are, the first message will ask you to confirm that you want news
        of this search, with a link to change or cancel the subscription. Until you confirm, nothing else is
        sent, and after {UNCONFIRMED_DAYS} days the request and the address are deleted.
      </p>
    </>,
  );
}

const isCadence = (text: string): text is Cadence => (CADENCES as readonly string[]).includes(text);

/** The canonical form of a search: the query of its address. */
const canonical = (query: Query): string => queryPath(query).replace(/^[^?]*\??/, '');

/** `/search/subscriptions/:token`. */
export async function subscriptionPage(ask: Ask, token: string): Promise<Reply> {
  const kept = await ask.web.subscriptions.find(token.slice(0, 100).replaceAll('\0', ''));
  if (kept === null) throw gone();
  return page(
    ask,
    'Your subscription',
    <Kept kept={kept} query={readQuery(new URLSearchParams(kept.query))} />,
  );
}

/** POST `/search/subscriptions/:token`: cancels it. */
export async function withdraw(ask: Ask, token: string): Promise<Reply> {
  if (!(await ask.web.subscriptions.withdraw(token.slice(0, 100).replaceAll('\0', '')))) throw gone();
  return page(ask, 'Subscription cancelled', <p>The subscription and your address have been deleted.</p>);
}

const gone = () => new WebError(404, 'There is no subscription at this address; it may have been cancelled.');

const page = (ask: Ask, title: string, children: Child): Promise<Reply> =>
  ownPage(ask, { title, kicker: 'In your inbox', children });

const Kept = ({ kept, query }: { kept: Subscription; query: Query }) => (
  <>
    <p class="standfirst">
      New papers in <a href={queryPath(query)}>{sayQuery(query)}</a> go to <b>{kept.email}</b>, {kept.cadence}
      .
    </p>
    <p>
      Digests are not sent yet; your subscription is kept until they are
      {kept.state === 'unconfirmed' && `, for at most ${UNCONFIRMED_DAYS} days`}.
    </p>
    <form action={pathOf(kept.token)} method="post" class="withdraw">
      <button type="submit">Cancel subscription</button>
    </form>
  </>
);
