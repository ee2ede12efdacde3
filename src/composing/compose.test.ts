/** What issues are made of, on both databases. */
import { expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { createAccount, deleteAccount } from '../community/accounts.ts';
import { follow } from '../community/personal/follows.ts';
import { markPaper } from '../community/personal/marks.ts';
import { castVote } from '../community/votes.ts';
import type { Issue, ListRef } from '../digest/types.ts';
import { Catalogue } from '../papers/catalogue.ts';
import { countGiven } from '../papers/counting.ts';
import { closesAt } from '../papers/days.ts';
import { mergePapers } from '../papers/intake/decisions.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import { openIndex } from '../search/index.ts';
import type { Store } from '../store/open.ts';
import { arxivName, recordOf } from '../testing/records.ts';
import { createIndexer, indexFolder } from '../worker/indexing.ts';
import { lentIndex } from '../worker/lent-index.ts';
import { type Composing, composing, IndexBehind, lendOpen } from './compose.ts';
import { MOST_PAPERS } from './draft.ts';

const FASTER = 'Our method makes decoding 3.2x faster than the strongest baseline.';
const turn = { timezone: 'UTC', turn: '21:30' };
const endOf = (day: string): number => closesAt(day, turn);

const list = (kind: ListRef['list'], subject = '', name = subject): ListRef => ({
  list: kind,
  subject,
  name,
});
const DAILY = list('daily', '', 'Daily edition');

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  let now: number;

  eachTime(fresh, (opened, its) => {
    store = opened;
    database = its;
    now = endOf('2026-06-26');
  });

  /** Without an index, which few lists need. */
  const plain = (): Composing =>
    composing({
      store,
      turn,
      now: () => now,
      lendIndex: () => {
        throw new Error('no index is needed');
      },
    });

  /** Brings papers as one change that was made at a moment. */
  async function arrive(at: string, ...records: PaperRecord[]): Promise<void> {
    const before = await store.seq();
    await takeIn(store, records, new Set());
    if (before === 0) await store.write.deleteFrom('change_times').execute();
    await store.write.deleteFrom('change_times').where('seq', '>', before).execute();
    await store.write
      .insertInto('change_times')
      .values({ seq: before + 1, at: Date.parse(at) })
      .execute();
  }
  const paper = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
    recordOf(number, { source: 'hf', published: '2026-06-25', listed: '2026-06-26', ...more });
  const ids = (issue: Pick<Issue, 'papers'> | null): string[] | null =>
    issue?.papers.map(({ id }) => id.replace('2606.0000', '')) ?? null;
  const keyOf = async (number: number): Promise<number> =>
    (
      await store.read
        .selectFrom('papers')
        .select('pk')
        .where('id', '=', arxivName(number).value)
        .executeTakeFirstOrThrow()
    ).pk;

  it('an edition is as its page shows it, without what is withdrawn, and stays so', async () => {
    await arrive(
      '2026-06-26T10:00:00Z',
      paper(1, { upvotes: 3 }),
      paper(2, { upvotes: 14, authors: ['Ada Lovelace'], abstract: 'On $n^2$.', categories: ['cs.CL'] }),
      paper(3, { upvotes: 14, announced: '2026-06-26' }),
      paper(4, { upvotes: 20, withdrawn: true }),
      paper(5, { submittedBy: { name: 'Eve' } }),
      paper(6, { listed: '2026-06-25', upvotes: 9 }),
    );
    now = endOf('2026-06-26') - 1;
    expect(await plain().compose(DAILY, '2026-06-26')).toBeNull();
    expect(ids(await plain().draft(DAILY, '2026-06-26'))).toEqual(['3', '2', '1', '5']);
    now++;
    const issue = (await plain().compose(DAILY, '2026-06-26'))!;
    expect(issue).toMatchObject({ id: 'daily-2026-06-26', period: '2026-06-26', more: 0, composedAt: now });
    expect(ids(issue)).toEqual(['3', '2', '1', '5']);
    expect(issue.papers.map(({ reason }) => reason)).toEqual([
      '14 votes',
      '14 votes',
      '3 votes',
      'listed by Eve',
    ]);
    expect(issue.papers[1]).toMatchObject({
      pk: await keyOf(2),
      abstract: 'On $n^2$.',
      authors: ['Ada Lovelace'],
      votes: 14,
      day: '2026-06-25',
      categories: ['cs.CL'],
    });
    expect(ids(await plain().compose(list('weekly'), '2026-W26'))).toBeNull();

    // As the site has it.
    const library = new Catalogue({ store, turn, now: () => now, index: null as never });
    const edition = await library.edition({ kind: 'day', value: '2026-06-26' }, 1);
    expect(ids(issue)).toEqual(
      edition!.papers.filter(({ withdrawn }) => !withdrawn).map(({ id }) => id.replace('2606.0000', '')),
    );

    // Whatever comes later changes nothing.
    const { id: ada } = await createAccount(store, { displayName: 'Ada' }, 1);
    await castVote(store, { voter: ada, paper: await keyOf(1), at: now });
    await countGiven(store);
    await arrive('2026-06-27T10:00:00Z', paper(2, { upvotes: 14, title: 'Another title' }), paper(7));
    expect(await plain().compose(DAILY, '2026-06-26')).toEqual(issue);
    expect(await plain().issues.find('daily-2026-06-26')).toEqual(issue);
    expect(await store.read.selectFrom('issues').selectAll().execute()).toHaveLength(1);

    now = endOf('2026-06-30');
    expect(ids(await plain().compose(list('weekly'), '2026-W26'))).toEqual(['3', '2', '6', '1', '5', '7']);
    expect(ids(await plain().compose(list('monthly'), '2026-06'))).toEqual(['3', '2', '6', '1', '5', '7']);
    expect((await plain().issues.archive(10)).map(({ id, papers }) => [id, papers])).toEqual([
      ['monthly-2026-06', 6],
      ['weekly-2026-W26', 6],
      ['daily-2026-06-26', 4],
    ]);
    for (const period of ['2026-06-31', '2026-6-26', '2026-W99', 'x', '', '2026-06-26\0'])
      expect(await plain().compose(DAILY, period)).toBeNull();
  });

  it('two that are composed at once are one, and a quiet day is an issue without papers', async () => {
    await arrive('2026-06-26T10:00:00Z', paper(1));
    const [a, b, c] = await Promise.all([
      plain().compose(DAILY, '2026-06-26'),
      plain().compose(DAILY, '2026-06-26'),
      plain().compose(list('author', 'nobody'), '2026-06-26'),
    ]);
    const several = plain();
    const [d, e] = await Promise.all([
      several.compose(list('author', 'nobody'), '2026-06-26'),
      several.compose(list('author', 'nobody'), '2026-06-26'),
    ]);
    expect(b).toEqual(a);
    expect(c).toMatchObject({ list: 'author', papers: [], more: 0 });
    expect([d!.id, e!.id]).toEqual([c!.id, c!.id]);
  });

  it('holds at most so many papers, and says how many more there were', async () => {
    const many = Array.from({ length: MOST_PAPERS + 5 }, (_, i) =>
      paper(i + 1, { authors: ['Ada Lovelace'] }),
    );
    await arrive('2026-06-26T10:00:00Z', ...many);
    for (const one of [DAILY, list('author', 'ada-lovelace', 'Ada Lovelace')]) {
      const issue = await plain().compose(one, '2026-06-26');
      expect([issue!.papers.length, issue!.more]).toEqual([MOST_PAPERS, 5]);
    }
    // Of a paper that two issues hold, the texts are stored once.
    expect(await store.read.selectFrom('issue_papers').select('digest').execute()).toHaveLength(MOST_PAPERS);
  });

  it('other lists hold what came between two turns: nothing is left out, and nothing comes twice', async () => {
    const by = { authors: ['Ada Lovelace', 'Eve'], organizations: [{ slug: 'Qwen', name: 'Qwen' }] };
    const each = (number: number, more = {}) =>
      paper(number, { ...by, categories: ['cs.CL'], listed: undefined, ...more });
    await arrive('2026-06-24T21:30:00Z', each(1));
    await arrive('2026-06-24T21:31:00Z', each(2));
    await arrive('2026-06-25T21:30:00Z', each(3), each(4, { published: '2026-04-01' }));
    await arrive(
      '2026-06-25T21:31:00Z',
      each(5, { categories: ['cs.LG'], upvotes: 2 }),
      each(6, { withdrawn: true }),
    );
    await arrive(
      '2026-06-26T21:30:00Z',
      each(7, { published: '2026-04-01', publishedPrecision: 'month' }),
      each(8),
    );
    await arrive('2026-06-26T21:31:00Z', each(9, { published: undefined }));
    now = endOf('2026-06-28');
    const issues = async (one: ListRef) => {
      const { compose } = plain();
      const found: (string[] | null)[] = [];
      for (const day of ['2026-06-24', '2026-06-25', '2026-06-26']) found.push(ids(await compose(one, day)));
      return found;
    };
    expect(await issues(list('author', 'ada-lovelace'))).toEqual([['1'], ['2', '3'], ['5', '7', '8']]);
    expect(await issues(list('organization', 'qwen', 'Qwen'))).toEqual([['1'], ['2', '3'], ['5', '7', '8']]);
    expect(await issues(list('category', 'cs'))).toEqual([['1'], ['2', '3'], ['5', '7', '8']]);
    expect(await issues(list('category', 'cs.CL'))).toEqual([['1'], ['2', '3'], ['7', '8']]);
    expect(await issues(list('category', 'c'))).toEqual([[], [], []]);
    const weekly = await plain().compose(list('organization', 'Qwen', 'Qwen'), '2026-W26');
    expect(ids(weekly)).toEqual(['5', '1', '2', '3', '7', '8']);
    expect(weekly!.papers[0]!.reason).toBe('you follow Qwen');
    expect((await plain().compose(list('category', 'cs.LG'), '2026-06-26'))!.papers[0]!.reason).toBe(
      'new in cs.LG',
    );
  });

  it('a search holds what came and matches, once the index knows of it', async () => {
    const { DATA_DIR } = database.env;
    const indexer = createIndexer(store, DATA_DIR);
    const subject = (title: string, more = {}) => ({ title, abstract: title, listed: undefined, ...more });
    await arrive('2026-06-25T10:00:00Z', paper(1, subject('Speculative decoding before')));
    await indexer.step();
    await arrive(
      '2026-06-26T10:00:00Z',
      paper(2, subject('Speculative decoding of galaxies', { abstract: FASTER })),
      paper(3, subject('Knitting patterns', { upvotes: 5 })),
      paper(4, subject('Speculative decoding, once more', { published: '2020-01-01' })),
      paper(5, subject('Speculative decoding, withdrawn', { withdrawn: true })),
      paper(6, subject('Unrelated knitting')),
    );
    const one = list('search', 'q=speculative+decoding', 'speculative decoding');
    const behind = openIndex(indexFolder(DATA_DIR));
    const impatient = composing({ store, turn, now: () => now, lendIndex: lendOpen(behind, 0) });
    await expect(impatient.compose(one, '2026-06-26')).rejects.toThrow(IndexBehind);
    behind.close();
    await indexer.step();
    await indexer.close();
    const lent = lentIndex(DATA_DIR, () => {});
    const { compose } = composing({ store, turn, now: () => now, lendIndex: lent.lend });
    const issue = await compose(one, '2026-06-26');
    expect(ids(issue)).toEqual(['2']);
    expect(issue!.papers[0]!.reason).toBe('your search: speculative decoding');
    expect(issue!.id).toMatch(/^search-[\w-]{16}$/);
    expect(ids(await compose(one, '2026-06-25'))).toEqual(['1']);
    expect(ids(await compose(list('search', 'category=cs.CL', 'category cs.CL'), '2026-06-26'))).toEqual([]);
    expect(
      ids(await compose(list('search', 'q=knitting&from=2026-06-01', 'knitting'), '2026-06-26'))?.sort(),
    ).toEqual(['3', '6']);
    const surveyed = await compose(
      list('survey', 'q=speculative+decoding', 'speculative decoding'),
      '2026-06-26',
    );
    expect(surveyed!.papers.map(({ reason }) => reason)).toEqual([
      `your survey: speculative decoding. “${FASTER}”`,
    ]);
    // An address that is no longer understood.
    expect(await compose(list('search', 'sort=colour', '?'), '2026-06-26')).toBeNull();
    lent.close();
  });

  it('what somebody follows: each paper once, with one reason, and nothing they found not relevant', async () => {
    const { id: ada } = await createAccount(store, { displayName: 'Ada' }, 1);
    const { id: eve } = await createAccount(store, { displayName: 'Eve' }, 1);
    await arrive('2026-01-10T10:00:00Z', paper(1, { published: '2026-01-09', listed: '2026-01-09' }));
    await arrive(
      '2026-06-26T10:00:00Z',
      paper(2, { authors: ['Grace Hopper'], categories: ['cs.CL'] }),
      paper(3, { organizations: [{ slug: 'qwen', name: 'Qwen' }], upvotes: 4 }),
      paper(4, { categories: ['cs.CL'], upvotes: 1 }),
      paper(5, { categories: ['cs.CL'] }),
      paper(6),
    );
    const follows = [
      ['category', 'cs.CL', 'cs.CL'],
      ['author', 'grace-hopper', 'Grace Hopper'],
      ['organization', 'qwen', 'Qwen'],
      ['person', String(eve), 'Eve'],
    ] as const;
    for (const [kind, subject, name] of follows) await follow(store, ada, { kind, subject, name }, 1);
    await markPaper(store, ada, { paper: await keyOf(5), mark: 'dismissed', isOn: true }, 1);
    await store.write.updateTable('accounts').set({ shows_votes: 1 }).where('id', '=', eve).execute();
    await castVote(store, { voter: eve, paper: await keyOf(1), at: Date.parse('2026-06-26T12:00:00Z') });

    const own = list('following', String(ada), 'What you follow');
    const issue = (await plain().compose(own, '2026-06-26'))!;
    expect(issue.papers.map(({ id, reason }) => [id.at(-1), reason])).toEqual([
      ['3', 'you follow Qwen'],
      ['4', 'new in cs.CL'],
      ['2', 'you follow Grace Hopper'],
      ['1', 'Eve voted for it'],
    ]);
    expect(ids(await plain().compose(list('following', String(eve)), '2026-06-26'))).toEqual([]);

    // With the account, its issues go.
    await deleteAccount(store, ada);
    expect(await plain().compose(own, '2026-06-26')).toBeNull();
    expect(await plain().compose(own, '2026-06-25')).toBeNull();
    const left = await store.read.selectFrom('issues').select('subject').execute();
    expect(left).toEqual([{ subject: String(eve) }]);
  });

  it('of a paper that has become part of an older one, nothing is news', async () => {
    const by = { authors: ['Ada Lovelace'] };
    await arrive('2026-06-20T10:00:00Z', paper(1, by));
    await arrive('2026-06-26T10:00:00Z', paper(2, by), paper(3, by));
    await mergePapers(store, arxivName(1), arxivName(2));
    now = endOf('2026-06-26');
    const issue = await plain().compose(list('author', 'ada-lovelace'), '2026-06-26');
    expect(ids(issue)).toEqual(['3']);
  });
});
