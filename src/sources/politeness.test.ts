import { describe, expect, it } from 'vitest';
import { isLoopback } from '../net/addresses.ts';
import { intervalOf } from './politeness.ts';

describe('politeness', () => {
  it.each([
    ['export.arxiv.org', 3000],
    ['arxiv.org', 3000],
    ['notarxiv.org', 600],
    ['huggingface.co', 600],
    ['api.semanticscholar.org', 1000],
    ['127.0.0.1:8080', 0],
    ['localhost:3000', 0],
  ])('waits at %s for %i ms', (host, wait) => expect(intervalOf(3000)(host)).toBe(wait));

  it.each([
    ['http://127.0.0.1:1/x', true],
    ['http://[::1]:1/', true],
    ['http://localhost/', true],
    ['http://127.0.0.1.example.org/', false],
    ['http://localhost.example.org/', false],
    ['https://huggingface.co', false],
  ])('%s is on this machine: %s', (url, here) => expect(isLoopback(url)).toBe(here));
});
