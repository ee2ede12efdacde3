/**
 * The ledger of posts: one row per issue and channel, and no more, whatever happens. States are those of mails (types.ts).
 * A row is taken by one process for a while; before the request that posts it, it becomes `handing`. If that request has no
 * answer, it is repeated only as long as the service recognises it as the same post.
 */
import { randomBytes } from 'node:crypto';
import type { Turn } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { type ChannelKind, KINDS } from './channel-kinds.ts';
import { type Channel, channelOf, switchOff } from './channels.ts';
import { endedBy, endOf, nextMoment, OF_USE, RECEIPTS } from './schedule.ts';
import type { Compose, DeliveryState, Issue } from './types.ts';

export interface Post {
  id: string;
  issue: string;
  channel: string;
  /** Made to try out the channel. */
  isTest: boolean;
  dueAt: number;
  state: DeliveryState;
  reason: string | null;
  tries: number;
  handedAt: number | null;
  endedAt: number | null;
  answer: string | null;
  remote: string | null;
}

/** What came of an attempt. */
export type Outcome =
  | { is: 'sent'; answer: string; remote: string | null }
  /** Refused for good. `off`: the channel as a whole. */
  | { is: 'failed'; answer: string; off: boolean }
  /** Not accepted for now. `wait`: how long the service wants to be left alone (ms). */
  | { is: 'later'; answer: string; wait: number | null }
  /** It may have been posted: there was no answer. */
  | { is: 'unknown'; answer: string };

/** A post that this process has taken. */
export interface TakenPost {
  row: Schema['channel_posts'];
  channel: Channel;
  /** Sealed. */
  secret: string;
}

/** The first pause after a failure (ms), doubled up to the longest. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;
/** How long a row is left to the process that took it (ms): longer than all requests of a post may take. */
const LEASE = 3 * 60_000;
/** Rows taken at once. */
const AT_ONCE = 10;
const OF_ANSWER = 500;

const newId = (): string => randomBytes(12).toString('base64url');

export interface DueDeps {
  store: Store;
  compose: Compose;
  turn: Turn;
  /** Receives a sentence about a channel whose issue cannot be composed. */
  failed?(says: string): void;
}

/**
 * Queues the posts that are due: for every channel, the issues of the periods that have ended.
 *
 * @returns how many
 */
export async function queuePosts(deps: DueDeps, now: number): Promise<number> {
  const { store, turn } = deps;
  const rows = await store.read.selectFrom('channels').selectAll().where('state', '=', 'active').execute();
  let queued = 0;
  for (const channel of rows.map(channelOf)) {
    try {
      queued += await queueFor(deps, channel, endedBy(channel, now, turn), now);
    } catch (error) {
      // The search index does not know everything yet (composing/compose.ts).
      if ((error as Error).name === 'IndexBehind') continue;
      deps.failed?.(`${channel.name}: its issue could not be composed: ${(error as Error).message}`);
    }
  }
  return queued;
}

async function queueFor(
  { store, compose, turn }: DueDeps,
  channel: Channel,
  periods: string[],
  now: number,
): Promise<number> {
  const { minute, ...times } = channel.times;
  let through = channel.through;
  let queued = 0;
  for (const period of periods) {
    const end = endOf(channel.cadence, period, turn);
    const due = minute === null ? end : (nextMoment({ ...times, minute }, end - 1) ?? end);
    const issue = await compose(channel.list, period);
    // Not closed yet, or the list is gone.
    if (issue === null && now - end < OF_USE) break;
    await store.write.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('channels')
        .set({ through: period })
        .where('id', '=', channel.id)
        .where('through', '=', through)
        .executeTakeFirstOrThrow();
      // Another process was faster, or the channel has been removed.
      if (numUpdatedRows === 0n || issue === null) return;
      const state = issue.papers.length === 0 ? 'quiet' : now - due > OF_USE ? 'missed' : 'queued';
      if ((await insert(tx, channel.id, issue, { due, state, now })) && state === 'queued') queued++;
    });
    through = period;
  }
  return queued;
}

interface Inserted {
  due: number;
  state: DeliveryState;
  now: number;
  run?: string;
}

