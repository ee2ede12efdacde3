/** `/submit`: from an identifier, or what somebody types, to a paper in today's edition. */
import type { Child } from 'hono/jsx';
import { CommentRefused } from '../../community/comment-refused.ts';
import { cleanComment } from '../../community/discussions.ts';
import { LONGEST_ALT, MOST_PICTURES, type NewPicture } from '../../community/pictures.ts';
import { SubmissionRefused } from '../../community/submission-rules.ts';
import { cleanText } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { MarkdownRefused } from '../../markdown/limits.ts';
import { formatIdentifier } from '../../papers/identifiers.ts';
import { safeUrl } from '../../papers/links.ts';
import { recognise } from '../../papers/recognise.ts';
import type { Paper, PaperRecord } from '../../papers/types.ts';
import { knownAs, linksOf, lookUpFor, recordOf, sayLookUp, type Typed } from '../../present/submitting.ts';
import { paperPath, withQuery } from '../../present/urls.ts';
import { newSubmissionId } from '../../sources/submission-desk.ts';
import { figureFrom, LARGEST_PICTURE } from '../images.ts';
import { keyOf } from '../parts/letter-forms.ts';
import { submits } from '../parts/submit.tsx';
import { HandForm, Here, IdForm, OptionalFields, Preview } from '../parts/submit-forms.tsx';
import { ownPage } from './own-page.tsx';

/** Bytes of the form: an abstract and a comment, of up to nine bytes a character, and pictures. */
export const LARGEST_SUBMISSION = 192 * 1024 + MOST_PICTURES * LARGEST_PICTURE;

/** The key of a form. */
const KEY = /^[0-9a-f]{24}$/;

interface Shown {
  title?: string;
  /** What is wrong, or what happened. */
  notice?: string | undefined;
  status?: number;
  headers?: Record<string, string>;
  children: Child;
}

async function page(ask: Ask, { title = 'Submit a paper', notice, status = 200, headers, children }: Shown) {
  const reply = await ownPage(ask, {
    title,
    kicker: 'For today’s edition',
    children: (
      <>
        {notice && (
          <p class="notice strong" role="alert">
            {notice}
          </p>
        )}
        {children}
      </>
    ),
  });
  return { ...reply, status, headers: { ...reply.headers, ...headers } } satisfies Reply;
}

/** `/submit`, with `id`: what to look for; `by=hand`; `draft`: what was found; `paper`: one that is here. */
export async function submitPage(ask: Ask): Promise<Reply> {
  const { query, reader, web } = ask;
  const id = cleanText(query.get('id')).slice(0, 500);
  if (!submits(web))
    return page(ask, { children: <p>{web.site.name} does not take submissions from readers.</p> });
  if (reader === null) return page(ask, { children: <SignInFirst id={id} by={query.get('by')} /> });
  const draft = query.get('draft');
  if (draft !== null) return draftPage(ask, draft);
  const here = query.get('paper');
  if (here !== null) return herePage(ask, cleanText(here));
  const refused = await refusal(ask);
  if (refused !== null) return page(ask, { notice: refused.message, children: null });
  if (query.get('by') === 'hand') return page(ask, { children: <HandForm typed={{ id }} /> });
  return page(ask, { children: <IdForm id={id} rules={web.submissions.rules} /> });
}

const SignInFirst = ({ id, by }: { id: string; by: string | null }) => (
  <>
    <p class="standfirst">
      Suggest a paper for today’s edition: give its arXiv identifier, its DOI, or its address on arXiv,
      OpenReview or the ACL Anthology.
    </p>
    <p>
      <a
        class="button"
        href={withQuery('/sign-in', { next: withQuery('/submit', { id, by }) })}
        rel="nofollow"
      >
        Sign in to submit a paper
      </a>
    </p>
  </>
);

/** Why the reader cannot submit anything now; null: they can. */
async function refusal(ask: Ask): Promise<SubmissionRefused | null> {
  try {
    await ask.web.submissions.check(ask.reader!.id);
    return null;
  } catch (error) {
    if (error instanceof SubmissionRefused) return error;
    throw error;
  }
}

/** How a refusal is answered. */
const answerOf = ({ message, status, wait }: SubmissionRefused | CommentRefused) => ({
  notice: message,
  status,
  ...(wait > 0 && { headers: { 'retry-after': String(wait) } }),
});

/** POST `/submit`: `do` is `look`, `hand`, `edit`, `send` or `list`. */
export async function submit(ask: Ask, form: Form): Promise<Reply> {
  const { web } = ask;
  if (!submits(web)) throw new WebError(403, 'This site does not take submissions from readers.');
  switch (form.fields.get('do')) {
    case 'hand':
      return byHand(ask, typedIn(form));
    case 'edit':
      return editDraft(ask, form);
    case 'send':
      return send(ask, form);
    case 'list':
      return list(ask, form);
    default:
      return look(ask, form);
  }
}

