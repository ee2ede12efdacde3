/**
 * A worker without pages: the thread, and a small server for whoever watches over it. That answers `/healthz` and
 * `/metrics` and nothing else.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { watchedOf } from '../backups/watched.ts';
import type { Config } from '../config.ts';
import { digestDesk } from '../digest/desk.ts';
import { type Measured, metrics } from '../http/metrics.ts';
import type { Log } from '../log.ts';
import { deskOf } from '../sources/desk.ts';
import { answers, type Store } from '../store/open.ts';
import { version } from '../version.ts';
import { indexedPapers, indexedSeq } from './indexing.ts';
import { logMessages } from './log-messages.ts';
import { startWorker, THREAD } from './start.ts';

export interface WorkerNode {
  server: Server;
  /** Resolves with the reason if the thread ends without having been asked to. */
  broken: Promise<Error>;
  stop(): Promise<void>;
}

/** The largest head of a request in bytes, connections at once, and how long a request may take to arrive, ms. */
const LARGEST_HEAD = 4096;
const MOST_CONNECTIONS = 100;
const PATIENCE = 5000;

/** @throws NodeJS.ErrnoException if it cannot listen */
export async function startWorkerNode(
  store: Store,
  config: Config,
  log: Log,
  env?: Record<string, string | undefined>,
): Promise<WorkerNode> {
  let isWell = true;
  const ready = async () => {
    if (!(await answers(store))) return { ok: false, database: 'is not responding' };
    const papers = indexedPapers(config.DATA_DIR);
    return { ok: isWell, version, papers, indexed: indexedSeq(config.DATA_DIR), duties: 'worker' };
  };
  const measured: Measured = {
    site: { version },
    library: {
      async count() {
        const { count } = await store.read
          .selectFrom('papers')
          .select((e) => e.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        return Number(count);
      },
    },
    sources: deskOf(store, config),
    digest: digestDesk(store, config, Date.now),
    watched: watchedOf(store, config),
    index: async () => ({
      documents: indexedPapers(config.DATA_DIR),
      behind: Math.max(0, (await store.seq()) - indexedSeq(config.DATA_DIR)),
    }),
  };
  const reply = async (path: string): Promise<{ status: number; type: string; body: string }> => {
    if (path === '/metrics') {
      const { type, body } = await metrics(measured);
      return { status: 200, type, body };
    }
    const json = 'application/json; charset=utf-8';
    if (path !== '/healthz') {
      const error =
        'This process has only /healthz and /metrics: it does the work behind the pages of a site.';
      return { status: 404, type: json, body: `${JSON.stringify({ error })}\n` };
    }
    const health = await ready();
    return { status: health.ok ? 200 : 503, type: json, body: `${JSON.stringify(health)}\n` };
  };
  const server = await listen(config, (req, res) => {
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    const path = req.url!.split('?', 1)[0]!;
    const made = isRead
      ? reply(path).catch((error: Error) => {
          log.error('a request failed', { path, message: error.message });
          return { status: 500, type: 'text/plain', body: '' };
        })
      : Promise.resolve({ status: 405, type: 'text/plain', body: '' });
    void made.then(({ status, type, body }) => {
      res.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        ...(status === 405 && { allow: 'GET, HEAD' }),
      });
      res.end(req.method === 'HEAD' ? undefined : body);
    });
  });

  const hear = logMessages(log);
  let reason = 'it ended without saying why';
  const worker = startWorker(
    'all',
    (message) => {
      if (message.type === 'error' && message.what === THREAD) reason = message.message;
      else hear(message);
    },
    env,
  );
  const broken = new Promise<Error>((resolve) => {
    void worker.ended.then(() => {
      if (isWell) resolve(new Error(`the worker cannot continue: ${reason}`));
      isWell = false;
    });
  });
  return {
    server,
    broken,
    async stop() {
      isWell = false;
      await worker.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function listen(
  { PORT, HOST }: Config,
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<Server> {
  const options = { maxHeaderSize: LARGEST_HEAD, requestTimeout: PATIENCE, headersTimeout: PATIENCE };
  const server = createServer(options, answer);
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(PORT, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}
