/** Reads what comes back, wherever BOUNCE_URL says it comes to: a duty of the worker. */
import type { Config } from '../config.ts';
import { takeBounce } from '../digest/bounces.ts';
import { bounceDoor, isLocalDoor } from '../mail/bounce-door.ts';
import { readMailbox } from '../mail/bounce-mailbox.ts';
import { type Listening, receiveBounces } from '../mail/bounce-receiver.ts';
import { type Verp, verpOf } from '../mail/verp.ts';
import { getMeta, META, setMeta } from '../store/meta.ts';
import type { Store } from '../store/open.ts';

export interface BounceOptions {
  store: Store;
  config: Pick<Config, 'BOUNCE_URL' | 'PUBLIC_URL' | 'OFFLINE'>;
  /** Epoch ms. */
  now(): number;
}

/** How often the mailbox is read; and the pause after a failure, doubled up to the longest (ms). */
const EVERY = 60_000;
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;

export class BounceDesk {
  readonly #options: BounceOptions;
  #listening: Listening | null = null;
  #next = 0;
  #failures = 0;

  constructor(options: BounceOptions) {
    this.#options = options;
  }

  /** The port of the receiver; null: it is not listening. */
  get port(): number | null {
    return this.#listening?.port ?? null;
  }

  /** Does what is due. @throws Error once for each attempt that failed; it makes the next one later and later */
  async look(): Promise<void> {
    const now = this.#options.now();
    if (now < this.#next) return;
    this.#next = now + EVERY;
    try {
      await this.#read();
      this.#failures = 0;
    } catch (error) {
      this.#next = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
      throw error;
    }
  }

  async #read(): Promise<void> {
    const { store, config, now } = this.#options;
    const door = bounceDoor(config.BOUNCE_URL);
    if (door === null || this.#listening !== null || (config.OFFLINE && !isLocalDoor(door))) return;
    const verp: Verp = (await verpOf(store.write, config))!;
    if (door.kind === 'imap') {
      await readMailbox(door, {
        place: (await getMeta(store.read, META.bounceMailbox)) ?? null,
        async take(bytes) {
          const taken = await takeBounce(store, verp, bytes, [], now());
          return taken === 'early' ? 'later' : taken === 'ignored' ? 'other' : 'ours';
        },
        save: (place) => setMeta(store.write, META.bounceMailbox, place),
        now: now(),
      });
      return;
    }
    this.#listening = await receiveBounces(
      door,
      (address) => verp.read(address) !== null,
      async (bytes, to) => (await takeBounce(store, verp, bytes, to, now())) !== 'early',
    );
  }

  /** Stops listening. */
  async close(): Promise<void> {
    await this.#listening?.close();
    this.#listening = null;
  }
}
