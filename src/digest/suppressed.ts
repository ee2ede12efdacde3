/** Addresses that get no mail: see mail/suppressions.ts. */
export { hashOfEmail, suppress, suppressedAmong } from '../mail/suppressions.ts';
