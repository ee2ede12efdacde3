/** Ten invented papers, each with something awkward, and a context over them. */
import { apiQueryNames } from '../api/mount.ts';
import { type Account, AccountError } from '../community/accounts.ts';
import { CommentRefused } from '../community/comment-refused.ts';
import type { Discussions } from '../community/discussions.ts';
import type { Organisations } from '../community/organisations.ts';
import type { People } from '../community/people.ts';
import { PersonalRefused } from '../community/personal/own-change.ts';
import type { Personal } from '../community/personal/personal.ts';
import { SignInRefused } from '../community/sign-ins.ts';
import { SubmissionRefused } from '../community/submission-rules.ts';
import type { SignUp, Subscribers } from '../digest/subscribers.ts';
import type { WebContext } from '../http/context.ts';
import type { Authorship } from '../papers/authorship.ts';
import type { Moderation } from '../papers/moderation.ts';
import type { Topics } from '../papers/topics.ts';
import { TABLE } from '../routes.ts';
import type { SourceDesk } from '../sources/desk.ts';
import type { SubmissionDesk } from '../sources/submission-desk.ts';
import { setHere } from '../typesetting/testing.ts';
import { openPictures } from '../web/open-pictures.ts';
import { errorPage } from '../web/pages/error.tsx';
import { type Fake, type FakeOptions, fakeLibrary, paperOf } from './fake-library.ts';
import { LETTERS } from './records.ts';

/** The papers of the sample; a fresh copy each time. */
export const samplePapers = () =>
  [
    paperOf({
      id: '2606.00001',
      identifiers: [
        { scheme: 'arxiv', value: '2606.00001', version: 2 },
        { scheme: 'doi', value: '10.1000/example.1' },
      ],
      ...LETTERS,
      published: '2026-06-24',
      announced: '2026-06-25',
      listed: '2026-06-26',
      links: [
        { kind: 'code', url: 'https://github.com/example/letters', stars: 412 },
        { kind: 'project', url: 'javascript:alert(1)' },
      ],
    }),
    paperOf({
      id: 'hep-th/9901001',
      identifiers: [{ scheme: 'arxiv', value: 'hep-th/9901001' }],
      title: 'An Old Example with a Slash',
      abstract: 'Short.',
      authorsCount: 8,
      published: '1999-01-01',
      publishedPrecision: 'month',
      listed: '2026-06-26',
      categories: ['hep-th'],
      upvotes: 7,
    }),
    paperOf({
      id: 'doi:10.1/x',
      identifiers: [{ scheme: 'doi', value: '10.1/x' }],
      title: 'Tags <script>alert("1")</script> & "Quotes" in \'Titles\'',
      abstract: 'A lone $5 note, </script><script>alert(2)</script> and broken maths $\\frac{1$ here.',
      authors: ['E. "Quote" Author', 'F. <b>Author</b>'],
      listed: '2026-06-26',
      published: '2026-06-20',
      keywords: ['sorting'],
    }),
    paperOf({
      id: '2606.00004',
      title: 'Withdrawn Example',
      withdrawn: true,
      listed: '2026-06-26',
      published: '2026-06-23',
      authors: ['G. Author'],
    }),
    paperOf({
      id: '2606.00005',
      title: 'Late Example',
      late: true,
      listed: '2026-06-26',
      published: '2026-06-23',
      authors: Array.from({ length: 25 }, (_, i) => `H${i + 1}. Author`),
    }),
    paperOf({
      id: '2606.00006',
      title: 'Thursday’s Example',
      abstract: 'About letters.',
      listed: '2026-06-25',
      published: '2026-06-24',
      authors: ['A. Author'],
      upvotes: 30,
    }),
    paperOf({
      id: '2605.00007',
      title: 'May Example',
      listed: '2026-05-20',
      published: '2026-05-19',
      upvotes: 3,
    }),
    paperOf({ id: '2605.00008', title: 'Second May Example', listed: '2026-05-20', published: '2026-05-18' }),
    paperOf({ id: 'dayless', title: '示例论文 🎉', abstract: 'No day is known.' }),
    paperOf({ id: '10.1/why', title: 'An Id That Ends in Why', authors: ['É. Auteur-Ré'] }),
  ].map((paper, i) => ({ ...paper, pk: i + 1 }));

