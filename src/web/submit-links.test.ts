import { expect, it } from 'vitest';
import { site } from '../testing/pages.ts';

it('an edition, a list and pages on which nothing is found lead to where papers are submitted', async () => {
  const { body } = site();
  for (const path of ['/', '/papers/trending', '/papers/week/2026-W26', '/search?q=letters'])
    expect([path, (await body(path)).includes('href="/submit"')]).toEqual([path, true]);
  // The identifier that was looked for is filled in, however it was written.
  for (const path of ['/papers/2606.77777', '/papers/arXiv:2606.77777v2', '/search?q=arXiv:2606.77777'])
    expect([path, /href="\/submit\?id=arxiv%3A2606\.77777/.test(await body(path))]).toEqual([path, true]);
  // What is no identifier is not.
  const words = await body('/papers/no-such-paper');
  expect(words).toContain('href="/submit"');
  expect(words).not.toContain('/submit?id=');
});

it('nothing leads there on a site to which readers cannot submit', async () => {
  const { context, body } = site();
  context.submissions.rules.who = 'nobody';
  for (const path of ['/', '/papers/trending', '/papers/2606.77777', '/search?q=zzzz'])
    expect([path, (await body(path)).includes('/submit"')]).toEqual([path, false]);
  expect(await body('/submit')).toContain('does not take submissions from readers');
});
