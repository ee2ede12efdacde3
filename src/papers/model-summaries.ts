/**
 * What a language model has written about papers (summaries/), as it is stored and read. It belongs to a text, not to a
 * paper: merged papers share it, and a revised abstract has none until a new one is written.
 */
import type { Db } from '../store/schema.ts';
import { editsFor, editsOf } from './intake/edits-kept.ts';
import { nameOfIdentifier } from './intake/names.ts';
import { textHash } from './text-hash.ts';
import type { Paper } from './types.ts';

/** A sentence, and the part of the abstract that it rests on: offsets in UTF-16 units, `end` exclusive. */
export interface SummarySentence {
  text: string;
  start: number;
  end: number;
}

/** What is stored of one text in one language. */
export interface Written {
  /** Null: the sentence failed the checks. */
  summary: SummarySentence | null;
  points: SummarySentence[];
  /** Only in English: those of the paper. */
  keywords: string[];
}

export interface ModelSummary extends Written {
  language: string;
  model: string;
  /** The version of prompt and checks. */
  prompt: string;
  /** Epoch ms. */
  at: number;
}

export interface PaperSummaries {
  /**
   * `waiting`: a model has yet to write one. `failed`: nothing it wrote held up. `replaced`: an author or moderator has
   * written another summary. `removed`: they have removed it.
   */
  state: 'none' | 'waiting' | 'failed' | 'written' | 'replaced' | 'removed';
  /** English first; empty unless they are shown. */
  written: ModelSummary[];
}

/** Whether anything of it can be shown. */
export const isWritten = ({ summary, points }: Written): boolean => summary !== null || points.length > 0;

/** What a model has written from the current text of a paper; the newest in each language. */
export async function summariesOf(
  db: Db,
  { pk, title, abstract, identifiers }: Pick<Paper, 'pk' | 'title' | 'abstract' | 'identifiers'>,
): Promise<PaperSummaries> {
  const names = identifiers.map(nameOfIdentifier);
  const { summary: edited } = editsFor(await editsOf(db, () => names), identifiers);
  if (typeof edited === 'string') return { state: edited === '' ? 'removed' : 'replaced', written: [] };
  if (abstract === null) return { state: 'none', written: [] };
  const rows = await db
    .selectFrom('summaries')
    .selectAll()
    .where('text', '=', textHash(title, abstract))
    .orderBy('at', 'desc')
    .orderBy('model')
    .execute();
  const newest = new Map<string, ModelSummary>();
  for (const { language, model, prompt, at, content } of rows)
    if (!newest.has(language))
      newest.set(language, { language, model, prompt, at: Number(at), ...(JSON.parse(content) as Written) });
  const written = [...newest.values()].filter(isWritten).sort((a, b) => rank(a) - rank(b));
  if (written.length > 0) return { state: 'written', written };
  const task = await db
    .selectFrom('summary_tasks')
    .select('state')
    .where('paper', '=', pk)
    .executeTakeFirst();
  const state = task === undefined ? 'none' : task.state === 'waiting' ? 'waiting' : 'failed';
  return { state, written };
}

const rank = ({ language }: ModelSummary): number => ['en', 'de', 'ja', 'zh'].indexOf(language);
