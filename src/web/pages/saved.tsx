/** A reader's lists: all of them, one of them as its owner has it, and a public one as everybody sees it. */
import type { Child } from 'hono/jsx';
import {
  type Collection,
  LONGEST_NOTE,
  LONGEST_TITLE,
  MOVES,
  type Move,
  type SavedPaper,
} from '../../community/personal/collections.ts';
import { readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { papersBy } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import type { Paper } from '../../papers/types.ts';
import { publicList } from '../../present/collections.ts';
import { count, dayIn, sayDay } from '../../present/dates.ts';
import { collectionPath, personPath, publicCollectionPath } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { Exports, feedLinks, ListLinks } from '../parts/outlets.tsx';
import { OwnNav } from '../parts/own-nav.tsx';
import { Pager } from '../parts/pager.tsx';
import { Row } from '../parts/paper.tsx';
import { basics } from './basics.ts';
import { beyond } from './edition.tsx';
import { ownPage } from './own-page.tsx';
import { personal } from './personal.ts';
import { limitPressing } from './save.tsx';

/** Papers on one page of a list. */
const PAGE = 50;

/** `/saved`: all lists. */
export async function savedPage(ask: Ask): Promise<Reply> {
  const { id } = ask.reader!;
  const collections = await ask.web.personal.collections(id);
  const { timezone } = ask.web.site;
  return ownPage(ask, {
    title: 'Saved',
    kicker: 'Your lists',
    section: 'saved',
    children: (
      <>
        {collections.length === 0 ? (
          <p class="none-yet">
            Nothing saved yet. Press <b>Save</b> below a paper <a href="/">in the newest edition</a> to keep
            it here, in your own order and with your notes, and to export it as BibTeX.
          </p>
        ) : (
          <ul class="own-lists">
            {collections.map(({ id: one, name, isPublic, papers, changedAt }) => (
              <li>
                <a href={collectionPath(one)}>{name}</a>{' '}
                <span class="small-print">
                  {count(papers, 'paper')} · {isPublic ? 'public' : 'private'} · changed{' '}
                  {sayDay(dayIn(changedAt, timezone))}
                </span>
              </li>
            ))}
          </ul>
        )}
        <form method="post" action="/saved" class="stacked">
          <label>
            New list
            <input type="text" name="name" required maxlength={LONGEST_TITLE} autocomplete="off" />
          </label>
          <button type="submit">Create list</button>
        </form>
      </>
    ),
  });
}

/** POST `/saved`: creates a list. */
export async function makeList(ask: Ask, form: Form): Promise<Reply> {
  await limitPressing(ask);
  const name = form.fields.get('name') ?? '';
  const id = await personal(() => ask.web.personal.addCollection(ask.reader!.id, { name }));
  return redirect(collectionPath(id), 303);
}

/** A reader's own list, by its address. @throws WebError */
export async function ownList(ask: Ask, id: string): Promise<Collection> {
  const found = id.length <= 40 && !id.includes('\0') ? await ask.web.personal.collection(id) : null;
  if (found?.account !== ask.reader!.id) throw new WebError(404, 'You have no such list.');
  return found;
}

/** `/saved/:id`: a list as its owner has it. */
export async function ownListPage(ask: Ask, id: string): Promise<Reply> {
  const list = await ownList(ask, id);
  const { name: owner } = ask.reader!;
  const path = collectionPath(list.id);
  return collectionPage(ask, list, {
    path,
    kicker: list.isPublic ? 'Your public list' : 'Your private list',
    nav: <OwnNav name={owner} current="saved" />,
    head: <ListTools list={list} owner={owner} />,
    below: (saved, place) => (
      <SavedControls path={path} saved={saved} isFirst={place === 0} isLast={place === list.papers - 1} />
    ),
    files: list.isPublic ? (
      <ListLinks page={publicCollectionPath(owner, list.id)} total={list.papers} />
    ) : (
      <Exports page={path} total={list.papers} />
    ),
  });
}

/** `/u/:name/lists/:id`: a public list. */
export async function publicListPage(ask: Ask, name: string): Promise<Reply> {
  const { list, owner } = await publicList(ask, name);
  const path = publicCollectionPath(owner.name, list.id);
  return collectionPage(ask, list, {
    path,
    kicker: 'List',
    nav: null,
    head: (
      <p class="by">
        <span>
          By <a href={personPath(owner.name)}>{owner.displayName}</a>
        </span>
        <span>{count(list.papers, 'paper')}</span>
        {ask.reader?.id === owner.id && <a href={collectionPath(list.id)}>Edit this list</a>}
      </p>
    ),
    below: ({ note }) => note !== '' && <p class="saved-note">{note}</p>,
    files: <ListLinks page={path} total={list.papers} />,
    meta: feedLinks(ask.base, path, list.name),
  });
}

interface CollectionProps {
  path: string;
  kicker: string;
  nav: Child;
  head: Child;
  /** What is below a paper. @param place from 0 */
  below: (saved: SavedPaper, place: number, paper: Paper) => Child;
  files: Child;
  /** For the head of the document, as safe HTML. */
  meta?: string;
}

async function collectionPage(ask: Ask, list: Collection, props: CollectionProps): Promise<Reply> {
  const { path, kicker, nav, head, below, files, meta } = props;
  const page = readPage(ask.query);
  const all = await ask.web.personal.papersIn(list.id);
  const pages = Math.max(1, Math.ceil(all.length / PAGE));
  beyond({ page, pages, total: all.length }, path);
  const from = (page - 1) * PAGE;
  const shown = all.slice(from, from + PAGE);
  const papers = await papersBy(
    ask,
    shown.map(({ paper }) => paper),
  );
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: list.name,
    description: `${list.name}: ${count(list.papers, 'paper')}.`,
    canonical: null,
    index: false,
    ...(meta !== undefined && { head: meta }),
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page">
        <div>
          {nav}
          <header class="list-head">
            <p class="kicker">{kicker}</p>
            <h1>{list.name}</h1>
            {head}
          </header>
          {all.length === 0 && (
            <p class="none-yet">
              No papers yet. <b>Save</b> below a paper adds it to your first list; <b>Lists and notes</b> on
              its page adds it to any of them.
            </p>
          )}
          {shown.map((saved, i) => {
            const paper = papers.get(saved.paper);
            return paper && <Row paper={paper}>{below(saved, from + i, paper)}</Row>;
          })}
          <Pager list={{ page, pages }} path={path} />
        </div>
        <aside aria-label="Files of this list">{files}</aside>
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: { 'cache-control': 'no-store' } };
}

