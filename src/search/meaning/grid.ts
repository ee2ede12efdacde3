/**
 * The cells vectors are kept by, so that a search looks at a few of them: two levels of `side` centroids each,
 * since finding a document's cell then costs `2 · side` products instead of `side²`.
 */
export class Grid {
  readonly cells: number;
  readonly #side: number;
  readonly #width: number;
  readonly #centroids: Int8Array;
  /** Centroids two to a number, for `cellOf`; made when first needed, for who only searches does without. */
  #pairs: Int32Array | null = null;

  /** `centroids`: `side` coarse ones, then `side` cells for each of them, `width` bytes each. */
  constructor(centroids: Int8Array, side: number, width: number) {
    this.#centroids = centroids;
    this.#side = side;
    this.#width = width;
    this.cells = side * side;
  }

  /** The cell of a vector: the nearest of the cells under the nearest coarse centroid. */
  cellOf(vector: Int8Array): number {
    this.#pairs ??= this.#pairUp();
    const coarse = this.#nearest(this.#pairs, vector, 0);
    return coarse * this.#side + this.#nearest(this.#pairs, vector, 1 + coarse);
  }

  /**
   * Two centroids lie in one number, as low + high · 2^16, so that one multiplication does for both: products of
   * vectors of unit length · 127, and all sums on the way to them, fit into 16 bits. Eight centroids, that is four
   * numbers, lie side by side for each dimension, the last ones of each level filled up with zeros.
   */
  #pairUp(): Int32Array {
    const side = this.#side;
    const width = this.#width;
    const blocks = Math.ceil(side / 8);
    const pairs = new Int32Array((side + 1) * blocks * width * 4);
    for (let level = 0, to = 0; level <= side; level++)
      for (let block = 0; block < blocks; block++)
        for (let k = 0; k < width; k++)
          for (let i = block * 8; i < block * 8 + 8; i += 2) {
            const at = (level * side + i) * width + k;
            const low = i < side ? this.#centroids[at]! : 0;
            const high = i + 1 < side ? this.#centroids[at + width]! : 0;
            pairs[to++] = low + high * 65536;
          }
    return pairs;
  }

  /** The nearest of the centroids of level 0, which are the coarse ones, or of the cells of coarse one `level - 1`. */
  #nearest(pairs: Int32Array, vector: Int8Array, level: number): number {
    const width = this.#width;
    const side = this.#side;
    let at = level * Math.ceil(side / 8) * width * 4;
    let best = 0;
    let most = -Infinity;
    const compare = (both: number, first: number): void => {
      const low = (both << 16) >> 16;
      const high = (both - low) >> 16;
      if (low > most && first < side) {
        most = low;
        best = first;
      }
      if (high > most && first + 1 < side) {
        most = high;
        best = first + 1;
      }
    };
    for (let first = 0; first < side; first += 8) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = 0; k < width; k++, at += 4) {
        const component = vector[k]!;
        a = (a + Math.imul(component, pairs[at]!)) | 0;
        b = (b + Math.imul(component, pairs[at + 1]!)) | 0;
        c = (c + Math.imul(component, pairs[at + 2]!)) | 0;
        d = (d + Math.imul(component, pairs[at + 3]!)) | 0;
      }
      compare(a, first);
      compare(b, first + 2);
      compare(c, first + 4);
      compare(d, first + 6);
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