/** Looks a paper up, here and then at the service that knows it. */
async function look(ask: Ask, form: Form): Promise<Reply> {
  const { web, reader } = ask;
  const text = cleanText(form.fields.get('id')).slice(0, 500);
  const rules = web.submissions.rules;
  if (text === '')
    return page(ask, {
      notice: 'Please enter an identifier or an address.',
      status: 400,
      children: <IdForm id="" rules={rules} />,
    });
  const identifier = recognise(text);
  const known = await findPaper(ask.library, identifier ? formatIdentifier(identifier) : text);
  if (known) return openHere(ask, known);
  const refused = await refusal(ask);
  if (refused !== null)
    return page(ask, { ...answerOf(refused), children: <IdForm id={text} rules={rules} /> });
  if (identifier === null)
    return page(ask, {
      notice:
        'This is not an identifier or address that can be looked up: an arXiv identifier, a DOI, or an address on arXiv, OpenReview or the ACL Anthology. You can enter the paper by hand.',
      status: 400,
      children: <HandForm typed={safeUrl(text) === null ? { title: text } : { url: text }} />,
    });
  const found = await lookUpFor(ask, reader!.id, identifier);
  if (found.state !== 'found')
    return page(ask, {
      notice: `${sayLookUp(found, identifier)} You can enter the paper by hand.`,
      children: <HandForm typed={{ id: text }} />,
    });
  return keep(ask, found.record, { id: text });
}

/** Keeps a record until it is confirmed; a paper that is here opens instead. */
async function keep(ask: Ask, record: PaperRecord, typed: Typed): Promise<Reply> {
  const { submissions } = ask.web;
  const known = await knownAs(ask.library, record);
  if (known) return openHere(ask, known);
  try {
    const { id } = await submissions.keep(ask.reader!.id, record);
    return redirect(withQuery('/submit', { draft: id }), 303);
  } catch (error) {
    if (!(error instanceof SubmissionRefused)) throw error;
    return page(ask, {
      ...answerOf(error),
      children:
        record.source === 'submitted' ? (
          <HandForm typed={typed} />
        ) : (
          <IdForm id={typed.id ?? ''} rules={submissions.rules} />
        ),
    });
  }
}

/** Opens a paper that is here, or offers to list it today. */
async function openHere(ask: Ask, paper: Paper): Promise<Reply> {
  const can = (await ask.web.submissions.canList(paper.pk)) && (await refusal(ask)) === null;
  return redirect(can ? withQuery('/submit', { paper: paper.id }) : paperPath(paper), 303);
}

async function herePage(ask: Ask, id: string, more: Partial<Shown> = {}, form?: Form): Promise<Reply> {
  const paper = await findPaper(ask.library, id);
  if (!paper) throw new WebError(404, 'There is no such paper.');
  if (!(await ask.web.submissions.canList(paper.pk))) return redirect(paperPath(paper), 303);
  return page(ask, {
    title: 'This paper is already here',
    ...more,
    children: (
      <Here paper={paper} formKey={(form && keyOf(form)) ?? newSubmissionId()}>
        <OptionalFields fields={form?.fields} />
      </Here>
    ),
  });
}

async function draftPage(ask: Ask, id: string, more: Partial<Shown> = {}, form?: Form): Promise<Reply> {
  const { submissions } = ask.web;
  const account = ask.reader!.id;
  const isKey = KEY.test(id);
  const draft = isKey ? await submissions.draft(id, account) : null;
  if (draft === null) {
    const sent = isKey ? await submissions.sent(id, account) : null;
    if (sent !== null) return toPaper(ask, sent);
    throw new WebError(404, 'This form has expired: you have a day to confirm a paper.', {
      links: [{ href: '/submit', text: 'Submit a paper' }],
    });
  }
  return page(ask, {
    title: 'Is this the paper?',
    ...more,
    children: (
      <Preview draft={draft}>
        <OptionalFields fields={form?.fields} />
      </Preview>
    ),
  });
}

async function toPaper(ask: Ask, pk: number, anchor = ''): Promise<Reply> {
  await ask.web.topics.caughtUp();
  const [paper] = await ask.library.papers([pk]);
  return redirect(paper ? paperPath(paper) + anchor : '/', 303);
}

/** What was typed by hand, as it was typed. */
const typedIn = ({ fields }: Form): Typed =>
  Object.fromEntries(
    (['id', 'title', 'authors', 'abstract', 'published', 'url'] as const).map((name) => [
      name,
      cleanComment(fields.get(name) ?? ''),
    ]),
  );

async function byHand(ask: Ask, typed: Typed): Promise<Reply> {
  const again = (notice: string, status = 400) =>
    page(ask, { notice, status, children: <HandForm typed={typed} /> });
  const refused = await refusal(ask);
  if (refused !== null) return page(ask, { ...answerOf(refused), children: <HandForm typed={typed} /> });
  const made = recordOf(typed);
  return 'wrong' in made ? again(made.wrong) : keep(ask, made.record, typed);
}

