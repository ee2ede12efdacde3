/** Where the site can be reached, as far as a command can know: it may run elsewhere, with other settings. */
import type { Config } from '../config.ts';
import { getMeta, META } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import { withoutTrailing } from '../trim.ts';

export interface SiteAddress {
  url: string;
  /** A sentence that says where this is from and what to do if it is wrong; null: the settings say so. */
  doubt: string | null;
}

export async function siteAddress(
  { read }: Pick<Store, 'read'>,
  { PUBLIC_URL, PORT }: Pick<Config, 'PUBLIC_URL' | 'PORT'>,
): Promise<SiteAddress> {
  if (PUBLIC_URL !== null) return { url: withoutTrailing(PUBLIC_URL, '/'), doubt: null };
  const remedy = 'If people reach it at another address, set PUBLIC_URL, or replace the start of the link.';
  const url = await getMeta(read, META.listening);
  if (url !== undefined) return { url, doubt: `The site last listened at ${url}. ${remedy}` };
  return {
    url: `http://localhost:${PORT}`,
    doubt: `No site has run on this database yet, so the link assumes http://localhost:${PORT}. ${remedy}`,
  };
}
