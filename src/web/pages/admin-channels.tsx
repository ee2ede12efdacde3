/** `/admin/channels`: where issues are posted in addition to mail, for administrators. */
import { randomBytes } from 'node:crypto';
import { listNamed } from '../../composing/list-ref.ts';
import { sayList } from '../../composing/names.ts';
import { CHANNEL_KINDS, isKind, KINDS } from '../../digest/channel-kinds.ts';
import type { Post } from '../../digest/channel-posts.ts';
import { type Channel, ChannelError, type NewChannel } from '../../digest/channels.ts';
import { SealError } from '../../digest/sealing.ts';
import { CADENCES, type Cadence, LISTS } from '../../digest/types.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { count, sayMoment, sayMomentShort, sayZone } from '../../present/dates.ts';
import { isWebLink, withQuery } from '../../present/urls.ts';
import { noteOf } from './admin-forms.ts';
import { ownPage } from './own-page.tsx';

const PATH = '/admin/channels';
const BACK = { links: [{ href: PATH, text: 'Back' }] };
/** Posts shown of each channel. */
const POSTS = 5;
const POSTED = LISTS.filter((list) => list !== 'following');
const LIST_NAMES: Record<(typeof POSTED)[number], string> = {
  daily: 'Daily edition',
  weekly: 'The best of the week',
  monthly: 'The best of the month',
  search: 'A search',
  survey: 'A survey',
  author: 'An author',
  organization: 'An organisation',
  category: 'A category',
};
const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const deskOf = (ask: Ask) => {
  if (!ask.web.channels) throw new WebError(404, 'This site has no channels.');
  return ask.web.channels;
};

/** `/admin/channels`. `kind`: which kind to add. `note`: the key of the last form's result. */
export async function channelsPage(ask: Ask): Promise<Reply> {
  const desk = deskOf(ask);
  const kind = ask.query.get('kind') ?? '';
  const note = noteOf(ask.web, ask.query.get('note'));
  const channels = await desk.all();
  const posts = await Promise.all(channels.map(({ id }) => desk.posts(id, POSTS)));
  return ownPage(ask, {
    title: 'Channels',
    kicker: 'Running this site',
    section: 'settings',
    children: (
      <>
        <p>Every issue of a list, posted to a chat, a social network or a program of your own.</p>
        {note && (
          <p class="notice said" role="status">
            {note}
          </p>
        )}
        {desk.off !== null && <p class="notice">{desk.off}</p>}
        {channels.length === 0 && <p>There are no channels yet.</p>}
        {channels.map((channel, i) => (
          <ChannelPart channel={channel} posts={posts[i]!} ask={ask} />
        ))}
        <section aria-labelledby="add">
          <h2 id="add">Add a channel</h2>
          <ul class="kinds">
            {CHANNEL_KINDS.map((one) => (
              <li>
                <a
                  href={`${withQuery(PATH, { kind: one })}#add`}
                  {...(one === kind && { 'aria-current': 'true' })}
                >
                  {KINDS[one].title}
                </a>
              </li>
            ))}
          </ul>
          {isKind(kind) && <AddForm kind={kind} zone={ask.web.site.timezone} />}
        </section>
        <p class="small-print channels-notes">
          Times in {sayZone(ask.web.site.timezone)}. <a href="/admin">Source controls</a>
        </p>
      </>
    ),
  });
}

const STATES = { active: 'Active', paused: 'Paused', off: 'Switched off' };

