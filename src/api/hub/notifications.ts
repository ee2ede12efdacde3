/** Notifications in the form of the Hub's API. What it has settings for and this site does not is accepted and ignored. */
import type { Account } from '../../community/accounts.ts';
import type { Choice, NoticeKind } from '../../community/personal/notices.ts';
import { WebError } from '../../http/errors.ts';
import { papersBy } from '../../http/find.ts';
import { type ApiAsk, json } from '../route.ts';
import { readsOwn, writesBy } from '../writing.ts';
import { hubKey } from './ids.ts';
import { hereOf, userOf } from './paper.ts';

const PAGE = 20;
/** How many are read to filter them; older ones are reached without filters. */
const MOST = 1_000;

const NO_STORE = { 'cache-control': 'no-store' };

interface Wanted {
  page: number;
  unread: boolean;
  mentions: boolean;
  paper: string | null;
}

function wantedBy({ url }: ApiAsk): Wanted {
  const query = url.searchParams;
  const page = query.get('p') ?? '0';
  if (!/^\d{1,6}$/.test(page))
    throw new WebError(400, 'The parameter "p" must be a whole number.', { parameter: 'p' });
  return {
    page: Number(page),
    unread: query.get('readStatus') === 'unread',
    mentions: query.get('mention') === 'mentions',
    paper: query.get('paperId'),
  };
}

/** Notifications of an account as a request filters them, with the papers they are about. */
async function found(ask: ApiAsk, { id }: Account, wanted: Wanted) {
  const all = await ask.web.personal.notices(id, { unseen: wanted.unread, limit: MOST });
  const papers = await papersBy(
    ask,
    all.flatMap(({ paper }) => paper ?? []),
  );
  return all.flatMap((notice) => {
    const paper = papers.get(notice.paper ?? -1);
    const fits =
      (!wanted.mentions || notice.kind === 'mention') &&
      (wanted.paper === null ||
        (paper !== undefined && [paper.id, hubKey('discussion', paper.id)].includes(wanted.paper)));
    return fits ? { notice, paper } : [];
  });
}

async function list(ask: ApiAsk, account: Account) {
  const wanted = wantedBy(ask);
  const [all, counts] = await Promise.all([
    found(ask, account, wanted),
    ask.web.personal.noticeCounts(account.id),
  ]);
  const start = wanted.page * PAGE;
  const here = hereOf(ask);
  const notifications = all.slice(start, start + PAGE).map(({ notice, paper }) => {
    const key = hubKey('discussion', paper?.id ?? '');
    const actor =
      notice.actor && userOf({ name: notice.actor.displayName, user: notice.actor.name }, here.base);
    return {
      type: 'paper' as const,
      updatedAt: new Date(notice.at).toISOString(),
      read: notice.isSeen,
      ...(notice.comment !== null && { discussionEventId: notice.comment }),
      paper: { _id: key, title: paper?.title ?? notice.detail },
      paperDiscussion: {
        // One for each notification, by which it can be deleted.
        id: notice.id,
        participating: actor ? [{ _id: actor._id, avatar: actor.avatarUrl, user: notice.actor!.name }] : [],
        paperId: key,
      },
    };
  });
  return json(
    { notifications, count: { view: all.length, unread: counts.unseen, all: counts.all }, start },
    NO_STORE,
  );
}

/** With a token of the scope `read`. */
export const NOTIFICATIONS = readsOwn(
  '/api/notifications',
  'Lists your notifications.',
  {},
  {
    scope: 'read',
    status: 200,
    handle: (ask, account) => list(ask, account),
  },
);

async function remove(ask: ApiAsk, account: Account, body: Record<string, unknown>) {
  const { personal } = ask.web;
  const ids = body.discussionIds;
  if (ids !== undefined) {
    if (
      !Array.isArray(ids) ||
      ids.length === 0 ||
      ids.length > MOST ||
      !ids.every((id) => typeof id === 'string')
    )
      throw new WebError(400, 'The field "discussionIds" must be a list of ids.', {
        parameter: 'discussionIds',
      });
    await personal.deleteNotices(account.id, ids as string[]);
  } else if (ask.url.searchParams.get('applyToAll') === 'true') {
    const those = await found(ask, account, { ...wantedBy(ask), page: 0 });
    await personal.deleteNotices(
      account.id,
      those.map(({ notice }) => notice.id),
    );
  } else throw new WebError(400, 'Give "discussionIds", or applyToAll=true for all notifications.');
  return json({}, NO_STORE);
}

/** With a token of the scope `read`: `{"discussionIds": […]}`, or `applyToAll=true` with the filters of the list. */
export const DELETE_NOTIFICATIONS = writesBy(
  'DELETE',
  '/api/notifications',
  'Deletes notifications.',
  {},
  {
    scope: 'read',
    status: 200,
    handle: remove,
  },
);

/** What the Hub calls them, and which of ours they are; those with `web_` are on the site alone. */
const SETTINGS: Record<string, { kinds: NoticeKind[]; on: Choice; off: Choice }> = {
  arxiv_paper_activity: { kinds: ['paper', 'version'], on: 'mail', off: 'site' },
  discussions_participating: { kinds: ['reply', 'mention'], on: 'mail', off: 'site' },
  web_discussions_participating: { kinds: ['reply', 'mention'], on: 'site', off: 'off' },
};

async function choose(ask: ApiAsk, account: Account, body: Record<string, unknown>) {
  const { notifications } = body;
  if (typeof notifications !== 'object' || notifications === null || Array.isArray(notifications))
    throw new WebError(400, 'The field "notifications" must be an object.', { parameter: 'notifications' });
  const { personal } = ask.web;
  const given = notifications as Record<string, unknown>;
  const now = await personal.choices(account.id);
  const choices: Partial<Record<NoticeKind, Choice>> = {};
  for (const [name, { kinds, on, off }] of Object.entries(SETTINGS)) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== 'boolean')
      throw new WebError(400, `The field "${name}" must be true or false.`, { parameter: name });
    for (const kind of kinds) {
      const before = choices[kind] ?? now[kind];
      // Switching the site's on leaves mail as it is; switching mail off leaves what is off.
      if (value) choices[kind] = on === 'site' && before === 'mail' ? before : on;
      else choices[kind] = before === 'off' ? before : off;
    }
  }
  await personal.choose(account.id, choices);
  return json({}, NO_STORE);
}

/** With a token of the scope `read`. */
export const NOTIFICATION_SETTINGS = writesBy(
  'PATCH',
  '/api/settings/notifications',
  'Changes which notifications you get.',
  {},
  { scope: 'read', status: 200, handle: choose },
);
