/** Names of records: `oai:papers.example.org:2504.15921` (the OAI identifier format, version 2.0). */

const prefixOf = (base: string): string => `oai:${new URL(base).hostname}:`;

/** Characters that a name contains literally; all others are written as their bytes in UTF-8, `%C3%A9`. */
const FOREIGN = /[^A-Za-z0-9\-_.!~*'();/?:@&=+$,]+/gu;

/**
 * The name of a paper's record.
 *
 * @param id the paper's id on this site
 * @param base origin of this site
 */
export const identifierOf = (id: string, base: string): string =>
  prefixOf(base) + id.toWellFormed().replace(FOREIGN, encodeURIComponent);

/** The id in a name; null if it is not one of this site's. */
export function idOf(identifier: string, base: string): string | null {
  const name = prefixOf(base);
  if (!identifier.startsWith(name)) return null;
  try {
    const id = decodeURIComponent(identifier.slice(name.length));
    // PostgreSQL cannot even be sent it.
    return id.includes('\0') ? null : id;
  } catch {
    return null;
  }
}
