/**
 * A load generator over raw sockets: every connection sends a request, reads the whole response, and repeats. It only
 * looks for the end of the head and the length of the body, so that it is not itself what is measured.
 */
import { connect, type Socket } from 'node:net';
import { percentile } from './parts.ts';

export interface LoadOptions {
  url: string;
  headers?: Record<string, string>;
  connections: number;
  seconds: number;
  /** A path for each request, if they differ. */
  path?(): string;
  /** Further headers for each request, if those differ. */
  more?(): Record<string, string>;
  /**
   * Milliseconds from one request of a connection to its next, whenever it is answered (an open loop). A request that
   * is due before the previous one is answered waits, and its time counts from when it was due. Absent: immediately.
   */
  pause?(): number;
}

export interface LoadResult {
  answers: number;
  /** Responses a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Bytes of a typical response, head and body. */
  bytes: number;
  /** Responses that were neither 200 nor 304, and connections that broke. */
  errors: number;
}

/** Sends requests to an address for some seconds. */
export async function load({
  url,
  headers = {},
  connections,
  seconds,
  path,
  more,
  pause,
}: LoadOptions): Promise<LoadResult> {
  const { hostname, port, pathname, search } = new URL(url);
  const linesOf = (all: Record<string, string>): string =>
    Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  const lines = linesOf(headers);
  const request = (target: string): string =>
    `GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${lines}${more ? linesOf(more()) : ''}\r\n`;
  const fixed = request(pathname + search);
  const times: number[] = [];
  let bytes = 0;
  let errors = 0;
  const end = performance.now() + seconds * 1000;

  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket: Socket = connect(Number(port), hostname);
      let asked = 0;
      let due = performance.now() + (pause?.() ?? 0);
      let head = '';
      let missing = -1;
      const ask = (): void => {
        const now = performance.now();
        if (now >= end || (pause && due >= end)) {
          socket.destroy();
          resolve();
          return;
        }
        if (pause && now < due) {
          setTimeout(send, due - now);
          return;
        }
        send(pause ? due : now);
      };
      // A late timer is not the server's fault: only waiting for the previous response counts.
      const send = (since = performance.now()): void => {
        asked = since;
        if (pause) due += pause();
        head = '';
        missing = -1;
        socket.write(path || more ? request(path?.() ?? pathname + search) : fixed);
      };
      socket.setNoDelay(true);
      socket.once('connect', ask);
      socket.on('error', () => {
        errors++;
        resolve();
      });
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (missing < 0) {
          const at = chunk.indexOf('\r\n\r\n');
          head += chunk.toString('latin1', 0, at < 0 ? chunk.length : at);
          if (at < 0) return;
          const status = head.slice(9, 12);
          if (status !== '200' && status !== '304') errors++;
          const length = status === '304' ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
          missing = length - (chunk.length - at - 4);
        } else {
          missing -= chunk.length;
        }
        if (missing > 0) return;
        times.push(performance.now() - asked);
        ask();
      });
    });

  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  const took = (performance.now() - started) / 1000;
  return {
    answers: times.length,
    rate: times.length / took,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    bytes: Math.round(bytes / Math.max(1, times.length)),
    errors,
  };
}
