/**
 * Which models, datasets and Spaces cite the papers of recent editions. The Hub reports this for one paper at a time,
 * so a run requests a few, the longest overdue first, and a paper less often as it gets older.
 */
import { addDays, dayNumber } from '../papers/days.ts';
import type { Day } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { SourceError } from './client.ts';
import { HOUR } from './every.ts';
import { hubPaper } from './hf.ts';
import type { FetchContext, Item } from './source.ts';

/** Editions of this many days are covered. */
const WINDOW = 30;
/** Papers per run, which is hourly. */
const PAPERS_A_RUN = 100;
/** Papers between two checkpoints, each of which writes the cursor. */
const STRETCH = 10;
/** Papers remembered; no thirty days of the Hub have had that many. */
const MOST_REMEMBERED = 5000;
/** This many failures in a row mean that the server is down. */
const MAX_FAILURES = 3;

/** When each paper is due, epoch ms, by its arXiv number. */
export type Turns = Record<string, number>;

interface Known {
  id: string;
  listed: Day;
  /** As in the paper's row. */
  repositories: string | null;
}

/**
 * Requests the papers that are due; returns how many arrived and how many have changed. A failure is only remarked on:
 * the paper's day has everything else, and its turn comes again in the next run.
 *
 * @param turns updated along the way; each checkpoint is the whole cursor, made by `cursor`
 */
export async function* repositories(
  context: FetchContext,
  today: Day,
  turns: Turns,
  cursor: () => unknown,
): AsyncGenerator<Item, { came: number; news: number }> {
  const { store, config, client, signal, log } = context;
  const now = context.now();
  const papers = await recentOf(store, addDays(today, -WINDOW));
  const isNew = noteAll(turns, papers, now);
  const due = papers
    .filter(({ id }) => turns[id]! <= now)
    .sort((a, b) => turns[a.id]! - turns[b.id]!)
    .slice(0, PAPERS_A_RUN);
  let failures = 0;
  let came = 0;
  let news = 0;
  for (const { id, listed, repositories: before } of due) {
    if (signal.aborted) break;
    try {
      const parsed = await hubPaper(id, { baseUrl: config.HUB_URL, client, signal });
      failures = 0;
      came++;
      if (parsed?.ok === false) log(`${parsed.where}: ${parsed.reason}`);
      if (parsed?.ok && JSON.stringify(parsed.record.repositories ?? null) !== (before ?? 'null')) {
        news++;
        yield parsed;
      }
      const age = Math.max(0, dayNumber(today) - dayNumber(listed));
      turns[id] = now + Math.max(12 * HOUR, (age * 24 * HOUR) / 4);
      if (came % STRETCH === 0) yield { checkpoint: cursor() };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      log(`what cites ${id}: ${error.reason}`);
      if (error.isShut || ++failures >= MAX_FAILURES) break;
    }
  }
  if (isNew || came % STRETCH !== 0) yield { checkpoint: cursor() };
  return { came, news };
}

/**
 * Adds papers that were not known yet, due in an hour: nothing cites them when they arrive. Removes those that are no
 * longer recent. True: something was added.
 */
function noteAll(turns: Turns, papers: Known[], now: number): boolean {
  const recent = new Set(papers.map(({ id }) => id));
  for (const id of Object.keys(turns)) if (!recent.has(id)) delete turns[id];
  const unknown = papers.filter(({ id }) => turns[id] === undefined);
  for (const { id } of unknown) turns[id] = now + HOUR;
  return unknown.length > 0;
}

/** Papers of recent editions that the Hub knows, newest first. */
async function recentOf(store: Store, first: Day): Promise<Known[]> {
  const rows = await store.read
    .selectFrom('papers')
    .innerJoin('identifiers', 'identifiers.paper_pk', 'papers.pk')
    .select(['identifiers.value as id', 'papers.listed', 'papers.repositories'])
    .where('papers.listed', '>=', first)
    .where('identifiers.scheme', '=', 'arxiv')
    .where('papers.sources', 'like', '%"hf%')
    .orderBy('papers.listed', 'desc')
    .orderBy('identifiers.value')
    .limit(MOST_REMEMBERED)
    .execute();
  return rows.map((row) => ({ ...row, listed: row.listed! }));
}
