/** For tests: a local server that answers as instructed and remembers its requests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PaperRecord, Parsed } from '../papers/types.ts';

export interface Loopback {
  url: string;
  /** The requests, in order, with their times. */
  requests: { path: string; at: number; headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export type Handler = (path: string, response: ServerResponse, count: number) => void;

export async function loopback(handle: Handler): Promise<Loopback> {
  const requests: Loopback['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, at: performance.now(), headers: request.headers });
    handle(path, response, requests.length);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Everything an asynchronous sequence yields, and what it ended with if that was an error. */
export async function drain<T>(items: AsyncIterable<T>): Promise<{ all: T[]; error: unknown }> {
  const all: T[] = [];
  try {
    for await (const item of items) all.push(item);
  } catch (error) {
    return { all, error };
  }
  return { all, error: undefined };
}

/** Records as lines of text, easy to compare. */
export const briefly = (all: Parsed[]): string[] =>
  all.map((one) => (one.ok ? `${one.record.identifiers[0]?.value} ${one.record.title}` : `! ${one.reason}`));

/** The record, which must exist. */
export const record = (parsed: Parsed | undefined): PaperRecord => {
  if (!parsed?.ok) throw new Error(parsed?.reason ?? 'nothing');
  return parsed.record;
};
