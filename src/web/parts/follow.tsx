/** The button for following what a page is about. */
import type { FollowKind } from '../../community/personal/follows.ts';
import { slot } from '../../http/slots.ts';
import { withQuery } from '../../present/urls.ts';
import { Press } from './own-paper.tsx';

interface Followed {
  kind: FollowKind;
  /** As in its address; of a person, their name there. */
  subject: string;
}

/** Names of slots are letters, digits, `:` and `-`. */
const inHex = (text: string): string => Buffer.from(text).toString('hex');

/** What a slot named `follow:author:616461` is about. */
export function followedBy(name: string): Followed {
  const [, kind, subject] = name.split(':');
  return { kind: kind as FollowKind, subject: Buffer.from(subject ?? '', 'hex').toString() };
}

/** @param path of the page, to come back to */
export const Follow = ({ kind, subject, path }: Followed & { path: string }) =>
  slot(
    `follow:${kind}:${inHex(subject)}`,
    <a class="follow" href={withQuery('/sign-in', { next: path })} rel="nofollow">
      Follow
    </a>,
  );

/** For a reader. */
export const FollowButton = ({
  kind,
  subject,
  isOn,
  next,
  of,
}: Followed & { isOn: boolean; next: string; of?: string }) => (
  <Press
    action="/following"
    name="follow"
    isOn={isOn}
    says={['Follow', 'Following']}
    next={next}
    fields={{ kind, subject }}
    {...(of !== undefined && { of })}
  />
);
