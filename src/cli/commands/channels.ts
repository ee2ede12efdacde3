import { withStore } from '../../collection.ts';
import { composing } from '../../composing/compose.ts';
import { listNamed } from '../../composing/list-ref.ts';
import { channelDesk, whyOff } from '../../digest/channel-desk.ts';
import { CHANNEL_KINDS, type ChannelKind, isKind, KINDS } from '../../digest/channel-kinds.ts';
import { type Post, postWith, queuePost } from '../../digest/channel-posts.ts';
import { type Channel, ChannelError } from '../../digest/channels.ts';
import { postDue } from '../../digest/posting.ts';
import { lastEnded } from '../../digest/schedule.ts';
import { SealError } from '../../digest/sealing.ts';
import { CADENCES, type Cadence, LISTS, type ListRef } from '../../digest/types.ts';
import { parseDay, periodOf } from '../../papers/days.ts';
import type { Store } from '../../store/open.ts';
import { postingWith } from '../../worker/channels.ts';
import { lentIndex } from '../../worker/lent-index.ts';
import { type Command, type Context, EXIT, optionText, UsageError } from '../command.ts';

const POSTED = LISTS.filter((list) => list !== 'following');

export const channelsCommand: Command = {
  name: 'channels',
  says: 'post issues to chats, social networks and webhooks',
  usage: 'list | add | test NAME | pause NAME | resume NAME | remove NAME | post',
  help: [
    'A channel posts every issue of a list somewhere: see docs/channels.md for each service, step by step.',
    '',
    '  list    all channels, and what became of their last posts',
    '  add     add a channel; its secret is read from CHANNEL_SECRET or standard input, and never shown again',
    '  test    post the newest issue to a channel now, whether or not it has had it',
    '  pause   post nothing until it is resumed',
    '  resume  go on, with the next issue',
    '  remove  forget a channel, its secret and what has been posted',
    '  post    post an issue now to every channel of its list, or to one; no channel gets an issue twice',
  ].join('\n'),
  options: [
    { name: 'kind', value: 'K', says: `add: ${CHANNEL_KINDS.join(', ')}` },
    { name: 'name', value: 'N', says: 'add: what to call it here' },
    {
      name: 'server',
      value: 'URL',
      says: 'add: address of the Matrix, Mastodon, Bluesky or Telegram server, or of a webhook',
    },
    { name: 'target', value: 'T', says: 'add: Telegram chat, Matrix room or Bluesky handle' },
    { name: 'list', value: 'LIST', says: `add, post: ${POSTED.join(', ')}; default daily` },
    {
      name: 'subject',
      value: 'S',
      says: 'add, post: which search, survey, author, organization or category',
    },
    {
      name: 'cadence',
      value: 'C',
      says: `add, post: ${CADENCES.join(', ')}, for lists that are not editions; default daily`,
    },
    { name: 'at', value: 'HH:MM', says: 'add: when to post; default: as soon as an issue is composed' },
    { name: 'zone', value: 'Z', says: 'add: time zone of --at; default EDITION_TIMEZONE' },
    { name: 'days', value: 'D', says: 'add: days to post on with --at, mon-fri or mon,thu; default: all' },
    { name: 'date', value: 'D', says: 'post: a day of the issue; default: the last that ended' },
    { name: 'to', value: 'NAME', says: 'post: only to this channel' },
  ],
  async run(context) {
    const [action = '', ...words] = context.words;
    if (!Object.hasOwn(ACTIONS, action))
      throw new UsageError(
        `channels needs an action: ${Object.keys(ACTIONS).join(', ')}${action === '' ? '' : `; not '${action.slice(0, 40)}'`}`,
      );
    const takesName = NAMED.has(action);
    if (words.length !== (takesName ? 1 : 0))
      throw new UsageError(
        takesName
          ? `${action} needs the name of a channel`
          : `${action} does not accept '${words[0]!.slice(0, 60)}'`,
      );
    return withStore(context.config, async (store) => {
      try {
        return await ACTIONS[action]!(store, context, words[0] ?? '');
      } catch (error) {
        if (error instanceof ChannelError || error instanceof SealError) throw new UsageError(error.message);
        throw error;
      }
    });
  },
};

type Action = (store: Store, context: Context, name: string) => Promise<number>;
const NAMED = new Set(['test', 'pause', 'resume', 'remove']);

