/**
 * Issues as they are stored. What papers were like is stored apart, by its hash: a hundred thousand personal issues of a
 * day are made of the same few papers. An issue never changes, so one that has been read is remembered.
 */
import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Issue, IssuePaper, List, ListRef, Period } from './types.ts';

/** Lists that are the same for everybody; the archive has their issues. */
export const EDITIONS = ['daily', 'weekly', 'monthly'] as const satisfies readonly List[];
export type EditionList = (typeof EDITIONS)[number];
export const isEdition = (list: string): list is EditionList =>
  (EDITIONS as readonly string[]).includes(list);

/** Whether a list's issues are one account's own. */
export const isPrivate = ({ list }: Pick<ListRef, 'list'>): boolean => list === 'following';

export interface Issues {
  /** Null: there is none by that id. */
  find(id: string): Promise<Issue | null>;
  /** The issue of a list for a period; null: it has not been composed. */
  of(list: Pick<ListRef, 'list' | 'subject'>, period: Period): Promise<Issue | null>;
  /**
   * Stores an issue, unless its list has one for its period.
   *
   * @returns the one that is stored: when two are composed at once, both get the first
   */
  keep(issue: Omit<Issue, 'id'>): Promise<Issue>;
  /** Issues of editions that have papers, the newest first. @param lists which editions; default: all */
  archive(limit: number, offset?: number, lists?: readonly EditionList[]): Promise<ArchivedIssue[]>;
  /** The ids of the same issues, and when each was composed (epoch ms). */
  ids(limit: number): Promise<{ id: string; composedAt: number }[]>;
}

/** As much of an issue as a list of issues shows. */
export interface ArchivedIssue extends Omit<Issue, 'papers' | 'more'> {
  /** How many papers the list had, those the issue has no room for included. */
  papers: number;
  /** The first of them. */
  first: IssuePaper[];
}

/** An issue besides what its columns say: per paper its key, the hash of its texts, its counts and the reason. */
interface Content {
  more: number;
  papers: [pk: number, digest: string, votes: number, comments: number, reason: string][];
}
type Texts = Omit<IssuePaper, 'pk' | 'votes' | 'comments' | 'reason'>;

/**
 * The hash of a paper's texts, with the texts as stored. Copies of one `IssuePaper` that differ in their reasons share
 * their list of authors, which stands for the rest.
 */
const hashed = new WeakMap<readonly string[], { digest: string; content: string }>();
function hashOf(said: Texts): { digest: string; content: string } {
  const known = hashed.get(said.authors);
  if (known) return known;
  const content = JSON.stringify(said);
  const made = { digest: createHash('sha256').update(content).digest('base64url').slice(0, 22), content };
  hashed.set(said.authors, made);
  return made;
}

/** Texts that were stored a moment ago are not written again: how many are remembered, and for how long (ms). */
const STORED = 20_000;
/** Texts per statement. */
const CHUNK = 50;
const A_MOMENT = 10 * 60_000;

/** Memory for texts, bytes; issues remembered; papers of an issue that the archive shows. */
const MEMORY = 12 * 1024 * 1024;
const REMEMBERED = 300;
const SHOWN = 20;

const bytesOf = ({ title, abstract, summary, authors }: Texts): number =>
  1000 + 2 * (title.length + (abstract?.length ?? 0) + (summary?.length ?? 0)) + 60 * authors.length;

/** Readable for editions; otherwise nobody can guess it, since what people search for is their own business. */
const newId = ({ list, period }: Pick<Issue, 'list' | 'period'>): string =>
  isEdition(list) ? `${list}-${period}` : `${list}-${randomBytes(12).toString('base64url')}`;

