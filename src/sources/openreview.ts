/**
 * OpenReview: the papers a venue has accepted, through version 2 of its API. Submissions under review, rejected or
 * withdrawn are not papers of the venue and are left out. The list has no order that would allow stopping early, so it
 * is read completely each time, at a request per thousand papers.
 */
import type { Config } from '../config.ts';
import { isObject } from '../formats/fields.ts';
import { attempt } from '../formats/record.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import { SourceError } from './client.ts';
import { DAY, every } from './every.ts';
import { answerJson } from './json-answer.ts';
import { knownOf } from './known.ts';
import { openreviewRecord, value } from './openreview-record.ts';
import { partName } from './part-name.ts';
import type { FetchContext, Item, Outcome, Part, Source } from './source.ts';

/** The most the API gives at once. */
const LIMIT = 1_000;
/** No venue has had a tenth of this; a server that ignores `offset` must not hold us for ever. */
const MAX_PAGES = 100;

/** What a complete reading left: the newest change among the accepted papers (epoch ms), and how many they were. */
interface Cursor {
  changed: number;
  count: number;
}

export const openreview: Source = {
  name: 'openreview',
  title: 'OpenReview',
  parts: (config) => config.OPENREVIEW_VENUES.map((venue) => part(venue, config)),
  reread: (raw, where) => attempt(where, () => openreviewRecord(raw), raw),
};

const part = (asked: string, config: Config): Part => ({
  name: partName(asked),
  says: `Papers accepted at ${venueOf(asked)}`,
  url: config.OPENREVIEW_URL,
  due: every(DAY),
  fetch: (context) => venuePapers(asked, context),
});

/** The venue an invitation leads to: `ICLR.cc/2026/Conference/-/Submission` → `ICLR.cc/2026/Conference`. */
const venueOf = (asked: string): string => asked.split('/-/', 1)[0]!;

async function* venuePapers(asked: string, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const venue = venueOf(asked);
  const before = readCursor(context.cursor);
  const seen = new Set<string>();
  const sum = { read: 0, accepted: 0, fresh: 0, unfit: 0, changed: before.changed };
  for (let page = 0; ; page++) {
    const url = pageUrl(asked, context.config, sum.read);
    if (page >= MAX_PAGES) throw trouble(url, `there are more than ${MAX_PAGES} pages`);
    const { notes, count } = await onePage(url, context);
    const unseen = seen.size;
    for (const note of notes) seen.add(keyOf(note) ?? `${page} ${seen.size}`);
    if (notes.length > 0 && seen.size === unseen) throw trouble(url, 'the same page came back twice');
    const accepted = notes.filter((note) => isAccepted(note, venue));
    for (const note of await freshOf(accepted, context, before)) {
      const parsed = attempt(`${url.href} (${keyOf(note) ?? '?'})`, () => openreviewRecord(note), note);
      if (parsed.ok) sum.fresh++;
      else sum.unfit++;
      yield parsed;
    }
    sum.read += notes.length;
    sum.accepted += accepted.length;
    for (const note of accepted) sum.changed = Math.max(sum.changed, changedAt(note));
    context.progress(Math.min(seen.size, count ?? seen.size), count ?? seen.size);
    // The count decides if there is one: a server may give fewer at once than requested.
    const goesOn = count === undefined ? notes.length >= LIMIT : seen.size < count;
    if (notes.length > 0 && goesOn) continue;
    if (count !== undefined && seen.size < count)
      throw trouble(url, `only ${seen.size} of ${count} notes arrived`);
    break;
  }
  if (sum.accepted === 0) return nothing(venue, sum.read, before, context);
  yield { checkpoint: { changed: sum.changed, count: sum.accepted } satisfies Cursor };
  const { accepted, fresh, unfit } = sum;
  if (fresh + unfit === 0)
    return { state: 'quiet', proof: `all ${accepted} accepted papers are here, and none has changed` };
  const says = `${fresh} new or changed${unfit > 0 ? `; ${unfit} rejected` : ''}`;
  return { state: 'ok', expected: accepted, got: accepted - unfit, says };
}

