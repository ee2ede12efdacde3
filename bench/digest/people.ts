/** Databases with subscribers and an issue, filled as quickly as possible. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composing } from '../../src/composing/compose.ts';
import type { Issue } from '../../src/digest/types.ts';
import { insertMany } from '../../src/store/bulk.ts';
import type { Store } from '../../src/store/open.ts';
import { ours } from '../parts.ts';
import { random } from '../random.ts';

const WORDS =
  'speculative decoding attention language model training retrieval agent sparse policy graph scaling benchmark reasoning diffusion kernel token latent reward distillation'.split(
    ' ',
  );

/** The day that the papers are on. */
export const DAY = '2026-11-02';
const PAPERS = 40;

/** A file of papers that are on one day. */
export function paperLines(): string {
  const { below, pick } = random(7);
  const words = (many: number): string => Array.from({ length: many }, () => pick(WORDS)).join(' ');
  const lines = Array.from({ length: PAPERS }, (_, i) =>
    JSON.stringify({
      title: `${words(9)} with $O(n^${1 + (i % 4)})$ steps`,
      authors: Array.from({ length: 2 + below(8) }, () => `${words(1)} ${words(1)}`),
      abstract: `${words(28)}. `.repeat(6),
      arxiv_id: `2611.${10_000 + i}`,
      published: DAY,
      listed: DAY,
      upvotes: 5 + below(60),
    }),
  );
  return `${lines.join('\n')}\n`;
}

/** Imports them. */
export async function inventPapers(folder: string): Promise<void> {
  const file = join(folder, 'papers.jsonl');
  writeFileSync(file, paperLines());
  await ours(['import', file], folder);
}

/** The issue of their day. */
export async function composeIssue(store: Store): Promise<Issue> {
  const turn = { timezone: 'UTC', turn: '00:00' };
  const lendIndex = () => Promise.reject(new Error('an edition needs no index'));
  const { compose } = composing({ store, turn, lendIndex, now: Date.now });
  const issue = await compose({ list: 'daily', subject: '', name: '' }, DAY);
  if (issue === null || issue.papers.length < PAPERS) throw new Error('the issue could not be composed');
  return issue;
}

/** Subscribers to the daily edition, each with choices of their own. @param due when the next mail of each is due */
export async function inventSubscribers(
  store: Store,
  many: number,
  due: (n: number) => number | null,
): Promise<void> {
  const { below, pick } = random(8);
  const now = Date.now();
  const CHUNK = 10_000;
  for (let first = 1; first <= many; first += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, many - first + 1) }, (_, i) => first + i);
    await store.write.transaction().execute(async (tx) => {
      await insertMany(
        tx,
        'subscribers',
        [
          ...(['id', 'email', 'state', 'token', 'time_zone', 'days', 'minute', 'least_votes'] as const),
          ...(['most_papers', 'without', 'again', 'quiet', 'origin', 'origin_at', 'created_at'] as const),
          'next_due',
        ],
        ids.map((n) => [
          ...[n, `reader${n}@example.org`, 'confirmed', `t${n}`.padEnd(32, 'x'), 'UTC', 127, 420, below(10)],
          ...[8 + below(10), JSON.stringify([pick(WORDS)]), 0, 'say', 'form', now, now, due(n)],
        ]),
      );
      await insertMany(
        tx,
        'subscriptions',
        ['id', 'subscriber', 'list', 'subject', 'name', 'cadence', 'created_at', 'through'],
        ids.map((n) => [`s${n}`, n, 'daily', '', '', 'daily', now, '2026-11-28']),
      );
    });
  }
}
