/**
 * Finds stale pages: a page is fetched, and each number of votes on it is checked against the votes in the database
 * that were cast a second or more before the request. The check knows nothing of the cache.
 */
import { DatabaseSync } from 'node:sqlite';

/** How much later totals may reach pages, ms. */
const LATE = 1000;

export class Checker {
  readonly #database: DatabaseSync;
  readonly #before = new Map<string, { pk: number; upvotes: number }>();
  checked = 0;
  stale = 0;
  /** The first few stale pages, for the note. */
  readonly examples: string[] = [];

  /** @param file the database, before the first vote */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
    const rows = this.#database.prepare('SELECT id, pk, upvotes FROM papers').all() as {
      id: string;
      pk: number;
      upvotes: number;
    }[];
    for (const { id, pk, upvotes } of rows) this.#before.set(id, { pk, upvotes });
  }

  close(): void {
    this.#database.close();
  }

  /** Checks a page. @param isOrdered its papers are ordered by votes */
  async look(url: string, isOrdered: boolean): Promise<boolean> {
    const began = Date.now();
    const response = await fetch(url);
    const page = await response.text();
    const shown = votesOn(page);
    const wrong =
      response.status === 200 ? this.#wrong(shown, began, isOrdered) : `status ${response.status}`;
    this.checked++;
    if (wrong === '') return true;
    this.stale++;
    if (this.examples.length < 3) this.examples.push(`${url}: ${wrong}`);
    return false;
  }

  #wrong(shown: { id: string; votes: number }[], began: number, isOrdered: boolean): string {
    if (shown.length === 0) return 'no votes are shown';
    const cast = this.#database.prepare('SELECT COUNT(*) AS n FROM votes WHERE paper = ? AND time <= ?');
    let last = Number.POSITIVE_INFINITY;
    for (const { id, votes } of shown) {
      const known = this.#before.get(id);
      if (!known) return `${id} is not in the database`;
      const count = (at: number): number => known.upvotes + Number(cast.get(known.pk, at)!.n);
      const least = count(began - LATE);
      const most = count(Number.MAX_SAFE_INTEGER);
      if (votes < least || votes > most) return `${id} has ${votes} votes, it should be ${least} to ${most}`;
      if (isOrdered && votes > last) return `${id} with ${votes} votes stands below one with ${last}`;
      last = votes;
    }
    return '';
  }
}

/** Papers and their votes as a page shows them, in its order. */
function votesOn(page: string): { id: string; votes: number }[] {
  const canonical = /<link rel="canonical" href="[^"]*\/papers\/([^"]+)"/.exec(page)?.[1];
  const rows = page.split('<article class="row').slice(1);
  const main = rows.length > 0 ? rows : [page];
  return main.flatMap((part) => {
    const votes = /class="leading-none">([\d,]+)</.exec(part)?.[1];
    const id = rows.length > 0 ? /href="\/papers\/([^"#]+)"/.exec(part)?.[1] : canonical;
    return votes === undefined || id === undefined
      ? []
      : [{ id: decodeURIComponent(id), votes: Number(votes.replaceAll(',', '')) }];
  });
}
