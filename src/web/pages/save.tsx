/** Saving a paper and marking it, and the page on which its reader chooses lists and writes notes. */
import { LONGEST_NOTE, LONGEST_TITLE } from '../../community/personal/collections.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { paperNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import { prefersJson } from '../../http/request.ts';
import { Tex } from '../../present/tex.tsx';
import { collectionPath, paperPath } from '../../present/urls.ts';
import { MarkButtons } from '../parts/own-paper.tsx';
import { ownPage } from './own-page.tsx';
import { personal } from './personal.ts';
import { backTo } from './sign-in.tsx';

/** Bytes of a form with the notes of all lists. */
export const LARGEST_NOTES = 1024 * 1024;

/** Whether a button was pressed on, 1, or off, 0. @throws WebError */
export function pressed(form: Form, name: string): boolean {
  const value = form.fields.get(name);
  if (value !== '1' && value !== '0') throw new WebError(400, 'The value must be 1, or 0 to take it back.');
  return value === '1';
}

/** Limits how often a reader can press buttons. @throws WebError */
export const limitPressing = (ask: Ask): Promise<void> =>
  ask.web.limits.take(ask, 'votes', String(ask.reader!.id), 'Too many requests in a short time.');

/** Tells scripts the new state; without scripts, reloads the page. */
export const answered = (ask: Ask, isOn: boolean, next: string): Reply =>
  prefersJson(ask.headers.get('accept'))
    ? { ...text(JSON.stringify({ on: isOn }), 'application/json'), keep: false }
    : redirect(next, 303);

/** POST `/papers/:id/save`: `save` is 1 or 0, `next` where to go back to. */
export async function savePaper(ask: Ask, id: string, form: Form): Promise<Reply> {
  const wants = pressed(form, 'save');
  await limitPressing(ask);
  const account = ask.reader!.id;
  const paper = await paperNamed(ask, id);
  const next = `${backTo(form.fields.get('next'))}#paper-${paper.pk}`;
  const own = (await ask.web.personal.among(account, [paper.pk])).get(paper.pk)!;
  if (wants && !own.saved) await personal(() => ask.web.personal.save(account, { paper: paper.pk }));
  // A button that may have been pressed by mistake does not throw away a note.
  if (!wants && own.isMore) return answered(ask, true, `${paperPath(paper)}/lists`);
  if (!wants) await personal(() => ask.web.personal.unsave(account, { paper: paper.pk }));
  return answered(ask, wants, next);
}

/** POST `/papers/:id/mark`: `read` or `dismissed` is 1 or 0. */
export async function markPaper(ask: Ask, id: string, form: Form): Promise<Reply> {
  const mark = form.fields.has('read') ? 'read' : 'dismissed';
  const isOn = pressed(form, mark);
  await limitPressing(ask);
  const paper = await paperNamed(ask, id);
  await personal(() => ask.web.personal.mark(ask.reader!.id, { paper: paper.pk, mark, isOn }));
  return answered(ask, isOn, `${backTo(form.fields.get('next'))}#paper-${paper.pk}`);
}

/** `/papers/:id/lists`: which of a reader's lists hold it, with the notes. */
export async function listsOfPaper(ask: Ask, id: string): Promise<Reply> {
  const { id: account } = ask.reader!;
  const paper = await paperNamed(ask, id);
  const [collections, saved, among] = await Promise.all([
    ask.web.personal.collections(account),
    ask.web.personal.savedIn(account, paper.pk),
    ask.web.personal.among(account, [paper.pk]),
  ]);
  const notes = new Map(saved.map(({ collection, note }) => [collection, note]));
  const path = `${paperPath(paper)}/lists`;
  return ownPage(ask, {
    title: 'Your lists',
    kicker: 'Save a paper',
    section: 'saved',
    children: (
      <>
        <p class="standfirst">
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>
        </p>
        <form method="post" action={path} class="lists-of">
          {collections.map(({ id: one, name, isPublic }) => (
            <fieldset>
              <legend>
                <label>
                  <input type="checkbox" name="in" value={one} checked={notes.has(one)} autocomplete="off" />{' '}
                  {name}
                </label>{' '}
                <span class="small-print">{isPublic ? 'public' : 'private'}</span>
              </legend>
              <label>
                <span class="vh">Note in {name}</span>
                <textarea
                  name={`note-${one}`}
                  rows={notes.get(one) ? 3 : 1}
                  maxlength={LONGEST_NOTE}
                  placeholder="A note"
                >
                  {notes.get(one) ?? ''}
                </textarea>
              </label>
            </fieldset>
          ))}
          <label class="new-list">
            <span>{collections.length === 0 ? 'Name of your first list' : 'And in a new list'}</span>
            <input
              type="text"
              name="new"
              required={collections.length === 0}
              maxlength={LONGEST_TITLE}
              autocomplete="off"
            />
          </label>
          <p>
            <button type="submit">Save changes</button>
          </p>
        </form>
        <div class="own-marks">
          <MarkButtons id={paper.id} own={among.get(paper.pk)!} next={path} />
        </div>
        <p class="small-print">
          <a href="/saved">All your lists</a>
        </p>
      </>
    ),
  });
}

/** POST `/papers/:id/lists`: the paper is in the lists chosen, and in no other. */
export async function keepInLists(ask: Ask, id: string, form: Form): Promise<Reply> {
  await limitPressing(ask);
  const account = ask.reader!.id;
  const { personal: mine } = ask.web;
  const { pk: paper, id: canonical } = await paperNamed(ask, id);
  const [collections, saved] = await Promise.all([mine.collections(account), mine.savedIn(account, paper)]);
  const before = new Map(saved.map(({ collection, note }) => [collection, note]));
  const wanted = new Set(form.fields.getAll('in'));
  const name = form.fields.get('new')?.trim() ?? '';
  await personal(async () => {
    for (const { id: collection } of collections) {
      const note = form.fields.get(`note-${collection}`) ?? '';
      if (!wanted.has(collection)) {
        if (before.has(collection)) await mine.unsave(account, { paper, collection });
      } else if (!before.has(collection)) await mine.save(account, { paper, collection, note });
      else if (before.get(collection) !== note) await mine.note(account, { paper, collection, note });
    }
    if (name === '') return;
    const collection = await mine.addCollection(account, { name });
    await mine.save(account, { paper, collection });
  });
  const [only] = wanted;
  return redirect(
    wanted.size === 1 && name === '' && collections.some((one) => one.id === only)
      ? collectionPath(only!)
      : `${paperPath(canonical)}/lists`,
    303,
  );
}
