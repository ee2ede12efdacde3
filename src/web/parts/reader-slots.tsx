/** What the slots of a page hold for a reader: their name in the bar, whether they have voted, and where they write. */
import type { Discussions } from '../../community/discussions.ts';
import type { People } from '../../community/people.ts';
import type { Personal } from '../../community/personal/personal.ts';
import type { Subscribers } from '../../digest/subscribers.ts';
import type { FillSlots, Reader } from '../../http/reader.ts';
import type { Filling } from '../../http/slots.ts';
import type { Library } from '../../papers/library.ts';
import { paperPath } from '../../present/urls.ts';
import { type OwnControl, offerControl, ownControl, signedIn, voteControl } from './controls.tsx';
import { FollowButton, followedBy } from './follow.tsx';
import { newFormKey, sentencesFor } from './letter-forms.ts';
import { LetterActions, WriteForm } from './letters.tsx';
import { offeredBy } from './subscribe.tsx';

export function readerSlots(
  people: People,
  library: Library,
  discussions: Discussions,
  personal: Personal,
  subscribers: Subscribers,
): FillSlots {
  return async (reader, names, path) => {
    const filled = new Map<string, Filling>();
    const papers: number[] = [];
    const owned = new Map<number, string[]>();
    const letters: string[] = [];
    const offers: string[] = [];
    for (const name of names) {
      if (name === 'reader') filled.set(name, signedIn(reader.displayName, await personal.unseen(reader.id)));
      else if (name.startsWith('vote:')) papers.push(Number(name.slice(5)));
      else if (/^(?:own|save|marks):/.test(name)) {
        const pk = Number(name.slice(name.indexOf(':') + 1));
        owned.set(pk, [...(owned.get(pk) ?? []), name]);
      } else if (name.startsWith('follow:'))
        filled.set(name, await followButton(people, personal, reader, name, path));
      else if (name.startsWith('subscribe:')) offers.push(name);
      else if (name.startsWith('letter:')) letters.push(name.slice(7));
      else if (name.startsWith('tools:')) {
        const tools = await paperTools(library, reader, Number(name.slice(6)));
        if (tools !== null) filled.set(name, tools);
      } else if (name.startsWith('write:')) {
        const form = await writeForm(library, reader, Number(name.slice(6)));
        if (form !== null) filled.set(name, form);
      }
    }
    if (offers.length > 0) await fillOffers(people, subscribers, reader, offers, filled);
    if (letters.length > 0)
      for (const { letter, ...own } of await discussions.own(reader.id, letters))
        filled.set(
          `letter:${letter.id}`,
          String(
            <LetterActions
              letter={letter}
              {...own}
              reader={reader.name}
              isModerator={mayModerate(reader)}
              formKey={newFormKey()}
              next={path}
            />,
          ),
        );
    if (papers.length === 0) return filled;
    const [totals, voted, own] = await Promise.all([
      library.totals(papers),
      people.votedFor(reader.id, papers),
      personal.among(reader.id, [...owned.keys()]),
    ]);
    for (const [pk, paper] of totals)
      filled.set(`vote:${pk}`, voteControl({ pk, ...paper, isPressed: voted.has(pk) }, path));
    // Wherever a paper has such a slot, it has one for its votes.
    for (const [pk, slots] of owned)
      for (const name of slots) {
        const id = totals.get(pk)?.id;
        if (id === undefined) continue;
        const [kind] = name.split(':');
        filled.set(name, ownControl(kind as OwnControl, { id, own: own.get(pk)! }, path));
      }
    return filled;
  };
}

const mayModerate = ({ role, state }: Reader): boolean => role !== 'member' && state === 'active';

/** What a reader can do about a paper other than vote and write; null: it is no longer here. */
async function paperTools(library: Library, reader: Reader, pk: number): Promise<string | null> {
  const [paper] = await library.papers([pk]);
  if (!paper) return null;
  const path = paperPath(paper);
  return String(
    <p class="small-print tools">
      <a href={`${path}/flag`} rel="nofollow">
        Flag this paper
      </a>
      {' · '}
      <a href={`${path}/claim`} rel="nofollow">
        Are you an author?
      </a>
      {mayModerate(reader) && (
        <>
          {' · '}
          <a href={`/moderation/papers/${path.slice('/papers/'.length)}`}>Moderate</a>
        </>
      )}
    </p>,
  );
}

/** Whether a reader follows what a page is about. */
async function followButton(
  people: People,
  personal: Personal,
  reader: Reader,
  name: string,
  next: string,
): Promise<string> {
  const { kind, subject } = followedBy(name);
  const stored = kind === 'person' ? String((await people.account(subject))?.id) : subject;
  const isOn = await personal.isFollowing(reader.id, kind, stored);
  return String(<FollowButton kind={kind} subject={subject} isOn={isOn} next={next} />);
}

/** Forms for the digest, for a reader whose address is known; others type one in. */
async function fillOffers(
  people: People,
  subscribers: Subscribers,
  reader: Reader,
  names: string[],
  filled: Map<string, Filling>,
): Promise<void> {
  const account = await people.account(reader.name);
  if (!account?.emailVerified || account.email === null) return;
  const known = await subscribers.ofAccount(reader.id);
  for (const name of names) {
    const { list, subject } = offeredBy(name);
    const has = known?.subscriptions.some((one) => one.list === list && one.subject === subject);
    filled.set(name, offerControl(name, account.email, has === true));
  }
}

/** Where a reader writes on a paper; null: it is no longer here. */
async function writeForm(library: Library, reader: Reader, pk: number): Promise<string | null> {
  const [paper] = await library.papers([pk]);
  return paper
    ? String(
        <WriteForm
          action={`${paperPath(paper)}/comments`}
          id="write"
          label="Your comment"
          formKey={newFormKey()}
          draft={`${reader.name} paper ${pk}`}
          sentences={sentencesFor(paper)}
        />,
      )
    : null;
}
