/** Addresses of the digest: subscribing, and everything about one's subscriptions. */
import type { Route } from '../http/context.ts';
import { notedPage, subscribe, subscribePage } from './pages/subscribe.tsx';
import { mailPage } from './pages/subscription-mails.tsx';
import {
  addLists,
  addPage,
  changeSubscriptions,
  ownSubscriptions,
  subscriptionsPage,
  unsubscribe,
  unsubscribePage,
} from './pages/subscriptions.tsx';
import { form, forReaders, plain, reading } from './route.ts';

export const DIGEST: Route[] = [
  reading(
    ['list', 'subject', 'cadence'],
    plain('/subscribe', 'The form for getting papers by email.', (ask) => subscribePage(ask)),
  ),
  form('/subscribe', 'Subscribes an address, or a signed-in reader.', (ask, _, sent) => subscribe(ask, sent)),
  plain('/subscribe/noted', 'The page shown after that form is sent.', (ask) => notedPage(ask)),
  forReaders(plain('/subscriptions', 'Redirects to your subscriptions.', (ask) => ownSubscriptions(ask))),
  plain(
    '/subscriptions/:token',
    'Subscriptions, choices and receipts, reached by the link in an email.',
    (ask, token) => subscriptionsPage(ask, token),
  ),
  form('/subscriptions/:token', 'Confirms, changes or deletes them.', (ask, token, sent) =>
    changeSubscriptions(ask, token, sent),
  ),
  reading(
    ['list', 'cadence'],
    plain(
      '/subscriptions/:token/add',
      'The page for adding lists, reached by the link in an email.',
      (ask, token) => addPage(ask, token),
    ),
  ),
  form('/subscriptions/:token/add', 'Adds lists.', (ask, token, sent) => addLists(ask, token, sent)),
  plain('/subscriptions/:token/mails/:delivery', 'An email of the last 90 days, as a page.', (ask, token) =>
    mailPage(ask, token),
  ),
  plain('/subscriptions/:token/unsubscribe', 'The page for unsubscribing.', (ask, token) =>
    unsubscribePage(ask, token),
  ),
  {
    ...form(
      '/subscriptions/:token/unsubscribe',
      'Unsubscribes from everything or one list; mail programs can send this too.',
      (ask, token, sent) => unsubscribe(ask, token, sent),
    ),
    files: true as const,
  },
];
