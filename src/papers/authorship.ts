/**
 * Who is an author of a paper: claimed by an email address or an ORCID that the paper's records hold, which counts at
 * once, or by a request that a moderator decides. Each author of a paper belongs to one person, even if two claim it at
 * once.
 */
import { addGiven, type CommunityChange, communityChange } from '../community/change.ts';
import { type Act, checkIsNotOwn, checkMayModerate, logAct, ModerationRefused } from '../community/log.ts';
import { familyOf, presentPaper } from '../community/papers.ts';
import { notify, unwatchPaper, watchPaper } from '../community/personal/notices.ts';
import { newId } from '../community/secrets.ts';
import { inSlices } from '../store/bulk.ts';
import { announce } from '../store/listening.ts';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { isAddressOf } from './author-addresses.ts';
import { editPaper, linksFrom, linksRefused, summaryText } from './intake/edits.ts';
import { authorSlug } from './slug.ts';
import type { Identifier, PaperRecord, Source } from './types.ts';

/** `asked`: a moderator has not decided yet. */
export type ClaimState = 'asked' | 'granted' | 'refused';

export interface Claim {
  id: string;
  paper: number;
  /** The author's name, as in addresses. */
  author: string;
  account: number;
  state: ClaimState;
  /** What it rests on. */
  how: 'email' | 'orcid' | 'request';
  evidence: string;
  at: number;
}

/** Characters of evidence, and claims of one account that wait for a decision. */
export const LONGEST_EVIDENCE = 2000;
export const MOST_ASKED = 20;

/** A write to what pages of a paper show. */
function paperChange<T>(
  store: Store,
  paper: number,
  work: (change: CommunityChange, paper: number) => Promise<T>,
) {
  return communityChange(store, async (change) => {
    const present = await presentPaper(change.tx, paper);
    const result = await work(change, present);
    await addGiven(change, present, {});
    if (store.dialect === 'postgres') await announce(change.tx);
    return result;
  });
}

interface Wanted {
  paper: number;
  account: number;
  /** As printed on the paper. */
  author: string;
  /** For a moderator, where no record proves it. */
  evidence: string;
  at: number;
}

/**
 * Claims an author of a paper. With a verified address that the paper's records give for this author it is granted at
 * once, unless somebody else has this author; otherwise it waits for a moderator.
 *
 * @returns what has become of it
 * @throws NoSuchPaper; ModerationRefused if there is no such author, one may not, or has one of this paper already
 */
export function claimAuthor(store: Store, wanted: Wanted): Promise<ClaimState> {
  return claim(store, wanted, async (db, paper) => {
    const account = await db
      .selectFrom('accounts')
      .select(['email', 'email_verified'])
      .where('id', '=', wanted.account)
      .executeTakeFirst();
    const isProven =
      account?.email &&
      account.email_verified === 1 &&
      (await recordsGive(db, paper, wanted.author, account.email));
    return isProven ? 'email' : null;
  });
}

/**
 * Claims the authors that an ORCID proves: in those papers whose records hold it, next to a name. The caller has
 * verified that the ORCID is the account's own.
 *
 * @param orcid `0000-0002-1825-0097`
 * @returns the papers that were granted
 */
export async function claimByOrcid(
  store: Store,
  { account, orcid, at }: { account: number; orcid: string; at: number },
): Promise<number[]> {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(orcid)) return [];
  const rows = await store.read
    .selectFrom('records')
    .select(['paper_pk', 'content'])
    .where('source', '=', 'crossref')
    .where('content', 'like', `%"${orcid}"%`)
    .limit(1000)
    .execute();
  const granted: number[] = [];
  for (const { paper_pk: paper, content } of rows) {
    const { orcids = {} } = JSON.parse(content!) as PaperRecord;
    const author = Object.keys(orcids).find((name) => orcids[name] === orcid);
    if (author === undefined) continue;
    try {
      const state = await claim(store, { paper, account, author, evidence: orcid, at }, async () => 'orcid');
      if (state === 'granted') granted.push(paper);
    } catch (error) {
      // This paper prints another name, or they have claimed it already.
      if (!(error instanceof ModerationRefused)) throw error;
    }
  }
  return granted;
}

