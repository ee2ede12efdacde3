import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../test/growth.ts';
import { accepts, weightOf } from './accept.ts';
import { encodingFor } from './cache.ts';
import { prefersJson, prefersMarkdown } from './request.ts';

describe('what a request accepts', () => {
  it.each([
    ['text/html', 'text/html', 1],
    ['text/html;q=0.5, application/json', 'text/html', 0.5],
    ['TEXT/HTML ; charset=utf-8 ; q=0.25', 'text/html', 0.25],
    ['text/html;q=0', 'text/html', 0],
    ['*/*', 'text/html', 0],
    ['a/b;title="x, text/html;q=1", c/d', 'text/html', 0],
    ['text/html;q=0.1, text/html;q=0.7', 'text/html', 0.7],
    [',,;;,', 'text/html', 0],
  ])('%s: the weight of %s is %s', (header, name, weight) =>
    expect(weightOf(header, (one) => one === name)).toBe(weight),
  );

  it.each([
    ['br, gzip', 'br'],
    ['gzip;q=1.0, br;q=0.0', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0', 'identity'],
    ['identity, deflate', 'identity'],
  ])('%s: the encoding is %s', (header, encoding) => expect(encodingFor(header)).toBe(encoding));

  it('JSON and Markdown are sent to clients that name them and do not prefer a page', () => {
    expect(prefersJson('application/json, text/plain, */*')).toBe(true);
    expect(prefersJson('application/problem+json;q=0.9, text/html;q=0.8')).toBe(true);
    expect(prefersJson('text/html, application/json;q=0.9')).toBe(false);
    expect(prefersJson('*/*')).toBe(false);
    expect(prefersMarkdown('text/markdown, text/html;q=0.9')).toBe(true);
    expect(prefersMarkdown('text/html, text/markdown;q=0.9')).toBe(false);
    expect(accepts('text/plain;q=0.001', 'text/plain')).toBe(true);
  });

  it.each([
    ['names', (n: number) => 'a/b;q=0.5,'.repeat(n / 10)],
    ['parameters', (n: number) => `a/b;${'p=1;'.repeat(n / 4)}`],
    ['spaces', (n: number) => `a/b${' '.repeat(n)}c;${' '.repeat(n)}q=1`],
    ['quotes', (n: number) => `a/b;p="${'\\"'.repeat(n / 2)}`],
    ['semicolons', (n: number) => ';'.repeat(n)],
  ])('takes time in proportion to the length of the header: %s', (name, make) =>
    expectLinear(name, make, (header) => accepts(header, 'text/html')),
  );
});
