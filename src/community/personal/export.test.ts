/** Everything held of an account is in its export, and gone with it. */
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import type { Store } from '../../store/open.ts';
import type { Schema } from '../../store/schema.ts';
import { deleteAccount } from '../accounts.ts';
import { begin } from '../begin.fixture.ts';
import { communityChange } from '../change.ts';
import { editComment, react, writeComment } from '../comments.ts';
import { flag } from '../flags.ts';
import { addPictures } from '../pictures.ts';
import { openSession } from '../sessions.ts';
import { makeLink } from '../sign-ins.ts';
import { createToken } from '../tokens.ts';
import { castVote } from '../votes.ts';
import { addCollection, savePaper } from './collections.ts';
import { ACCOUNT_COLUMNS, exportAccount, HELD, OF_OTHERS } from './export.ts';
import { follow } from './follows.ts';
import { markPaper } from './marks.ts';
import { chooseNotices, notify, watchPaper } from './notices.ts';

const NOW = 1_800_000_000_000;

onBoth((kind, fresh) => {
  let store: Store;
  let paper: number;
  let ada: number;
  let eve: number;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  beforeEach(async () => {
    ({ paper, ada, eve } = await begin(store, 1));
  });

  /** Every column of the database that names an account, as `table.column`. */
  async function accountColumns(): Promise<string[]> {
    const { rows } = await (kind === 'SQLite'
      ? sql<{ table: string; column: string }>`
          SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table'`
      : sql<{ table: string; column: string }>`
          SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
          WHERE table_schema = current_schema()`
    ).execute(store.read);
    return rows
      .filter(({ column }) => ACCOUNT_COLUMNS.includes(column))
      .map(({ table, column }) => `${table}.${column}`)
      .sort();
  }

  it('no table with a column for an account is left out', async () => {
    const known = [
      ...HELD.filter(({ table }) => table !== 'accounts').map(({ table, column }) => `${table}.${column}`),
      ...OF_OTHERS,
    ].sort();
    // A new one belongs into HELD or OF_OTHERS (export.ts), and into what deleting an account deletes.
    expect(await accountColumns()).toEqual(known);
  });

  /** Has an account do one of everything. @returns secrets that nobody is ever given again */
  async function live(account: number, other: number): Promise<string[]> {
    const session = await openSession(store, account, 'A browser', NOW);
    const link = await makeLink(store, { account }, NOW);
    const { token } = await createToken(store, account, { name: 'a script', scopes: ['read'] }, NOW);
    await castVote(store, { paper, voter: account, at: NOW });
    const id = await writeComment(store, {
      paper,
      author: account,
      text: 'First draft.',
      formKey: 'k',
      at: NOW,
    });
    await editComment(store, id, { text: 'Second draft.', at: NOW + 1 });
    await react(store, { comment: id, account, kind: 'agree', isOn: true, at: NOW });
    const list = await addCollection(store, account, { name: `List of ${account}` }, NOW);
    await savePaper(store, account, { paper, collection: list, note: 'A note.' }, NOW);
    await markPaper(store, account, { paper, mark: 'read', isOn: true }, NOW);
    await follow(store, account, { kind: 'person', subject: String(other), name: 'Other' }, NOW);
    await chooseNotices(store, account, { reply: 'off' });
    await communityChange(store, async ({ tx }) => {
      await watchPaper(tx, { paper, account, why: 'claimed', at: NOW });
      const event = { kind: 'paper' as const, cause: `c${account}`, actor: other, at: NOW };
      await notify(tx, [account], event);
      await tx
        .insertInto('notice_mail')
        .values({ account, token: `secret-${account}`, mailed_at: NOW })
        .execute();
    });
    const own = { account, at: NOW };
    const { write } = store;
    await write
      .insertInto('submissions')
      .values({ ...own, id: `s${account}`, paper, day: null })
      .execute();
    await write
      .insertInto('submission_drafts')
      .values({ ...own, id: `d${account}`, record: '{}' })
      .execute();
    await communityChange(store, (change) =>
      addPictures(change, {
        ...{ paper, account, at: NOW },
        pictures: [{ webp: Buffer.from('x'), width: 1, height: 1, alt: 'A dot' }],
      }),
    );
    await write.insertInto('invited_submitters').values(own).execute();
    const used = { created_at: NOW, used_at: NOW };
    await write
      .insertInto('identities')
      .values({ account, issuer: 'https://login.example.org', subject: `${account}`, email: null, ...used })
      .execute();
    await write
      .insertInto('passkeys')
      .values({
        ...{ account, id: `p${account}`, name: 'A key', public_key: `public-${account}` },
        ...{ counter: 0, transports: '[]', ...used },
      })
      .execute();
    await write
      .insertInto('passwords')
      .values({ account, hash: `hash-${account}`, changed_at: NOW })
      .execute();
    await write
      .insertInto('authorships')
      .values({
        ...{ ...own, id: `a${account}`, paper, author: `author-${account}` },
        ...{ state: 'asked', how: 'request', evidence: '', decided: null },
      })
      .execute();
    await write
      .insertInto('own_summaries')
      .values({ ...own, paper: paper + account })
      .execute();
    await flag(store, { subject: `paper ${paper}`, account, reason: 'spam', at: NOW });
    await write
      .insertInto('organisation_members')
      .values({ ...own, organisation: account, role: 'member' })
      .execute();
    await write
      .insertInto('vote_networks')
      .values({ voter: account, paper, network: `network-${account}`, at: NOW })
      .execute();
    await write
      .insertInto('subscribers')
      .values({
        ...{
          id: account,
          account,
          email: `${account}@example.org`,
          token: `manage-${account}`,
          state: 'confirmed',
        },
        ...{
          time_zone: 'UTC',
          days: 127,
          minute: 420,
          least_votes: 0,
          most_papers: 10,
          without: '[]',
          again: 0,
        },
        ...{ quiet: 'silent', origin: 'account', origin_at: NOW, created_at: NOW, confirmed_at: NOW },
        ...{ asked_at: null, next_due: null },
      })
      .execute();
    return [
      ...[
        session,
        link,
        token,
        `manage-${account}`,
        `secret-${account}`,
        `public-${account}`,
        `hash-${account}`,
      ],
      `network-${account}`,
    ];
  }

  it('an export has everything about one account and nothing about another, without secrets', async () => {
    const secrets = [...(await live(ada, eve)), ...(await live(eve, ada))];
    const data = (await exportAccount(store.read, ada)) as Record<string, Record<string, unknown>[]>;
    for (const { table } of HELD.filter((one) => one.table !== 'moderation_log'))
      expect(data[table], table).not.toEqual([]);
    expect(data.comments).toMatchObject([{ text: 'Second draft.', paper: '2606.00001' }]);
    expect(data.comment_versions).toMatchObject([{ text: 'First draft.' }]);
    expect(data.votes).toMatchObject([{ paper: '2606.00001', time: NOW }]);
    const text = JSON.stringify(data);
    for (const secret of secrets) expect(text).not.toContain(secret);
    const hashes = await store.read.selectFrom('sessions').select('hash').execute();
    for (const { hash } of hashes) expect(text).not.toContain(hash);
    expect(text).not.toContain(`List of ${eve}`);
  });

  it('a deleted account is left in no column of any table, except for moderators’ actions', async () => {
    await live(ada, eve);
    await live(eve, ada);
    await deleteAccount(store, ada);
    for (const place of await accountColumns()) {
      // The name of an author.
      if (place === 'authorships.author') continue;
      const [table, column] = place.split('.') as [keyof Schema, string];
      const rows = await store.read
        .selectFrom(table as 'votes')
        .selectAll()
        .where(column as 'voter', '=', ada)
        .execute();
      expect(rows, place).toEqual([]);
    }
    expect(
      await store.read.selectFrom('follows').selectAll().where('subject', '=', String(ada)).execute(),
    ).toEqual([]);
    expect((await exportAccount(store.read, eve)).collections).toHaveLength(1);
  });
});
