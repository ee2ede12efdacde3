/** Which papers a model should summarise: found by following the change log, or requested by a member. */
import { sql } from 'kysely';
import { addGiven, communityChange } from '../community/change.ts';
import { presentPaper } from '../community/papers.ts';
import type { Written } from '../papers/model-summaries.ts';
import { textHash } from '../papers/text-hash.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';
import { announce } from '../store/listening.ts';
import type { Store } from '../store/open.ts';
import type { Schema } from '../store/schema.ts';

/** How far the change log has been followed, and for which settings. */
export interface Followed {
  stamp: string;
  seq: number;
  pk: number;
}

/** What tasks depend on besides the text of their paper. */
export interface Wish {
  which: 'edition' | 'all' | 'ask';
  model: string;
  prompt: string;
  languages: readonly string[];
}

const stampOf = ({ model, prompt, languages }: Wish): string => JSON.stringify([model, prompt, languages]);

export type Task = Schema['summary_tasks'];

const STEP = 500;
const DAY = 86_400_000;
/** Days of editions whose papers are summarised. */
const EDITION_DAYS = 7;

/**
 * Follows the change log and notes the papers to summarise: new ones, and those whose text has changed. Work done under
 * other settings is queued again.
 *
 * @param after what was last returned; null: from the beginning
 */
export async function follow(
  store: Store,
  wish: Wish,
  after: Followed | null,
  now: number,
): Promise<Followed> {
  const stamp = stampOf(wish);
  // Different papers are wanted now, so all have to be looked at once.
  const key = JSON.stringify([stamp, wish.which]);
  let place = after?.stamp === key ? after : { stamp: key, seq: -1, pk: 0 };
  if (place !== after)
    await store.write
      .deleteFrom('summary_tasks')
      .where('state', '=', 'waiting')
      .where('asked_at', 'is', null)
      .execute();
  for (;;) {
    const rows = await store.read
      .selectFrom('papers')
      .select(['pk', 'title', 'abstract', 'listed', 'published'])
      .select(sql<number>`COALESCE(words_seq, seq)`.as('words'))
      .where(sql<boolean>`(COALESCE(words_seq, seq), pk) > (${place.seq}, ${place.pk})`)
      .orderBy(sql`COALESCE(words_seq, seq)`)
      .orderBy('pk')
      .limit(STEP)
      .execute();
    const last = rows.at(-1);
    if (!last) return place;
    const since = new Date(now - EDITION_DAYS * DAY).toISOString().slice(0, 10);
    const isWanted = (listed: string | null): boolean =>
      wish.which === 'all' || (wish.which === 'edition' && listed !== null && listed >= since);
    const known = await store.read
      .selectFrom('summary_tasks')
      .select(['paper', 'text', 'stamp'])
      .where(
        'paper',
        'in',
        rows.map(({ pk }) => pk),
      )
      .execute();
    for (const { pk, title, abstract, listed, published } of rows) {
      const before = known.find(({ paper }) => paper === pk);
      if (abstract === null || (!before && !isWanted(listed))) continue;
      const text = textHash(title, abstract);
      if (before?.text === text && before.stamp === stamp) continue;
      await want(store, { paper: pk, text, stamp, day: listed ?? published ?? '', askedAt: null, now });
    }
    place = { stamp: key, seq: Number(last.words), pk: last.pk };
  }
}

interface Wanted {
  paper: number;
  text: string;
  stamp: string;
  day: string;
  askedAt: number | null;
  now: number;
}

async function want(store: Store, { paper, text, stamp, day, askedAt, now }: Wanted): Promise<void> {
  const values = { text, stamp, state: 'waiting', why: '', tries: 0, next_at: 0, day, at: now };
  await store.write
    .insertInto('summary_tasks')
    .values({ paper, ...values, asked_at: askedAt })
    .onConflict((conflict) =>
      conflict.column('paper').doUpdateSet(askedAt === null ? values : { ...values, asked_at: askedAt }),
    )
    .execute();
}

/**
 * Notes that a member wants a summary of a paper. False: there is nothing to summarise, or it has already been done.
 */
