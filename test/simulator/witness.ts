/**
 * A witness for a site on the simulator: whether what a run claims is true, judged by the truth and by what is in the
 * database when the run ends.
 */
import type { Store } from '../../src/store/open.ts';
import { type Day, HOUR, newYorkDay, utcDay } from './calendar.ts';
import type { Simulator } from './server.ts';
import type { Ran } from './site.ts';
import { lastOut, listedOn, type SimulatedPaper, shownAt } from './world.ts';

/** One of arXiv's papers as the site has it. */
export interface Kept {
  title: string;
  announced: Day | null;
  published: Day | null;
  updated: Day | null;
  withdrawn: boolean;
  listed: Day | null;
  upvotes: number;
}

/** arXiv's papers on the site, by id. */
export async function kept(store: Store): Promise<Map<string, Kept>> {
  const rows = await store.read
    .selectFrom('identifiers')
    .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
    .select(['value', 'title', 'announced', 'published', 'updated', 'withdrawn', 'listed', 'upvotes'])
    .where('scheme', '=', 'arxiv')
    .execute();
  return new Map(
    rows.map(({ value, withdrawn, announced, ...row }) => [
      value,
      { ...row, announced: announced || null, withdrawn: withdrawn === 1 },
    ]),
  );
}

/** `new cs.CL` → `cs.CL`. */
export const categoryOf = (part: string): string => part.replace(/^\w+ /, '');

/** The day a paper appears in a category; undefined: never. */
export function dayIn({ categories, announced, lateCross }: SimulatedPaper, one: string): Day | undefined {
  if (categories.includes(one)) return announced;
  return lateCross?.category === one ? lateCross.day : undefined;
}

export interface WitnessOptions {
  simulator: Simulator;
  store: Store;
  /** The first listing day that the site must have. */
  since: Day;
  /** From an announcement until the harvest has it, ms. */
  oaiLag: number;
}

/** Judges a run's claims by the truth and the database at the moment it ends. */
export class Witness {
  readonly #options: WitnessOptions;
  /** False claims found so far. */
  readonly lies: string[] = [];

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  async look(run: Ran): Promise<void> {
    const lie = await this.#lieOf(run);
    if (lie !== null)
      this.lies.push(`${new Date(run.at).toISOString()} ${run.part}: ${JSON.stringify(run.end)}: ${lie}`);
  }

  async #lieOf(run: Ran): Promise<string | null> {
    const { part, end, counts } = run;
    if (counts.rejected > 0) return `${counts.rejected} records were not taken, though none is unfit`;
    const wrong = await this.#misdated();
    if (wrong.length > 0) return `${wrong} are dated by a day on which no listing names them`;
    if (end.state === 'failed' || end.state === 'stopped')
      return end.why === '' ? 'it does not say why' : null;
    if (part === 'daily') return this.#hub(run);
    return part.startsWith('new ') ? this.#announcements(run) : this.#changes(run);
  }

  /** Papers dated to a day on which no listing names them, even if a later run would fix it. */
  async #misdated(): Promise<string[]> {
    const { simulator, store } = this.#options;
    const here = await kept(store);
    return [...here.keys()].filter((id) => {
      const paper = simulator.truth.byId.get(id);
      const { announced } = here.get(id)!;
      return announced !== null && announced !== paper?.announced && announced !== paper?.lateCross?.day;
    });
  }

  /** Complete only if everything is here, and quiet only if nothing is missing from any day since the beginning. */
  async #announcements({ part, at: now, end }: Ran): Promise<string | null> {
    const { simulator, store, since } = this.#options;
    const { truth } = simulator;
    const last = lastOut(truth, now)!.day;
    if (end.state === 'stopped' || end.announced !== last) return `the last announcement is that of ${last}`;
    const { fresh, cross } = listedOn(truth, categoryOf(part), last, now);
    const here = await kept(store);
    const listed = [...fresh, ...cross];
    const got = listed.filter(({ id }) => (here.get(id)?.announced ?? '9') <= last).length;
    if (end.state === 'ok' && (end.expected !== listed.length || end.got !== got))
      return `there were ${got} of ${listed.length}`;
    if (end.state !== 'quiet') return null;
    const lacking = truth.papers.filter((paper) => {
      const day = dayIn(paper, categoryOf(part));
      return day !== undefined && day >= since && day <= last && !isGone(paper, now) && !here.has(paper.id);
    });
    return got < listed.length || lacking.length > 0
      ? `${listed.length - got} of the last day and ${lacking.length} altogether are not here`
      : null;
  }

  /** Quiet only where nothing changed. */
  #changes({ part, at: now, end }: Ran): string | null {
    if (end.state !== 'quiet') return null;
    const since = /since (\d{4}-\d\d-\d\d)/.exec(end.proof)?.[1];
    if (since === undefined) return 'it does not say since when';
    const { simulator, oaiLag } = this.#options;
    const changed = simulator.truth.papers.filter((paper) => {
      const shown = shownAt(paper, now - oaiLag);
      return shown?.categories.includes(categoryOf(part)) && utcDay(shown.changedAt) >= since;
    });
    return changed.length > 0 ? `${changed.length} changed` : null;
  }

  /** Everything listed since this morning is here, on its day; the site checks every few hours. */
  async #hub({ at: now }: Ran): Promise<string | null> {
    const here = await kept(this.#options.store);
    const lacking = this.#options.simulator.truth.papers.filter((paper) => {
      const { id, hub } = paper;
      const isToday = hub !== undefined && hub.day >= newYorkDay(now) && hub.at <= now - 4 * HOUR;
      return isToday && !isGone(paper, now) && here.get(id)?.listed !== hub.day;
    });
    return lacking.length > 0 ? `${lacking.map(({ id }) => id)} are not here under their day` : null;
  }
}

/** Whether it has been deleted by then. */
export const isGone = ({ deletedAt }: SimulatedPaper, now: number): boolean =>
  deletedAt !== undefined && deletedAt <= now;
