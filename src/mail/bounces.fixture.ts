/** What mail servers send back, in the manner of each. */

export interface Bounced {
  /** Where the bounce goes. */
  to: string;
  /** Whom the email was for. */
  email: string;
  messageId: string;
}

const mail = (lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));

interface Standard extends Bounced {
  action?: string;
  status?: string;
  code?: string;
}

/** A delivery status notification (RFC 3464), as Postfix writes it. */
export const postfix = ({
  to,
  email,
  messageId,
  action = 'failed',
  status = '5.1.1',
  code = 'smtp; 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown',
}: Standard): Buffer =>
  mail([
    'From: MAILER-DAEMON@mx.example.net (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    `To: ${to}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Description: Notification',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is the mail system at host mx.example.net.',
    '',
    '--b1',
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    'X-Postfix-Queue-ID: 4F3A1',
    '',
    `Final-Recipient: rfc822; ${email}`,
    `Original-Recipient: rfc822;${email}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; mx.example.org',
    // Folded, as long ones are.
    `Diagnostic-Code: ${code.replace('; ', ';\r\n    ')}`,
    '',
    '--b1',
    'Content-Description: Undelivered Message Headers',
    'Content-Type: text/rfc822-headers',
    '',
    'From: Broadsheet <broadsheet@papers.example.org>',
    `Message-ID: <${messageId}>`,
    'Subject: The papers',
    '',
    '--b1--',
    '',
  ]);

/** Exchange: a status with a code of its own, the email attached. */
export const exchange = ({ to, email, messageId }: Bounced): Buffer =>
  mail([
    'From: <postmaster@outlook.example>',
    `To: <${to}>`,
    'Subject: Undeliverable: The papers',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="_b_"',
    '',
    '--_b_',
    'Content-Type: text/html; charset="utf-8"',
    '',
    '<p>Your message could not be delivered.</p>',
    '--_b_',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns;AM0PR.example.outlook.example',
    '',
    `Final-Recipient: rfc822;${email.toUpperCase()}`,
    'Action: failed',
    'Status: 5.1.10',
    'Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    '',
    '--_b_',
    'Content-Type: message/rfc822',
    '',
    'Message-ID:',
    ` <${messageId}>`,
    'Subject: The papers',
    '',
    'The text.',
    '--_b_--',
    '',
  ]);

/** Exim, which names the recipients in a header. */
export const exim = ({ to, email, messageId }: Bounced): Buffer =>
  mail([
    `X-Failed-Recipients: ${email}`,
    'Auto-Submitted: auto-replied',
    'From: Mail Delivery System <Mailer-Daemon@exim.example.net>',
    `To: ${to}`,
    'Subject: Mail delivery failed: returning message to sender',
    '',
    'This message was created automatically by mail delivery software.',
    '',
    'A message that you sent could not be delivered to one or more of its',
    'recipients. This is a permanent error. The following address(es) failed:',
    '',
    `  ${email}`,
    '    host mx.example.org [192.0.2.7]',
    '    SMTP error from remote mail server after RCPT TO:',
    '    550 5.1.1 No such user here',
    '',
    '------ This is a copy of the message, including all the headers. ------',
    '',
    `Message-ID: <${messageId}>`,
    '',
    'We never say 550 5.1.1 in the text.',
  ]);

/** qmail, in prose. */
export const qmail = ({ to, email, messageId }: Bounced): Buffer =>
  mail([
    'From: MAILER-DAEMON@qmail.example.net',
    `To: ${to}`,
    'Subject: failure notice',
    '',
    'Hi. This is the qmail-send program at qmail.example.net.',
    "I'm afraid I wasn't able to deliver your message to the following addresses.",
    '',
    `<${email}>:`,
    'Sorry, no mailbox here by that name. (#5.1.1)',
    '',
    '--- Below this line is a copy of the message.',
    '',
    `Message-ID: <${messageId}>`,
  ]);

/** A complaint (RFC 5965). */
export const complaint = ({ to, email, messageId }: Bounced, type = 'abuse'): Buffer =>
  mail([
    'From: <feedback@provider.example>',
    `To: <${to}>`,
    'Subject: FW: The papers',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="f"',
    '',
    '--f',
    'Content-Type: text/plain',
    '',
    'This is an email abuse report.',
    '--f',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: Provider/1.0',
    'Version: 1',
    ...(email === '' ? [] : [`Original-Rcpt-To: <${email}>`]),
    '',
    '--f',
    'Content-Type: message/rfc822',
    '',
    `Message-ID: <${messageId}>`,
    '',
    'The text.',
    '--f--',
  ]);

/** Somebody is away. */
export const away = ({ to, messageId }: Bounced): Buffer =>
  mail([
    'From: Ada <ada@example.org>',
    `To: ${to}`,
    'Auto-Submitted: auto-replied',
    `In-Reply-To: <${messageId}>`,
    'Subject: Out of office: 550 5.1.1',
    '',
    'I am away. 550 5.1.1 no such user.',
  ]);
