/** `/notifications`: a reader's notifications and their settings. */
import type { Account } from '../../community/accounts.ts';
import type { People } from '../../community/people.ts';
import {
  CHOICES,
  type Choice,
  NOTICE_KINDS,
  type Notice,
  type NoticeKind,
} from '../../community/personal/notices.ts';
import { cutAt } from '../../formats/text.ts';
import { readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { papersBy } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import type { Paper } from '../../papers/types.ts';
import { sayMomentShort } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { commentPath, paperPath, personPath } from '../../present/urls.ts';
import { PageLinks } from '../parts/pager.tsx';
import { ownPage } from './own-page.tsx';
import { personal } from './personal.ts';

const PAGE = 50;
const EXCERPT = 240;

const SAYS_KIND: Record<NoticeKind, string> = {
  reply: 'Replies to your comments',
  mention: 'Comments that mention you',
  paper: 'Activity on papers you submitted or claimed',
  version: 'New versions of papers you saved',
  organisation: 'Your membership in organisations',
};
const SAYS_CHOICE: Record<Choice, string> = {
  mail: 'Here and by email',
  site: 'Here only',
  off: 'Not at all',
};

/** Whether anything can be mailed to an account. */
const canMail = ({ sendsMail }: People, account: Account | null): boolean =>
  sendsMail && account?.email != null && account.emailVerified;

export async function noticesPage(ask: Ask): Promise<Reply> {
  const { id } = ask.reader!;
  const { personal: mine, people, site } = ask.web;
  const page = readPage(ask.query);
  const [notices, counts, choices, account] = await Promise.all([
    mine.notices(id, { limit: PAGE, offset: (page - 1) * PAGE }),
    mine.noticeCounts(id),
    mine.choices(id),
    people.account(ask.reader!.name),
  ]);
  const papers = await papersBy(
    ask,
    notices.flatMap(({ paper }) => paper ?? []),
  );
  const when = (time: number): string => sayMomentShort(time, site.timezone, ask.web.now());
  const hasMail = canMail(people, account);
  return ownPage(ask, {
    title: 'Notifications',
    kicker: counts.unseen > 0 ? `${counts.unseen} new` : 'Nothing new',
    section: 'notifications',
    children: (
      <>
        {notices.length === 0 ? (
          <p class="none-yet">
            Nothing yet. You will be notified here when somebody replies to you or mentions you, and when a
            paper you have saved has a new version.
          </p>
        ) : (
          <ul class="notices">
            {notices.map((notice) => (
              <One notice={notice} paper={papers.get(notice.paper ?? -1)} when={when(notice.at)} />
            ))}
          </ul>
        )}
        <PageLinks
          page={page}
          pages={Math.max(1, Math.ceil(counts.all / PAGE))}
          to={(to) => (to > 1 ? `/notifications?page=${to}` : '/notifications')}
        />
        {counts.unseen > 0 && (
          <form method="post" action="/notifications">
            <button type="submit" name="do" value="see-all">
              Mark all as read
            </button>
          </form>
        )}
        <section aria-labelledby="choices">
          <h2 id="choices">Notification settings</h2>
          <form method="post" action="/notifications" class="choices">
            {NOTICE_KINDS.map((kind) => (
              <label>
                {SAYS_KIND[kind]}
                <select name={kind} autocomplete="off">
                  {CHOICES.filter((choice) => hasMail || choice !== 'mail').map((choice) => (
                    <option value={choice} selected={shownChoice(choices[kind], hasMail) === choice}>
                      {choice === 'site' && !hasMail ? 'Here' : SAYS_CHOICE[choice]}
                    </option>
                  ))}
                </select>
              </label>
            ))}
            <p class="small-print">
              {hasMail
                ? `Email goes to ${account!.email}, at most once an hour.`
                : people.sendsMail
                  ? 'Your account has no verified email address, so nothing is emailed to you.'
                  : 'This site sends no email.'}
            </p>
            <button type="submit" name="do" value="choose">
              Save changes
            </button>
          </form>
        </section>
      </>
    ),
  });
}

/** The choice as it is shown: without mail, what would go by mail as well is here only. */
const shownChoice = (choice: Choice, hasMail: boolean): Choice =>
  choice === 'mail' && !hasMail ? 'site' : choice;

const One = ({ notice, paper, when }: { notice: Notice; paper: Paper | undefined; when: string }) => {
  const { id, kind, actor, comment, text, detail, isSeen } = notice;
  const who = actor ? <a href={personPath(actor.name)}>{actor.displayName}</a> : 'Somebody';
  const path = comment !== null ? commentPath(comment) : paper ? paperPath(paper) : null;
  const title = paper && (
    <a href={paperPath(paper)}>
      <Tex text={paper.title} />
    </a>
  );
  const on = title && <> on {title}</>;
  return (
    <li class={isSeen ? '' : 'new'}>
      {!isSeen && <span class="vh">New: </span>}
      {kind === 'reply' && (
        <>
          {who} <a href={path!}>replied to your comment</a>
          {on}
        </>
      )}
      {kind === 'mention' && (
        <>
          {who} <a href={path!}>mentioned you</a>
          {on}
        </>
      )}
      {kind === 'paper' &&
        (detail === '' ? (
          <>
            {who} <a href={path!}>commented</a>
            {on}
          </>
        ) : (
          <>
            {detail}
            {title && <>: {title}</>}
          </>
        ))}
      {kind === 'organisation' && detail}
      {kind === 'version' && (
        <>
          {title ?? 'A paper'}, which you saved, has a new version: {detail}
        </>
      )}
      {text && <blockquote>{cutAt(text, EXCERPT)}</blockquote>}
      <div>
        <span class="when">{when}</span>
        {!isSeen && (
          <form method="post" action="/notifications">
            <input type="hidden" name="id" value={id} />
            <button type="submit" name="do" value="see">
              Mark as read
            </button>
          </form>
        )}
      </div>
    </li>
  );
};

const isChoice = (text: string | null): text is Choice => (CHOICES as readonly string[]).includes(text ?? '');

/** POST `/notifications`: `do` is `see` (with `id`), `see-all` or `choose`. */
export async function actOnNotices(ask: Ask, form: Form): Promise<Reply> {
  const account = ask.reader!.id;
  const { personal: mine } = ask.web;
  const wanted = form.fields.get('do');
  if (wanted === 'see')
    await personal(() => mine.seeNotices(account, form.fields.getAll('id').slice(0, 100)));
  else if (wanted === 'see-all') await personal(() => mine.seeNotices(account));
  else if (wanted === 'choose') {
    const { people } = ask.web;
    const hasMail = canMail(people, await people.account(ask.reader!.name));
    const before = await mine.choices(account);
    const choices: Partial<Record<NoticeKind, Choice>> = {};
    for (const kind of NOTICE_KINDS) {
      const choice = form.fields.get(kind);
      // What was not offered is not taken back either: mail may be possible later.
      if (isChoice(choice) && choice !== shownChoice(before[kind], hasMail)) choices[kind] = choice;
    }
    await personal(() => mine.choose(account, choices));
    return redirect('/notifications#choices', 303);
  } else throw new WebError(400, 'There is no such action for notifications.');
  return redirect('/notifications', 303);
}

const clean = (token: string): string => token.slice(0, 100).replaceAll('\0', '');
const gone = () => new WebError(404, 'There is nothing to unsubscribe from at this address.');

/** `/notifications/unsubscribe/:token`: opening it changes nothing, since mail scanners open every link. */
export async function endMailPage(ask: Ask, token: string): Promise<Reply> {
  if (!(await ask.web.personal.hasMail(clean(token)))) throw gone();
  return ownPage(ask, {
    title: 'Unsubscribe',
    kicker: 'Notifications',
    children: (
      <>
        <p>You will get no more notifications by email. You will still see them on this site.</p>
        <form method="post" action={`/notifications/unsubscribe/${encodeURIComponent(clean(token))}`}>
          <button type="submit">Unsubscribe</button>
        </form>
      </>
    ),
  });
}

/** POST `/notifications/unsubscribe/:token`, from that page or from a mail program (RFC 8058). */
export async function endMail(ask: Ask, token: string): Promise<Reply> {
  if (!(await personal(() => ask.web.personal.endMail(clean(token))))) throw gone();
  return ownPage(ask, {
    title: 'Unsubscribed',
    kicker: 'Notifications',
    children: (
      <p>
        You will get no more notifications by email. <a href="/notifications#choices">Change this</a>
      </p>
    ),
  });
}
