/** A database with something invented in every table, from which the fixtures of a version are made. */
import { sql } from 'kysely';
import { changeAccount, createAccount } from '../../src/community/accounts.ts';
import { editComment, react, writeComment } from '../../src/community/comments.ts';
import { flag } from '../../src/community/flags.ts';
import { addCollection, savePaper } from '../../src/community/personal/collections.ts';
import { follow } from '../../src/community/personal/follows.ts';
import { markPaper } from '../../src/community/personal/marks.ts';
import { chooseNotices } from '../../src/community/personal/notices.ts';
import { openSession } from '../../src/community/sessions.ts';
import { createToken } from '../../src/community/tokens.ts';
import { castVote } from '../../src/community/votes.ts';
import { composing } from '../../src/composing/compose.ts';
import { composeEditions } from '../../src/composing/editions.ts';
import { readConfig } from '../../src/config.ts';
import { queueDue } from '../../src/digest/due.ts';
import { subscribersIn, usualChoices } from '../../src/digest/subscribers.ts';
import { wanted } from '../../src/digest/testing.fixture.ts';
import { countGiven } from '../../src/papers/counting.ts';
import { closesAt } from '../../src/papers/days.ts';
import { takeIn } from '../../src/papers/intake/take-in.ts';
import { META, setMeta } from '../../src/store/meta.ts';
import type { Store } from '../../src/store/open.ts';
import type { Schema } from '../../src/store/schema.ts';
import { recordOf } from '../../src/testing/records.ts';

/** What a fixture contains, for the test that opens it. */
export interface Contents {
  /** Rows of some tables. */
  rows: Record<string, number>;
  /** An edition, a paper in it, a comment on that paper and an issue of the digest, as pages show them. */
  day: string;
  paper: string;
  title: string;
  comment: string;
  issue: string;
}

/** Tables whose rows nothing but people can bring or remove. */
const COUNTED = ['papers', 'records', 'accounts', 'votes', 'comments', 'subscribers', 'issues'] as const;
const DAY = '2026-06-26';
const TURN = { timezone: 'UTC', turn: '21:30' };

/** Fills an empty database. */
export async function fill(store: Store): Promise<Contents> {
  const at = closesAt(DAY, TURN);
  await setMeta(store.write, META.founded, '2026-06-01');
  await takeIn(
    store,
    Array.from({ length: 12 }, (_, i) =>
      recordOf(i + 1, { source: 'hf', listed: DAY, published: DAY, categories: ['cs.CL'] }),
    ),
    new Set(),
  );
  // What a second source says about some of them.
  await takeIn(
    store,
    Array.from({ length: 4 }, (_, i) => recordOf(i + 1, { source: 'arxiv', categories: ['cs.LG'] })),
    new Set(),
  );
  const papers = await store.read.selectFrom('papers').select(['pk', 'id', 'title']).orderBy('pk').execute();
  const { pk: paper, id, title } = papers[0]!;
  const ada = (await createAccount(store, { displayName: 'Ada Example', email: 'ada@example.org' }, at)).id;
  const eve = (await createAccount(store, { displayName: 'Eve Example' }, at)).id;
  await changeAccount(store, ada, { role: 'admin' }, { actor: null, reason: 'the first', at });
  for (const [voter, pks] of [
    [ada, [0, 1, 2]],
    [eve, [0, 3]],
  ] as const)
    for (const i of pks)
      await castVote(store, { paper: papers[i]!.pk, voter, at, network: `network-${voter}` });
  const comment = 'A first thought about $x^2$, edited once.';
  const first = await writeComment(store, { paper, author: ada, text: 'A first thought.', formKey: 'a', at });
  await editComment(store, first, { text: comment, at: at + 1 });
  await writeComment(store, { paper, author: eve, text: 'A reply.', parent: first, formKey: 'b', at });
  await react(store, { comment: first, account: eve, kind: 'agree', isOn: true, at });
  await flag(store, { subject: `paper ${papers[5]!.pk}`, account: eve, reason: 'spam', at });
  const list = await addCollection(store, ada, { name: 'To read' }, at);
  await savePaper(store, ada, { paper, collection: list, note: 'A note.' }, at);
  await markPaper(store, ada, { paper, mark: 'read', isOn: true }, at);
  await follow(store, ada, { kind: 'person', subject: String(eve), name: 'Eve Example' }, at);
  await chooseNotices(store, ada, { reply: 'off' });
  await openSession(store, ada, 'A browser', at);
  await createToken(store, ada, { name: 'a script', scopes: ['read'] }, at);
  await countGiven(store);

  let now = closesAt('2026-06-25', TURN);
  const config = readConfig({ PUBLIC_URL: 'https://papers.example', EDITION_TIMEZONE: 'UTC' });
  const people = subscribersIn({ store, config, now: () => now });
  const choices = usualChoices('UTC');
  await people.signUp({ email: 'ada@example.org', lists: [wanted('daily')], choices, origin: 'form' });
  await people.confirm((await people.byEmail('ada@example.org'))!.subscriber.token);
  now = closesAt('2026-06-27', TURN);
  const parts = composing({
    store,
    turn: TURN,
    now: () => now,
    lendIndex: () => Promise.reject(new Error('no index')),
  });
  await composeEditions(parts, store, TURN, now);
  await queueDue({ store, config, compose: parts.compose, subject: () => 'The daily edition' }, now);
  await fillEmptyTables(store);
  const rows: Record<string, number> = {};
  for (const table of COUNTED) rows[table] = await countOf(store, table);
  return { rows, day: DAY, paper: id, title, comment: 'A first thought about', issue: `daily-${DAY}` };
}

export async function countOf(store: Store, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(
    store.read,
  );
  return Number(rows[0]!.n);
}

/** Tables of housekeeping that a row of nonsense would stop. */
const LEFT_EMPTY = new Set(['closed_editions', 'decisions', 'tombstones', 'former_ids', 'moved_papers']);

/** One row in each table that has none: of its types, and otherwise meaningless. */
async function fillEmptyTables(store: Store): Promise<void> {
  const { rows } = await (store.dialect === 'sqlite'
    ? sql<{ table: string; column: string; type: string }>`
        SELECT m.name AS "table", c.name AS "column", c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' ORDER BY m.rowid, c.cid`
    : sql<{ table: string; column: string; type: string }>`
        SELECT table_name AS "table", column_name AS "column", data_type AS type FROM information_schema.columns
        WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`
  ).execute(store.write);
  for (const [table, columns] of Map.groupBy(rows, (row) => row.table)) {
    if (LEFT_EMPTY.has(table) || (await countOf(store, table)) > 0) continue;
    const row = Object.fromEntries(columns.map(({ column, type }) => [column, valueFor(column, type)]));
    await store.write
      .insertInto(table as keyof Schema)
      .values(row as never)
      .execute();
  }
}

function valueFor(column: string, type: string): string | number | Buffer {
  const kind = type.toLowerCase();
  if (kind === 'blob' || kind === 'bytea') return Buffer.from('x');
  if (kind === 'text') return column === 'day' ? DAY : '{}';
  return 1;
}
