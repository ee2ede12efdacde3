import { describe, expect, it } from 'vitest';
import { UNSET } from '../../typesetting/memory.ts';
import { Gap, keptDocument } from './kept-document.ts';

const document = (text: string) => async () =>
  `<p>${text}</p>${(<Gap name="votes" />).toString()}<p>é</p>${(<Gap name="rank" />).toString()}`;

describe('a document with gaps', () => {
  it('is rendered once, and its gaps each time', async () => {
    let rendered = 0;
    const made = (votes: number) =>
      keptDocument('once', { votes: <b>{votes}</b>, rank: '1st' }, async () => {
        rendered++;
        return document('Text')();
      });
    const first = await made(1);
    expect([first.body.toString(), first.isWhole]).toEqual(['<p>Text</p><b>1</b><p>é</p>1st', true]);
    expect((await made(2)).body.toString()).toBe('<p>Text</p><b>2</b><p>é</p>1st');
    expect(rendered).toBe(1);
  });

  it('is rendered again under another key', async () => {
    const made = async (key: string, text: string) =>
      (await keptDocument(key, { votes: '', rank: '' }, document(text))).body.toString();
    expect(await made('a', 'One')).toBe('<p>One</p><p>é</p>');
    expect(await made('b', 'Two')).toBe('<p>Two</p><p>é</p>');
    expect(await made('a', 'Three')).toBe('<p>One</p><p>é</p>');
  });

  it('is not kept while a formula is missing', async () => {
    const made = (text: string) => keptDocument('formula', { votes: '', rank: '' }, document(text));
    expect((await made(`${UNSET}x</span>`)).isWhole).toBe(false);
    const { body, isWhole } = await made('x');
    expect([body.toString(), isWhole]).toEqual(['<p>x</p><p>é</p>', true]);
  });

  it('has no gap where people have written one: pages escape that', async () => {
    const text = '<!--gap votes-->';
    const { body } = await keptDocument('escaped', { votes: '1', rank: '2' }, async () =>
      (<p>{text}</p>).toString(),
    );
    expect(body.toString()).toBe('<p>&lt;!--gap votes--&gt;</p>');
  });
});
