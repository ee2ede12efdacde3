/// <reference lib="dom" />
/** The reader's own last searches. They stay in this browser: nothing sends them anywhere. */

const KEY = 'broadsheet:searches';
/** How many are kept, and how many offered. */
const KEPT = 30;
const OFFERED = 3;
const LONGEST = 200;

/** A browser may store nothing, or refuse to: then there are none. */
function kept(): string[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(read) ? read.filter((text) => typeof text === 'string') : [];
  } catch {
    return [];
  }
}

export function remember(search: string): void {
  const text = search.trim().replace(/\s+/g, ' ');
  if (text === '' || text.length > LONGEST) return;
  try {
    localStorage.setItem(
      KEY,
      JSON.stringify([text, ...kept().filter((other) => other !== text)].slice(0, KEPT)),
    );
  } catch {
    // Then nothing is stored.
  }
}

export function forget(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There was nothing.
  }
}

/** The latest that begin with the typed text, ignoring case; for an empty field, the latest. */
export function searchesLike(typed: string): string[] {
  const begin = typed.toLowerCase();
  return kept()
    .filter((text) => text !== typed && text.toLowerCase().startsWith(begin))
    .slice(0, OFFERED);
}
