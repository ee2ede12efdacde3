/**
 * Turns subscribers whose mail is due into rows of the ledger. Issues are composed first; then everything about a
 * subscriber (the row, the issues in it, the periods dealt with, the next time) is one transaction, which locks the
 * subscriber: whatever is killed and however many workers there are, each mail is queued once.
 */
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import { mailHost } from '../mail/mailer.ts';
import type { Turn } from '../papers/days.ts';
import { inSlices, insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import {
  type DeliveryRow,
  deliveryId,
  domainOf,
  type SubscriberRow,
  type Subscription,
  subscriberOf,
  subscriptionOf,
} from './rows.ts';
import { endOf, type Plan, planFor, RECEIPTS } from './schedule.ts';
import { addHad, choose, type Had, sectionOf } from './sections.ts';
import { suppressedAmong } from './suppressed.ts';
import type { Compose, DeliveryState, Issue, List, Period, Section, Subject, Subscriber } from './types.ts';

export interface DueOptions {
  store: Store;
  compose: Compose;
  subject: Subject;
  config: Pick<Config, 'EDITION_TIMEZONE' | 'EDITION_TURN' | 'PUBLIC_URL'>;
  /** Called when an issue could not be composed: whoever would get it waits for the next round. */
  failed?(error: Error): void;
}

/** Issues composed at once. */
const AT_ONCE = 32;
/** Subscribers per transaction. */
const BATCH = 100;
/** How long (ms) a period that has ended may take until it can be composed; until then its mail waits. */
const PATIENCE = 2 * 3_600_000;
/** Composed issues remembered in a round. */
const MOST_ISSUES = 2000;
/** After so many failures in a round, no more lists of a kind are composed. */
const MOST_FAILURES = 3;
/** In these states a mail counts as received. */
const RECEIVED: DeliveryState[] = ['queued', 'handing', 'sent', 'uncertain'];

/** Undefined: it could not be composed in this round. Null: it cannot be composed yet, or the list is gone. */
type Issues = Map<string, Issue | null | undefined>;
const keyOf = ({ list, subject, cadence }: Subscription, period: Period): string =>
  `${list}\n${cadence}\n${subject}\n${period}`;

/**
 * Queues the mail that is due.
 *
 * @param now epoch ms
 * @returns how many subscribers had their turn
 */
export async function queueDue(options: DueOptions, now: number): Promise<number> {
  const { store, config } = options;
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const issues: Issues = new Map();
  const failures = new Map<List, number>();
  let after = { next_due: 0, id: -1 };
  let served = 0;
  for (;;) {
    const batch = await dueAfter(store.read, after, now);
    const last = batch.at(-1);
    if (last === undefined) return served;
    after = { next_due: last.next_due!, id: last.id };
    if (issues.size > MOST_ISSUES) issues.clear();
    await composeFor(options, batch, now, turn, issues, failures);
    const ids = batch.map(({ id }) => id);
    served += await store.inTurn(() =>
      store.write.transaction().execute((tx) => serve({ ...options, tx, turn, issues, now }, ids)),
    );
    if (batch.length < BATCH) return served;
  }
}

/** Subscribers whose mail is due, in order, after one of them. */
export const dueAfter = (
  db: Db,
  after: { next_due: number; id: number },
  now: number,
): Promise<SubscriberRow[]> =>
  db
    .selectFrom('subscribers')
    .selectAll()
    .where('next_due', '<=', now)
    // As a pair, so that the index leads straight there, however many are due at the same moment.
    .where(sql<boolean>`(next_due, id) > (${after.next_due}, ${after.id})`)
    .orderBy('next_due')
    .orderBy('id')
    .limit(BATCH)
    .execute();

/** What subscribers get, by their ids. */
async function subscriptionsOf(db: Db, ids: number[]): Promise<Map<number, Subscription[]>> {
  const found = new Map<number, Subscription[]>(ids.map((id) => [id, []]));
  const rows = await inSlices(ids, (slice) =>
    db
      .selectFrom('subscriptions')
      .selectAll()
      .where('subscriber', 'in', slice)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );
  for (const row of rows) found.get(row.subscriber)!.push(subscriptionOf(row));
  return found;
}

/** Composes what a batch needs, before its transaction. */
async function composeFor(
  { store, compose, failed }: DueOptions,
  batch: SubscriberRow[],
  now: number,
  turn: Turn,
  issues: Issues,
  failures: Map<List, number>,
): Promise<void> {
  const ids = batch.map(({ id }) => id);
  const subscriptions = await subscriptionsOf(store.read, ids);
  const wanted = new Map<string, [Subscription, Period]>();
  for (const row of batch) {
    const theirs = subscriptions.get(row.id)!;
    const { periods } = planFor(subscriberOf(row), theirs, row.next_due!, now, turn);
    for (const [i, one] of theirs.entries())
      for (const period of periods[i]!) {
        const key = keyOf(one, period);
        if (!issues.has(key)) wanted.set(key, [one, period]);
      }
  }
  // Several at once: they are written as one transaction.
  const all = [...wanted];
  for (let start = 0; start < all.length; start += AT_ONCE)
    await Promise.all(
      all.slice(start, start + AT_ONCE).map(async ([key, [one, period]]) => {
        // Where one fails, because the search index is behind for instance, others of its kind will, too; they hold
        // nobody else up.
        if ((failures.get(one.list) ?? 0) >= MOST_FAILURES) return;
        const issue = await compose(one, period).catch((error: Error) => {
          failures.set(one.list, (failures.get(one.list) ?? 0) + 1);
          failed?.(error);
          return undefined;
        });
        issues.set(key, issue);
      }),
    );
}

interface Round extends DueOptions {
  tx: Db;
  turn: Turn;
  issues: Issues;
  now: number;
}

/** One subscriber's turn. */
interface Served {
  row: SubscriberRow;
  subscriber: Subscriber;
  subscriptions: Subscription[];
  plan: Plan;
  /** What is due, in the order of the subscriptions. */
  issues: Issue[];
}

/** Serves those who are still due, in one transaction. @returns how many */
async function serve(round: Round, ids: number[]): Promise<number> {
  const { tx, store, now, turn } = round;
  let query = tx
    .selectFrom('subscribers')
    .selectAll()
    .where('id', 'in', ids)
    .where('next_due', '<=', now)
    .orderBy('next_due')
    .orderBy('id');
  // Those whom another worker is serving, or who are just changing something, come next time.
  if (store.dialect === 'postgres') query = query.forUpdate().skipLocked();
  const rows = await query.execute();
  const subscriptions = await subscriptionsOf(
    tx,
    rows.map(({ id }) => id),
  );
  const served: Served[] = [];
  for (const row of rows) {
    const subscriber = subscriberOf(row);
    const theirs = subscriptions.get(row.id)!;
    const plan = planFor(subscriber, theirs, row.next_due!, now, turn);
    const issues = issuesFor(round, theirs, plan);
    if (issues !== null) served.push({ row, subscriber, subscriptions: theirs, plan, issues });
  }
  if (served.length === 0) return 0;
  await queue(round, served);
  return served.length;
}

/** The issues of a plan; null: one is not composed yet, or somebody has just subscribed to its list. */
function issuesFor({ issues, now, turn }: Round, subscriptions: Subscription[], plan: Plan): Issue[] | null {
  const found: Issue[] = [];
  for (const [i, one] of subscriptions.entries())
    for (const period of plan.periods[i]!) {
      const issue = issues.get(keyOf(one, period));
      if (issue === undefined) return null;
      if (issue === null && endOf(one.cadence, period, turn) > now - PATIENCE) return null;
      // Otherwise the list no longer exists.
      if (issue !== null) found.push(issue);
    }
  return found;
}

type LedgerRow = Pick<DeliveryRow, 'id' | 'due_at' | 'state' | 'reason' | 'subject' | 'sections'> & {
  of: Served;
};

async function queue(round: Round, served: Served[]): Promise<void> {
  const { tx, now } = round;
  const [had, delivered, suppressed] = await Promise.all([
    hadBy(tx, served, now),
    deliveredAmong(tx, served),
    suppressedAmong(
      tx,
      served.map(({ row }) => row.email),
    ),
  ]);
  const ledger: LedgerRow[] = [];
  for (const one of served) {
    const { row, plan } = one;
    for (const at of plan.missed)
      ledger.push(rowFor(one, at, 'missed', 'The site was not running, or could not send mail.'));
    if (plan.due === null) continue;
    const reason = suppressed.get(row.email);
    if (reason !== undefined) {
      ledger.push(rowFor(one, plan.due, 'suppressed', reason));
      continue;
    }
    const issues = one.issues.filter(({ id }) => !delivered.has(`${row.id} ${id}`));
    ledger.push(mailFor(round, one, issues, had.get(row.id)!));
  }
  const rows = await withFreshIds(tx, ledger, now);
  const inMails: [string, number, string, number][] = [];
  for (const { of, id, state, sections } of rows)
    if (state === 'queued')
      for (const [place, { issue }] of (JSON.parse(sections) as Section[]).entries())
        inMails.push([issue, of.row.id, id, place]);
  await insertLedger(round, rows);
  await insertMany(tx, 'delivered_issues', ['issue', 'subscriber', 'delivery', 'place'], inMails);
  for (const { row, subscriptions, plan } of served) {
    for (const [i, { id, through }] of subscriptions.entries())
      if (plan.through[i] !== through)
        await tx
          .updateTable('subscriptions')
          .set({ through: plan.through[i]! })
          .where('id', '=', id)
          .execute();
    await tx.updateTable('subscribers').set({ next_due: plan.next }).where('id', '=', row.id).execute();
  }
}

/**
 * Rows with ids that no other row has. If the clock was put back, somebody's mail may be due at a moment that one was due
 * at before; what is new in it is still sent, and a missed mail is recorded once.
 */
async function withFreshIds(tx: Db, rows: LedgerRow[], now: number): Promise<LedgerRow[]> {
  const found = await inSlices(
    rows.map(({ id }) => id),
    (slice) => tx.selectFrom('deliveries').select('id').where('id', 'in', slice).execute(),
  );
  const known = new Set(found.map(({ id }) => id));
  return rows.flatMap((row) => {
    if (!known.has(row.id)) return row;
    return row.state === 'missed' ? [] : { ...row, id: deliveryId(row.of.row, `${row.due_at} again ${now}`) };
  });
}

const rowFor = (of: Served, due_at: number, state: DeliveryState, reason: string | null): LedgerRow => ({
  of,
  id: deliveryId(of.row, due_at),
  due_at,
  state,
  reason,
  subject: '',
  sections: '[]',
});

/** The mail that somebody gets of some issues, or the row that says why there is none. */
function mailFor({ subject }: DueOptions, of: Served, issues: Issue[], had: Had): LedgerRow {
  const { subscriber, plan } = of;
  const all = choose(issues, subscriber, had);
  const some = all.filter(({ papers }) => papers.length > 0);
  const due = plan.due!;
  if (some.length === 0 && (subscriber.quiet === 'silent' || all.length === 0))
    return rowFor(of, due, 'quiet', 'There was nothing new for you.');
  const chosen = some.length > 0 ? some : all;
  return {
    ...rowFor(of, due, 'queued', null),
    subject: subject(chosen),
    sections: JSON.stringify(chosen.map(sectionOf)),
  };
}

/** The papers that each has had. */
async function hadBy(tx: Db, served: Served[], now: number): Promise<Map<number, Had>> {
  const had = new Map<number, Had>(served.map(({ row }) => [row.id, new Map()]));
  const rows = await tx
    .selectFrom('deliveries')
    .select(['subscriber', 'sections'])
    .where('subscriber', 'in', [...had.keys()])
    .where('due_at', '>', now - RECEIPTS)
    .where('state', 'in', RECEIVED)
    .execute();
  for (const { subscriber, sections } of rows)
    addHad(had.get(subscriber)!, JSON.parse(sections) as Section[]);
  return had;
}

/** The issues that subscribers have in a mail already, as `subscriber issue`. */
async function deliveredAmong(tx: Db, served: Served[]): Promise<Set<string>> {
  const ids = [...new Set(served.flatMap(({ issues }) => issues.map(({ id }) => id)))];
  const people = served.map(({ row }) => row.id);
  const rows = await inSlices(ids, (slice) =>
    tx
      .selectFrom('delivered_issues')
      .select(['issue', 'subscriber'])
      .where('issue', 'in', slice)
      .where('subscriber', 'in', people)
      .execute(),
  );
  return new Set(rows.map(({ issue, subscriber }) => `${subscriber} ${issue}`));
}

async function insertLedger({ tx, config, now }: Round, rows: LedgerRow[]): Promise<void> {
  const host = mailHost(config).replace(/[^\w.-]/g, '') || 'localhost';
  await insertMany(
    tx,
    'deliveries',
    [
      ...(['id', 'subscriber', 'email', 'domain', 'due_at', 'composed_at', 'state', 'reason'] as const),
      ...(['subject', 'sections', 'message_id', 'tries', 'next_at', 'lease_until', 'ended_at'] as const),
    ],
    rows.map(({ of: { row }, id, due_at, state, reason, subject, sections }) => [
      ...[id, row.id, row.email, domainOf(row.email), due_at, now, state, reason],
      ...[subject, sections, `${id}@${host}`, 0, now, 0, state === 'queued' ? null : now],
    ]),
  );
}
