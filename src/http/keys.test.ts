import { expect, it } from 'vitest';
import { TABLE } from '../routes.ts';
import { sampleContext } from '../testing/sample.ts';
import { openWeb } from './app.ts';
import { cacheKey } from './keys.ts';

it('a page is known by the parameters that its own route declares, and by no others', () => {
  const web = openWeb(sampleContext());
  const keyOf = (address: string): string => {
    const { pathname, search } = new URL(address, 'http://localhost');
    return cacheKey(web, 'localhost', pathname, search);
  };
  expect(keyOf('/about?page=2&q=a')).toBe('/about');
  expect(keyOf('/papers/date/2026-06-26?utm=1&page=2&q=a')).toBe('/papers/date/2026-06-26?page=2');
  expect(keyOf('/search?page=2&utm=1&q=a')).toBe('/search?page=2&q=a');
  expect(keyOf('/search/complete?page=2&q=a')).toBe('/search/complete?q=a');
  expect(keyOf('/nowhere?q=a')).toBe('/nowhere');
  expect(keyOf('/api/v1/search?q=a&note=1')).toBe('/api/v1/search?q=a');
  expect(keyOf('/api/v1/nowhere?q=a')).toBe('/api/v1/nowhere');
});

it('only routes that read declare parameters', () => {
  for (const { path, method, query = [] } of TABLE)
    expect([path, method === 'GET' || query.length === 0, new Set(query).size]).toEqual([
      path,
      true,
      query.length,
    ]);
});