/** The id of the new row, or of one that had failed; null: there is another for this issue and channel. */
async function insert(
  db: Db,
  channel: string,
  issue: Pick<Issue, 'id'>,
  { due, state, now, run = '' }: Inserted,
): Promise<string | null> {
  const isOver = state !== 'queued';
  const row = await db
    .insertInto('channel_posts')
    .values({
      id: newId(),
      issue: issue.id,
      channel,
      run,
      due_at: due,
      state,
      reason: isOver ? SAYS[state as 'quiet' | 'missed'] : null,
      tries: 0,
      next_at: due,
      lease_until: 0,
      unsure_since: null,
      handed_at: null,
      ended_at: isOver ? now : null,
      answer: null,
      remote: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['issue', 'channel', 'run'])
        // Certainly not posted: it may be tried again. The number of tries goes on, since it tells attempts apart.
        .doUpdateSet({ state, due_at: due, next_at: due, reason: null, answer: null, ended_at: null })
        .where('channel_posts.state', 'in', ['failed', 'missed'])
        .where('channel_posts.unsure_since', 'is', null),
    )
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

const SAYS = {
  quiet: 'the issue has no papers',
  missed: 'nothing was running when it was due',
};

/**
 * Queues an issue for a channel now.
 *
 * @param isTest posts it even if the channel has had it, without counting as that
 * @returns the row's id, also if it had failed or been missed; null: it has had it, or may have had it
 */
export const queuePost = (
  store: Store,
  channel: string,
  issue: Pick<Issue, 'id'>,
  now: number,
  isTest = false,
): Promise<string | null> =>
  insert(store.write, channel, issue, { due: now, state: 'queued', now, run: isTest ? newId() : '' });

/** Takes posts that are due, of channels that are active. @param only these rows, whatever the state of their channels */
export async function takePosts(store: Store, now: number, only?: string[]): Promise<TakenPost[]> {
  await recover(store, now);
  let due = store.read
    .selectFrom('channel_posts')
    .innerJoin('channels', 'channels.id', 'channel_posts.channel')
    .select(['channel_posts.id', 'channels.id as channel'])
    .where('channel_posts.state', '=', 'queued')
    .where('channel_posts.next_at', '<=', now)
    .where('channel_posts.lease_until', '<=', now);
  due =
    only === undefined
      ? due.where('channels.state', '=', 'active')
      : due.where('channel_posts.id', 'in', [...only, '']);
  const found = await due
    .orderBy('channel_posts.next_at')
    .orderBy('channel_posts.id')
    .limit(AT_ONCE)
    .execute();
  const taken: TakenPost[] = [];
  for (const { id, channel } of found) {
    const row = await store.write
      .updateTable('channel_posts')
      .set((e) => ({ tries: e('tries', '+', 1), lease_until: now + LEASE }))
      .where('id', '=', id)
      .where('state', '=', 'queued')
      .where('next_at', '<=', now)
      .where('lease_until', '<=', now)
      .returningAll()
      .executeTakeFirst();
    if (!row) continue;
    const of = await store.read
      .selectFrom('channels')
      .selectAll()
      .where('id', '=', channel)
      .executeTakeFirst();
    if (!of) continue;
    if (now - row.due_at > OF_USE && row.unsure_since === null && row.handed_at === null)
      await end(store, row, { state: 'missed', reason: SAYS.missed }, now);
    else if (row.unsure_since !== null && !recognises(of.kind, row.unsure_since, now))
      await end(store, row, { state: 'uncertain', reason: UNCERTAIN }, now);
    else taken.push({ row, channel: channelOf(of), secret: of.secret });
  }
  return taken;
}

const UNCERTAIN = 'the connection ended before the service answered: it may have been posted';

const recognises = (kind: string, since: number, now: number): boolean =>
  now - since < KINDS[kind as ChannelKind].recognises;

/** Rows whose process ended in the middle of handing them over. */
async function recover(store: Store, now: number): Promise<void> {
  const rows = await store.read
    .selectFrom('channel_posts')
    .selectAll()
    .where('state', '=', 'handing')
    .where('lease_until', '<=', now)
    .execute();
  for (const row of rows) {
    const of = await store.read
      .selectFrom('channels')
      .select('kind')
      .where('id', '=', row.channel)
      .executeTakeFirst();
    if (of) await finish(store, { row, kind: of.kind as ChannelKind }, STOPPED, now);
  }
}

const STOPPED: Outcome = { is: 'unknown', answer: 'the process that was posting it ended' };

/** Notes that the request that posts it is about to be made. False: the row is no longer this process's. */
export async function handOver(store: Store, { row }: TakenPost, now: number): Promise<boolean> {
  const { numUpdatedRows } = await store.write
    .updateTable('channel_posts')
    .set({ state: 'handing', handed_at: now })
    .where('id', '=', row.id)
    .where('tries', '=', row.tries)
    .where('state', '=', 'queued')
    .executeTakeFirstOrThrow();
  row.handed_at = now;
  return numUpdatedRows > 0n;
}

/** Records what came of an attempt. @returns the state the row is in now */
export async function finish(
  store: Store,
  { row, kind }: { row: Schema['channel_posts']; kind: ChannelKind },
  outcome: Outcome,
  now: number,
): Promise<DeliveryState> {
  const answer = outcome.answer.slice(0, OF_ANSWER);
  if (outcome.is === 'sent')
    return end(store, row, { state: 'sent', reason: null, answer, remote: outcome.remote }, now);
  if (outcome.is === 'failed') {
    const state = await end(store, row, { state: 'failed', reason: null, answer }, now);
    if (outcome.off) await switchOff(store.write, row.channel, answer);
    return state;
  }
  const unsure = row.unsure_since ?? (outcome.is === 'unknown' ? (row.handed_at ?? now) : null);
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (row.tries - 1));
  const next = now + Math.max(outcome.is === 'later' ? (outcome.wait ?? pause) : pause, 1000);
  if (unsure !== null && !recognises(kind, unsure, next))
    return end(store, row, { state: 'uncertain', reason: UNCERTAIN, answer, unsure_since: unsure }, now);
  if (next - row.due_at > OF_USE)
    return end(store, row, { state: 'failed', reason: 'given up after many attempts', answer }, now);
  return end(store, row, { state: 'queued', answer, next_at: next, unsure_since: unsure }, null);
}

