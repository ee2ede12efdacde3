/**
 * What an issue of each kind of list holds. The editions are as their pages show them, without what has been withdrawn.
 * All other lists hold what entered the site during the period (entered.ts).
 */
import { deedsBetween } from '../community/between.ts';
import { type Follow, followsOf } from '../community/personal/follows.ts';
import { dismissedBy } from '../community/personal/marks.ts';
import type { IssuePaper, ListRef, Reason } from '../digest/types.ts';
import { WebError } from '../http/errors.ts';
import { keysFound } from '../papers/finding.ts';
import type { SearchParams } from '../papers/library.ts';
import { inOrder, ORDERS } from '../papers/orders.ts';
import { readingsOf, textRead } from '../papers/readings.ts';
import { rowToPaper } from '../papers/rows.ts';
import type { Paper } from '../papers/types.ts';
import { paramsOf } from '../present/following.ts';
import { type Reading, SURE } from '../reading/types.ts';
import type { SearchIndex } from '../search/types.ts';
import type { Db } from '../store/schema.ts';
import { type Entered, papersByKey, ranked } from './entered.ts';
import { editionReason, issuePaper } from './issue-paper.ts';
import type { Span } from './periods.ts';

/** Papers in one issue; the list had more if it says so. */
export const MOST_PAPERS = 60;

/** What is in an issue, before it is stored. */
export interface Draft {
  papers: IssuePaper[];
  more: number;
}

/** Lends the search index for as long as `work` takes, when it knows of a change. */
export type LendIndex = <T>(upTo: number, work: (index: Pick<SearchIndex, 'search'>) => T) => Promise<T>;

export interface Sources {
  db: Db;
  lendIndex: LendIndex;
  /** What entered in a period; each is read once. */
  enteredIn(span: Span): Promise<Entered>;
}

/** Null: there is no such list any more. */
export async function draftOf(sources: Sources, list: ListRef, span: Span): Promise<Draft | null> {
  const { subject, name } = list;
  switch (list.list) {
    case 'daily':
    case 'weekly':
    case 'monthly':
      return editionDraft(sources.db, span);
    case 'following':
      return followingDraft(sources, Number(subject), span);
    case 'search': {
      const entered = await sources.enteredIn(span);
      const keys = await searched(sources, subject, entered);
      return keys && filled(sources.db, entered, keys, () => `your search: ${name}`);
    }
    case 'survey': {
      const entered = await sources.enteredIn(span);
      const keys = await searched(sources, subject, entered);
      if (keys === null) return null;
      const papers = await entered.read(sources.db, keys.slice(0, MOST_PAPERS));
      const readings = await readingsOf({ read: sources.db }, papers);
      return {
        papers: papers.map((paper) => issuePaper(paper, surveyReason(name, paper, readings.get(paper.pk)!))),
        more: Math.max(0, keys.length - MOST_PAPERS),
      };
    }
    default: {
      const entered = await sources.enteredIn(span);
      const [keys, reason] =
        list.list === 'author'
          ? [entered.byAuthor(subject), `you follow ${name}`]
          : list.list === 'organization'
            ? [entered.byOrganization(subject), `you follow ${name}`]
            : [entered.inCategory(subject), `new in ${subject}`];
      return filled(sources.db, entered, keys, () => reason);
    }
  }
}

/** Longer reasons would be cut where they are shown, and a figure must not stand without its sentence. */
const LONGEST_REASON = 160;

/** The survey, with the first sentence that states a headline figure, word for word. */
function surveyReason(name: string, paper: Paper, { figures }: Reading): Reason {
  const text = textRead(paper);
  const bare = `your survey: ${name}`;
  const reasons = figures
    .filter(({ isHeadline, confidence }) => isHeadline && confidence >= SURE)
    .map(({ sentence }) => `${bare}. “${text.slice(sentence.start, sentence.end)}”`);
  return reasons.find(({ length }) => length <= LONGEST_REASON) ?? bare;
}

/** The papers of keys, as many as an issue has room for. */
async function filled(
  db: Db,
  entered: Entered,
  keys: readonly number[],
  reason: (pk: number) => Reason,
): Promise<Draft> {
  const papers = await entered.read(db, keys.slice(0, MOST_PAPERS));
  return {
    papers: papers.map((paper) => issuePaper(paper, reason(paper.pk))),
    more: Math.max(0, keys.length - MOST_PAPERS),
  };
}

