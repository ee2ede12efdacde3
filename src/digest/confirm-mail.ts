/** The mails that ask whether somebody wants the digest. */
import type { Mail } from '../mail/mailer.ts';
import type { Cadence, ListRef } from './types.ts';

interface SiteOfMail {
  name: string;
  /** Its public address, without a slash at the end. */
  base: string;
}

type Mailed = Omit<Mail, 'messageId'>;
type OfList = ListRef & { cadence: Cadence };

const EVERY: Record<Cadence, string> = { daily: 'every day', weekly: 'every week', monthly: 'every month' };

/** A list in words: `the daily edition`, `search: speculative decoding, every week`. */
export function sayList({ list, name, cadence }: OfList): string {
  if (list === 'daily') return 'the daily edition';
  if (list === 'weekly') return 'the best of each week';
  if (list === 'monthly') return 'the best of each month';
  if (list === 'following') return `what you follow, ${EVERY[cadence]}`;
  const kind = {
    search: 'search',
    survey: 'survey',
    author: 'author',
    organization: 'organisation',
    category: 'category',
  }[list];
  return `${kind}: ${name}, ${EVERY[cadence]}`;
}

/** Names can come from a form that anybody sends to anybody: in a mail, nothing in them must look like a link. */
const oneLine = (text: string): string =>
  text
    .slice(0, 200)
    .replace(/[\s\p{C}:/.@]+/gu, ' ')
    .slice(0, 80)
    .trim();

/** A category of arXiv, as no domain is written. */
const CATEGORY = /^[a-z]{2,8}(?:-[a-z]{2,4})?\.[A-Z]{2}$/;

const listed = (lists: readonly OfList[]): string =>
  lists
    .slice(0, 30)
    .map((one) => {
      const isCategory = one.list === 'category' && CATEGORY.test(one.name);
      return `- ${sayList({ ...one, name: isCategory ? one.name : oneLine(one.name) })}`;
    })
    .join('\n');

/** Asks an address to confirm. */
export const confirmMail = (
  site: SiteOfMail,
  { email, token }: { email: string; token: string },
  lists: readonly OfList[],
  days: number,
): Mailed => ({
  to: email,
  subject: `Confirm your subscription to ${site.name}`,
  text: `Someone, probably you, asked ${site.name} to send this address:

${listed(lists)}

To confirm, open this page and press the button:
${site.base}/subscriptions/${token}

If it was not you, just ignore this email: you will get no digest, and your address will be deleted after ${days} days.
`,
});

/** Asks a confirmed subscriber whether to add lists. */
export const moreMail = (
  site: SiteOfMail,
  { email, token }: { email: string; token: string },
  lists: readonly OfList[],
): Mailed => ({
  to: email,
  subject: `Add to your subscriptions at ${site.name}?`,
  text: `Someone, probably you, asked ${site.name} to send more to this address:

${listed(lists)}

To add it, open this page and press the button:
${site.base}/subscriptions/${token}/add?${wantedQuery(lists)}

If it was not you, do nothing. All your subscriptions: ${site.base}/subscriptions/${token}
`,
});

/** Lists as the query of an address: of each, its kind with its subject, and how often it comes. */
export function wantedQuery(lists: readonly OfList[]): string {
  const query = new URLSearchParams();
  for (const { list, subject, cadence } of lists.slice(0, 10)) {
    query.append('list', subject === '' ? list : `${list}:${subject}`);
    query.append('cadence', cadence);
  }
  return query.toString();
}
