/** Formulas that hang, exhaust or end the thread they are set in, and the formulas around them. */
import { afterAll, describe, expect, it } from 'vitest';
import { Setter } from './setter.ts';

const setters: Setter[] = [];
afterAll(() => Promise.all(setters.map((setter) => setter.close())));

const inline = (...all: string[]) => all.map((tex) => ({ tex, display: false }));
function setter(): Setter {
  const made = new Setter({
    script: new URL('./setter.fixture.ts', import.meta.url),
    patience: { first: 300, alone: 300 },
  });
  setters.push(made);
  return made;
}

describe('a formula that', () => {
  it.each(['forever', 'memory', 'crash'])(
    'is like “%s” cannot be set, and all around it are',
    async (bad) => {
      const html = await setter().set(inline('a', bad, 'b', bad, 'c'));
      expect(html).toEqual(['<a>', null, '<b>', null, '<c>']);
    },
  );

  it('may come first and last', async () => {
    expect(await setter().set(inline('forever', 'a', 'crash'))).toEqual([null, '<a>', null]);
  });
});

it('continues after a rest, and not after its end', async () => {
  const one = setter();
  expect(await one.set(inline('a'))).toEqual(['<a>']);
  await one.rest();
  expect(await one.set(inline('b'))).toEqual(['<b>']);
  await one.close();
  await expect(one.set(inline('c'))).rejects.toThrow('closed');
});

it('is closed in the middle of a formula', async () => {
  const one = setter();
  await one.set(inline('a'));
  const under = one.set(inline('forever'));
  const ended = expect(under).rejects.toThrow('closed');
  await one.close();
  await ended;
});

it('says so if no thread can be started', async () => {
  const one = new Setter({ script: new URL('./nowhere.ts', import.meta.url) });
  await expect(one.set(inline('a'))).rejects.toThrow(/formulas cannot be typeset: .*nowhere/);
});

it('the real thread sets formulas', async () => {
  const real = new Setter();
  setters.push(real);
  const [good, bad] = await real.set(inline('x^2', '\\frac{1'));
  expect(good).toContain('<span class="katex">');
  expect(bad).toBeNull();
});
