/** `digest preview`: a mail as it would be sent. */
import { withStore } from '../../collection.ts';
import { accountByName } from '../../community/accounts.ts';
import { composing } from '../../composing/compose.ts';
import { listNamed } from '../../composing/list-ref.ts';
import { renderer } from '../../composing/mail/render.ts';
import { messageOf } from '../../composing/outgoing.ts';
import { readIssuePeriod, spanOf } from '../../composing/periods.ts';
import type { Config } from '../../config.ts';
import { type DigestMail, type Issue, LISTS, type ListRef, type RenderedMail } from '../../digest/types.ts';
import { mailHost } from '../../mail/mailer.ts';
import { addDays, openDay, parseDay, periodOf, type Turn } from '../../papers/days.ts';
import type { Store } from '../../store/open.ts';
import { lentIndex } from '../../worker/lent-index.ts';
import { type Context, EXIT, type Option, optionText, UsageError } from '../command.ts';

const FORMATS = ['html', 'text', 'eml'] as const;
type Format = (typeof FORMATS)[number];

export const PREVIEW_OPTIONS: Option[] = [
  { name: 'list', value: 'LIST', says: `one of: ${LISTS.join(', ')}; default daily` },
  {
    name: 'subject',
    value: 'S',
    says: 'which search, survey, author, organization, category or account (following)',
  },
  {
    name: 'date',
    value: 'D',
    says: 'a day, a week (2026-W48) or a month (2026-11); default: the last that ended',
  },
  { name: 'format', value: 'F', says: `${FORMATS.join(', ')}; default text` },
];

/** Papers of a mail, if nobody has chosen otherwise. */
const MOST_PAPERS = 25;

/** Prints the mail. With `--json`: `{issue, period, subject, html, text}`; `issue` null: it has not been composed. */
export async function preview(context: Context): Promise<number> {
  const { config, io, words } = context;
  if (words.length > 0) throw new UsageError(`preview does not accept '${words[0]!.slice(0, 60)}'`);
  const format = optionText(context, 'format') ?? 'text';
  if (!isFormat(format)) throw new UsageError(`--format is one of ${FORMATS.join(', ')}`);
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const now = Date.now();
  return withStore(config, async (store) => {
    const list = await listOf(store, context);
    const period = periodFrom(optionText(context, 'date'), list, turn, now);
    const lent = lentIndex(config.DATA_DIR, io.note);
    try {
      const { draft, issues } = composing({ store, turn, lendIndex: lent.lend, now: () => now });
      const kept = await issues.of(list, period);
      const made = kept ?? (await draft(list, period));
      if (made === null) throw new UsageError(`there is no list '${list.list}' of '${list.subject}'`);
      if (kept === null && spanOf(period, turn)!.until > now)
        io.note(`${period} has not ended: this is what its issue would hold now.`);
      const issue: Issue = { id: `${list.list}-${period}`, ...list, period, composedAt: now, ...made };
      const mail = mailWith(issue, now, config);
      const rendered = renderer({ siteName: config.SITE_NAME, publicUrl: mail.publicUrl })(mail);
      if (context.json) io.out(JSON.stringify({ issue: kept?.id ?? null, period, ...rendered }));
      else io.out(format === 'eml' ? wholeMessage(rendered, mail, config) : rendered[format].trimEnd());
      if (config.PUBLIC_URL === null)
        io.note('PUBLIC_URL is not set: the links lead to localhost, and no digest can be sent.');
      return EXIT.ok.code;
    } finally {
      lent.close();
    }
  });
}

const isFormat = (text: string): text is Format => (FORMATS as readonly string[]).includes(text);

/** The list that the options name. @throws UsageError */
export async function listOf(store: Store, context: Context): Promise<ListRef> {
  const wanted = optionText(context, 'list') ?? 'daily';
  const list = LISTS.find((one) => one === wanted);
  if (!list) throw new UsageError(`--list is one of ${LISTS.join(', ')}`);
  const subject = optionText(context, 'subject');
  const needsNone = list === 'daily' || list === 'weekly' || list === 'monthly';
  if (needsNone !== (subject === undefined))
    throw new UsageError(needsNone ? `--list ${list} takes no --subject` : `--list ${list} needs --subject`);
  if (list !== 'following') return listNamed(list, subject ?? '');
  const account = await accountByName(store.read, subject!);
  if (!account) throw new UsageError(`there is no account '${subject!.slice(0, 60)}'`);
  return { list, subject: String(account.id), name: account.displayName };
}

/** The period of a date, in the length of the list; default: the last that has ended. */
export function periodFrom(date: string | undefined, { list }: ListRef, turn: Turn, now: number): string {
  const kind = list === 'weekly' ? 'week' : list === 'monthly' ? 'month' : 'day';
  if (date === undefined) {
    const open = openDay(now, turn);
    const current = periodOf(kind, open);
    const { first } = spanOf(current.value, turn)!;
    return periodOf(kind, addDays(first, -1)).value;
  }
  const day = parseDay(date);
  const read = day === null ? readIssuePeriod(date) : periodOf(kind, day);
  if (read === null) throw new UsageError(`'${date.slice(0, 40)}' is not a day, a week or a month`);
  if ((list === 'daily' || list === 'weekly' || list === 'monthly') && read.kind !== kind)
    throw new UsageError(`--list ${list} needs a ${kind}, or a day in it`);
  return read.value;
}

function mailWith(issue: Issue, now: number, config: Config): DigestMail & { publicUrl: string } {
  const papers = issue.papers.slice(0, MOST_PAPERS);
  return {
    publicUrl: config.PUBLIC_URL ?? `http://localhost:${config.PORT}`,
    delivery: { id: 'preview', subject: '', dueAt: now },
    subscriber: { email: 'reader@example.org', token: 'preview', timeZone: config.EDITION_TIMEZONE },
    sections: [{ issue, papers, left: issue.papers.length - papers.length, had: 0 }],
  };
}

/**
 * The mail as the very bytes that would be handed over, unsigned; all of them are ASCII. Without the line feed at their
 * end, which printing adds.
 */
const wholeMessage = (rendered: RenderedMail, mail: DigestMail, config: Config): string =>
  messageOf(
    {
      ...{ rendered, to: mail.subscriber.email, token: mail.subscriber.token },
      messageId: `preview@${mailHost(config)}`,
      date: mail.delivery.dueAt,
      issue: mail.sections[0]!.issue,
    },
    config,
  )
    .toString('latin1')
    .replace(/\n$/, '');
