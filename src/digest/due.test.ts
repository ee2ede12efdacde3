import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { dueAfter, queueDue } from './due.ts';
import { type Subscribers, subscribersIn, usualChoices } from './subscribers.ts';
import { hashOfEmail } from './suppressed.ts';
import { composing, wanted } from './testing.fixture.ts';
import type { Choices, ListRef, Section } from './types.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-11-25T12:00:00Z');
/** The first mail of somebody who subscribes then, in Berlin. */
const FIRST = Date.parse('2026-11-26T06:00:00Z');
const CONFIG = readConfig({ PUBLIC_URL: 'https://papers.example' });

onBoth((kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  let people: Subscribers;
  let now = START;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
    now = START;
    people = subscribersIn({ store, config: CONFIG, now: () => now });
  });

  /** A confirmed subscriber. */
  async function subscribe(email: string, lists = [wanted('daily')], choices: Partial<Choices> = {}) {
    await people.signUp({
      email,
      lists,
      choices: { ...usualChoices('Europe/Berlin'), ...choices },
      origin: 'form',
    });
    const { token } = (await people.byEmail(email))!.subscriber;
    await people.confirm(token);
    return token;
  }
  const queue = (
    at: number,
    papers: (list: ListRef, period: string) => number[] | null = () => [1, 2, 3],
    opened = store,
  ) =>
    queueDue(
      {
        store: opened,
        config: CONFIG,
        compose: composing(papers),
        subject: (sections) => sections.map(({ papers: [first] }) => first?.title ?? 'Nothing').join(', '),
      },
      at,
    );
  const ledger = async () =>
    (await store.read.selectFrom('deliveries').selectAll().orderBy('due_at').orderBy('email').execute()).map(
      ({ state, due_at, sections, ...rest }) => ({
        ...{ state, due: new Date(due_at).toISOString().slice(0, 16) },
        papers: (JSON.parse(sections) as Section[]).map(({ papers }) => papers),
        rest,
      }),
    );
  const short = async () => (await ledger()).map(({ state, due, papers }) => [state, due, papers]);

  it('queues a mail when it is due, once', async () => {
    await subscribe('ada@example.org');
    expect([await queue(FIRST - 1), await ledger()]).toEqual([0, []]);
    expect([await queue(FIRST + 5), await queue(FIRST + 5), await queue(FIRST + 900_000)]).toEqual([1, 0, 0]);
    const [one, ...more] = await ledger();
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      state: 'queued',
      due: '2026-11-26T06:00',
      papers: [[1, 2, 3]],
      rest: {
        email: 'ada@example.org',
        domain: 'example.org',
        composed_at: FIRST + 5,
        next_at: FIRST + 5,
        ended_at: null,
        subject: 'Paper 1',
        tries: 0,
      },
    });
    expect(one!.rest.message_id).toBe(`${one!.rest.id}@papers.example`);
    expect(await store.read.selectFrom('delivered_issues').selectAll().execute()).toEqual([
      { issue: 'daily::2026-11-25', subscriber: one!.rest.subscriber, delivery: one!.rest.id, place: 0 },
    ]);
    expect((await people.byEmail('ada@example.org'))!.subscriber.nextDue).toBe(FIRST + DAY);
  });

  it('sends all lists of a person in one mail, and no paper twice', async () => {
    await subscribe('ada@example.org', [wanted('daily'), wanted('search', 'q=x'), wanted('weekly')]);
    const papers = ({ list }: ListRef, period: string) =>
      list === 'daily' ? [Number(period.slice(8)), 100] : list === 'search' ? [100, 7] : [25, 26, 1000];
    for (let day = 0; day < 5; day++) await queue(FIRST + day * DAY, papers);
    expect(await short()).toEqual([
      ['queued', '2026-11-26T06:00', [[25, 100], [7]]],
      ['queued', '2026-11-27T06:00', [[26]]],
      ['queued', '2026-11-28T06:00', [[27]]],
      ['queued', '2026-11-29T06:00', [[28]]],
      ['queued', '2026-11-30T06:00', [[29], [1000]]],
    ]);
    expect((await ledger())[4]!.rest.subject).toBe('Paper 29, Paper 1000');
  });

  it('counts only papers as received that may have arrived', async () => {
    await subscribe('ada@example.org');
    for (const [day, state] of ['failed', 'cancelled', 'uncertain', 'sent', 'quiet'].entries()) {
      await queue(FIRST + day * DAY);
      if (day < 4)
        await store.write.updateTable('deliveries').set({ state }).where('state', '=', 'queued').execute();
    }
    expect((await short()).map(([state, , papers]) => [state, papers])).toEqual([
      ['failed', [[1, 2, 3]]],
      ['cancelled', [[1, 2, 3]]],
      ['uncertain', [[1, 2, 3]]],
      ['quiet', []],
      ['quiet', []],
    ]);
  });

  it('says that a day was quiet, or is silent, as chosen', async () => {
    await subscribe('ada@example.org', undefined, { quiet: 'say' });
    await subscribe('bob@example.org', undefined, { quiet: 'silent' });
    await queue(FIRST, () => []);
    expect(
      (await ledger()).map(({ state, papers, rest }) => [state, papers, rest.subject, rest.reason]),
    ).toEqual([
      ['queued', [[]], 'Nothing', null],
      ['quiet', [], '', 'There was nothing new for you.'],
    ]);
  });

  it('sends nothing to an address that gets no mail, and says why', async () => {
    await subscribe('ada@example.org');
    const row = { hash: hashOfEmail('ada@example.org'), email: null, reason: 'complaint', detail: '', at: 0 };
    await store.write.insertInto('suppressions').values(row).execute();
    await queue(FIRST);
    expect((await ledger()).map(({ state, rest }) => [state, rest.reason])).toEqual([
      ['suppressed', 'complaint'],
    ]);
    expect((await people.byEmail('ada@example.org'))!.subscriber.nextDue).toBe(FIRST + DAY);
  });

  it('waits for an issue that cannot be composed yet, and goes on without a list that is gone', async () => {
    const choices = { minute: 3 * 60 + 30 };
    // In winter, editions close at 03:30 in Berlin.
    await subscribe('ada@example.org', [wanted('daily'), wanted('author', 'ada')], choices);
    const at = Date.parse('2026-11-26T02:30:00Z');
    const papers = ({ list }: ListRef) => (list === 'author' ? null : [1]);
    expect(await queue(at + 60_000, papers)).toBe(0);
    // Whoever comes after them does not have to wait.
    now = at - DAY + 1;
    await subscribe('bob@example.org', undefined, choices);
    expect(await queue(at + 120_000, papers)).toBe(1);
    expect(await queue(at + 2 * 3_600_000, papers)).toBe(1);
    expect(await short()).toEqual([
      ['queued', '2026-11-26T02:30', [[1]]],
      ['queued', '2026-11-26T02:30', [[1]]],
    ]);
  });

  it('holds nobody else up where an issue cannot be composed, and tries again', async () => {
    await subscribe('ada@example.org', [wanted('search', 'q=x')]);
    await subscribe('bob@example.org');
    const failed: string[] = [];
    const options = {
      ...{ store, config: CONFIG, subject: () => 'Papers' },
      failed: ({ message }: Error) => failed.push(message),
    };
    const compose = composing(() => [1]);
    const behind: typeof compose = async (list, period) => {
      if (list.list === 'search') throw new Error('the index is behind');
      return compose(list, period);
    };
    for (let i = 0; i < 2; i++) await queueDue({ ...options, compose: behind }, FIRST + 5 * DAY + i);
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set((await ledger()).map(({ rest }) => rest.email))).toEqual(new Set(['bob@example.org']));
    expect(await queueDue({ ...options, compose }, FIRST + 5 * DAY + 3)).toBe(1);
  });

  it('sends what is still of use after the site was down, and records the rest as missed', async () => {
    await subscribe('ada@example.org');
    await queue(FIRST + 4 * DAY + 7 * 3_600_000, (_, period) => [Number(period.slice(8))]);
    expect(await short()).toEqual([
      ['missed', '2026-11-26T06:00', []],
      ['missed', '2026-11-27T06:00', []],
      ['missed', '2026-11-28T06:00', []],
      ['queued', '2026-11-30T06:00', [[28], [29]]],
    ]);
  });

  it('goes on if the clock is put back, and holds nobody else up', async () => {
    const token = await subscribe('ada@example.org');
    await queue(FIRST);
    now = START;
    await people.add(token, [wanted('search', 'q=x')]);
    expect((await people.find(token))!.subscriber.nextDue).toBe(FIRST);
    await subscribe('bob@example.org');
    expect(await queue(FIRST, ({ list }) => (list === 'daily' ? [1, 2, 3] : [3, 4]))).toBe(2);
    expect((await short()).map(([, due, papers]) => [due, papers])).toEqual([
      ['2026-11-26T06:00', [[1, 2, 3]]],
      ['2026-11-26T06:00', [[4]]],
      ['2026-11-26T06:00', [[1, 2, 3]]],
    ]);
  });

  it('leaves out an issue that somebody was sent by hand', async () => {
    await subscribe('ada@example.org');
    const { id } = (await people.byEmail('ada@example.org'))!.subscriber;
    const row = { issue: 'daily::2026-11-25', subscriber: id, delivery: 'by hand', place: 0 };
    await store.write.insertInto('delivered_issues').values(row).execute();
    await queue(FIRST);
    expect(await short()).toEqual([['quiet', '2026-11-26T06:00', []]]);
  });

  it('respects what changes while issues are composed', async () => {
    const tokens = [
      await subscribe('ada@example.org'),
      await subscribe('bob@example.org'),
      await subscribe('c@c.example'),
    ];
    now = FIRST + 1;
    const compose = composing(() => [1]);
    let isFirst = true;
    const served = await queueDue(
      {
        ...{ store, config: CONFIG, subject: () => 'Papers' },
        async compose(list, period) {
          if (isFirst) {
            isFirst = false;
            await people.unsubscribe(tokens[0]!);
            await people.remove(tokens[1]!);
            await people.choose(tokens[2]!, { mostPapers: 5 });
            // As if it were still due.
            await store.write
              .updateTable('subscribers')
              .set({ next_due: FIRST })
              .where('email', '=', 'c@c.example')
              .execute();
          }
          return compose(list, period);
        },
      },
      now,
    );
    expect([served, (await ledger()).map(({ rest }) => rest.email)]).toEqual([1, ['c@c.example']]);
  });

  const many = async (count: number, due: number) => {
    const ids = Array.from({ length: count }, (_, i) => i + 1);
    await store.write.transaction().execute(async (tx) => {
      await insertMany(
        tx,
        'subscribers',
        [
          ...(['id', 'email', 'state', 'token', 'time_zone', 'days', 'minute', 'least_votes'] as const),
          ...(['most_papers', 'without', 'again', 'quiet', 'origin', 'origin_at', 'created_at'] as const),
          'next_due',
        ],
        ids.map((i) => [
          ...[i, `p${i}@example.org`, 'confirmed', `token ${i}`, 'Europe/Berlin', 127, 420, 0],
          ...[10, '[]', 0, 'silent', 'test', 0, 0],
          // A few are due.
          i % 100 === 0 || count < 1000 ? due : due + i * DAY,
        ]),
      );
      await insertMany(
        tx,
        'subscriptions',
        ['id', 'subscriber', 'list', 'subject', 'name', 'cadence', 'created_at', 'through'],
        ids.map((i) => [`s${i}`, i, 'daily', '', '', 'daily', 0, '2026-11-24']),
      );
    });
  };

  it('queues each mail once, with several workers that are killed', async () => {
    await many(900, FIRST);
    const env = { ...process.env, ...database.env, PUBLIC_URL: 'https://papers.example' };
    for (let kill = 0; kill < 4; kill++) {
      const script = join(import.meta.dirname, 'due.fixture.ts');
      const pair = [0, 1].map(() => spawn(process.execPath, [script, String(FIRST)], { env }));
      const ended = pair.map((child) => once(child, 'close'));
      await Promise.all(
        pair.map(async (child, i) => {
          for await (const _ of createInterface({ input: child.stdout })) {
            // At any point of the first round, or later.
            await new Promise((resolve) => setTimeout(resolve, 7 * kill + 3 * i));
            child.kill('SIGKILL');
          }
        }),
      );
      await Promise.all(ended);
    }
    const other = await database.open();
    await Promise.all([store, other, store, other].map((one) => queue(FIRST, undefined, one)));
    await other.close();
    const rows = await store.read.selectFrom('deliveries').select(['subscriber', 'state']).execute();
    expect([rows.length, new Set(rows.map(({ subscriber }) => subscriber)).size]).toEqual([900, 900]);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['queued']));
    const issues = await store.read.selectFrom('delivered_issues').select('subscriber').execute();
    expect(issues).toHaveLength(900);
    expect(await dueAfter(store.read, { next_due: 0, id: -1 }, FIRST)).toEqual([]);
  });

  describe('who is due', () => {
    it('is found by the index', async () => {
      await many(20_000, FIRST);
      if (kind === 'PostgreSQL') await sql`ANALYZE subscribers`.execute(store.write);
      const after = { next_due: FIRST, id: 300 };
      expect((await dueAfter(store.read, after, FIRST)).slice(0, 2).map(({ id }) => id)).toEqual([400, 500]);
      const explain = kind === 'SQLite' ? sql`EXPLAIN QUERY PLAN` : sql`EXPLAIN`;
      const { rows } = await sql<Record<string, unknown>>`${explain} SELECT * FROM subscribers
        WHERE next_due <= ${sql.lit(FIRST)} AND (next_due, id) > (${sql.lit(FIRST)}, 300)
        ORDER BY next_due, id LIMIT 100`.execute(store.read);
      const plan = rows.map((row) => row.detail ?? row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/using (index )?subscribers_due/i);
      expect(plan).not.toMatch(/sort|b-tree|seq scan|^scan/im);
    });
  });
});
