/** Where members ask for a summary of a paper, and where its authors and moderators correct or remove one. */
import { LONGEST_REASON } from '../../community/log.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { paperNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { LONGEST_SUMMARY } from '../../papers/intake/edits.ts';
import type { ModelSummary } from '../../papers/model-summaries.ts';
import type { Paper } from '../../papers/types.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath } from '../../present/urls.ts';
import { asWebError } from './moderation-errors.ts';
import { ownPage } from './own-page.tsx';

/** `/papers/:id/summary`. */
export async function summaryPage(ask: Ask, id: string): Promise<Reply> {
  const paper = await paperNamed(ask, id);
  const { authorship, summaries } = ask.web;
  const { state, written } = await ask.library.summaries(paper);
  const shown = shownOf(paper, written);
  const reader = ask.reader!;
  const isAuthor = await authorship.isAuthor(reader.id, paper.pk);
  const mayEdit = isAuthor || mayModerate(ask);
  return ownPage(ask, {
    title: 'The summary of a paper',
    kicker: 'Summary',
    children: (
      <>
        <p>
          <a href={paperPath(paper)}>
            <Tex text={paper.title} />
          </a>
        </p>
        {shown !== null && (
          <blockquote>
            <Tex text={shown} />
          </blockquote>
        )}
        {state === 'none' && summaries && paper.abstract !== null && (
          <AskForm paper={paper} model={summaries.model} />
        )}
        {state === 'waiting' && <p>A model has been asked for a summary of this paper.</p>}
        {state === 'failed' && <p>A model tried, but the abstract did not bear out anything it wrote.</p>}
        {mayEdit ? (
          <EditForm
            paper={paper}
            shown={shown}
            isEdited={state === 'replaced' || state === 'removed'}
            isAuthor={isAuthor}
          />
        ) : (
          <p class="small-print">
            Authors of the paper can correct or remove its summary:{' '}
            <a href={`${paperPath(paper)}/claim`}>claim it</a> first. Everybody can{' '}
            <a href={`${paperPath(paper)}/flag`}>report a mistake</a> to the moderators.
          </p>
        )}
      </>
    ),
  });
}

/** The summary that readers see, as one text; of what a model wrote, that may be its points alone. */
export function shownOf(
  { summary }: Pick<Paper, 'summary'>,
  written: readonly ModelSummary[],
): string | null {
  if (summary !== null) return summary;
  const [first] = written;
  return first ? [first.summary, ...first.points].flatMap((one) => one?.text ?? []).join(' ') : null;
}

const mayModerate = ({ reader }: Ask): boolean => reader!.state === 'active' && reader!.role !== 'member';

const AskForm = ({ paper, model }: { paper: Paper; model: string }) => (
  <form method="post" action={`${paperPath(paper)}/summary`} class="act">
    <p>{model} writes it from the abstract. Sentences that the abstract does not bear out are dropped.</p>
    <p class="buttons">
      <button type="submit" name="do" value="ask">
        Ask for a summary
      </button>
    </p>
  </form>
);

interface EditProps {
  paper: Paper;
  shown: string | null;
  isEdited: boolean;
  isAuthor: boolean;
}

const EditForm = ({ paper, shown, isEdited, isAuthor }: EditProps) => (
  <form method="post" action={`${paperPath(paper)}/summary`} class="act">
    <h2>{shown === null ? 'Write it yourself' : 'Correct or remove it'}</h2>
    <label for="summary">Summary, in your words</label>
    <textarea id="summary" name="summary" rows={4} maxlength={LONGEST_SUMMARY}>
      {`\n${shown ?? ''}`}
    </textarea>
    {!isAuthor && (
      <>
        <label for="why">Reason, for the public log</label>
        <input id="why" name="why" required maxlength={LONGEST_REASON} autocomplete="off" />
      </>
    )}
    <p class="buttons">
      <button type="submit" name="do" value="save">
        Save
      </button>
      <button type="submit" name="do" value="remove">
        Show no summary
      </button>
      {isEdited && (
        <button type="submit" name="do" value="restore">
          Restore the original
        </button>
      )}
    </p>
    <p class="small-print">
      Whatever a model wrote, translations included, is then no longer shown. The change is recorded in the{' '}
      <a href="/moderation/log">public log</a>.
    </p>
  </form>
);

/** POST `/papers/:id/summary`. */
export async function actOnSummary(ask: Ask, id: string, form: Form): Promise<Reply> {
  const { authorship, limits, moderation, summaries } = ask.web;
  await limits.take(ask, 'edits', String(ask.reader!.id), 'You have changed a lot in a short time.');
  const found = await paperNamed(ask, id);
  const wanted = form.fields.get('do') ?? '';
  if (wanted === 'ask') {
    if (ask.reader!.state !== 'active') throw new WebError(403, 'Your account cannot ask for summaries.');
    if (!summaries) throw new WebError(404, 'No model writes summaries here.');
    if (!(await summaries.ask(found.pk)))
      throw new WebError(409, 'There is nothing to summarise, or a model has already tried.');
  } else {
    const values: Record<string, string | null> = {
      save: form.fields.get('summary') ?? '',
      remove: '',
      restore: null,
    };
    if (!Object.hasOwn(values, wanted)) throw new WebError(400, 'There is no such action.');
    const summary = values[wanted]!;
    const given = { paper: found.pk, account: ask.reader!.id, summary, at: ask.web.now() };
    try {
      if (await authorship.isAuthor(ask.reader!.id, found.pk)) await authorship.summarise(given);
      else if (mayModerate(ask))
        await moderation.act(
          { do: 'summary', paper: found.pk, summary },
          { actor: given.account, reason: form.fields.get('why') ?? '', at: given.at },
        );
      else throw new WebError(403, 'Only authors of this paper and moderators can change its summary.');
    } catch (error) {
      throw asWebError(error);
    }
  }
  await ask.web.topics.caughtUp();
  return redirect(`${paperPath(found)}#${wanted === 'ask' ? 'abstract' : 'summary'}`, 303);
}