/** 26 June 2026, 12:00 in New York. */
export const NOON = Date.parse('2026-06-26T16:00:00Z');

/** Subscribers who are only counted: `all` has what was asked for, in order. */
export function fakeSubscribers(): Subscribers & { all: SignUp[] } {
  const all: SignUp[] = [];
  return {
    all,
    sendsMail: true,
    signUp: async (wish) => void all.push(wish),
    confirm: async () => null,
    find: async () => null,
    byEmail: async () => null,
    ofAccount: async () => null,
    subscribeAccount: () => Promise.reject(new Error('there are no accounts')),
    choose: async () => false,
    add: async () => false,
    unsubscribe: async () => false,
    resume: async () => false,
    remove: async () => false,
    receipts: async () => [],
    receipt: async () => null,
  };
}

/** Sessions by their secrets, and nothing else. */
export function fakePeople(accounts: Record<string, Account> = {}): People {
  const voted = new Set<string>();
  return {
    signUp: 'invite',
    sendsMail: false,
    async signedIn(secret) {
      const account = accounts[secret];
      const session = { id: `session of ${secret}`, createdAt: NOON, seenAt: NOON, browser: '' };
      return account ? { account, session } : null;
    },
    mailLink: async () => {},
    invite: async () => {
      throw new AccountError('Nobody is invited here.');
    },
    handLink: async () => null,
    lookAtLink: async () => ({ state: 'unknown', role: 'member' }),
    signIn: async () => {
      throw new SignInRefused('This link is not valid.');
    },
    sessions: async () => [],
    signOut: async () => {},
    submittedBy: async () => [],
    bearer: async () => null,
    tokens: async () => [],
    createToken: async () => 'bs_none',
    revokeToken: async () => false,
    showVotes: async () => {},
    votesBy: async () => [],
    shownVotesBy: async () => [],
    deleteAccount: async () => {},
    account: async (name) => Object.values(accounts).find((one) => one.name === name) ?? null,
    async vote(paper, voter, isFor) {
      if (isFor) voted.add(`${paper} ${voter}`);
      else voted.delete(`${paper} ${voter}`);
      return { changed: true, votes: 0 };
    },
    votedFor: async (voter, papers) => new Set(papers.filter((paper) => voted.has(`${paper} ${voter}`))),
  };
}

/** Nobody has written anything, and nobody can. */
/** There are no organisations, and nobody can create one. */
export function fakeOrganisations(): Organisations {
  const nothing = async (): Promise<never> => {
    throw new Error('not in this test');
  };
  return {
    create: nothing,
    act: nothing,
    describe: nothing,
    find: async () => null,
    all: async () => [],
    of: async () => [],
    members: async () => [],
    papers: async () => [],
    logo: async () => null,
  };
}

/** Nobody has claimed a paper, and nobody can. */
export function fakeAuthorship(): Authorship {
  const nothing = async (): Promise<never> => {
    throw new Error('not in this test');
  };
  return {
    claim: nothing,
    on: async () => [],
    by: async () => [],
    asked: async () => [],
    names: async () => new Map(),
    isAuthor: async () => false,
    link: nothing,
    pin: nothing,
    summary: nothing,
    summarise: nothing,
  };
}

/** Nothing has been moderated, and nothing can be. */
export function fakeModeration(): Moderation {
  const nothing = async (): Promise<never> => {
    throw new Error('not in this test');
  };
  return {
    log: async () => [],
    act: nothing,
    undo: nothing,
    cases: async () => [],
    flag: nothing,
    comment: async () => null,
    paper: async () => ({ records: [], isLocked: false, cases: [], pictures: [] }),
    rings: async () => null,
    bannedDomains: async () => [],
  };
}

export function fakeDiscussions(): Discussions {
  const refuse = async (): Promise<never> => {
    throw new CommentRefused('forbidden', 'This discussion is closed.');
  };
  return {
    preview: async (text) => text,
    write: refuse,
    edit: refuse,
    remove: refuse,
    react: refuse,
    find: async () => null,
    thread: async () => null,
    versions: async () => [],
    own: async () => [],
    by: async () => [],
    byAnyOf: async () => [],
    newest: async () => [],
  };
}

