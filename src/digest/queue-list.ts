/** Queues one issue for everybody who gets its list, whatever hour they chose: for `digest send`. */
import { randomBytes } from 'node:crypto';
import { inSlices, insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { deliveryId, domainOf, type SubscriberRow, subscriberOf } from './rows.ts';
import { RECEIPTS } from './schedule.ts';
import { addHad, choose, type Had, sectionOf } from './sections.ts';
import { suppressedAmong } from './suppressed.ts';
import type { DeliveryState, DigestMail, Issue, Section, Subject } from './types.ts';

export interface QueueOptions {
  subject: Subject;
  /** For Message-IDs: a host name. */
  host: string;
  /** Epoch ms. */
  now: number;
}

/** Subscribers per transaction. */
const BATCH = 500;
/** Papers of a copy for somebody who has chosen nothing. */
const MOST_PAPERS = 25;

/**
 * Queues an issue for all subscribers of its list who have it in no mail yet. Stopped half-way and called again, it goes
 * on; nobody gets it twice.
 *
 * @returns how many rows there are now that were not there before, whatever their state
 */
export async function queueList(store: Store, issue: Issue, options: QueueOptions): Promise<number> {
  let after = 0;
  let queued = 0;
  for (;;) {
    const rows = await store.read
      .selectFrom('subscribers')
      .selectAll()
      .where('id', '>', after)
      .where('state', '=', 'confirmed')
      .where((e) =>
        e.exists(
          e
            .selectFrom('subscriptions')
            .select('id')
            .whereRef('subscriptions.subscriber', '=', 'subscribers.id')
            .where('list', '=', issue.list)
            .where('subject', '=', issue.subject),
        ),
      )
      .orderBy('id')
      .limit(BATCH)
      .execute();
    if (rows.length === 0) return queued;
    after = rows.at(-1)!.id;
    queued += await store.write.transaction().execute((tx) => queueBatch(tx, rows, issue, options));
  }
}

async function queueBatch(
  tx: Db,
  subscribers: SubscriberRow[],
  issue: Issue,
  { subject, host, now }: QueueOptions,
): Promise<number> {
  const byId = new Map(subscribers.map((row) => [row.id, row]));
  const idOf = (row: SubscriberRow): string => deliveryId(row, `issue ${issue.id}`);
  // Whoever inserts the pair of issue and subscriber makes the row.
  const fresh = await tx
    .insertInto('delivered_issues')
    .values(
      subscribers.map((row) => ({ issue: issue.id, subscriber: row.id, delivery: idOf(row), place: 0 })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('subscriber')
    .execute();
  if (fresh.length === 0) return 0;
  const rows = fresh.map(({ subscriber }) => byId.get(subscriber)!);
  const suppressed = await suppressedAmong(
    tx,
    rows.map(({ email }) => email),
  );
  const had = await hadBy(
    tx,
    rows.map(({ id }) => id),
    now,
  );
  const made = rows.map((row) => {
    const subscriber = subscriberOf(row);
    const [chosen] = choose([issue], subscriber, had.get(row.id) ?? new Map());
    const why = suppressed.get(row.email);
    const state: DeliveryState =
      why !== undefined
        ? 'suppressed'
        : chosen!.papers.length === 0 && subscriber.quiet === 'silent'
          ? 'quiet'
          : 'queued';
    const reason = why ?? (state === 'quiet' ? 'There was nothing new for you.' : null);
    return { row, state, reason, chosen: chosen! };
  });
  await insertRows(
    tx,
    made.map(({ row, state, reason, chosen }) => ({
      ...{ id: idOf(row), subscriber: row.id, email: row.email, state, reason, now, host },
      subject: state === 'queued' ? subject([chosen]) : '',
      sections: state === 'queued' ? [sectionOf(chosen)] : [],
    })),
  );
  return rows.length;
}

/** The papers that each has had in earlier mails. */
async function hadBy(tx: Db, ids: number[], now: number): Promise<Map<number, Had>> {
  const found = new Map<number, Had>(ids.map((id) => [id, new Map()]));
  const rows = await inSlices(ids, (slice) =>
    tx
      .selectFrom('deliveries')
      .select(['subscriber', 'sections'])
      .where('subscriber', 'in', slice)
      .where('due_at', '>', now - RECEIPTS)
      .where('state', 'in', ['queued', 'handing', 'sent', 'uncertain'])
      .execute(),
  );
  for (const { subscriber, sections } of rows)
    addHad(found.get(subscriber)!, JSON.parse(sections) as Section[]);
  return found;
}

/**
 * Queues a copy of an issue for one address, which need not be a subscriber's. It counts for nothing else: a subscriber
 * still gets the issue when it is due.
 *
 * @returns the row's id
 */
export async function queueCopy(
  store: Store,
  issue: Issue,
  email: string,
  { subject, host, now }: QueueOptions,
): Promise<string> {
  const papers = issue.papers.slice(0, MOST_PAPERS);
  const section = { issue, papers, left: issue.papers.length - papers.length, had: 0 };
  const id = randomBytes(12).toString('hex');
  await insertRows(store.write, [
    {
      ...{ id, subscriber: 0, email, state: 'queued', reason: null, now, host },
      subject: subject([section]),
      sections: [sectionOf(section satisfies DigestMail['sections'][number])],
    },
  ]);
  return id;
}

interface NewRow {
  id: string;
  subscriber: number;
  email: string;
  state: DeliveryState;
  reason: string | null;
  subject: string;
  sections: Section[];
  now: number;
  host: string;
}

const insertRows = (tx: Db, rows: NewRow[]): Promise<void> =>
  insertMany(
    tx,
    'deliveries',
    [
      ...(['id', 'subscriber', 'email', 'domain', 'due_at', 'composed_at', 'state', 'reason'] as const),
      ...(['subject', 'sections', 'message_id', 'tries', 'next_at', 'lease_until', 'ended_at'] as const),
    ],
    rows.map(({ id, subscriber, email, state, reason, subject, sections, now, host }) => [
      ...[id, subscriber, email, domainOf(email), now, now, state, reason],
      ...[subject, JSON.stringify(sections), `${id}@${host}`, 0, now, 0, state === 'queued' ? null : now],
    ]),
  );
