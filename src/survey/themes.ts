/**
 * Themes: clusters of papers that keep their identity as papers come in. They are a fold over the papers in order of
 * their days. Once the number of papers has grown by half since the last *epoch*, they are reclustered, starting from
 * the existing themes; until then, each new paper joins the closest theme and nothing else moves. So the themes of a
 * day are a function of the papers up to that day, and tomorrow's papers change none of it.
 */
import { hash52 } from '../papers/hash.ts';
import { slugify } from '../papers/slug.ts';
import type { Day } from '../papers/types.ts';
import { assign, centresOf, grow } from './cluster.ts';
import { type Named, nameGroups } from './naming.ts';
import type { Meant, Phrase, Theme } from './types.ts';
import { apart, meanOf, pick, product, type Rows, rowsOf, toUnit } from './vectors.ts';

/** With fewer papers there are no themes. */
export const FEWEST_FOR_THEMES = 12;
const MOST_THEMES = 14;
/** An epoch begins when the number of papers has grown by this factor since the last. */
const GROWTH = 1.5;
/** Clusters are made from this many papers; the others join the closest one. */
const SAMPLE = 1000;
/** Themes that one epoch can add. */
const MOST_NEW = 4;
/** A theme is renamed once its number of papers has grown by this factor since it was named. */
const OUTGROWN = 2;
/** The papers among which the lead is chosen, as a share of a theme's. */
const TYPICAL = 0.25;

/** A theme between two epochs. */
interface Known extends Named {
  key: string;
  /** The papers it was named after. */
  namedAfter: number;
}

interface Epoch {
  /** Papers up to it. */
  papers: number;
  mean: Float32Array;
  centres: Rows;
  themes: Known[];
}

/** Themes at the end of a day, of the papers up to then (the first `papers` in the order of days). */
export interface ThemesAt {
  day: Day | '';
  papers: number;
  themes: Theme[];
}

/** The order in which papers came in. */
export const byDay = (a: Meant, b: Meant): number =>
  a.paper.day < b.paper.day
    ? -1
    : a.paper.day > b.paper.day
      ? 1
      : a.paper.id < b.paper.id
        ? -1
        : a.paper.id > b.paper.id
          ? 1
          : 0;

/**
 * @param papers in the order `byDay`
 * @param days the days whose themes are wanted as well, ascending
 * @returns the themes of these days, and last those of all papers. It yields now and then.
 */
export function* themesOf(papers: readonly Meant[], days: readonly Day[] = []): Generator<void, ThemesAt[]> {
  const rows = rowsOf(papers);
  const out: ThemesAt[] = [];
  let epoch: Epoch | null = null;
  const wanted = [...days];
  for (let end = 0; end < papers.length; ) {
    const day = papers[end]!.paper.day;
    while (wanted.length > 0 && wanted[0]! < day) out.push(at(wanted.shift()!, end));
    while (end < papers.length && papers[end]!.paper.day === day) end++;
    if (end >= FEWEST_FOR_THEMES && end >= (epoch?.papers ?? 0) * GROWTH)
      epoch = yield* begin(papers, rows, end, epoch);
  }
  for (const day of wanted) out.push(at(day, papers.length));
  out.push(at(papers.at(-1)?.paper.day ?? '', papers.length));
  return out;

  function at(day: Day | '', count: number): ThemesAt {
    return { day, papers: count, themes: epoch === null ? [] : themesIn(papers, rows, count, epoch) };
  }
}

/** Clusters a sample of the first `count` papers, and carries names over. */
function* begin(
  papers: readonly Meant[],
  all: Rows,
  count: number,
  before: Epoch | null,
): Generator<void, Epoch> {
  const mean = meanOf(all, firstOf(count));
  const sampled = sampleOf(papers, count);
  const plain = pick(all, sampled);
  const rows = apart(plain, mean);
  const those = firstOf(rows.count);
  const known = before && assign(apart(plain, before.mean), those, before.centres);
  const smallest = Math.max(2, Math.round(rows.count / 60));
  const kept = known?.filter((own) => own.length >= smallest) ?? [];
  const most = Math.min(MOST_THEMES, Math.max(3, Math.round(Math.sqrt(count / 2))));
  const centres = yield* grow(rows, {
    sample: those,
    centres: kept.length > 1 ? centresOf(rows, kept) : null,
    least: count >= 60 ? 5 : count >= 24 ? 3 : 2,
    most: kept.length > 1 ? Math.min(most, kept.length + MOST_NEW) : most,
    smallest,
  });
  const members = assign(rows, those, centres);
  yield;
  const phrases = sampled.map((i) => papers[i]!.paper.phrases);
  const themes = named(phrases, members, count / rows.count, before?.themes ?? [], known ?? []);
  return { papers: count, mean, centres, themes };
}

const firstOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A sample of the first `count` papers: it prefers the same ones, whatever others there are. */
function sampleOf(papers: readonly Meant[], count: number): number[] {
  if (count <= SAMPLE) return firstOf(count);
  return firstOf(count)
    .map((i) => ({ i, hash: hash52(papers[i]!.paper.id) }))
    .sort((a, b) => a.hash - b.hash || a.i - b.i)
    .slice(0, SAMPLE)
    .map(({ i }) => i)
    .sort((a, b) => a - b);
}

/**
 * Themes from clusters: each takes the identity of the theme most of whose papers it has.
 *
 * @param times how many papers each one in the sample stands for
 * @param known the papers of each of the themes before
 */
function named(
  phrases: readonly (readonly Phrase[])[],
  members: readonly (readonly number[])[],
  times: number,
  before: readonly Known[],
  known: readonly (readonly number[])[],
): Known[] {
  const clusterOf = new Map<number, number>();
  members.forEach((own, c) => {
    for (const i of own) clusterOf.set(i, c);
  });
  const heirs: (Known | null)[] = members.map(() => null);
  const sizes = members.map(() => 0);
  known.forEach((own, t) => {
    const shares = members.map(() => 0);
    for (const i of own) shares[clusterOf.get(i)!]!++;
    const c = shares.indexOf(Math.max(...shares));
    if (shares[c]! * 2 <= own.length || own.length <= sizes[c]!) return;
    heirs[c] = before[t]!;
    sizes[c] = own.length;
  });
  const size = (c: number): number => Math.round(members[c]!.length * times);
  const keeps = heirs.map((heir, c) =>
    heir !== null && size(c) <= heir.namedAfter * OUTGROWN ? heir : null,
  );
  const names = nameGroups(phrases, members, new Set(keeps.flatMap((heir) => heir?.name ?? [])));
  const keys = new Set(heirs.flatMap((heir) => heir?.key ?? []));
  return members.map((_, c) => {
    const { name, terms } = names[c]!;
    const key = heirs[c]?.key ?? freeKey(slugify(name) || 'theme', keys);
    keys.add(key);
    const keep = keeps[c];
    if (!keep) return { key, name, terms, namedAfter: size(c) };
    return { ...keep, terms: terms.filter((term) => term.toLowerCase() !== keep.name.toLowerCase()) };
  });
}

function freeKey(slug: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const key = n === 1 ? slug : `${slug}-${n}`;
    if (!taken.has(key)) return key;
  }
}

/** The themes of the first `count` papers, the largest first. */
function themesIn(papers: readonly Meant[], all: Rows, count: number, epoch: Epoch): Theme[] {
  const { mean, centres } = epoch;
  const { dimensions } = all;
  const rows = apart({ ...all, count }, mean);
  const members = assign(
    rows,
    Array.from({ length: count }, (_, i) => i),
    centres,
  );
  return epoch.themes
    .map(({ key, name, terms }, c): Theme | null => {
      if (members[c]!.length === 0) return null;
      const near = members[c]!.map((i) => ({
        i,
        likeness: product(rows.values, i * dimensions, centres.values, c * dimensions, dimensions),
      })).sort((a, b) => b.likeness - a.likeness || a.i - b.i);
      const typical = near.slice(0, Math.max(3, Math.ceil(near.length * TYPICAL)));
      const lead = typical.reduce((best, one) =>
        papers[one.i]!.paper.upvotes > papers[best.i]!.paper.upvotes ? one : best,
      );
      return {
        key,
        name,
        terms,
        papers: near.map(({ i }) => papers[i]!.paper.id),
        lead: papers[lead.i]!.paper.id,
        first: papers[members[c]![0]!]!.paper.day,
      };
    })
    .filter((theme) => theme !== null)
    .sort((a, b) => b.papers.length - a.papers.length || (a.key < b.key ? -1 : 1));
}

/** How close each paper is to the centre of all, -1 to 1. */
export function likenessToMiddle(papers: readonly Meant[]): number[] {
  const rows = rowsOf(papers);
  const middle = meanOf(
    rows,
    papers.map((_, i) => i),
  );
  toUnit(middle);
  return papers.map((_, i) => product(rows.values, i * rows.dimensions, middle, 0, rows.dimensions));
}
