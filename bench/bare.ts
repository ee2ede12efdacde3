/** The baseline: the least that a Hono application can do. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.get('/', (c) => c.text('hello'));

// JSON of a given length, built in advance: only answering is measured.
const made = new Map<number, string>();
app.get('/json/:bytes', (c) => {
  const bytes = Number(c.req.param('bytes'));
  let body = made.get(bytes);
  if (body === undefined) {
    body = JSON.stringify(['x'.repeat(Math.max(0, bytes - 4))]);
    made.set(bytes, body);
  }
  return c.body(body, 200, { 'content-type': 'application/json' });
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
