/** Errors that the protocol defines; everything else is an HTTP error. */

/** The codes of OAI-PMH 2.0, section 3.6. There are always sets here, so `noSetHierarchy` never occurs. */
export type OaiCode =
  | 'badArgument'
  | 'badResumptionToken'
  | 'badVerb'
  | 'cannotDisseminateFormat'
  | 'idDoesNotExist'
  | 'noRecordsMatch';

/** A failed request, in a sentence. */
export class OaiError extends Error {
  override name = 'OaiError';
  readonly code: OaiCode;

  constructor(code: OaiCode, message: string) {
    super(message);
    this.code = code;
  }
}
