/** The HTTP server around the application: its limits in bytes and time, and how it stops. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { isOurApi } from './address.ts';
import { awayPath } from './away.ts';
import type { Web } from './context.ts';
import { fastPath } from './fast.ts';
import { frontOf } from './front.ts';
import { takeRequestId } from './request-id.ts';
import type { Served } from './served.ts';

/** Most bytes of a request's first line and headers together. */
export const LARGEST_HEAD = 16 * 1024;
/** Most connections; idle ones are closed before the limit is reached, new ones beyond it. */
export const MOST_CONNECTIONS = 4_000;
/** Time (ms) in which a request's headers, and the whole request, must arrive. */
const HEADERS_TIME = 20_000;
const REQUEST_TIME = 60_000;
/** A connection without traffic for this long (ms) is closed, even if its client is just not reading. */
const STILL_TIME = 120_000;
/** Longer than proxies keep theirs, so that none sends a request on a connection that is being closed. */
const KEEP_ALIVE = 65_000;
/** How often these limits are checked, ms. */
const LOOK = 5_000;
/** After the response to a malformed request, a client that keeps sending is cut off after this long (ms). */
const LINGER = 2_000;

/** A site that is reached by TLS is reached in no other way for a year. Other sites of its domain are not its business. */
const STRICT = 'max-age=31536000';

/** When stopping, connections without a request are kept for this long (ms): one may be on its way. */
const GRACE = 400;
/** The same for a connection that was answered within this time: its client is in the middle of something. */
const GRACE_AFTER_ANSWER = 2_000;
/** The longest (ms) a stop waits for responses to be made and received. */
const PATIENCE = 8_000;

export interface WebServer {
  server: Server;
  /**
   * Accepts no new connections, answers the requests it has accepted (with `Connection: close`), and resolves when all
   * has been sent; clients that have not received it within eight seconds are cut off.
   */
  close(): Promise<void>;
}

/** Builds the server of an application made by `createWeb`. It does not listen yet. */
export function webServer(web: Web, app: Hono): WebServer {
  const front = frontOf(web);
  const away = awayPath(web);
  const fast = fastPath(web);
  const slow = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    if (req.headers['x-request-id'] !== undefined) takeRequestId(req, res, web.proxies);
    if (web.isSecure) res.setHeader('strict-transport-security', STRICT);
    if (front(req, res) || away(req, res)) return;
    if (!fast(req, res)) void slow(req, res);
  };
  const server = createServer({
    maxHeaderSize: LARGEST_HEAD,
    headersTimeout: HEADERS_TIME,
    requestTimeout: REQUEST_TIME,
    connectionsCheckingInterval: LOOK,
    keepAliveTimeout: KEEP_ALIVE,
    // The front refuses these itself, in the shape of every error.
    requireHostHeader: false,
  });
  server.timeout = STILL_TIME;
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    socket.end(unreadable(error));
    setTimeout(() => socket.destroy(), LINGER).unref();
  });
  const close = closing(server, web.served, answer);
  return { server, close };
}

/** The response to something that is not HTTP: in the shape of every error, as far as the client can be guessed. */
function unreadable({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): string {
  const [status, kind, says] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'TooLarge', 'The request is too large.']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'Timeout', 'The request did not arrive in time.']
        : ['400 Bad Request', 'BadRequest', 'The request cannot be read.'];
  const [, method, path] = /^([A-Z]+) (\S*)/.exec(rawPacket?.toString('latin1', 0, 40) ?? '') ?? [];
  const error = isOurApi(path ?? '') ? { code: kind, message: says } : says;
  const body = `${JSON.stringify({ error })}\n`;
  const lines = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Error-Code: ${kind}`,
    `X-Error-Message: ${says}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`;
}

/** What a connection is doing. */
interface Doing {
  /** Responses that have not been sent in full. */
  answers: Set<ServerResponse>;
  /** When the last one was sent, ms since 1970; 0 if none has been. */
  answered: number;
  /** Requests sent ahead of a response (pipelined), in order. */
  ahead: (() => void)[];
}

/**
 * Passes requests on, one at a time per connection: a client that sends many and reads nothing keeps no more than one
 * response waiting in memory. Tracks what each connection is doing, so that a stop resets none of them.
 */
function closing(
  server: Server,
  served: Served,
  answer: (req: IncomingMessage, res: ServerResponse) => void,
) {
  const open = new Map<Socket, Doing>();
  let stopping = false;
  let emptied = (): void => {};
  let lastRoom = 0;

  /** When stopping: ends an idle connection, once a request that may be on its way has had time to arrive. */
  const endIdle = (socket: Socket, { answers, answered }: Doing): void => {
    if (answers.size > 0) return;
    const grace = Math.max(GRACE, answered + GRACE_AFTER_ANSWER - Date.now());
    setTimeout(() => {
      if (answers.size === 0) socket.end();
    }, grace);
  };

  server.on('connection', (socket: Socket) => {
    open.set(socket, { answers: new Set(), answered: 0, ahead: [] });
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0) emptied();
    });
    // Rather than turn readers away, close connections that are only waiting for another request.
    if (open.size > MOST_CONNECTIONS * 0.9 && Date.now() - lastRoom > 1000) {
      lastRoom = Date.now();
      server.closeIdleConnections();
    }
  });
  server.on('request', (req, res) => {
    const doing = open.get(req.socket);
    if (doing === undefined) return;
    doing.answers.add(res);
    if (stopping) res.shouldKeepAlive = false;
    const began = performance.now();
    res.once('close', () => {
      served.note(req.url ?? '', res.statusCode, performance.now() - began);
      doing.answers.delete(res);
      doing.answered = Date.now();
      // Headers sent before the stop did not announce it, so another request may follow: it is answered with `close`.
      if (stopping) endIdle(req.socket, doing);
      if (!req.socket.destroyed) doing.ahead.shift()?.();
    });
    if (doing.answers.size === 1) answer(req, res);
    else doing.ahead.push(() => answer(req, res));
  });

  return async (): Promise<void> => {
    stopping = true;
    for (const { answers } of open.values()) for (const res of answers) res.shouldKeepAlive = false;
    // Connections the system has already accepted are taken in before the port is closed; they would be reset
    // otherwise.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    const shut = new Promise<void>((resolve) => {
      emptied = resolve;
    });
    // Not the HTTP server's `close`: that also cuts off connections on which a request is arriving.
    NetServer.prototype.close.call(server);
    if (open.size === 0) emptied();
    for (const [socket, doing] of open) endIdle(socket, doing);
    const patience = setTimeout(() => {
      for (const socket of open.keys()) socket.destroy();
    }, PATIENCE);
    await shut;
    clearTimeout(patience);
    // Stops the timer that checks connections, of which there are none left.
    server.close();
  };
}
