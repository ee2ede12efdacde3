/** What is a reader's own, for programs with an access token: lists, follows, notifications. */
import type { Account } from '../../community/accounts.ts';
import type { Collection } from '../../community/personal/collections.ts';
import { WebError } from '../../http/errors.ts';
import { papersBy } from '../../http/find.ts';
import { papersOfList } from '../../present/collections.ts';
import { followable, subjectOf } from '../../present/followable.ts';
import { followPath, newsFor } from '../../present/following.ts';
import { commentPath, publicCollectionPath } from '../../present/urls.ts';
import { findPaper } from '../find.ts';
import type { ApiAsk } from '../route.ts';
import { own, writing } from './endpoint.ts';
import { limit } from './parameters.ts';
import { FOLLOW, FOLLOWS, NEWS, NOTICES, OWN_LIST, OWN_LISTS, SAVE, SAVED } from './shapes.ts';
import { paperOf } from './write.ts';

const time = (ms: number): string => new Date(ms).toISOString();

const listOf = (list: Collection, { name }: Account, base: string) => ({
  id: list.id,
  name: list.name,
  public: list.isPublic,
  url: list.isPublic ? base + publicCollectionPath(name, list.id) : null,
  papers: list.papers,
  changedAt: time(list.changedAt),
});

const noSuchList = () => new WebError(404, 'You have no such list.', {}, { 'x-error-code': 'ListNotFound' });

const LISTS = own({
  name: 'lists',
  path: '/me/lists',
  says: 'Your lists of papers.',
  scope: 'read',
  answer: OWN_LISTS,
  async handle({ web, base }, account) {
    const lists = await web.personal.collections(account.id);
    return { items: lists.map((list) => listOf(list, account, base)) };
  },
});

const LIST = own({
  name: 'list',
  path: '/me/lists/:list',
  says: 'One of your lists with its papers and notes.',
  parts: { list: { says: 'Its id.', example: () => null } },
  scope: 'read',
  answer: OWN_LIST,
  errors: { 404: 'You have no list with that id.' },
  async handle(ask, account) {
    const { web, base, path } = ask;
    const id = path.list!;
    const list = id.length <= 40 && !id.includes('\0') ? await web.personal.collection(id) : null;
    if (list?.account !== account.id) throw noSuchList();
    const papers = await papersOfList(ask, list);
    return {
      ...listOf(list, account, base),
      items: papers.map(({ paper, note, addedAt }) => ({
        paper: paperOf(paper, base),
        note,
        addedAt: time(addedAt),
      })),
    };
  },
});

/** Refuses a program that presses the same buttons as readers, but by the hundred. */
const limitWrites = (ask: ApiAsk, { id }: Account): Promise<void> =>
  ask.web.limits.take(ask, 'votes', String(id), 'Too many requests in a short time.');

const SAVE_PAPER = writing({
  name: 'save',
  group: 'Your own',
  path: '/papers/:id{.+}/save',
  says: 'Saves a paper to one of your lists, or removes it.',
  more: 'Without a list, it is saved to your first, or removed from all of them.',
  parts: { id: { says: 'Any id it has.', example: ({ id }) => id } },
  scope: 'save',
  body: SAVE,
  answer: SAVED,
  errors: { 404: 'No paper here has that id.' },
  async handle(ask, account, { saved, list, note }) {
    await limitWrites(ask, account);
    const { personal } = ask.web;
    const { pk: paper, id } = await findPaper(ask.library, ask.path.id!);
    const given = { paper, ...(list !== undefined && { collection: list }) };
    if (saved) {
      const collection = await personal.save(account.id, given);
      if (note !== undefined) await personal.note(account.id, { collection, paper, note });
    } else await personal.unsave(account.id, given);
    const lists = (await personal.savedIn(account.id, paper)).map(({ collection }) => collection);
    return { id, saved: lists.length > 0, lists };
  },
});

const followsOf = async ({ web, base }: ApiAsk, account: Account) => ({
  items: (await web.personal.follows(account.id)).map((one) => ({
    kind: one.kind,
    subject: one.address ?? one.subject,
    name: one.name,
    url: base + followPath(one),
    since: time(one.at),
  })),
});

const FOLLOWED = own({
  name: 'follows',
  path: '/me/follows',
  says: 'What you follow.',
  scope: 'read',
  answer: FOLLOWS,
  handle: (ask, account) => followsOf(ask, account),
});

const FOLLOW_THIS = writing({
  name: 'follow',
  group: 'Your own',
  path: '/me/follows',
  says: 'Follows or unfollows an author, an organisation, a category, a search or a person here.',
  scope: 'follow',
  body: FOLLOW,
  answer: FOLLOWS,
  errors: { 404: 'There is nothing like that here to follow.' },
  async handle(ask, account, { kind, subject, follow }) {
    await limitWrites(ask, account);
    const { personal } = ask.web;
    if (follow) await personal.follow(account.id, { kind, ...(await followable(ask, kind, subject)) });
    else await personal.unfollow(account.id, { kind, subject: await subjectOf(ask, kind, subject) });
    return followsOf(ask, account);
  },
});

const NEW_IN = own({
  name: 'following',
  path: '/me/following',
  says: 'New papers in what you follow, newest first.',
  parameters: { limit: limit(20, 100) },
  scope: 'read',
  answer: NEWS,
  async handle(ask, account) {
    const follows = await ask.web.personal.follows(account.id);
    const news = follows.length === 0 ? [] : await newsFor(ask, account.id, follows, ask.query.limit);
    return {
      items: news.flatMap((one) =>
        one.kind === 'paper'
          ? {
              paper: paperOf(one.paper, ask.base),
              because: one.because.map(({ kind, name }) => ({ kind, name })),
            }
          : [],
      ),
    };
  },
});

const HAPPENED = own({
  name: 'notifications',
  path: '/me/notifications',
  says: 'Your notifications.',
  parameters: { limit: limit(20, 100) },
  scope: 'read',
  answer: NOTICES,
  async handle(ask, account) {
    const { personal } = ask.web;
    const [notices, counts] = await Promise.all([
      personal.notices(account.id, { limit: ask.query.limit }),
      personal.noticeCounts(account.id),
    ]);
    const papers = await papersBy(
      ask,
      notices.flatMap(({ paper }) => paper ?? []),
    );
    return {
      unread: counts.unseen,
      items: notices.map((notice) => ({
        id: notice.id,
        kind: notice.kind,
        paper: papers.get(notice.paper ?? -1)?.id ?? null,
        comment: notice.comment === null ? null : ask.base + commentPath(notice.comment),
        by: notice.actor?.name ?? null,
        detail: notice.detail,
        at: time(notice.at),
        read: notice.isSeen,
      })),
    };
  },
});

export const OWN_ENDPOINTS = [LISTS, LIST, SAVE_PAPER, FOLLOWED, FOLLOW_THIS, NEW_IN, HAPPENED];
