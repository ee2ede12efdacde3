/** How much mail may be handed over, counted in the database so that all processes of a site keep to it together. */
import type { Config } from '../config.ts';
import { countUpTo } from '../store/attempts.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';

export type LimitSettings = Pick<
  Config,
  'MAIL_PER_SECOND' | 'MAIL_PER_HOUR' | 'MAIL_PER_DOMAIN' | 'MAIL_WARM_UP'
>;

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days until a domain is trusted to know this sender. */
const WARM_UP = 42;

/** Emails a domain may get on the n-th day (from 0) after its first: `200·1000^(n/41)`, so 200 and in the end 200,000. */
export const warmUpOn = (day: number): number => Math.floor(200 * 1000 ** (day / (WARM_UP - 1)));

/** Names that exist in examples and tests alone (RFC 2606, RFC 6761): there is nobody to get used to a sender. */
const isReserved = (domain: string): boolean =>
  /(?:^|\.)(?:test|example|invalid|localhost|example\.(?:com|net|org))$/.test(domain);

/** So many may be handed over; the rest not before a moment (epoch ms). */
export interface Allowance {
  granted: number;
  ends: number;
}

export class Limits {
  readonly #store: Store;
  readonly #settings: LimitSettings;
  readonly #firstAt = new Map<string, number>();

  constructor(store: Store, settings: LimitSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** How many of `want` emails may be handed over now. Those granted count, whether or not they are. */
  async take(want: number, now: number): Promise<Allowance> {
    const { MAIL_PER_SECOND, MAIL_PER_HOUR } = this.#settings;
    let allowed: Allowance = { granted: want, ends: now };
    if (MAIL_PER_SECOND > 0)
      allowed = await this.#count('mail a second', MAIL_PER_SECOND, SECOND, allowed.granted, now);
    if (MAIL_PER_HOUR > 0 && allowed.granted > 0)
      allowed = await this.#count('mail an hour', MAIL_PER_HOUR, HOUR, allowed.granted, now);
    return allowed;
  }

  /** How many emails each domain may get now. @param wants by domain */
  async takeFor(wants: ReadonlyMap<string, number>, now: number): Promise<Map<string, Allowance>> {
    const { MAIL_PER_DOMAIN, MAIL_WARM_UP } = this.#settings;
    if (MAIL_WARM_UP) await this.#noteFirst([...wants.keys()], now);
    const allowed = new Map<string, Allowance>();
    for (const [domain, want] of wants) {
      let one: Allowance = { granted: want, ends: now };
      if (MAIL_PER_DOMAIN > 0)
        one = await this.#count(`mail an hour to ${domain}`, MAIL_PER_DOMAIN, HOUR, want, now);
      const day = Math.floor((now - (this.#firstAt.get(domain) ?? 0)) / DAY);
      if (MAIL_WARM_UP && day < WARM_UP && !isReserved(domain) && one.granted > 0)
        one = await this.#count(`mail a day to ${domain}`, warmUpOn(Math.max(0, day)), DAY, one.granted, now);
      allowed.set(domain, one);
    }
    return allowed;
  }

  #count(name: string, times: number, span: number, want: number, now: number): Promise<Allowance> {
    return countUpTo(this.#store, { name, times, span }, want, now);
  }

  /** Remembers when domains got their first mail. */
  async #noteFirst(domains: string[], now: number): Promise<void> {
    const unknown = domains.filter((domain) => !this.#firstAt.has(domain));
    if (unknown.length === 0) return;
    const { read, write } = this.#store;
    const find = async (among: string[]): Promise<void> => {
      const rows = await inSlices(among, (slice) =>
        read.selectFrom('mail_domains').selectAll().where('domain', 'in', slice).execute(),
      );
      for (const { domain, first_at } of rows) this.#firstAt.set(domain, first_at);
    };
    await find(unknown);
    const fresh = unknown.filter((domain) => !this.#firstAt.has(domain));
    if (fresh.length === 0) return;
    await write
      .insertInto('mail_domains')
      .values(fresh.map((domain) => ({ domain, first_at: now })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await find(fresh);
  }
}
