/**
 * Reads what mail servers send back: that an email could not be delivered (RFC 3464, and the looser forms of Exim, qmail
 * and old Exchange), or that its reader called it spam (RFC 5965). Nothing here decides whether it is true.
 */
import type { Email } from 'postal-mime';
import { isAboutElse } from './answers.ts';

export type Action = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

export interface ReportedRecipient {
  /** The addresses it names: where the email ended up, and where it was sent to. In lower case. */
  emails: string[];
  action: Action;
  /** `5.1.1`; null: none is given. */
  status: string | null;
  /** What the mail server said. */
  says: string;
}

export interface MailReport {
  kind: 'bounce' | 'complaint';
  recipients: ReportedRecipient[];
  /** Addresses in it that may say which email it is about (verp.ts). */
  addresses: string[];
  /** Of the email it is about, without angle brackets. */
  messageIds: string[];
  /** The recipient of the original email, according to its headers, in lower case. */
  sentTo: string[];
}

/** Bytes of a report that are read; what does not fit is the end of the email it is about. */
export const LARGEST_REPORT = 1024 * 1024;
/** Recipients, lines of text and characters that are looked at. */
const MOST_RECIPIENTS = 50;
const MOST_LINES = 2000;
const LONGEST_LINE = 2000;
const LONGEST_SAYING = 500;

/**
 * Reads a report. Null: it is none, but perhaps an automatic reply.
 *
 * @param bytes the email as it came
 * @param to whom its envelope names, if known
 */
export async function readReport(bytes: Uint8Array, to: readonly string[] = []): Promise<MailReport | null> {
  const { default: PostalMime } = await import('postal-mime');
  let email: Email;
  try {
    email = await PostalMime.parse(bytes.subarray(0, LARGEST_REPORT), {
      forceRfc822Attachments: true,
      attachmentEncoding: 'utf8',
      maxNestingDepth: 20,
      maxHeadersSize: LARGEST_REPORT / 2,
    });
  } catch {
    return null;
  }
  const part = (...types: string[]): string | null => {
    const found = email.attachments.find(({ mimeType }) => types.includes(mimeType));
    return found === undefined ? null : String(found.content);
  };
  const original = part(
    ...['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers', 'message/global'],
    'message/global-headers',
  );
  const heads = headsOf(original ?? email.text ?? '');
  const named = ['to', 'delivered-to', 'x-original-to', 'envelope-to'];
  const about = {
    addresses: [
      ...to,
      ...email.headers.filter(({ key }) => named.includes(key)).flatMap(({ value }) => addressesIn(value)),
      ...heads.returnPaths,
    ],
    messageIds: heads.messageIds,
    sentTo: heads.sentTo,
  };
  const feedback = part('message/feedback-report');
  if (feedback !== null) return complaintOf(feedback, about);
  const status = part('message/delivery-status', 'message/global-delivery-status');
  const recipients = status === null ? looselyRead(email) : recipientsOf(status);
  return recipients.length === 0 ? null : { kind: 'bounce', recipients, ...about };
}

type About = Pick<MailReport, 'addresses' | 'messageIds' | 'sentTo'>;

function complaintOf(text: string, about: About): MailReport | null {
  const [fields = new Map<string, string>()] = blocksOf(text);
  const type = fields.get('feedback-type')?.toLowerCase() ?? '';
  // `not-spam` and the reports of DMARC and DKIM (auth-failure) are not about the reader's wishes.
  if (!['abuse', 'fraud', 'opt-out', 'opt-out-list', 'other'].includes(type)) return null;
  const emails = addressesIn(fields.get('original-rcpt-to') ?? '');
  return {
    kind: 'complaint',
    recipients: [{ emails, action: 'delivered', status: null, says: `Marked as spam (${type}).` }],
    addresses: [...about.addresses, ...addressesIn(fields.get('original-mail-from') ?? '')],
    messageIds: about.messageIds,
    sentTo: about.sentTo,
  };
}

