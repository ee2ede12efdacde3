/** What moderators do, in one place: pages and commands go through it, and the log has every act. */
import { accountByName, changeAccount, ROLES, type Role } from '../community/accounts.ts';
import { lockDiscussion, lockThread, setCommentState } from '../community/comments.ts';
import type { Placed } from '../community/discussions.ts';
import { banDomain } from '../community/domains.ts';
import { type Case, decideCase, flag, openCases } from '../community/flags.ts';
import { type Act, actLogged, actsLogged, type LogEntry, ModerationRefused } from '../community/log.ts';
import { familyOf, homeOf, homesOf } from '../community/papers.ts';
import { hidePicture, picturesOf } from '../community/pictures.ts';
import { lastReport, type Report } from '../community/rings.ts';
import { lettersOf } from '../community/threads.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { decideClaim } from './authorship.ts';
import { parseIdentifier } from './identifiers.ts';
import { CannotDecide, type Difference, mergePapers, splitPaper, undoDecision } from './intake/decisions.ts';
import { editPaper, linksFrom, summaryText } from './intake/edits.ts';
import type { PaperEdits } from './intake/edits-kept.ts';
import { together } from './intake/together.ts';
import type { Identifier } from './types.ts';

export type { Case } from '../community/flags.ts';

/** What a moderator wants done. `paper`: its key. */
export type Wanted =
  | { do: 'hide' | 'show' | 'delete' | 'lock-thread' | 'unlock-thread'; comment: string }
  | { do: 'lock' | 'unlock'; paper: number }
  | { do: 'silence' | 'ban' | 'restore'; account: string }
  | { do: 'role'; account: string; role: string }
  /** `links`: their addresses; null: as the sources have them. */
  | { do: 'links'; paper: number; links: string[] | null }
  /** `summary`: `''` removes it; null: as the sources or the model have it. */
  | { do: 'summary'; paper: number; summary: string | null }
  | { do: 'move'; paper: number; day: string | null }
  /** Any name of either. */
  | { do: 'merge'; id: string; other: string }
  /** `records`: none undoes merges made by hand. */
  | { do: 'split'; id: string; records: string[] }
  | { do: 'ban-domain' | 'allow-domain'; domain: string }
  | { do: 'hide-picture' | 'show-picture'; picture: string }
  | { do: 'uphold' | 'dismiss'; subject: string }
  | { do: 'grant' | 'refuse'; claim: string };

/** An entry of the log as it is shown. */
export interface ShownEntry extends LogEntry {
  /** Null: on the command line, or they have left. */
  actorName: string | null;
  /** What it is about. `name`: of an account or the id of a paper; null: it is no longer here. */
  about: { kind: 'account' | 'comment' | 'paper' | 'other'; id: string; name: string | null };
  canBeUndone: boolean;
}

export interface Moderation {
  /** The newest acts, or those before one. */
  log(limit: number, before?: number): Promise<ShownEntry[]>;
  /** @throws ModerationRefused, CannotDecide, AccountError, NoSuchPaper */
  act(wanted: Wanted, act: Act): Promise<void>;
  /** Undoes an act, as an act of its own. @throws as `act` */
  undo(id: number, act: Act): Promise<void>;
  /** What has been flagged or waits for review, the weightiest first. */
  cases(limit: number): Promise<Case[]>;
  /** Flags something. @throws CommentRefused, NoSuchPaper */
  flag(given: { subject: string; account: number; reason: string; at: number }): Promise<void>;
  /** A comment as moderators see it, hidden or not; null: there is none. */
  comment(id: string): Promise<(Placed & { cases: Case[] }) | null>;
  /** What can be decided about a paper. */
  paper(pk: number): Promise<{
    records: { label: string; title: string }[];
    isLocked: boolean;
    cases: Case[];
    pictures: Awaited<ReturnType<typeof picturesOf>>;
  }>;
  /** Accounts that vote alike, as last looked for; null: not yet. Those that have left are not in it. */
  rings(): Promise<(Report & { names: Map<number, string> }) | null>;
  /** Domains that nobody can link to in a comment. */
  bannedDomains(): Promise<string[]>;
}

const STATES = { silence: 'silenced', ban: 'banned', restore: 'active' } as const;

