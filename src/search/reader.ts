/** The reading side of an index folder. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY, MANIFEST, type Manifest, parseManifest, readManifestBytes, readWhole } from './directory.ts';
import { explain } from './explain.ts';
import { countFacets } from './facets.ts';
import { filterFor } from './filters.ts';
import { highlightRanges } from './highlight.ts';
import { best, Matches } from './hits.ts';
import { frequencyIn, planQuery } from './plan.ts';
import { parseQuery } from './query.ts';
import { ALL_WORDS, resolve, type ScoredPlan, Scratch, scoreSegment, wordsNeeded } from './scoring.ts';
import { Segment } from './segment.ts';
import { likeThis } from './similar.ts';
import { Snapshot } from './snapshot.ts';
import {
  IndexUnusable,
  type SearchHit,
  type SearchIndex,
  type SearchRequest,
  type SearchResult,
} from './types.ts';

const MOST_HITS = 1_000;
const DEFAULT_HITS = 20;
/** A writer may commit again and again while we read; more often than this is no coincidence. */
const MOST_TRIES = 20;

/**
 * Opens an index folder for reading. A folder that is not there is an empty index. Throws IndexUnusable when
 * its files are damaged or another version's.
 */
export function openIndex(folder: string): SearchIndex {
  return new FolderIndex(folder);
}

class FolderIndex implements SearchIndex {
  readonly #folder: string;
  /** The manifest as last read, and what stat said of it. */
  #stamp = '';
  #bytes: string | null = null;
  #segments = new Map<string, Segment>();
  #snapshot = new Snapshot(0, []);
  #scratch = new Scratch(0);

  constructor(folder: string) {
    this.#folder = folder;
    this.refresh();
  }

  get documents(): number {
    return this.#snapshot.documents;
  }
  get seq(): number {
    return this.#snapshot.seq;
  }
  get bytes(): number {
    return this.#snapshot.bytes + this.#scratch.bytes;
  }

  refresh(): boolean {
    for (let tries = 1; ; tries++) {
      const stamp = this.#stat();
      if (stamp === this.#stamp) return false;
      const bytes = readManifestBytes(this.#folder);
      if (bytes === this.#bytes && this.#stamp !== '') {
        this.#stamp = stamp;
        return false;
      }
      const manifest = bytes === null ? EMPTY : parseManifest(this.#folder, bytes);
      const missing = this.#take(manifest);
      if (missing === null) {
        this.#stamp = stamp;
        this.#bytes = bytes;
        return true;
      }
      // A merge has removed it since we read the manifest; then there is a new manifest.
      if (tries >= MOST_TRIES || readManifestBytes(this.#folder) === bytes)
        throw new IndexUnusable(`${join(this.#folder, missing)}: is missing, though the manifest lists it`);
    }
  }

  close(): void {
    this.#segments.clear();
    this.#snapshot = new Snapshot(0, []);
    this.#scratch = new Scratch(0);
    this.#stamp = '';
    this.#bytes = null;
  }

  search(request: SearchRequest): SearchResult {
    const snapshot = this.#snapshot;
    const query = parseQuery(request.text);
    const plan = resolve(snapshot, planQuery(query, frequencyIn(snapshot)), this.#scratch);
    let matches = this.#match(plan, request, query.open, wordsNeeded(plan.words.length));
    // Nothing has all of it: then what has any of it, but never less than what was put in quotes.
    if (matches.count === 0 && plan.words.length > 1 && !query.open)
      matches = this.#match(plan, request, false, 1);
    const sort = request.sort ?? 'relevance';
    const order = query.open && sort === 'relevance' ? 'date' : sort;
    const offset = atLeastZero(request.offset, 0);
    const limit = Math.min(MOST_HITS, atLeastZero(request.limit, DEFAULT_HITS));
    const hits = best(snapshot, matches, order, offset, limit).map((at): SearchHit => {
      const part = matches.parts[at]!;
      const document = matches.documents[at]!;
      const key = snapshot.parts[part]!.segment.sections.keys[document]!;
      const hit: SearchHit = { key, score: matches.scores[at]! };
      if (request.explain) hit.shares = explain(snapshot, part, document, plan);
      return hit;
    });
    const result: SearchResult = { total: matches.count, hits, seq: snapshot.seq };
    if (request.facets) result.facets = countFacets(snapshot, matches);
    return result;
  }

  similar(key: number, limit: number): SearchHit[] {
    const snapshot = this.#snapshot;
    for (let p = snapshot.parts.length - 1; p >= 0; p--) {
      const { segment, live } = snapshot.parts[p]!;
      const document = segment.document(key);
      if (document < 0 || (live !== null && !live[document])) continue;
      const matches = likeThis(snapshot, p, document, this.#scratch);
      return best(snapshot, matches, 'relevance', 0, Math.min(MOST_HITS, atLeastZero(limit, 0))).map(
        (at) => ({
          key: snapshot.parts[matches.parts[at]!]!.segment.sections.keys[matches.documents[at]!]!,
          score: matches.scores[at]!,
        }),
      );
    }
    return [];
  }

  highlights(query: string, text: string): [number, number][] {
    return highlightRanges(planQuery(parseQuery(query), frequencyIn(this.#snapshot)), text);
  }

  #match(plan: ScoredPlan, request: SearchRequest, open: boolean, needed: number): Matches {
    const matches = new Matches();
    const musts = plan.words.filter(({ must }) => must).length;
    const { scores, matched, must, whole, barred } = this.#scratch;
    if (!open && plan.words.length === 0) return matches;
    this.#snapshot.parts.forEach(({ segment, live }, p) => {
      const count = segment.documents;
      for (const array of [scores, matched, must, whole, barred]) array.fill(0, 0, count);
      scoreSegment(this.#snapshot, p, plan, this.#scratch);
      const passes = filterFor(segment, request.filters);
      const all = plan.words.length > 1 ? plan.words.length : 0;
      for (let document = 0; document < count; document++) {
        if (!open && matched[document]! < needed) continue;
        if (barred[document] || must[document]! < musts) continue;
        if (live !== null && live[document] === 0) continue;
        if (passes !== null && !passes(document)) continue;
        let score = scores[document]!;
        if (all > 0 && matched[document] === all) score *= 1 + ALL_WORDS;
        if (whole[document]) score += plan.wholeBonus;
        matches.add(p, document, score);
      }
    });
    return matches;
  }

  /** What tells one manifest from the next without reading it. */
  #stat(): string {
    const stat = statSync(join(this.#folder, MANIFEST), { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
  }

  /** Takes up a manifest's state; gives the name of a file that is missing, if one is. */
  #take(manifest: Manifest): string | null {
    const segments = new Map<string, Segment>();
    for (const { file, bytes } of manifest.segments) {
      let segment = this.#segments.get(file);
      if (segment === undefined) {
        const buffer = readWhole(this.#folder, file);
        if (buffer === null) return file;
        const path = join(this.#folder, file);
        if (buffer.byteLength !== bytes)
          throw new IndexUnusable(`${path}: has ${buffer.byteLength} bytes, the manifest tells of ${bytes}`);
        segment = Segment.open(path, buffer);
      }
      segments.set(file, segment);
    }
    this.#segments = segments;
    this.#snapshot = new Snapshot(manifest.seq, [...segments.values()], this.#snapshot);
    if (this.#snapshot.widest !== this.#scratch.width) this.#scratch = new Scratch(this.#snapshot.widest);
    return null;
  }
}

function atLeastZero(value: number | undefined, otherwise: number): number {
  if (value === undefined || Number.isNaN(value)) return otherwise;
  return Math.max(0, Math.floor(value));
}
