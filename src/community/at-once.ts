/**
 * What pages ask about their reader, answered without waiting (store/at-once.ts), and remembered for as long as nobody
 * has committed anything: so it is never older than the request. The same questions, for databases elsewhere and
 * whatever else needs them, are in sessions.ts, votes.ts and personal/.
 */
import { LRUCache } from 'lru-cache';
import type { AtOnce } from '../store/at-once.ts';
import type { Schema } from '../store/schema.ts';
import { type Account, accountOf } from './accounts.ts';
import { MOST_COUNTED } from './personal/notices.ts';
import { hashOf } from './secrets.ts';
import { isDue, type Session, sessionFrom } from './sessions.ts';

/** Sessions and readers that are remembered. */
const REMEMBERED = 5000;

/** What a reader has to do with a paper; several are added up. */
export const OWN = { voted: 1, saved: 2, isMore: 4, read: 8, dismissed: 16 } as const;

/** Who is signed in, as of a version of the database (store/at-once.ts). */
export interface Present {
  account: Account;
  session: Session;
  version: number;
}

/** The papers of a page. */
export interface Asked {
  keys: readonly number[];
  /** Where each of them is among the keys. */
  places: ReadonlyMap<number, number>;
  /** The keys, for a query. */
  text: string;
}

export const asked = (keys: readonly number[]): Asked => ({
  keys,
  places: new Map(keys.map((key, i) => [key, i])),
  text: JSON.stringify(keys),
});

/** Questions about readers, answered at once. */
export interface ReadersAtOnce {
  /** Who is signed in with a secret. Null: nobody is, or it must be noted that somebody was: `sessionOf` can tell. */
  signedIn(secret: string): Present | null;
  /** How many notifications a reader has not seen, up to a hundred. Of somebody who is signed in at this moment. */
  unseen(of: Present): number;
  /**
   * What a reader has to do with each of some papers: the sum of what applies of `OWN`. Null: votes and lists are being
   * moved to the paper that theirs has become part of, and are found in both places.
   */
  among(of: Present, papers: Asked): Uint8Array | null;
  /** The lists a reader gets by email, each as kind and subject: `author ada-lovelace`. */
  subscriptions(of: Present): ReadonlySet<string>;
}

interface Remembered {
  version: number;
  unseen?: number;
  subscriptions?: ReadonlySet<string>;
  among?: Uint8Array | null;
  /** The text of what was asked for it. */
  text?: string;
}

/** If a reader has no more votes, all are read: that is quicker than looking for each paper of a page. */
const FEW = 100;

type SessionRow = Schema['sessions'] & { session: string; session_created_at: number };

const SIGNED_IN = `SELECT accounts.id, name, display_name, email, email_verified, role, state, shows_votes,
    accounts.created_at, sessions.id AS session, sessions.created_at AS session_created_at, seen_at, expires_at, browser
  FROM sessions INNER JOIN accounts ON accounts.id = sessions.account
  WHERE sessions.hash = ?1 AND accounts.state NOT IN ('banned', 'deleted')`;
const UNSEEN = `SELECT 1 FROM notices LEFT JOIN comments ON comments.id = notices.comment
  WHERE notices.account = ?1 AND notices.seen_at IS NULL
    AND (notices.comment IS NULL OR comments.state = 'shown') LIMIT ${MOST_COUNTED}`;
const MOVING = 'SELECT 1 FROM moved_papers WHERE pending = 1 LIMIT 1';

/** A query for rows about an account: the first of them, and those about some papers. */
const about = (query: string) => ({
  first: `${query} LIMIT ${FEW}`,
  among: `${query} AND paper IN (SELECT value FROM json_each(?2))`,
});
const VOTED = about('SELECT paper FROM votes WHERE voter = ?1');
const SAVED = about('SELECT paper, note FROM saved_papers WHERE account = ?1');
const MARKED = about('SELECT paper, read_at, dismissed_at FROM reading_marks WHERE account = ?1');

const SUBSCRIPTIONS = `SELECT list, subject FROM subscriptions
  WHERE subscriber = (SELECT id FROM subscribers WHERE account = ?1 ORDER BY id LIMIT 1)`;

export function readersAtOnce(db: AtOnce, now: () => number): ReadersAtOnce {
  const sessions = new LRUCache<string, Present & { expires: number }>({ max: REMEMBERED });
  const readers = new LRUCache<number, Remembered>({ max: REMEMBERED });

  const signedIn = (hash: string, version: number): (Present & { expires: number }) | null => {
    const [row] = db.rows<Schema['accounts'] & SessionRow>(SIGNED_IN, hash);
    if (!row) return null;
    const { session: id, session_created_at: created_at, seen_at, expires_at, browser } = row;
    return {
      account: accountOf(row),
      session: sessionFrom({ id, created_at, seen_at, browser }),
      version,
      expires: expires_at,
    };
  };

  /** What is known about a reader and still right. */
  const remembered = ({ account: { id }, version }: Present): Remembered => {
    const known = readers.get(id);
    if (known?.version === version) return known;
    const fresh = { version };
    readers.set(id, fresh);
    return fresh;
  };

  /** Rows about an account, at least those about some papers. */
  const rowsOf = <Row>({ first, among: those }: typeof VOTED, account: number, papers: Asked): Row[] => {
    const rows = db.rows<Row>(first, account);
    return rows.length < FEW ? rows : db.rows<Row>(those, account, papers.text);
  };

  const among = (account: number, papers: Asked): Uint8Array | null => {
    if (db.rows(MOVING).length > 0) return null;
    const found = new Uint8Array(papers.keys.length);
    const add = (paper: number, what: number): void => {
      const at = papers.places.get(paper);
      if (at !== undefined) found[at]! |= what;
    };
    for (const { paper } of rowsOf<{ paper: number }>(VOTED, account, papers)) add(paper, OWN.voted);
    for (const { paper, note } of rowsOf<{ paper: number; note: string }>(SAVED, account, papers)) {
      const isAgain = (found[papers.places.get(paper) ?? -1] ?? 0) & OWN.saved;
      add(paper, note !== '' || isAgain ? OWN.saved | OWN.isMore : OWN.saved);
    }
    for (const row of rowsOf<Schema['reading_marks']>(MARKED, account, papers)) {
      if (row.read_at !== null) add(row.paper, OWN.read);
      if (row.dismissed_at !== null) add(row.paper, OWN.dismissed);
    }
    return found;
  };

  return {
    signedIn(secret) {
      const hash = hashOf(secret);
      const version = db.version();
      let known = sessions.get(hash);
      if (known?.version !== version) {
        const found = signedIn(hash, version);
        // There is no end of secrets that are none.
        if (found === null) return null;
        known = found;
        sessions.set(hash, known);
      }
      return known.expires <= now() || isDue(known.session, now()) ? null : known;
    },
    unseen(of) {
      const known = remembered(of);
      known.unseen ??= db.rows(UNSEEN, of.account.id).length;
      return known.unseen;
    },
    subscriptions(of) {
      const known = remembered(of);
      known.subscriptions ??= new Set(
        db
          .rows<{ list: string; subject: string }>(SUBSCRIPTIONS, of.account.id)
          .map(({ list, subject }) => `${list} ${subject}`),
      );
      return known.subscriptions;
    },
    among(of, papers) {
      const known = remembered(of);
      if (known.text !== papers.text || known.among === undefined) {
        known.among = among(of.account.id, papers);
        known.text = papers.text;
      }
      return known.among;
    },
  };
}
