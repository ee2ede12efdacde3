/** What the protocol has words for; everything else is an error of HTTP. */

/** The codes of OAI-PMH 2.0, section 3.6. There are always sets here, so `noSetHierarchy` is never said. */
export type OaiCode =
  | 'badArgument'
  | 'badResumptionToken'
  | 'badVerb'
  | 'cannotDisseminateFormat'
  | 'idDoesNotExist'
  | 'noRecordsMatch';

/** A request that comes to nothing, in a sentence. */
export class OaiError extends Error {
  override name = 'OaiError';
  readonly code: OaiCode;

  constructor(code: OaiCode, message: string) {
    super(message);
    this.code = code;
  }
}
