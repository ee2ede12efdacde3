import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import type { Store } from '../store/open.ts';
import { changeAccount } from './accounts.ts';
import { begin as beginWith } from './begin.fixture.ts';
import { LIMITS } from './comment-limits.ts';
import { discussionsIn } from './discussions.ts';

const NOW = Date.parse('2026-06-26T12:00:00Z');

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  /** Discussions whose renderer answers when it is told to. */
  async function begin() {
    const { paper, ada, eve } = await beginWith(store, NOW);
    const asked: string[] = [];
    const hold = Promise.withResolvers<void>();
    const discussions = discussionsIn({
      store,
      async render(text) {
        asked.push(text);
        if (text.startsWith('slow')) await hold.promise;
        return `<p>${text}</p>`;
      },
      namesIn: () => [],
      now: () => NOW,
    });
    const write = (author: number, text: string, formKey: string | null = null) =>
      discussions.write({ paper, parent: null, author, text, abstract: null, formKey });
    return { discussions, write, asked, release: hold.resolve, ada, eve };
  }

  it('renders nothing for an account that may not write', async () => {
    const { discussions, write, asked, ada, eve } = await begin();
    const id = await write(eve, 'Before.');
    await changeAccount(store, eve, { state: 'silenced' }, { actor: null, reason: 'why', at: NOW });
    for (let i = 0; i < LIMITS.fresh.hour; i++) await write(ada, `${i}`, `key ${i}`);
    const before = asked.length;
    for (const [author, why] of [
      [eve, 'silenced'],
      [ada, 'written a lot'],
    ] as const) {
      await expect(discussions.preview('a', author)).rejects.toThrow(why);
      await expect(write(author, 'b')).rejects.toThrow(why);
      await expect(discussions.edit(id, { author, text: 'c', abstract: null, version: 0 })).rejects.toThrow(
        why,
      );
    }
    // A form sent twice is one comment, also for somebody who has written enough.
    expect(await write(ada, '0', 'key 0')).toMatch(/^[0-9a-f]{16}$/);
    expect(asked.length).toBe(before);
  });

  it('renders two texts of one account at a time, and those of others meanwhile', async () => {
    const { discussions, write, asked, release, ada, eve } = await begin();
    const slow = [discussions.preview('slow 1', ada), write(ada, 'slow 2')];
    await expect.poll(() => asked.length).toBe(2);
    for (const work of [() => discussions.preview('third', ada), () => write(ada, 'third')])
      await expect(work()).rejects.toMatchObject({ why: 'limit', wait: 2 });
    await write(eve, 'Meanwhile.');
    release();
    await Promise.all(slow);
    expect(await discussions.preview('fourth', ada)).toBe('<p>fourth</p>');
    expect(asked).toEqual(expect.not.arrayContaining(['third']));
  });
});
