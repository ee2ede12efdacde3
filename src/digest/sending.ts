/**
 * Sends what the ledger has queued: takes rows, makes their mails, hands them over within the limits, and records what
 * became of each. Several processes may do this at once.
 */
import type { Config } from '../config.ts';
import type { Limits } from '../mail/limits.ts';
import type { Handed, Outgoing, Transport } from '../mail/transport.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { isPaused } from './controls.ts';
import {
  BEGINNINGS,
  type Ended,
  giveBack,
  recover,
  type Scope,
  type Taken,
  takeDue,
  Writes,
} from './deliveries.ts';

/** Makes the mails of some rows; null in place of one that cannot be made any more. */
export type Prepare = (taken: readonly Taken[]) => Promise<(Outgoing | null)[]>;

export interface SendingOptions {
  store: Store;
  config: Pick<Config, 'MAIL_CONNECTIONS' | 'MAIL_RESEND_UNCERTAIN'>;
  transport: Transport;
  limits: Limits;
  prepare: Prepare;
  /** Makes sure that an address gets no more mail. */
  suppress(db: Db, email: string, answer: string, now: number): Promise<void>;
  now(): number;
  /** Which rows; default: all. */
  scope?: Scope;
  signal?: AbortSignal;
  /** Called after each row with how many of them are done. */
  progress?: (tally: Tally) => void;
  /** In place of `setTimeout`, for tests. */
  sleep?: (ms: number) => Promise<void>;
}

export interface Tally {
  sent: number;
  failed: number;
  suppressed: number;
  uncertain: number;
  /** Refused for now, and queued again. */
  deferred: number;
}

/** Pauses after temporary refusals of one mail (ms); the last one again and again. */
const PAUSES = [15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000];
/** Until when a mail is tried, after it was due (ms). */
export const GIVE_UP = 2 * 86_400_000;
/** After so many failures in a row that are not about a mail, the server is left alone for a while (ms). */
const SERVER_FAILURES = 5;
const SERVER_PAUSE = 15_000;
/** After so many temporary refusals in a row by one domain, it is left alone for a while. */
const DOMAIN_FAILURES = 10;
const DOMAIN_PAUSE = 5 * 60_000;
/** Mails under way, per connection: the others wait for the disk meanwhile. */
const WIDTH = 3;
/** Rows taken at once, per mail that is under way. */
const BATCH = 16;
/** How often leases of processes that have ended are looked for, and whether sending is paused (ms). */
const RECOVERY = 5000;
const PAUSE_CHECK = 500;

/**
 * Sends what is due until nothing is, or sending is paused, or the server must be left alone.
 *
 * @returns when it is worth calling again (epoch ms); null: when something new is queued
 */
export async function sendDue(options: SendingOptions): Promise<{ tally: Tally; again: number | null }> {
  const round = new Round(options);
  return round.run();
}

