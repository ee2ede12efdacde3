/** A clock for the program that a test can put forward (clock.fixture.mjs). */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from './program.ts';

export class Clock {
  readonly #file: string;
  #shift = 0;

  /**
   * @param folder where its file is
   * @param begins what it shows at first, such as `2026-06-08T09:00:00Z`
   */
  constructor(folder: string, begins: string) {
    this.#file = join(folder, 'clock');
    this.#write(begins);
  }

  /** For processes that go by it. */
  get env(): { NODE_OPTIONS: string; TEST_CLOCK: string } {
    const preload = pathToFileURL(join(process.cwd(), 'test/clock.fixture.mjs')).href;
    return { NODE_OPTIONS: `--import ${preload}`, TEST_CLOCK: this.#file };
  }

  /** Epoch ms. */
  now(): number {
    return Date.now() + this.#shift;
  }

  /** Puts it forward, and waits until the running site has noticed. */
  async set(time: string): Promise<void> {
    this.#write(time);
    for (const who of ['pages', 'worker'])
      await eventually(`${who} to notice the time`, async () => {
        return Number(readFileSync(`${this.#file}.${who}`, 'utf8')) === this.#shift;
      });
  }

  #write(time: string): void {
    this.#shift = Date.parse(time) - Date.now();
    // In one step: it may be read at any moment.
    writeFileSync(`${this.#file}.new`, String(this.#shift));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
