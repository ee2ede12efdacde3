/** Where readers flag something for moderators. */
import { REASONS } from '../../community/flags.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { paperNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import type { Reply } from '../../http/replies.ts';
import { Tex } from '../../present/tex.tsx';
import { commentPath, paperPath } from '../../present/urls.ts';
import { Thread } from '../parts/letters.tsx';
import { asWebError } from './moderation-errors.ts';
import { ownPage } from './own-page.tsx';

const Reasons = ({ action, reasons }: { action: string; reasons: Record<string, string> }) => (
  <form method="post" action={action} class="act">
    <fieldset>
      <legend>What is wrong?</legend>
      {Object.entries(reasons).map(([reason, says]) => (
        <label class="check">
          <input type="radio" name="reason" value={reason} required /> {says}
        </label>
      ))}
    </fieldset>
    <p class="buttons">
      <button type="submit">Send to the moderators</button>
    </p>
    <p class="small-print">Only moderators see who flagged something.</p>
  </form>
);

/** `/comments/:id/flag`. */
export async function flagCommentPage(ask: Ask, id: string): Promise<Reply> {
  const found = await ask.web.discussions.find(id.slice(0, 100));
  if (found?.letter.state !== 'shown')
    throw new WebError(404, 'This comment does not exist, or has been deleted.');
  return ownPage(ask, {
    title: 'Flag a comment',
    kicker: 'For the moderators',
    children: (
      <>
        <section class="letters">
          <Thread letters={[found.letter]} timezone={ask.web.site.timezone} />
        </section>
        <Reasons action={`${commentPath(found.letter.id)}/flag`} reasons={REASONS.comment} />
      </>
    ),
  });
}

/** `/papers/:id/flag`. */
export async function flagPaperPage(ask: Ask, id: string): Promise<Reply> {
  const paper = await paperNamed(ask, id);
  return ownPage(ask, {
    title: 'Flag a paper',
    kicker: 'For the moderators',
    children: (
      <>
        <p>
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>
        </p>
        <Reasons action={`${paperPath(paper)}/flag`} reasons={REASONS.paper} />
      </>
    ),
  });
}

/** POST `/comments/:id/flag`. */
export async function flagComment(ask: Ask, id: string, form: Form): Promise<Reply> {
  await flagged(ask, `comment ${id.slice(0, 100)}`, form);
  return thanks(ask, commentPath(id));
}

/** POST `/papers/:id/flag`. */
export async function flagPaper(ask: Ask, id: string, form: Form): Promise<Reply> {
  const paper = await paperNamed(ask, id);
  await flagged(ask, `paper ${paper.pk}`, form);
  return thanks(ask, paperPath(paper));
}

async function flagged(ask: Ask, subject: string, form: Form): Promise<void> {
  const reason = form.fields.get('reason') ?? '';
  try {
    await ask.web.moderation.flag({ subject, account: ask.reader!.id, reason, at: ask.web.now() });
  } catch (error) {
    throw asWebError(error);
  }
}

const thanks = (ask: Ask, back: string): Promise<Reply> =>
  ownPage(ask, {
    title: 'Thank you',
    kicker: 'For the moderators',
    children: (
      <p>
        The moderators will take a look. Whatever they do appears in{' '}
        <a href="/moderation/log">the public log</a>. <a href={back}>Back</a>
      </p>
    ),
  });