async function claim(
  store: Store,
  { account, author, evidence, at, ...wanted }: Wanted,
  proof: (db: Db, paper: number) => Promise<'email' | 'orcid' | null>,
): Promise<ClaimState> {
  return paperChange(store, wanted.paper, async ({ tx }, paper) => {
    const who = await tx.selectFrom('accounts').select('state').where('id', '=', account).executeTakeFirst();
    if (who?.state !== 'active') throw new ModerationRefused(403, 'Your account cannot claim papers.');
    const slug = authorSlug(author);
    if (slug === '' || !(await authorsNamed(tx, paper)).some((name) => authorSlug(name) === slug))
      throw new ModerationRefused(400, 'This paper has no author by that name.');
    const family = await familyOf(tx, paper);
    const known = await tx
      .selectFrom('authorships')
      .selectAll()
      .where('paper', 'in', family)
      .where('state', '!=', 'refused')
      .execute();
    const own = known.find((row) => row.account === account);
    if (own?.author === slug) return own.state as ClaimState;
    if (own) throw new ModerationRefused(409, 'You have already claimed to be another author of this paper.');
    const how = await proof(tx, paper);
    const isTaken = known.some((row) => row.author === slug && row.state === 'granted');
    const state: ClaimState = how !== null && !isTaken ? 'granted' : 'asked';
    if (state === 'asked') {
      const { count } = await tx
        .selectFrom('authorships')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('account', '=', account)
        .where('state', '=', 'asked')
        .executeTakeFirstOrThrow();
      if (Number(count) >= MOST_ASKED)
        throw new ModerationRefused(409, 'Moderators have not decided on your other claims yet.');
    }
    await tx
      .insertInto('authorships')
      .values({
        id: newId(),
        paper,
        author: slug,
        account,
        state,
        how: how ?? 'request',
        evidence: evidence.slice(0, LONGEST_EVIDENCE),
        at,
        decided: state === 'granted' ? at : null,
      })
      .execute();
    if (state === 'granted') await watchPaper(tx, { paper, account, why: 'claimed', at });
    return state;
  });
}

async function authorsNamed(db: Db, paper: number): Promise<string[]> {
  const row = await db.selectFrom('papers').select('authors').where('pk', '=', paper).executeTakeFirst();
  return row ? (JSON.parse(row.authors) as string[]) : [];
}

/** Services whose records prove something: anybody may put what they like into a file, a feed or a form. */
const TRUSTED: readonly Source[] = ['arxiv', 'arxiv-feed', 'openreview', 'acl', 'crossref'];

/** Whether what the trusted sources say about a paper gives an address for one of its authors. */
async function recordsGive(db: Db, paper: number, author: string, email: string): Promise<boolean> {
  const printed = await authorsNamed(db, paper);
  const records = await db
    .selectFrom('records')
    .innerJoin('papers', 'papers.pk', 'records.paper_pk')
    .select(['content', 'abstract', 'note', 'authors'])
    .where('paper_pk', '=', paper)
    .where('source', 'in', TRUSTED)
    .execute();
  // The only record of a paper is the paper.
  return records.some(({ content, abstract, note, authors }) =>
    textsIn(content === null ? [abstract, note, JSON.parse(authors)] : JSON.parse(content)).some((text) =>
      isAddressOf(text, email, author, printed),
    ),
  );
}

/** Every text in what a record says. */
function textsIn(said: unknown): string[] {
  if (typeof said === 'string') return [said];
  return typeof said === 'object' && said !== null ? Object.values(said).flatMap(textsIn) : [];
}

const claimOf = ({ decided: _, ...row }: Schema['authorships']): Claim => row as Claim;

/** Claims that wait for a moderator, the oldest first. */
export async function claimsAsked(db: Db, limit: number): Promise<Claim[]> {
  const rows = await db
    .selectFrom('authorships')
    .selectAll()
    .where('state', '=', 'asked')
    .orderBy('at')
    .limit(limit)
    .execute();
  return rows.map(claimOf);
}

/** Claims of an account, the newest first. */
export async function claimsBy(db: Db, account: number, limit = 200): Promise<Claim[]> {
  const rows = await db
    .selectFrom('authorships')
    .selectAll()
    .where('account', '=', account)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(claimOf);
}

/** Claims of a paper that have not been refused. */
export async function claimsOn(db: Db, paper: number): Promise<Claim[]> {
  const rows = await db
    .selectFrom('authorships')
    .selectAll()
    .where('paper', 'in', await familyOf(db, paper))
    .where('state', '!=', 'refused')
    .execute();
  return rows.map(claimOf);
}

