/** The interfaces for programs outside `/api/`, in one place: `/oai`, `/mcp` and `/llms.txt`. */
import type { Hono } from 'hono';
import type { WebContext } from '../http/context.ts';
import { mountLlms } from './llms.ts';
import { mountMcp } from './mcp/mount.ts';
import { mountOai, type OaiOptions } from './oai/mount.ts';

/** Mounts them all on an application made by `createWeb` for the same context. */
export function mountMachines(app: Hono, context: WebContext, oai: OaiOptions): void {
  mountOai(app, context, oai);
  mountMcp(app, context);
  mountLlms(app, context);
}
