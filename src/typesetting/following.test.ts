/**
 * Formulas set behind the pages: following the change log, those waited for first, each once, resuming after a kill.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import { texToHtml } from '../present/tex.tsx';
import type { Store } from '../store/open.ts';
import { BACKED_UP } from '../store/schema.ts';
import { recordOf } from '../testing/records.ts';
import { FormulaFollower } from './following.ts';
import { findFormulas, keptFormulas } from './kept.ts';
import { UNSET, withFormulas } from './memory.ts';
import type { Formula } from './rules.ts';
import { setFormula } from './set.ts';
import type { Setter } from './setter.ts';

/** A setter in this thread that counts. */
function counting(): Setter & { set: Setter['set']; done: string[] } {
  const done: string[] = [];
  return {
    done,
    async set(formulas: Formula[]) {
      done.push(...formulas.map(({ tex }) => tex));
      return formulas.map(setFormula);
    },
    rest: async () => {},
    close: async () => {},
  } as unknown as Setter & { done: string[] };
}

const record = (number: number, more: Partial<PaperRecord>): PaperRecord =>
  recordOf(number, {
    source: 'jsonl',
    title: `Paper ${number}`,
    ...more,
  });
const inline = (tex: string): Formula => ({ tex, display: false });

async function untilDone(follower: FormulaFollower): Promise<void> {
  while (await follower.step());
}

onBoth((_, fresh) => {
  const databases: TestDatabase[] = [];
  const stores: Store[] = [];
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(databases.map((database) => database.remove()));
  });
  async function open(): Promise<Store> {
    const database = await fresh();
    databases.push(database);
    const store = await database.open();
    stores.push(store);
    return store;
  }

  it('sets every formula of every text of a paper once, and keeps what cannot be set', async () => {
    const store = await open();
    await takeIn(
      store,
      [
        record(1, {
          title: 'On $a_1$',
          abstract: 'With $$b_1$$ and $c_1$ and $\\nosuch{d}$ for $5.',
          note: '$e_1$',
        }),
        record(2, {
          summary: 'Again $a_1$',
          authors: ['A. $f_1$ B'],
          figures: [{ value: '$g_1$', measure: 'x' }],
        }),
      ],
      new Set(),
    );
    const setter = counting();
    const follower = new FormulaFollower(store, setter);
    await untilDone(follower);
    expect(setter.done.filter((tex) => !tex.includes('votes')).sort()).toEqual(
      ['\\nosuch{d}', 'a_1', 'b_1', 'c_1', 'e_1', 'f_1', 'g_1'].sort(),
    );
    const [a, bad, unknown] = await findFormulas(store.read, [
      inline('a_1'),
      inline('\\nosuch{d}'),
      inline('z'),
    ]);
    expect(a).toBe(setFormula(inline('a_1')));
    expect([bad, unknown]).toEqual([null, undefined]);
    const before = await store.seq();
    await takeIn(store, [record(3, { title: 'On $a_1$ and $h_1$' })], new Set());
    await untilDone(follower);
    expect(setter.done.at(-1)).toBe('h_1');
    expect(setter.done.filter((tex) => tex === 'a_1')).toHaveLength(1);
    expect(await store.seq()).toBe(before + 1);
    await follower.close();
  });

  it('resumes after a killed process, and starts again under another stamp', async () => {
    const store = await open();
    const many = Array.from({ length: 1200 }, (_, i) => record(i, { title: `On $x_{${i}}$` }));
    await takeIn(store, many, new Set());
    const first = counting();
    const killed = new FormulaFollower(store, first);
    // Whoever held the lease, it is free: the process is gone.
    await killed.step();
    await killed.step();
    const second = counting();
    const next = new FormulaFollower(store, second);
    await untilDone(next);
    expect(first.done.length + second.done.length).toBe(1201);
    expect(first.done.length).toBeGreaterThan(500);
    await store.write.updateTable('derived').set({ stamp: 'KaTeX 0.0' }).execute();
    const third = counting();
    await untilDone(new FormulaFollower(store, third));
    expect(third.done).toHaveLength(1201);
  });

  it('a page shows the source, requests the formula, is not cached, and shows it once it is set', async () => {
    const store = await open();
    const setter = counting();
    const follower = new FormulaFollower(store, setter);
    await untilDone(follower);
    const formulas = keptFormulas(store, (wanted) => follower.want(wanted));
    const text = `for $w_{${Math.random().toString().slice(2)}}$ only`;
    const page = () => withFormulas(formulas, () => texToHtml(text));
    expect(await page()).toContain(`${UNSET}$w_`);
    expect(await page()).toContain(UNSET);
    expect(await follower.step()).toBe(true);
    expect(setter.done.at(-1)).toMatch(/^w_/);
    const set = await page();
    expect(set).toContain('class="katex"');
    expect(set).not.toContain(UNSET);
    expect(texToHtml(text)).toBe(set);
    await untilDone(follower);
  });

  it('of two processes one follows, and both set what their readers are waiting for', async () => {
    const store = await open();
    await takeIn(store, [record(1, { title: 'On $a_1$' })], new Set());
    await store.write
      .insertInto('leases')
      .values({ name: 'formulas', holder: 'elsewhere/1/0', until: Date.now() + 60_000 })
      .execute();
    const setter = counting();
    const follower = new FormulaFollower(store, setter);
    await untilDone(follower);
    expect(setter.done).toEqual([]);
    follower.want([inline('q_1')]);
    expect(await follower.step()).toBe(true);
    expect(setter.done).toEqual(['q_1']);
  });

  it('without following, only those that readers are waiting for are set, and there is no lease', async () => {
    const store = await open();
    await takeIn(store, [record(1, { title: 'On $a_1$' })], new Set());
    const setter = counting();
    const follower = new FormulaFollower(store, setter, undefined, false);
    expect(await follower.step()).toBe(false);
    follower.want([inline('q_1')]);
    expect([await follower.step(), await follower.step()]).toEqual([true, false]);
    expect(setter.done).toEqual(['q_1']);
    expect(await store.read.selectFrom('leases').selectAll().execute()).toEqual([]);
  });

  it('is derived: in no backup, and set again after deletion', async () => {
    const store = await open();
    await takeIn(store, [record(1, { title: 'On $a_1$' })], new Set());
    await untilDone(new FormulaFollower(store, counting()));
    await store.write.deleteFrom('formulas').execute();
    await store.write.deleteFrom('derived').execute();
    await untilDone(new FormulaFollower(store, counting()));
    expect((await findFormulas(store.read, [inline('a_1')]))[0]).toContain('katex');
    expect(BACKED_UP).not.toContain('formulas');
    expect(BACKED_UP).not.toContain('derived');
  });
});

describe('a page', () => {
  it('is complete even if its formulas exceed the memory', async () => {
    const many = Array.from({ length: 400 }, (_, i) => `$m_{${i}}$`).join(' ');
    const large = (formulas: Formula[]) =>
      formulas.map(() => `<span class="katex">${'x'.repeat(40_000)}</span>`);
    const source = { find: async (formulas: Formula[]) => large(formulas), want() {} };
    const texts = Array.from({ length: 40 }, (_, i) => many.replaceAll('m_', `m_{${i}}`).slice(0, 150));
    const html = await withFormulas(source, () => texts.map((text) => texToHtml(text)).join('\n'));
    expect(html).not.toContain(UNSET);
  });
});
