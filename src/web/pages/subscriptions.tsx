/** Searches kept for the digest: taking a form, showing what was kept to who kept it, forgetting it. */
import { parseEmail } from '../../digest/email.ts';
import { CADENCES, type Cadence, type Subscription } from '../../digest/subscriptions.ts';
import type { Ask, Reply, Web } from '../context.ts';
import type { Form } from '../forms.ts';
import { cleanText, html, normaliseQuery, redirect, WebError } from '../http.ts';
import { Limiter } from '../limiter.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';
import { asks, filtersOf, type Query, queryPath, readQuery } from './search-query.ts';

const HOUR = 3_600_000;
/** By who sends, and by whom is written to: nobody fills the table, or another's inbox. */
const limiters = new WeakMap<Web, { senders: Limiter; receivers: Limiter }>();

function limitsOf(web: Web) {
  let known = limiters.get(web);
  if (!known) {
    known = { senders: new Limiter(20, HOUR), receivers: new Limiter(40, 24 * HOUR) };
    limiters.set(web, known);
  }
  return known;
}

const pathOf = (token: string): string => `/search/subscriptions/${encodeURIComponent(token)}`;

/** POST `/search/subscriptions`: the search's own fields, `email` and `cadence`. */
export async function subscribe(ask: Ask, form: Form): Promise<Reply> {
  const query = {
    ...readQuery(normaliseQuery(String(form.fields))),
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
      `“${cleanText(form.fields.get('email')).slice(0, 60)}” is no e-mail address that could be written to.`,
      back,
    );
  const cadence = form.fields.get('cadence') ?? 'weekly';
  if (!isCadence(cadence)) throw new WebError(400, 'Mail can come daily or weekly.', back);
  const now = ask.web.now();
  const { senders, receivers } = limitsOf(ask.web);
  const wait = Math.max(senders.take(form.from, now), receivers.take(email, now));
  if (wait > 0)
    throw new WebError(429, 'That were many subscriptions in a short time. Please try again later.', back, {
      'retry-after': String(wait),
    });
  const kept = await ask.web.subscriptions.keep({ email, query: canonical(query), cadence });
  // Whoever confirmed it has the link by mail; it is not for the next to ask for the same.
  return kept.state === 'confirmed'
    ? page(ask, { ...kept, token: '', cadence })
    : redirect(pathOf(kept.token), 303);
}

const isCadence = (text: string): text is Cadence => (CADENCES as readonly string[]).includes(text);

/** A search in one spelling: the query of its address. */
const canonical = (query: Query): string => queryPath(query).replace(/^[^?]*\??/, '');

/** `/search/subscriptions/:token`. */
export async function subscriptionPage(ask: Ask, token: string): Promise<Reply> {
  const kept = await ask.web.subscriptions.find(token.slice(0, 100).replaceAll('\0', ''));
  if (kept === null) throw gone();
  return page(ask, kept);
}

/** POST `/search/subscriptions/:token`: withdraws it. */
export async function withdraw(ask: Ask, token: string): Promise<Reply> {
  if (!(await ask.web.subscriptions.withdraw(token.slice(0, 100).replaceAll('\0', '')))) throw gone();
  return page(ask, null);
}

const gone = () => new WebError(404, 'There is no subscription at this address; it may have been withdrawn.');

async function page(ask: Ask, kept: Subscription | null): Promise<Reply> {
  const query = kept && readQuery(new URLSearchParams(kept.query));
  const title = kept ? 'Your subscription' : 'Subscription withdrawn';
  const body = renderDocument({
    ask,
    ...(await basics(ask)),
    title,
    description: title,
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        <p class="kicker">In your inbox</p>
        <h1>{title}</h1>
        {kept && query ? (
          <Kept kept={kept} query={query} />
        ) : (
          <p>It is forgotten, and the address with it.</p>
        )}
      </main>
    ),
  });
  const reply = html(body);
  return { ...reply, keep: false, headers: { 'cache-control': 'no-store' } };
}

const Kept = ({ kept, query }: { kept: Subscription; query: Query }) => (
  <>
    <p class="standfirst">
      What is new in <a href={queryPath(query)}>{sayQuery(query)}</a> is to go to <b>{kept.email}</b>,{' '}
      {kept.cadence}.
    </p>
    <p>
      No mail is sent by this version of the program yet: the subscription is kept for the digest, which is to
      come. Its first mail will ask you to confirm; until you do, nothing else is sent.
    </p>
    {kept.token !== '' && (
      <>
        <p>Keep the address of this page if you may want to withdraw it before.</p>
        <form action={pathOf(kept.token)} method="post" class="withdraw">
          <button type="submit">Withdraw it</button>
        </form>
      </>
    )}
  </>
);

/** `“multi-token”, category cs.CL, with code`. */
const sayQuery = (query: Query): string =>
  [...(query.q === '' ? [] : [`“${query.q}”`]), ...filtersOf(query).map(({ says }) => says)].join(', ');
