/** Names of people and organisations. */

/** Characters of a display name. */
export const LONGEST_NAME = 60;

/** The part of a display name that can stand in an address; '' where nothing can. */
export function slugOf(displayName: string): string {
  return displayName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
}

/** A display name without spaces around it and control characters; null: it is empty or too long. */
export function cleanName(text: string): string | null {
  const name = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return name === '' || name.length > LONGEST_NAME ? null : name;
}
