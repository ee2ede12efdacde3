/**
 * How the nodes of a site recognise each other: by a key in the database they share. Each request is signed for a few
 * minutes and one address, so that an intercepted one opens nothing else.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { addMeta, META } from '../store/meta.ts';
import type { Store } from '../store/open.ts';

/** How far the clocks of two nodes may be apart (ms). */
const APART = 300_000;

/** The key, made when it is first needed. */
export const nodeKey = (store: Store): Promise<string> =>
  addMeta(store.write, META.nodeKey, randomBytes(32).toString('base64url'));

const sign = (key: string, path: string, at: number): string =>
  createHmac('sha256', key).update(`${at} ${path}`).digest('base64url');

/** The `Authorization` header of a request. @param at epoch ms */
export const nodeHeader = (key: string, path: string, at: number): string =>
  `Broadsheet-Node ${at}.${sign(key, path, at)}`;

/** Whether a request comes from a node of the same site. */
export function isFromNode(header: string | null, key: string, path: string, now: number): boolean {
  const [, at, signed] = /^Broadsheet-Node (\d{1,15})\.([\w-]{43})$/.exec(header ?? '') ?? [];
  if (at === undefined || Math.abs(Number(at) - now) > APART) return false;
  return timingSafeEqual(Buffer.from(signed!), Buffer.from(sign(key, path, Number(at))));
}
