/** What comes back from a model server: a reply, or one of three kinds of failure. */

/** What the model said, and the tokens it used; null: it did not say. */
export interface Said {
  text: string;
  used: number | null;
}

/** The server is busy, failing or unreachable: it may be asked again, but not before `waitMs` if it said so. */
export class ModelUnavailable extends Error {
  override name = 'ModelUnavailable';
  readonly waitMs: number | undefined;
  constructor(reason: string, waitMs?: number) {
    super(reason);
    this.waitMs = waitMs;
  }
}

/** The server refuses for good: a wrong key, an unknown model. */
export class ModelRefuses extends Error {
  override name = 'ModelRefuses';
}

/** This answer is unusable; the next may be fine. `used`: what it cost, if known. */
export class BadAnswer extends Error {
  override name = 'BadAnswer';
  readonly used: number | null;
  constructor(reason: string, used: number | null = null) {
    super(reason);
    this.used = used;
  }
}
