/** A map that evicts the least recently used entries when its weight exceeds a limit. */
export class Lru<K, V> {
  #map = new Map<K, V>();
  #weight = 0;
  readonly #limit: number;
  readonly #weigh: (key: K, value: V) => number;

  constructor(limit: number, weigh: (key: K, value: V) => number) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get(key: K): V | undefined {
    const value = this.#map.get(key);
    if (value === undefined) return undefined;
    this.#map.delete(key);
    this.#map.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    const old = this.#map.get(key);
    if (old !== undefined) {
      this.#map.delete(key);
      this.#weight -= this.#weigh(key, old);
    }
    this.#map.set(key, value);
    this.#weight += this.#weigh(key, value);
    for (const [first, held] of this.#map) {
      if (this.#weight <= this.#limit || this.#map.size <= 1) break;
      this.#map.delete(first);
      this.#weight -= this.#weigh(first, held);
    }
  }

  get size(): number {
    return this.#map.size;
  }
}
