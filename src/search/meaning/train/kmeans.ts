/** Spherical k-means (Dhillon and Modha 2001): centroids of unit vectors by cosine. */

/** Rounds over all vectors; centroids hardly move afterwards. */
const ROUNDS = 12;

/**
 * `k` unit centroids of the vectors numbered in `members`, row-major in `vectors`, and which of them each
 * member is nearest to. Where there are fewer vectors than centroids, some centroids are the same.
 */
export function sphericalKMeans(
  vectors: Float32Array,
  members: Int32Array,
  k: number,
  width: number,
  random: () => number,
): { centroids: Float32Array; nearest: Int32Array } {
  const centroids = new Float32Array(k * width);
  const nearest = new Int32Array(members.length);
  if (members.length === 0) return { centroids, nearest };
  const anyone = (): number => members[Math.floor(random() * members.length)]! * width;
  const start = (c: number): void => {
    const from = anyone();
    centroids.set(vectors.subarray(from, from + width), c * width);
  };
  for (let c = 0; c < k; c++) start(c);
  const sizes = new Int32Array(k);
  for (let round = 0; ; round++) {
    sizes.fill(0);
    for (let i = 0; i < members.length; i++) {
      const c = nearestOf(vectors, members[i]! * width, centroids, k, width);
      nearest[i] = c;
      sizes[c] = sizes[c]! + 1;
    }
    if (round === ROUNDS) return { centroids, nearest };
    centroids.fill(0);
    for (let i = 0; i < members.length; i++) {
      const from = members[i]! * width;
      const to = nearest[i]! * width;
      for (let d = 0; d < width; d++) centroids[to + d] = centroids[to + d]! + vectors[from + d]!;
    }
    for (let c = 0; c < k; c++) if (sizes[c] === 0 || !normalise(centroids, c * width, width)) start(c);
  }
}

function nearestOf(
  vectors: Float32Array,
  from: number,
  centroids: Float32Array,
  k: number,
  width: number,
): number {
  let best = 0;
  let most = -Infinity;
  for (let c = 0; c < k; c++) {
    let dot = 0;
    for (let d = 0, at = c * width; d < width; d += 4, at += 4)
      dot +=
        vectors[from + d]! * centroids[at]! +
        vectors[from + d + 1]! * centroids[at + 1]! +
        vectors[from + d + 2]! * centroids[at + 2]! +
        vectors[from + d + 3]! * centroids[at + 3]!;
    if (dot <= most) continue;
    most = dot;
    best = c;
  }
  return best;
}

/** Brings a row to unit length; false when it is zero. */
export function normalise(rows: Float32Array, from: number, width: number): boolean {
  let square = 0;
  for (let d = from; d < from + width; d++) square += rows[d]! ** 2;
  if (square === 0) return false;
  const by = 1 / Math.sqrt(square);
  for (let d = from; d < from + width; d++) rows[d] = rows[d]! * by;
  return true;
}
