/**
 * The cells vectors are kept by, so that a search looks at a few of them: two levels of `side` centroids each,
 * since finding a document's cell then costs `2 · side` products instead of `side²`.
 */
export class Grid {
  readonly cells: number;
  readonly #side: number;
  readonly #width: number;
  readonly #centroids: Int8Array;

  /** `centroids`: `side` coarse ones, then `side` cells for each of them, `width` bytes each. */
  constructor(centroids: Int8Array, side: number, width: number) {
    this.#centroids = centroids;
    this.#side = side;
    this.#width = width;
    this.cells = side * side;
  }

  /** The cell of a vector: the nearest of the cells under the nearest coarse centroid. */
  cellOf(vector: Int8Array): number {
    const side = this.#side;
    const coarse = this.#nearest(vector, 0);
    return coarse * side + this.#nearest(vector, side + coarse * side);
  }

  #nearest(vector: Int8Array, from: number): number {
    let best = 0;
    let most = -Infinity;
    for (let i = 0; i < this.#side; i++) {
      const dot = this.#dot(vector, from + i);
      if (dot <= most) continue;
      most = dot;
      best = i;
    }
    return best;
  }

  /** The `count` cells nearest to a vector, nearest first; all of them are compared. */
  nearestCells(vector: Int8Array, count: number): number[] {
    const dots = new Float64Array(this.cells);
    for (let cell = 0; cell < this.cells; cell++) dots[cell] = this.#dot(vector, this.#side + cell);
    const order = Array.from(dots.keys()).sort((a, b) => dots[b]! - dots[a]! || a - b);
    return order.slice(0, count);
  }

  /** Whole numbers throughout: the same cell on every machine. */
  #dot(vector: Int8Array, centroid: number): number {
    const centroids = this.#centroids;
    let sum = 0;
    for (let k = 0, at = centroid * this.#width; k < this.#width; k += 4, at += 4)
      sum +=
        vector[k]! * centroids[at]! +
        vector[k + 1]! * centroids[at + 1]! +
        vector[k + 2]! * centroids[at + 2]! +
        vector[k + 3]! * centroids[at + 3]!;
    return sum;
  }
}
