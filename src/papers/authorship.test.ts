import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { changeAccount, createAccount, deleteAccount } from '../community/accounts.ts';
import { writeComment } from '../community/comments.ts';
import { IN_OWN_CAUSE } from '../community/log.ts';
import { followPapers } from '../community/papers.ts';
import { noticesOf } from '../community/personal/notices.ts';
import { discussionOf } from '../community/threads.ts';
import type { Store } from '../store/open.ts';
import { arxivName, recordOf } from '../testing/records.ts';
import {
  claimAuthor,
  claimByOrcid,
  claimsBy,
  claimsOn,
  decideClaim,
  linkAsAuthor,
  ownSummary,
  pinComment,
} from './authorship.ts';
import { mergePapers } from './intake/decisions.ts';
import { takeIn } from './intake/take-in.ts';
import { shownLog, undo } from './moderation.ts';
import type { PaperRecord } from './types.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');
const ORCID = '0000-0002-1825-0097';

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let mod: number;
  let next = 0;
  beforeAll(async () => {
    database = await fresh();
    store = await database.open();
    mod = await person('Moderator');
    await changeAccount(store, mod, { role: 'moderator' }, { actor: null, reason: 'x', at: NOW });
  });
  afterAll(async () => {
    await store.close();
    await database.remove();
  });
  const person = async (displayName: string, email: string | null = null, emailVerified = true) =>
    (await createAccount(store, { displayName, email, emailVerified }, NOW)).id;
  async function paper(more: Partial<PaperRecord> = {}): Promise<number> {
    const number = ++next;
    const title = `A paper of somebody, number ${number}`;
    const authors = ['Ada Lovelace', 'Émile Borel'];
    await takeIn(store, [recordOf(number, { title, authors, ...more })], new Set());
    return (
      await store.read.selectFrom('papers').select('pk').where('title', '=', title).executeTakeFirstOrThrow()
    ).pk;
  }
  const claim = (of: number, account: number, author = 'Ada Lovelace', at = NOW) =>
    claimAuthor(store, { paper: of, account, author, evidence: 'See my page.', at });
  const act = (reason = 'Their page says so.') => ({ actor: mod, reason, at: NOW });
  const granted = async (of: number) =>
    (await claimsOn(store.read, of)).filter(({ state }) => state === 'granted').map(({ account }) => account);

  const watching = async (of: number) =>
    (await store.read.selectFrom('paper_watchers').selectAll().where('paper', '=', of).execute()).map(
      ({ account, why }) => [account, why],
    );

  describe('a claim', () => {
    it('with a verified address from the records it is granted at once; with any other it waits', async () => {
      const one = await paper({ note: 'Correspondence: Ada Lovelace (ada@first.example).' });
      const unproven = await person('Eve', 'ada@first.example', false);
      expect(await claim(one, unproven)).toBe('asked');
      await deleteAccount(store, unproven);
      expect(await claim(one, await person('Mallory', 'mallory@first.example'))).toBe('asked');
      const ada = await person('Ada', 'ada@first.example');
      expect(await watching(one)).toEqual([]);
      expect(await claim(one, ada)).toBe('granted');
      expect(await watching(one)).toEqual([[ada, 'claimed']]);
      expect(await claim(one, ada)).toBe('granted');
      expect(await granted(one)).toEqual([ada]);
      await expect(claim(one, ada, 'Émile Borel')).rejects.toThrow('another author');
      await expect(claim(one, await person('Bob'), 'Bob')).rejects.toThrow('no author by that name');
    });

    it('is proven for the author whose address it is, and for nobody else', async () => {
      const [bare, his] = [
        await paper({ note: 'Contact: seventh@ours.example' }),
        await paper({ note: 'Ada Lovelace, Émile Borel <eighth@ours.example>' }),
      ];
      const [seventh, eighth] = [
        await person('Seventh', 'seventh@ours.example'),
        await person('Eighth', 'eighth@ours.example'),
      ];
      expect(await claim(bare, seventh)).toBe('asked');
      expect(await claim(his, eighth)).toBe('asked');
      await deleteAccount(store, eighth);
      const again = await person('Eighth', 'eighth@ours.example');
      expect(await claim(his, again, 'Émile Borel')).toBe('granted');
      const alone = await paper({ authors: ['Ada Lovelace'], note: 'seventh@ours.example' });
      expect(await claim(alone, seventh)).toBe('granted');
    });

    it('of a moderator is decided by another; only where there is none, by the admin, and the log says so', async () => {
      const [one, other] = [await paper(), await paper()];
      await claim(one, mod);
      const [own] = await claimsOn(store.read, one);
      const boss = await person('Boss');
      const set = { actor: null, reason: 'x', at: NOW };
      await changeAccount(store, boss, { role: 'admin' }, set);
      await expect(decideClaim(store, own!.id, true, act())).rejects.toThrow('about yourself');
      await decideClaim(store, own!.id, false, { ...act(), actor: boss });
      // Nor is a refusal undone by whom it is about.
      const [refusal] = await shownLog(store.read, 1);
      await expect(undo(store, refusal!.id, act())).rejects.toThrow('about yourself');
      await changeAccount(store, mod, { role: 'member' }, set);
      await claim(other, boss);
      const [theirs] = await claimsOn(store.read, other);
      await decideClaim(store, theirs!.id, true, { ...act('My page.'), actor: boss });
      expect((await shownLog(store.read, 1))[0]!.reason).toBe(`${IN_OWN_CAUSE} My page.`);
      await changeAccount(store, mod, { role: 'moderator' }, set);
      await changeAccount(store, await person('Heir'), { role: 'admin' }, set);
      await changeAccount(store, boss, { role: 'member' }, set);
    });

    it('is not proven by what anybody can put into a file', async () => {
      const one = await paper({ source: 'jsonl', note: 'ada@third.example' });
      expect(await claim(one, await person('Ada', 'ada@third.example'))).toBe('asked');
    });

    it('by two people at once has one right outcome', async () => {
      for (let round = 0; round < 3; round++) {
        const [a, b] = [`a${round}@two.example`, `b${round}@two.example`];
        const one = await paper({ note: `Ada Lovelace (${a}), also Ada Lovelace (${b})` });
        const people = [await person('A', a), await person('B', b)] as const;
        const other = await database.open();
        const states = await Promise.all([
          claim(one, people[0]),
          claimAuthor(other, {
            paper: one,
            account: people[1],
            author: 'ada lovelace',
            evidence: '',
            at: NOW,
          }),
        ]);
        await other.close();
        expect(states.sort()).toEqual(['asked', 'granted']);
        expect(await granted(one)).toHaveLength(1);
        const [waiting] = (await claimsOn(store.read, one)).filter(({ state }) => state === 'asked');
        await expect(decideClaim(store, waiting!.id, true, act())).rejects.toThrow('Somebody else');
      }
    });

    it('by an ORCID counts for the name that the records put it next to', async () => {
      const number = 5000 + next;
      const title = 'A paper with an ORCID';
      await takeIn(
        store,
        [
          recordOf(number, {
            source: 'crossref',
            identifiers: [{ scheme: 'doi', value: '10.1000/orcid' }],
            title,
            authors: ['Ada Lovelace', 'Bob'],
            orcids: { 'Ada Lovelace': ORCID },
          }),
        ],
        new Set(),
      );
      const { pk } = await store.read
        .selectFrom('papers')
        .select('pk')
        .where('title', '=', title)
        .executeTakeFirstOrThrow();
      const ada = await person('Ada');
      expect(await claimByOrcid(store, { account: ada, orcid: '0000-0002-1825-0098', at: NOW })).toEqual([]);
      expect(await claimByOrcid(store, { account: ada, orcid: '%', at: NOW })).toEqual([]);
      expect(await claimByOrcid(store, { account: ada, orcid: ORCID, at: NOW })).toEqual([pk]);
      expect(await claimsBy(store.read, ada)).toMatchObject([
        { author: 'ada-lovelace', how: 'orcid', state: 'granted' },
      ]);
    });

    it('is decided by moderators, in public, once, and undone', async () => {
      const one = await paper();
      const [ada, eve] = [await person('Ada'), await person('Eve')];
      await claim(one, ada);
      const { id } = (await claimsOn(store.read, one))[0]!;
      await expect(decideClaim(store, id, true, { ...act(), actor: eve })).rejects.toThrow('Only moderators');
      const other = await database.open();
      const done = await Promise.allSettled([
        decideClaim(store, id, true, act()),
        decideClaim(other, id, true, act()),
      ]);
      await other.close();
      expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await granted(one)).toEqual([ada]);
      expect(await watching(one)).toEqual([[ada, 'claimed']]);
      const heard = async () => (await noticesOf(store.read, ada, { limit: 9 })).map(({ detail }) => detail);
      expect(await heard()).toEqual(['Your claim to this paper was granted']);
      const [entry] = await shownLog(store.read, 1);
      expect(entry).toMatchObject({ act: 'authorship granted', about: { kind: 'paper' } });
      await undo(store, entry!.id, act('A namesake.'));
      expect(await granted(one)).toEqual([]);
      expect(await watching(one)).toEqual([]);
      await decideClaim(store, id, false, act('A namesake.'));
      expect(await claim(one, ada)).toBe('asked');
    });
  });

  describe('an author', () => {
    it('has a badge, edits links, pins a comment and stands by the summary; nobody else does', async () => {
      const one = await paper({ note: 'Ada Lovelace: ada@four.example' });
      const [ada, eve] = [await person('Ada', 'ada@four.example'), await person('Eve')];
      await claim(one, ada);
      const older = await writeComment(store, { paper: one, author: eve, text: 'First', at: NOW });
      const own = await writeComment(store, {
        paper: one,
        author: ada,
        text: 'From the author',
        at: NOW + 1,
      });
      const reply = await writeComment(store, {
        paper: one,
        author: eve,
        text: 'Reply',
        parent: own,
        at: NOW + 2,
      });
      const show = () => discussionOf(store.read, one, null);
      expect((await show()).letters.map(({ id, writer }) => [id, writer!.badge])).toEqual([
        [older, null],
        [own, 'author'],
        [reply, null],
      ]);
      await expect(pinComment(store, { paper: one, account: eve, comment: older })).rejects.toThrow(
        'Only the authors',
      );
      await expect(ownSummary(store, { paper: one, account: eve, isOwn: true, at: NOW })).rejects.toThrow(
        'Only the authors',
      );
      await expect(linkAsAuthor(store, { paper: one, account: eve, links: [], at: NOW })).rejects.toThrow(
        'Only the authors',
      );
      await expect(pinComment(store, { paper: one, account: ada, comment: reply })).rejects.toThrow(
        'not a reply',
      );
      await pinComment(store, { paper: one, account: ada, comment: own });
      await ownSummary(store, { paper: one, account: ada, isOwn: true, at: NOW });
      await linkAsAuthor(store, {
        paper: one,
        account: ada,
        links: ['https://github.com/ada/engine'],
        at: NOW,
      });
      const shown = await show();
      expect(shown.letters.map(({ id, isPinned }) => [id, isPinned])).toEqual([
        [own, true],
        [reply, false],
        [older, false],
      ]);
      expect(shown).toMatchObject({
        summaryBy: 'Ada',
        authors: [{ author: 'ada-lovelace', displayName: 'Ada' }],
      });
      const row = await store.read
        .selectFrom('papers')
        .select('links')
        .where('pk', '=', one)
        .executeTakeFirstOrThrow();
      expect(row.links).toContain('https://github.com/ada/engine');
      await changeAccount(store, ada, { state: 'silenced' }, act());
      await expect(pinComment(store, { paper: one, account: ada, comment: null })).rejects.toThrow(
        'Only the authors',
      );
      await deleteAccount(store, ada);
      expect(await show()).toMatchObject({ summaryBy: null, authors: [] });
    });

    it('who is banned, or leaves, is no longer on pages that were kept', async () => {
      const one = await paper({ note: 'Ada Lovelace: ada@six.example' });
      const ada = await person('Ada', 'ada@six.example');
      await claim(one, ada);
      const since = { seq: 0, papers: 0, site: 0, community: 0 };
      const given = async (work: () => Promise<unknown>) => {
        const before = await store.changes(since);
        await work();
        return (await store.changes(before)).given;
      };
      expect(await given(() => changeAccount(store, ada, { state: 'banned' }, act()))).toContain(one);
      expect(await given(() => changeAccount(store, ada, { state: 'active' }, act()))).toContain(one);
      expect(await given(() => deleteAccount(store, ada))).toContain(one);
    });

    it('stays one when papers are merged; of two with one author, one does', async () => {
      const [one, other] = [
        await paper({ note: 'Ada Lovelace: a@five.example' }),
        await paper({ note: 'Ada Lovelace: b@five.example' }),
      ];
      const [a, b] = [await person('A', 'a@five.example'), await person('B', 'b@five.example')];
      await claim(one, a);
      await claim(other, b);
      await mergePapers(store, arxivName(next - 1), arxivName(next));
      await followPapers(store);
      expect(await granted(one)).toEqual([a]);
      expect(await claimsBy(store.read, b)).toMatchObject([{ paper: one, state: 'refused' }]);
    });
  });
});
