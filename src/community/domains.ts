/** Domains that comments cannot link to: a list that moderators keep. */

import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { communityChange } from './change.ts';
import { type Act, checkMayModerate, logAct, ModerationRefused } from './log.ts';

/** Host names looked up in one text; no real comment has more. */
const MOST = 1000;

/** A domain as it is compared; null: it is none. */
export function cleanDomain(text: string): string | null {
  const url = `http://${text.trim()}/`;
  if (text.length > 253 || !URL.canParse(url)) return null;
  const { hostname, pathname, username, port } = new URL(url);
  if (pathname !== '/' || username !== '' || port !== '' || !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(hostname))
    return null;
  return hostname;
}

/** What may be host names in a text, with the domains they belong to. Linear. */
export function domainsIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.normalize('NFKC').split(/[^\p{L}\p{N}.-]+/u)) {
    if (!word.includes('.') || word.length > 253) continue;
    const host = cleanDomain(word.replace(/^[.-]|[.-]$/g, ''));
    if (host === null) continue;
    const parts = host.split('.').slice(-8);
    for (let i = 0; i + 1 < parts.length; i++) found.add(parts.slice(i).join('.'));
    if (found.size > MOST) break;
  }
  return found;
}

/** The first banned domain that a text names; null: there is none. */
export async function bannedIn(db: Db, text: string): Promise<string | null> {
  const domains = [...domainsIn(text)];
  if (domains.length === 0) return null;
  const rows = await inSlices(domains, (slice) =>
    db.selectFrom('banned_domains').select('domain').where('domain', 'in', slice).execute(),
  );
  return rows[0]?.domain ?? null;
}

/** Bans a domain, with everything below it, or allows it again; said in the log. @throws ModerationRefused */
export async function banDomain(store: Store, text: string, isBanned: boolean, act: Act): Promise<void> {
  const domain = cleanDomain(text);
  if (domain === null) throw new ModerationRefused(400, 'This is not a domain, such as spam.example.');
  await communityChange(store, async ({ tx }) => {
    await checkMayModerate(tx, act);
    const known = await tx
      .selectFrom('banned_domains')
      .select('domain')
      .where('domain', '=', domain)
      .executeTakeFirst();
    if (Boolean(known) === isBanned) throw new ModerationRefused(409, 'Nothing would change.');
    if (isBanned) await tx.insertInto('banned_domains').values({ domain, at: act.at }).execute();
    else await tx.deleteFrom('banned_domains').where('domain', '=', domain).execute();
    await logAct(tx, `domain ${isBanned ? 'banned' : 'allowed'}`, `domain ${domain}`, act);
  });
}