const ACTIONS: Record<string, Action> = {
  async list(store, { config, io, json }) {
    const desk = channelDesk(store, config);
    const all = await desk.all();
    for (const channel of all) {
      const [last] = await desk.posts(channel.id, 1);
      if (json) io.out(JSON.stringify({ ...shown(channel), last: last ? shownPost(last, channel) : null }));
      else
        io.out(
          [
            channel.name,
            KINDS[channel.kind].title,
            [channel.server, channel.target].filter(Boolean).join(' '),
            wordsOf(channel),
            channel.reason === null ? channel.state : `${channel.state}: ${channel.reason}`,
            last
              ? `last post ${last.state}${last.answer === null ? '' : ` (${last.answer})`}`
              : 'nothing posted yet',
          ].join('  '),
        );
    }
    if (all.length === 0) io.note('There are no channels yet.');
    if (desk.off !== null) io.note(desk.off);
    return EXIT.ok.code;
  },
  async add(store, context) {
    const { config, io, json } = context;
    const kind = kindOf(optionText(context, 'kind'));
    const name = optionText(context, 'name');
    if (name === undefined) throw new UsageError('add needs --name');
    const list = listOf(context);
    const at = optionText(context, 'at');
    const days = optionText(context, 'days');
    if (at === undefined && days !== undefined) throw new UsageError('--days needs --at');
    const desk = channelDesk(store, config);
    const { channel, made } = await desk.add({
      kind,
      name,
      server: optionText(context, 'server') ?? '',
      target: optionText(context, 'target') ?? '',
      secret: await secretFor(kind, io),
      list,
      cadence: cadenceOf(context, list),
      times: {
        minute: at === undefined ? null : minuteOf(at),
        days: days === undefined ? 127 : daysOf(days),
        timeZone: optionText(context, 'zone') ?? config.EDITION_TIMEZONE,
      },
    });
    if (json) io.out(JSON.stringify({ ...shown(channel), ...(made !== null && { key: made }) }));
    else {
      io.out(
        `Added ${channel.name}: ${wordsOf(channel)}. Try it: broadsheet channels test '${channel.name}'`,
      );
      if (made !== null) io.out(`Signing key, shown only now: ${made}`);
    }
    if (desk.off !== null) io.note(desk.off);
    return EXIT.ok.code;
  },
  async test(store, context, name) {
    mustPost(context);
    const channel = await named(store, context, name);
    const row = await channelDesk(store, context.config).test(channel);
    if (row === null)
      throw new UsageError('there is no issue yet: the first is composed when an edition has closed');
    return postNow(store, context, [{ channel, row }]);
  },
  async pause(store, context, name) {
    const channel = await named(store, context, name);
    await channelDesk(store, context.config).pause(channel.id);
    return done(context, { ...channel, state: 'paused', reason: null });
  },
  async resume(store, context, name) {
    const channel = await named(store, context, name);
    await channelDesk(store, context.config).resume(channel.id);
    return done(context, { ...channel, state: 'active', reason: null });
  },
  async remove(store, context, name) {
    const channel = await named(store, context, name);
    await channelDesk(store, context.config).remove(channel.id);
    if (context.json) context.io.out(JSON.stringify({ removed: channel.name }));
    else context.io.out(`Removed ${channel.name}.`);
    return EXIT.ok.code;
  },
  async post(store, context) {
    mustPost(context);
    const { config, io } = context;
    const to = optionText(context, 'to');
    const list = listOf(context);
    const cadence = cadenceOf(context, list);
    const desk = channelDesk(store, config);
    const channels =
      to === undefined
        ? (await desk.all()).filter(
            (one) =>
              one.state === 'active' &&
              one.list.list === list.list &&
              one.list.subject === list.subject &&
              one.cadence === cadence,
          )
        : [await named(store, context, to)];
    if (channels.length === 0) throw new UsageError('no active channel has this list; --to names one');
    const now = Date.now();
    const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
    const lent = lentIndex(config.DATA_DIR, io.note);
    try {
      const period = periodFrom(optionText(context, 'date'), cadence, () => lastEnded(cadence, now, turn));
      const { compose } = composing({ store, turn, lendIndex: lent.lend, now: () => now });
      const issue = await compose(list, period);
      if (issue === null)
        throw new UsageError(`there is no issue of ${period}: it has not ended, or there is no such list`);
      if (issue.papers.length === 0) throw new UsageError(`the issue of ${period} has no papers`);
      const rows: { channel: Channel; row: string }[] = [];
      for (const channel of channels) {
        const row = await queuePost(store, channel.id, issue, now);
        if (row === null) io.note(`${channel.name} has had this issue.`);
        else rows.push({ channel, row });
      }
      return await postNow(store, context, rows);
    } finally {
      lent.close();
    }
  },
};

/** @throws UsageError if nothing is posted here */
function mustPost({ config }: Context): void {
  const off = whyOff(config);
  if (off !== null) throw new UsageError(off);
}

/** How long to wait for another process that has taken a post (ms). */
const PATIENCE = 90_000;

/** Posts rows of the ledger, and says what came of each. */
async function postNow(
  store: Store,
  context: Context,
  rows: { channel: Channel; row: string }[],
): Promise<number> {
  const { config, io } = context;
  const { issues } = composing({
    store,
    turn: { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN },
    lendIndex: () => Promise.reject(new Error('not needed')),
    now: Date.now,
  });
  const posting = postingWith({ store, config, issues, failed: () => {}, now: Date.now });
  const ids = rows.map(({ row }) => row);
  if (ids.length > 0) await postDue(posting, ids);
  let isWell = true;
  for (const { channel, row } of rows) {
    const post = await settled(store, row);
    if (post === null) continue;
    if (post.state !== 'sent') isWell = false;
    const said = post.answer ?? post.reason;
    io.out(
      context.json
        ? JSON.stringify(shownPost(post, channel))
        : `${channel.name}: ${post.state}${said === null ? '' : ` (${said})`}${post.state === 'queued' ? '; it is tried again' : ''}`,
    );
  }
  return isWell ? EXIT.ok.code : EXIT.failed.code;
}

