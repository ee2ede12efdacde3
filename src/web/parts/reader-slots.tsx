/** What the slots of a page hold for a reader: their name in the bar, whether they have voted, and where they write. */
import type { Discussions } from '../../community/discussions.ts';
import type { People } from '../../community/people.ts';
import type { FillSlots, Reader } from '../../http/reader.ts';
import type { Library } from '../../papers/library.ts';
import { paperPath } from '../../present/urls.ts';
import { newFormKey, sentencesFor } from './letter-forms.ts';
import { LetterActions, WriteForm } from './letters.tsx';
import { VoteButton } from './votes.tsx';

export function readerSlots(people: People, library: Library, discussions: Discussions): FillSlots {
  return async (reader, names, path) => {
    const filled = new Map<string, string>();
    const papers: number[] = [];
    const letters: string[] = [];
    for (const name of names) {
      if (name === 'reader') filled.set(name, String(<Signed reader={reader} />));
      else if (name.startsWith('vote:')) papers.push(Number(name.slice(5)));
      else if (name.startsWith('letter:')) letters.push(name.slice(7));
      else if (name.startsWith('tools:')) {
        const tools = await paperTools(library, reader, Number(name.slice(6)));
        if (tools !== null) filled.set(name, tools);
      } else if (name.startsWith('write:')) {
        const form = await writeForm(library, reader, Number(name.slice(6)));
        if (form !== null) filled.set(name, form);
      }
    }
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
    const [totals, voted] = await Promise.all([library.totals(papers), people.votedFor(reader.id, papers)]);
    for (const [pk, paper] of totals)
      filled.set(
        `vote:${pk}`,
        String(<VoteButton pk={pk} {...paper} isPressed={voted.has(pk)} next={path} />),
      );
    return filled;
  };
}

const mayModerate = ({ role, state }: Reader): boolean => role !== 'member' && state === 'active';

/** What a reader can do about a paper besides voting and writing; null: it is no longer here. */
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

const Signed = ({ reader }: { reader: Reader }) => (
  <a class="reader" href="/settings" title={reader.displayName}>
    <span aria-hidden="true">{[...reader.displayName][0]?.toUpperCase()}</span>
    <span class="vh">{reader.displayName}: settings</span>
  </a>
);
