import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { parseProxies } from '../net/trusted.ts';
import { requestId, takeRequestId } from './request-id.ts';

const take = (id: string, from: string, proxies = '10.0.0.1') => {
  const req = {
    headers: { 'x-request-id': id, host: 'x' } as Record<string, string>,
    rawHeaders: ['Host', 'x', 'X-Request-Id', id],
    socket: { remoteAddress: from },
  };
  const sent: Record<string, string> = {};
  const res = { setHeader: (name: string, value: string) => (sent[name] = value) };
  takeRequestId(req as unknown as IncomingMessage, res as unknown as ServerResponse, parseProxies(proxies));
  return { sent, given: req.headers['x-request-id'], raw: req.rawHeaders.includes('X-Request-Id') };
};

it('the id that a trusted proxy gave a request is echoed; that of anybody else is ignored', () => {
  expect(take('abc-1', '10.0.0.1')).toEqual({ sent: { 'x-request-id': 'abc-1' }, given: 'abc-1', raw: true });
  for (const [id, from] of [
    ['abc-1', '10.0.0.2'],
    ['with a space', '10.0.0.1'],
    ['x'.repeat(129), '10.0.0.1'],
    ['', '10.0.0.1'],
  ] as const)
    expect(take(id, from)).toEqual({ sent: {}, given: undefined, raw: false });
});

it('an error has the id of its request, or one of its own', () => {
  expect(requestId(new Headers({ 'x-request-id': 'abc-1' }))).toBe('abc-1');
  expect(requestId(new Headers())).toMatch(/^[\w-]{36}$/);
  expect(requestId(new Headers({ 'x-request-id': '"<script>"' }))).toMatch(/^[\w-]{36}$/);
});
