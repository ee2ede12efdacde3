/**
 * Feeds: any RSS 2.0, RSS 1.0 or Atom. An item becomes a paper only if it names one by a well-known identifier; a news
 * feed has items that do not, and those are reported. A feed has only its latest items: anything that came and went
 * between two visits is lost, so feeds are visited every hour.
 */
import { isObject, LIMITS } from '../formats/fields.ts';
import { BrokenXml, type FoundNode, innerText, type Node, nodes } from '../formats/nodes.ts';
import { attempt } from '../formats/record.ts';
import { foreign } from '../net/foreign.ts';
import { nameOfIdentifier } from '../papers/intake/names.ts';
import { SourceError } from './client.ts';
import { every, HOUR } from './every.ts';
import { type Channel, feedRecord, itemName, NO_PAPER } from './feed-item.ts';
import { knownOf } from './known.ts';
import { partName } from './part-name.ts';
import type { FetchContext, Item, Outcome, Source } from './source.ts';
import { askUnless, type Mark } from './unless.ts';

const ROOTS = new Set(['rss', 'RDF', 'feed']);
const ITEMS = new Set(['item', 'entry']);
/** The journal of all items, as the channel gives it. */
const JOURNAL = 'publicationName';
/** In RSS 2.0 within the channel, else within the root. */
const wanted = (name: string, depth: number): boolean =>
  (depth <= 3 && ITEMS.has(name)) || (depth === 3 && name === JOURNAL);
const MAX_BYTES = 32 * 1024 * 1024;
/** No feed of papers has had a quarter of this. */
const MAX_ITEMS = 10_000;
/** Items looked up at once. */
const SOME = 100;
/** The longest item in characters. */
const MAX_ITEM = 1024 * 1024;

export const feed: Source = {
  name: 'feed',
  title: 'Feeds',
  parts: (config) =>
    config.FEEDS.map((address) => ({
      name: partName(address),
      says: `Papers named in ${address.replace(/^https?:\/\//, '').slice(0, 80)}`,
      url: address,
      due: every(HOUR),
      fetch: (context) => items(new URL(address), context),
    })),
  reread: (raw, where) =>
    attempt(
      where,
      () => {
        const { node, ...channel } =
          isObject(raw) && isObject(raw.node) ? (raw as unknown as Kept) : { node: raw as Node };
        return feedRecord({ node }, channel);
      },
      raw,
    ),
};

/** What is kept of a rejected item. */
type Kept = { node: Node } & Channel;

/** The result of reading a feed. */
interface Sum {
  items: number;
  /** Items that name a paper and were accepted. */
  named: number;
  /** Items that may name one but were rejected. */
  unfit: number;
  /** Papers that no feed has named before. */
  unknown: number;
}

async function* items(url: URL, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const answer = await askUnless(url, context, {
    accept: 'application/atom+xml, application/rss+xml, application/rdf+xml, application/xml, text/xml',
    maxBytes: MAX_BYTES,
  });
  if (answer.proof !== undefined) return { state: 'quiet', proof: answer.proof };
  const sum: Sum = { items: 0, named: 0, unfit: 0, unknown: 0 };
  let broken: unknown;
  let some: FoundNode[] = [];
  const channel: Channel = { base: url.origin + url.pathname };
  try {
    for await (const found of nodes(answer.body, { roots: ROOTS, wanted, maxNode: MAX_ITEM })) {
      if (found.node.name === JOURNAL) {
        channel.journal ??= innerText(found.node).trim().slice(0, LIMITS.line) || undefined;
        continue;
      }
      if (++sum.items > MAX_ITEMS)
        throw new SourceError(url.href, `the feed has more than ${MAX_ITEMS} items`);
      some.push(found);
      if (some.length < SOME) continue;
      yield* taken(some, channel, { url, sum, context });
      some = [];
    }
  } catch (error) {
    broken = error;
  }
  // Items before a break are complete.
  yield* taken(some, channel, { url, sum, context });
  if (broken instanceof BrokenXml)
    throw new SourceError(url.href, `the XML was rejected${foreign(`: ${broken.message}`)}`, {
      status: 200,
      cause: broken,
    });
  if (broken !== undefined) throw broken;
  // The validator stands for everything yielded, and must not be saved before this point.
  yield { checkpoint: answer.mark satisfies Mark };
  return outcome(sum);
}

/** Records of items, counted. */
async function* taken(
  batch: FoundNode[],
  channel: Channel,
  { url, sum, context: { store } }: { url: URL; sum: Sum; context: FetchContext },
): AsyncGenerator<Item> {
  const parsed = batch.map((found) => {
    const where = `${url.href} (${itemName(found.node) ?? `item ${found.number}`})`;
    return attempt(where, () => feedRecord(found, channel), { node: found.node, ...channel });
  });
  const identifiers = parsed.flatMap((one) => (one.ok ? [one.record.identifiers[0]!] : []));
  const known = await knownOf(store, 'feed', identifiers);
  for (const one of parsed) {
    if (one.ok) sum.named++;
    else if (!one.reason.startsWith(NO_PAPER)) sum.unfit++;
    yield one;
  }
  sum.unknown += identifiers.filter((one) => !known.has(nameOfIdentifier(one))).length;
}

function outcome({ items: all, named, unfit, unknown }: Sum): Outcome {
  if (all === 0) return { state: 'quiet', proof: 'the feed was read in full and has no items' };
  const beside = all - named - unfit > 0 ? `; ${all - named - unfit} of its ${all} items name no paper` : '';
  if (unfit === 0 && unknown === 0) {
    if (named === 0) return { state: 'quiet', proof: `none of its ${all} items names a paper` };
    return { state: 'quiet', proof: `all ${named} papers it names are already here${beside}` };
  }
  const lost = unfit > 0 ? `; ${unfit} rejected` : '';
  return { state: 'ok', expected: named + unfit, got: named, says: `${unknown} new papers${beside}${lost}` };
}