export async function askFor(store: Store, paper: number, wish: Wish, now: number): Promise<boolean> {
  const pk = await presentPaper(store.read, paper);
  const row = await store.read
    .selectFrom('papers')
    .select(['title', 'abstract', 'listed', 'published'])
    .where('pk', '=', pk)
    .executeTakeFirst();
  if (!row || row.abstract === null) return false;
  const text = textHash(row.title, row.abstract);
  const stamp = stampOf(wish);
  const before = await store.read
    .selectFrom('summary_tasks')
    .selectAll()
    .where('paper', '=', pk)
    .executeTakeFirst();
  if (before?.text === text && before.stamp === stamp) {
    if (before.state !== 'waiting') return false;
    // Asked again, it keeps its place, its tries and its pause: each try costs tokens.
    await store.write
      .updateTable('summary_tasks')
      .set({ asked_at: now })
      .where('paper', '=', pk)
      .where('asked_at', 'is', null)
      .execute();
  } else
    await want(store, { paper: pk, text, stamp, day: row.listed ?? row.published ?? '', askedAt: now, now });
  await shownAgain(store, pk);
  return true;
}

/** The next paper to summarise: requested ones first, then the newest. Null: none is due. */
export async function nextTask(store: Store, now: number): Promise<Task | null> {
  const due = store.read
    .selectFrom('summary_tasks')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', now);
  const asked = await due.where('asked_at', 'is not', null).orderBy('asked_at').limit(1).executeTakeFirst();
  return (
    asked ?? (await due.orderBy('day', 'desc').orderBy('paper', 'desc').limit(1).executeTakeFirst()) ?? null
  );
}

/** Records the outcome of a task, unless the task has changed in the meantime. */
export async function endTask(
  store: Store,
  { paper, text, stamp }: Pick<Task, 'paper' | 'text' | 'stamp'>,
  set: Partial<Pick<Task, 'state' | 'why' | 'tries' | 'next_at' | 'at'>>,
): Promise<void> {
  await store.write
    .updateTable('summary_tasks')
    .set({ ...set, ...(set.why !== undefined && { why: set.why.slice(0, 500) }) })
    .where('paper', '=', paper)
    .where('text', '=', text)
    .where('stamp', '=', stamp)
    .execute();
}

/** Forgets a paper that no longer exists. */
export const dropTask = async (store: Store, paper: number): Promise<void> => {
  await store.write.deleteFrom('summary_tasks').where('paper', '=', paper).execute();
};

/** How many papers are in each state. */
export async function countTasks(store: Store): Promise<Record<string, number>> {
  const rows = await store.read
    .selectFrom('summary_tasks')
    .select((e) => ['state', e.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}

/** What is stored of a text in a language by a model; undefined: nothing. */
export async function storedOf(
  store: Store,
  of: { text: string; language: string; model: string; prompt: string },
): Promise<Written | undefined> {
  const row = await store.read
    .selectFrom('summaries')
    .select('content')
    .where('text', '=', of.text)
    .where('language', '=', of.language)
    .where('model', '=', of.model)
    .where('prompt', '=', of.prompt)
    .executeTakeFirst();
  return row && (JSON.parse(row.content) as Written);
}

/** Stores what a model wrote, and has the paper's page rebuilt. */
export async function keep(
  store: Store,
  of: { paper: number; text: string; language: string; model: string; prompt: string; at: number },
  written: Written,
): Promise<void> {
  const { paper, ...key } = of;
  const content = JSON.stringify(written);
  await communityChange(store, async (change) => {
    await change.tx
      .insertInto('summaries')
      .values({ ...key, content })
      .onConflict((conflict) =>
        conflict.columns(['text', 'language', 'model', 'prompt']).doUpdateSet({ content, at: key.at }),
      )
      .execute();
    await addGiven(change, paper, {});
    if (store.dialect === 'postgres') await announce(change.tx);
  });
}

/** Marks that what pages show of a paper has changed. */
export const shownAgain = (store: Store, paper: number): Promise<void> =>
  communityChange(store, async (change) => {
    await addGiven(change, paper, {});
    if (store.dialect === 'postgres') await announce(change.tx);
  });

/** A paper's current text, and the record that its summary becomes. */
export async function textOf(store: Store, paper: number) {
  const row = await store.read
    .selectFrom('papers')
    .select(['title', 'abstract', 'identifiers'])
    .where('pk', '=', paper)
    .executeTakeFirst();
  if (!row || row.abstract === null) return null;
  const { title, abstract } = row;
  const identifiers = JSON.parse(row.identifiers) as Identifier[];
  const text = textHash(title, abstract);
  return {
    title,
    abstract,
    text,
    id: `${identifiers[0]!.scheme}:${identifiers[0]!.value}`,
    record: (model: string, { summary, keywords }: Written): PaperRecord => ({
      source: 'model',
      identifiers: identifiers.slice(0, 1).map(({ scheme, value }) => ({ scheme, value })),
      title,
      ...(summary && { summary: summary.text, summaryModel: model }),
      ...(keywords.length > 0 && { keywords }),
      writtenFrom: text,
    }),
  };
}