/** The issues of a database. */
export function issuesIn(store: Store): Issues {
  const texts = new LRUCache<string, Texts>({ maxSize: MEMORY, sizeCalculation: bytesOf });
  const remembered = new LRUCache<string, Issue>({ max: REMEMBERED });
  const stored = new LRUCache<string, true>({ max: STORED, ttl: A_MOMENT });

  async function textsOf(db: Db, digests: string[]): Promise<Map<string, Texts>> {
    const found = new Map<string, Texts>();
    const missing: string[] = [];
    for (const digest of digests) {
      const known = texts.get(digest);
      if (known) found.set(digest, known);
      else missing.push(digest);
    }
    const rows = await inSlices(missing, (slice) =>
      db.selectFrom('issue_papers').selectAll().where('digest', 'in', slice).execute(),
    );
    for (const { digest, content } of rows) {
      const said = Object.freeze(JSON.parse(content) as Texts);
      texts.set(digest, said);
      found.set(digest, said);
    }
    return found;
  }

  const papersOf = (content: Content['papers'], found: Map<string, Texts>): IssuePaper[] =>
    content.flatMap(([pk, digest, votes, comments, reason]) => {
      const said = found.get(digest);
      return said ? [{ ...said, pk, votes, comments, reason }] : [];
    });

  async function read(db: Db, row: Schema['issues']): Promise<Issue> {
    const known = remembered.get(row.id);
    if (known) return known;
    const { more, papers } = JSON.parse(row.content) as Content;
    const found = await textsOf(
      db,
      papers.map(([, digest]) => digest),
    );
    const issue = { ...headOf(row), papers: papersOf(papers, found), more };
    remembered.set(row.id, issue);
    return issue;
  }

  async function of(db: Db, { list, subject }: Pick<ListRef, 'list' | 'subject'>, period: Period) {
    const row = await db
      .selectFrom('issues')
      .selectAll()
      .where('list', '=', list)
      .where('subject', '=', subject)
      .where('period', '=', period)
      .executeTakeFirst();
    return row ? read(db, row) : null;
  }

  /** @returns of each, whether its list had none for its period */
  async function write(tx: Db, issues: readonly Rows[]): Promise<boolean[]> {
    const said = new Map<string, Schema['issue_papers']>();
    for (const one of issues)
      for (const texts of one.said) if (!stored.has(texts.digest)) said.set(texts.digest, texts);
    // Always in one order: processes that store the same papers must not wait for each other in a circle.
    const sorted = [...said.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    for (let start = 0; start < sorted.length; start += CHUNK)
      await tx
        .insertInto('issue_papers')
        .values(sorted.slice(start, start + CHUNK))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    const inserted: boolean[] = [];
    for (const { row } of issues) {
      const found = await tx
        .insertInto('issues')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      inserted.push(found !== undefined);
    }
    return inserted;
  }

  // Issues that are composed at the same time are written as one: a disk takes longer for each transaction than
  // composing does.
  let waiting: { rows: Rows; done(isFirst: boolean): void; failed(error: unknown): void }[] = [];
  let isWriting = false;
  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      try {
        const first = await store.write.transaction().execute((tx) =>
          write(
            tx,
            now.map(({ rows }) => rows),
          ),
        );
        now.forEach(({ done }, i) => void done(first[i]!));
      } catch (error) {
        for (const { failed } of now) failed(error);
      }
    }
    isWriting = false;
  }
  const together = (rows: Rows): Promise<boolean> =>
    new Promise((done, failed) => {
      waiting.push({ rows, done, failed });
      if (isWriting) return;
      isWriting = true;
      setImmediate(() => void writeWaiting());
    });

  return {
    async find(id) {
      if (id.length > 100 || id.includes('\0')) return null;
      const known = remembered.get(id);
      if (known) return known;
      const row = await store.read.selectFrom('issues').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? read(store.read, row) : null;
    },
    of: (list, period) => of(store.read, list, period),
    async keep(issue) {
      const { row, said } = rowsOf(issue);
      const isFirst = isEdition(issue.list)
        ? await store.change(async ({ tx, touch }) => {
            const [inserted] = await write(tx, [{ row, said }]);
            // The archive is a page.
            if (inserted) touch('site');
            return inserted!;
          })
        : await together({ row, said });
      for (const { digest } of said) stored.set(digest, true);
      if (!isFirst) return (await of(store.write, issue, issue.period))!;
      const kept = { ...issue, id: row.id };
      remembered.set(kept.id, kept);
      return kept;
    },
    async ids(limit) {
      const rows = await store.read
        .selectFrom('issues')
        .select(['id', 'composed_at'])
        .where('list', 'in', EDITIONS)
        .where('papers', '>', 0)
        .orderBy('composed_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id, composed_at }) => ({ id, composedAt: composed_at }));
    },
    async archive(limit, offset = 0, lists = EDITIONS) {
      const rows = await store.read
        .selectFrom('issues')
        .selectAll()
        .where('list', 'in', lists)
        .where('papers', '>', 0)
        .orderBy('composed_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .offset(offset)
        .execute();
      const contents = rows.map(({ content }) => JSON.parse(content) as Content);
      const found = await textsOf(
        store.read,
        contents.flatMap(({ papers }) => papers.slice(0, SHOWN).map(([, digest]) => digest)),
      );
      return rows.map((row, i) => {
        const { more, papers } = contents[i]!;
        return {
          ...headOf(row),
          papers: papers.length + more,
          first: papersOf(papers.slice(0, SHOWN), found),
        };
      });
    },
  };
}

/** How long issues of one account alone are kept, as long as receipts; all others are permanent. */
const PRIVATE_KEPT = 90 * 86_400_000;

/** Deletes issues of what accounts follow that are too old. @param now epoch ms */
export async function pruneIssues(store: Store, now: number): Promise<void> {
  await store.write
    .deleteFrom('issues')
    .where('list', '=', 'following')
    .where('composed_at', '<', now - PRIVATE_KEPT)
    .execute();
}

const headOf = ({
  id,
  list,
  subject,
  name,
  period,
  composed_at,
}: Schema['issues']): Omit<Issue, 'papers' | 'more'> => ({
  id,
  list: list as List,
  subject,
  name,
  period,
  composedAt: composed_at,
});

/** The row of an issue, and those of what its papers are like. */
interface Rows {
  row: Schema['issues'];
  said: Schema['issue_papers'][];
}

function rowsOf(issue: Omit<Issue, 'id'>): Rows {
  const said = new Map<string, string>();
  const papers = issue.papers.map(({ pk, votes, comments, reason, ...texts }): Content['papers'][number] => {
    const { digest, content } = hashOf(texts);
    said.set(digest, content);
    return [pk, digest, votes, comments, reason];
  });
  return {
    row: {
      id: newId(issue),
      list: issue.list,
      subject: issue.subject,
      period: issue.period,
      name: issue.name,
      papers: papers.length,
      content: JSON.stringify({ more: issue.more, papers } satisfies Content),
      composed_at: issue.composedAt,
    },
    said: [...said].map(([digest, content]) => ({ digest, content })),
  };
}
