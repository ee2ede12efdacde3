/** Why an answer is not XML we can take; what was whole before has been handed out. */
export class XmlError extends Error {
  override name = 'XmlError';
  /** It is cut off or damaged: asked for once more it may be whole. */
  readonly mayMend: boolean;

  constructor(message: string, { mayMend = false } = {}) {
    super(message);
    this.mayMend = mayMend;
  }
}

/** An answer that is no XML, which may be whole another time. */
export const broken = (how: string): XmlError => new XmlError(`the XML is broken: ${how}`, { mayMend: true });
