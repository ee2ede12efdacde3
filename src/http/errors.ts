/** Errors that tell the reader what is wrong. `fail.ts` turns them into responses. */

/** An error worded for the reader. Anything else that is thrown becomes a 500 without details. */
export class WebError extends Error {
  readonly status: number;
  /**
   * `search`: prefill for the search box. `links`: where to go instead. `parameter`: the invalid one. `unsent`: what
   * the reader had written, to copy.
   */
  readonly help: {
    search?: string;
    links?: { href: string; text: string }[];
    parameter?: string;
    unsent?: string;
  };
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    message: string,
    help: WebError['help'] = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.help = help;
    this.headers = headers;
  }
}

/** Somebody has used up a limit. @param wait seconds until they may try again */
export const tooMany = (says: string, wait: number, help: WebError['help'] = {}): WebError =>
  new WebError(429, says, help, { 'retry-after': String(wait) });
