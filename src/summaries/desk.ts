/** What pages can ask: whether there is a model, and for a summary of a paper. */
import type { Store } from '../store/open.ts';
import { type SummarySettings, whyNoSummaries, wishOf } from './settings.ts';
import { askFor } from './tasks.ts';

export interface SummaryDesk {
  /** The name of the model. */
  model: string;
  /** Asks for a summary of a paper. False: there is nothing to summarise, or it has been done. */
  ask(paper: number): Promise<boolean>;
}

/** Null: no model is set. @param wake lets the worker know that somebody is waiting */
export function summaryDesk(
  store: Store,
  settings: SummarySettings,
  { wake, now }: { wake(): Promise<void>; now(): number },
): SummaryDesk | null {
  if (whyNoSummaries(settings) !== null) return null;
  const wish = wishOf(settings);
  return {
    model: wish.model,
    async ask(paper) {
      if (!(await askFor(store, paper, wish, now()))) return false;
      await wake();
      return true;
    },
  };
}
