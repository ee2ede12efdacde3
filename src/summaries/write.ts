/**
 * One summary or translation from a model: requested, repaired once, checked. Records nothing but the tokens it cost.
 */
import type { z } from 'zod';
import type { SummarySentence, Written } from '../papers/model-summaries.ts';
import { type Budget, mostTokens } from './budget.ts';
import { checkSentence, type Held, holdAgainst } from './checking/check.ts';
import { keywordsHeld } from './checking/keywords.ts';
import { wrongIn } from './checking/translation.ts';
import type { Model, Question } from './model.ts';
import { BadAnswer } from './model-errors.ts';
import {
  LONGEST_ABSTRACT,
  questionAbout,
  questionFor,
  REPLY,
  type Reply,
  readReply,
  repairOf,
  TRANSLATED,
} from './reply.ts';
import type { Language, Source } from './types.ts';

/** What a question is asked with. */
export interface Asking {
  model: Pick<Model, 'ask'>;
  budget: Budget;
  signal?: AbortSignal;
}

/** The day's tokens are used up. */
export class BudgetSpent extends Error {
  override name = 'BudgetSpent';
}

/** Points of one summary. */
const MOST_POINTS = 3;

export interface Summarised {
  written: Written;
  /** Sentences that were dropped, each with the reason. */
  dropped: string[];
}

/**
 * Summarises a text in English.
 *
 * @throws BadAnswer if no reply could be read; BudgetSpent; ModelUnavailable, ModelRefuses
 */
export async function summarise(asking: Asking, source: Source): Promise<Summarised> {
  return checked(source, await replyTo(asking, questionAbout(source), REPLY));
}

/** The parts of a reply that pass the checks. */
export function checked(source: Source, reply: Reply): Summarised {
  // The model cannot have quoted what it was not shown.
  const held = holdAgainst({ ...source, abstract: source.abstract.slice(0, LONGEST_ABSTRACT) });
  const dropped: string[] = [];
  const holding = (proposed: Reply['summary']): SummarySentence[] => {
    const found = checkSentence(held, proposed);
    if (found.ok) return [found.borne];
    const { rule, what, text } = found.dropped;
    dropped.push(`${rule} (${what}): ${text}`.slice(0, 300));
    return [];
  };
  const [summary = null] = holding(reply.summary);
  const points = reply.points.slice(0, MOST_POINTS).flatMap(holding);
  return {
    written: {
      summary,
      points: points.filter(
        ({ text }, at) => text !== summary?.text && points.findIndex((one) => one.text === text) === at,
      ),
      keywords: keywordsHeld(held.source, reply.keywords),
    },
    dropped,
  };
}

/** Translates the parts of a summary that passed. @throws as `summarise` */
export async function translate(
  asking: Asking,
  source: Source,
  english: Written,
  language: Language,
): Promise<Summarised> {
  const sentences = [...(english.summary ? [english.summary] : []), ...english.points];
  const question = questionFor(
    sentences.map(({ text }) => text),
    language,
  );
  const { sentences: given } = await replyTo(asking, question, TRANSLATED);
  return checkedTranslation(source, english, language, given);
}

/** The parts of a translation that pass the checks. */
export function checkedTranslation(
  source: Source,
  english: Written,
  language: Language,
  given: readonly string[],
): Summarised {
  const held: Held = holdAgainst(source);
  const dropped: string[] = [];
  let next = 0;
  const holding = (sentence: SummarySentence): SummarySentence[] => {
    const text = (given[next++] ?? '').split(/\s+/).filter(Boolean).join(' ');
    const wrong = wrongIn(text, { english: sentence.text, language, held });
    if (wrong === null) return [{ ...sentence, text }];
    dropped.push(`${language}: ${wrong.rule} (${wrong.what}): ${text}`.slice(0, 300));
    return [];
  };
  const [summary = null] = english.summary ? holding(english.summary) : [];
  const points = english.points.flatMap(holding);
  return { written: { summary, points, keywords: [] }, dropped };
}

/** A reply of the requested shape; an unusable one gets one repair. */
async function replyTo<T>(asking: Asking, question: Question, shape: z.ZodType<T>): Promise<T> {
  let reason: string;
  let said = '';
  try {
    said = await ask(asking, question);
    const read = readReply(said, shape);
    if (read.ok) return read.reply;
    reason = read.reason;
  } catch (error) {
    if (!(error instanceof BadAnswer)) throw error;
    reason = error.message;
  }
  const turns = [
    { role: 'assistant' as const, content: said.slice(0, MOST_REPEATED) || '{}' },
    { role: 'user' as const, content: repairOf(reason) },
  ];
  const again = readReply(await ask(asking, { ...question, turns }), shape);
  if (again.ok) return again.reply;
  throw new BadAnswer(again.reason);
}

/** Characters of a bad reply that are shown to the model again. */
const MOST_REPEATED = 4_000;

/** Asks the model, within the day's tokens. */
async function ask({ model, budget, signal }: Asking, question: Question): Promise<string> {
  const { system, user, turns = [], schema, most } = question;
  // Some servers put the schema into the prompt.
  const tokens =
    mostTokens(system, user, JSON.stringify(schema), ...turns.map(({ content }) => content)) + most;
  const taken = await budget.take(tokens);
  if (!taken) throw new BudgetSpent('the day’s tokens are used up');
  let used: number | null = null;
  try {
    const said = await model.ask(signal ? { ...question, signal } : question);
    used = said.used;
    return said.text;
  } catch (error) {
    if (error instanceof BadAnswer) used = error.used;
    throw error;
  } finally {
    await budget.settle(taken, used);
  }
}
