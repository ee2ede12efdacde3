/** Subscribers, subscriptions and deliveries as the database has them. */
import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { isTimeZone, type Subscribed } from './schedule.ts';
import type {
  Cadence,
  Choices,
  Delivery,
  DeliveryState,
  List,
  ListRef,
  Section,
  Subscriber,
} from './types.ts';

export type SubscriberRow = Selectable<Schema['subscribers']>;
export type SubscriptionRow = Selectable<Schema['subscriptions']>;
export type DeliveryRow = Selectable<Schema['deliveries']>;

/** A list that somebody gets. */
export interface Subscription extends ListRef, Subscribed {
  id: string;
  /** Epoch ms. */
  createdAt: number;
}

export const subscriberOf = (row: SubscriberRow): Subscriber => ({
  id: row.id,
  email: row.email,
  account: row.account,
  state: row.state as Subscriber['state'],
  token: row.token,
  nextDue: row.next_due,
  ...choicesOf(row),
});

export const choicesOf = (row: SubscriberRow): Choices => ({
  // A database from elsewhere may name a zone that this system does not know.
  timeZone: isTimeZone(row.time_zone) ? row.time_zone : 'UTC',
  days: row.days,
  minute: row.minute,
  leastVotes: row.least_votes,
  mostPapers: row.most_papers,
  without: JSON.parse(row.without) as string[],
  again: row.again === 1,
  quiet: row.quiet as Choices['quiet'],
});

/** The columns for choices. */
export const rowOfChoices = (choices: Choices) => ({
  time_zone: choices.timeZone,
  days: choices.days,
  minute: choices.minute,
  least_votes: choices.leastVotes,
  most_papers: choices.mostPapers,
  without: JSON.stringify(choices.without),
  again: choices.again ? 1 : 0,
  quiet: choices.quiet,
});

export const subscriptionOf = (row: SubscriptionRow): Subscription => ({
  id: row.id,
  list: row.list as List,
  subject: row.subject,
  name: row.name,
  cadence: row.cadence as Cadence,
  through: row.through,
  createdAt: row.created_at,
});

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  subscriber: row.subscriber,
  email: row.email,
  dueAt: row.due_at,
  composedAt: row.composed_at,
  state: row.state as DeliveryState,
  reason: row.reason,
  subject: row.subject,
  sections: JSON.parse(row.sections) as Section[],
  messageId: row.message_id,
  tries: row.tries,
  handedAt: row.handed_at,
  endedAt: row.ended_at,
  answer: row.answer,
});

/** The id of a delivery: the same for the same mail to the same subscriber, so that there cannot be two of it. */
export const deliveryId = (subscriber: Pick<SubscriberRow, 'id' | 'token'>, dueAt: number | string): string =>
  createHash('sha256').update(`${subscriber.id} ${subscriber.token} ${dueAt}`).digest('hex').slice(0, 24);

/** The domain an address receives mail at. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);
