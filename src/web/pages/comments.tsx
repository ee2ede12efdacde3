/** Writing comments, and the page that each of them has. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { CommentRefused } from '../../community/comment-refused.ts';
import { REACTIONS, type Reaction } from '../../community/comments.ts';
import { cleanComment } from '../../community/discussions.ts';
import { NoSuchPaper } from '../../community/papers.ts';
import { LETTERS } from '../../community/threads.ts';
import { readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper, noSuchPaper, paperNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import { MarkdownRefused } from '../../markdown/limits.ts';
import { quotableOf } from '../../papers/quotable.ts';
import type { Paper } from '../../papers/types.ts';
import { sayMoment } from '../../present/dates.ts';
import { Tex, texToPlain } from '../../present/tex.tsx';
import { commentPath, paperPath } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { keyOf, newFormKey, textOf } from '../parts/letter-forms.ts';
import { Letters, Said, Thread, WriteForm } from '../parts/letters.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';
import { ownPage } from './own-page.tsx';
import { paperRoute } from './paper-route.ts';
import { backTo } from './sign-in.tsx';

/** Bytes of a form with a comment: ten thousand characters of up to nine bytes each. */
export const LARGEST_COMMENT = 128 * 1024;
const noComment = (): WebError => new WebError(404, 'This comment does not exist, or has been deleted.');

async function paperWith(ask: Ask, pk: number): Promise<Paper> {
  const [paper] = await ask.library.papers([pk]);
  if (!paper) throw noSuchPaper();
  return paper;
}

/** A form that comes back: to be looked at, or because something is wrong with it. */
interface Returned {
  title: string;
  paper: Paper;
  action: string;
  text: string;
  draft: string;
  formKey?: string;
  /** The text as it will be shown. */
  preview?: string;
  wrong?: string;
  status?: number;
  send?: string;
  headers?: Record<string, string>;
  /** Further fields of the form. */
  hidden?: Child;
}

async function returned(ask: Ask, given: Returned): Promise<Reply> {
  const { title, paper, preview, wrong, status = 200, hidden, headers, ...form } = given;
  const reply = await ownPage(ask, {
    title,
    kicker: 'Letters to the editor',
    children: (
      <>
        <p>
          On{' '}
          <a href={`${paperPath(paper)}#letters`}>
            <Tex text={paper.title} />
          </a>
        </p>
        {wrong && (
          <p class="notice strong" role="alert">
            {wrong}
          </p>
        )}
        {preview !== undefined && (
          <section class="letters preview" aria-label="Preview">
            <div class="said" dir="auto">
              {raw(preview)}
            </div>
          </section>
        )}
        <WriteForm {...form} id="text" label="Your text">
          {hidden}
        </WriteForm>
      </>
    ),
  });
  return { ...reply, status, headers: { ...reply.headers, ...headers } };
}

/** What went wrong, as a form that comes back with its text; anything unforeseen is thrown. */
async function refused(ask: Ask, error: unknown, form: Omit<Returned, 'wrong' | 'status'>): Promise<Reply> {
  if (error instanceof MarkdownRefused) return returned(ask, { ...form, wrong: error.message, status: 400 });
  if (error instanceof NoSuchPaper) throw noComment();
  if (!(error instanceof CommentRefused)) throw error;
  if (error.why === 'unknown') throw new WebError(404, error.message);
  const { status, message } = error;
  if (error.why !== 'limit') return returned(ask, { ...form, wrong: message, status });
  const headers = { 'retry-after': String(error.wait) };
  return returned(ask, { ...form, wrong: `${message} Your text is still here.`, status, headers });
}

/** The page on which a comment stands, at the comment. */
async function pageOf(ask: Ask, paper: Paper, id: string): Promise<string> {
  await ask.web.topics.caughtUp();
  const { letters } = await ask.library.discussion(paper, 0);
  return letters.some((letter) => letter.id === id)
    ? `${paperPath(paper)}#comment-${id}`
    : `${commentPath(id)}#comment-${id}`;
}

/** Counts forms against the limit of votes: they are as cheap, and nobody sends more by hand. */
const limitForms = (ask: Ask): Promise<void> =>
  ask.web.limits.take(ask, 'votes', String(ask.reader!.id), 'You have sent too much in a short time.');

