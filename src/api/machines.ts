/** The interfaces for programs outside `/api/`, in one place: `/oai`, `/mcp` and `/llms.txt`. */
import type { Hono } from 'hono';
import type { Web } from '../http/context.ts';
import { mountLlms } from './llms.ts';
import { mountMcp } from './mcp/mount.ts';
import { mountOai, type OaiOptions } from './oai/mount.ts';

/** Mounts them all on an application made by `createWeb`. */
export function mountMachines(app: Hono, web: Web, oai: OaiOptions): void {
  mountOai(app, web, oai);
  mountMcp(app, web);
  mountLlms(app, web);
}
