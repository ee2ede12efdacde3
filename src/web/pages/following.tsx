/** `/following`: what is new in what a reader follows, newest first. */
import { type Follow, type FollowKind, isFollowKind } from '../../community/personal/follows.ts';
import { readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { html, type Reply } from '../../http/replies.ts';
import { dayIn, sayDay } from '../../present/dates.ts';
import { followable, subjectOf } from '../../present/followable.ts';
import { followPath, type News, newsFor } from '../../present/following.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath, personPath } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { FollowButton } from '../parts/follow.tsx';
import { Thread } from '../parts/letters.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { OwnNav } from '../parts/own-nav.tsx';
import { Pager } from '../parts/pager.tsx';
import { Row } from '../parts/paper.tsx';
import { basics } from './basics.ts';
import { personal } from './personal.ts';
import { answered, limitPressing, pressed } from './save.tsx';
import { backTo } from './sign-in.tsx';

/** News on one page, and pages: further back, each thing that is followed has its own page. */
const PAGE = 30;
const PAGES = 10;

const KIND: Record<FollowKind, string> = {
  author: 'Authors',
  organization: 'Organisations',
  category: 'Categories',
  search: 'Searches',
  person: 'People here',
};

export async function followingPage(ask: Ask): Promise<Reply> {
  const { id, name } = ask.reader!;
  const page = Math.min(PAGES, readPage(ask.query));
  const follows = await ask.web.personal.follows(id);
  const news = follows.length === 0 ? [] : await newsFor(ask, id, follows, page * PAGE + 1);
  const shown = news.slice((page - 1) * PAGE, page * PAGE);
  const pages = news.length > page * PAGE && page < PAGES ? page + 1 : page;
  const before = beginningOfOld(shown, follows, ask.web.site.timezone);
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: 'Following',
    description: 'What is new in what you follow.',
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page">
        <div>
          <OwnNav name={name} current="following" />
          <header class="list-head">
            <h1>Following</h1>
            {follows.length > 0 && (
              <p class="by">
                <span>Newest first</span>
              </p>
            )}
          </header>
          {follows.length === 0 && (
            <p class="none-yet">
              You are not following anything yet. Press <b>Follow</b> on the page of an author or an
              organisation, at <a href="/search">a search</a> with any words and filters, or on somebody’s
              page here, and what is new there will appear on this page.
            </p>
          )}
          {follows.length > 0 && ask.web.subscribers.sendsMail && (
            <p class="small-print">
              <a href="/subscribe?list=following">Get this by email</a> ·{' '}
              <a href="/subscriptions">Your subscriptions</a>
            </p>
          )}
          {follows.length > 0 && shown.length === 0 && <p class="none-yet">Nothing new yet.</p>}
          {shown.slice(0, before).map((one) => (
            <One news={one} timezone={ask.web.site.timezone} />
          ))}
          {before < shown.length && (
            <p class="section-head">
              {before === 0 && page === 1
                ? 'Nothing new yet. From before you followed them:'
                : 'From before you followed them'}
            </p>
          )}
          {shown.slice(before).map((one) => (
            <One news={one} timezone={ask.web.site.timezone} />
          ))}
          <Pager list={{ page, pages }} path="/following" />
        </div>
        {follows.length > 0 && (
          <aside aria-label="What you follow">
            {(Object.keys(KIND) as FollowKind[]).map((kind) => (
              <Kind kind={kind} follows={follows.filter((one) => one.kind === kind)} />
            ))}
          </aside>
        )}
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: { 'cache-control': 'no-store' } };
}

/** The index from which everything is older than the follow that brings it here. */
export function beginningOfOld(news: readonly News[], follows: readonly Follow[], timezone: string): number {
  const people = follows.filter(({ kind }) => kind === 'person');
  const isOld = (one: News): boolean => {
    const { day } = one;
    const because = one.kind === 'paper' ? one.because : people;
    return day === null || because.every(({ at }) => day < dayIn(at, timezone));
  };
  const last = news.findLastIndex((one) => !isOld(one));
  return last + 1;
}

const Kind = ({ kind, follows }: { kind: FollowKind; follows: Follow[] }) =>
  follows.length === 0 ? null : (
    <section>
      <h2>{KIND[kind]}</h2>
      <ul class="followed">
        {follows.map((one) => (
          <li>
            <a href={followPath(one)}>{one.name}</a>
            <FollowButton
              kind={kind}
              subject={one.address ?? one.subject}
              isOn={true}
              next="/following"
              of={one.name}
            />
          </li>
        ))}
      </ul>
    </section>
  );

const One = ({ news, timezone }: { news: News; timezone: string }) => {
  const { paper } = news;
  if (news.kind === 'paper')
    return (
      <Row paper={paper}>
        <p class="because">
          You follow{' '}
          {news.because.map((one, i) => (
            <>
              {i > 0 && ', '}
              <a href={followPath(one)}>{one.name}</a>
            </>
          ))}
        </p>
      </Row>
    );
  const title = (
    <a href={paperPath(paper)}>
      <Tex text={paper.title} />
    </a>
  );
  if (news.kind === 'comment')
    return (
      <section class="letters news" aria-label="A comment">
        <h2 class="on">On {title}</h2>
        <Thread letters={[news.placed.letter]} timezone={timezone} />
      </section>
    );
  return (
    <p class="news voted">
      {news.votes.map(({ name, displayName }, i) => (
        <>
          {i > 0 && (i === news.votes.length - 1 ? ' and ' : ', ')}
          <a href={personPath(name)}>{displayName}</a>
        </>
      ))}{' '}
      voted for {title}
      {news.day !== null && <span class="when">, {sayDay(news.day)}</span>}
    </p>
  );
};

/** POST `/following`: `follow` is 1 or 0; `kind` and `subject` say what. */
export async function followThis(ask: Ask, form: Form): Promise<Reply> {
  const isOn = pressed(form, 'follow');
  await limitPressing(ask);
  const kind = form.fields.get('kind') ?? '';
  const given = form.fields.get('subject') ?? '';
  if (!isFollowKind(kind)) throw new WebError(400, 'This cannot be followed.');
  const { id } = ask.reader!;
  const { subject, name } = isOn
    ? await followable(ask, kind, given)
    : { subject: await subjectOf(ask, kind, given), name: '' };
  await personal(async () => {
    if (isOn) await ask.web.personal.follow(id, { kind, subject, name });
    else await ask.web.personal.unfollow(id, { kind, subject });
  });
  return answered(ask, isOn, backTo(form.fields.get('next')));
}
