/** A reader's own things, for pages and programs alike. */
import type { Store } from '../../store/open.ts';
import {
  addCollection,
  type Collection,
  changeCollection,
  collectionBy,
  collectionsOf,
  type Move,
  movePaper,
  noteOn,
  papersIn,
  removeCollection,
  type SavedPaper,
  savedIn,
  savePaper,
  unsavePaper,
} from './collections.ts';
import { exportAccount } from './export.ts';
import {
  type Follow,
  type FollowKind,
  follow,
  followsOf,
  isFollowing,
  type NewFollow,
  unfollow,
} from './follows.ts';
import { dismissedBy, type Mark, markPaper, type OwnPaper, ownAmong } from './marks.ts';
import {
  type Choice,
  choicesOf,
  chooseNotices,
  deleteNotices,
  endMail,
  type Notice,
  type NoticeKind,
  type NoticeQuery,
  noticeCounts,
  noticesOf,
  ownerOfToken,
  seeNotices,
  unseenCount,
} from './notices.ts';

/** Everything that writes throws PersonalRefused where it cannot be done, and NoSuchPaper where there is no such paper. */
export interface Personal {
  collections(account: number): Promise<Collection[]>;
  /** A collection, public or private; null: there is none. */
  collection(id: string): Promise<Collection | null>;
  papersIn(collection: string): Promise<SavedPaper[]>;
  /** Which of an account's collections hold a paper, with its note there. */
  savedIn(account: number, paper: number): Promise<{ collection: string; note: string }[]>;
  /** @returns its id */
  addCollection(account: number, given: { name: string; isPublic?: boolean }): Promise<string>;
  changeCollection(account: number, id: string, given: { name?: string; isPublic?: boolean }): Promise<void>;
  removeCollection(account: number, id: string): Promise<void>;
  /** @param given.collection without one, the account's first @returns the collection */
  save(account: number, given: { paper: number; collection?: string; note?: string }): Promise<string>;
  /** @param given.collection without one, all of them @returns whether it was there */
  unsave(account: number, given: { paper: number; collection?: string }): Promise<boolean>;
  note(account: number, given: { collection: string; paper: number; note: string }): Promise<void>;
  move(account: number, given: { collection: string; paper: number; to: Move }): Promise<void>;
  mark(account: number, given: { paper: number; mark: Mark; isOn: boolean }): Promise<void>;
  /** What an account has to do with papers. */
  among(account: number, papers: number[]): Promise<Map<number, OwnPaper>>;
  /** Papers that are not relevant to an account. */
  dismissed(account: number): Promise<Set<number>>;
  follows(account: number): Promise<Follow[]>;
  isFollowing(account: number, kind: FollowKind, subject: string): Promise<boolean>;
  follow(account: number, given: NewFollow): Promise<void>;
  /** @returns whether it was followed */
  unfollow(account: number, given: Pick<Follow, 'kind' | 'subject'>): Promise<boolean>;
  /** Notifications, the newest first. */
  notices(account: number, query: NoticeQuery): Promise<Notice[]>;
  /** How many have not been seen, up to a hundred. */
  unseen(account: number): Promise<number>;
  noticeCounts(account: number): Promise<{ all: number; unseen: number }>;
  /** @param ids which; without them, all */
  seeNotices(account: number, ids?: string[]): Promise<void>;
  deleteNotices(account: number, ids?: string[]): Promise<void>;
  /** Where each kind of notification goes. */
  choices(account: number): Promise<Record<NoticeKind, Choice>>;
  choose(account: number, choices: Partial<Record<NoticeKind, Choice>>): Promise<void>;
  /** Whether a token belongs to somebody's mail. */
  hasMail(token: string): Promise<boolean>;
  /** Ends the mail of a token. @returns false: there is no such token */
  endMail(token: string): Promise<boolean>;
  /** Everything this site holds about an account. */
  export(account: number): Promise<Record<string, unknown>>;
}

export function personalIn(store: Store, now: () => number): Personal {
  const db = store.read;
  return {
    collections: (account) => collectionsOf(db, account),
    collection: (id) => collectionBy(db, id),
    papersIn: (collection) => papersIn(db, collection),
    savedIn: (account, paper) => savedIn(db, account, paper),
    addCollection: (account, given) => addCollection(store, account, given, now()),
    changeCollection: (account, id, given) => changeCollection(store, account, id, given, now()),
    removeCollection: (account, id) => removeCollection(store, account, id),
    save: (account, given) => savePaper(store, account, given, now()),
    unsave: (account, given) => unsavePaper(store, account, given, now()),
    note: (account, given) => noteOn(store, account, given, now()),
    move: (account, given) => movePaper(store, account, given, now()),
    mark: (account, given) => markPaper(store, account, given, now()),
    among: (account, papers) => ownAmong(db, account, papers),
    dismissed: (account) => dismissedBy(db, account),
    follows: (account) => followsOf(db, account),
    isFollowing: (account, kind, subject) => isFollowing(db, account, kind, subject),
    follow: (account, given) => follow(store, account, given, now()),
    unfollow: (account, given) => unfollow(store, account, given),
    notices: (account, query) => noticesOf(db, account, query),
    unseen: (account) => unseenCount(db, account),
    noticeCounts: (account) => noticeCounts(db, account),
    seeNotices: (account, ids) => seeNotices(store, account, now(), ids),
    deleteNotices: (account, ids) => deleteNotices(store, account, ids),
    choices: (account) => choicesOf(db, account),
    choose: (account, choices) => chooseNotices(store, account, choices),
    hasMail: async (token) => (await ownerOfToken(db, token)) !== null,
    endMail: (token) => endMail(store, token),
    export: (account) => exportAccount(db, account),
  };
}
