/**
 * Where a query's words stand in the documents of a shortlist. Nearness, titles and runs all ask for it, mostly for the
 * same words: each word has a row of the kernel's, which is filled once for some documents.
 */
import { ROWS, SOME } from './kernel/areas.ts';
import { locate } from './locate.ts';
import type { Located } from './located.ts';
import type { Titled } from './titles.ts';
import { RERANK } from './weights.ts';

/** What a plan asks for that it takes places to tell. */
interface Asked {
  chain: readonly { term: string }[];
  titled: Titled | null;
}

/** The rows of a query's words. */
export class Standing {
  readonly #terms: string[] = [];
  readonly #rows = new Map<string, number>();
  /** Rows of the words that nearness is measured between, and of those looked for in titles. */
  readonly chain: readonly number[];
  readonly titled: readonly number[];

  constructor({ chain, titled }: Asked) {
    const near: number[] = [];
    for (let i = 0; i < Math.min(chain.length, RERANK.mostNeighbours); i++)
      near.push(this.#rowOf(chain[i]!.term));
    this.chain = near;
    const inTitles: number[] = [];
    for (const { term } of titled?.words ?? []) inTitles.push(this.#rowOf(term));
    this.titled = inTitles;
  }

  /** The rows of a run's words, or null where there are no rows left. */
  rowsOf(terms: readonly string[]): number[] | null {
    const rows: number[] = [];
    for (const term of terms) {
      const row = this.#rowOf(term);
      if (row >= ROWS) return null;
      rows.push(row);
    }
    return rows;
  }

  #rowOf(term: string): number {
    let row = this.#rows.get(term);
    if (row === undefined) {
      row = this.#terms.length;
      if (row >= ROWS) return ROWS;
      this.#rows.set(term, row);
      this.#terms.push(term);
    }
    return row;
  }

  /** Fills all rows for some documents. */
  fill(some: Located): void {
    const { lexicon, kernel } = some.segment;
    for (let row = 0; row < this.#terms.length; row++) {
      const postings = lexicon.find(this.#terms[row]!);
      if (postings === null || postings.placesAt < 0) {
        kernel.ranks.fill(-1, row * SOME, row * SOME + some.places.length);
        continue;
      }
      locate(some.segment, some.places.length, postings, row);
      kernel.lists[2 * row] = postings.frequency;
      kernel.lists[2 * row + 1] = postings.blocks > 1 ? postings.firstBlock : postings.placesAt;
    }
    kernel.loops.stand(some.places.length, this.#terms.length);
  }
}
