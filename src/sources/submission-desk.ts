/** Submissions, for pages and programs alike: looking a paper up, keeping it until it is confirmed, storing it. */
import { randomBytes } from 'node:crypto';
import { pictureNamed } from '../community/pictures.ts';
import { checkMaySubmit, type SubmissionRules } from '../community/submission-rules.ts';
import { hasSubmitted, submissionWith } from '../community/submissions.ts';
import type { Config } from '../config.ts';
import { openDay, type Turn } from '../papers/days.ts';
import {
  canBeListed,
  checkAge,
  type Submitted,
  setPaperLinks,
  submitPaper,
} from '../papers/intake/submit.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Identifier, Link, PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import type { Client } from './client.ts';
import { type LookedUp, lookUp } from './look-up.ts';

/** A paper that waits to be confirmed. */
export interface Draft {
  id: string;
  record: PaperRecord;
}

export interface SubmissionDesk {
  rules: SubmissionRules;
  /** Whether an account may submit a paper now. @throws SubmissionRefused */
  check(account: number): Promise<void>;
  /** Asks the service that an identifier belongs to. */
  lookUp(identifier: Identifier): Promise<LookedUp>;
  /** Keeps a paper until its submitter confirms it. @throws SubmissionRefused if it is too old */
  keep(account: number, record: PaperRecord): Promise<Draft>;
  /** A paper that waits to be confirmed by an account; null: there is none, or no longer. */
  draft(id: string, account: number): Promise<Draft | null>;
  /** The paper that an account has submitted with a form; null: it has not been sent. */
  sent(id: string, account: number): Promise<number | null>;
  /** Submits a paper. @throws SubmissionRefused, CommentRefused */
  submit(paper: Submission): Promise<Submitted>;
  /** A picture that was submitted with a paper, WebP; null: there is none, or it is hidden. */
  picture(id: string): Promise<Buffer | null>;
  /** Whether a paper that is here can be listed in today's edition. */
  canList(paper: number): Promise<boolean>;
  /** Stores again what a service says about a paper that is here. */
  refresh(record: PaperRecord): Promise<void>;
  /** Whether an account may change what this site's readers gave for a paper: it submitted it, or is an author. */
  mayEdit(account: number, paper: number): Promise<boolean>;
  /** Sets the links that this site's readers gave for a paper. */
  setLinks(paper: number, links: { code?: Link | null; project?: Link | null }): Promise<void>;
}

export type Submission = Omit<Parameters<typeof submitPaper>[1], 'id'> & { id?: string };

export interface SubmissionDeskOptions {
  store: Store;
  config: Config;
  client: Client;
  turn: Turn;
  isAuthor?: SubmissionRules['isAuthor'];
  now(): number;
}

const DAY = 86_400_000;
/** How long (ms) a service may take while somebody waits; arXiv may have to be left alone for 3 s first. */
const PATIENCE = 20_000;
/** Papers of one account that wait to be confirmed; beyond these, the oldest is forgotten. */
const MOST_DRAFTS = 20;

/** The key of a form or request. */
export const newSubmissionId = (): string => randomBytes(12).toString('hex');

export function submissionDesk(options: SubmissionDeskOptions): SubmissionDesk {
  const { store, config, client, turn, isAuthor, now } = options;
  const rules: SubmissionRules = {
    who: config.SUBMIT,
    perDay: config.SUBMIT_PER_DAY,
    maxAge: config.SUBMIT_MAX_AGE_DAYS,
    ...(isAuthor && { isAuthor }),
  };
  const today = () => openDay(now(), turn);
  return {
    rules,
    check: (account) => checkMaySubmit(store.read, account, rules, now()),
    lookUp: (identifier) => lookUp(identifier, { config, client, patience: PATIENCE }),
    async keep(account, record) {
      checkAge(record, rules, today());
      const id = newSubmissionId();
      await store.write.transaction().execute(async (tx) => {
        await tx
          .deleteFrom('submission_drafts')
          .where('at', '<', now() - DAY)
          .execute();
        const old = await tx
          .selectFrom('submission_drafts')
          .select('id')
          .where('account', '=', account)
          .orderBy('at', 'desc')
          .orderBy('id')
          .offset(MOST_DRAFTS - 1)
          .limit(1000)
          .execute();
        for (const one of old) await tx.deleteFrom('submission_drafts').where('id', '=', one.id).execute();
        await tx
          .insertInto('submission_drafts')
          .values({ id, account, record: JSON.stringify(record), at: now() })
          .execute();
      });
      return { id, record };
    },
    async draft(id, account) {
      const row = await store.read
        .selectFrom('submission_drafts')
        .select('record')
        .where('id', '=', id)
        .where('account', '=', account)
        .executeTakeFirst();
      return row ? { id, record: JSON.parse(row.record) as PaperRecord } : null;
    },
    async sent(id, account) {
      const found = await submissionWith(store.read, id);
      return found?.account === account ? found.paper : null;
    },
    submit: (paper) => submitPaper(store, { id: newSubmissionId(), ...paper }, rules, turn, now()),
    picture: (id) => pictureNamed(store.read, id),
    async canList(paper) {
      const row = await store.read
        .selectFrom('papers')
        .select(['listed', 'listed_by'])
        .where('pk', '=', paper)
        .executeTakeFirst();
      return row !== undefined && canBeListed(store.read, row, today());
    },
    async refresh(record) {
      await takeIn(store, [record], new Set(), { now: now() });
    },
    mayEdit: async (account, paper) =>
      (await hasSubmitted(store.read, account, paper)) ||
      (await isAuthor?.(store.read, account, paper)) === true,
    setLinks: (paper, links) => setPaperLinks(store, paper, links, now()),
  };
}
