/**
 * What is kept is never out of date: whatever happens to papers, each question that was noted either no longer holds,
 * or has the same answer when it is asked again.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../bench/random.ts';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { castVote, withdrawVote } from '../community/votes.ts';
import { readConfig } from '../config.ts';
import { openIndex } from '../search/index.ts';
import { backUp, restore } from '../store/backup.ts';
import type { Store } from '../store/open.ts';
import { createIndexer, indexFolder } from '../worker/indexing.ts';
import { Catalogue } from './catalogue.ts';
import { Answers, Consultation, consult } from './consulting.ts';
import { countGiven } from './counting.ts';
import { turnEditions } from './editions/closing.ts';
import { adoptRules } from './editions/rules.ts';
import { parseIdentifier } from './identifiers.ts';
import { mergePapers, splitPaper } from './intake/decisions.ts';
import { takeIn } from './intake/take-in.ts';
import type { Library } from './library.ts';
import { followTopics, TopicTimes } from './topics.ts';
import type { PaperRecord } from './types.ts';

const WORDS = 'attention graph diffusion token policy language reward kernel'.split(' ');
const NAMES = ['Ada Lovelace', 'Emmy Noether', 'Kurt Gödel'];
const id = (number: number): string => `2606.${String(number).padStart(5, '0')}`;

const NOON = Date.parse('2026-06-26T16:00:00Z');
const turn = { timezone: 'America/New_York', turn: '21:30' };

/** Questions of all kinds. */
function questions(library: Library, pks: number[]): (() => Promise<unknown>)[] {
  const day = { kind: 'day', value: '2026-06-25' } as const;
  const within = async (ask: (paper: NonNullable<Awaited<ReturnType<Library['paper']>>>) => unknown) => {
    const paper = await library.paper(id(2));
    return paper && ask(paper);
  };
  return [
    () => library.rules(),
    () => library.count(),
    () => library.latest(),
    () => library.span(),
    () => library.months(),
    () => library.calendar('2026-06'),
    () => library.nearest({ kind: 'day', value: '2026-06-20' }),
    () => library.categories(day),
    () => library.edition(day, 1),
    () => library.edition(day, 1, undefined, 'cs.CL'),
    () => library.edition({ kind: 'week', value: '2026-W26' }, 1),
    () => library.edition({ kind: 'month', value: '2026-06' }, 1),
    () => library.trending(1),
    () => library.daily({ first: '2026-06-22', last: '2026-06-26', order: 'days' }, 0, 20),
    () => library.daily({ last: '2026-06-26', order: 'trending' }, 0, 5),
    () => library.newest(5),
    () => library.paper(id(1)),
    () => library.paper(id(999)),
    () => library.papers(pks.slice(0, 4)),
    () => within((paper) => library.similar(paper, 3)),
    () => within((paper) => library.similarTitles(paper, 3)),
    () => within((paper) => library.otherForms(paper)),
    () => within((paper) => library.standing(paper)),
    () => library.search({ q: 'graph attention' }),
    () => library.search({ q: 'language', sort: 'votes', limit: 5 }),
    () =>
      library.search({ q: '', edition: { first: '2026-06-25', last: '2026-06-25' }, sort: 'date', limit: 1 }),
    () => library.tallies(pks.slice(0, 6)),
    () => library.author('ada-lovelace', 1),
    () => library.person('emmy-noether'),
    () => library.organization('lab', 1),
  ];
}

