/** Faults in transport: refusals, and responses that break off, drip or never come. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './door.ts';
import type { Fault } from './faults.ts';

const SORRY =
  '<!DOCTYPE html>\n<html lang="en"><head><title>Sorry</title></head><body><h1>We will be back shortly</h1>' +
  '<p>The service is being looked after.</p></body></html>\n';

/** Acts out the fault if it is one of transport; false: the response is to be sent normally. */
export function misbehave(
  response: ServerResponse,
  { status, type, body }: Answer,
  fault: Fault | undefined,
  dripMs: number,
): boolean {
  const bytes = Buffer.from(body);
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  switch (fault?.kind) {
    case 'busy':
      response.writeHead(429, { 'retry-after': String(fault.retryAfter ?? 1), 'content-type': 'text/plain' });
      response.end('Rate exceeded.\n');
      return true;
    case 'unavailable':
      response.writeHead(fault.status ?? 503, { 'content-type': 'text/html' }).end(SORRY);
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(SORRY);
      return true;
    case 'truncated':
      response.writeHead(status, { 'content-type': type, 'content-length': half.length }).end(half);
      return true;
    case 'drip': {
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, sent + 1));
        if (++sent >= bytes.length) response.end();
      }, dripMs);
      response.once('close', () => clearInterval(timer));
      return true;
    }
    case 'stall':
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length }).write(half);
      return true;
    case 'silent':
      return true;
    case 'reset':
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
      response.write(half, () => response.socket?.resetAndDestroy());
      return true;
    default:
      return false;
  }
}
