/** Lists of papers, on both databases. */
import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { countGiven } from '../../papers/counting.ts';
import { mergePapers } from '../../papers/intake/decisions.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import type { Store } from '../../store/open.ts';
import { createAccount, deleteAccount } from '../accounts.ts';
import {
  addCollection,
  changeCollection,
  collectionBy,
  collectionsOf,
  movePaper,
  noteOn,
  papersIn,
  removeCollection,
  savedIn,
  savePaper,
  unsavePaper,
} from './collections.ts';
import { markPaper, ownAmong } from './marks.ts';

const arxiv = (number: number) => ({ scheme: 'arxiv' as const, value: `2606.0000${number}` });

const paperOf = (number: number, more: object = {}) => ({
  source: 'jsonl' as const,
  identifiers: [{ ...arxiv(number), version: 1 }],
  title: `A paper to keep, number ${['zero', 'one', 'two', 'three', 'four'][number]}`,
  authors: [`Author Number${number}`],
  published: '2026-06-20',
  ...more,
});

onBoth((_kind, fresh) => {
  let store: Store;
  let ada: number;
  let eve: number;
  let papers: number[];

  eachTime(fresh, (opened) => {
    store = opened;
  });

  const begin = async () => {
    await takeIn(
      store,
      [1, 2, 3].map((number) => paperOf(number)),
      new Set(),
    );
    const rows = await store.read.selectFrom('papers').select('pk').orderBy('id').execute();
    papers = rows.map(({ pk }) => pk);
    ada = (await createAccount(store, { displayName: 'Ada' }, 1)).id;
    eve = (await createAccount(store, { displayName: 'Eve' }, 1)).id;
  };
  const order = async (list: string) => (await papersIn(store.read, list)).map(({ paper }) => paper);

  it('a public list links to no banned domain, by its name or by a note', async () => {
    await begin();
    const [paper] = papers as [number];
    await store.write.insertInto('banned_domains').values({ domain: 'spam.example', at: 1 }).execute();
    const note = 'See https://spam.example/x';
    // A private one is nobody’s business.
    const list = await addCollection(store, ada, { name: 'Mine' }, 1);
    await savePaper(store, ada, { paper, collection: list, note }, 2);
    const publish = (more: object = {}) => changeCollection(store, ada, list, { isPublic: true, ...more }, 3);
    await expect(publish()).rejects.toThrow('spam.example');
    await noteOn(store, ada, { collection: list, paper, note: '' }, 3);
    await expect(publish({ name: 'spam.example' })).rejects.toThrow('spam.example');
    await publish();
    await expect(noteOn(store, ada, { collection: list, paper, note }, 4)).rejects.toThrow('spam.example');
    await expect(savePaper(store, ada, { paper: papers[1]!, collection: list, note }, 4)).rejects.toThrow(
      'spam.example',
    );
    await expect(addCollection(store, ada, { name: 'spam.example', isPublic: true }, 4)).rejects.toThrow(
      'spam.example',
    );
    await expect(changeCollection(store, ada, list, { name: 'www.spam.example' }, 4)).rejects.toThrow(
      'spam.example',
    );
  });

  it('the first paper saved makes a private list, and saving it twice at once keeps it once', async () => {
    await begin();
    const [one, two] = papers as [number, number, number];
    const lists = await Promise.all(
      Array.from({ length: 8 }, () => savePaper(store, ada, { paper: one }, 10)),
    );
    expect(new Set(lists).size).toBe(1);
    await savePaper(store, ada, { paper: two }, 11);
    const all = await collectionsOf(store.read, ada);
    expect(all).toMatchObject([{ name: 'Reading list', isPublic: false, papers: 2, changedAt: 11 }]);
    // What was saved last stands first.
    expect(await order(lists[0]!)).toEqual([two, one]);
    expect(await collectionsOf(store.read, eve)).toEqual([]);
  });

  it('papers are moved, noted and taken out, by their owner alone', async () => {
    await begin();
    const [one, two, three] = papers as [number, number, number];
    const list = await addCollection(store, ada, { name: '  For \n Friday ' }, 1);
    for (const paper of [three, two, one]) await savePaper(store, ada, { paper, collection: list }, 2);
    expect(await order(list)).toEqual([one, two, three]);
    const move = (paper: number, to: 'first' | 'up' | 'down' | 'last') =>
      movePaper(store, ada, { collection: list, paper, to }, 3);
    await move(three, 'up');
    expect(await order(list)).toEqual([one, three, two]);
    await move(one, 'last');
    expect(await order(list)).toEqual([three, two, one]);
    await move(one, 'down');
    await move(two, 'first');
    expect(await order(list)).toEqual([two, three, one]);
    await savePaper(store, ada, { paper: one, collection: list }, 4);
    expect(await order(list)).toEqual([two, three, one]);
    await noteOn(store, ada, { collection: list, paper: one, note: ' read \r\n this ' }, 5);
    expect(await savedIn(store.read, ada, one)).toEqual([{ collection: list, note: 'read \n this' }]);
    await expect(noteOn(store, eve, { collection: list, paper: one, note: 'x' }, 5)).rejects.toThrow(
      'no such list',
    );
    await expect(changeCollection(store, eve, list, { isPublic: true }, 5)).rejects.toThrow('no such list');
    await expect(savePaper(store, eve, { paper: one, collection: list }, 5)).rejects.toThrow('no such list');
    await expect(removeCollection(store, eve, list)).rejects.toThrow('no such list');
    expect(await unsavePaper(store, eve, { paper: one, collection: list }, 5)).toBe(false);
    expect(await unsavePaper(store, ada, { paper: one }, 5)).toBe(true);
    expect(await order(list)).toEqual([two, three]);
    expect(await collectionBy(store.read, list)).toMatchObject({ name: 'For Friday', isPublic: false });
    await expect(addCollection(store, ada, { name: ' ' }, 6)).rejects.toThrow('1 to 80 characters');
    await removeCollection(store, ada, list);
    expect(await collectionBy(store.read, list)).toBeNull();
  });

  it('entries, notes and marks follow papers that are merged, at once and afterwards', async () => {
    await begin();
    const [one, two, three] = papers as [number, number, number];
    const list = await savePaper(store, ada, { paper: one, note: 'of one' }, 1);
    await savePaper(store, ada, { paper: two, note: 'of two' }, 2);
    await savePaper(store, eve, { paper: two }, 3);
    await markPaper(store, eve, { paper: two, mark: 'read', isOn: true }, 4);
    await mergePapers(store, arxiv(1), arxiv(2));
    const left = (await store.read.selectFrom('papers').select('pk').execute()).map(({ pk }) => pk);
    const home = left.find((pk) => pk !== three)!;
    const seen = async () => ({
      ada: (await ownAmong(store.read, ada, [home, three])).get(home),
      eve: (await ownAmong(store.read, eve, [home])).get(home),
      list: await order(list),
    });
    const right = {
      ada: { saved: true, isMore: true, read: false, dismissed: false },
      eve: { saved: true, isMore: false, read: true, dismissed: false },
      list: [home],
    };
    expect(await seen()).toEqual(right);
    await countGiven(store);
    expect(await seen()).toEqual(right);
    expect((await savedIn(store.read, ada, home))[0]!.note.split('\n\n').sort()).toEqual([
      'of one',
      'of two',
    ]);
    const rows = await store.read.selectFrom('saved_papers').select('paper').execute();
    expect(rows.map(({ paper }) => paper)).toEqual([home, home]);
  });

  it('an account that is deleted leaves nothing, and nothing can be saved for it', async () => {
    await begin();
    const [one] = papers as [number];
    await savePaper(store, ada, { paper: one }, 1);
    await savePaper(store, eve, { paper: one }, 1);
    await markPaper(store, ada, { paper: one, mark: 'dismissed', isOn: true }, 1);
    await deleteAccount(store, ada);
    await expect(savePaper(store, ada, { paper: one }, 2)).rejects.toThrow('no such account');
    expect(await collectionsOf(store.read, ada)).toEqual([]);
    for (const table of ['saved_papers', 'reading_marks'] as const)
      expect(await store.read.selectFrom(table).selectAll().where('account', '=', ada).execute()).toEqual([]);
    expect(await collectionsOf(store.read, eve)).toHaveLength(1);
  });
});