onBoth((kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
  });

  it.each([1, 2, 3])(
    'notes hold as long as the answers do, and no longer (%i)',
    async (seed) => {
      const chance = random(seed);
      const record = (number: number): PaperRecord => ({
        source: chance.pick(['arxiv', 'jsonl']),
        identifiers: [{ scheme: 'arxiv', value: id(number) }],
        title: `On ${chance.pick(WORDS)} and ${chance.pick(WORDS)}, part ${number}`,
        abstract: `We study ${chance.pick(WORDS)} ${chance.pick(WORDS)} for ${chance.pick(WORDS)}.`,
        authors: [chance.pick(NAMES)],
        organizations: chance.below(3) === 0 ? [{ slug: 'lab', name: 'Lab' }] : [],
        categories: [chance.pick(['cs.CL', 'cs.LG'])],
        published: `2026-06-${20 + chance.below(6)}`,
        listed: `2026-06-${22 + chance.below(5)}`,
        upvotes: chance.below(9),
      });
      await takeIn(
        store,
        Array.from({ length: 24 }, (_, i) => record(i)),
        new Set(),
      );
      const indexer = createIndexer(store, database.env.DATA_DIR);
      while (await indexer.step());
      const index = openIndex(indexFolder(database.env.DATA_DIR));
      // What it is compared with is another one, which remembers nothing of before.
      const newCatalogue = () => new Catalogue({ store, index, turn, now: () => NOON });
      const catalogue = newCatalogue();
      const topics = await followTopics({ store, index });
      const answers = new Answers(topics);
      const pks = async () =>
        (await store.read.selectFrom('papers').select('pk').orderBy('pk').execute()).map(({ pk }) => pk);
      const first = await pks();

      const acts: (() => Promise<unknown>)[] = [
        async () => castVote(store, { paper: chance.pick(await pks()), voter: chance.below(50), at: 1 }),
        async () => withdrawVote(store, { paper: chance.pick(await pks()), voter: chance.below(50) }),
        () => countGiven(store),
        () => countGiven(store),
        () => takeIn(store, [record(chance.below(30))], new Set()),
        () => takeIn(store, [record(30 + chance.below(30)), record(chance.below(30))], new Set()),
        async () => {
          while (await indexer.step());
          index.refresh();
        },
        () =>
          mergePapers(
            store,
            parseIdentifier(id(chance.below(24)))!,
            parseIdentifier(id(chance.below(24)))!,
          ).catch(() => {}),
        () => splitPaper(store, parseIdentifier(id(chance.below(24)))!, []).catch(() => {}),
        () =>
          adoptRules(store, readConfig({ EDITION_CATEGORIES: chance.pick(['', 'cs.CL']), EDITION_CAP: '4' })),
        () => turnEditions(store, turn, NOON, '2026-06-24'),
      ];

      let held = 0;
      for (let step = 0; step < 25; step++) {
        const noted = await Promise.all(
          questions(catalogue, first).map(async (_, which) => {
            const at = await topics.settled();
            const consultation = new Consultation(answers, topics, at, 0);
            const library = consult(catalogue, consultation);
            const answer = await questions(library, first)[which]!();
            return { which, consultation, text: plain(answer) };
          }),
        );
        await chance.pick(acts)();
        await topics.settled();
        for (const { which, consultation, text } of noted) {
          const holds = consultation.holds();
          const again = plain(await questions(newCatalogue(), first)[which]!());
          if (holds) expect([step, which, text]).toEqual([step, which, again]);
          else if (await consultation.confirm()) expect([step, which, text]).toEqual([step, which, again]);
          if (holds) held++;
        }
      }
      // Otherwise nothing has been seen.
      expect(held).toBeGreaterThan(100);
      await topics.stop();
      index.close();
      await indexer.close();
    },
    120_000,
  );

  it('a restore of another collection is noticed, though keys and change numbers are the same', async () => {
    const paper = (title: string): PaperRecord => ({
      source: 'arxiv',
      identifiers: [{ scheme: 'arxiv', value: id(1) }],
      title,
      authors: ['Ada Lovelace'],
      listed: '2026-06-25',
    });
    const other = await fresh();
    const theirs = await other.open();
    await takeIn(theirs, [paper('Theirs')], new Set());
    const file = join(database.env.DATA_DIR, 'theirs.jsonl.gz');
    await backUp(theirs, file);
    await theirs.close();
    await other.remove();

    await takeIn(store, [paper('Ours')], new Set());
    const index = openIndex(indexFolder(database.env.DATA_DIR));
    const topics = await followTopics({ store, index });
    const catalogue = new Catalogue({ store, index, turn, now: () => NOON });
    const consultation = new Consultation(new Answers(topics), topics, await topics.settled(), 0);
    const edition = () => consult(catalogue, consultation).edition({ kind: 'day', value: '2026-06-25' }, 1);
    expect((await edition())?.papers[0]?.title).toBe('Ours');
    await restore(store, file, { replace: true });
    await topics.settled();
    expect([consultation.holds(), await consultation.confirm()]).toEqual([false, false]);
    expect((await edition())?.papers[0]?.title).toBe('Theirs');
    await topics.stop();
  });

  it('a vote moves its paper and its day, and nothing of other days', async () => {
    const record = (number: number, listed: string): PaperRecord => ({
      source: 'arxiv',
      identifiers: [{ scheme: 'arxiv', value: id(number) }],
      title: `Part ${number} of a study`,
      authors: ['Ada Lovelace'],
      published: listed,
      listed,
    });
    await takeIn(store, [record(1, '2026-06-25'), record(2, '2026-06-26')], new Set());
    const index = openIndex(indexFolder(database.env.DATA_DIR));
    const topics = await followTopics({ store, index });
    const [one, other] = (await store.read.selectFrom('papers').select('pk').orderBy('id').execute()).map(
      ({ pk }) => pk,
    ) as [number, number];
    const before = await topics.settled();
    await castVote(store, { paper: one, voter: 1, at: 1 });
    await countGiven(store);
    await topics.settled();
    const moved = (
      [`paper:${one}`, `paper:${other}`, 'day:2026-06-25', 'day:2026-06-26', 'papers', 'counts'] as const
    ).filter((topic) => topics.movedSince(topic, before));
    expect(moved).toEqual([`paper:${one}`, 'day:2026-06-25', 'counts']);
    await topics.stop();
  });

  // PostgreSQL announces changes.
  const onSqlite = kind === 'SQLite' ? it : () => {};
  onSqlite('a change is seen by whatever asks in the next turn of the event loop', async () => {
    const index = openIndex(indexFolder(database.env.DATA_DIR));
    const topics = await followTopics({ store, index });
    for (let i = 1; i <= 20; i++) {
      const before = topics.look()!;
      await takeIn(
        store,
        [{ source: 'arxiv', identifiers: [{ scheme: 'arxiv', value: id(i) }], title: `Part ${i}` }],
        new Set(),
      );
      await new Promise((resolve) => setImmediate(resolve));
      expect(topics.look()).toBeGreaterThan(before);
    }
    await topics.stop();
  });
});

