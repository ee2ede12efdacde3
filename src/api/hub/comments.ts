/** Comments in the form of the Hub's API, field for field. Reactions have other names here and are left out. */
import type { Letter } from '../../community/threads.ts';
import { hubKey } from './ids.ts';
import { type Here, userOf } from './paper.ts';

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
    id: hubKey('comment', id),
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
      ...(parent !== null && { parentCommentId: hubKey('comment', parent) }),
    },
  };
}
