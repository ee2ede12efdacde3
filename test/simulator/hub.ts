/** Hugging Face Daily Papers, `/api/daily_papers`: days that fill up, votes that move, and errors for the future. */
import { newYorkOffset } from './calendar.ts';
import type { Answer, Question } from './door.ts';
import { hubDay, type SimulatedPaper, votesAt } from './world.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const MOST_PER_PAGE = 100;

export function dailyPapers({ url, truth, now }: Question): Answer {
  const date = url.searchParams.get('date') ?? hubDay(now);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date));
  if (!isDay || date > hubDay(now)) return failure(`Invalid date: ${date}`);
  const page = Number(url.searchParams.get('p') ?? 0);
  const limit = Number(url.searchParams.get('limit') ?? 50);
  if (!Number.isInteger(page) || page < 0) return failure('p must be a whole number');
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_PER_PAGE)
    return failure('limit must be from 1 to 100');
  const items = truth.papers
    .filter(({ hub, deletedAt }) => hub?.day === date && hub.at <= now && (deletedAt ?? now + 1) > now)
    .map((paper) => item(paper, now))
    .sort((a, b) => b.paper.upvotes - a.paper.upvotes || (a.paper.id < b.paper.id ? -1 : 1));
  const body = JSON.stringify(items.slice(page * limit, (page + 1) * limit));
  return { status: 200, type: JSON_TYPE, body };
}

const failure = (error: string): Answer => ({
  status: 400,
  type: JSON_TYPE,
  body: JSON.stringify({ error }),
});

function item(paper: SimulatedPaper, now: number) {
  const { id, authors, versions, submitted } = paper;
  const hub = paper.hub!;
  const { title, abstract } = versions[0]!;
  const user = {
    _id: '5f00',
    fullname: 'Noor Tidewater',
    name: 'noor-tidewater',
    type: 'user',
    isPro: false,
  };
  return {
    paper: {
      id,
      authors: authors.map(({ forenames, keyname }, i) => ({
        _id: `${id}-${i}`,
        name: `${forenames} ${keyname}`,
        hidden: false,
      })),
      publishedAt: new Date(submitted).toISOString(),
      submittedOnDailyAt: `${hub.day}T00:00:00.000Z`,
      title,
      submittedOnDailyBy: user,
      summary: abstract,
      upvotes: votesAt(hub, now),
      discussionId: `d-${id}`,
      ai_summary: `In short: ${title}.`,
      ai_keywords: ['invented', 'lattice'],
    },
    // The same moment, minus New York's offset, and still labelled Z.
    publishedAt: new Date(submitted + newYorkOffset(submitted)).toISOString(),
    title,
    summary: abstract,
    thumbnail: `https://example.org/thumbnails/${id}.png`,
    numComments: Math.min(hub.comments, votesAt(hub, now)),
    submittedBy: user,
    isAuthorParticipating: false,
  };
}
