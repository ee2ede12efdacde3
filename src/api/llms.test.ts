import { expect, it } from 'vitest';
import { createWeb, openWeb } from '../http/app.ts';
import { ROUTES, TABLE } from '../routes.ts';
import { sampleContext } from '../testing/sample.ts';
import { llmsText, mountLlms } from './llms.ts';
import { ROUTES as API } from './mount.ts';

const text = llmsText({ name: 'Papers of Nowhere' }, TABLE, 'https://papers.example');
const links = [...text.matchAll(/^- \[(.+?)\]\((.+?)\): (.+)$/gm)].map(([, path, url, says]) => ({
  path,
  url,
  says,
}));

it('is a title, a sentence and lists of links, as the format requires', () => {
  expect(text).toMatch(/^# Papers of Nowhere\n\n> .+\n\n/);
  const lines = text.split('\n').filter((line) => line.startsWith('- '));
  expect(links).toHaveLength(lines.length);
  for (const { path, url } of links) expect(url).toBe(`https://papers.example${path}`);
});

it('names what there is to read, and each address once', () => {
  const paths = links.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  const braces = (path: string) => path.replace(/:(\w+)(\{\.\+\})?/g, '{$1}');
  for (const path of ['/mcp', '/oai', '/papers/{id}.md', '/search', '/papers/trending'])
    expect(paths).toContain(path);
  for (const { method, path } of API) if (method === 'GET') expect(paths).toContain(braces(path));
  const read = new Set(ROUTES.filter(({ method }) => method === 'GET').map(({ path }) => path));
  // What is read there as well is listed for that.
  for (const { method, path } of ROUTES)
    if ((method === 'POST' && !read.has(path)) || path.startsWith('/admin'))
      expect(text).not.toContain(`](https://papers.example${path})`);
});

it('is plain text with an ETag', async () => {
  const context = sampleContext();
  const web = openWeb(context);
  const app = createWeb(web);
  mountLlms(app, web);
  const response = await app.request('http://localhost/llms.txt');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(await response.text()).toBe(llmsText(context.site, TABLE, 'https://papers.example'));
  const again = await app.request('http://localhost/llms.txt', {
    headers: { 'if-none-match': response.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  expect((await app.request('http://localhost/llms.txt', { method: 'POST' })).status).toBe(405);
});
