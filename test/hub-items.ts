/** Items of an invented daily list of the Hub, with invented papers: always the same for a seed. */
import { addDays } from '../src/papers/days.ts';
import { arxivId, random } from './invented.ts';

const WORDS = (
  'sparse lattice tidal marble quiet gradient orchard copper lantern river hollow beacon harvest amber static ' +
  'drifting folded winter signal garden thread summit velvet anchor meadow prism ember cobalt willow harbour'
).split(' ');

/** User names and the names shown for them. */
export const SUBMITTERS = [
  { user: 'inkwell', fullname: 'Ink Well' },
  { user: 'Paper_Kite', fullname: 'Kite, of Paper' },
  { user: 'm.dash', fullname: 'M. Dash' },
] as const;

export interface HubLine {
  paper: {
    id: string;
    title: string;
    submittedOnDailyAt: string;
    submittedOnDailyBy?: { user: string; fullname: string; [name: string]: unknown };
    upvotes: number;
    ai_summary?: string;
    githubRepo?: string;
    [name: string]: unknown;
  };
  [name: string]: unknown;
}

/**
 * `count` items on `days` days from `first` on, the same number each day. The optional fields are there now and then.
 */
export function hubItems(
  count: number,
  { first, days, seed = 11, from = 0 }: { first: string; days: number; seed?: number; from?: number },
): HubLine[] {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const words = (n: number): string => Array.from({ length: n }, () => pick(WORDS)).join(' ');
  return Array.from({ length: count }, (_, i): HubLine => {
    const day = addDays(first, Math.floor((i * days) / count));
    const title = `A ${words(3)} for the ${pick(WORDS)}, no. ${i}`;
    const summary = `We fold a ${words(25)}. It is “${words(4)}”, and $a_i < b$ for all of them.`;
    const submitter = i % 5 === 4 ? undefined : SUBMITTERS[i % 3]!;
    return {
      paper: {
        // Every hundredth has an id from the time when ids had a slash.
        id: i % 100 === 99 ? `hep-th/99${String(10_000 + i).slice(-5)}` : arxivId(from + i),
        authors: Array.from({ length: 1 + (i % 6) }, () => ({
          _id: '0123456789abcdef01234567',
          name: `${pick(['Ada', 'Émile', '李', 'Noor'])} ${pick(WORDS)}`,
          hidden: false,
        })),
        publishedAt: `${addDays(day, -3)}T0${i % 10}:15:30.000Z`,
        submittedOnDailyAt: `${day}T00:00:00.000Z`,
        title,
        ...(submitter && {
          submittedOnDailyBy: { ...submitter, _id: 'x', avatarUrl: '/a.svg', isPro: false, type: 'user' },
        }),
        summary,
        upvotes: Math.floor(next() * 150),
        discussionId: 'abcdefabcdefabcdefabcdef',
        ...(i % 2 === 0 && { ai_summary: `In short, ${words(8)}.`, ai_keywords: [words(2), words(1)] }),
        ...(i % 3 === 0 && { githubRepo: `https://github.com/example/${pick(WORDS)}-${i}`, githubStars: i }),
        ...(i % 4 === 0 && { projectPage: `https://example.org/${pick(WORDS)}` }),
        ...(i % 9 === 0 && { mediaUrls: [`https://media.example.org/${i}.mp4`] }),
        ...(i % 50 === 7 && { withdrawnAt: `${day}T10:00:00.000Z` }),
        ...(i % 6 === 0 && { organization: { _id: 'x', name: 'example-lab', fullname: 'Example Lab' } }),
      },
      title,
      summary,
      numComments: i % 8,
      thumbnail: 'https://media.example.org/none.png',
    };
  });
}

/** One item a line. */
export const asLines = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');