/** The recipients in a delivery status: blocks of fields, the first of which is about the whole email. */
function recipientsOf(text: string): ReportedRecipient[] {
  const recipients: ReportedRecipient[] = [];
  for (const fields of blocksOf(text)) {
    if (recipients.length === MOST_RECIPIENTS) break;
    const final = fields.get('final-recipient') ?? '';
    const first = fields.get('original-recipient') ?? '';
    const given =
      fields
        .get('action')
        ?.toLowerCase()
        .split(/[\s(;]/, 1)[0] ?? '';
    if (final === '' && first === '' && given === '') continue;
    const status = statusIn(fields.get('status') ?? '');
    const code = fields.get('diagnostic-code') ?? '';
    const says = afterType(code) || fields.get('status') || given;
    const action = ACTIONS.find((name) => name === given) ?? (status?.startsWith('5') ? 'failed' : null);
    if (action === null) continue;
    const emails = [...new Set([final, first].flatMap((value) => addressesIn(afterType(value))))];
    recipients.push({ emails, action, status: status ?? statusIn(says), says: saying(says) });
  }
  return recipients;
}

const ACTIONS: readonly Action[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];

/** `rfc822; ada@example.org` without what precedes the semicolon. */
const afterType = (value: string): string => {
  const at = value.indexOf(';');
  return (at < 0 ? value : value.slice(at + 1)).trim();
};

/** What is not a multipart/report: only from what calls itself a mail server, and only if it says what failed. */
function looselyRead(email: Email): ReportedRecipient[] {
  const header = (name: string): string => email.headers.find(({ key }) => key === name)?.value ?? '';
  const from = email.from?.address?.toLowerCase() ?? '';
  const failed = addressesIn(header('x-failed-recipients'));
  const sender = from.split('@', 1)[0] ?? '';
  if (failed.length === 0 && !/^(?:mailer-daemon|postmaster|mailerdaemon|mail-daemon)$/.test(sender))
    return [];
  if (/\b(?:delayed|warning|delay)\b/i.test((email.subject ?? '').slice(0, 300))) return [];
  const lines = (email.text ?? '')
    .slice(0, LARGEST_REPORT)
    .split('\n', MOST_LINES)
    .map((line) => line.slice(0, LONGEST_LINE).trim());
  const end = lines.findIndex((line) => line.startsWith('--') && COPY.test(line));
  const told = end < 0 ? lines : lines.slice(0, end);
  if (failed.length > 0)
    return failed.slice(0, MOST_RECIPIENTS).map((one) => failedAs(one, reasonFor(one, told)));
  // qmail: the address on a line of its own, then what was wrong, then an empty line.
  const recipients: ReportedRecipient[] = [];
  for (let i = 0; i < told.length && recipients.length < MOST_RECIPIENTS; i++) {
    const [, address] = /^<([^<>\s]{3,254})>:/.exec(told[i]!) ?? [];
    if (address === undefined) continue;
    const reason: string[] = [told[i]!.slice(told[i]!.indexOf('>:') + 2)];
    while (i + 1 < told.length && told[i + 1] !== '') reason.push(told[++i]!);
    recipients.push(failedAs(address.toLowerCase(), reason.join(' ')));
  }
  if (recipients.length > 0) return recipients;
  const reason = told.find((line) => CODE.test(line));
  if (reason === undefined) return [];
  const address = told.flatMap((line) => addressesIn(line)).find((one) => one !== from);
  return [failedAs(address ?? '', reason)];
}

/** Where a copy of the email begins. */
const COPY = /copy of|original message|message headers|returned message/i;
const CODE = /(?:^|[\s#(:])(?:5\d\d[ -]|5\.\d{1,3}\.\d{1,3})/;

/** What is said about an address: the first line with a code after it, or else the line after it. */
function reasonFor(address: string, lines: readonly string[]): string {
  const at = lines.findIndex((line) => line.toLowerCase().includes(address));
  const after = at < 0 ? lines : lines.slice(at, at + 12);
  return after.find((line) => CODE.test(line)) ?? after.slice(1).find((line) => line !== '') ?? '';
}

const failedAs = (email: string, says: string): ReportedRecipient => ({
  emails: email === '' ? [] : [email],
  action: 'failed',
  status: statusIn(says),
  says: saying(says),
});

const statusIn = (text: string): string | null =>
  /(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/.exec(text.slice(0, LONGEST_LINE))?.[1] ?? null;

const saying = (text: string): string =>
  text
    .slice(0, LONGEST_SAYING)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();

/** Addresses in a header or a line, in lower case. */
function addressesIn(text: string): string[] {
  const found: string[] = [];
  for (const [word] of text.slice(0, 20_000).matchAll(/[^\s<>,;:"'()[\]]+/g)) {
    const at = word.indexOf('@');
    if (at > 0 && at < word.length - 1 && word.length <= 254) found.push(word.toLowerCase());
    if (found.length === MOST_RECIPIENTS) break;
  }
  return found;
}

/** Blocks of fields, divided by empty lines. Names in lower case; of several of a name, the first. */
function blocksOf(text: string): Map<string, string>[] {
  const blocks: Map<string, string>[] = [];
  let fields = new Map<string, string>();
  let last: string | null = null;
  for (const line of text.slice(0, LARGEST_REPORT).split('\n', MOST_LINES)) {
    const clean = line.slice(0, LONGEST_LINE).replaceAll('\r', '');
    if (clean.trim() === '') {
      if (fields.size > 0) blocks.push(fields);
      fields = new Map();
      last = null;
    } else if (/^[ \t]/.test(clean)) {
      if (last !== null && fields.get(last)!.length < LONGEST_LINE)
        fields.set(last, `${fields.get(last)} ${clean.trim()}`);
    } else {
      const colon = clean.indexOf(':');
      last = colon < 1 ? null : clean.slice(0, colon).trim().toLowerCase();
      if (last !== null && fields.has(last)) last = null;
      if (last !== null) fields.set(last, clean.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) blocks.push(fields);
  return blocks;
}

/** Message-IDs, return paths and recipients in the head of an email, or in a text that contains one. */
function headsOf(text: string): { messageIds: string[]; returnPaths: string[]; sentTo: string[] } {
  const messageIds: string[] = [];
  const sentTo: string[] = [];
  const returnPaths: string[] = [];
  let isId = false;
  for (const line of text.slice(0, LARGEST_REPORT).split('\n', MOST_LINES)) {
    const clean = line.slice(0, LONGEST_LINE).trim();
    const name = clean.slice(0, 12).toLowerCase();
    // Some servers break the line after the name.
    if (name.startsWith('message-id:') || isId) {
      const id = /<([^<>\s]{3,250})>/.exec(clean)?.[1];
      if (id !== undefined && messageIds.length < 5) messageIds.push(id);
      isId = id === undefined && !isId;
    }
    if (name.startsWith('to:') && sentTo.length < 5) sentTo.push(...addressesIn(clean.slice(3)));
    if (name === 'return-path:' && returnPaths.length < 5) returnPaths.push(...addressesIn(clean.slice(12)));
  }
  return { messageIds, returnPaths, sentTo };
}

/**
 * Codes that say that nobody can be reached (RFC 3463). 5.1.7 and 5.1.8 are about the sender, and 5.4.4 may be a DNS
 * glitch, which would cost us all subscribers at a domain.
 */
const NOBODY_CODES = /^5\.(?:1\.(?:1|2|3|4|6|10)|2\.1)$/;
/** Codes that say no more than that it failed. */
const VAGUE_CODES = /^5\.(?:0\.0|1\.0|3\.0|5\.0|2\.0|4\.[01])$/;
const NOBODY_WORDS =
  /no such (?:user|mailbox|recipient|address|person)|no mailbox here|(?:user|mailbox|recipient|address|account) (?:is )?(?:unknown|not found|disabled|does not exist|doesn't exist)|unknown (?:user|mailbox|recipient|address)|unrouteable|unroutable|couldn't find any host|recipnotfound|does not exist|recipient address rejected: access denied/i;

/**
 * Whether a recipient's failure is final: nobody can be reached at the address. A full mailbox, a refusal of the text or
 * the sender, and giving up after days are not.
 */
export function isFinal({
  action,
  status,
  says,
}: Pick<ReportedRecipient, 'action' | 'status' | 'says'>): boolean {
  if (action !== 'failed' || isAboutElse(says)) return false;
  if (status === null || VAGUE_CODES.test(status)) return NOBODY_WORDS.test(says);
  return NOBODY_CODES.test(status);
}
