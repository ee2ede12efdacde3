/** Ways of signing in besides links, in one place for the pages. */
import type { Services } from './services.ts';

export interface Identity {
  services: Services;
}