/** Nobody can submit anything, but pages say where. */
export function fakeSubmissions(): SubmissionDesk {
  const refuse = async (): Promise<never> => {
    throw new SubmissionRefused('forbidden', 'This site does not take submissions from readers.');
  };
  return {
    rules: { who: 'everyone', perDay: 10, maxAge: 0 },
    check: refuse,
    lookUp: async () => ({ state: 'offline', service: 'arXiv' }),
    keep: refuse,
    draft: async () => null,
    sent: async () => null,
    submit: refuse,
    picture: async () => null,
    canList: async () => false,
    refresh: refuse,
    mayEdit: async () => false,
    setLinks: refuse,
  };
}

/** A site without any source. */
export const noSources: SourceDesk = {
  off: null,
  alertAfterHours: 36,
  parts: async () => [],
  runs: async () => [],
  rejected: async () => [],
  unsent: async () => [],
  totals: async () => [],
};

/** Nobody has saved or followed anything, and nobody can. */
const fakePersonal = (): Personal => {
  const refused = async (): Promise<never> => {
    throw new PersonalRefused('There is no such account.');
  };
  return {
    collections: async () => [],
    collection: async () => null,
    papersIn: async () => [],
    savedIn: async () => [],
    addCollection: refused,
    changeCollection: refused,
    removeCollection: refused,
    save: refused,
    unsave: refused,
    note: refused,
    move: refused,
    mark: refused,
    among: async (_, papers) =>
      new Map(papers.map((pk) => [pk, { saved: false, isMore: false, read: false, dismissed: false }])),
    dismissed: async () => new Set(),
    follows: async () => [],
    isFollowing: async () => false,
    follow: refused,
    unfollow: refused,
    notices: async () => [],
    unseen: async () => 0,
    noticeCounts: async () => ({ all: 0, unseen: 0 }),
    seeNotices: refused,
    deleteNotices: refused,
    choices: async () => ({
      reply: 'mail',
      mention: 'mail',
      paper: 'mail',
      version: 'mail',
      organisation: 'mail',
    }),
    choose: refused,
    hasMail: async () => false,
    endMail: async () => false,
    export: async () => ({}),
  };
};

/** Topics that all move together, whenever a text changes. */
export function topicsOf(text: () => string): Topics {
  let last = text();
  let tick = 1;
  let moved = 0;
  const look = (): number => {
    if (text() !== last) moved = ++tick;
    last = text();
    return tick;
  };
  return {
    look,
    settled: async () => look(),
    caughtUp: async () => {},
    movedSince: (_, since) => look() > 0 && moved > since,
  };
}

/** A context over papers, in which tests can change everything. */
export function sampleContext(
  papers = samplePapers(),
  options: FakeOptions = { open: { day: '2026-06-26', closesAt: Date.parse('2026-06-27T01:30:00Z') } },
): WebContext & {
  library: Fake;
  subscribers: ReturnType<typeof fakeSubscribers>;
  clock: { now: number };
  logged: Record<string, unknown>[];
} {
  const library = fakeLibrary(papers, options);
  const clock = { now: NOON };
  const logged: Record<string, unknown>[] = [];
  const context: Omit<ReturnType<typeof sampleContext>, 'topics'> = {
    library,
    people: fakePeople(),
    discussions: fakeDiscussions(),
    submissions: fakeSubmissions(),
    organisations: fakeOrganisations(),
    authorship: fakeAuthorship(),
    moderation: fakeModeration(),
    personal: fakePersonal(),
    subscribers: fakeSubscribers(),
    sources: noSources,
    formulas: setHere,
    routes: TABLE,
    openPictures,
    apiQueryNames,
    errorPage,
    clock,
    logged,
    site: {
      name: 'Broadsheet',
      publicUrl: 'https://papers.example',
      timezone: 'America/New_York',
      turn: '21:30',
      version: '0.0.0-test',
    },
    cite: {
      bibtex: (p) => `@misc{example,\n  title = {${p.title}}\n}\n`,
      ris: (p) => `TY  - GEN\nTI  - ${p.title}\nER  - \n`,
      csl: (p) => ({ id: p.id, type: 'article', title: p.title }),
    },
    ready: () => ({ ok: true, detail: { papers: papers.length } }),
    now: () => clock.now,
    log: (record) => logged.push(record),
  };
  // A library in memory announces changes by its version.
  const state = (): string => library.versionText + JSON.stringify(context.progress?.());
  return Object.assign(context, { topics: topicsOf(state) });
}
