/** Forms in which comments are written: what they offer to be quoted, and what they bring. */
import { randomBytes } from 'node:crypto';
import { cleanComment } from '../../community/discussions.ts';
import { sentencesOf } from '../../community/sentences.ts';
import type { Form } from '../../http/forms.ts';
import type { Paper } from '../../papers/types.ts';

/** Sentences of an abstract that can be quoted. */
const MOST_SENTENCES = 60;

export const newFormKey = (): string => randomBytes(12).toString('hex');

/** Sentences of its abstract, as a form offers them for quoting. */
export function sentencesFor(paper: Pick<Paper, 'abstract'>): string[] {
  const { abstract } = paper;
  if (abstract === null) return [];
  return sentencesOf(abstract)
    .slice(0, MOST_SENTENCES)
    .map(({ start, end }) => abstract.slice(start, end));
}

/** The marks of Markdown in a sentence, outside of formulas, so that it is shown as it stands in the abstract. */
function escapeMarkdown(text: string): string {
  return text
    .split('$')
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[\\`*_[\]<>#|~!]/g, '\\$&')))
    .join('$');
}

/** What a form has to say: the text, below the sentence chosen to be quoted. */
export function textOf(form: Form, paper: Paper): string {
  const text = cleanComment(form.fields.get('text') ?? '');
  const chosen = form.fields.get('quote') ?? '';
  const sentence = /^\d{1,3}$/.test(chosen) ? sentencesFor(paper)[Number(chosen)] : undefined;
  if (sentence === undefined) return text;
  return `> ${escapeMarkdown(sentence.split(/\s+/).join(' '))}\n\n${text}`.trim();
}

/** What a form had to say, for a writer who is no longer signed in; null: nothing. */
export function unsentText(form: Form): string | null {
  if (form.fields.get('do') === 'delete') return null;
  return cleanComment(form.fields.get('text') ?? '') || null;
}

/** The key of a form, by which it is known if it is sent twice. */
export const keyOf = (form: Form): string | null => {
  const key = form.fields.get('key');
  return key !== null && /^[0-9a-f]{24}$/.test(key) ? key : null;
};
