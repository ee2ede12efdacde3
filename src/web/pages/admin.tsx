/** `/admin`: what the administrator can ask of the sources, as plain forms, and the progress of runs. */

import type { Operator } from '../../http/admit.ts';
import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import type { MailDesk } from '../../mail/desk.ts';
import type { UnsentMail } from '../../mail/outbox.ts';
import { count, dayIn, sayNumber, saySpan } from '../../present/dates.ts';
import type { PartStatus } from '../../sources/status.ts';
import { headlineOf, stateOf } from '../../sources/status-words.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { anchorOf, clockOf, Live, PartFacts, Rejections, runsPath, State } from '../parts/standing.tsx';
import { noteOf } from './admin-forms.ts';
import { basics } from './basics.ts';
import { groupsOf } from './status.tsx';

/** How many rejected records are shown. */
const RECORDS = 50;

/** `/admin`. `note`: the key of the last form's result. */
export async function adminPage(ask: Ask, operator: Operator): Promise<Reply> {
  const { sources, site, mail } = ask.web;
  const [parts, rejected, unsent, suppressed] = await Promise.all([
    sources.parts(),
    sources.rejected({ limit: RECORDS }),
    sources.unsent(),
    mail?.suppressed() ?? new Map<string, number>(),
  ]);
  const note = noteOf(ask.web, ask.query.get('note'));
  const rejections = parts.reduce((sum, part) => sum + part.rejected, 0);
  const today = dayIn(ask.web.now(), site.timezone);
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: 'Source controls',
    description: 'Pause, run and backfill sources.',
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose status admin">
        <h1>Source controls</h1>
        <p class="standfirst">{headlineOf(parts, sources.off, clockOf(site)).says}</p>
        {note && (
          <p class="notice said" role="status">
            {note}
          </p>
        )}
        <p class="small-print" id="admin-now" data-poll="/admin/progress">
          {nowOf(parts)}
        </p>
        {sources.off !== null && (
          <p class="notice">
            {sources.off}: this process fetches nothing. Requests made here wait for a process that does.
          </p>
        )}
        {groupsOf(parts).map(([source, group]) => (
          <section aria-labelledby={`source-${source.name}`}>
            <h2 id={`source-${source.name}`}>{source.title}</h2>
            <ul class="standings">
              {group.map((part) => (
                <Controls part={part} today={today} ask={ask} operator={operator} />
              ))}
            </ul>
          </section>
        ))}
        <section aria-labelledby="rejected">
          <h2 id="rejected">Rejected records</h2>
          {rejections === 0 ? (
            <p>None: every record was accepted.</p>
          ) : (
            <>
              <p>
                {count(rejections, 'record')}, kept as they arrived. A newer version of the program may be
                able to read them.
              </p>
              <form action="/admin/retry" method="post" class="deeds">
                <button type="submit">Retry all</button>
              </form>
              <Rejections rows={rejected} ask={ask} operator={operator} />
            </>
          )}
        </section>
        {mail && <Mail mail={mail} unsent={unsent} suppressed={suppressed} reader={ask.reader} />}
        <p class="small-print">
          Times in {site.timezone}. <a href="/status">Public status page</a> ·{' '}
          <a href="/admin/digest">Digest</a> · <a href="/admin/channels">Channels</a>
          {ask.web.setup && (
            <>
              {' '}
              · <a href="/admin/setup">Site settings</a>
            </>
          )}
        </p>
      </main>
    ),
  });
  return html(body);
}

/** Whether mail works, what to do if not, and what has become of the last emails. */
const Mail = ({
  mail,
  unsent,
  suppressed,
  reader,
}: {
  mail: MailDesk;
  unsent: UnsentMail[];
  suppressed: ReadonlyMap<string, number>;
  reader: Ask['reader'];
}) => (
  <section aria-labelledby="mail">
    <h2 id="mail">Mail</h2>
    {mail.says !== null && <p>{mail.says}</p>}
    {mail.missing.map((says) => (
      <p class="notice">{says}</p>
    ))}
    {unsent.length > 0 && (
      <>
        <p>{count(unsent.length, 'email')} waiting to be sent:</p>
        <ul>
          {unsent.slice(0, 50).map(({ mail: { subject }, tries, reason }) => (
            <li>
              {subject}:{' '}
              {reason === null ? 'waiting to be sent' : `${count(tries, 'try', 'tries')}, ${reason}`}
            </li>
          ))}
        </ul>
      </>
    )}
    {suppressed.size > 0 && (
      <p>
        Addresses that get no mail:{' '}
        {[...suppressed].map(([reason, n]) => `${sayNumber(n)} (${reason})`).join(', ')}. See{' '}
        <code>broadsheet suppressions list</code>.
      </p>
    )}
    <form action="/admin/mail" method="post" class="deeds">
      <label for="test-to">Address{reader !== null && ' (yours if empty)'}</label>
      <input type="email" id="test-to" name="to" required={reader === null} />
      <button type="submit">{reader === null ? 'Send a test email' : 'Send a test email to me'}</button>
    </form>
    <p class="small-print">
      <code>broadsheet doctor mail</code> checks whether other mail servers will accept mail from your domain.
    </p>
  </section>
);