/** @param at when it ended; null: it has not */
async function end(
  store: Store,
  row: Schema['channel_posts'],
  set: Partial<Schema['channel_posts']> & { state: DeliveryState },
  at: number | null,
): Promise<DeliveryState> {
  await store.write
    .updateTable('channel_posts')
    .set({ ...set, lease_until: 0, ended_at: at })
    .where('id', '=', row.id)
    .where('tries', '=', row.tries)
    .where('state', 'in', ['queued', 'handing'])
    .execute();
  return set.state;
}

/** Deletes what became of posts long ago. */
export async function prunePosts(store: Store, now: number): Promise<void> {
  await store.write
    .deleteFrom('channel_posts')
    .where('due_at', '<', now - RECEIPTS)
    .where('state', 'not in', ['queued', 'handing'])
    .execute();
}

/** Posts of a channel, the newest first. */
export async function postsOf(db: Db, channel: string, limit: number): Promise<Post[]> {
  const rows = await db
    .selectFrom('channel_posts')
    .selectAll()
    .where('channel', '=', channel)
    .orderBy('due_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(postOf);
}

export async function postWith(db: Db, id: string): Promise<Post | null> {
  const row = await db.selectFrom('channel_posts').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? postOf(row) : null;
}

const postOf = (row: Schema['channel_posts']): Post => ({
  id: row.id,
  issue: row.issue,
  channel: row.channel,
  isTest: row.run !== '',
  dueAt: row.due_at,
  state: row.state as DeliveryState,
  reason: row.reason,
  tries: row.tries,
  handedAt: row.handed_at,
  endedAt: row.ended_at,
  answer: row.answer,
  remote: row.remote,
});

/**
 * The newest issue with papers of a list, or else of the daily edition, to try out a channel with. Null: there is none.
 */
export async function newestIssue(
  db: Db,
  { list, subject }: Channel['list'],
): Promise<{ id: string } | null> {
  for (const of of [
    { list: list as string, subject },
    { list: 'daily', subject: '' },
  ]) {
    const row = await db
      .selectFrom('issues')
      .select('id')
      .where('list', '=', of.list)
      .where('subject', '=', of.subject)
      .where('papers', '>', 0)
      .orderBy('period', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row) return row;
  }
  return null;
}
