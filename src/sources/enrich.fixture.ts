/** For tests of the services that know papers of others: a service on this machine, and runs against it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import { rowToPaper } from '../papers/rows.ts';
import type { Paper } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { politeClient } from './client.ts';
import { type Finished, runPart } from './runner.ts';
import type { Source } from './source.ts';
import { quietConfig } from './testing.ts';

export interface Question {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** JSON; null without. */
  body: unknown;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  text?: string;
}

export interface Service {
  url: string;
  asked: Question[];
  /** How it answers; may be changed between runs. */
  answer: (question: Question) => Reply;
  close(): Promise<void>;
}

export async function service(answer: Service['answer']): Promise<Service> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const question: Question = {
      method: request.method ?? '',
      path: request.url ?? '/',
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
    };
    self.asked.push(question);
    const reply = self.answer(question);
    response.writeHead(reply.status ?? 200, reply.headers);
    response.end(reply.json === undefined ? reply.text : JSON.stringify(reply.json));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const self: Service = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return self;
}

export const DAY = 86_400_000;
/** When the tests begin. */
export const NOON = Date.parse('2026-11-24T12:00:00Z');

export interface Ran extends Finished {
  /** What was logged, by the source and by its client. */
  log: string[];
  /** What could not be taken, `place: reason`. */
  rejected: string[];
}

/** One run of a source's only part, against this clock. */
export async function runOnce(
  source: Source,
  store: Store,
  settings: Partial<Config>,
  now: number,
): Promise<Ran> {
  const config = { ...quietConfig, ...settings };
  const log: string[] = [];
  const rejected: string[] = [];
  const client = politeClient({
    userAgent: 'Broadsheet-Test/1',
    minIntervalMs: 0,
    backoffMs: 1,
    retries: 1,
    log: (line) => log.push(line),
  });
  const finished = await runPart(source, source.parts(config)[0]!, {
    store,
    config,
    client,
    now: () => now,
    log: (line) => log.push(line),
    rejected: ({ place, reason }) => rejected.push(`${place}: ${reason}`),
  });
  return { ...finished, log, rejected };
}

/** All papers as the site shows them, by id. */
export async function papersOf(store: Store): Promise<Paper[]> {
  const rows = await store.read.selectFrom('papers').selectAll().orderBy('id').execute();
  return rows.map(rowToPaper);
}

/** Everything the database holds of runs: what must not be in there is looked for in this text. */
export async function ledgerText(store: Store): Promise<string> {
  const tables = ['runs', 'source_parts', 'rejected_records'] as const;
  const all = await Promise.all(tables.map((table) => store.read.selectFrom(table).selectAll().execute()));
  return JSON.stringify(all);
}
