/** `digest status`, `pause`, `resume`, `retry` and `cancel`: what became of the mails, and what to do about them. */
import { withStore } from '../../collection.ts';
import {
  cancel,
  countStates,
  deliveriesIn,
  isPaused,
  nextAt,
  noDigest,
  pauseDigest,
  resumeDigest,
  retry,
} from '../../digest/controls.ts';
import type { Scope } from '../../digest/deliveries.ts';
import { issuesIn } from '../../digest/issues.ts';
import { STATES } from '../../digest/types.ts';
import type { Store } from '../../store/open.ts';
import { type Context, count, EXIT, optionText, thousands, UsageError } from '../command.ts';
import { listOf, periodFrom } from './digest-preview.ts';

/** Mails listed by name, of each kind. */
const NAMED = 20;

type Action = (context: Context) => Promise<number>;

/** An action on the ledger, or on one issue in it if `--list` or `--date` names one. */
const onLedger =
  (work: (store: Store, context: Context, scope: Scope) => Promise<number>): Action =>
  (context) => {
    if (context.words.length > 0)
      throw new UsageError(`digest does not accept '${context.words[0]!.slice(0, 60)}'`);
    return withStore(context.config, async (store) => work(store, context, await scopeOf(store, context)));
  };

async function scopeOf(store: Store, context: Context): Promise<Scope> {
  const { config } = context;
  if (optionText(context, 'list') === undefined && optionText(context, 'date') === undefined) return {};
  const list = await listOf(store, context);
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const period = periodFrom(optionText(context, 'date'), list, turn, Date.now());
  const issue = await issuesIn(store).of(list, period);
  if (issue === null) throw new UsageError(`there is no issue of ${period}`);
  return { issue: issue.id };
}

/** With `--json`: the counts by state, `paused`, `next_at` (epoch ms or null), and the mails that failed by name. */
export const statusAction: Action = onLedger(async (store, { config, io, json }, scope) => {
  const [counts, paused, next, failed, uncertain] = await Promise.all([
    countStates(store.read, scope),
    isPaused(store.read),
    nextAt(store.read, scope),
    deliveriesIn(store.read, 'failed', NAMED, scope),
    deliveriesIn(store.read, 'uncertain', NAMED, scope),
  ]);
  const named = (rows: typeof failed) =>
    rows.map(({ id, email, dueAt, reason, answer }) => ({ id, email, due_at: dueAt, reason, answer }));
  if (json) {
    const lists = { failed_mails: named(failed), uncertain_mails: named(uncertain) };
    io.out(JSON.stringify({ ...counts, paused, next_at: next, ...lists }));
    return EXIT.ok.code;
  }
  const why = noDigest(config);
  if (why !== null) io.note(`No digest is sent: ${why}.`);
  if (paused) io.out('Paused: nothing is sent until `broadsheet digest resume`.');
  io.out(STATES.map((state) => `${thousands(counts[state])} ${state}`).join(', '));
  if (next !== null) io.out(`Next due: ${new Date(next).toISOString()}`);
  for (const [rows, what] of [[failed, 'failed'] as const, [uncertain, 'uncertain'] as const])
    for (const { email, subject, reason, answer } of rows)
      io.out(`${what}: ${email}, “${subject}”: ${answer ?? reason ?? ''}`);
  return EXIT.ok.code;
});

const told = ({ io, json }: Context, does: string, rows: number | null, says: string): number => {
  io.out(json ? JSON.stringify({ action: does, ...(rows !== null && { mails: rows }) }) : says);
  return EXIT.ok.code;
};

export const pauseAction: Action = onLedger(async (store, context) => {
  await pauseDigest(store, Date.now());
  return told(context, 'pause', null, 'Paused. Emails already being handed over will still go out.');
});

export const resumeAction: Action = onLedger(async (store, context) => {
  const was = await resumeDigest(store);
  return told(context, 'resume', null, was ? 'Resumed.' : 'It was not paused.');
});

export const retryAction: Action = onLedger(async (store, context, scope) => {
  const state = context.options.uncertain === true ? 'uncertain' : 'failed';
  const rows = await retry(store, state, Date.now(), scope);
  return told(context, 'retry', rows, `${count(rows, `${state} mail`)} queued again.`);
});

export const cancelAction: Action = onLedger(async (store, context, scope) => {
  const rows = await cancel(store, Date.now(), scope);
  return told(context, 'cancel', rows, `${count(rows, 'mail')} cancelled.`);
});
