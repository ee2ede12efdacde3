/** What the forms of `/admin` do. Each answers with the page again and a note of the result. */
import { randomBytes } from 'node:crypto';
import { cleanText } from '../../http/address.ts';
import type { Operator } from '../../http/admit.ts';
import type { Ask, Web } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { parseDay } from '../../papers/days.ts';
import { count, dayIn, sayDay, sayNumber, saySpan } from '../../present/dates.ts';
import { withQuery } from '../../present/urls.ts';
import type { Retried } from '../../sources/status.ts';
import { withoutSecrets } from '../../sources/status-words.ts';
import { anchorOf } from '../parts/standing.tsx';

type Action = 'pause' | 'resume' | 'run' | 'backfill' | 'stop';
type ControlledPart = NonNullable<ReturnType<Operator['controls']['find']>>;

/** Redirects to the page with a note. Only the note's key is in the address, so no outside link can put words there. */
function back(web: Web, note: string, anchor: string): Reply {
  const name = randomBytes(9).toString('base64url');
  web.notes.keep(name, note);
  return redirect(`${withQuery('/admin', { note: name })}#${anchor}`, 303);
}

/** The note with this key, or null. */
export const noteOf = (web: Web, name: string | null): string | null =>
  name === null ? null : web.notes.find(name);

/** POST `/admin/pause` and the like: `source` and `part`; for a backfill also `since` and `until`. */
export const actOn =
  (action: Action) =>
  async (ask: Ask, _: string, form: Form, { controls }: Operator): Promise<Reply> => {
    const [source, part] = [textOf(form, 'source'), textOf(form, 'part')];
    const found = controls.find(source, part);
    if (found === null || part === '' || source === '')
      throw new WebError(404, 'No such part of a source is configured.', BACK);
    const note = await ACTIONS[action](found, controls, form, dayIn(ask.web.now(), ask.web.site.timezone));
    const name = `${found.source.title}, ${found.part.says}`;
    return back(ask.web, `${name}: ${note}`, anchorOf(found));
  };

const BACK = { links: [{ href: '/admin', text: 'Back to source controls' }] };

const textOf = (form: Form, name: string): string => cleanText(form.fields.get(name)).slice(0, 200);

const ACTIONS: Record<
  Action,
  (found: ControlledPart, controls: Operator['controls'], form: Form, today: string) => Promise<string>
> = {
  async pause(found, controls) {
    await controls.pause(found);
    return 'paused. A run in progress stops at the next record and continues from there when resumed.';
  },
  async resume(found, controls) {
    await controls.resume(found);
    return 'resumed. It will run when it is next due.';
  },
  async run(found, controls) {
    await controls.run(found);
    return 'fetch requested. It will start within seconds.';
  },
  async backfill(found, controls, form, today) {
    if (!found.part.backfills)
      throw new WebError(400, `${found.part.says}: cannot be backfilled by date.`, BACK);
    const [since, until] = [dayOf(form, 'since', 'first'), dayOf(form, 'until', 'last')];
    if (since > until)
      throw new WebError(400, `The first day, ${sayDay(since)}, is after the last, ${sayDay(until)}.`, BACK);
    if (until > today)
      throw new WebError(
        400,
        `The last day, ${sayDay(until)}, is in the future: today is ${sayDay(today)}.`,
        BACK,
      );
    await controls.backfill(found, { since, until });
    return `backfill of ${saySpan(since, until)} requested. It will start within seconds.`;
  },
  async stop(found, controls) {
    await controls.dropBackfill(found);
    return 'backfill cancelled. Papers it has already fetched stay.';
  },
};

function dayOf(form: Form, name: string, which: string): string {
  const text = textOf(form, name);
  if (text === '') throw new WebError(400, `The ${which} day of the backfill is missing.`, BACK);
  const day = parseDay(text);
  if (day === null)
    throw new WebError(
      400,
      `The ${which} day, “${text.slice(0, 40)}”, is not a date such as 2026-06-26.`,
      BACK,
    );
  return day;
}

/** POST `/admin/retry`. */
export async function retryAll(ask: Ask, _: Form, { controls }: Operator): Promise<Reply> {
  return back(ask.web, retriedWords(await controls.retry()), 'rejected');
}

function retriedWords({ taken, left, unreadable, reason }: Retried): string {
  const words = [`${count(taken, 'record')} accepted`];
  if (left > 0) words.push(`${sayNumber(left)} still rejected`);
  if (unreadable > 0) words.push(`${sayNumber(unreadable)} must be fetched again from the source`);
  return `${words.join(', ')}.${reason === null ? '' : ` One reason: ${withoutSecrets(reason)}.`}`;
}

/** POST `/admin/mail`: to the address in the form, or the account that is signed in. */
export async function testMail(ask: Ask, form: Form): Promise<Reply> {
  const to = textOf(form, 'to');
  const said =
    to !== '' || ask.reader === null ? await ask.web.mail?.test(to) : await ask.web.mail?.test(ask.reader.id);
  return back(ask.web, said ?? 'This process sends no email.', 'mail');
}
