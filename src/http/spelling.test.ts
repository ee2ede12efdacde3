/** The canonical spelling of addresses: what is redirected where, what is refused, and what stays as it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTooMany, MOST_PARAMETERS, spellingOf, withoutEndSlashes } from './spelling.ts';

describe('the canonical spelling of an address', () => {
  it.each([
    ['/%61dmin', '/admin'],
    ['/./admin', '/admin'],
    ['//admin', '/admin'],
    ['////admin//pause', '/admin//pause'],
    ['/x/../admin', '/admin'],
    ['/x/%2e%2E/admin?a=%61', '/admin?a=%61'],
    ['/papers%2f..%2Fadmin', '/admin'],
    ['/..//admin', '/admin'],
    ['/admin/.', '/admin/'],
    ['/admin%2Fpause', '/admin/pause'],
    ['/papers/hep-th%2F9901001', '/papers/hep-th/9901001'],
    ['/api%2Fv1%2Fpapers', '/api/v1/papers'],
    ['/%61pi/v1%2Fpapers', '/api/v1%2Fpapers'],
    ['/api/../admin%2Fpause', '/admin/pause'],
    ['/x/..%2fapi/v1', '/api/v1'],
    ['/papers/%41b%2d%7E%5f', '/papers/Ab-~_'],
    ['//evil.example/', '/evil.example/'],
    ['/%2F%2fevil.example', '/evil.example'],
    ['/.//evil.example', '/evil.example'],
  ])('%s is written %s', (given, right) => {
    expect(spellingOf(given)).toBe(right);
    expect(spellingOf(right)).toBe(right);
  });

  it.each([
    '/',
    '/?',
    '/search?q=%61%2F..//\\#',
    '/papers/hep-th/9901001',
    '/papers/doi:10.1/x',
    '/papers/doi%3A10.1/x',
    '/papers/10.1000//double',
    '/papers/a%20b',
    '/authors/%C3%A9-auteur',
    '/authors/%c3%a9-auteur',
    '/%2561dmin',
    '/admin%5Cpause',
    '/api/papers/hep-th%2F9901001',
    '/api/..%2Fadmin',
    '/papers/...',
    '/admin/',
  ])('%s stays', (given) => expect(spellingOf(given)).toBe(given));

  it.each(['', 'admin', '*', '/\\admin', '/a\\b?q', '/admin#x', '/%', '/%zz', '/%%36e', '/%6'])(
    '%s is not an address',
    (given) => expect(spellingOf(given)).toBeNull(),
  );

  it('does not change when it is applied again, and never leads to another site', () => {
    const piece = fc.constantFrom(
      '/api/',
      '/',
      '//',
      '.',
      '..',
      '%2e',
      '%2F',
      '%5c',
      '%61',
      '%25',
      '%',
      '\\',
      'a',
      '?',
      '61',
      '2',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const right = spellingOf(`/${pieces.join('')}`);
        if (right === null) return;
        expect(spellingOf(right)).toBe(right);
        expect(right).toMatch(/^\/(?!\/)/);
        // The result means the same to the URL parser.
        expect(new URL(right, 'http://a.example').pathname).toBe(right.split('?', 1)[0]);
      }),
    );
  });

  it('is found in linear time, however many slashes and dots there are', () => {
    for (const part of ['/', '/.', '/..', '%2F', '%2e/', '/a/..']) {
      const cost = (size: number): number => {
        const target = `/${part.repeat(size / part.length)}a`;
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i < 5; i++) {
          const began = process.cpuUsage();
          for (let j = 0; j < 3; j++) withoutEndSlashes(spellingOf(target)!);
          const { user, system } = process.cpuUsage(began);
          least = Math.min(least, user + system);
        }
        return least;
      };
      cost(25_000);
      expect(cost(100_000) / Math.max(cost(25_000), 200)).toBeLessThan(12);
    }
  });
});

it('has a limit on parameters', () => {
  expect(hasTooMany('a=1&'.repeat(MOST_PARAMETERS - 1))).toBe(false);
  expect(hasTooMany('a=1&'.repeat(MOST_PARAMETERS))).toBe(true);
});

it('has no trailing slashes', () => {
  expect(['/about//', '//about', '///', '', '/a//b/'].map(withoutEndSlashes)).toEqual([
    '/about',
    '/about',
    '/',
    '/',
    '/a//b',
  ]);
});
