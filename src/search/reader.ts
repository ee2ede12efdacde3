/** The reading side of an index folder: takes up what writers commit, and hands each question on. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { completions } from './completion.ts';
import { EMPTY, MANIFEST, type Manifest, parseManifest, readAhead, readManifestBytes } from './directory.ts';
import { highlightRanges } from './highlight.ts';
import { letGo } from './kept.ts';
import type { TokenModel } from './meaning/model.ts';
import type { Marks } from './planner.ts';
import { marksOf, matchingIn, searchIn } from './search.ts';
import { type Segment, SegmentFile } from './segment.ts';
import { similarIn } from './similar.ts';
import { Snapshot } from './snapshot.ts';
import { titlesBeginning } from './title-beginnings.ts';
import {
  type Completion,
  IndexUnusable,
  type Matching,
  type PaperText,
  type SearchHit,
  type SearchIndex,
  type SearchRequest,
  type SearchResult,
} from './types.ts';
import { putVotes, readVotes, type Votes } from './votes.ts';

/** A writer may commit again and again while we read; more often than this is no coincidence. */
const MOST_TRIES = 20;

export interface ReaderOptions {
  /** The model in this room; used where the index holds its vectors. */
  model?: TokenModel | null;
}

/**
 * Opens an index folder for reading. A folder that is not there is an empty index. Throws IndexUnusable when
 * its files are damaged or another version's.
 */
export function openIndex(folder: string, options: ReaderOptions = {}): SearchIndex {
  return new FolderIndex(folder, options);
}

/** Counts changes of all indexes of this process: one that is opened in another's place goes on from there. */
let changes = 0;

const sameSegments = (a: ReadonlyMap<string, Segment>, b: ReadonlyMap<string, Segment>): boolean =>
  a.size === b.size && [...a].every(([file, segment]) => b.get(file) === segment);

const sameVotes = (a: Votes, b: Votes): boolean =>
  a.size === b.size && [...a].every(([key, count]) => b.get(key) === count);

class FolderIndex implements SearchIndex {
  readonly #folder: string;
  readonly #given: TokenModel | null;
  /** The manifest as last read, and what stat said of it. */
  #stamp = '';
  #bytes: string | null = null;
  #segments = new Map<string, Segment>();
  #snapshot = new Snapshot(0, []);
  #model = '';
  /** What has been put into the segments' columns of votes. */
  #votes: Votes = new Map();
  #wordsAt = 0;
  #votesAt = 0;
  /** What the last query marks: pages ask for it once a text. */
  #marks: { query: string; snapshot: Snapshot; marks: Marks } | null = null;

  constructor(folder: string, { model }: ReaderOptions) {
    this.#folder = folder;
    this.#given = model ?? null;
    this.refresh();
  }

  get documents(): number {
    return this.#snapshot.documents;
  }
  get seq(): number {
    return this.#snapshot.seq;
  }
  get words(): number {
    return this.#wordsAt;
  }
  get votes(): number {
    return this.#votesAt;
  }
  get bytes(): number {
    return this.#snapshot.bytes;
  }
  get model(): string {
    return this.#model;
  }

  /** The model, where its vectors are those of the index. */
  get #tokens(): TokenModel | null {
    return this.#given?.name === this.#model ? this.#given : null;
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
        for (const request of letGo()) this.search(request);
        return true;
      }
      // A merge has removed it since we read the manifest; then there is a new manifest.
      if (tries >= MOST_TRIES || readManifestBytes(this.#folder) === bytes)
        throw new IndexUnusable(`${join(this.#folder, missing)}: is missing although the manifest lists it`);
    }
  }

  close(): void {
    this.#segments.clear();
    this.#votes = new Map();
    this.#snapshot = new Snapshot(0, []);
    this.#stamp = '';
    this.#bytes = null;
    this.#marks = null;
    letGo();
  }

  search(request: SearchRequest): SearchResult {
    return searchIn(this.#snapshot, request, this.#tokens);
  }

  matching(request: Pick<SearchRequest, 'text' | 'filters'>, most: number): Matching {
    return matchingIn(this.#snapshot, request, most);
  }

  similar(key: number, text: PaperText, limit: number): SearchHit[] {
    return similarIn(this.#snapshot, key, text, limit, this.#tokens);
  }

  highlights(query: string, text: string): [number, number][] {
    if (this.#marks?.query !== query || this.#marks.snapshot !== this.#snapshot)
      this.#marks = { query, snapshot: this.#snapshot, marks: marksOf(this.#snapshot, query) };
    return highlightRanges(this.#marks.marks, text);
  }

  complete(text: string, limit: number): Completion[] {
    return completions(this.#snapshot, text, limit);
  }

  titlesBeginning(text: string, limit: number): number[] {
    return titlesBeginning(this.#snapshot, text, limit);
  }

  /** What tells one manifest from the next without reading it. */
  #stat(): string {
    const stat = statSync(join(this.#folder, MANIFEST), { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
  }

  /** Takes up a manifest's state; gives the name of a file that is missing, if one is. */
  #take(manifest: Manifest): string | null {
    const files = new Map<string, SegmentFile>();
    const segments = new Map<string, Segment>();
    const votes = readVotes(this.#folder, manifest.votes);
    if (votes === null) return manifest.votes!.file;
    try {
      for (const { file: name, bytes } of manifest.segments) {
        if (this.#segments.has(name)) continue;
        const file = SegmentFile.open(this.#folder, name, bytes);
        if (file === null) return name;
        files.set(name, file);
      }
      void readAhead([...files.values()]);
      for (const { file } of manifest.segments)
        segments.set(file, this.#segments.get(file) ?? files.get(file)!.read());
    } finally {
      for (const file of files.values()) file.close();
    }
    for (const [file, segment] of segments)
      putVotes(segment, votes, this.#segments.has(file) ? this.#votes : undefined);
    if (!sameSegments(this.#segments, segments) || manifest.model !== this.#model) this.#wordsAt = ++changes;
    if (!sameVotes(this.#votes, votes)) this.#votesAt = ++changes;
    this.#votes = votes;
    this.#segments = segments;
    this.#model = manifest.model;
    this.#snapshot = new Snapshot(manifest.seq, [...segments.values()], this.#snapshot);
    return null;
  }
}
