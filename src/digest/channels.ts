/**
 * Channels: where the issues of a list are posted besides mail. Their secrets are sealed (sealing.ts). What has been
 * posted is in channel-posts.ts.
 */
import { randomBytes } from 'node:crypto';
import { bareHost, isLoopback } from '../net/addresses.ts';
import type { PrivateHosts } from '../net/reach.ts';
import type { Turn } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { type ChannelKind, KINDS } from './channel-kinds.ts';
import { isTimeZone, lastEnded } from './schedule.ts';
import type { Sealer } from './sealing.ts';
import type { Cadence, ListRef, Period } from './types.ts';

/** `off`: the service no longer takes posts; `reason` says what it answered. */
export type ChannelState = 'active' | 'paused' | 'off';

export interface Channel {
  id: string;
  kind: ChannelKind;
  name: string;
  /** Origin or address, without secrets; `''` until it is known. */
  server: string;
  target: string;
  list: ListRef;
  cadence: Cadence;
  /** When issues are posted; `minute` null: as soon as they are composed. */
  times: { days: number; minute: number | null; timeZone: string };
  state: ChannelState;
  reason: string | null;
  through: Period;
  /** Epoch ms. */
  createdAt: number;
}

export interface NewChannel extends Pick<Channel, 'kind' | 'name' | 'list' | 'cadence' | 'times'> {
  /** Empty: the default of its kind. */
  server: string;
  target: string;
  /** Empty, for a webhook: a signing key is made. */
  secret: string;
}

/** It cannot be added; the message says why. */
export class ChannelError extends Error {
  override name = 'ChannelError';
}

export interface ChannelSettings {
  sealer: Sealer;
  privateHosts: PrivateHosts;
  turn: Turn;
}

const NAME = 60;
const LONGEST = 2000;

/** All channels, by name. */
export async function allChannels(db: Db): Promise<Channel[]> {
  const rows = await db.selectFrom('channels').selectAll().orderBy('name').execute();
  return rows.map(channelOf);
}

export async function channelNamed(db: Db, name: string): Promise<Channel | null> {
  const row = await db.selectFrom('channels').selectAll().where('name', '=', name).executeTakeFirst();
  return row ? channelOf(row) : null;
}

/**
 * Adds a channel. The first issue it gets is that of the period now running.
 *
 * @returns `made`: the signing key, if one was made: shown once, since it cannot be read again
 * @throws ChannelError
 */
export async function addChannel(
  store: Store,
  settings: ChannelSettings,
  given: NewChannel,
  now: number,
): Promise<{ channel: Channel; made: string | null }> {
  const id = randomBytes(9).toString('base64url');
  const { server, target, secret, made } = checked(given, settings.privateHosts);
  const name = given.name.trim();
  if (name === '' || name.length > NAME || /[\p{Cc}]/u.test(name))
    throw new ChannelError(`a channel needs a name of at most ${NAME} characters`);
  if (given.list.list === 'following') throw new ChannelError('what an account follows is not posted');
  const { days, minute, timeZone } = given.times;
  if (!isTimeZone(timeZone)) throw new ChannelError(`there is no time zone '${timeZone.slice(0, 60)}'`);
  if ((days & 127) === 0) throw new ChannelError('a channel needs at least one day of the week');
  const row: Schema['channels'] = {
    id,
    kind: given.kind,
    name,
    server,
    target,
    secret: settings.sealer.seal(secret, id),
    list: given.list.list,
    subject: given.list.subject,
    list_name: given.list.name,
    cadence: given.cadence,
    days,
    minute,
    time_zone: timeZone,
    state: 'active',
    reason: null,
    through: lastEnded(given.cadence, now, settings.turn),
    created_at: now,
  };
  const inserted = await store.write
    .insertInto('channels')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) throw new ChannelError(`there is already a channel named ${name}`);
  return { channel: channelOf(row), made };
}

/** Pauses a channel: nothing is posted until it is resumed. False: there is none. */
export const pauseChannel = (store: Store, id: string): Promise<boolean> =>
  change(store, id, { state: 'paused', reason: null });