/** Back to the form in which a paper was typed. */
async function editDraft(ask: Ask, form: Form): Promise<Reply> {
  const id = keyOf(form) ?? '';
  const draft = await ask.web.submissions.draft(id, ask.reader!.id);
  if (draft === null) return draftPage(ask, id);
  const { identifiers, title, authors = [], abstract, published, links = [] } = draft.record;
  const own = identifiers.find(({ scheme }) => scheme !== 'local');
  return page(ask, {
    children: (
      <HandForm
        typed={{
          id: own ? formatIdentifier(own) : '',
          title,
          authors: authors.join('\n'),
          abstract: abstract ?? '',
          published: published ?? '',
          url: links[0]?.url ?? '',
        }}
      />
    ),
  });
}

/** Submits what was confirmed. */
async function send(ask: Ask, form: Form): Promise<Reply> {
  const id = keyOf(form) ?? '';
  const draft = await ask.web.submissions.draft(id, ask.reader!.id);
  // Sent before, perhaps at this moment in another tab; or expired.
  if (draft === null) return draftPage(ask, id);
  return store(ask, form, { id, record: draft.record, mayBeHere: false }, (more) =>
    draftPage(ask, id, more, form),
  );
}

/** Lists a paper that is here in today's edition. */
async function list(ask: Ask, form: Form): Promise<Reply> {
  const key = keyOf(form);
  if (key === null) throw new WebError(400, 'This form is incomplete.');
  const sent = await ask.web.submissions.sent(key, ask.reader!.id);
  if (sent !== null) return toPaper(ask, sent);
  const name = cleanText(form.fields.get('paper'));
  const paper = await findPaper(ask.library, name);
  if (!paper) throw new WebError(404, 'There is no such paper.');
  const { identifiers, title } = paper;
  const record: PaperRecord = { source: 'submitted', identifiers, title };
  return store(ask, form, { id: key, record, mayBeHere: true }, (more) => herePage(ask, name, more, form));
}

/** Stores a submission with what else the form has; `again` shows the form once more. */
async function store(
  ask: Ask,
  form: Form,
  given: { id: string; record: PaperRecord; mayBeHere: boolean },
  again: (more: Partial<Shown>) => Promise<Reply>,
): Promise<Reply> {
  const { submissions, discussions } = ask.web;
  const account = ask.reader!.id;
  const { links, wrong } = linksOf((field) => cleanText(form.fields.get(field)));
  if (wrong !== undefined) return again({ notice: wrong, status: 400 });
  const text = cleanComment(form.fields.get('text') ?? '');
  const filesGone = form.files.size > 0 ? ' Please choose the pictures again.' : '';
  try {
    const pictures = await picturesIn(ask, form);
    const comment = text === '' ? null : { text, html: await discussions.preview(text, account) };
    const done = await submissions.submit({ ...given, account, links, comment, pictures, lists: true });
    if (done.kind === 'submitted') return await toPaper(ask, done.paper, comment ? '#letters' : '');
    const [paper] = await ask.library.papers([done.paper]);
    return paper ? await openHere(ask, paper) : redirect('/', 303);
  } catch (error) {
    if (error instanceof MarkdownRefused || (error instanceof WebError && error.status === 400))
      return again({ notice: error.message + filesGone, status: 400 });
    if (error instanceof SubmissionRefused || error instanceof CommentRefused) {
      const answer = answerOf(error);
      return again({ ...answer, notice: answer.notice + filesGone });
    }
    throw error;
  }
}

/** The pictures that came with the form, redrawn. @throws WebError 400 if one is not a picture or has no description */
async function picturesIn(ask: Ask, form: Form): Promise<NewPicture[]> {
  const pictures: NewPicture[] = [];
  for (let i = 1; i <= MOST_PICTURES; i++) {
    const file = form.files.get(`picture${i}`);
    if (!file) continue;
    const alt = cleanText(form.fields.get(`alt${i}`)).slice(0, LONGEST_ALT);
    if (alt === '')
      throw new WebError(
        400,
        'Please say in a few words what each picture shows, for those who cannot see it.',
      );
    await ask.web.limits.take(
      ask,
      'pictures',
      String(ask.reader!.id),
      'You have uploaded many pictures in a short time.',
    );
    pictures.push({ ...(await figureFrom(file)), alt });
  }
  return pictures;
}

/** `/pictures/:id`: a picture that was submitted with a paper, redrawn by us. */
export async function submittedPicture(ask: Ask, id: string): Promise<Reply> {
  const webp = /^[\w-]{12}$/.test(id) ? await ask.web.submissions.picture(id) : null;
  if (!webp) throw new WebError(404, 'There is no such picture.');
  return {
    status: 200,
    type: 'image/webp',
    body: webp,
    headers: {
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': 'inline; filename="picture.webp"',
      // A moderator may hide it.
      'cache-control': 'public, max-age=3600',
    },
    keep: false,
  };
}

/** What was typed, for somebody who is no longer signed in; null: nothing. */
export function unsentSubmission({ fields }: Form): string | null {
  const parts = ['id', 'title', 'authors', 'abstract', 'text'].map((name) =>
    cleanComment(fields.get(name) ?? ''),
  );
  return parts.filter(Boolean).join('\n\n') || null;
}
