/**
 * What is new between two surveys. A survey is reduced to its *state*: the things in it, each under a stable key.
 * Applying the difference between two states to the first gives the second, and successive differences compose to the
 * one between the first and the last.
 */
import type { Day } from '../papers/types.ts';
import { words } from '../search/analysis.ts';
import type { EarlierSurvey } from './types.ts';

/** The kinds of things in a survey. */
export const KINDS = ['paper', 'theme', 'figure', 'benchmark', 'code', 'survey', 'question'] as const;
export type Kind = (typeof KINDS)[number];

/** Something in a survey. */
export interface Item {
  /** Its text: a title, a name, a sentence. */
  text: string;
  /** The paper it belongs to; for a theme, its lead. */
  paper: string;
  /** What can change about it: the last revision of a paper, the name of a theme. */
  mark: string;
}

/** Everything in a survey, by kind and key. */
export type State = Record<Kind, Map<string, Item>>;

/** A change to one thing. `before` null: it is new; `after` null: it is gone. */
export interface Change {
  kind: Kind;
  key: string;
  before: Item | null;
  after: Item | null;
}

export const emptyState = (): State =>
  Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as unknown as State;

/** @param day revisions after it do not count yet; without it, all do */
export function stateOf({ papers, themes, benchmarks, surveys }: EarlierSurvey, day?: Day): State {
  const state = emptyState();
  for (const paper of papers) {
    const { id, title, updated, figures, code, open } = paper;
    const revised = updated !== null && (day === undefined || updated <= day) ? updated : '';
    state.paper.set(id, { text: title, paper: id, mark: revised });
    for (const { value, isHeadline, sentence } of figures)
      if (isHeadline)
        state.figure.set(`${id}\n${value}\n${sentence.text}`, {
          text: sentence.text,
          paper: id,
          mark: value,
        });
    for (const { url } of code) state.code.set(`${id}\n${url}`, { text: url, paper: id, mark: '' });
    for (const { text } of open) state.question.set(`${id}\n${text}`, { text, paper: id, mark: '' });
  }
  const titles = new Map(papers.map(({ id, title }) => [id, title]));
  for (const id of surveys) state.survey.set(id, { text: titles.get(id)!, paper: id, mark: '' });
  for (const { key, name, lead } of themes) state.theme.set(key, { text: name, paper: lead, mark: name });
  for (const { name, papers: ids } of benchmarks)
    state.benchmark.set(words(name).join(' '), { text: name, paper: ids.at(-1)!, mark: '' });
  return state;
}

/** Everything that differs, in a fixed order. */
export function difference(before: State, after: State): Change[] {
  const changes: Change[] = [];
  for (const kind of KINDS) {
    const [a, b] = [before[kind], after[kind]];
    for (const [key, item] of b) {
      const known = a.get(key) ?? null;
      if (known === null || !isSame(known, item)) changes.push({ kind, key, before: known, after: item });
    }
    for (const [key, item] of a) if (!b.has(key)) changes.push({ kind, key, before: item, after: null });
  }
  return changes;
}

const isSame = (a: Item, b: Item): boolean => a.text === b.text && a.paper === b.paper && a.mark === b.mark;

/** The state after changes. */
export function apply(state: State, changes: readonly Change[]): State {
  const next = Object.fromEntries(KINDS.map((kind) => [kind, new Map(state[kind])])) as unknown as State;
  for (const { kind, key, after } of changes)
    if (after === null) next[kind].delete(key);
    else next[kind].set(key, after);
  return next;
}

/** Two differences combined: what changed back is left out. */
export function compose(first: readonly Change[], second: readonly Change[]): Change[] {
  const all = new Map<string, Change>();
  for (const change of [...first, ...second]) {
    const key = `${change.kind}\n${change.key}`;
    const known = all.get(key);
    all.set(key, known === undefined ? change : { ...change, before: known.before });
  }
  return [...all.values()].filter(({ before, after }) =>
    before === null || after === null ? before !== after : !isSame(before, after),
  );
}

/** What people are told: things that are new, and papers that were revised. */
export interface News {
  papers: Change[];
  themes: Change[];
  figures: Change[];
  revised: Change[];
  /** Benchmarks, code, surveys and questions. */
  others: Change[];
}

export function newsIn(changes: readonly Change[]): News {
  const isNew = ({ before, after }: Change): boolean => before === null && after !== null;
  const of = (kind: Kind): Change[] => changes.filter((change) => change.kind === kind && isNew(change));
  return {
    papers: of('paper'),
    themes: of('theme'),
    figures: of('figure'),
    revised: changes.filter(
      ({ kind, before, after }) =>
        kind === 'paper' && before !== null && after !== null && before.mark !== after.mark,
    ),
    others: (['benchmark', 'code', 'survey', 'question'] as const).flatMap(of),
  };
}
