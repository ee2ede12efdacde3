/** Comments: letters to the editor, on the page of their paper and wherever else one stands. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { REACTIONS, type Reaction } from '../../community/comments.ts';
import {
  type Discussion,
  LETTERS,
  type Letter,
  type LetterHead,
  type Quote,
} from '../../community/threads.ts';
import { slot } from '../../http/slots.ts';
import { LONGEST } from '../../markdown/limits.ts';
import type { Paper } from '../../papers/types.ts';
import { count, dayIn, sayDay, sayNumber } from '../../present/dates.ts';
import { texToPlain } from '../../present/tex.tsx';
import { commentPath, commentsLink, paperPath, personPath, withQuery } from '../../present/urls.ts';
import { PageLinks } from './pager.tsx';

/** Levels that are set in; deeper replies stand below each other. */
const DEEPEST = 4;

interface LettersProps {
  paper: Paper;
  discussion: Discussion;
  /** The site's. */
  timezone: string;
}

/** Everything written on a paper, and where to write. */
export const Letters = ({ paper, discussion, timezone }: LettersProps) => {
  const path = paperPath(paper);
  const elsewhere = paper.comments - discussion.total;
  return (
    <section id="letters" aria-labelledby="letters-title" class="letters">
      <h2 id="letters-title" class="label">
        Letters to the editor
      </h2>
      {elsewhere > 0 && <Elsewhere number={elsewhere} link={commentsLink(paper)} />}
      {discussion.letters.length === 0 ? (
        <p class="none-yet">
          {elsewhere > 0 ? 'No comments here yet.' : 'No comments yet.'}
          {!discussion.isLocked && ' Be the first.'}
        </p>
      ) : (
        <Thread letters={discussion.letters} timezone={timezone} />
      )}
      <PageLinks
        page={discussion.from / LETTERS + 1}
        pages={discussion.pages}
        to={(page) => withQuery(`${path}/comments`, { page: page > 1 && page })}
      />
      {discussion.isLocked ? (
        <p class="small-print">This discussion is closed.</p>
      ) : (
        slot(
          `write:${paper.pk}`,
          <p class="to-write">
            <a class="button" href={withQuery('/sign-in', { next: `${path}#letters` })} rel="nofollow">
              Sign in to comment
            </a>
          </p>,
        )
      )}
      {discussion.authors.length > 0 && (
        <p class="small-print">
          Authors here:{' '}
          {discussion.authors.map(({ name, displayName }, i) => (
            <>
              {i > 0 && ', '}
              <a href={personPath(name)}>{displayName}</a>
            </>
          ))}
        </p>
      )}
      {slot(`tools:${paper.pk}`, '')}
      <p class="small-print">
        <a href={`${path}/comments/feed.atom`} rel="nofollow">
          Feed of these comments
        </a>
      </p>
    </section>
  );
};

interface ElsewhereProps {
  number: number;
  /** Where they can be read, if that is known. */
  link: ReturnType<typeof commentsLink>;
}

/** Comments that sources have counted and this site does not have. */
const Elsewhere = ({ number, link }: ElsewhereProps) => (
  <p class="small-print">
    {link ? (
      <a href={link.href} rel="noopener">
        {count(number, 'comment')} on {link.where}
      </a>
    ) : (
      <>{count(number, 'comment')} elsewhere</>
    )}
  </p>
);

interface ThreadProps {
  letters: readonly Letter[];
  /** In which their days are given: the site's. */
  timezone: string;
}

/** Comments in the order of their threads. */
export const Thread = ({ letters, timezone }: ThreadProps) => {
  const writers = new Map(letters.map((letter) => [letter.id, nameOf(letter)]));
  return (
    <ol class="thread">
      {letters.map((letter) => (
        <li id={`comment-${letter.id}`} class={`letter in-${Math.min(letter.depth, DEEPEST)}`}>
          <One
            letter={letter}
            to={letter.parent === null ? null : (writers.get(letter.parent) ?? null)}
            timezone={timezone}
          />
        </li>
      ))}
    </ol>
  );
};