/** Does what a moderator wants. */
export async function moderate(store: Store, wanted: Wanted, act: Act): Promise<void> {
  switch (wanted.do) {
    case 'hide':
    case 'show':
    case 'delete': {
      const state = ({ hide: 'hidden', show: 'shown', delete: 'deleted' } as const)[wanted.do];
      if (!(await setCommentState(store, wanted.comment, state, act)))
        throw new ModerationRefused(404, 'There is no such comment, or it has been deleted.');
      return;
    }
    case 'lock-thread':
    case 'unlock-thread':
      if (!(await lockThread(store, wanted.comment, wanted.do === 'lock-thread', act)))
        throw new ModerationRefused(404, 'There is no such comment.');
      return;
    case 'lock':
    case 'unlock':
      return lockDiscussion(store, wanted.paper, wanted.do === 'lock', act);
    case 'silence':
    case 'ban':
    case 'restore':
      await changeAccount(store, await idOf(store.read, wanted.account), { state: STATES[wanted.do] }, act);
      return;
    case 'role': {
      const role = ROLES.find((one) => one === wanted.role);
      if (!role) throw new ModerationRefused(400, 'There is no such role.');
      await changeAccount(store, await idOf(store.read, wanted.account), { role }, act);
      return;
    }
    case 'links':
      return editPaper(store, wanted.paper, 'links', wanted.links && linksFrom(wanted.links), act);
    case 'summary':
      return editPaper(store, wanted.paper, 'summary', wanted.summary && summaryText(wanted.summary), act);
    case 'move':
      return editPaper(store, wanted.paper, 'day', wanted.day, act);
    case 'merge':
      await mergePapers(store, identifierOf(wanted.id), identifierOf(wanted.other), { act });
      return;
    case 'split':
      await splitPaper(store, identifierOf(wanted.id), wanted.records, { act });
      return;
    case 'ban-domain':
    case 'allow-domain':
      return banDomain(store, wanted.domain, wanted.do === 'ban-domain', act);
    case 'hide-picture':
    case 'show-picture':
      return hidePicture(store, wanted.picture, wanted.do === 'hide-picture', act);
    case 'uphold':
    case 'dismiss':
      return decideCase(store, wanted.subject, wanted.do === 'uphold', act);
    case 'grant':
    case 'refuse':
      return decideClaim(store, wanted.claim, wanted.do === 'grant', act);
  }
}

async function idOf(db: Db, name: string): Promise<number> {
  const account = await accountByName(db, name.slice(0, 200));
  if (!account) throw new ModerationRefused(404, 'There is nobody here by that name.');
  return account.id;
}

function identifierOf(text: string): Identifier {
  const found = parseIdentifier(text) ?? parseIdentifier(text, 'local');
  if (!found) throw new CannotDecide(`'${text.slice(0, 100)}' is not the id of a paper`);
  return found;
}

/** What is final, and what undoes something else in a way of its own. */
const FINAL = new Set(['comment deleted', 'state deleted', 'flags reopened', 'authorship asked again']);

/** @throws ModerationRefused if it cannot be undone, or has been already */
export async function undo(store: Store, id: number, reason: Act): Promise<void> {
  const entry = await actLogged(store.read, id);
  if (!entry) throw new ModerationRefused(404, 'There is no such entry in the log.');
  if (FINAL.has(entry.act))
    throw new ModerationRefused(409, 'This cannot be undone: what has been deleted cannot be brought back.');
  if (entry.undoneBy !== null) throw new ModerationRefused(409, 'This has already been undone.');
  let done = false;
  const logged = (): void => {
    done = true;
  };
  await undoEntry(store, entry, { ...reason, undoes: id, logged });
  // Where everything was as it should be, nothing has been done.
  if (!done) throw new ModerationRefused(409, 'There is nothing to undo: this has changed since.');
}

async function undoEntry(store: Store, entry: LogEntry, act: Act): Promise<void> {
  const [kind, id = ''] = entry.subject.split(' ') as [string, string];
  const detail = (entry.detail ?? {}) as Record<string, unknown>;
  const [what, how] = entry.act.split(' ') as [string, string];
  switch (what) {
    case 'comment':
      await setCommentState(store, id, how === 'shown' ? 'hidden' : 'shown', act);
      return;
    case 'thread':
      await lockThread(store, id, how === 'unlocked', act);
      return;
    case 'discussion':
      return lockDiscussion(store, Number(id), how === 'unlocked', act);
    case 'role':
    case 'state': {
      if (typeof detail.before !== 'string')
        throw new ModerationRefused(
          409,
          'This entry cannot be undone: it does not record what was there before.',
        );
      const before = what === 'role' ? { role: detail.before as Role } : { state: detail.before as 'active' };
      await changeAccount(store, Number(id), before, act);
      return;
    }
    case 'day':
      return editPaper(store, Number(id), 'day', detail.before as PaperEdits['day'], act);
    case 'links':
      return editPaper(store, Number(id), 'links', detail.before as PaperEdits['links'], act);
    case 'summary':
      return editPaper(store, Number(id), 'summary', detail.before as PaperEdits['summary'], act);
    case 'papers':
      return undoDecision(store, detail as unknown as Difference & { of: string[] }, entry.subject, act);
    case 'domain':
      return banDomain(store, id, how === 'allowed', act);
    case 'picture':
      return hidePicture(store, id, how === 'shown', act);
    case 'flags':
      return decideCase(store, entry.subject, how === 'dismissed', act);
    case 'authorship':
      return decideClaim(store, id, how === 'refused', act);
    default:
      throw new ModerationRefused(409, `This cannot be undone (${kind}).`);
  }
}

