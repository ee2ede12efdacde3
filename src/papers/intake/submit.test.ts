import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../../test/databases.ts';
import { createAccount, deleteAccount } from '../../community/accounts.ts';
import { followPapers, moveTo } from '../../community/papers.ts';
import { inviteToSubmit, type SubmissionRules } from '../../community/submission-rules.ts';
import { submittersOf } from '../../community/submissions.ts';
import { discussionOf } from '../../community/threads.ts';
import { backUp, restore } from '../../store/backup.ts';
import type { Store } from '../../store/open.ts';
import { commentsOf } from '../../testing/comments.ts';
import { openDay } from '../days.ts';
import { rowToPaper } from '../rows.ts';
import type { PaperRecord } from '../types.ts';
import { type NewPaper, setPaperLinks, submitPaper } from './submit.ts';
import { takeIn } from './take-in.ts';

const TURN = { timezone: 'UTC', turn: '21:30' };
const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY = 86_400_000;
const TODAY = openDay(NOW, TURN);
const EVERYONE: SubmissionRules = { who: 'everyone', perDay: 100, maxAge: 0 };

let number = 0;
/** A paper of its own for each test. */
const arxiv = (more: Partial<PaperRecord> = {}): PaperRecord => {
  number++;
  return {
    source: 'arxiv',
    identifiers: [{ scheme: 'arxiv', value: `2611.${String(number).padStart(5, '0')}` }],
    title: `On the submission of number ${number} of them`,
    authors: ['Ada Lovelace'],
    abstract: `What there is to say of ${number}.`,
    published: '2026-11-20',
    categories: ['cs.CL'],
    ...more,
  };
};

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await fresh();
    store = await database.open();
  });
  afterAll(async () => {
    await store.close();
    await database.remove();
  });

  let people = 0;
  const person = async (since = NOW - 10 * DAY) =>
    (await createAccount(store, { displayName: `Reader ${++people}` }, since)).id;
  let keys = 0;
  const submission = (account: number, record: PaperRecord, more: Partial<NewPaper> = {}): NewPaper => ({
    id: `key ${++keys}`,
    account,
    record,
    links: [],
    lists: true,
    mayBeHere: false,
    ...more,
  });
  const submit = (given: NewPaper, rules: Partial<SubmissionRules> = {}, now = NOW) =>
    submitPaper(store, given, { ...EVERYONE, ...rules }, TURN, now);
  const paperOf = async (pk: number) =>
    rowToPaper(
      await store.read.selectFrom('papers').selectAll().where('pk', '=', pk).executeTakeFirstOrThrow(),
    );
  const counted = async () =>
    Number(
      (
        await store.read
          .selectFrom('papers')
          .select((e) => e.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
      ).count,
    );

  it('a paper, its submitter, links and first comment are stored together, in today’s edition', async () => {
    const ada = await person();
    const code = { kind: 'code' as const, url: 'https://github.com/ada/number' };
    const comment = { text: 'Read it.', html: '<p>Read it.</p>' };
    const done = await submit(submission(ada, arxiv(), { links: [code], comment }));
    expect(done).toMatchObject({ kind: 'submitted', isNew: true });
    const paper = await paperOf(done.paper);
    expect(paper).toMatchObject({ listed: TODAY, late: false, rule: { by: 'listed', enters: true } });
    expect(paper).toMatchObject({ published: '2026-11-20', sources: ['arxiv', 'submitted'], links: [code] });
    expect(await submittersOf(store.read, paper.pk)).toMatchObject([
      { displayName: 'Reader 1', day: TODAY, at: NOW },
    ]);
    const { letters } = await discussionOf(store.read, paper.pk, null);
    expect(letters).toMatchObject([{ text: 'Read it.', author: ada, isSubmitter: true }]);
    const watching = await store.read.selectFrom('paper_watchers').selectAll().execute();
    expect(watching).toMatchObject([{ paper: paper.pk, account: ada, why: 'submitted' }]);
  });

  it('a form that is sent twice, at the same moment, submits one paper with one comment', async () => {
    const ada = await person();
    const comment = { text: 'Once.', html: '<p>Once.</p>' };
    const given = submission(ada, arxiv(), { comment });
    const before = await counted();
    const all = await Promise.all([submit(given), submit(given), submit(given)]);
    expect(new Set(all.map(({ paper }) => paper)).size).toBe(1);
    expect(all.map((one) => one.kind === 'submitted' && one.isNew).filter(Boolean)).toHaveLength(1);
    expect(await counted()).toBe(before + 1);
    expect(await submittersOf(store.read, all[0]!.paper)).toHaveLength(1);
    expect(await commentsOf(store.read, all[0]!.paper)).toHaveLength(1);
    // Somebody else cannot find out by its key what a form has submitted.
    await expect(submit({ ...given, account: await person() })).rejects.toThrow('already been sent');
  });

  it('when two people submit the same paper at the same moment, one does, and the other finds it', async () => {
    const record = arxiv();
    const [ada, eve] = [await person(), await person()];
    const other: PaperRecord = {
      ...record,
      source: 'crossref',
      identifiers: [...record.identifiers, { scheme: 'doi', value: `10.1000/${number}` }],
    };
    const done = await Promise.all([submit(submission(ada, record)), submit(submission(eve, other))]);
    expect(done.map(({ kind }) => kind).sort()).toEqual(['here', 'submitted']);
    expect(done[0]!.paper).toBe(done[1]!.paper);
    expect(await submittersOf(store.read, done[0]!.paper)).toHaveLength(1);
  });

  it('nothing is stored of a submission that fails at its comment', async () => {
    const ada = await person();
    const before = await counted();
    const given = submission(ada, arxiv(), { comment: { text: 'x', html: '<p>x</p>' } });
    for (let i = 0; i < 40; i++)
      await store.write
        .insertInto('comments')
        .values({
          id: `filler ${ada} ${i}`,
          paper: 1,
          parent: null,
          author: ada,
          text: 'x',
          html: null,
          state: 'shown',
          created: NOW - 1000,
          edited: null,
          form_key: null,
          locked: 0,
        })
        .execute();
    await expect(submit(given)).rejects.toThrow('written a lot');
    expect(await counted()).toBe(before);
    expect(await submit({ ...given, comment: null })).toMatchObject({ kind: 'submitted', isNew: true });
  });

  it('a paper that is here opens; it moves to today only if asked, and never out of a closed edition', async () => {
    const ada = await person();
    const [open, closed, chosen] = [
      arxiv(),
      arxiv({ published: '2026-11-21' }),
      arxiv({ listed: '2026-11-22' }),
    ];
    await takeIn(store, [open, closed, chosen], new Set());
    await store.change(async ({ tx, touch }) => {
      await tx.insertInto('closed_editions').values({ day: '2026-11-21', closed_at: NOW }).execute();
      touch('site');
    });
    for (const [record, canList] of [
      [open, true],
      [closed, false],
      [chosen, false],
    ] as const) {
      expect(await submit(submission(ada, record))).toMatchObject({ kind: 'here', canList });
      const again = await submit(submission(ada, record, { mayBeHere: true }));
      expect(again.kind).toBe(canList ? 'submitted' : 'here');
    }
    const days = await store.read
      .selectFrom('papers')
      .select(['title', 'listed'])
      .where('title', 'in', [open.title, closed.title, chosen.title])
      .orderBy('pk')
      .execute();
    expect(days.map(({ listed }) => listed)).toEqual([TODAY, '2026-11-21', '2026-11-22']);
  });

  it('a paper entered by hand is recognised by title, author and year', async () => {
    const ada = await person();
    const record: PaperRecord = {
      source: 'submitted',
      identifiers: [{ scheme: 'local', value: 'the-unnumbered-paper-abcdef' }],
      title: 'The unnumbered paper that came by hand',
      authors: ['Ada Lovelace'],
      published: '2026-11-01',
    };
    const first = await submit(submission(ada, record));
    expect(await paperOf(first.paper)).toMatchObject({ listed: TODAY, sources: ['submitted'] });
    const before = await counted();
    const known = arxiv({ published: '2026-10-01' });
    await takeIn(store, [known], new Set());
    const typed = { ...record, title: known.title, published: '2026', publishedPrecision: 'year' as const };
    const second = await submit(
      submission(ada, { ...typed, identifiers: [{ scheme: 'local', value: 'another-abcdef' }] }),
    );
    expect(second).toMatchObject({ kind: 'here', canList: true });
    expect(await counted()).toBe(before + 1);
  });

  it('the rules say who may submit, how much, and how old a paper may be', async () => {
    const [ada, newcomer] = [await person(), await person(NOW - 1000)];
    const boss = await person();
    await store.write.updateTable('accounts').set({ role: 'moderator' }).where('id', '=', boss).execute();
    const can = (account: number, rules: Partial<SubmissionRules>, record = arxiv()) =>
      submit(submission(account, record), rules).then(
        () => 'yes',
        (error: Error & { why?: string }) => error.why ?? String(error),
      );
    expect(await can(newcomer, { who: 'everyone' })).toBe('yes');
    expect(await can(newcomer, { who: 'members' })).toBe('limit');
    expect(await can(ada, { who: 'members' })).toBe('yes');
    expect(await can(ada, { who: 'authors' })).toBe('forbidden');
    expect(await can(ada, { who: 'authors', isAuthor: async (_, account) => account === ada })).toBe('yes');
    expect(await can(ada, { who: 'invited' })).toBe('forbidden');
    const act = { actor: null, reason: 'knows the field', at: NOW };
    await inviteToSubmit(store, ada, true, act);
    expect(await can(ada, { who: 'invited' })).toBe('yes');
    await inviteToSubmit(store, ada, false, act);
    expect(await can(ada, { who: 'invited' })).toBe('forbidden');
    expect(await can(boss, { who: 'invited' })).toBe('yes');
    expect(await can(boss, { who: 'nobody' })).toBe('forbidden');
    await store.write.updateTable('accounts').set({ state: 'silenced' }).where('id', '=', boss).execute();
    expect(await can(boss, { who: 'everyone' })).toBe('forbidden');

    const eve = await person();
    const three = await Promise.all([1, 2, 3].map(() => can(eve, { perDay: 2 })));
    expect(three.sort()).toEqual(['limit', 'yes', 'yes']);
    expect((await submit(submission(eve, arxiv()), { perDay: 2 }, NOW + DAY)).kind).toBe('submitted');

    const old = arxiv({ published: '2026-10-31' });
    expect(await can(ada, { maxAge: 30 })).toBe('yes');
    expect(await can(ada, { maxAge: 29 }, old)).toBe('unfit');
    expect(await can(ada, { maxAge: 30 }, old)).toBe('yes');
    const { published: _, ...undated } = arxiv();
    expect(await can(ada, { maxAge: 30 }, undated)).toBe('unfit');
    const ofMonth = arxiv({ published: '2026-11-01', publishedPrecision: 'month' });
    expect(await can(ada, { maxAge: 10 }, ofMonth)).toBe('yes');
  });

  it('a deleted account leaves its submissions without a name; a merged paper has both submitters', async () => {
    const [ada, eve] = [await person(), await person()];
    const one = await submit(submission(ada, arxiv()));
    const two = await submit(submission(eve, arxiv()));
    await store.change(async ({ tx, touch }) => {
      await moveTo(tx, two.paper, one.paper);
      touch('papers');
    });
    const names = async () =>
      (await submittersOf(store.read, one.paper)).map(({ name, displayName }) => name && displayName);
    // Before the submission has followed its paper, and after.
    expect(await names()).toEqual([`Reader ${people - 1}`, `Reader ${people}`]);
    await followPapers(store);
    expect(await names()).toEqual([`Reader ${people - 1}`, `Reader ${people}`]);
    await deleteAccount(store, ada);
    expect(await names()).toEqual([null, `Reader ${people}`]);
    expect(JSON.stringify(await store.read.selectFrom('records').selectAll().execute())).not.toContain(
      'Reader ',
    );
  });

  it('links that were given can be changed and taken back; those of other sources stay', async () => {
    const ada = await person();
    const project = { kind: 'project' as const, url: 'https://number.example.org' };
    const code = { kind: 'code' as const, url: 'https://github.com/ada/new' };
    const done = await submit(submission(ada, arxiv({ links: [project] })));
    await setPaperLinks(store, done.paper, { code }, NOW);
    expect((await paperOf(done.paper)).links).toEqual([code, project]);
    await setPaperLinks(store, done.paper, { project: null }, NOW);
    expect((await paperOf(done.paper)).links).toEqual([code, project]);
    await setPaperLinks(store, done.paper, { code: null }, NOW);
    expect(await paperOf(done.paper)).toMatchObject({ links: [project], listed: TODAY });
    // One that nobody has submitted.
    const record = arxiv();
    await takeIn(store, [record], new Set());
    const { pk } = await store.read
      .selectFrom('papers')
      .select('pk')
      .where('title', '=', record.title)
      .executeTakeFirstOrThrow();
    await setPaperLinks(store, pk, { code }, NOW);
    expect(await paperOf(pk)).toMatchObject({ links: [code], listed: '2026-11-20' });
  });

  it('nothing that links to a banned domain is taken, typed by hand or with a record', async () => {
    await store.write.insertInto('banned_domains').values({ domain: 'spam.example', at: NOW }).execute();
    const ada = await person();
    const link = { kind: 'project' as const, url: 'https://www.spam.example/x' };
    for (const wrong of [
      submission(ada, arxiv(), { links: [link] }),
      submission(ada, arxiv({ source: 'submitted', title: 'A paper at spam.example' })),
      submission(ada, arxiv({ source: 'submitted', links: [link] })),
    ])
      await expect(submit(wrong)).rejects.toThrow('Links to spam.example are not allowed');
    // What a service says of a paper is not the submitter's doing.
    const done = await submit(submission(ada, arxiv({ links: [link] })));
    await expect(setPaperLinks(store, done.paper, { project: link }, NOW)).rejects.toThrow('spam.example');
    await store.write.deleteFrom('banned_domains').execute();
  });

  it('submissions are in backups, and those who are invited too; drafts are not', async () => {
    const ada = await person();
    const done = await submit(submission(ada, arxiv()));
    await inviteToSubmit(store, ada, true, { actor: null, reason: '', at: NOW });
    const other = await fresh();
    const copy = await other.open();
    try {
      const path = join(database.env.DATA_DIR, 'backup.jsonl.gz');
      await backUp(store, path);
      await restore(copy, path);
      expect(await submittersOf(copy.read, done.paper)).toEqual(await submittersOf(store.read, done.paper));
      const invited = await copy.read.selectFrom('invited_submitters').select('account').execute();
      expect(invited).toContainEqual({ account: ada });
    } finally {
      await copy.close();
      await other.remove();
    }
  });
});
