/** What the slots of a page hold for a reader: their name in the bar, and whether they have voted. */
import type { People } from '../../community/people.ts';
import type { FillSlots, Reader } from '../../http/reader.ts';
import type { Library } from '../../papers/library.ts';
import { VoteButton } from './votes.tsx';

export function readerSlots(people: People, library: Library): FillSlots {
  return async (reader, names, path) => {
    const filled = new Map<string, string>();
    const papers: number[] = [];
    for (const name of names) {
      if (name === 'reader') filled.set(name, String(<Signed reader={reader} />));
      else if (name.startsWith('vote:')) papers.push(Number(name.slice(5)));
    }
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

const Signed = ({ reader }: { reader: Reader }) => (
  <a class="reader" href="/settings" title={reader.displayName}>
    <span aria-hidden="true">{[...reader.displayName][0]?.toUpperCase()}</span>
    <span class="vh">{reader.displayName}: settings</span>
  </a>
);