const nowOf = (parts: PartStatus[]): string => {
  const running = parts.reduce((sum, part) => sum + part.running.length, 0);
  return running === 0 ? 'Nothing is being fetched.' : `${count(running, 'run is', 'runs are')} in progress.`;
};

const Controls = ({
  part,
  today,
  ask,
  operator,
}: {
  part: PartStatus;
  today: string;
  ask: Ask;
  operator: Operator;
}) => {
  const anchor = anchorOf(part);
  const name = `${part.source.title}, ${part.part.says}`;
  return (
    <li id={anchor}>
      <Now part={part} />
      <div>
        <h3>
          <a href={runsPath(part)}>{part.part.says}</a>
        </h3>
        <How part={part} ask={ask} operator={operator} />
        <Live part={part} ask={ask} />
        <div class="deeds">
          {part.isPaused ? (
            <ActionForm part={part} path="/admin/resume" says="Resume" of={name} />
          ) : (
            <ActionForm part={part} path="/admin/pause" says="Pause" of={name} />
          )}
          <ActionForm part={part} path="/admin/run" says="Run now" of={name} />
          {part.backfill && (
            <ActionForm
              part={part}
              path="/admin/stop-backfill"
              says={`Cancel the backfill of ${saySpan(part.backfill.since, part.backfill.until)}`}
              of={name}
            />
          )}
        </div>
        {part.part.backfills && (
          <form action="/admin/backfill" method="post" class="deeds backfill">
            <PartFields part={part} />
            <label for={`since-${anchor}`}>From</label>
            <input type="date" id={`since-${anchor}`} name="since" max={today} required />
            <label for={`until-${anchor}`}>to</label>
            <input type="date" id={`until-${anchor}`} name="until" value={today} max={today} required />
            <button type="submit">
              Backfill<span class="vh"> {name}</span>
            </button>
          </form>
        )}
      </div>
    </li>
  );
};

/** What changes as runs begin and end; the script replaces these elements. */
const Now = ({ part }: { part: PartStatus }) => (
  <p class="now" id={`state-${anchorOf(part)}`}>
    <State state={stateOf(part)} />
  </p>
);
const How = ({ part, ask, operator }: { part: PartStatus; ask: Ask; operator: Operator }) => (
  <div id={`facts-${anchorOf(part)}`}>
    <PartFacts part={part} ask={ask} operator={operator} />
  </div>
);

/** The part a form is about. */
const PartFields = ({ part }: { part: PartStatus }) => (
  <>
    <input type="hidden" name="source" value={part.source.name} />
    <input type="hidden" name="part" value={part.part.name} />
  </>
);

const ActionForm = ({
  part,
  path,
  says,
  of,
}: {
  part: PartStatus;
  path: string;
  says: string;
  of: string;
}) => (
  <form action={path} method="post">
    <PartFields part={part} />
    <button type="submit">
      {says}
      <span class="vh">: {of}</span>
    </button>
  </form>
);

/** `/admin/progress`: the elements of the page that change during a run, for the script to replace. */
export async function adminProgress(ask: Ask, operator: Operator): Promise<Reply> {
  const parts = await ask.web.sources.parts();
  const pieces = String(
    <div>
      <p class="small-print" id="admin-now" data-poll="/admin/progress">
        {nowOf(parts)}
      </p>
      {parts.map((part) => (
        <>
          <Now part={part} />
          <How part={part} ask={ask} operator={operator} />
          <Live part={part} ask={ask} />
        </>
      ))}
    </div>,
  );
  return html(pieces);
}