/** The log as everybody may read it. */
export async function shownLog(db: Db, limit: number, before?: number): Promise<ShownEntry[]> {
  const entries = await actsLogged(db, limit, before);
  const claimed = entries.flatMap(({ subject, detail }) =>
    /^(?:claim|picture) /.test(subject) ? [detail as { paper: number; account?: number }] : [],
  );
  const numbersOf = (kind: string): number[] =>
    entries.flatMap(({ subject }) =>
      subject.startsWith(`${kind} `) ? Number(subject.slice(kind.length + 1)) : [],
    );
  const people = [
    ...entries.flatMap(({ actor }) => actor ?? []),
    ...numbersOf('account'),
    ...claimed.flatMap(({ account }) => account ?? []),
  ];
  const accounts = await inSlices([...new Set(people)], (slice) =>
    db
      .selectFrom('accounts')
      .select(['id', 'name'])
      .where('id', 'in', slice)
      .where('state', '!=', 'deleted')
      .execute(),
  );
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const homes = await homesOf(db, [...numbersOf('paper'), ...claimed.map(({ paper }) => paper)]);
  const papers = await inSlices([...new Set(homes.values())], (slice) =>
    db.selectFrom('papers').select(['pk', 'id']).where('pk', 'in', slice).execute(),
  );
  const ids = new Map(papers.map(({ pk, id }) => [pk, id]));
  return entries.map((entry) => {
    const [kind, id = ''] = entry.subject.split(' ') as [string, string];
    const about =
      kind === 'account'
        ? { kind, id, name: names.get(Number(id)) ?? null }
        : kind === 'paper'
          ? { kind, id, name: ids.get(homes.get(Number(id))!) ?? null }
          : kind === 'claim' || kind === 'picture'
            ? {
                kind: 'paper' as const,
                id,
                name: ids.get(homes.get((entry.detail as { paper: number }).paper)!) ?? null,
              }
            : { kind: kind === 'comment' ? kind : ('other' as const), id, name: id };
    return {
      ...entry,
      actorName: entry.actor === null ? null : (names.get(entry.actor) ?? null),
      about: about as ShownEntry['about'],
      canBeUndone: entry.undoneBy === null && !FINAL.has(entry.act),
    };
  });
}

export const moderationIn = (store: Store, now: () => number): Moderation => ({
  log: (limit, before) => shownLog(store.read, limit, before),
  act: (wanted, act) => moderate(store, wanted, act),
  undo: (id, act) => undo(store, id, act),
  cases: (limit) => openCases(store.read, limit, now()),
  flag: (given) => flag(store, given),
  async comment(id) {
    const db = store.read;
    const row = await db.selectFrom('comments').select('paper').where('id', '=', id).executeTakeFirst();
    if (!row) return null;
    const [letter] = await lettersOf(db, [{ id, depth: 0 }], undefined, true);
    const cases = await openCases(db, 1, now(), `comment ${id}`);
    return letter ? { letter, paper: await homeOf(db, row.paper), cases } : null;
  },
  async paper(pk) {
    const db = store.read;
    const { id } = await db.selectFrom('papers').select('id').where('pk', '=', pk).executeTakeFirstOrThrow();
    const { records } = await together(store, identifierOf(id));
    const locked = await db
      .selectFrom('locked_discussions')
      .select('paper')
      .where('paper', 'in', await familyOf(db, pk))
      .executeTakeFirst();
    return {
      records: records.map(({ record, title }) => ({ label: record, title })),
      isLocked: locked !== undefined,
      cases: await openCases(db, 1, now(), `paper ${pk}`),
      pictures: await picturesOf(db, pk, true),
    };
  },
  async rings() {
    const report = await lastReport(store);
    if (!report) return null;
    const names = await inSlices(
      report.rings.flatMap(({ members }) => members),
      (slice) =>
        store.read
          .selectFrom('accounts')
          .select(['id', 'name'])
          .where('id', 'in', slice)
          .where('state', '!=', 'deleted')
          .execute(),
    );
    return { ...report, names: new Map(names.map(({ id, name }) => [id, name])) };
  },
  async bannedDomains() {
    const rows = await store.read.selectFrom('banned_domains').select('domain').orderBy('domain').execute();
    return rows.map(({ domain }) => domain);
  },
});
