/** Ways to sign in other than links, in one place for the pages. */
import type { Passkeys } from './passkeys.ts';
import type { Passwords } from './passwords.ts';
import type { Services } from './services.ts';

export interface Identity {
  services: Services;
  /** Null: browsers allow none on this site. */
  passkeys: Passkeys | null;
  /** Null: the site has none. */
  passwords: Passwords | null;
}