async function editionDraft(db: Db, { first, last }: Span): Promise<Draft> {
  const members = db
    .selectFrom('papers')
    .where('listed', '>=', first)
    .where('listed', '<=', last)
    .where('late', '=', 0)
    .where('withdrawn', '=', 0);
  const rows = await inOrder(members, ORDERS.votes).selectAll().limit(MOST_PAPERS).execute();
  const { total } = await members
    .select((e) => e.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const papers = rows.map(rowToPaper);
  return {
    papers: papers.map((paper) => issuePaper(paper, editionReason(paper))),
    more: Number(total) - papers.length,
  };
}

/** Papers of one answer of the index, and answers looked through before a search counts as one for everything. */
const PER_ANSWER = 1000;
const MOST_ANSWERS = 20;
/** Searches of one period whose answers are remembered. */
const MOST_SEARCHES = 20_000;

function searched(sources: Sources, query: string, entered: Entered): Promise<readonly number[] | null> {
  const known = entered.searched.get(query);
  if (known !== undefined) return known;
  const searching = search(sources, query, entered);
  if (entered.searched.size < MOST_SEARCHES) entered.searched.set(query, searching);
  searching.catch(() => entered.searched.delete(query));
  return searching;
}

/**
 * Papers that entered and match a search, in the order of its answers; of a search that has no words, most votes first.
 * Null: it is no longer understood.
 */
async function search({ lendIndex }: Sources, query: string, entered: Entered): Promise<number[] | null> {
  let params: SearchParams;
  try {
    params = paramsOf(query);
  } catch (error) {
    if (error instanceof WebError) return null;
    throw error;
  }
  const { earliest, places, upTo } = entered;
  if (earliest === null) return [];
  const { from } = params;
  const wanted = {
    ...params,
    from: from !== undefined && from > earliest ? from : earliest,
    limit: PER_ANSWER,
  };
  return lendIndex(upTo, (index) => {
    const best = keysFound(index, { ...wanted, page: 1 });
    const found = new Set(best.keys.filter((pk) => places.has(pk)));
    if (!best.last) {
      // There are more than one answer holds: the rest by date, until there can be none left.
      const rest: number[] = [];
      for (let page = 1; page <= MOST_ANSWERS; page++) {
        const { keys, last } = keysFound(index, { ...wanted, sort: 'date', page });
        rest.push(...keys.filter((pk) => places.has(pk) && !found.has(pk)));
        if (last) break;
      }
      for (const pk of ranked(entered, rest)) found.add(pk);
    }
    return params.q.trim() === '' ? ranked(entered, found) : [...found];
  });
}

/** Which of several reasons is given: the first of these kinds. */
const KINDS: readonly Follow['kind'][] = ['author', 'search', 'organization', 'person', 'category'];

async function followingDraft(sources: Sources, account: number, span: Span): Promise<Draft | null> {
  const { db } = sources;
  const owner = await db.selectFrom('accounts').select('state').where('id', '=', account).executeTakeFirst();
  if (owner === undefined || owner.state === 'deleted') return null;
  const follows = await followsOf(db, account);
  const entered = await sources.enteredIn(span);
  const reasons = new Map<number, Reason>();
  const add = (pks: Iterable<number>, reason: (pk: number) => Reason): void => {
    for (const pk of pks) if (!reasons.has(pk)) reasons.set(pk, reason(pk));
  };
  const others = new Map<number, Paper>();
  for (const kind of KINDS) {
    const those = follows.filter((one) => one.kind === kind);
    if (kind === 'person') await addDeeds(those);
    else for (const one of those) add(await keysOf(sources, one, entered), () => reasonOf(one));
  }
  const dismissed = await dismissedBy(db, account);
  const all = [...reasons.keys()].filter((pk) => !dismissed.has(pk));
  // What people did is about papers of any age, and comes behind what is new.
  const fresh = ranked(entered, all);
  const keys = [...fresh, ...all.filter((pk) => others.has(pk))];
  const shown = keys.slice(0, MOST_PAPERS);
  const read = new Map(
    (
      await entered.read(
        db,
        shown.filter((pk) => !others.has(pk)),
      )
    ).map((one) => [one.pk, one]),
  );
  return {
    papers: shown.flatMap((pk) => {
      const paper = read.get(pk) ?? others.get(pk);
      return paper ? [issuePaper(paper, reasons.get(pk)!)] : [];
    }),
    more: keys.length - shown.length,
  };

  async function addDeeds(people: Follow[]): Promise<void> {
    const deeds = await deedsBetween(
      db,
      people.map(({ subject }) => Number(subject)),
      span.from,
      span.until,
    );
    if (deeds.length === 0) return;
    const about = [...new Set(deeds.map(({ paper }) => paper))];
    for (const paper of await papersByKey(
      db,
      about.filter((pk) => !entered.places.has(pk)),
    ))
      others.set(paper.pk, paper);
    for (const { paper, name, did } of deeds)
      if (entered.places.has(paper) || others.has(paper))
        add([paper], () => (did === 'voted' ? `${name} voted for it` : `${name} commented on it`));
  }
}

async function keysOf(
  sources: Sources,
  { kind, subject }: Follow,
  entered: Entered,
): Promise<readonly number[]> {
  if (kind === 'author') return entered.byAuthor(subject);
  if (kind === 'organization') return entered.byOrganization(subject);
  if (kind === 'category') return entered.inCategory(subject);
  return (await searched(sources, subject, entered)) ?? [];
}

const reasonOf = ({ kind, name }: Follow): Reason =>
  kind === 'search' ? `your search: ${name}` : kind === 'category' ? `new in ${name}` : `you follow ${name}`;