class Round {
  readonly #options: SendingOptions;
  readonly #writes: Writes;
  readonly #tally: Tally = { sent: 0, failed: 0, suppressed: 0, uncertain: 0, deferred: 0 };
  /** Mails under way at most: enough that a connection never waits for the disk. */
  readonly #width: number;
  #waiting: { taken: Taken; mail: Outgoing | null }[] = [];
  #refilling: Promise<void> | null = null;
  #isDry = false;
  #again: number | null = null;
  #serverFailures = 0;
  readonly #domainFailures = new Map<string, number>();
  #recoveredAt = Number.NEGATIVE_INFINITY;
  #pauseSeenAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #failure: unknown = null;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#writes = new Writes(options.store, options.now);
    this.#width = options.config.MAIL_CONNECTIONS * WIDTH;
  }

  async run(): Promise<{ tally: Tally; again: number | null }> {
    const { store } = this.#options;
    const workers = Array.from({ length: this.#width }, () =>
      this.#work().catch((error: unknown) => {
        this.#failure ??= error;
        this.#stopped = true;
      }),
    );
    await Promise.all(workers);
    await giveBack(
      store,
      this.#waiting.map(({ taken }) => taken),
    );
    if (this.#failure !== null) throw this.#failure;
    return { tally: this.#tally, again: this.#again };
  }

  /** One mail after another. */
  async #work(): Promise<void> {
    for (let next = await this.#next(); next !== null; next = await this.#next()) await this.#send(next);
  }

  async #next(): Promise<{ taken: Taken; mail: Outgoing | null } | null> {
    for (;;) {
      if (this.#stopped || this.#options.signal?.aborted) return null;
      if (this.#waiting.length <= this.#width && !this.#isDry) this.#refill();
      const next = this.#waiting.shift();
      if (next !== undefined) return next;
      if (this.#refilling === null) return null;
      await this.#refilling;
    }
  }

  #refill(): void {
    this.#refilling ??= this.#take()
      .catch((error: unknown) => {
        this.#failure ??= error;
        this.#stopped = true;
      })
      .finally(() => {
        this.#refilling = null;
      });
  }

  /** Takes more rows, as many as the limits allow, and makes their mails. */
  async #take(): Promise<void> {
    const { store, limits, prepare, scope } = this.#options;
    const now = this.#options.now();
    if (now - this.#recoveredAt >= RECOVERY) {
      this.#recoveredAt = now;
      this.#tally.uncertain += await recover(store, now);
    }
    if (now - this.#pauseSeenAt >= PAUSE_CHECK) {
      this.#pauseSeenAt = now;
      if (await isPaused(store.read)) {
        this.#stopped = true;
        return;
      }
    }
    let taken = await takeDue(store, this.#width * BATCH, now, scope);
    if (taken.length === 0) {
      this.#isDry = true;
      return;
    }
    const { granted, ends } = await limits.take(taken.length, now);
    if (granted < taken.length) {
      this.#comeBack(ends);
      this.#isDry = true;
      await giveBack(store, taken.slice(granted));
      taken = taken.slice(0, granted);
    }
    taken = await this.#withinDomains(taken, now);
    const mails = await prepare(taken);
    this.#waiting.push(...taken.map((one, i) => ({ taken: one, mail: mails[i]! })));
  }

  /** Without those whose domain has had enough for now; these wait. */
  async #withinDomains(taken: Taken[], now: number): Promise<Taken[]> {
    const wants = new Map<string, number>();
    for (const { domain } of taken) wants.set(domain, (wants.get(domain) ?? 0) + 1);
    const allowed = await this.#options.limits.takeFor(wants, now);
    const kept: Taken[] = [];
    const held = new Map<string, Taken[]>();
    for (const one of taken) {
      const allowance = allowed.get(one.domain)!;
      if (allowance.granted-- > 0) kept.push(one);
      else held.set(one.domain, [...(held.get(one.domain) ?? []), one]);
    }
    for (const [domain, rows] of held) {
      const { ends } = allowed.get(domain)!;
      await giveBack(this.#options.store, rows, ends);
      await this.#hold(
        domain,
        ends,
        'Its domain gets no more mail for now: see MAIL_PER_DOMAIN, MAIL_WARM_UP.',
      );
    }
    return kept;
  }

  /** Nothing goes to a domain before a moment. */
  async #hold(domain: string, until: number, reason: string): Promise<void> {
    this.#comeBack(until);
    await this.#options.store.write
      .updateTable('deliveries')
      .set({ next_at: until, reason })
      .where('state', '=', 'queued')
      .where('domain', '=', domain)
      .where('lease_until', '=', 0)
      .where('next_at', '<=', until)
      .execute();
  }

  #comeBack(at: number): void {
    this.#again = this.#again === null ? at : Math.min(this.#again, at);
  }

  async #send({ taken, mail }: { taken: Taken; mail: Outgoing | null }): Promise<void> {
    const { transport, progress } = this.#options;
    if (!(await this.#writes.begin(taken))) {
      this.#tally.suppressed++;
      progress?.(this.#tally);
      return;
    }
    if (mail === null) {
      const reason = 'The papers in it are no longer here.';
      await this.#record({
        id: taken.id,
        lease_until: taken.lease_until,
        state: 'quiet',
        reason,
        answer: null,
        nextAt: 0,
      });
      return;
    }
    const handed = await transport.hand(mail);
    const ended = this.#endOf(taken, handed);
    if (handed.state === 'refused' && handed.nobody)
      await this.#options.suppress(
        this.#options.store.write,
        taken.email,
        handed.answer,
        this.#options.now(),
      );
    await this.#record(ended);
    if (ended.state !== 'quiet') this.#tally[ended.state === 'queued' ? 'deferred' : ended.state]++;
    progress?.(this.#tally);
    await this.#watch(taken, handed);
  }

  /** It has been handed over, so recording that is worth several attempts. */
  async #record(ended: Ended): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#writes.end(ended);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await this.#sleep(500 * attempt);
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    const { sleep = (time) => new Promise<void>((resolve) => setTimeout(resolve, time)) } = this.#options;
    return sleep(ms);
  }

  #endOf(taken: Taken, handed: Handed): Ended {
    const { config } = this.#options;
    const now = this.#options.now();
    const of = { id: taken.id, lease_until: taken.lease_until, answer: handed.answer, nextAt: now };
    if (handed.state === 'accepted') return { ...of, state: 'sent', reason: null };
    if (handed.state === 'refused') return { ...of, state: 'failed', reason: 'The mail server refused it.' };
    if (handed.state === 'unknown') {
      const reason = 'The connection broke before the mail server confirmed it.';
      // Each attempt may have arrived, so there are few, with pauses in between.
      const isWorthIt = config.MAIL_RESEND_UNCERTAIN && taken.tries + 1 < BEGINNINGS;
      if (!isWorthIt) return { ...of, state: 'uncertain', reason };
      return {
        ...of,
        state: 'queued',
        reason,
        nextAt: now + PAUSES[Math.min(taken.tries, PAUSES.length - 1)]!,
      };
    }
    const pause = handed.ofServer ? SERVER_PAUSE : PAUSES[Math.min(taken.tries, PAUSES.length - 1)]!;
    if (now + pause > taken.due_at + GIVE_UP && taken.tries > 0)
      return { ...of, state: 'failed', reason: 'The mail server did not accept it in two days.' };
    return { ...of, state: 'queued', reason: 'Not accepted for now.', nextAt: now + pause };
  }

  /** Leaves a server or a domain alone that refuses one mail after another. */
  async #watch({ domain }: Taken, handed: Handed): Promise<void> {
    if (handed.state !== 'deferred') {
      this.#serverFailures = 0;
      this.#domainFailures.delete(domain);
      return;
    }
    this.#comeBack(this.#options.now() + SERVER_PAUSE);
    if (handed.ofServer) {
      if (++this.#serverFailures >= SERVER_FAILURES + this.#width) this.#stopped = true;
      return;
    }
    const failures = (this.#domainFailures.get(domain) ?? 0) + 1;
    this.#domainFailures.set(domain, failures);
    if (failures % DOMAIN_FAILURES === 0)
      await this.#hold(
        domain,
        this.#options.now() + DOMAIN_PAUSE * (failures / DOMAIN_FAILURES),
        `Its domain is left alone for a while: ${handed.answer}`,
      );
  }
}
const ATTEMPTS = 5;
