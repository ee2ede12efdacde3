/** Something that cannot be done to a comment; the message says why. `wait`: seconds until it can be tried again. */
export class CommentRefused extends Error {
  override name = 'CommentRefused';
  readonly why: 'unknown' | 'forbidden' | 'conflict' | 'limit';
  readonly wait: number;
  constructor(why: CommentRefused['why'], message: string, wait = 0) {
    super(message);
    this.why = why;
    this.wait = wait;
  }

  /** The same for HTTP. */
  get status(): number {
    return { unknown: 404, forbidden: 403, conflict: 409, limit: 429 }[this.why];
  }
}
