/** An issue as a post on a social network, within what it counts as its length. */
import type { PostLimits } from '../../digest/services.ts';
import type { Issue } from '../../digest/types.ts';
import { cut, graphemesOf, harmless, outlineOf, type PostSettings, pointsOf, rest } from './outline.ts';

/** Papers that are named, if there is room. */
const PAPERS = 10;
/** A title that would be shorter than this is left out. */
const LEAST = 25;

/** Mastodon (https://docs.joinmastodon.org/methods/statuses/#create): plain text, in which links count as 23. */
export function mastodonPost(
  issue: Issue,
  settings: PostSettings,
  { characters = 500, perLink = 23 }: PostLimits = {},
): object {
  const outline = outlineOf(issue, settings, PAPERS);
  const end = `${rest(outline, 0)}: `;
  const link = isCounted(outline.url) ? perLink : pointsOf(outline.url);
  let left = characters - link - pointsOf(end);
  const head = cut(words(outline.headline), Math.max(1, left - 2), pointsOf);
  left -= pointsOf(head) + 2;
  const titles: string[] = [];
  for (const { title } of outline.papers) {
    // A blank line before the first.
    const room = left - (titles.length === 0 ? 2 : 1) - 2;
    if (room < LEAST) break;
    const one = `• ${cut(words(title), room, pointsOf)}`;
    titles.push(one);
    left -= pointsOf(one) + (titles.length === 1 ? 2 : 1);
    if (one.endsWith('…')) break;
  }
  const parts = titles.length === 0 ? [head] : [head, titles.join('\n')];
  return { status: [...parts, end + outline.url].join('\n\n'), language: 'en' };
}

/** Mentions and tags are words in titles like any other. */
const words = (text: string): string => harmless(text).replace(/#(?=[\p{L}\p{N}_])/gu, '#\u2060');

/** Whether Mastodon sees a link: an address with a public name. */
const isCounted = (url: string): boolean => /\.[a-z]{2,}$/i.test(new URL(url).hostname);

/** Most of a post: what users see as characters; and bytes. */
const OF_POST = 300;
const BYTES_EACH = 10;

/** A character as both limits count it. */
const sizeOf = (character: string): number => Math.max(1, Buffer.byteLength(character) / BYTES_EACH);
const size = (text: string): number => graphemesOf(text).reduce((sum, one) => sum + sizeOf(one), 0);

interface Facet {
  index: { byteStart: number; byteEnd: number };
  features: { $type: 'app.bsky.richtext.facet#link'; uri: string }[];
}

/**
 * Bluesky (https://docs.bsky.app/docs/advanced-guides/posts): text whose links are given by their bytes, so that nothing in
 * it is one by itself, and a card for the issue.
 */
export function blueskyPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, PAPERS);
  const facets: Facet[] = [];
  let text = '';
  const linked = (said: string, uri: string): void => {
    const byteStart = Buffer.byteLength(text);
    text += said;
    facets.push({
      index: { byteStart, byteEnd: Buffer.byteLength(text) },
      features: [{ $type: 'app.bsky.richtext.facet#link', uri }],
    });
  };
  const end = rest(outline, 0);
  let left = OF_POST - size(end) - 2;
  text = cut(outline.headline, left - 2, sizeOf);
  left -= size(text) + 1;
  for (const { title, url } of outline.papers) {
    const room = left - 3;
    if (room < LEAST) break;
    const said = cut(title, room, sizeOf);
    text += '\n• ';
    linked(said, url);
    left -= size(said) + 3;
    if (said.endsWith('…')) break;
  }
  text += '\n\n';
  linked(end, outline.url);
  const lead = outline.papers[0];
  return {
    $type: 'app.bsky.feed.post',
    text,
    langs: ['en'],
    facets,
    embed: {
      $type: 'app.bsky.embed.external',
      external: {
        uri: outline.url,
        title: cut(outline.headline, 200),
        description: cut(lead ? `${outline.total}. ${lead.title}` : outline.total, 300),
      },
    },
  };
}