/** The row as soon as nobody is at work on it: a worker may have been faster. */
async function settled(store: Store, id: string): Promise<Post | null> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const post = await postWith(store.read, id);
    const isWaiting = post?.state === 'handing' || (post?.state === 'queued' && post.answer === null);
    if (!isWaiting || Date.now() > until) return post;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** From the environment, or else from standard input; never from the command line, which others can see. */
async function secretFor(kind: ChannelKind, io: Context['io']): Promise<string> {
  const given = process.env.CHANNEL_SECRET;
  if (given !== undefined) return given.trim();
  if (process.stdin.isTTY) io.note(`The ${KINDS[kind].secret.says}, then Enter and Ctrl-D:`);
  let text = '';
  for await (const part of process.stdin) {
    text += String(part);
    if (text.length > 10_000) throw new UsageError('the secret is too long');
  }
  return text.trim();
}

async function named(store: Store, { config }: Context, name: string): Promise<Channel> {
  const found = (await channelDesk(store, config).all()).find((one) => one.name === name);
  if (!found) throw new UsageError(`there is no channel '${name.slice(0, 60)}'`);
  return found;
}

function kindOf(text: string | undefined): ChannelKind {
  if (text === undefined || !isKind(text))
    throw new UsageError(`--kind is one of ${CHANNEL_KINDS.join(', ')}`);
  return text;
}

const isEdition = ({ list }: ListRef): boolean => list === 'daily' || list === 'weekly' || list === 'monthly';

function listOf(context: Context): ListRef {
  const wanted = optionText(context, 'list') ?? 'daily';
  const list = POSTED.find((one) => one === wanted);
  if (!list) throw new UsageError(`--list is one of ${POSTED.join(', ')}`);
  const subject = optionText(context, 'subject') ?? '';
  const ref = listNamed(list, subject);
  if (isEdition(ref) !== (subject === ''))
    throw new UsageError(
      subject === '' ? `--list ${list} needs --subject` : `--list ${list} takes no --subject`,
    );
  return ref;
}

function cadenceOf(context: Context, list: ListRef): Cadence {
  const given = optionText(context, 'cadence');
  if (isEdition(list)) {
    if (given !== undefined && given !== list.list)
      throw new UsageError(`--list ${list.list} takes no --cadence`);
    return list.list as Cadence;
  }
  const found = CADENCES.find((one) => one === (given ?? 'daily'));
  if (!found) throw new UsageError(`--cadence is one of ${CADENCES.join(', ')}`);
  return found;
}

function periodFrom(date: string | undefined, cadence: Cadence, last: () => string): string {
  if (date === undefined) return last();
  const day = parseDay(date);
  if (day === null) throw new UsageError(`'${date.slice(0, 40)}' is not a day such as 2026-06-26`);
  return periodOf(({ daily: 'day', weekly: 'week', monthly: 'month' } as const)[cadence], day).value;
}

function minuteOf(text: string): number {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) throw new UsageError('--at is a time such as 09:00');
  return Number(hours) * 60 + Number(minutes);
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `mon-fri`, `mon,thu` as bits, Monday the lowest. */
function daysOf(text: string): number {
  let bits = 0;
  for (const part of text.toLowerCase().split(',')) {
    const [first = '', last = first] = part.trim().split('-');
    const [from, to] = [WEEK.indexOf(first), WEEK.indexOf(last)];
    if (from < 0 || to < from) throw new UsageError('--days are days such as mon-fri or mon,thu');
    for (let day = from; day <= to; day++) bits |= 1 << day;
  }
  return bits;
}

const wordsOf = ({ list, cadence, times }: Channel): string =>
  [
    isEdition(list) ? list.list : `${list.list} ${list.name} (${cadence})`,
    times.minute === null
      ? 'at once'
      : `at ${String(Math.floor(times.minute / 60)).padStart(2, '0')}:${String(times.minute % 60).padStart(2, '0')} ${times.timeZone}`,
  ].join(', ');

function done({ io, json }: Context, channel: Channel): number {
  if (json) io.out(JSON.stringify(shown(channel)));
  else io.out(`${channel.name}: ${channel.state}`);
  return EXIT.ok.code;
}

const shown = ({ list, createdAt, ...channel }: Channel) => ({
  ...channel,
  list: list.list,
  subject: list.subject,
  createdAt: new Date(createdAt).toISOString(),
});

const shownPost = (post: Post, { name }: Channel) => ({
  channel: name,
  issue: post.issue,
  test: post.isTest,
  due: new Date(post.dueAt).toISOString(),
  state: post.state,
  answer: post.answer ?? post.reason,
  remote: post.remote,
  tries: post.tries,
});