/** POST `/papers/:id/comments`: `do` is `send` or `preview`. */
export async function sendComment(ask: Ask, id: string, form: Form): Promise<Reply> {
  await limitForms(ask);
  const paper = await paperNamed(ask, id);
  return send(ask, form, paper, null, `${paperPath(paper)}/comments`);
}

async function send(
  ask: Ask,
  form: Form,
  paper: Paper,
  parent: string | null,
  action: string,
): Promise<Reply> {
  const reader = ask.reader!;
  const { discussions } = ask.web;
  const formKey = keyOf(form) ?? newFormKey();
  const text = textOf(form, paper);
  const draft = parent === null ? `${reader.name} paper ${paper.pk}` : `${reader.name} reply ${parent}`;
  const title = parent === null ? 'Your comment' : 'Your reply';
  const again = { title, paper, action, text, draft, formKey };
  if (text === '') return returned(ask, { ...again, wrong: 'Please write something first.', status: 400 });
  try {
    if (form.fields.get('do') === 'preview')
      return await returned(ask, {
        ...again,
        title: 'Preview',
        preview: await discussions.preview(text, reader.id),
      });
    const abstract = quotableOf(paper);
    const sent = { paper: paper.pk, parent, author: reader.id, text, abstract, formKey };
    const id = await discussions.write(sent);
    return redirect(await pageOf(ask, paper, id), 303);
  } catch (error) {
    return refused(ask, error, again);
  }
}

/** POST `/comments/:id`: a reply to it (`text`), or a reaction (`react`: `+agree`, `-agree`). */
export async function actOnComment(ask: Ask, id: string, form: Form): Promise<Reply> {
  await limitForms(ask);
  const { discussions } = ask.web;
  const found = await discussions.find(id.slice(0, 100));
  if (!found) throw noComment();
  const reaction = form.fields.get('react');
  if (reaction === null) return send(ask, form, await paperWith(ask, found.paper), id, commentPath(id));
  const kind = reaction.slice(1) as Reaction;
  const sign = reaction[0];
  if (!REACTIONS.includes(kind) || (sign !== '+' && sign !== '-'))
    throw new WebError(400, `A reaction is one of ${REACTIONS.join(', ')}, with + or - before it.`);
  try {
    await discussions.react(id, ask.reader!.id, kind, sign === '+');
  } catch (error) {
    if (error instanceof CommentRefused) throw new WebError(404, error.message);
    throw error;
  }
  await ask.web.topics.caughtUp();
  const next = form.fields.get('next');
  return redirect(`${next === null ? commentPath(id) : backTo(next)}#comment-${id}`, 303);
}

/** `/comments/:id/edit`, for its author. */
export async function editPage(ask: Ask, id: string): Promise<Reply> {
  const { letter, paper } = await ownComment(ask, id);
  return returned(ask, { ...editForm(ask, id, paper, letter.text, letter.edits), status: 200 });
}

/** POST `/comments/:id/edit`: `do` is `send`, `preview` or `delete`. */
export async function edit(ask: Ask, id: string, form: Form): Promise<Reply> {
  await limitForms(ask);
  const { discussions } = ask.web;
  const reader = ask.reader!;
  const { letter, paper } = await ownComment(ask, id);
  const what = form.fields.get('do');
  const version = Number(form.fields.get('version') ?? letter.edits);
  const text = cleanComment(form.fields.get('text') ?? '');
  const again = editForm(ask, id, paper, text, version);
  try {
    if (what === 'delete') {
      await discussions.remove(id, reader.id);
      return redirect(await pageOf(ask, paper, id), 303);
    }
    if (text === '')
      return await returned(ask, {
        ...again,
        wrong: 'A comment cannot be empty. To remove it, use “Delete this comment”.',
        status: 400,
      });
    if (what === 'preview')
      return await returned(ask, {
        ...again,
        title: 'Preview',
        preview: await discussions.preview(text, reader.id),
      });
    await discussions.edit(id, { author: reader.id, text, abstract: quotableOf(paper), version });
    return redirect(await pageOf(ask, paper, id), 303);
  } catch (error) {
    return refused(ask, error, again);
  }
}

