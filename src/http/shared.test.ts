/** What a CDN in front of the site is told. */
import { expect, it } from 'vitest';
import { sampleContext, samplePapers } from '../testing/sample.ts';
import { createWeb, openWeb } from './app.ts';
import { shared } from './shared.ts';

const ask = (cdn: boolean) => {
  const context = sampleContext(samplePapers());
  const app = createWeb(openWeb(Object.assign(context, { site: { ...context.site, cdn } })));
  return async (path: string, headers: Record<string, string> = {}) =>
    (await app.request(`http://localhost${path}`, { headers })).headers;
};

it('pages may be kept for seconds, under the names of what they are made of', async () => {
  const headers = await ask(true)('/papers/2606.00001');
  expect(headers.get('cache-control')).toMatch(/^public, max-age=0, s-maxage=\d+,/);
  expect(headers.get('vary')).toBe('accept-encoding, cookie');
  expect(headers.get('surrogate-key')?.split(' ')).toEqual(
    expect.arrayContaining(['papers', expect.stringMatching(/^paper:\d+$/)]),
  );
});

it('nothing else may: no Markdown, no error, and no page without the setting', async () => {
  const withCdn = ask(true);
  const plain = await withCdn('/papers/2606.00001', { accept: 'text/markdown' });
  const missing = await withCdn('/papers/nowhere');
  const without = await ask(false)('/papers/2606.00001');
  for (const headers of [plain, missing, without]) {
    expect(headers.get('cache-control')).not.toContain('s-maxage');
    expect(headers.get('surrogate-key')).toBeNull();
  }
});

it('a page of very many things is named by their lists', () => {
  const names = ['papers', ...Array.from({ length: 500 }, (_, i) => `paper:${i}`)];
  const reply = { status: 200, type: 'text/html', body: '', keep: true } as const;
  expect(shared(reply, names).headers?.['surrogate-key']).toBe('papers');
});
