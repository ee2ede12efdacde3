/** The HTTP server around the application: its limits in bytes and time, and its end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { isOurApi } from './address.ts';
import type { Web } from './context.ts';
import { fastPath } from './fast.ts';
import { frontOf } from './front.ts';

/** Bytes of a request's first line and headers together. */
export const LARGEST_HEAD = 16 * 1024;
/** Connections at once; beyond, new ones are closed, and before that those nobody uses. */
export const MOST_CONNECTIONS = 4_000;
/** In so long (ms) the headers of a request must be there, and all of it. */
const HEADERS_TIME = 20_000;
const REQUEST_TIME = 60_000;
/** A connection on which nothing moves for so long (ms) is closed, a reader's that takes nothing in too. */
const STILL_TIME = 120_000;
/** Longer than proxies keep theirs, so that none sends a request on a connection that is just being closed. */
const KEEP_ALIVE = 65_000;
/** How often connections are looked at for that, ms. */
const LOOK = 5_000;
/** After an answer to something unreadable, so long (ms) until a sender who goes on is cut off. */
const LINGER = 2_000;

/** After a stop, connections without a request are kept for so long (ms): one may be on its way. */
const GRACE = 400;
/** The same for a connection that was answered no longer ago than this: its reader is in the middle of asking. */
const GRACE_AFTER_ANSWER = 2_000;
/** The longest (ms) a stop waits for answers to be made and taken. */
const PATIENCE = 8_000;

export interface WebServer {
  server: Server;
  /**
   * Takes no new connections, answers what has been accepted (with `Connection: close`), and resolves when all is
   * sent; after eight seconds whoever has not taken it in by then is cut off.
   */
  close(): Promise<void>;
}

/** Builds the server of an application made by `createWeb`. It does not listen yet. */
export function webServer(web: Web, app: Hono): WebServer {
  const front = frontOf(web);
  const fast = fastPath(web);
  const slow = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    if (front(req, res)) return;
    if (!fast(req, res)) void slow(req, res);
  };
  const server = createServer({
    maxHeaderSize: LARGEST_HEAD,
    headersTimeout: HEADERS_TIME,
    requestTimeout: REQUEST_TIME,
    connectionsCheckingInterval: LOOK,
    keepAliveTimeout: KEEP_ALIVE,
    // The front says so in the shape of every error.
    requireHostHeader: false,
  });
  server.timeout = STILL_TIME;
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    socket.end(unreadable(error));
    setTimeout(() => socket.destroy(), LINGER).unref();
  });
  const close = closing(server, answer);
  return { server, close };
}

/** The answer to what is no HTTP request: in the shape of every error, as far as it can be told who is to read it. */
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
  /** Answers that have not been sent in full. */
  answers: Set<ServerResponse>;
  /** When the last one was, ms since 1970; 0 where there was none. */
  answered: number;
  /** Requests that were sent ahead of an answer (pipelined), in their order. */
  ahead: (() => void)[];
}

/**
 * Hands requests on, one at a time on each connection: a client that sends many and reads nothing makes no more than one
 * answer wait in memory. Keeps count of what each connection is doing, so that a stop resets none of them.
 */
function closing(server: Server, answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const open = new Map<Socket, Doing>();
  let stopping = false;
  let emptied = (): void => {};
  let lastRoom = 0;

  /** During a stop: ends an idle connection, once a request that may be on its way has had time to arrive. */
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
    // Rather than turn readers away: close what only waits for another request.
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
    res.once('close', () => {
      doing.answers.delete(res);
      doing.answered = Date.now();
      // Headers sent before the stop did not announce it, so another request may follow: it is answered, and told.
      if (stopping) endIdle(req.socket, doing);
      if (!req.socket.destroyed) doing.ahead.shift()?.();
    });
    if (doing.answers.size === 1) answer(req, res);
    else doing.ahead.push(() => answer(req, res));
  });

  return async (): Promise<void> => {
    stopping = true;
    for (const { answers } of open.values()) for (const res of answers) res.shouldKeepAlive = false;
    // Connections the system has accepted already are taken in before the port is closed: else they would be reset.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    const shut = new Promise<void>((resolve) => {
      emptied = resolve;
    });
    // Not `close` of the HTTP server: that also cuts off connections on which a request is arriving.
    NetServer.prototype.close.call(server);
    if (open.size === 0) emptied();
    for (const [socket, doing] of open) endIdle(socket, doing);
    const patience = setTimeout(() => {
      for (const socket of open.keys()) socket.destroy();
    }, PATIENCE);
    await shut;
    clearTimeout(patience);
    // Stops the watch over connections, of which there are none left.
    server.close();
  };
}