async function ownComment(ask: Ask, id: string) {
  const found = await ask.web.discussions.find(id.slice(0, 100));
  if (found?.letter.state !== 'shown') throw noComment();
  if (found.letter.author !== ask.reader!.id) throw new WebError(403, 'This comment is somebody else’s.');
  return { letter: found.letter, paper: await paperWith(ask, found.paper) };
}

const editForm = (ask: Ask, id: string, paper: Paper, text: string, version: number): Returned => ({
  title: 'Edit your comment',
  paper,
  action: `${commentPath(id)}/edit`,
  text,
  draft: `${ask.reader!.name} edit ${id} ${version}`,
  send: 'Save',
  hidden: (
    <>
      <input type="hidden" name="version" value={String(version)} />
      <p class="to-delete">
        <button type="submit" name="do" value="delete" class="quiet" formnovalidate>
          Delete this comment
        </button>
      </p>
    </>
  ),
});

/** `/comments/:id`: a comment with the replies to it. */
export async function commentPage(ask: Ask, id: string): Promise<Reply> {
  const thread = await ask.web.discussions.thread(id.slice(0, 100), async (pk) =>
    quotableOf(await paperWith(ask, pk)),
  );
  if (!thread) throw noComment();
  const paper = await paperWith(ask, thread.paper);
  return ownPage(ask, {
    title: `On “${texToPlain(paper.title)}”`,
    kicker: 'Letters to the editor',
    children: (
      <>
        <p>
          <a href={`${paperPath(paper)}#letters`}>All comments on this paper</a>
        </p>
        <section class="letters" aria-label="Comments">
          <h2 class="vh">Comments</h2>
          <Thread letters={thread.letters} timezone={ask.web.site.timezone} />
        </section>
      </>
    ),
  });
}

/** `/comments/:id/history`: everything it has said. */
export async function historyPage(ask: Ask, id: string): Promise<Reply> {
  const { discussions, site } = ask.web;
  const found = await discussions.find(id.slice(0, 100));
  if (found?.letter.state !== 'shown') throw noComment();
  const { letter } = found;
  const versions = [
    ...(await discussions.versions(letter.id)),
    { text: letter.text, html: letter.html, at: letter.edited ?? letter.created },
  ];
  return ownPage(ask, {
    title: 'History of this comment',
    kicker: 'Letters to the editor',
    children: (
      <>
        <p>
          <a href={commentPath(letter.id)}>Comment by {letter.writer?.displayName ?? 'a deleted account'}</a>
        </p>
        <section class="letters" aria-label="Versions">
          {versions.reverse().map((version, i) => (
            <article class="letter">
              <h2>
                {i === 0 ? 'Current version, since ' : ''}
                {sayMoment(version.at, site.timezone)}
              </h2>
              <Said letter={version} />
            </article>
          ))}
        </section>
      </>
    ),
  });
}

/** `/papers/:id/comments`: the discussion on pages of its own, where it is long. */
export async function lettersPage(ask: Ask, id: string): Promise<Reply> {
  const paper = await findPaper(ask.library, id);
  // Ids may end in anything: this may be the page of the paper itself.
  if (!paper) return paperRoute(ask, `${id}/comments`, '');
  const path = `${paperPath(paper)}/comments`;
  if (paper.id !== id) return redirect(path, 301);
  const page = readPage(ask.query);
  const discussion = await ask.library.discussion(paper, (page - 1) * LETTERS);
  if (page > 1 && discussion.letters.length === 0)
    throw new WebError(404, `There is no page ${page} of these comments.`, {
      links: [{ href: path, text: 'The first page' }],
    });
  const title = `Comments on “${texToPlain(paper.title)}”`;
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title,
    description: title,
    canonical: page === 1 ? path : `${path}?page=${page}`,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        <p class="kicker">
          <a href={paperPath(paper)}>Back to the paper</a>
        </p>
        <h1>
          <Tex text={paper.title} />
        </h1>
        <Letters paper={paper} discussion={discussion} timezone={ask.web.site.timezone} />
      </main>
    ),
  });
  return html(body);
}
