/**
 * What interfaces outside `/api/` have in common with it: requests count towards the same limit, any site's scripts may
 * read, and errors leave in the shape of all others.
 */
import type { Context, Hono } from 'hono';
import type { Web } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import { fail } from '../http/fail.ts';
import { addressOf } from '../http/proxies.ts';
import { OPEN } from './route.ts';

export interface DoorOptions {
  /** How an address that has no requests left is told so. */
  busy: 429 | 503;
}

/** Handles an address for every method. @param answer treats HEAD like GET, and receives the client's address */
export function openDoor(
  app: Hono,
  web: Web,
  path: string,
  { busy }: DoorOptions,
  answer: (request: Request, address: string) => Promise<Response>,
): void {
  app.all(path, async (c: Context) => {
    const request = c.req.raw;
    const socket = (c.env as { incoming?: { socket?: { remoteAddress?: string } } })?.incoming?.socket;
    const address = addressOf(socket?.remoteAddress, request.headers, web.proxies);
    const allowance = web.allow?.(address);
    const answered = async (): Promise<Response> => {
      if (allowance && !allowance.granted)
        throw new WebError(
          busy,
          `Too many requests from this address. Please try again in ${allowance.wait} seconds.`,
          {},
          { 'retry-after': String(allowance.wait) },
        );
      return answer(request, address);
    };
    const given = await answered().catch((error: unknown) => fail(web, request, error));
    const headers = new Headers(given.headers);
    for (const [name, value] of Object.entries(OPEN)) if (!headers.has(name)) headers.set(name, value);
    const told = allowance?.headers ?? [];
    for (let i = 0; i < told.length; i += 2) headers.set(told[i]!, told[i + 1]!);
    return new Response(given.body, { status: given.status, headers });
  });
}