/**
 * Decides a claim; said in the log. Undoing it asks again.
 *
 * @throws ModerationRefused if there is none, it has been decided, or somebody else has this author
 */
export async function decideClaim(store: Store, id: string, isGranted: boolean, act: Act): Promise<void> {
  const found = await store.read
    .selectFrom('authorships')
    .select('paper')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!found) throw new ModerationRefused(404, 'There is no such claim.');
  await paperChange(store, found.paper, async ({ tx }, paper) => {
    await checkMayModerate(tx, act);
    const row = await tx.selectFrom('authorships').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new ModerationRefused(404, 'There is no such claim.');
    const said = await checkIsNotOwn(tx, act, [row.account]);
    const isUndoing = act.undoes !== undefined;
    const state: ClaimState = isUndoing ? 'asked' : isGranted ? 'granted' : 'refused';
    if (isUndoing ? row.state === 'asked' : row.state === state)
      throw new ModerationRefused(409, 'This has already been decided.');
    const family = await familyOf(tx, paper);
    const others = await tx
      .selectFrom('authorships')
      .select(['account', 'author', 'state'])
      .where('paper', 'in', family)
      .where('id', '!=', id)
      .execute();
    if (state === 'granted' && others.some((one) => one.author === row.author && one.state === 'granted'))
      throw new ModerationRefused(409, 'Somebody else has already been confirmed as this author.');
    if (state !== 'refused' && others.some((one) => one.account === row.account && one.state !== 'refused'))
      throw new ModerationRefused(409, 'They have since claimed to be another author of this paper.');
    await tx.updateTable('authorships').set({ state, decided: act.at }).where('id', '=', id).execute();
    if (state === 'granted')
      await watchPaper(tx, { paper, account: row.account, why: 'claimed', at: act.at });
    else await forgetActs(tx, family, row.account);
    if (state !== 'asked') {
      const detail =
        state === 'granted' ? 'Your claim to this paper was granted' : 'Your claim to this paper was refused';
      const cause = `claim:${id}:${state}`;
      await notify(tx, [row.account], { kind: 'paper', cause, paper, detail, actor: null, at: act.at });
    }
    await logAct(tx, `authorship ${isUndoing ? 'asked again' : state}`, `claim ${id}`, said, {
      paper,
      author: row.author,
      account: row.account,
    });
  });
}

/** What somebody did as an author without being one. */
async function forgetActs(tx: Db, family: number[], account: number): Promise<void> {
  await tx.deleteFrom('own_summaries').where('paper', 'in', family).where('account', '=', account).execute();
  for (const paper of family) await unwatchPaper(tx, { paper, account, why: 'claimed' });
}