const nameOf = ({ writer, state }: LetterHead): string =>
  state === 'deleted'
    ? 'Deleted comment'
    : state === 'hidden'
      ? 'Hidden comment'
      : state === 'held'
        ? 'Comment under review'
        : (writer?.displayName ?? 'Deleted account');

const When = ({ letter, timezone }: { letter: Letter; timezone: string }) => (
  <>
    <a class="when" href={commentPath(letter.id)}>
      <time datetime={new Date(letter.created).toISOString()}>{sayDay(dayIn(letter.created, timezone))}</time>
      <span class="vh">, link to this comment</span>
    </a>
    {letter.edits > 0 && (
      <a class="when" href={`${commentPath(letter.id)}/history`} rel="nofollow">
        edited
      </a>
    )}
  </>
);

/** Badges of moderators, admins and authors. */
export const BADGES = { moderator: 'Moderator', admin: 'Editor', author: 'Author' };

const GONE = {
  deleted: 'Deleted.',
  hidden: 'Hidden by a moderator.',
  held: 'A moderator looks at first comments before they are shown.',
};

const One = ({ letter, to, timezone }: { letter: Letter; to: string | null; timezone: string }) => {
  const { writer, state } = letter;
  return (
    <article>
      <header class="byline">
        <h3>
          {writer?.name ? (
            <a class="who" href={personPath(writer.name)}>
              {nameOf(letter)}
            </a>
          ) : (
            nameOf(letter)
          )}
          {letter.isPinned && letter.parent === null && <span class="badge"> Pinned by the authors</span>}
          {writer?.badge && <span class="badge"> {BADGES[writer.badge]}</span>}
          {letter.isSubmitter && <span class="badge"> Submitter</span>}
        </h3>
        <When letter={letter} timezone={timezone} />
        {letter.parent !== null && to !== null && (
          <a class={letter.depth > DEEPEST ? 'when' : 'vh'} href={`#comment-${letter.parent}`}>
            in reply to {to}
          </a>
        )}
      </header>
      {state === 'shown' ? (
        <>
          <Quotes quotes={letter.quotes} />
          <Said letter={letter} />
          {slot(`letter:${letter.id}`, <Bystander letter={letter} />)}
        </>
      ) : (
        <p class="gone">{GONE[state]}</p>
      )}
    </article>
  );
};

/** What it says: as it was rendered when it was written (markdown/tree.ts has all that it can contain). */
export const Said = ({ letter: { html, text } }: { letter: Pick<Letter, 'html' | 'text'> }) => (
  <div class="said" dir="auto">
    {html === null ? text.split('\n\n').map((paragraph) => <p>{paragraph}</p>) : raw(html)}
  </div>
);

const Quotes = ({ quotes }: { quotes: readonly Quote[] }) => (
  <>
    {quotes.map((quote) => (
      <p class="quoting">
        On <q dir="auto">{shorten(texToPlain(quote.text))}</q>{' '}
        <a href="#abstract" class={quote.state}>
          {stateOf(quote)}
        </a>
      </p>
    ))}
  </>
);

/** What has become of a quote. */
function stateOf({ state, versions }: Quote): string {
  if (state === 'unchanged') return 'unchanged';
  const since = versions === null ? '' : ` in v${versions.present}`;
  return state === 'changed' ? `changed${since || ' since'}` : `no longer there${since}`;
}

const QUOTED = 80;
const shorten = (text: string): string => {
  const characters = [...text];
  return characters.length <= QUOTED ? text : `${characters.slice(0, QUOTED).join('').trimEnd()}…`;
};

const SAYS: Record<Reaction, string> = {
  agree: 'Agree',
  insightful: 'Insightful',
  thanks: 'Thanks',
  doubt: 'Doubt',
};

/** What somebody who is not signed in sees below a comment. */
const Bystander = ({ letter }: { letter: Letter }) => (
  <div class="below">
    {letter.reactions.map(({ kind, count: times }) => (
      <span class="reaction">
        {SAYS[kind]} {sayNumber(times)}
      </span>
    ))}
    {!letter.isLocked && (
      <a href={withQuery('/sign-in', { next: commentPath(letter.id) })} rel="nofollow">
        Reply<span class="vh"> to {nameOf(letter)}</span>
      </a>
    )}
  </div>
);

