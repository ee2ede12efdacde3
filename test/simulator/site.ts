/**
 * A site on the simulator: its schedule decides what runs when, and the clock jumps from one due time to the next. It
 * can be off for days. The result of each run is checked as soon as it ends, with the database as it is then.
 */
import type { Config } from '../../src/config.ts';
import { type Client, politeClient } from '../../src/sources/client.ts';
import { ownGate } from '../../src/sources/gate.ts';
import { partOf, type RunCounts, standingOf } from '../../src/sources/ledger.ts';
import { partsOf } from '../../src/sources/registry.ts';
import type { Finished } from '../../src/sources/runner.ts';
import type { Source } from '../../src/sources/source.ts';
import type { Store } from '../../src/store/open.ts';
import { Schedule } from '../../src/worker/schedule.ts';
import type { Simulator } from './server.ts';

/** A finished run. */
export interface Ran {
  source: string;
  part: string;
  /** Epoch ms, by the simulator's clock. */
  at: number;
  end: Finished['end'];
  counts: RunCounts;
  remarks: string[];
}

export interface SiteOptions {
  simulator: Simulator;
  store: Store;
  config: Config;
  sources: Source[];
  /** Epoch ms: when it first starts. */
  start: number;
  /** Called after each run, before the next. */
  look?: (run: Ran) => Promise<void>;
}

/** How long a run takes on the simulated clock, ms. */
const TAKES = 20_000;

export class SimulatedSite {
  readonly runs: Ran[] = [];
  readonly #options: SiteOptions;
  #now: number;
  #client: Client;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#now = options.start;
    this.#client = newClient();
  }

  /** Epoch ms. */
  get now(): number {
    return this.#now;
  }

  /** Runs what is due until then; what is running ends with it. */
  async live(until: number): Promise<void> {
    const { store, config, sources, look } = this.#options;
    const ended: Ran[] = [];
    const broken: Error[] = [];
    const schedule = new Schedule({
      store,
      config,
      sources,
      now: () => this.#now,
      broke: (_, error) => broken.push(error),
      client: {
        get: (url, request) => this.#client.get(url, request),
        open: (url, request) => this.#client.open(url, request),
        canConnect: (url) => this.#client.canConnect(url),
      },
      tell: ({ source, part }, counts, _, finished) => {
        if (!finished) return;
        const { end, remarks } = finished;
        ended.push({
          source: source.name,
          part: part.name,
          at: this.#now,
          end,
          counts: { ...counts },
          remarks,
        });
      },
    });
    try {
      for (;;) {
        const due = Math.max(await this.#nextDue(), this.#now);
        if (due >= until) break;
        this.#turn(due);
        await schedule.tick();
        await schedule.idle();
        if (broken.length > 0) throw broken[0];
        if (ended.length === 0)
          throw new Error(`something was due at ${new Date(due).toISOString()}, and nothing ran`);
        for (const run of ended.splice(0)) {
          this.runs.push(run);
          await look?.(run);
        }
        this.#turn(due + TAKES);
      }
    } finally {
      await schedule.stop();
    }
    this.#turn(until);
  }

  /** The site is off until then. */
  away(until: number): void {
    this.#turn(until);
  }

  /** A pause that a server requested, or an open circuit, is over once the clock has jumped. */
  #turn(now: number): void {
    if (now > this.#now + TAKES) this.#client = newClient();
    this.#now = now;
    this.#options.simulator.setNow(now);
  }

  async #nextDue(): Promise<number> {
    const { store, config, sources } = this.#options;
    let next = Number.POSITIVE_INFINITY;
    for (const { source, part } of partsOf(config, sources)) {
      const row = await partOf(store, source.name, part.name, this.#now);
      next = Math.min(next, part.due(standingOf(row), this.#now));
    }
    return next;
  }
}

/** Polite, but in a hurry: real seconds pass while a server drips or is silent. */
const newClient = (): Client =>
  politeClient({
    userAgent: 'Broadsheet-Test/1 (+http://127.0.0.1)',
    gate: ownGate(),
    minIntervalMs: 0,
    retries: 2,
    backoffMs: 1,
    timeoutMs: 300,
    maxWaitMs: 1500,
  });