/** Whether somebody is an author of a paper. */
export async function isAuthor(db: Db, account: number, paper: number): Promise<boolean> {
  const row = await db
    .selectFrom('authorships')
    .innerJoin('accounts', 'accounts.id', 'authorships.account')
    .select('authorships.id')
    .where('authorships.paper', 'in', await familyOf(db, paper))
    .where('authorships.account', '=', account)
    .where('authorships.state', '=', 'granted')
    .where('accounts.state', '=', 'active')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether somebody is an author of any paper. */
export async function hasPapers(db: Db, account: number): Promise<boolean> {
  const row = await db
    .selectFrom('authorships')
    .select('id')
    .where('account', '=', account)
    .where('state', '=', 'granted')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function checkIsAuthor(db: Db, account: number, paper: number): Promise<void> {
  if (!(await isAuthor(db, account, paper)))
    throw new ModerationRefused(403, 'Only the authors of this paper can do this.');
}

/** Sets the links of a paper as one of its authors; entered in the log. @throws ModerationRefused, NoSuchPaper */
export function linkAsAuthor(
  store: Store,
  { paper, account, links, at }: { paper: number; account: number; links: string[]; at: number },
): Promise<void> {
  const act = { actor: account, reason: 'As an author of the paper.', at };
  const wanted = linksFrom(links);
  return editPaper(store, paper, 'links', wanted, act, async (tx, pk) => {
    await checkIsAuthor(tx, account, pk);
    const { identifiers } = await tx
      .selectFrom('papers')
      .select('identifiers')
      .where('pk', '=', pk)
      .executeTakeFirstOrThrow();
    const urls = wanted.map(({ url }) => url);
    const refused = await linksRefused(tx, JSON.parse(identifiers) as Identifier[], urls);
    if (refused !== null) throw new ModerationRefused(403, refused);
  });
}

/**
 * Replaces the summary of a paper with the words of one of its authors; `''` removes it, null takes that back. Entered in
 * the log.
 *
 * @throws ModerationRefused, NoSuchPaper
 */
export function summariseAsAuthor(
  store: Store,
  { paper, account, summary, at }: { paper: number; account: number; summary: string | null; at: number },
): Promise<void> {
  const act = { actor: account, reason: 'As an author of the paper.', at };
  const wanted = summary === null ? null : summaryText(summary);
  return editPaper(store, paper, 'summary', wanted, act, (tx, pk) => checkIsAuthor(tx, account, pk));
}

/** Pins a comment above the others, as an author of the paper; null unpins it. @throws ModerationRefused */
export async function pinComment(
  store: Store,
  { paper, account, comment }: { paper: number; account: number; comment: string | null },
): Promise<void> {
  await paperChange(store, paper, async ({ tx }, present) => {
    await checkIsAuthor(tx, account, present);
    const family = await familyOf(tx, present);
    await tx.deleteFrom('pinned_comments').where('paper', 'in', family).execute();
    if (comment === null) return;
    const found = await tx
      .selectFrom('comments')
      .select(['paper', 'parent', 'state'])
      .where('id', '=', comment)
      .executeTakeFirst();
    if (found?.state !== 'shown' || found.parent !== null || !family.includes(found.paper))
      throw new ModerationRefused(400, 'Only a comment on this paper can be pinned, not a reply.');
    await tx.insertInto('pinned_comments').values({ paper: present, comment }).execute();
  });
}

/** Says, as an author of the paper, that its summary is right, or no longer so. @throws ModerationRefused */
export async function ownSummary(
  store: Store,
  { paper, account, isOwn, at }: { paper: number; account: number; isOwn: boolean; at: number },
): Promise<void> {
  await paperChange(store, paper, async ({ tx }, present) => {
    await checkIsAuthor(tx, account, present);
    await tx
      .deleteFrom('own_summaries')
      .where('paper', 'in', await familyOf(tx, present))
      .execute();
    if (isOwn) await tx.insertInto('own_summaries').values({ paper: present, account, at }).execute();
  });
}

/** Names of accounts, in addresses and as they are shown. */
export async function accountNames(
  db: Db,
  ids: number[],
): Promise<Map<number, { name: string; displayName: string }>> {
  const rows = await inSlices([...new Set(ids)], (slice) =>
    db
      .selectFrom('accounts')
      .select(['id', 'name', 'display_name'])
      .where('id', 'in', slice)
      .where('state', '!=', 'deleted')
      .execute(),
  );
  return new Map(rows.map(({ id, name, display_name }) => [id, { name, displayName: display_name }]));
}

export interface Authorship {
  claim(wanted: Wanted): Promise<ClaimState>;
  on(paper: number): Promise<Claim[]>;
  by(account: number): Promise<Claim[]>;
  asked(limit: number): Promise<Claim[]>;
  names(accounts: number[]): ReturnType<typeof accountNames>;
  isAuthor(account: number, paper: number): Promise<boolean>;
  link(given: Parameters<typeof linkAsAuthor>[1]): Promise<void>;
  pin(given: Parameters<typeof pinComment>[1]): Promise<void>;
  summarise(given: Parameters<typeof summariseAsAuthor>[1]): Promise<void>;
  summary(given: Parameters<typeof ownSummary>[1]): Promise<void>;
}

/** What pages ask about authorship. */
export const authorshipIn = (store: Store): Authorship => ({
  claim: (wanted) => claimAuthor(store, wanted),
  on: (paper) => claimsOn(store.read, paper),
  by: (account) => claimsBy(store.read, account),
  asked: (limit) => claimsAsked(store.read, limit),
  names: (accounts) => accountNames(store.read, accounts),
  isAuthor: (account, paper) => isAuthor(store.read, account, paper),
  link: (given) => linkAsAuthor(store, given),
  pin: (given) => pinComment(store, given),
  summarise: (given) => summariseAsAuthor(store, given),
  summary: (given) => ownSummary(store, given),
});
