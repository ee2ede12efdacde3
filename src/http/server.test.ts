/** The server around the application: how much a connection may have answered at once. */

import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { sampleContext, samplePapers } from '../testing/sample.ts';
import { createWeb, openWeb } from './app.ts';
import { webServer } from './server.ts';

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

/** A site with an extra page, `/large`, of this many bytes: its port, and how often that page was made. */
async function siteWithLargePage(bytes: number, publicUrl = 'https://papers.example') {
  const context = sampleContext(samplePapers());
  context.site.publicUrl = publicUrl;
  const web = openWeb(context);
  const app = createWeb(web);
  const made: string[] = [];
  app.get('/large/:number', (c) => {
    made.push(c.req.param('number'));
    return c.body(`${c.req.param('number')} ${'x'.repeat(bytes)}`);
  });
  const { server, close } = webServer(web, app);
  closings.push(close);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, made };
}

const requests = (count: number): string =>
  Array.from({ length: count }, (_, i) => `GET /large/${i} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join('');

it('answers pipelined requests, all of them and in order', async () => {
  const { port, made } = await siteWithLargePage(10_000);
  const socket = connect(port, '127.0.0.1', () => socket.write(requests(30)));
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  await expect.poll(() => text.length, { timeout: 10_000 }).toBeGreaterThan(300_000);
  const order = Array.from({ length: 30 }, (_, i) => String(i));
  expect(made).toEqual(order);
  expect([...text.matchAll(/\r\n\r\n(\d+) x/g)].map(([, number]) => number)).toEqual(order);
  socket.destroy();
});

it('insists on TLS in every response of a site that has it, and of no other', async () => {
  for (const [address, strict] of [
    ['https://papers.example', 'max-age=31536000'],
    ['http://papers.example', null],
  ] as const) {
    const { port } = await siteWithLargePage(10, address);
    // Made, from the cache, redirected, refused, not found, a form, a file.
    for (const path of ['/', '/', '/papers/', '/%', '/nothing', '/sign-in', '/favicon.svg', '/api/v1']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
      expect([path, answer.headers.get('strict-transport-security')]).toEqual([path, strict]);
      await answer.arrayBuffer();
    }
  }
});

it('makes no responses ahead for a client that reads nothing', async () => {
  const { port, made } = await siteWithLargePage(20_000_000);
  const socket = connect(port, '127.0.0.1', () => socket.write(requests(30)));
  socket.pause();
  await expect.poll(() => made.length).toBeGreaterThan(0);
  await new Promise((done) => setTimeout(done, 300));
  expect(made).toEqual(['0']);
  socket.resume();
  await expect.poll(() => made.length, { timeout: 10_000 }).toBeGreaterThan(2);
  socket.destroy();
});
