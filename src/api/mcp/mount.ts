/**
 * MCP over HTTP (Streamable HTTP), `/mcp`. There are no sessions: each request is independent and answered as JSON, so
 * any process may answer it, and nothing is kept for clients that have gone away.
 */
import type { Hono } from 'hono';
import type { Web } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { publicNetwork } from '../../http/proxies.ts';
import { ask as readAsk } from '../../http/request.ts';
import { openDoor } from '../door.ts';
import { bearerIn } from '../writing.ts';
import { refuseRebound } from './guard.ts';
import { mcpServer } from './server.ts';
import { type McpReader, ToolError } from './tool.ts';

/** The most bytes in a request. The longest arguments are a query of 2,000 characters. */
const LARGEST = 64 * 1024;

/** Mounts the server on an application made by `createWeb`. */
export function mountMcp(app: Hono, web: Web): void {
  openDoor(app, web, '/mcp', { busy: 429 }, async (request, from) => {
    refuseRebound(request, web.site.publicUrl);
    if (request.method !== 'POST')
      throw new WebError(405, 'MCP clients POST to this address; see docs/mcp.md.', {}, { allow: 'POST' });
    const { base } = readAsk(web, request);
    const message = await oneMessage(request);
    const reader = await readerOf(web, request, from);
    const server = await mcpServer({
      ...(reader && { reader }),
      library: web.contents.library,
      surveys: web.surveys,
      site: web.site,
      base,
      failed: (error) =>
        web.log?.({ path: '/mcp', error: error instanceof Error ? error.stack : String(error) }),
    });
    const { WebStandardStreamableHTTPServerTransport: Transport } = await import(
      '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
    );
    const transport = new Transport({ enableJsonResponse: true });
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    try {
      return await transport.handleRequest(message);
    } finally {
      await server.close();
    }
  });
}

/** The account that the request acts for; null: it has no access token. @throws WebError for one that is not valid */
async function readerOf(web: Web, request: Request, from: string): Promise<McpReader | null> {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const token = bearerIn(header);
  const bearer = token === null ? null : await web.people.bearer(token);
  if (!bearer)
    throw new WebError(401, 'This access token is not valid.', {}, { 'www-authenticate': 'Bearer' });
  return {
    ...bearer,
    personal: web.personal,
    async vote(paper, isFor) {
      await web.people.vote(paper, bearer.account.id, isFor, publicNetwork(from));
      return (await web.contents.library.totals([paper])).get(paper)?.upvotes ?? 0;
    },
    async limit() {
      if (!(await web.limits.takeQuietly('votes', String(bearer.account.id))))
        throw new ToolError('Too many requests in a short time. Please try again later.');
    },
  };
}

/** The request with its body read. A batch of messages would be many requests counted as one. */
async function oneMessage(request: Request): Promise<Request> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > LARGEST) throw new WebError(413, 'This message is too large.');
    parts.push(part);
  }
  const body = Buffer.concat(parts).toString('utf8');
  if (body.trimStart().startsWith('['))
    throw new WebError(400, 'This address accepts one message per request, not batches.');
  return new Request(request.url, { method: 'POST', headers: request.headers, body });
}
