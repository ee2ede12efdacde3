/**
 * What a subscriber was sent: each email as a page, and what became of it. Open to anyone with the link from one of
 * them.
 */
import { sayIssue } from '../../composing/names.ts';
import type { Known } from '../../digest/subscribers.ts';
import type { Delivery, DeliveryState } from '../../digest/types.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply } from '../../http/replies.ts';
import { count, sayMoment, sayMomentShort } from '../../present/dates.ts';
import { stillHere } from '../../present/own-mails.ts';
import { issuePath } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { IssuePapers } from '../parts/issue.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';

export const clean = (token: string): string => token.slice(0, 100).replaceAll('\0', '');
export const subscriptionsPath = (token: string): string => `/subscriptions/${encodeURIComponent(token)}`;
export const gone = (): WebError =>
  new WebError(404, 'There are no subscriptions at this address; they may have been deleted.', {
    links: [{ href: '/subscribe', text: 'Subscribe' }],
  });

export const found = async (ask: Ask, token: string): Promise<Known> => {
  const known = await ask.web.subscribers.find(clean(token));
  if (known === null) throw gone();
  return known;
};

/** Reasons for suppressing an address, in words. */
export const WHY: Record<string, string> = {
  bounce: 'its mail server permanently refused an email, or several bounced',
  complaint: 'an email was marked as spam',
  unsubscribed: 'it was unsubscribed',
  operator: 'the administrator of this site has blocked it',
};

/** `/subscriptions/:token/mails/:delivery`: an email as a page. */
export async function mailPage(ask: Ask, token: string): Promise<Reply> {
  const { subscriber } = await found(ask, token);
  const id = ask.path.slice(ask.path.lastIndexOf('/') + 1).slice(0, 100);
  const delivery = await ask.web.subscribers.receipt(subscriber.id, id.replaceAll('\0', ''));
  if (delivery === null || delivery.sections.length === 0)
    throw new WebError(404, 'There is no email at this address; receipts are kept for 90 days.', {
      links: [{ href: subscriptionsPath(subscriber.token), text: 'Your subscriptions' }],
    });
  const sections = [];
  for (const section of delivery.sections) {
    const issue = await ask.issues?.find(section.issue);
    if (!issue) continue;
    const known = new Map(issue.papers.map((paper) => [paper.pk, paper]));
    const papers = await stillHere(
      ask,
      section.papers.flatMap((pk) => known.get(pk) ?? []),
    );
    sections.push({ ...section, issue, papers });
  }
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: delivery.subject,
    description: delivery.subject,
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page">
        <div>
          <header class="list-head">
            <p class="kicker">An email to {subscriber.email}</p>
            <h1>{delivery.subject}</h1>
            <p class="by">
              <span>{sayMoment(delivery.dueAt, subscriber.timeZone)}</span>
              <a href={subscriptionsPath(subscriber.token)}>Your subscriptions</a>
            </p>
          </header>
          {sections.length === 0 && <p class="none-yet">Its papers are no longer kept.</p>}
          {sections.map(({ issue, papers, left, had }, i) => (
            <section aria-labelledby={`s${i}`}>
              <p class="section-head" id={`s${i}`}>
                <a href={issuePath(issue)}>{sayIssue(issue)}</a>
              </p>
              {papers.length === 0 && <p class="none-yet">There was nothing new.</p>}
              <IssuePapers papers={papers} hasLead={i === 0} />
              {left + issue.more > 0 && (
                <p class="small-print">
                  <a href={issuePath(issue)}>{count(left + issue.more, 'more paper')} in this issue</a>
                </p>
              )}
              {had > 0 && (
                <p class="small-print">
                  {count(had, 'paper')} left out: you have had {had === 1 ? 'it' : 'them'} before.
                </p>
              )}
            </section>
          ))}
        </div>
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: { 'cache-control': 'no-store' } };
}

const STATE: Record<DeliveryState, string> = {
  queued: 'Waiting to be sent',
  handing: 'Being sent',
  sent: 'Sent',
  failed: 'Refused by the mail server',
  suppressed: 'Not sent',
  uncertain: 'Possibly sent: the connection broke before the mail server answered',
  quiet: 'Nothing new',
  missed: 'Not sent',
  cancelled: 'Cancelled by the administrator',
};

/** What became of each mail. */
export const Receipts = ({
  path,
  receipts,
  ask,
  zone,
}: {
  path: string;
  receipts: Delivery[];
  ask: Ask;
  zone: string;
}) => {
  const now = ask.web.now();
  return (
    <section aria-labelledby="receipts">
      <h2 id="receipts">Receipts</h2>
      <p class="small-print">
        Every email due to you in the last 90 days, and what became of it
        {receipts.length > 0 && `: ${count(receipts.length, 'email')}`}. Times are in{' '}
        {zone.replaceAll('_', ' ')}. They can also be read as a <a href={`${path}/feed.atom`}>feed</a> or in a{' '}
        <a href={`${path}/digests.ics`}>calendar</a>; anyone who has either address can read them.
      </p>
      <ol class="receipts">
        {receipts.map((one) => (
          <li>
            <b>{sayMomentShort(one.dueAt, zone, now)}</b>{' '}
            <span class={`receipt-${one.state}`}>{STATE[one.state]}</span>
            {one.reason !== null && one.state !== 'quiet' && <>: {WHY[one.reason] ?? one.reason}</>}
            {one.subject !== '' && (
              <div>
                <a href={`${path}/mails/${one.id}`}>{one.subject}</a>
              </div>
            )}
            {one.sections.length > 0 && (
              <small>
                Composed {sayMoment(one.composedAt, zone)}
                {one.handedAt !== null && `, handed over ${sayMoment(one.handedAt, zone)}`}
                {one.tries > 1 && ` (attempt ${one.tries})`}
                {one.answer !== null && `. The mail server: “${one.answer}”`}. ID {one.messageId}
              </small>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
};
