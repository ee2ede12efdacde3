/** The interfaces for programs outside `/api/`, in one place: `/oai`, `/mcp`, `/llms.txt` and `/mail/events`. */
import type { Hono } from 'hono';
import type { Web } from '../http/context.ts';
import { mountLlms } from './llms.ts';
import { mountMailEvents } from './mail-events.ts';
import { mountMcp } from './mcp/mount.ts';
import { mountOai, type OaiOptions } from './oai/mount.ts';

/** Mounts them all on an application made by `createWeb`. */
export function mountMachines(app: Hono, web: Web, oai: OaiOptions): void {
  mountOai(app, web, oai);
  mountMcp(app, web);
  mountLlms(app, web);
  mountMailEvents(app, web);
}
