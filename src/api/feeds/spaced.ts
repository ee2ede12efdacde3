/** Times for readers that sort by time. */
import { type Entry, MOST_ENTRIES, newestOf } from './feed.ts';

const SECOND = 1000;

/**
 * Entries of one day a second apart, the first of the feed the latest, so that a reader that sorts by time shows them in
 * the feed's order: of their day alone all would have the same time.
 *
 * Votes change that order, and so, by some seconds, an entry's time of publication. What readers identify an entry by
 * does not change: its id, and the time it was updated, which is a minute into the day or when it was revised.
 */
export function spaced(entries: Entry[]): Entry[] {
  const taken = new Map<string, number>();
  return entries.map((entry) => {
    const { published, updated } = entry;
    if (published === null || !published.endsWith('T00:00:00.000Z')) return entry;
    const before = taken.get(published) ?? 0;
    taken.set(published, before + 1);
    const day = Date.parse(published);
    return {
      ...entry,
      published: new Date(day + (MOST_ENTRIES - before) * SECOND).toISOString(),
      updated: newestOf([updated, new Date(day + 60 * SECOND).toISOString()]),
    };
  });
}
