/** Surveys of searches: papers are gathered and read, and the survey is made in steps, so that other requests get their turn. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Library, MatchingPaper, SearchParams } from '../papers/library.ts';
import { textRead } from '../papers/readings.ts';
import type { Day } from '../papers/types.ts';
import { extract } from './extract.ts';
import { type Surveyed, surveying } from './survey.ts';
import { type Meant, MOST_SURVEYED, type SurveyPaper } from './types.ts';

/** Papers whose extracts are remembered: about 4 kB each. */
const MOST_EXTRACTS = 12_000;
/** Surveys that are remembered, counted by their papers. */
const MOST_KEPT = 20_000;
/** Papers read at a time. */
const STRETCH = 200;
/**
 * Surveys that may be under way or waiting. Each holds its papers' vectors, up to two megabytes, and one of everything takes
 * half a second: whoever is further back in line would wait for longer than people do.
 */
const MOST_AT_ONCE = 40;
/** Milliseconds of work before other requests get their turn. */
const TURN = 15;

export interface SurveyAnswer extends Surveyed {
  /** Parts of the query that were not understood, for people. */
  problems: string[];
  /** Changes that the index lacks. */
  behind: number;
}

/** Too many surveys are waiting. */
export class SurveysBusy extends Error {
  override name = 'SurveysBusy';
}

export class Surveys {
  readonly #library: Pick<Library, 'papers' | 'readings'>;
  readonly #extracts = new LRUCache<number, SurveyPaper>({ max: MOST_EXTRACTS });
  readonly #made = new LRUCache<string, Promise<Surveyed>>({ max: 100, maxSize: MOST_KEPT });
  /** The survey that is being made: one at a time, since each can take a third of a second. */
  #last: Promise<unknown> = Promise.resolve();
  #atOnce = 0;

  constructor(library: Pick<Library, 'papers' | 'readings'>) {
    this.#library = library;
  }

  /**
   * The survey of a search, whatever page or order it asks for.
   *
   * @param asked the library to search: for a page, one that records what was used
   * @param days for which earlier surveys are wanted as well, ascending
   * @throws SurveysBusy
   */
  async of(
    asked: Pick<Library, 'matching'>,
    params: SearchParams,
    days: readonly Day[] = [],
  ): Promise<SurveyAnswer> {
    if (this.#atOnce >= MOST_AT_ONCE) throw new SurveysBusy('Too many surveys are being made.');
    this.#atOnce++;
    try {
      return await this.#of(asked, params, days);
    } finally {
      this.#atOnce--;
    }
  }

  async #of(
    asked: Pick<Library, 'matching'>,
    params: SearchParams,
    days: readonly Day[],
  ): Promise<SurveyAnswer> {
    const { papers, total, problems, behind } = await asked.matching(params, MOST_SURVEYED);
    const key = keyOf(papers, total, days);
    let made = this.#made.get(key);
    if (made === undefined) {
      made = this.#last.then(() => this.#make(papers, total, days));
      this.#last = made.catch(() => {});
      this.#made.set(key, made, { size: papers.length * (1 + days.length) + 50 });
      made.catch(() => this.#made.delete(key));
    }
    return { ...(await made), problems, behind };
  }

  async #make(papers: MatchingPaper[], total: number, days: readonly Day[]): Promise<Surveyed> {
    const meant = await this.#gather(papers);
    const steps = surveying(meant, total - (papers.length - meant.length), days);
    let began = performance.now();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (performance.now() - began < TURN) continue;
      await setImmediate();
      began = performance.now();
    }
  }

  /** What the papers say, without those deleted in the meantime. */
  async #gather(papers: readonly MatchingPaper[]): Promise<Meant[]> {
    const found = new Map<number, SurveyPaper>();
    const missing: number[] = [];
    for (const { pk, seq } of papers) {
      const known = this.#extracts.get(pk);
      if (known?.seq === seq) found.set(pk, known);
      else missing.push(pk);
    }
    for (let start = 0; start < missing.length; start += STRETCH) {
      const stretch = await this.#library.papers(missing.slice(start, start + STRETCH));
      const readings = await this.#library.readings(stretch);
      for (const paper of stretch) {
        const extracted = extract(paper, textRead(paper), readings.get(paper.pk)!);
        this.#extracts.set(paper.pk, extracted);
        found.set(paper.pk, extracted);
      }
      await setImmediate();
    }
    return papers.flatMap(({ pk, vector }) => {
      const paper = found.get(pk);
      return paper ? [{ paper, vector }] : [];
    });
  }
}

/** Names everything a survey is made of. */
function keyOf(papers: readonly MatchingPaper[], total: number, days: readonly Day[]): string {
  const hash = createHash('sha1').update(`${total} ${days.join()}`);
  hash.update(Float64Array.from(papers.flatMap(({ pk, seq }) => [pk, seq])));
  for (const { vector } of papers) hash.update(vector ?? '-');
  return hash.digest('base64url');
}
