/** The moderation log, which everybody can read, and from which moderators undo things. */
import { LONGEST_REASON } from '../../community/log.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { count, sayMoment } from '../../present/dates.ts';
import { commentPath, paperPath, personPath } from '../../present/urls.ts';
import { asWebError } from './moderation-errors.ts';
import { ownPage } from './own-page.tsx';

/** POST `/moderation/undo`: `entry` is the number of an entry of the log. */
export async function undo(ask: Ask, form: Form): Promise<Reply> {
  const entry = form.fields.get('entry') ?? '';
  if (!/^\d{1,15}$/.test(entry)) throw new WebError(400, 'This is not the number of a log entry.');
  const reason = form.fields.get('why') ?? '';
  try {
    await ask.web.moderation.undo(Number(entry), { actor: ask.reader!.id, reason, at: ask.web.now() });
  } catch (error) {
    throw asWebError(error);
  }
  await ask.web.topics.caughtUp();
  return redirect('/moderation/log', 303);
}

/** Entries on a page of the log. */
const ENTRIES = 50;

/** `/moderation/log`: everybody can read it. */
export async function logPage(ask: Ask): Promise<Reply> {
  const before = ask.query.get('before');
  if (before !== null && !/^\d{1,15}$/.test(before))
    throw new WebError(400, 'This is not the number of a log entry.');
  const entries = await ask.web.moderation.log(ENTRIES, before === null ? undefined : Number(before));
  const { timezone } = ask.web.site;
  const mayUndo = ask.reader?.state === 'active' && ask.reader.role !== 'member';
  return ownPage(ask, {
    title: 'Moderation log',
    kicker: 'What moderators did, and why',
    children: (
      <>
        <p class="small-print">
          Nothing is ever removed from this log: undoing something adds another entry.
        </p>
        {entries.length === 0 ? (
          <p class="none-yet">
            {before === null ? 'Nothing has been moderated yet.' : 'There are no earlier entries.'}
          </p>
        ) : (
          <ol class="log" reversed>
            {entries.map((entry) => (
              <li id={`entry-${entry.id}`} value={entry.id}>
                <p>
                  <b>{sayAct(entry.act)}</b>: <About about={entry.about} />
                  {entry.undoes !== null && (
                    <>
                      , undoing <a href={`#entry-${entry.undoes}`}>entry {entry.undoes}</a>
                    </>
                  )}
                </p>
                {entry.reason !== '' && <p class="reason">“{entry.reason}”</p>}
                <p class="small-print">
                  {entry.actor === null ? (
                    'From the command line'
                  ) : entry.actorName === null ? (
                    'A deleted account'
                  ) : (
                    <a href={personPath(entry.actorName)}>{entry.actorName}</a>
                  )}
                  , <time datetime={new Date(entry.at).toISOString()}>{sayMoment(entry.at, timezone)}</time>
                  {entry.undoneBy !== null && (
                    <>
                      {' '}
                      · undone by <a href={`#entry-${entry.undoneBy}`}>entry {entry.undoneBy}</a>
                    </>
                  )}
                </p>
                {mayUndo && entry.canBeUndone && (
                  <details>
                    <summary>Undo</summary>
                    <form method="post" action="/moderation/undo" class="act">
                      <input type="hidden" name="entry" value={String(entry.id)} />
                      <label for={`why-${entry.id}`}>Reason</label>
                      <input
                        id={`why-${entry.id}`}
                        name="why"
                        required
                        maxlength={LONGEST_REASON}
                        autocomplete="off"
                      />
                      <p class="buttons">
                        <button type="submit">Undo this</button>
                      </p>
                    </form>
                  </details>
                )}
              </li>
            ))}
          </ol>
        )}
        {entries.length === ENTRIES && (
          <p>
            <a href={`/moderation/log?before=${entries.at(-1)!.id}`}>Earlier entries</a>
          </p>
        )}
        {entries.length > 0 && (
          <p class="small-print">{count(entries.length, 'entry', 'entries')} on this page.</p>
        )}
      </>
    ),
  });
}

const sayAct = (act: string): string => act.charAt(0).toUpperCase() + act.slice(1);

const About = ({
  about: { kind, id, name },
}: {
  about: { kind: string; id: string; name: string | null };
}) =>
  kind === 'comment' ? (
    <a href={commentPath(id)}>{id}</a>
  ) : name === null ? (
    <span>{kind === 'account' ? 'a deleted account' : 'no longer here'}</span>
  ) : kind === 'account' ? (
    <a href={personPath(name)}>{name}</a>
  ) : kind === 'paper' ? (
    <a href={paperPath(name)}>{name}</a>
  ) : (
    <span>{name}</span>
  );
