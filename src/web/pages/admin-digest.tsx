/** `/admin/digest`: how the digest is being sent, what became of it, and what the operator can do about it. */
import { randomBytes } from 'node:crypto';
import { COUNTED_DAYS, type DigestDesk, type DigestState, type SentIssue } from '../../digest/desk.ts';
import { type Delivery, STATES } from '../../digest/types.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import { count, sayNumber } from '../../present/dates.ts';
import { withQuery } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { noteOf } from './admin-forms.ts';
import { basics } from './basics.ts';

const PATH = '/admin/digest';

function deskOf(ask: Ask): DigestDesk {
  const desk = ask.web.digest;
  if (desk === undefined) throw new WebError(404, 'This site has no digest.');
  return desk;
}

/** The page. */
export async function adminDigest(ask: Ask): Promise<Reply> {
  const desk = deskOf(ask);
  const [state, issues, { failed, uncertain }] = await Promise.all([
    desk.state(),
    desk.issues(),
    desk.troubled(),
  ]);
  const note = noteOf(ask.web, ask.query.get('note'));
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: 'The digest',
    description: 'How the digest is being sent.',
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose status admin">
        <p class="kicker">Running this site</p>
        <h1>The digest</h1>
        {note && (
          <p class="notice said" role="status">
            {note}
          </p>
        )}
        {state.off !== null && <p class="notice">No digest is sent: {state.off}.</p>}
        <Now state={state} now={ask.web.now()} />
        <div class="deeds">
          {state.isPaused ? <Deed what="resume" says="Resume" /> : <Deed what="pause" says="Pause" />}
          {state.counts.queued > 0 && <Deed what="cancel" says="Cancel everything queued" />}
        </div>
        <section aria-labelledby="issues">
          <h2 id="issues">Last issues</h2>
          {issues.length === 0 ? <p>No issue has gone to anybody yet.</p> : <Issues issues={issues} />}
        </section>
        <Troubled
          id="failed"
          title="Failed"
          rows={failed}
          none="None: no mail was refused."
          says="The mail server refused these."
          deed={<Deed what="retry" says="Send the failed ones again" />}
        />
        <Troubled
          id="uncertain"
          title="Uncertain"
          rows={uncertain}
          none="None: we know what became of every email."
          says="These were sent to the mail server, but the connection broke before it answered, or the process was killed. They may have arrived; if you send them again, some people will get them twice."
          deed={<Deed what="retry-uncertain" says="Send the uncertain ones again" />}
        />
        <p class="small-print">
          <a href="/admin">Source controls</a>
        </p>
      </main>
    ),
  });
  return html(body);
}

/** What changes while mails are sent; the script replaces it. */
const Now = ({ state, now }: { state: DigestState; now: number }) => (
  <div id="digest-now" data-poll={`${PATH}/progress`}>
    <p class="standfirst">{headline(state, now)}</p>
    <p class="small-print">
      In the last {COUNTED_DAYS} days:{' '}
      {STATES.filter((one) => state.counts[one] > 0)
        .map((one) => `${sayNumber(state.counts[one])} ${one}`)
        .join(', ') || 'none'}
      .
    </p>
  </div>
);

function headline({ isPaused, counts, nextAt }: DigestState, now: number): string {
  const waiting = counts.queued + counts.handing;
  if (isPaused) return `Paused. ${count(waiting, 'mail waits', 'mails wait')}.`;
  if (waiting === 0) return 'Everything that was due has been sent.';
  if (counts.handing === 0 && nextAt !== null && nextAt > now)
    return `${count(waiting, 'mail waits', 'mails wait')}; the next one is due at ${new Date(nextAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
  return `Sending: ${count(waiting, 'mail is', 'mails are')} left.`;
}

const Issues = ({ issues }: { issues: SentIssue[] }) => (
  <ul>
    {issues.map(({ id, list, period, counts }) => (
      <li>
        <a href={`/digests/${encodeURIComponent(id)}`}>
          {list}, {period}
        </a>
        :{' '}
        {STATES.filter((one) => counts[one] > 0)
          .map((one) => `${sayNumber(counts[one])} ${one}`)
          .join(', ')}
      </li>
    ))}
  </ul>
);

const Troubled = ({
  id,
  title,
  rows,
  none,
  says,
  deed,
}: {
  id: string;
  title: string;
  rows: Delivery[];
  none: string;
  says: string;
  deed: unknown;
}) => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {rows.length === 0 ? (
      <p>{none}</p>
    ) : (
      <>
        <p>{says}</p>
        {deed}
        <ul>
          {rows.map(({ email, subject, answer, reason }) => (
            <li>
              {email}, “{subject}”: {answer ?? reason}
            </li>
          ))}
        </ul>
      </>
    )}
  </section>
);

const Deed = ({ what, says }: { what: string; says: string }) => (
  <form action={PATH} method="post" class="deeds">
    <input type="hidden" name="do" value={what} />
    <button type="submit">{says}</button>
  </form>
);

/** `/admin/digest/progress`: the part of the page that changes, for the script to replace. */
export async function adminDigestProgress(ask: Ask): Promise<Reply> {
  return html(
    String(
      <div>
        <Now state={await deskOf(ask).state()} now={ask.web.now()} />
      </div>,
    ),
  );
}

/** POST `/admin/digest`: `do` is what a button says. */
export async function actOnDigest(ask: Ask, form: Form): Promise<Reply> {
  const what = form.fields.get('do') ?? '';
  const act = Object.hasOwn(ACTS, what) ? ACTS[what] : undefined;
  if (act === undefined)
    throw new WebError(400, 'That cannot be done with the digest.', {
      links: [{ href: PATH, text: 'Back to the digest' }],
    });
  const name = randomBytes(9).toString('base64url');
  ask.web.notes.keep(name, await act(deskOf(ask)));
  return redirect(withQuery(PATH, { note: name }), 303);
}

const ACTS: Record<string, (desk: DigestDesk) => Promise<string>> = {
  async pause(desk) {
    await desk.pause();
    return 'Paused. Emails already being handed over will still go out.';
  },
  async resume(desk) {
    await desk.resume();
    return 'Resumed. Sending continues within seconds.';
  },
  retry: async (desk) => `${count(await desk.retry('failed'), 'failed mail')} queued again.`,
  'retry-uncertain': async (desk) =>
    `${count(await desk.retry('uncertain'), 'uncertain mail')} queued again.`,
  cancel: async (desk) => `${count(await desk.cancel(), 'mail')} cancelled.`,
};
