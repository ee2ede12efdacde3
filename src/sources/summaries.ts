/**
 * Summaries by a language model, as a source: it has a line on `/status`, is paused and run like the others, and its runs
 * are in the ledger. Unlike sources that only read, it stores what the model wrote in its own tables
 * (summaries/tasks.ts).
 */

import { modelOf, whyNoSummaries, wishOf } from '../summaries/settings.ts';
import type { Followed } from '../summaries/tasks.ts';
import { work } from '../summaries/work.ts';
import { every, HOUR } from './every.ts';
import type { Source } from './source.ts';
import { sleep } from './wait.ts';

/** Its names in the ledger. */
export const SUMMARIES = { source: { name: 'summaries' }, part: { name: 'abstracts' } } as const;

/** How often to look for papers to summarise (ms). */
const LOOK = 2 * 60_000;

export const summaries: Source = {
  name: SUMMARIES.source.name,
  title: 'Summaries',
  parts(config) {
    if (whyNoSummaries(config) !== null) return [];
    return [
      {
        name: SUMMARIES.part.name,
        says: `Summaries of abstracts by ${config.LLM_MODEL}`,
        url: config.LLM_URL!,
        due: every(LOOK, HOUR),
        async *fetch({ store, cursor, isDry, now, signal, log, progress }) {
          if (isDry) return { state: 'quiet', proof: 'a dry run does not ask the model' };
          return yield* work({
            model: modelOf(config),
            wish: wishOf(config),
            limit: config.LLM_DAILY_TOKENS,
            cursor: cursor as Followed | null,
            pause: (ms) => sleep(ms, signal),
            ...{ store, now, signal, log, progress },
          });
        },
      },
    ];
  },
};
