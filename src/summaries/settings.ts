/** The model that the settings name, and what it should do. */
import type { Config } from '../config.ts';
import { isLoopback } from '../net/addresses.ts';
import { outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import { Model } from './model.ts';
import type { Wish } from './tasks.ts';
import { type Language, PROMPT_VERSION } from './types.ts';

export type SummarySettings = Pick<
  Config,
  | 'LLM_URL'
  | 'LLM_API'
  | 'LLM_MODEL'
  | 'LLM_KEY'
  | 'LLM_DAILY_TOKENS'
  | 'SUMMARIZE'
  | 'TRANSLATE'
  | 'OFFLINE'
  | 'PRIVATE_HOSTS'
>;

/** Why there are no summaries; null: a model writes them. */
export function whyNoSummaries(settings: SummarySettings): string | null {
  const { LLM_URL, LLM_MODEL, OFFLINE } = settings;
  if (LLM_URL === null) return 'LLM_URL is not set';
  if (LLM_MODEL === null) return 'LLM_MODEL is not set: it names the model to request from LLM_URL';
  if (OFFLINE && !isLoopback(LLM_URL)) return 'OFFLINE=1, and LLM_URL is not on this machine';
  return null;
}

/** What to summarise, and in which languages. @param config with a model (`whyNoSummaries`) */
export const wishOf = ({ SUMMARIZE, LLM_MODEL, TRANSLATE }: SummarySettings) =>
  ({
    which: SUMMARIZE,
    model: LLM_MODEL!,
    prompt: PROMPT_VERSION,
    languages: TRANSLATE,
  }) satisfies Wish & { languages: readonly Language[] };

/** A client of the model. @param config with a model (`whyNoSummaries`) */
export const modelOf = (config: SummarySettings, more: { timeoutMs?: number; idleMs?: number } = {}): Model =>
  new Model({
    base: config.LLM_URL!,
    api: config.LLM_API,
    model: config.LLM_MODEL!,
    key: config.LLM_KEY ?? '',
    outgoing: outgoing({ privateHosts: new PrivateHosts(config.PRIVATE_HOSTS) }),
    ...more,
  });
