/** What the tables of pages are written with. */
import type { Ask, GuardedReading, GuardedWriting, Param, Reading, Route, Writing } from '../http/context.ts';
import type { Reply } from '../http/replies.ts';

/** A page that is cached, with slots for readers. */
export const page = (
  path: string,
  says: string,
  handle: (ask: Ask, param: Param) => Promise<Reply>,
): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'page',
  who: 'public',
  handle,
});
/** An address that is answered anew each time. */
export const plain = (path: string, says: string, handle: Reading['handle']): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'plain',
  who: 'public',
  handle,
});
/** A route that reads these query parameters. */
export const reading = <R extends Route>(query: readonly string[], route: R): R => ({ ...route, query });
/** A form that anybody may send. */
export const form = (path: string, says: string, handle: Writing['handle']): Writing => ({
  method: 'POST',
  path,
  says,
  kind: 'form',
  who: 'public',
  handle,
});
/** A page for administrators. */
export const guarded = (path: string, says: string, handle: GuardedReading['handle']): GuardedReading => ({
  method: 'GET',
  path,
  says,
  kind: 'admin',
  who: 'operator',
  handle,
});
/** A form for administrators. */
export const guardedForm = (
  path: string,
  says: string,
  handle: GuardedWriting['handle'],
): GuardedWriting => ({
  method: 'POST',
  path,
  says,
  kind: 'admin',
  who: 'operator',
  handle,
});
/** A route for signed-in readers only. */
export const forReaders = <R extends Reading | Writing>(route: R): R => ({ ...route, who: 'reader' });
/** A route for moderators and admins only. */
export const forModerators = <R extends Reading | Writing>(route: R): R => ({ ...route, who: 'moderator' });
