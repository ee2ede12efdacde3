/** The mail with a sign-in link. */
import { MAILED } from './sign-ins.ts';

/** @param address of the page behind the link @param site its name */
export function signInMail(to: string, address: string, site: string) {
  return {
    to,
    subject: `Sign in to ${site}`,
    text: [
      `This link signs you in to ${site}. It works once, within ${MAILED / 60_000} minutes:`,
      address,
      'If you did not ask for it, you can ignore this email: nobody is signed in until the button on that page is pressed.',
    ].join('\n\n'),
  };
}
