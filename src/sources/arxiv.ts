/**
 * arXiv as a source: what changed since a day in some categories, and what was announced last. Several doors
 * lead to it, each lying in its own way; a door that fails is reported and the others are tried all the same.
 */
import type { Day, Parsed } from '../papers/types.ts';
import { arxivFeed, arxivSubmitted } from './arxiv-atom.ts';
import { arxivListing } from './arxiv-listing.ts';
import { harvest, oaiSet } from './arxiv-oai.ts';
import { type Client, SourceError } from './client.ts';

export { arxivById, arxivFeed, arxivQuery, arxivSubmitted } from './arxiv-atom.ts';
export { arxivListing, type Listing } from './arxiv-listing.ts';
export { harvest, oaiSet } from './arxiv-oai.ts';

export interface ArxivOptions {
  /** A door left out stays shut. */
  oaiUrl?: string;
  /** Asked for a category whose harvest failed. */
  apiUrl?: string;
  feedUrl?: string;
  /** With it the feed is checked against the listing pages, which tell a quiet day from a broken feed. */
  listUrl?: string;
  /** `cs.CL`, `hep-th`, … */
  categories: string[];
  since: Day;
  client: Client;
  signal?: AbortSignal;
  log?: (message: string) => void;
}

/** Every record the doors give, a paper possibly more than once: the later ones tell more of it. */
export async function* arxivSince(options: ArxivOptions): AsyncGenerator<Parsed> {
  const { oaiUrl, feedUrl, categories } = options;
  if (oaiUrl !== undefined) yield* harvestAll({ ...options, oaiUrl });
  if (feedUrl === undefined || categories.length === 0) return;
  const announced = new Map<string, number>();
  yield* orReason(counted(arxivFeed({ ...options, feedUrl }), announced));
  if (options.listUrl !== undefined) yield* compare(options.listUrl, announced, options);
}

/** Category by category; a paper in two of them comes once. */
async function* harvestAll(options: ArxivOptions & { oaiUrl: string }): AsyncGenerator<Parsed> {
  const seen = new Set<string>();
  for (const category of options.categories) {
    for await (const parsed of orReason(oneCategory(category, options))) {
      const id = parsed.ok ? parsed.record.identifiers[0]?.value : undefined;
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      yield parsed;
    }
  }
}

/** By harvest, and where that fails by the API, if there is one to ask. */
async function* oneCategory(
  category: string,
  options: ArxivOptions & { oaiUrl: string },
): AsyncGenerator<Parsed> {
  const { apiUrl, since } = options;
  try {
    yield* harvest({ ...options, set: oaiSet(category) });
  } catch (error) {
    if (!(error instanceof SourceError) || apiUrl === undefined) throw error;
    options.log?.(`${error.url}: ${error.reason}; asking the API instead`);
    yield* arxivSubmitted(category, since, { ...options, apiUrl });
  }
}

/** `door`'s records, and its failure as the last of them. Being stopped or offline is no failure of a door. */
async function* orReason(door: AsyncIterable<Parsed>): AsyncGenerator<Parsed> {
  try {
    yield* door;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    yield { ok: false, where: error.url, reason: error.reason, unanswered: true };
  }
}

/** Counts announcements by category and day as they pass. */
async function* counted(records: AsyncIterable<Parsed>, counts: Map<string, number>): AsyncGenerator<Parsed> {
  for await (const parsed of records) {
    const announced = parsed.ok ? parsed.record.announced : undefined;
    if (parsed.ok && announced !== undefined) {
      for (const category of parsed.record.categories ?? []) {
        const key = `${category} ${announced}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    yield parsed;
  }
}

/** One category of the feed can be stale while the rest is fresh; only its listing tells. */
async function* compare(
  listUrl: string,
  counts: Map<string, number>,
  options: ArxivOptions,
): AsyncGenerator<Parsed> {
  for (const category of options.categories) {
    try {
      const listing = await arxivListing(category, { ...options, listUrl });
      const got = counts.get(`${category} ${listing.announced}`) ?? 0;
      const reason = `announced ${listing.announced}: the feed has ${got} of ${listing.papers} papers in ${category}`;
      if (got < listing.papers) yield { ok: false, where: listing.url, reason, unanswered: true };
      else options.log?.(reason);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // The listing brings no papers; without it one only knows less.
      options.log?.(`The listing of ${category} could not be compared: ${error.reason}`);
    }
  }
}
