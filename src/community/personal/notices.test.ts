/** Notifications and their mail, on both databases. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../../test/databases.ts';
import { unsentMail } from '../../mail/outbox.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import type { Store } from '../../store/open.ts';
import { mailNotices } from '../../worker/notice-mail.ts';
import { createAccount, deleteAccount } from '../accounts.ts';
import { begin, RECORD } from '../begin.fixture.ts';
import { communityChange } from '../change.ts';
import { deleteComment, editComment, setCommentState, writeComment } from '../comments.ts';
import { savePaper } from './collections.ts';
import {
  type Choice,
  chooseNotices,
  deleteNotices,
  endMail,
  noticesOf,
  notify,
  seeNotices,
  unseenCount,
  watchPaper,
} from './notices.ts';
import { noticeVersions } from './versions.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const START = 1_800_000_000_000;
const SITE = { PUBLIC_URL: 'https://papers.example', SITE_NAME: 'Papers' };
/** As the renderer writes it. */
const at = (name: string) => `<p><a href="/u/${name}" class="mention">@${name}</a></p>`;

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  let paper: number;
  let ada: number;
  let eve: number;

  eachTime(fresh, (opened, from) => {
    store = opened;
    database = from;
  });
  beforeEach(async () => {
    ({ paper, ada, eve } = await begin(store, START - 10 * DAY));
  });

  const write = (author: number, more: { parent?: string; html?: string } = {}, time = START) =>
    writeComment(store, { paper, author, text: `By ${author} at ${time}.`, at: time, ...more });
  const kinds = async (account: number) =>
    (await noticesOf(store.read, account, { limit: 50 })).map(({ kind }) => kind);
  const verified = (account: number, email: string) =>
    store.write.updateTable('accounts').set({ email, email_verified: 1 }).where('id', '=', account).execute();

  it('a reply, a mention and a comment on one’s paper are each heard of once, and not by who wrote it', async () => {
    const bob = (await createAccount(store, { displayName: 'Bob' }, 1)).id;
    await communityChange(store, ({ tx }) =>
      watchPaper(tx, { paper, account: bob, why: 'submitted', at: 1 }),
    );
    const first = await write(ada);
    expect(await kinds(bob)).toEqual(['paper']);
    // A reply that mentions its reader as well, and the submitter, and its own author.
    const reply = await write(eve, { parent: first, html: at('ada') + at('bob') + at('eve') }, START + 1);
    expect(await kinds(ada)).toEqual(['reply']);
    expect(await kinds(bob)).toEqual(['mention', 'paper']);
    expect(await kinds(eve)).toEqual([]);
    await write(ada, { parent: first, html: at('nobody') });
    expect(await kinds(ada)).toEqual(['reply']);
    expect(await unseenCount(store.read, bob)).toBe(3);
    expect(await noticesOf(store.read, ada, { limit: 9 })).toMatchObject([
      { paper, comment: reply, actor: { name: 'eve', displayName: 'Eve' }, isSeen: false },
    ]);
    await seeNotices(store, bob, START + 2);
    expect(await unseenCount(store.read, bob)).toBe(0);
  });

  it('an edit notifies who is mentioned only now; what is hidden or deleted is gone from the list', async () => {
    const bob = (await createAccount(store, { displayName: 'Bob' }, 1)).id;
    const id = await write(eve, { html: at('ada') });
    await deleteNotices(store, ada);
    await editComment(store, id, {
      text: 'Edited.',
      html: at('ada') + at('bob'),
      author: eve,
      at: START + 1,
    });
    expect(await kinds(ada)).toEqual([]);
    expect(await kinds(bob)).toEqual(['mention']);
    await setCommentState(store, id, 'hidden');
    expect(await kinds(bob)).toEqual([]);
    expect(await unseenCount(store.read, bob)).toBe(0);
    await setCommentState(store, id, 'shown');
    expect(await kinds(bob)).toEqual(['mention']);
    await deleteComment(store, id, eve);
    expect(await store.read.selectFrom('notices').selectAll().execute()).toEqual([]);
  });

  it('a comment that is held for review is heard of once it has been approved', async () => {
    const first = await write(ada);
    const held = await writeComment(store, {
      ...{ paper, author: eve, parent: first, text: 'My first.', html: at('ada'), at: START },
      reviewsFirst: true,
    });
    expect(await kinds(ada)).toEqual([]);
    await setCommentState(store, held, 'shown');
    expect(await kinds(ada)).toEqual(['reply']);
    await setCommentState(store, held, 'hidden');
    await setCommentState(store, held, 'shown');
    expect(await unseenCount(store.read, ada)).toBe(1);
  });

  it('each kind goes where its reader wants it', async () => {
    await verified(ada, 'ada@example.org');
    const outcome = async (choice: Choice) => {
      await chooseNotices(store, ada, { mention: choice });
      await deleteNotices(store, ada);
      await write(eve, { html: at('ada') });
      const [row] = await store.read.selectFrom('notices').select('mailed_at').execute();
      return row === undefined ? 'off' : row.mailed_at === null ? 'mail' : 'site';
    };
    for (const choice of ['off', 'site', 'mail'] as const) expect(await outcome(choice)).toBe(choice);
  });

  it('a new version of a saved paper is heard of once, by every reader who saved the one before', async () => {
    const arrive = (version: number) =>
      takeIn(store, [{ ...RECORD, identifiers: [{ ...RECORD.identifiers[0]!, version }] }], new Set());
    await savePaper(store, eve, { paper }, START);
    // Which version was saved is not known: this may be the one.
    await arrive(1);
    const look = async () => noticeVersions(store, await store.seq(), START);
    await look();
    expect(await kinds(eve)).toEqual([]);
    await savePaper(store, ada, { paper }, START);
    await arrive(3);
    await Promise.all([look(), look(), look()]);
    for (const reader of [ada, eve])
      expect(await noticesOf(store.read, reader, { limit: 9 })).toMatchObject([
        { kind: 'version', paper, detail: 'v3' },
      ]);
    await arrive(2);
    await look();
    expect(await kinds(ada)).toEqual(['version']);
    // Nothing is written while nothing changes.
    const readOnly = Object.create(store, { write: { get: () => expect.unreachable('a quiet site') } });
    await noticeVersions(readOnly, await store.seq(), START);
  });

  describe('mail', () => {
    beforeEach(() => verified(ada, 'ada@example.org'));

    it('is sent at most once an hour with everything since, in one conversation a paper', async () => {
      const first = await write(ada);
      await write(eve, { parent: first });
      expect(await mailNotices(store, { ...SITE, PUBLIC_URL: null }, START)).toBe(0);
      expect(await mailNotices(store, SITE, START)).toBe(1);
      const [one] = await unsentMail(store);
      expect(one!.mail).toMatchObject({
        to: 'ada@example.org',
        subject: `Papers: Eve replied to your comment on “${RECORD.title}”`,
      });
      expect(one!.mail.text).toContain(`> By ${eve} at ${START}.`);
      expect(one!.mail.text).toContain('https://papers.example/comments/');
      for (const minute of [1, 20, 59]) {
        await write(eve, { parent: first }, START + minute * 60_000);
        expect(await mailNotices(store, SITE, START + minute * 60_000)).toBe(0);
      }
      expect(await mailNotices(store, SITE, START + HOUR)).toBe(1);
      const [, two] = await unsentMail(store);
      expect(two!.mail.subject).toBe(`Papers: 3 notifications on “${RECORD.title}”`);
      const headers = [one!, two!].map(({ mail }) => mail.headers!);
      expect(headers[0]!.References).toBe(headers[1]!.References);
      expect(headers[0]).toMatchObject({
        'In-Reply-To': `<notices.${ada}.paper-${paper}@papers.example>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      });
      expect(await mailNotices(store, SITE, START + 3 * HOUR)).toBe(0);
    });

    it('is not sent of what has been seen, to who has no verified address, or a week later', async () => {
      await write(eve, { html: at('ada') });
      await seeNotices(store, ada, START + 1);
      expect(await mailNotices(store, SITE, START + 2)).toBe(0);
      await write(ada, { html: at('eve') });
      expect(await mailNotices(store, SITE, START + 2)).toBe(0);
      await write(eve, { html: at('ada') });
      expect(await mailNotices(store, SITE, START + 8 * DAY)).toBe(0);
      expect(
        await store.read.selectFrom('notices').select('id').where('mailed_at', 'is', null).execute(),
      ).toEqual([]);
      expect(await unsentMail(store)).toEqual([]);
    });

    it('ends with the token in it, for all kinds, and an account that is deleted gets none', async () => {
      await write(eve, { html: at('ada') });
      await mailNotices(store, SITE, START);
      const [{ mail }] = (await unsentMail(store)) as [Awaited<ReturnType<typeof unsentMail>>[number]];
      const token = /unsubscribe\/([\w-]+)>/.exec(mail.headers!['List-Unsubscribe']!)![1]!;
      expect(await endMail(store, `${token}x`)).toBe(false);
      await write(eve, { html: at('ada') }, START + HOUR);
      expect(await endMail(store, token)).toBe(true);
      await write(eve, { html: at('ada') }, START + 2 * HOUR);
      expect(await mailNotices(store, SITE, START + 3 * HOUR)).toBe(0);
      expect(await unseenCount(store.read, ada)).toBe(3);
      await deleteAccount(store, ada);
      expect(await endMail(store, token)).toBe(false);
    });

    it('has each notification exactly once, with two workers that are killed again and again', async () => {
      const readers = 30;
      await communityChange(store, async ({ tx }) => {
        for (let i = 0; i < readers; i++) {
          const id = 1000 + i;
          await tx
            .insertInto('accounts')
            .values({
              ...{ id, name: `reader-${i}`, display_name: `Reader ${i}`, email: `reader${i}@example.org` },
              ...{ email_verified: 1, role: 'member', state: 'active', shows_votes: 1, created_at: 1 },
            })
            .execute();
          for (const part of ['first', 'second'])
            await notify(tx, [id], {
              kind: 'paper',
              cause: `${part} ${id}`,
              detail: `${part} for ${id}.`,
              at: START,
            });
        }
      });
      const worker = () =>
        spawn(process.execPath, [join(import.meta.dirname, 'notices.fixture.ts'), String(START)], {
          env: { ...process.env, ...database.env },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
      // Each kill comes when the worker has got somewhere.
      for (let round = 0; round < 2; round++) {
        const two = [worker(), worker()];
        await Promise.race(two.map(({ stdout }) => once(stdout!, 'data')));
        for (const one of two) one.kill('SIGKILL');
        await Promise.all(two.map(async (one) => one.exitCode ?? one.signalCode ?? once(one, 'exit')));
      }
      while ((await mailNotices(store, SITE, START)) > 0);
      const mails = await unsentMail(store);
      const told = mails.flatMap(({ mail }) =>
        [...mail.text.matchAll(/(?:first|second) for \d+\./g)].map(([all]) => all),
      );
      expect(mails).toHaveLength(readers);
      expect(told).toHaveLength(2 * readers);
      expect(new Set(told).size).toBe(2 * readers);
    }, 60_000);
  });
});
