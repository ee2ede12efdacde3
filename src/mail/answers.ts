/** What a mail server's answer means for the message, and for the address it was for (RFC 5321, RFC 3463). */

export interface Answer {
  /** 550 */
  code: number;
  /** `5.1.1`; null: none was given. */
  enhanced: string | null;
}

/** Reads the codes at the beginning of an answer; null: there are none. */
export function readAnswer(answer: string): Answer | null {
  const found = /^([2-5]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?=\D|$))?/.exec(answer);
  return found ? { code: Number(found[1]), enhanced: found[2] ?? null } : null;
}

/** The longest part of an answer that is looked at and kept. */
const LONGEST = 500;
const NOBODY =
  /no such (?:user|mailbox|recipient|address)|(?:user|mailbox|recipient|address|account) (?:is )?(?:unknown|not found|disabled|invalid|does not exist|doesn't exist)|(?:unknown|invalid) (?:user|mailbox|recipient|address)/i;

const ELSE =
  /\b(?:sender|mail from|return[ -]path|helo|ehlo|relay(?:ing)?|spf|dkim|dmarc|rate|too many|temporar\w+|try again|quota|over ?quota|full)\b/i;

/**
 * Whether an answer is about something other than the recipient's address, whatever its code: servers also say `5.1.1`
 * and `unknown user` about senders, and `5.2.1` about somebody who gets too much mail in an hour.
 */
export const isAboutElse = (answer: string): boolean => ELSE.test(answer.slice(0, LONGEST));

/**
 * Whether a refusal says that nobody can be reached at the address, now or later, so that it gets no more mail. A full
 * mailbox and a refusal of the sender or the text do not say so. Many servers refuse senders with a bare 550, so
 * without an enhanced code the words decide.
 */
export function meansNobody(answer: string): boolean {
  const read = readAnswer(answer);
  if (read === null || ![550, 551, 553].includes(read.code) || isAboutElse(answer)) return false;
  if (read.enhanced === null) return NOBODY.test(answer.slice(0, LONGEST));
  // 5.1.7 and 5.1.8 are about the sender's address. 5.2.1: the mailbox is disabled.
  return /^5\.(?:1\.(?:1|2|3|6|10)|2\.1)$/.test(read.enhanced);
}

/** An answer as it is kept: one line of printable text, not too long. */
export const tidyAnswer = (answer: string): string =>
  answer
    .slice(0, LONGEST)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
