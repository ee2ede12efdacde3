/** Where moderators work: the queue, and what they can do about a comment, a paper or a person. */
import type { Child } from 'hono/jsx';
import { ROLES } from '../../community/accounts.ts';
import { REASONS } from '../../community/flags.ts';
import { LONGEST_REASON } from '../../community/log.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { paperNamed, papersBy, personNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import type { Case, Wanted } from '../../papers/moderation.ts';
import type { Paper } from '../../papers/types.ts';
import { dayIn, sayDay, sayMoment } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { commentPath, paperPath, personPath } from '../../present/urls.ts';
import { BADGES, Thread } from '../parts/letters.tsx';
import { asWebError } from './moderation-errors.ts';
import { ownPage } from './own-page.tsx';
import { backTo } from './sign-in.tsx';

/** Cases on the page. */
const MOST = 50;

const SAYS_REASON: Record<string, Record<string, string>> = REASONS;

interface ActProps {
  fields: Record<string, string>;
  /** What the buttons do, and what they say. */
  buttons: [act: string, says: string][];
  next: string;
  id: string;
  children?: Child;
}

/** A form for something that is done with a reason. */
const Act = ({ fields, buttons, next, id, children }: ActProps) => (
  <form method="post" action="/moderation" class="act">
    {Object.entries({ ...fields, next }).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    {children}
    <label for={id}>Reason, for the public log</label>
    <input id={id} name="why" required maxlength={LONGEST_REASON} autocomplete="off" />
    <p class="buttons">
      {buttons.map(([act, says]) => (
        <button type="submit" name="do" value={act}>
          {says}
        </button>
      ))}
    </p>
  </form>
);

/** `/moderation`. */
export async function moderationPage(ask: Ask): Promise<Reply> {
  const { moderation } = ask.web;
  const [cases, banned] = await Promise.all([moderation.cases(MOST), moderation.bannedDomains()]);
  const papers = await papersBy(
    ask,
    cases.flatMap(({ subject }) => (subject.startsWith('paper ') ? Number(subject.slice(6)) : [])),
  );
  return ownPage(ask, {
    title: 'Moderation',
    kicker: 'For moderators',
    children: (
      <>
        <p>
          <a href="/moderation/log">The public log</a> · <a href="/moderation/claims">Claims of authorship</a>{' '}
          · <a href="/moderation/rings">Accounts that vote alike</a>
        </p>
        <section aria-labelledby="queue">
          <h2 id="queue">Waiting for a decision</h2>
          {cases.length === 0 ? (
            <p class="none-yet">Nothing is waiting.</p>
          ) : (
            <Cases ask={ask} cases={cases} papers={papers} />
          )}
        </section>
        <section aria-labelledby="papers">
          <h2 id="papers">Papers and people</h2>
          <form method="get" action="/moderation/find" class="one-line">
            <label for="find">A paper’s id or address, or a person’s name</label>
            <input id="find" name="what" required maxlength={500} autocomplete="off" />
            <button type="submit">Open</button>
          </form>
        </section>
        <section aria-labelledby="domains">
          <h2 id="domains">Banned domains</h2>
          <p>
            {banned.length === 0
              ? 'None. Readers can link anywhere.'
              : `Readers cannot link to ${banned.join(', ')}: not in comments, papers, public lists or organisations.`}
          </p>
          <Act
            fields={{}}
            buttons={[
              ['ban-domain', 'Ban domain'],
              ['allow-domain', 'Allow domain'],
            ]}
            next="/moderation"
            id="domain-why"
          >
            <label for="domain">Domain (including subdomains)</label>
            <input
              id="domain"
              name="domain"
              required
              maxlength={253}
              placeholder="spam.example"
              autocomplete="off"
            />
          </Act>
        </section>
      </>
    ),
  });
}

const Cases = ({ ask, cases, papers }: { ask: Ask; cases: Case[]; papers: Map<number, Paper> }) => {
  const { timezone } = ask.web.site;
  return (
    <ol class="cases">
      {cases.map(({ subject, weight, reasons, since, isHeld }) => {
        const [kind, id = ''] = subject.split(' ');
        const says = SAYS_REASON[kind === 'comment' ? 'comment' : 'paper']!;
        const paper = kind === 'paper' ? papers.get(Number(id)) : undefined;
        return (
          <li>
            <a
              href={
                kind === 'comment'
                  ? `/moderation/comments/${id}`
                  : paper
                    ? `/moderation/papers/${paper.id}`
                    : '#'
              }
            >
              {kind === 'comment' ? (
                'A comment'
              ) : paper ? (
                <Tex text={paper.title} />
              ) : (
                'A paper that is no longer here'
              )}
            </a>{' '}
            {isHeld
              ? 'first comment, waiting for review'
              : reasons.map(({ reason, count: times }) => `${says[reason] ?? reason} (${times})`).join(', ')}
            <span class="small-print">
              {' '}
              since {sayDay(dayIn(since, timezone))}
              {!isHeld && `, weight ${weight.toFixed(2)}`}
            </span>
          </li>
        );
      })}
    </ol>
  );
};

/** `/moderation/find`: leads to a paper or a person. */
export async function findModerated(ask: Ask): Promise<Reply> {
  const what = (ask.query.get('what') ?? '').trim();
  const paper = what.length <= 500 ? await ask.library.paper(what) : null;
  if (paper) return redirect(`/moderation/papers/${paperPath(paper).slice('/papers/'.length)}`, 303);
  const person = await personNamed(ask, what.replace(/^@/, '')).catch((error: unknown) => {
    if (!(error instanceof WebError) || error.status !== 404) throw error;
    throw new WebError(404, 'No paper or person matches that.', {
      links: [{ href: '/moderation', text: 'Back' }],
    });
  });
  return redirect(`/moderation/people/${encodeURIComponent(person.name)}`, 303);
}

/** `/moderation/comments/:id`. */
export async function moderateComment(ask: Ask, id: string): Promise<Reply> {
  const found = await ask.web.moderation.comment(id.slice(0, 100));
  if (!found) throw new WebError(404, 'There is no such comment.');
  const { letter, cases } = found;
  const papers = await papersBy(ask, [found.paper]);
  const paper = papers.get(found.paper);
  const next = `/moderation/comments/${letter.id}`;
  const fields = { comment: letter.id };
  const isGone = letter.state === 'deleted';
  return ownPage(ask, {
    title: 'A comment',
    kicker: <a href="/moderation">Moderation</a>,
    children: (
      <>
        <p>
          On{' '}
          {paper ? (
            <a href={paperPath(paper)}>
              <Tex text={paper.title} />
            </a>
          ) : (
            'a paper that is no longer here'
          )}
          {letter.writer?.name && (
            <>
              , by{' '}
              <a href={`/moderation/people/${encodeURIComponent(letter.writer.name)}`}>
                {letter.writer.displayName}
              </a>
            </>
          )}
          . <a href={commentPath(letter.id)}>As readers see it</a>
        </p>
        <section class="letters">
          <Thread
            letters={[{ ...letter, state: isGone ? 'deleted' : 'shown' }]}
            timezone={ask.web.site.timezone}
          />
        </section>
        {letter.state !== 'shown' && <p class="notice">{NOW[letter.state]}</p>}
        {cases.length > 0 && (
          <p>
            Flagged:{' '}
            {cases[0]!.reasons
              .map(({ reason, count: times }) => `${SAYS_REASON.comment?.[reason] ?? reason} (${times})`)
              .join(', ')}
          </p>
        )}
        {!isGone && (
          <Act
            fields={fields}
            next={next}
            id="comment-why"
            buttons={[
              letter.state === 'shown'
                ? ['hide', 'Hide']
                : ['show', letter.state === 'held' ? 'Approve' : 'Show again'],
              ...(letter.state === 'held' ? ([['hide', 'Hide']] as [string, string][]) : []),
              letter.isLocked ? ['unlock-thread', 'Reopen thread'] : ['lock-thread', 'Close thread'],
            ]}
          />
        )}
        {cases.length > 0 && (
          <>
            <h2>Flags</h2>
            <Act
              fields={{ subject: `comment ${letter.id}` }}
              next={next}
              id="flags-why"
              buttons={[
                ['uphold', 'Uphold'],
                ['dismiss', 'Dismiss'],
              ]}
            />
          </>
        )}
      </>
    ),
  });
}

const NOW = {
  shown: '',
  hidden: 'Hidden: only moderators see it here.',
  held: 'Not shown yet: this is its author’s first comment.',
  deleted: 'Deleted.',
};

/** `/moderation/papers/:id`. */
export async function moderatePaper(ask: Ask, id: string): Promise<Reply> {
  const paper = await paperNamed(ask, id);
  const found = await ask.web.moderation.paper(paper.pk);
  const next = `/moderation/papers/${paperPath(paper).slice('/papers/'.length)}`;
  const fields = { paper: paper.id };
  return ownPage(ask, {
    title: 'A paper',
    kicker: <a href="/moderation">Moderation</a>,
    children: (
      <>
        <p>
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>{' '}
          ({paper.id})
        </p>
        {found.cases.length > 0 && (
          <section>
            <h2>Flags</h2>
            <p>
              {found.cases[0]!.reasons.map(({ reason, count: times }) => `${reason} (${times})`).join(', ')}
            </p>
            <Act
              fields={{ subject: `paper ${paper.pk}` }}
              next={next}
              id="flags-why"
              buttons={[
                ['uphold', 'Uphold'],
                ['dismiss', 'Dismiss'],
              ]}
            />
          </section>
        )}
        <h2>Discussion</h2>
        <Act
          fields={fields}
          next={next}
          id="lock-why"
          buttons={[found.isLocked ? ['unlock', 'Reopen'] : ['lock', 'Close']]}
        />
        {found.pictures.length > 0 && <h2>Pictures</h2>}
        {found.pictures.map(({ id: picture, alt, isHidden }, i) => (
          <>
            <p>{isHidden ? `Hidden: ${alt}` : <a href={`/pictures/${picture}`}>{alt}</a>}</p>
            <Act
              fields={{ picture }}
              next={next}
              id={`picture-why-${i}`}
              buttons={[isHidden ? ['show-picture', 'Show again'] : ['hide-picture', 'Hide']]}
            />
          </>
        ))}
        <h2>Links</h2>
        <Act
          fields={fields}
          next={next}
          id="links-why"
          buttons={[
            ['links', 'Save'],
            ['links-reset', 'Restore the sources’ links'],
          ]}
        >
          <label for="links">Addresses, one per line</label>
          <textarea id="links" name="links" rows={4}>
            {`\n${paper.links.map(({ url }) => url).join('\n')}`}
          </textarea>
        </Act>
        <h2>Edition</h2>
        <Act
          fields={fields}
          next={next}
          id="day-why"
          buttons={[
            ['move', 'Move'],
            ['move-back', 'Restore the sources’ day'],
          ]}
        >
          <label for="day">The edition it belongs to</label>
          <input id="day" type="date" name="day" value={paper.listed ?? ''} />
        </Act>
        <h2>Merge or split</h2>
        <Act fields={fields} next={next} id="merge-why" buttons={[['merge', 'Merge']]}>
          <label for="other">The same paper as (an id or address)</label>
          <input id="other" name="other" required maxlength={500} autocomplete="off" />
        </Act>
        <Act fields={fields} next={next} id="split-why" buttons={[['split', 'Split']]}>
          <fieldset>
            <legend>Records of another paper (choose none to undo merges made by hand)</legend>
            {found.records.map(({ label, title }) => (
              <label class="check">
                <input type="checkbox" name="record" value={label} />
                <span>
                  <code>{label}</code> {title}
                </span>
              </label>
            ))}
          </fieldset>
        </Act>
      </>
    ),
  });
}

/** `/moderation/people/:name`. */
export async function moderatePerson(ask: Ask, name: string): Promise<Reply> {
  const account = await personNamed(ask, name);
  const next = `/moderation/people/${encodeURIComponent(account.name)}`;
  const fields = { account: account.name };
  return ownPage(ask, {
    title: account.displayName,
    kicker: <a href="/moderation">Moderation</a>,
    children: (
      <>
        <p>
          <a href={personPath(account.name)}>{account.name}</a>,{' '}
          {account.role === 'member' ? 'reader' : BADGES[account.role]}, {account.state}, here since{' '}
          {sayMoment(account.createdAt, ask.web.site.timezone)}
        </p>
        <Act
          fields={fields}
          next={next}
          id="state-why"
          buttons={
            account.state === 'active'
              ? [
                  ['silence', 'Silence'],
                  ['ban', 'Ban'],
                ]
              : [
                  ['restore', 'Restore'],
                  ...(account.state === 'silenced' ? ([['ban', 'Ban']] as [string, string][]) : []),
                ]
          }
        />
        <p class="small-print">
          Silenced people can read and vote, but not write. Banned people cannot sign in. Nobody else sees the
          lists of either.
        </p>
        {ask.reader?.role === 'admin' && (
          <>
            <h2>Role</h2>
            <Act fields={fields} next={next} id="role-why" buttons={[['role', 'Change role']]}>
              <label for="role">Role</label>
              <select id="role" name="role">
                {ROLES.map((role) => (
                  <option value={role} selected={role === account.role}>
                    {role}
                  </option>
                ))}
              </select>
            </Act>
          </>
        )}
      </>
    ),
  });
}

/** POST `/moderation`: `do` says what, `why` for what reason. */
export async function moderate(ask: Ask, form: Form): Promise<Reply> {
  const field = (name: string): string => form.fields.get(name) ?? '';
  const key = async (): Promise<number> => (await paperNamed(ask, field('paper'))).pk;
  const wanted = async (): Promise<Wanted> => {
    const act = field('do');
    switch (act) {
      case 'hide':
      case 'show':
      case 'lock-thread':
      case 'unlock-thread':
        return { do: act, comment: field('comment').slice(0, 100) };
      case 'lock':
      case 'unlock':
        return { do: act, paper: await key() };
      case 'silence':
      case 'ban':
      case 'restore':
        return { do: act, account: field('account') };
      case 'role':
        return { do: act, account: field('account'), role: field('role') };
      case 'links':
        return { do: act, paper: await key(), links: field('links').split(/\s+/).filter(Boolean) };
      case 'links-reset':
        return { do: 'links', paper: await key(), links: null };
      case 'move':
        return { do: act, paper: await key(), day: field('day') };
      case 'move-back':
        return { do: 'move', paper: await key(), day: null };
      case 'merge':
        return { do: act, id: field('paper'), other: field('other').trim() };
      case 'split':
        return { do: act, id: field('paper'), records: form.fields.getAll('record') };
      case 'ban-domain':
      case 'allow-domain':
        return { do: act, domain: field('domain') };
      case 'grant':
      case 'refuse':
        return { do: act, claim: field('claim').slice(0, 100) };
      case 'hide-picture':
      case 'show-picture':
        return { do: act, picture: field('picture').slice(0, 100) };
      case 'uphold':
      case 'dismiss':
        return { do: act, subject: field('subject').slice(0, 100) };
      default:
        throw new WebError(400, 'There is no such action.');
    }
  };
  try {
    await ask.web.moderation.act(await wanted(), {
      actor: ask.reader!.id,
      reason: field('why'),
      at: ask.web.now(),
    });
  } catch (error) {
    throw asWebError(error);
  }
  await ask.web.topics.caughtUp();
  return redirect(backTo(form.fields.get('next') ?? '/moderation'), 303);
}
