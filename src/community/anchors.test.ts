import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { random } from '../../bench/random.ts';
import { expectLinear, repeated } from '../../test/growth.ts';
import { digested, followQuote, locate } from './anchors.ts';
import { quotesIn } from './quotes.ts';
import { folded, sentencesOf } from './sentences.ts';

const DATA = join(import.meta.dirname, '../../../shared/data/arxiv-dev.jsonl.gz');
const have = existsSync(DATA);
if (!have) console.warn(`SKIPPED: quotes of a thousand real abstracts, because ${DATA} is not there`);

const BEFORE =
  'Large models are slow. We present a method, e.g. for text, that halves their cost. It needs no training at all. Code is available.';
/** The quoted part of one text and where it has gone in another. */
const follow = (quote: string, to: string, from = BEFORE) => {
  const start = from.indexOf(quote);
  const { state, span } = followQuote(digested(from), { start, end: start + quote.length }, digested(to));
  return [state, span && to.slice(span.start, span.end)];
};

describe('a quote of an abstract', () => {
  it('is found by its letters, whatever Markdown and line breaks have done to it', () => {
    const text = 'We prove\nthat $O(n \\log n)$ steps *suffice* (“always”). And more.';
    const at = locate('We prove that $O(n \\\\log n)$ steps \\*suffice\\* ("always").', text)!;
    expect(text.slice(at.start, at.end)).toBe('We prove\nthat $O(n \\log n)$ steps *suffice* (“always”).');
    expect(locate('no such words here', text)).toBeNull();
    expect(locate('a', text)).toBeNull();
    expect(quotesIn('> one\n> two\n\nsaid I\n\n> three\n\n    > code')).toEqual([' one  two', ' three']);
  });

  it('is unchanged while its sentence is, wherever that stands', () => {
    expect(follow('It needs no training at all.', BEFORE)).toEqual([
      'unchanged',
      'It needs no training at all.',
    ]);
    expect(follow('no training', `New first. ${BEFORE}`)).toEqual(['unchanged', 'no training']);
    expect(follow('no training at all', BEFORE.replace('Code is available.', ''))).toEqual([
      'unchanged',
      'no training at all',
    ]);
    expect(
      follow('It needs no training at all.', BEFORE.replace('no training at', 'no\n training  at'))[0],
    ).toBe('unchanged');
  });

  it('is changed where its words are, and unchanged where only the rest of the sentence is', () => {
    const to = BEFORE.replace('halves their cost', 'cuts their cost by a third');
    expect(follow('that halves their cost', to)).toEqual([
      'changed',
      'We present a method, e.g. for text, that cuts their cost by a third.',
    ]);
    expect(follow('We present a method', to)).toEqual(['unchanged', 'We present a method']);
  });

  it('is gone with its sentence, even if its words stand in another', () => {
    const from = `${BEFORE} We present a method for sound as well.`;
    const to = from.replace(' We present a method, e.g. for text, that halves their cost.', '');
    expect(follow('We present a method', to, from)).toEqual(['gone', null]);
    expect(follow('Code is available.', 'Something else entirely is said here now.')).toEqual(['gone', null]);
  });

  it('is followed in linear time where texts are long', async () => {
    const text = repeated('A sentence of some words that is repeated. ');
    await expectLinear('following a quote', text, (from) =>
      followQuote(digested(from), { start: 50, end: 90 }, digested(`New. ${from}`)),
    );
    await expectLinear('finding a quote', text, (from) => locate('no such words are here', from));
    await expectLinear('a text without sentences', repeated('word '), sentencesOf);
  });
});

/** Sentences by a rule of the test's own, far simpler than the one it checks. */
const cut = (text: string): string[] => folded(text).split(/(?<=[a-z)]\.) (?=[A-Z])/);

describe.skipIf(!have)('quotes of a thousand real abstracts that are edited', () => {
  it('are followed rightly in 98 of 100, and never to the wrong sentence', () => {
    const { below: pick } = random(17);
    const abstracts = gunzipSync(readFileSync(DATA))
      .toString()
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { abstract?: string; summary?: string }]))
      .flatMap(({ abstract, summary }) => abstract ?? summary ?? [])
      .filter(
        (abstract) =>
          new Set(cut(abstract)).size >= 4 && new Set(cut(abstract)).size === cut(abstract).length,
      )
      .slice(0, 1_000);
    expect(abstracts).toHaveLength(1_000);
    const strange = abstracts.flatMap((abstract) => cut(abstract));
    const tally = { right: 0, missed: 0, elsewhere: [] as string[][] };
    for (const abstract of abstracts) {
      const sentences = cut(abstract);
      const quoted = pick(sentences.length);
      const edited = sentences.map((text, from) => ({ text, from }));
      let expected: 'unchanged' | 'changed' | 'gone' = 'unchanged';
      // What a revision does: words replaced, inserted and left out, sentences added, moved, and taken out.
      const reworded = (text: string): string => {
        const words = text.split(' ');
        const edits = 1 + pick(Math.max(1, words.length / 6));
        for (let i = 0; i < edits; i++) {
          const at = pick(words.length - 1);
          const kind = pick(3);
          if (kind === 0) words[at] = 'considerably';
          else if (kind === 1) words.splice(at, 0, 'very');
          else if (words.length > 5) words.splice(at, 1);
        }
        return words.join(' ');
      };
      const others = 1 + pick(3);
      for (let i = 0; i < others; i++) {
        const at = pick(edited.length);
        if (edited[at]!.from === quoted) continue;
        const kind = pick(4);
        if (kind === 0) edited[at]!.text = reworded(edited[at]!.text);
        else if (kind === 1) edited.splice(at, 0, { text: strange[pick(strange.length)]!, from: -1 });
        else if (kind === 2 && edited.length > 2) edited.splice(at, 1);
        else edited.push(...edited.splice(at, 1));
      }
      const own = edited.findIndex(({ from }) => from === quoted);
      const fate = pick(3);
      if (fate === 1) {
        edited[own]!.text = reworded(edited[own]!.text);
        expected = edited[own]!.text === sentences[quoted] ? 'unchanged' : 'changed';
      } else if (fate === 2) {
        edited.splice(own, 1);
        expected = 'gone';
      }
      const from = sentences.join(' ');
      const to = edited.map(({ text }) => text).join(' ');
      const at = locate(sentences[quoted]!, from);
      // A sentence of fewer than eight letters is no quote.
      if (at === null) continue;
      const found = followQuote(digested(from), at, digested(to));
      if (found.state === expected) tally.right++;
      else tally.missed++;
      if (found.span === null) continue;
      const there = to.slice(found.span.start, found.span.end);
      const right = expected === 'gone' ? '' : edited[edited.findIndex((one) => one.from === quoted)]!.text;
      // What it points at overlaps the sentence it should.
      if (right === '' || !(right.includes(there) || there.includes(right) || overlaps(there, right)))
        tally.elsewhere.push([sentences[quoted]!, there]);
    }
    expect(tally.elsewhere).toEqual([]);
    expect(tally.right / (tally.right + tally.missed)).toBeGreaterThanOrEqual(0.98);
  });
});

/** Whether texts share most words: the two rules may cut a sentence differently. */
function overlaps(one: string, other: string): boolean {
  const words = new Set(one.split(' '));
  const shared = other.split(' ').filter((word) => words.has(word)).length;
  return shared >= 0.5 * Math.min(words.size, other.split(' ').length);
}
