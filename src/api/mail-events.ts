/** `POST /mail/events/{provider}`: bounces and complaints that a mail provider reports, signed (mail/events/). */
import type { Hono } from 'hono';
import type { Web } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import { fail } from '../http/fail.ts';
import { bytesOf } from '../http/forms.ts';
import { EventRefused } from '../mail/events/event.ts';

/** The most bytes in a request; SendGrid sends up to 768 kB. */
const LARGEST = 1024 * 1024;

/** Mounts it on an application made by `createWeb`. */
export function mountMailEvents(app: Hono, web: Web): void {
  app.all('/mail/events/:provider', async (c) => {
    const request = c.req.raw;
    try {
      const { provider } = c.req.param();
      if (request.method !== 'POST')
        throw new WebError(405, 'Mail providers POST to this address.', {}, { allow: 'POST' });
      const body = await bytesOf(request, LARGEST);
      const taken = await web.mailEvents?.(
        provider,
        { headers: request.headers, query: new URL(request.url).searchParams, body },
        web.now(),
      );
      if (taken === undefined || taken === null)
        throw new WebError(404, 'This site takes no reports from this provider: see docs/mail.md.');
      return Response.json({ taken }, { headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      if (!(error instanceof EventRefused)) return fail(web, request, error);
      web.notice?.(`A report of undelivered email was refused: ${error.message}.`);
      return fail(web, request, new WebError(403, 'This report is not genuine.'));
    }
  });
}
