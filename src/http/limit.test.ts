import { describe, expect, it } from 'vitest';
import { RequestLimit } from './limit.ts';

describe('the rate limit', () => {
  it('gives an address its quota and no more until its window has passed', () => {
    const limit = new RequestLimit(2);
    expect(limit.take('192.0.2.1', 0)).toEqual({
      granted: true,
      wait: 300,
      headers: ['ratelimit', '"api";r=1;t=300', 'ratelimit-policy', '"fixed window";"api";q=2;w=300'],
    });
    expect(limit.take('192.0.2.1', 1000).granted).toBe(true);
    expect(limit.take('192.0.2.1', 2500)).toMatchObject({ granted: false, wait: 298 });
    expect(limit.take('192.0.2.1', 299_999).granted).toBe(false);
    expect(limit.take('192.0.2.1', 300_000).granted).toBe(true);
  });

  it('counts every address separately', () => {
    const limit = new RequestLimit(1);
    expect(limit.take('192.0.2.1', 0).granted).toBe(true);
    expect(limit.take('192.0.2.2', 0).granted).toBe(true);
    expect(limit.take('192.0.2.1', 0).granted).toBe(false);
  });

  it('does not hold on to a window when the clock is set back', () => {
    const limit = new RequestLimit(1);
    limit.take('192.0.2.1', 10_000_000);
    expect(limit.take('192.0.2.1', 0).granted).toBe(true);
  });

  it('remembers only the addresses of the last windows, however many there are', () => {
    const limit = new RequestLimit(1);
    for (let i = 0; i <= 50_000; i++) limit.take(`address ${i}`, i);
    expect(limit.take('address 0', 50_001).granted).toBe(true);
    expect(limit.take('address 50000', 50_001).granted).toBe(false);
  });
});
