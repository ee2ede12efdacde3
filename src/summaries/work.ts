/**
 * Summarises papers one after another, as a run of the ledger: results are stored as records, unusable replies are
 * among the rejected ones, and the outcome says how many papers are left. If a run is killed, the next one continues:
 * what a model has written is stored before anything else, and is not requested again.
 */
import { isWritten, type Written } from '../papers/model-summaries.ts';
import type { Parsed } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { budgetIn, pruneTokens, usedToday } from './budget.ts';
import type { Model } from './model.ts';
import { BadAnswer, ModelRefuses, ModelUnavailable } from './model-errors.ts';
import {
  countTasks,
  dropTask,
  endTask,
  type Followed,
  follow,
  keep,
  nextTask,
  storedOf,
  type Task,
  textOf,
  type Wish,
} from './tasks.ts';
import type { Language } from './types.ts';
import { type Asking, BudgetSpent, summarise, translate } from './write.ts';

export interface WorkOptions {
  store: Store;
  model: Pick<Model, 'ask' | 'name'>;
  wish: Wish & { languages: readonly Language[] };
  /** Tokens a day; 0: no limit. */
  limit: number;
  /** How far the last run had followed the change log; null: not at all. */
  cursor: Followed | null;
  now(): number;
  signal: AbortSignal;
  log(message: string): void;
  progress(done: number, total: number): void;
  /** Waits, if the server asks for a short pause (ms). */
  pause?(ms: number): Promise<void>;
}

export type Made = Parsed | { checkpoint: Followed };
export type Ended =
  | { state: 'ok'; says: string }
  | { state: 'quiet'; proof: string }
  | { state: 'failed'; why: string };

/** A paper is given up after this many unusable replies. */
const MOST_TRIES = 3;
const AGAIN = 3_600_000;
/** The longest wait within a run (ms). */
const SHORT_WAIT = 60_000;
/** How often a busy server is retried within a run. */
const MOST_WAITS = 3;

/** Works until nothing is left, the day's tokens are used up, or the server fails. */
export async function* work(options: WorkOptions): AsyncGenerator<Made, Ended> {
  const { store, wish, now, signal } = options;
  const place = await follow(store, wish, options.cursor, now());
  yield { checkpoint: place };
  await pruneTokens(store, now());
  const done = { written: 0, empty: 0, refused: 0, dropped: 0 };
  const end = async (why: string): Promise<string> => {
    const { waiting = 0 } = await countTasks(store);
    const told = [
      `${done.written} written`,
      ...(done.empty > 0 ? [`${done.empty} with nothing that held up`] : []),
      ...(done.refused > 0 ? [`${done.refused} without a usable reply`] : []),
      ...(done.dropped > 0 ? [`${done.dropped} sentences dropped`] : []),
      `${waiting} left`,
      ...(why === '' ? [] : [why]),
    ];
    return told.join(', ');
  };
  let waits = 0;
  for (;;) {
    signal.throwIfAborted();
    const task = await nextTask(store, now());
    if (!task) break;
    try {
      const made = await one(options, task);
      waits = 0;
      if (made === null) continue;
      done.dropped += made.dropped.length;
      for (const reason of made.dropped) options.log(`${made.id}: dropped by ${reason}`);
      if (made.record) {
        done.written++;
        yield { ok: true, where: made.id, record: made.record };
        // Stored before the task is finished: if the process is killed in between, the record is rebuilt from what is
        // stored.
        yield { checkpoint: place };
      } else {
        done.empty++;
        yield {
          ok: false,
          where: made.id,
          reason: `nothing the model wrote held up: ${made.dropped[0] ?? 'it wrote nothing'}`,
        };
      }
      if (made.spent) throw made.spent;
      await endTask(store, task, {
        state: made.record ? 'done' : 'empty',
        why: made.dropped.join('\n'),
        at: now(),
      });
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof BudgetSpent) {
        const { used } = await usedToday(store, now());
        return { state: 'ok', says: await end(`today’s tokens are used up (${used} of ${options.limit})`) };
      }
      if (error instanceof BadAnswer) {
        const tries = task.tries + 1;
        const isOver = tries >= MOST_TRIES;
        await endTask(store, task, {
          ...{ tries, why: error.message, at: now() },
          ...(isOver ? { state: 'refused' } : { next_at: now() + AGAIN * 2 ** (tries - 1) }),
        });
        done.refused++;
        yield { ok: false, where: `paper ${task.paper}`, reason: error.message };
      } else if (error instanceof ModelUnavailable) {
        const { waitMs = SHORT_WAIT + 1 } = error;
        if (!options.pause || waitMs > SHORT_WAIT || ++waits > MOST_WAITS)
          return { state: 'failed', why: `${error.message}; ${await end('')}` };
        await options.pause(waitMs);
      } else if (error instanceof ModelRefuses)
        return { state: 'failed', why: `${error.message}; ${await end('')}` };
      else throw error;
    }
    const { waiting = 0 } = await countTasks(store);
    const finished = done.written + done.empty + done.refused;
    options.progress(finished, finished + waiting);
  }
  if (done.written + done.empty + done.refused > 0) return { state: 'ok', says: await end('') };
  const { waiting = 0 } = await countTasks(store);
  return {
    state: 'quiet',
    proof:
      waiting > 0
        ? `${waiting} papers are waiting for another try`
        : 'every paper that should have a summary has one',
  };
}

/** Summarises one paper and translates the result; null: it is gone, or has changed in the meantime. */
async function one({ store, model, wish, limit, now, signal }: WorkOptions, task: Task) {
  const paper = await textOf(store, task.paper);
  if (!paper) {
    await dropTask(store, task.paper);
    return null;
  }
  if (paper.text !== task.text) {
    // The change log will bring up the new text; try again later.
    await endTask(store, task, { next_at: now() + AGAIN });
    return null;
  }
  const asking: Asking = { model, budget: budgetIn(store, limit, now), signal };
  const dropped: string[] = [];
  const source = { title: paper.title, abstract: paper.abstract };
  const key = { text: paper.text, model: model.name, prompt: wish.prompt };
  const stored = async (language: string, make: () => Promise<{ written: Written; dropped: string[] }>) => {
    const known = await storedOf(store, { ...key, language });
    if (known) return known;
    const made = await make();
    dropped.push(...made.dropped);
    await keep(store, { ...key, paper: task.paper, language, at: now() }, made.written);
    return made.written;
  };
  const english = await stored('en', () => summarise(asking, source));
  const isWorthIt = isWritten(english) || english.keywords.length > 0;
  const made = {
    id: paper.id,
    dropped,
    record: isWorthIt ? paper.record(model.name, english) : null,
    /** The day's tokens ran out before all translations were made; show those there are. */
    spent: null as BudgetSpent | null,
  };
  for (const language of isWritten(english) ? wish.languages : [])
    try {
      await stored(language, () => translate(asking, source, english, language).catch(noTranslation));
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      made.spent = error;
      break;
    }
  return made;
}

/** A translation whose reply was unusable is not requested again: there is still the English summary. */
function noTranslation(error: unknown): { written: Written; dropped: string[] } {
  if (!(error instanceof BadAnswer)) throw error;
  return { written: { summary: null, points: [], keywords: [] }, dropped: [error.message] };
}
