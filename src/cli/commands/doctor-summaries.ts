/** What `doctor` says about the language model, without contacting it. */
import type { Config } from '../../config.ts';
import type { Store } from '../../store/open.ts';
import { usedToday } from '../../summaries/budget.ts';
import { whyNoSummaries } from '../../summaries/settings.ts';
import { countTasks } from '../../summaries/tasks.ts';
import { count, thousands } from '../command.ts';
import { type Finding, looking } from './finding.ts';

/** Fewer tokens a day than this may not be enough for one abstract. */
const LEAST_TOKENS = 20_000;

/** Whether papers are summarised, and how far along that is. A failing model is a failing source. */
export const checkSummaries = (store: Store, config: Config): Promise<Finding> =>
  looking('summaries', async (): Promise<Finding> => {
    const check = 'summaries';
    const off = whyNoSummaries(config);
    if (off !== null)
      return { check, state: config.LLM_URL === null ? 'ok' : 'warning', says: `off: ${off}` };
    const [{ done = 0, waiting = 0 }, { used }] = await Promise.all([
      countTasks(store),
      usedToday(store, Date.now()),
    ]);
    const limit = config.LLM_DAILY_TOKENS;
    const spent = `${thousands(used)}${limit > 0 ? ` of ${thousands(limit)}` : ''} tokens used today`;
    const says = `by ${config.LLM_MODEL}: ${count(done, 'paper')} done, ${thousands(waiting)} left; ${spent}`;
    return limit > 0 && limit < LEAST_TOKENS
      ? {
          check,
          state: 'warning',
          says: `${says}; LLM_DAILY_TOKENS may be too few for a single long abstract`,
        }
      : { check, state: 'ok', says };
  });