const ListTools = ({ list, owner }: { list: Collection; owner: string }) => (
  <>
    <p class="by">
      <span>{count(list.papers, 'paper')}, in your order</span>
      {list.isPublic && <a href={publicCollectionPath(owner, list.id)}>As others see it</a>}
    </p>
    <details class="list-tools">
      <summary>Rename, {list.isPublic ? 'make private' : 'publish'} or delete</summary>
      <form method="post" action={collectionPath(list.id)}>
        <label>
          <span class="vh">Name</span>
          <input
            type="text"
            name="name"
            value={list.name}
            required
            maxlength={LONGEST_TITLE}
            autocomplete="off"
          />
        </label>{' '}
        <button type="submit" name="do" value="rename">
          Rename
        </button>
      </form>
      <form method="post" action={collectionPath(list.id)}>
        <button type="submit" name="do" value={list.isPublic ? 'withdraw' : 'publish'}>
          {list.isPublic ? 'Make it private' : 'Publish it'}
        </button>{' '}
        <span class="small-print">
          {list.isPublic
            ? 'Its public address and feed will lead nowhere.'
            : 'Anybody can then read it, your notes included, and follow it as a feed.'}
        </span>
      </form>
      <form method="post" action={collectionPath(list.id)}>
        <label>
          <input type="checkbox" name="sure" value="1" required autocomplete="off" /> With all its notes
        </label>{' '}
        <button type="submit" name="do" value="delete">
          Delete list
        </button>
      </form>
    </details>
  </>
);

const SAYS: Record<Move, string> = { first: 'To the top', up: 'Up', down: 'Down', last: 'To the end' };

interface SavedProps {
  path: string;
  saved: SavedPaper;
  isFirst: boolean;
  isLast: boolean;
}

/** Its note and its place. */
const SavedControls = ({ path, saved, isFirst, isLast }: SavedProps) => (
  <div class="saved-tools">
    {saved.note !== '' && <p class="saved-note">{saved.note}</p>}
    <form method="post" action={path} class="moves">
      <input type="hidden" name="paper" value={String(saved.paper)} />
      {MOVES.filter((to) => !(to === 'first' || to === 'up' ? isFirst : isLast)).map((to) => (
        <button type="submit" name="do" value={to}>
          {SAYS[to]}
        </button>
      ))}
      <button type="submit" name="do" value="remove">
        Take out
      </button>
    </form>
    <details>
      <summary>{saved.note === '' ? 'Add a note' : 'Change the note'}</summary>
      <form method="post" action={path}>
        <input type="hidden" name="paper" value={String(saved.paper)} />
        <label>
          <span class="vh">Note</span>
          <textarea name="note" rows={3} maxlength={LONGEST_NOTE}>
            {saved.note}
          </textarea>
        </label>
        <button type="submit" name="do" value="note">
          Save note
        </button>
      </form>
    </details>
  </div>
);

const isMove = (text: string): text is Move => (MOVES as readonly string[]).includes(text);

/** POST `/saved/:id`: what `do` says, to the list or to `paper` in it. */
export async function changeList(ask: Ask, id: string, form: Form): Promise<Reply> {
  await limitPressing(ask);
  const list = await ownList(ask, id);
  const account = ask.reader!.id;
  const { personal: mine } = ask.web;
  const path = collectionPath(list.id);
  const wanted = form.fields.get('do') ?? '';
  const given = form.fields.get('paper') ?? '';
  if (wanted === 'rename')
    await personal(() => mine.changeCollection(account, id, { name: form.fields.get('name') ?? '' }));
  else if (wanted === 'publish' || wanted === 'withdraw')
    await personal(() => mine.changeCollection(account, id, { isPublic: wanted === 'publish' }));
  else if (wanted === 'delete') {
    if (form.fields.get('sure') !== '1')
      throw new WebError(400, 'Tick the box to delete the list with all its notes.');
    await personal(() => mine.removeCollection(account, id));
    return redirect('/saved', 303);
  } else {
    if (!/^\d{1,15}$/.test(given)) throw new WebError(400, 'This paper is not in the list.');
    const paper = Number(given);
    const note = form.fields.get('note');
    if (isMove(wanted)) await personal(() => mine.move(account, { collection: id, paper, to: wanted }));
    else if (wanted === 'remove') await personal(() => mine.unsave(account, { collection: id, paper }));
    else if (wanted === 'note' && note !== null)
      await personal(() => mine.note(account, { collection: id, paper, note }));
    else throw new WebError(400, 'There is no such action for a list.');
    return redirect(wanted === 'remove' ? path : `${path}#paper-${paper}`, 303);
  }
  return redirect(path, 303);
}
