/** Why a response is not XML we can read; what was complete before has been yielded. */
export class XmlError extends Error {
  override name = 'XmlError';
  /** It is truncated or damaged: requested again, it may be complete. */
  readonly mayMend: boolean;

  constructor(message: string, { mayMend = false } = {}) {
    super(message);
    this.mayMend = mayMend;
  }
}

/** A response that is not XML, but may be complete the next time. */
export const broken = (how: string): XmlError => new XmlError(`the XML is broken: ${how}`, { mayMend: true });
