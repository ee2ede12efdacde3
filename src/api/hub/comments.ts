/** Comments in the form of the Hub's API, field for field. Reactions have other names here and are left out. */
import type { Account } from '../../community/accounts.ts';
import { cleanComment } from '../../community/discussions.ts';
import type { Letter } from '../../community/threads.ts';
import { WebError } from '../../http/errors.ts';
import type { Reply } from '../../http/replies.ts';
import { quotableOf } from '../../papers/quotable.ts';
import { findPaper } from '../find.ts';
import { type ApiAsk, json } from '../route.ts';
import { writes } from '../writing.ts';
import { type Here, hereOf, userOf } from './paper.ts';

type Author = ReturnType<typeof authorOf>;

export interface HubComment {
  id: string;
  createdAt: string;
  author?: Author;
  type: 'comment';
  data: {
    edited: boolean;
    hidden: boolean;
    latest: { raw: string; html: string; updatedAt: string; author?: Author };
    numEdits: number;
    editors: string[];
    editorAvatarUrls: string[];
    reactions: { reaction: string; users: string[]; count: number }[];
    parentCommentId?: string;
  };
}

function authorOf({ displayName, name, badge }: NonNullable<Letter['writer']>, { base }: Here) {
  const { _id, avatarUrl, fullname, isPro } = userOf({ name: displayName, user: name ?? displayName }, base);
  return {
    _id,
    avatarUrl,
    fullname,
    name: name ?? displayName,
    isHf: false,
    isHfAdmin: false,
    isMod: badge !== null,
    type: 'user' as const,
    isPro,
  };
}

/** What is deleted is hidden there. */
export function hubComment(letter: Letter, here: Here): HubComment {
  const { id, parent, writer, state, text, html, created, edited, edits } = letter;
  const author = writer === null ? {} : { author: authorOf(writer, here) };
  const createdAt = new Date(created).toISOString();
  return {
    id,
    createdAt,
    ...author,
    type: 'comment',
    data: {
      edited: edits > 0,
      hidden: state !== 'shown',
      latest: {
        raw: text,
        html: html ?? '',
        updatedAt: edited === null ? createdAt : new Date(edited).toISOString(),
        ...author,
      },
      numEdits: edits,
      editors: writer === null ? [] : [writer.name ?? writer.displayName],
      editorAvatarUrls: writer === null ? [] : [`${here.base}/favicon.svg`],
      reactions: [],
      ...(parent !== null && { parentCommentId: parent }),
    },
  };
}

async function write(
  ask: ApiAsk,
  account: Account,
  body: Record<string, unknown>,
  parent: string | null,
): Promise<Reply> {
  const { discussions, topics } = ask.web;
  const text = typeof body.comment === 'string' ? cleanComment(body.comment) : '';
  if (text === '') throw new WebError(400, 'The field "comment" must be a text.', { parameter: 'comment' });
  const paper = await findPaper(ask.library, ask.path.id!);
  const abstract = quotableOf(paper);
  const author = account.id;
  const id = await discussions.write({ paper: paper.pk, parent, author, text, abstract, formKey: null });
  await topics.caughtUp();
  const written = await discussions.find(id);
  if (!written) throw new WebError(404, 'This comment has been deleted already.');
  return { ...json({ newMessage: hubComment(written.letter, hereOf(ask)) }), status: 201 };
}

/** With a token of the scope `comment`: `{"comment": "…"}` in Markdown. */
export const COMMENT = writes('/api/papers/:id{.+}/comment', 'Writes a comment on a paper.', {
  scope: 'comment',
  handle: (ask, account, body) => write(ask, account, body, null),
});

export const REPLY = writes('/api/papers/:id{.+}/comment/:comment/reply', 'Replies to a comment.', {
  scope: 'comment',
  handle: (ask, account, body) => write(ask, account, body, ask.path.comment!.slice(0, 100)),
});