/** A venue without papers is quiet only if OpenReview has that venue: a misspelt one has none either. */
async function nothing(venue: string, read: number, before: Cursor, context: FetchContext): Promise<Outcome> {
  if (before.count > 0)
    return {
      state: 'failed',
      why: `${venue} had accepted papers (${before.count}) and now has none`,
    };
  if (read === 0 && !(await hasVenue(venue, context)))
    return { state: 'failed', why: `OpenReview has no venue ${venue}` };
  const submissions = read > 0 ? `, with ${read} submissions` : '';
  return {
    state: 'quiet',
    proof: `OpenReview has this venue${submissions}, but no accepted papers yet`,
  };
}

async function hasVenue(venue: string, { config, client, signal }: FetchContext): Promise<boolean> {
  const url = new URL(`${config.OPENREVIEW_URL}/groups`);
  url.searchParams.set('id', venue);
  try {
    const answer = await answerJson(client, url, signal);
    return isObject(answer) && Array.isArray(answer.groups) && answer.groups.length > 0;
  } catch (error) {
    if (error instanceof SourceError && (error.status === 404 || error.status === 400)) return false;
    throw error;
  }
}

function pageUrl(asked: string, config: Config, offset: number): URL {
  const url = new URL(`${config.OPENREVIEW_URL}/notes`);
  // The papers of a venue carry its id once they are accepted; an invitation has submissions in any state.
  url.searchParams.set(asked.includes('/-/') ? 'invitation' : 'content.venueid', asked);
  url.searchParams.set('limit', String(LIMIT));
  url.searchParams.set('offset', String(offset));
  return url;
}

async function onePage(
  url: URL,
  { client, signal }: FetchContext,
): Promise<{ notes: unknown[]; count: number | undefined }> {
  const answer = await answerJson(client, url, signal);
  if (!isObject(answer) || !Array.isArray(answer.notes))
    throw trouble(url, 'the response has no list of notes');
  const { notes, count } = answer;
  return { notes, count: typeof count === 'number' && Number.isSafeInteger(count) ? count : undefined };
}

const trouble = (url: URL, reason: string): SourceError => new SourceError(url.href, reason, { status: 200 });

/**
 * Whether the venue has accepted the paper: the note carries the venue's own id. If it carries none, the wording
 * decides: "Submitted to", "Withdrawn" or "Rejected" say that it has not.
 */
function isAccepted(note: unknown, venue: string): boolean {
  const content = isObject(note) && isObject(note.content) ? note.content : {};
  const words = value(content.venue);
  if (typeof words === 'string' && /\b(?:submitted to|withdrawn|rejected|under review)\b/i.test(words))
    return false;
  const id = value(content.venueid);
  return typeof id === 'string' ? id === venue : typeof words === 'string';
}

/** Those that are not here, or have changed since the last complete reading. */
async function freshOf(notes: unknown[], { store }: FetchContext, before: Cursor): Promise<unknown[]> {
  const identifiers = notes.flatMap((note) => parseIdentifier(keyOf(note) ?? '', 'openreview') ?? []);
  const known = await knownOf(store, 'openreview', identifiers);
  return notes.filter(
    (note) => changedAt(note) > before.changed || !known.has(`openreview:${keyOf(note) ?? ''}`),
  );
}

const keyOf = (note: unknown): string | undefined => {
  const id = isObject(note) ? (note.forum ?? note.id) : undefined;
  return typeof id === 'string' ? id.slice(0, 100) : undefined;
};

function changedAt(note: unknown): number {
  const at = isObject(note) ? (note.tmdate ?? note.mdate ?? note.tcdate ?? note.cdate) : undefined;
  return typeof at === 'number' && Number.isSafeInteger(at) ? at : 0;
}

function readCursor(kept: unknown): Cursor {
  const { changed, count } = (kept ?? {}) as Partial<Cursor>;
  return { changed: changed ?? 0, count: count ?? 0 };
}
