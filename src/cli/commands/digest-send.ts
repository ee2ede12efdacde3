/** `digest send`: an issue, now, to everybody who gets its list, or a copy of it to one address. */
import { withStore } from '../../collection.ts';
import { composing } from '../../composing/compose.ts';
import { subjectOf } from '../../composing/mail/view.ts';
import type { Config } from '../../config.ts';
import { countStates, hurry, isPaused, nextAt, noDigest } from '../../digest/controls.ts';
import type { Scope } from '../../digest/deliveries.ts';
import { queueCopy, queueList } from '../../digest/queue-list.ts';
import { RECEIPTS } from '../../digest/schedule.ts';
import type { Issue } from '../../digest/types.ts';
import { mailHost } from '../../mail/mailer.ts';
import { isLoopback } from '../../net/addresses.ts';
import { parseEmail } from '../../net/email.ts';
import type { Store } from '../../store/open.ts';
import { type DigestOptions, sendDigest } from '../../worker/digest.ts';
import { lentIndex } from '../../worker/lent-index.ts';
import { type Context, count, duration, EXIT, optionText, thousands, UsageError } from '../command.ts';
import { siteAddress } from '../site-address.ts';
import { listOf, periodFrom } from './digest-preview.ts';

/** How long mails that were not accepted for now are waited for (ms). */
const PATIENCE = 2 * 60_000;
/** How often to look what other processes have done with the rest (ms). */
const LOOK = 500;

/** Ends with `{issue, queued, sent, failed, suppressed, uncertain, seconds}`. `queued`: those still waiting. */
export async function send(context: Context): Promise<number> {
  const { io, words } = context;
  if (words.length > 0) throw new UsageError(`send does not accept '${words[0]!.slice(0, 60)}'`);
  const to = optionText(context, 'to');
  const email = to === undefined ? null : parseEmail(to);
  if (to !== undefined && email === null)
    throw new UsageError(`'${to.slice(0, 60)}' is not an email address such as editor@example.org`);
  const began = Date.now();
  return withStore(context.config, async (store) => {
    const config = await withAddress(store, context);
    const why = noDigest(config);
    if (why !== null) throw new UsageError(why);
    const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
    const list = await listOf(store, context);
    const period = periodFrom(optionText(context, 'date'), list, turn, began);
    const lent = lentIndex(config.DATA_DIR, io.note);
    try {
      const composed = composing({ store, turn, lendIndex: lent.lend, now: Date.now });
      const issue = await composed.compose(list, period);
      if (issue === null)
        throw new UsageError(`the issue of ${period} cannot be composed yet, or there is no such list`);
      if (email === null && issue.composedAt < began - RECEIPTS)
        throw new UsageError(`the issue of ${period} is too old: it is no longer known who got it`);
      const options = { store, config, composing: composed, now: Date.now };
      const scope = await queued(options, issue, email, io.note);
      if (await isPaused(store.read))
        io.note('The digest is paused: nothing is sent until `broadsheet digest resume`.');
      else await sendAll(options, scope, io.progress);
      const counts = await countStates(store.read, scope);
      const result = {
        issue: issue.id,
        queued: counts.queued + counts.handing,
        sent: counts.sent,
        failed: counts.failed,
        suppressed: counts.suppressed,
        uncertain: counts.uncertain,
        seconds: Math.round((Date.now() - began) / 100) / 10,
      };
      if (context.json) io.out(JSON.stringify(result));
      else io.out(sentence(result));
      return result.failed + result.uncertain > 0 ? EXIT.rejected.code : EXIT.ok.code;
    } finally {
      lent.close();
    }
  });
}

/**
 * The settings, with an address for the links: without PUBLIC_URL, a mail server on this machine, such as one that
 * catches mail to look at it, gets links to where the site listens. Others may pass them on to people.
 */
async function withAddress(store: Store, { config, io }: Context): Promise<Config> {
  if (config.PUBLIC_URL !== null || config.SMTP_URL === null) return config;
  const server = config.SMTP_URL.replace(/^smtps?:/i, 'http:');
  const isHere = URL.canParse(server) && isLoopback(server);
  if (!isHere) return config;
  const { url } = await siteAddress(store, config);
  io.note(`PUBLIC_URL is not set: the links in the mails lead to ${url}.`);
  return { ...config, PUBLIC_URL: url };
}

async function queued(
  { store, config }: DigestOptions,
  issue: Issue,
  email: string | null,
  note: (line: string) => void,
): Promise<Scope> {
  const host = mailHost(config).replace(/[^\w.-]/g, '') || 'localhost';
  const options = { subject: subjectOf, host, now: Date.now() };
  if (email !== null) return { id: await queueCopy(store, issue, email, options) };
  const fresh = await queueList(store, issue, options);
  note(`${issue.id}: ${count(fresh, 'subscriber')} added`);
  // Whoever runs this wants to know now whether the server accepts what it refused before.
  await hurry(store, Date.now(), { issue: issue.id });
  return { issue: issue.id };
}

/** Sends until nothing is left that could be sent soon. */
async function sendAll(
  options: DigestOptions,
  scope: Scope,
  progress: (line: string) => void,
): Promise<void> {
  const { store } = options;
  for (;;) {
    const round = await sendDigest(options, {
      scope,
      progress: ({ sent, failed, deferred, uncertain }) =>
        progress(
          `${thousands(sent)} sent, ${thousands(failed)} failed, ${thousands(deferred)} deferred, ${thousands(uncertain)} uncertain`,
        ),
    });
    if (await isPaused(store.read)) return;
    const at = await nextAt(store.read, scope);
    if (at === null && !(await isUnderWay(store, scope))) return;
    const now = Date.now();
    const again = Math.max(at ?? now, round?.again ?? 0);
    if (again > now + PATIENCE) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(LOOK, again - now)));
  }
}

/** Whether another process is handing some over. */
const isUnderWay = async (store: Store, scope: Scope): Promise<boolean> =>
  (await countStates(store.read, scope)).handing > 0;

interface Result {
  issue: string;
  queued: number;
  sent: number;
  failed: number;
  suppressed: number;
  uncertain: number;
  seconds: number;
}

function sentence(result: Result): string {
  const parts = (['sent', 'queued', 'failed', 'suppressed', 'uncertain'] as const)
    .filter((name) => result[name] > 0 || name === 'sent')
    .map((name) => `${thousands(result[name])} ${name}`);
  return `${result.issue}: ${parts.join(', ')}, in ${duration(result.seconds)}`;
}