interface ActionsProps {
  letter: LetterHead;
  isOwn: boolean;
  /** The reader's own reactions. */
  reactions: readonly Reaction[];
  /** The name of the reader, for their drafts. */
  reader: string;
  isModerator: boolean;
  formKey: string;
  /** The page it is on. */
  next: string;
}

/** What a reader can do with a comment. */
export const LetterActions = ({
  letter,
  isOwn,
  reactions,
  reader,
  isModerator,
  formKey,
  next,
}: ActionsProps) => {
  const path = commentPath(letter.id);
  const counts = new Map(letter.reactions.map(({ kind, count: times }) => [kind, times]));
  return (
    <div class="below">
      <form class="reactions" method="post" action={path}>
        <input type="hidden" name="next" value={next} />
        {REACTIONS.map((kind) => {
          const isOn = reactions.includes(kind);
          const times = counts.get(kind) ?? 0;
          return (
            <button
              type="submit"
              name="react"
              value={`${isOn ? '-' : '+'}${kind}`}
              aria-pressed={isOn ? 'true' : 'false'}
              class="reaction"
            >
              {SAYS[kind]}
              {times > 0 && ` ${sayNumber(times)}`}
            </button>
          );
        })}
      </form>
      {isOwn && (
        <a href={`${path}/edit`}>
          Edit<span class="vh"> your comment</span>
        </a>
      )}
      {!isOwn && (
        <a href={`${path}/flag`} rel="nofollow">
          Flag<span class="vh"> the comment by {nameOf(letter)}</span>
        </a>
      )}
      {isModerator && (
        <a href={`/moderation/comments/${letter.id}`}>
          Moderate<span class="vh"> the comment by {nameOf(letter)}</span>
        </a>
      )}
      {!letter.isLocked && (
        <details class="reply">
          <summary>
            Reply<span class="vh"> to {nameOf(letter)}</span>
          </summary>
          <WriteForm
            action={path}
            id={`reply-${letter.id}`}
            label={`Your reply to ${nameOf(letter)}`}
            formKey={formKey}
            draft={`${reader} reply ${letter.id}`}
          />
        </details>
      )}
    </div>
  );
};

export interface WriteFormProps {
  action: string;
  id: string;
  label: string;
  /** By which the form is known if it is sent twice. */
  formKey?: string;
  /** The name under which its text survives a reload. */
  draft: string;
  text?: string;
  /** Sentences of the abstract, to be quoted. */
  sentences?: readonly string[];
  send?: string;
  children?: Child;
}

/** Where a comment is written; it works without scripts. */
export const WriteForm = (props: WriteFormProps) => {
  const { action, id, label, formKey, draft, text = '', sentences = [], send = 'Send', children } = props;
  return (
    <form class="write" method="post" action={action} data-draft={draft}>
      {formKey && <input type="hidden" name="key" value={formKey} />}
      {children}
      <label for={id}>{label}</label>
      <textarea id={id} name="text" rows={6} maxlength={LONGEST} aria-describedby={`${id}-help`}>
        {/* A line break at the beginning of a text field is not part of it. */}
        {`\n${text}`}
      </textarea>
      {sentences.length > 0 && (
        <label class="quote">
          Quote the abstract
          <select name="quote">
            <option value="">Nothing</option>
            {sentences.map((sentence, i) => (
              <option value={String(i)}>{shorten(texToPlain(sentence))}</option>
            ))}
          </select>
        </label>
      )}
      <p class="small-print" id={`${id}-help`}>
        Markdown, with <code>$formulas$</code>, <code>@names</code> and <code>&gt; quotes</code>.
      </p>
      <p class="buttons">
        <button type="submit" name="do" value="send">
          {send}
        </button>
        <button type="submit" name="do" value="preview" class="quiet">
          Preview
        </button>
      </p>
    </form>
  );
};