/** Resumes it, also if the service had refused posts. What it missed meanwhile is not posted. */
export async function resumeChannel(store: Store, id: string, turn: Turn, now: number): Promise<boolean> {
  const row = await store.read
    .selectFrom('channels')
    .select(['cadence', 'state', 'through'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return false;
  if (row.state === 'active') return true;
  const last = lastEnded(row.cadence as Cadence, now, turn);
  // The clock may have been put back: an issue never comes twice.
  const through = [row.through, last].sort().at(-1)!;
  return change(store, id, { state: 'active', reason: null, through });
}

/** Switches a channel off, unless somebody has paused it meanwhile. */
export async function switchOff(db: Db, id: string, reason: string): Promise<void> {
  await db
    .updateTable('channels')
    .set({ state: 'off', reason })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .execute();
}

/** Removes a channel with its secret and the record of its posts. False: there is none. */
export function removeChannel(store: Store, id: string): Promise<boolean> {
  return store.write.transaction().execute(async (tx) => {
    await tx.deleteFrom('channel_posts').where('channel', '=', id).execute();
    const { numDeletedRows } = await tx.deleteFrom('channels').where('id', '=', id).executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  });
}

async function change(store: Store, id: string, set: Partial<Schema['channels']>): Promise<boolean> {
  const { numUpdatedRows } = await store.write
    .updateTable('channels')
    .set(set)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Secrets as they are sent in a header or an address: visible ASCII. */
const SECRET = /^[\x21-\x7e]{1,2000}$/;

/** What is stored of what was given. @throws ChannelError */
function checked(
  { kind, server, target, secret }: NewChannel,
  hosts: PrivateHosts,
): Record<'server' | 'target' | 'secret', string> & { made: string | null } {
  const needs = KINDS[kind];
  const made = kind === 'webhook' && secret === '' ? `whsec_${randomBytes(32).toString('base64')}` : null;
  const kept = made ?? secret.trim();
  if (kept === '') throw new ChannelError(`${needs.title} needs a secret: the ${needs.secret.says}`);
  if (!SECRET.test(kept)) throw new ChannelError(`the ${needs.secret.says} has characters it cannot have`);
  if (kind === 'webhook') signingKey(kept);
  if (kind === 'telegram' && !/^\d+:[\w-]+$/.test(kept))
    throw new ChannelError('the token of a bot looks like 123456789:AAE…');
  const to = target.trim();
  if (needs.target !== null && (to === '' || to.length > 300 || /[\s\p{Cc}]/u.test(to)))
    throw new ChannelError(`${needs.title} needs a ${needs.target.says}, such as ${needs.target.like}`);
  if (needs.secret.isAddress) {
    const url = checkAddress(kept, needs.secret.says, hosts);
    return { server: url.origin, target: '', secret: url.href, made };
  }
  const at = server.trim() || needs.server?.default || '';
  if (at === '') throw new ChannelError(`${needs.title} needs a server: the ${needs.server?.says}`);
  const url = checkAddress(at, needs.server!.says, hosts);
  return {
    server: kind === 'webhook' ? url.href : url.origin,
    target: needs.target === null ? '' : to,
    secret: kept,
    made,
  };
}

/** An address that may be sent secrets. @throws ChannelError */
function checkAddress(text: string, says: string, hosts: PrivateHosts): URL {
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ChannelError(`the ${says} must begin with https://`);
  if (url.username !== '' || url.password !== '')
    throw new ChannelError(`the ${says} must not contain a user name or a password`);
  // Without TLS only where the operator knows the way there.
  if (url.protocol === 'http:' && !isLoopback(url.href) && !hosts.names(bareHost(url.hostname)))
    throw new ChannelError(`the ${says} must begin with https://, or be a host that PRIVATE_HOSTS names`);
  url.hash = '';
  return url;
}

/** The bytes of a signing key (Standard Webhooks). @throws ChannelError */
export function signingKey(secret: string): Buffer {
  const text = secret.startsWith('whsec_') ? secret.slice(6) : secret;
  const key = Buffer.from(text, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || key.length < 24 || key.length > 64)
    throw new ChannelError('a signing key is whsec_ and 24 to 64 bytes in base64');
  return key;
}

export const channelOf = (row: Schema['channels']): Channel => ({
  id: row.id,
  kind: row.kind as ChannelKind,
  name: row.name,
  server: row.server,
  target: row.target,
  list: { list: row.list as ListRef['list'], subject: row.subject, name: row.list_name },
  cadence: row.cadence as Cadence,
  times: { days: row.days, minute: row.minute, timeZone: row.time_zone },
  state: row.state as ChannelState,
  reason: row.reason,
  through: row.through,
  createdAt: row.created_at,
});