const ChannelPart = ({ channel, posts, ask }: { channel: Channel; posts: Post[]; ask: Ask }) => {
  const { id, name, kind, server, target, state, reason } = channel;
  return (
    <section aria-labelledby={`channel-${id}`} class="channel">
      <h2 id={`channel-${id}`}>{name}</h2>
      <p>
        {KINDS[kind].title}, {[server.replace(/^https:\/\//, ''), target].filter(Boolean).join(', ')}.{' '}
        {sayList(channel.list)}, {whenOf(channel)}.
      </p>
      <p>
        <b>{STATES[state]}</b>
        {reason === null ? '.' : `, because the service answered: ${reason}`}
      </p>
      {posts.length === 0 ? (
        <p>Nothing has been posted yet.</p>
      ) : (
        <ul class="posts">
          {posts.map((post) => (
            <li>
              <PostLine post={post} ask={ask} />
            </li>
          ))}
        </ul>
      )}
      <div class="deeds">
        <Deed id={id} act="test" says="Send the newest issue now" of={name} />
        {state === 'active' ? (
          <Deed id={id} act="pause" says="Pause" of={name} />
        ) : (
          <Deed id={id} act="resume" says="Resume" of={name} />
        )}
      </div>
      <details>
        <summary>Remove</summary>
        <p>Its secret and the record of its posts will be deleted. What has been posted stays where it is.</p>
        <Deed id={id} act="remove" says="Remove for good" of={name} />
      </details>
    </section>
  );
};

const OUTCOMES: Record<Post['state'], string> = {
  queued: 'waiting',
  handing: 'being posted',
  sent: 'posted',
  failed: 'failed',
  suppressed: 'not posted',
  uncertain: 'uncertain',
  quiet: 'nothing to post',
  missed: 'missed',
  cancelled: 'cancelled',
};

const PostLine = ({ post, ask }: { post: Post; ask: Ask }) => {
  const { site, now } = ask.web;
  const at = post.endedAt ?? post.dueAt;
  const said = [post.reason, post.answer].filter((part) => part !== null).join(': ');
  return (
    <>
      <time datetime={new Date(at).toISOString()} title={sayMoment(at, site.timezone)}>
        {sayMomentShort(at, site.timezone, now())}
      </time>{' '}
      <a href={`/digests/${encodeURIComponent(post.issue)}`}>{post.issue}</a>
      {post.isTest && ' (test)'}:{' '}
      {post.remote !== null && isWebLink(post.remote) ? (
        <a href={post.remote}>{OUTCOMES[post.state]}</a>
      ) : (
        <b>{OUTCOMES[post.state]}</b>
      )}
      {post.tries > 1 && `, ${count(post.tries, 'try', 'tries')}`}
      {said !== '' && ` (${said})`}
    </>
  );
};

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function whenOf({ times, cadence, list }: Channel): string {
  const often =
    list.list === 'daily' || list.list === 'weekly' || list.list === 'monthly' ? '' : `${cadence}, `;
  if (times.minute === null) return `${often}as soon as it is composed`;
  const days = WEEK.filter((_, i) => (times.days & (1 << i)) !== 0);
  const on = days.length === 7 ? '' : `${days.join(', ')} `;
  return `${often}${on}at ${clockOf(times.minute)} in ${sayZone(times.timeZone)}`;
}

const Deed = ({ id, act, says, of }: Record<'id' | 'act' | 'says' | 'of', string>) => (
  <form method="post" action={PATH}>
    <input type="hidden" name="id" value={id} />
    <input type="hidden" name="act" value={act} />
    <button type="submit">
      {says}
      <span class="vh">: {of}</span>
    </button>
  </form>
);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const AddForm = ({ kind, zone }: { kind: (typeof CHANNEL_KINDS)[number]; zone: string }) => {
  const { title, server, target, secret } = KINDS[kind];
  return (
    <form method="post" action={PATH} class="stacked">
      <input type="hidden" name="act" value="add" />
      <input type="hidden" name="kind" value={kind} />
      <label>
        Name
        <input type="text" name="name" required maxlength={60} value={title} autocomplete="off" />
      </label>
      {server && (
        <label>
          {capital(server.says)}
          <input
            type="url"
            name="server"
            required
            maxlength={2000}
            value={server.default ?? ''}
            placeholder="https://"
            autocomplete="off"
          />
        </label>
      )}
      {target && (
        <label>
          {capital(target.says)}: {target.like}
          <input type="text" name="target" required maxlength={300} autocomplete="off" />
        </label>
      )}
      <label>
        {capital(secret.says)}
        <input
          type="password"
          name="secret"
          required={kind !== 'webhook'}
          maxlength={2000}
          autocomplete="off"
        />
      </label>
      <label>
        What to post
        <select name="list">
          {POSTED.map((list) => (
            <option value={list}>{LIST_NAMES[list]}</option>
          ))}
        </select>
      </label>
      <label>
        Which search, author, organisation or category
        <input type="text" name="subject" maxlength={2000} autocomplete="off" />
      </label>
      <label>
        How often, if it is not an edition
        <select name="cadence">
          {CADENCES.map((cadence) => (
            <option value={cadence}>{capital(cadence)}</option>
          ))}
        </select>
      </label>
      <label>
        At what time (empty: as soon as an issue is composed)
        <input type="time" name="at" />
      </label>
      <label>
        Time zone
        <input type="text" name="zone" value={zone} maxlength={60} autocomplete="off" />
      </label>
      <fieldset class="weekdays">
        <legend>On which days, if there is a time</legend>
        {WEEK.map((day, i) => (
          <label>
            <input type="checkbox" name="day" value={String(i)} checked /> {day}
          </label>
        ))}
      </fieldset>
      <button type="submit">Add channel</button>
    </form>
  );
};

/** Redirects to the page with a note. */
function back(ask: Ask, note: string, anchor = ''): Reply {
  const name = randomBytes(9).toString('base64url');
  ask.web.notes.keep(name, note);
  return redirect(withQuery(PATH, { note: name }) + anchor, 303);
}

/** POST `/admin/channels`: `act` is `add`, or `test`, `pause`, `resume` or `remove` with an `id`. */
export async function actOnChannels(ask: Ask, form: Form): Promise<Reply> {
  const desk = deskOf(ask);
  const act = form.fields.get('act') ?? '';
  if (act === 'add') return add(ask, form);
  const id = form.fields.get('id')?.slice(0, 100) ?? '';
  const channel = (await desk.all()).find((one) => one.id === id);
  if (!channel) throw new WebError(404, 'There is no such channel.', BACK);
  const anchor = `#channel-${id}`;
  switch (act) {
    case 'test': {
      if (desk.off !== null) throw new WebError(409, desk.off, BACK);
      const row = await desk.test(channel);
      if (row === null)
        throw new WebError(
          409,
          'There is no issue yet: the first is composed when an edition has closed.',
          BACK,
        );
      return back(
        ask,
        `${channel.name}: the newest issue is posted within seconds. Reload to see the answer.`,
        anchor,
      );
    }
    case 'pause':
      await desk.pause(id);
      return back(ask, `${channel.name}: paused.`, anchor);
    case 'resume':
      await desk.resume(id);
      return back(ask, `${channel.name}: resumed. It gets the next issue.`, anchor);
    case 'remove':
      await desk.remove(id);
      return back(ask, `${channel.name}: removed.`);
    default:
      throw new WebError(400, 'This form is not complete.', BACK);
  }
}

async function add(ask: Ask, form: Form): Promise<Reply> {
  const { channel, made } = await deskOf(ask)
    .add(newChannel(ask, form))
    .catch((error: unknown) => {
      if (error instanceof ChannelError || error instanceof SealError)
        throw new WebError(400, `${capital(error.message)}.`, BACK);
      throw error;
    });
  if (made === null) return back(ask, `${channel.name}: added. Try it out below.`, `#channel-${channel.id}`);
  return ownPage(ask, {
    title: 'The signing key',
    kicker: 'Running this site',
    section: 'settings',
    children: (
      <>
        <p>
          Whoever receives the events of <b>{channel.name}</b> checks their signatures with this key. It will
          not be shown again: copy it now.
        </p>
        <p class="secret">
          <code id="signing-key">{made}</code>{' '}
          <button type="button" data-copy="signing-key" class="quiet">
            Copy
          </button>
        </p>
        <p>
          <a href={PATH}>Back to the channels</a>
        </p>
      </>
    ),
  });
}

/** What the form says. @throws WebError */
function newChannel(ask: Ask, form: Form): NewChannel {
  const text = (name: string, most = 2000): string => (form.fields.get(name) ?? '').trim().slice(0, most);
  const kind = text('kind');
  const list = POSTED.find((one) => one === text('list'));
  const cadence = CADENCES.find((one) => one === text('cadence'));
  if (!isKind(kind) || !list || !cadence) throw new WebError(400, 'This form is not complete.', BACK);
  const isEdition = list === 'daily' || list === 'weekly' || list === 'monthly';
  const subject = text('subject');
  if (!isEdition && subject === '')
    throw new WebError(400, 'Please say which search, author, organisation or category.', BACK);
  const at = text('at');
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(at) ?? [];
  const minute = hours === undefined ? null : Number(hours) * 60 + Number(minutes);
  if (minute !== null && !(minute < 1440)) throw new WebError(400, 'There is no such time of day.', BACK);
  const days = form.fields
    .getAll('day')
    .reduce((bits, day) => (/^[0-6]$/.test(day) ? bits | (1 << Number(day)) : bits), 0);
  return {
    kind,
    name: text('name', 100),
    server: text('server'),
    target: text('target', 400),
    secret: text('secret', 3000),
    list: listNamed(list, isEdition ? '' : subject),
    cadence: isEdition ? (list as Cadence) : cadence,
    times: {
      minute,
      days: minute === null ? 127 : days,
      timeZone: text('zone', 100) || ask.web.site.timezone,
    },
  };
}
