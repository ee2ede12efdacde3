/** What pages ask of the community, in one place over its rooms. */
import type { Store } from '../store/open.ts';
import {
  type Account,
  accountByName,
  accountCalled,
  createAccount,
  deleteAccount,
  type NewAccount,
} from './accounts.ts';
import { communityChange } from './change.ts';
import { endSessions, openSession, type Session, sessionOf, sessionsOf } from './sessions.ts';
import { type FoundLink, HANDED_OVER, lookAtLink, makeLink, type Spending, spendLink } from './sign-ins.ts';
import { submittedBy } from './submissions.ts';
import { bearerOf, createToken, revokeToken, type Scope, type Token, tokensOf } from './tokens.ts';
import {
  castVote,
  type ShownVote,
  shownVotesBy,
  type Voted,
  votedAmong,
  votesBy,
  withdrawVote,
} from './votes.ts';
import { networkNames } from './weights.ts';

/** Who may make an account without being invited. */
export type SignUp = 'open' | 'invite' | 'closed';

/** An account, and the secret of a link for its owner. */
export interface Handed {
  account: Account;
  secret: string;
}

export interface People {
  signUp: SignUp;
  /** Whether sign-in links can be mailed. */
  sendsMail: boolean;
  /** Who is signed in with the secret of a cookie; null: nobody. */
  signedIn(secret: string): Promise<{ account: Account; session: Session } | null>;
  /**
   * Mails a sign-in link, if the owner of the address may sign in. Nobody is told whether that is so.
   *
   * @param next where the link leads in the end, a path
   */
  mailLink(email: string, next: string): Promise<void>;
  /** Creates an account and a sign-in link to pass on to its owner. @throws AccountError */
  invite(wanted: NewAccount): Promise<Handed>;
  /** Creates such a link for an existing account, by its handle or email address; null: there is none. */
  handLink(name: string): Promise<Handed | null>;
  lookAtLink(secret: string): Promise<FoundLink>;
  /**
   * Spends a link and opens a session.
   *
   * @returns the secret for the cookie
   * @throws SignInRefused, AccountError
   */
  signIn(secret: string, displayName: string, browser: string): Promise<string>;
  sessions(account: number): Promise<Session[]>;
  /** Ends one session of an account, or all. */
  signOut(account: number, session?: string): Promise<void>;
  account(name: string): Promise<Account | null>;
  /** Whether others see what an account votes for. */
  showVotes(account: number, shows: boolean): Promise<void>;
  /** Papers that an account has voted for, the newest vote first. Only for who may see them: see `showsVotes`. */
  votesBy(account: number, limit: number): Promise<number[]>;
  /** What any of them has voted for, if they show it, the newest first. */
  shownVotesBy(accounts: number[], limit: number): Promise<ShownVote[]>;
  /** Deletes an account. @throws AccountError for the last admin */
  deleteAccount(account: number, comments: 'keep' | 'delete'): Promise<void>;
  /** Papers that an account has submitted, the newest first. */
  submittedBy(account: number, limit: number): Promise<number[]>;
  /** For whom an access token acts, and with which scopes; null: it is not valid. */
  bearer(token: string): Promise<{ account: Account; scopes: Scope[] } | null>;
  /** Access tokens of an account, the newest first. */
  tokens(account: number): Promise<Token[]>;
  /** Creates an access token. @returns the token, which is shown only this once @throws AccountError */
  createToken(account: number, name: string, scopes: Scope[]): Promise<string>;
  /** Ends an access token. False: the account has none with this id. */
  revokeToken(account: number, id: string): Promise<boolean>;
  /**
   * Casts or withdraws a vote.
   *
   * @param from the public address or network it comes from; null: unknown, or one that many share
   * @throws NoSuchPaper
   */
  vote(paper: number, voter: number, isFor: boolean, from?: string | null): Promise<Voted>;
  /** Those of the papers that a reader has voted for. */
  votedFor(voter: number, papers: number[]): Promise<Set<number>>;
}

export interface PeopleOptions {
  store: Store;
  signUp: SignUp;
  /** Queues a mail with the link to a path of this site; absent: no links are mailed. */
  mail?: (email: string, path: string) => Promise<void>;
  now(): number;
}

export function peopleIn({ store, signUp, mail, now }: PeopleOptions): People {
  const nameNetwork = networkNames(store);
  const handOver = ({ id }: Account) => makeLink(store, { account: id }, now(), HANDED_OVER);
  return {
    signUp,
    sendsMail: mail !== undefined,
    signedIn: (secret) => sessionOf(store, secret, now()),
    async mailLink(email, next) {
      if (!mail) return;
      const known = await store.read
        .selectFrom('accounts')
        .select('state')
        .where('email', '=', email)
        .executeTakeFirst();
      if (known ? known.state === 'banned' : signUp !== 'open') return;
      const query = next === '/' ? '' : `?${new URLSearchParams({ next })}`;
      await mail(email, `/sign-in/${await makeLink(store, { email }, now())}${query}`);
    },
    async invite(wanted) {
      const account = await createAccount(store, wanted, now());
      return { account, secret: await handOver(account) };
    },
    async handLink(name) {
      const account = await accountCalled(store.read, name);
      return account && { account, secret: await handOver(account) };
    },
    lookAtLink: (secret) => lookAtLink(store.read, secret, now()),
    async signIn(secret, displayName, browser) {
      const spending: Spending = { mayJoin: signUp === 'open', displayName };
      const account = await spendLink(store, secret, now(), spending);
      return openSession(store, account.id, browser, now());
    },
    sessions: (account) => sessionsOf(store.read, account, now()),
    async signOut(account, session) {
      await endSessions(store, account, session);
    },
    account: (name) => accountByName(store.read, name),
    // In turn with bans, which weigh votes by whether they are shown.
    async showVotes(account, shows) {
      await communityChange(store, ({ tx }) =>
        tx
          .updateTable('accounts')
          .set({ shows_votes: shows ? 1 : 0 })
          .where('id', '=', account)
          .where('state', 'in', ['active', 'silenced'])
          .execute(),
      );
    },
    votesBy: (account, limit) => votesBy(store.read, account, limit),
    shownVotesBy: (accounts, limit) => shownVotesBy(store.read, accounts, limit),
    deleteAccount: (account, comments) => deleteAccount(store, account, comments),
    submittedBy: (account, limit) => submittedBy(store.read, account, limit),
    bearer: (token) => bearerOf(store, token, now()),
    tokens: (account) => tokensOf(store.read, account),
    createToken: async (account, name, scopes) =>
      (await createToken(store, account, { name, scopes }, now())).token,
    revokeToken: (account, id) => revokeToken(store, account, id),
    async vote(paper, voter, isFor, from = null) {
      if (!isFor) return withdrawVote(store, { paper, voter });
      return castVote(store, {
        paper,
        voter,
        at: now(),
        network: from === null ? null : await nameNetwork(from),
      });
    },
    votedFor: (voter, papers) => votedAmong(store.read, voter, papers),
  };
}