/** What of an answer a page may show. */
const plain = (answer: unknown): string =>
  JSON.stringify(answer, (key, part) =>
    key === 'asOf' || key === 'score' ? undefined : part instanceof Map ? [...part] : part,
  ) ?? '';

describe('the times of topics', () => {
  it('are forgotten in the direction of having moved', () => {
    const times = new TopicTimes();
    const start = times.tick;
    for (let i = 0; i < 120_000; i++) {
      times.next();
      times.move(`paper:${i}`);
      times.moveRank(i, i + 1);
    }
    expect(times.movedSince('paper:119999', start)).toBe(true);
    expect(times.movedSince('paper:119999', times.tick)).toBe(false);
    expect(times.movedSince('paper:5', start)).toBe(true);
    // Nobody knows any more when this one moved.
    expect(times.movedSince('paper:7', times.tick - 100_000)).toBe(true);
    expect(times.movedSince('paper:7', times.tick)).toBe(false);
    expect(times.movedSince({ key: 5, above: false }, start)).toBe(true);
    expect(times.movedSince({ key: 5, above: false }, times.tick - 3)).toBe(false);
    expect(times.movedSince({ key: 119_998.5, above: false }, times.tick - 3)).toBe(true);
  });

  it('tell who is overtaken from who is not', () => {
    const times = new TopicTimes();
    const start = times.tick;
    times.next();
    times.moveRank(10, 20);
    const at = (key: number, above: boolean) => times.movedSince({ key, above }, start);
    expect([at(5, false), at(10, false), at(15, false), at(20, false), at(25, false)]).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([at(5, true), at(15, true), at(25, true)]).toEqual([true, true, false]);
  });
});
