/**
 * An issue as a message to a chat. Titles, names and summaries come from outside: wherever a service has a form in which
 * text is only text, that is used; elsewhere every sign with a meaning is escaped as the service documents.
 */
import type { Issue } from '../../digest/types.ts';
import { cut, harmless, JOINER, outlineOf, type PostSettings, rest } from './outline.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text in HTML, as both Telegram and Matrix read it. */
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]!);

/** Papers in a message. */
const PAPERS = 10;

/** Slack (https://docs.slack.dev/reference/block-kit): rich text, in which nothing is markup. */
export function slackPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, PAPERS);
  const text = (said: string) => ({ type: 'text', text: harmless(said) });
  const rich = (...elements: object[]) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements }],
  });
  const link = (url: string, said: string, bold: boolean) => ({
    type: 'link',
    url,
    text: harmless(said),
    ...(bold && { style: { bold } }),
  });
  const lead = outline.papers[0];
  return {
    // For notifications; the blocks are what is shown.
    text: fitted(lead ? `${outline.headline}. ${lead.title}` : outline.headline, 1000, slackText),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: fitted(outline.headline, 150, slackText), emoji: false },
      },
      ...outline.papers.map(({ title, url, byline, summary }) =>
        rich(
          link(url, title, true),
          ...[byline, summary].filter((part) => part !== '').map((part) => text(`\n${part}`)),
        ),
      ),
      rich(link(outline.url, rest(outline, outline.papers.length), false)),
    ],
  };
}

/** Slack's three control characters (https://docs.slack.dev/messaging/formatting-message-text). */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text cut so that it fits once it is escaped. @param escaped character by character */
const fitted = (text: string, most: number, escaped: (text: string) => string): string =>
  escaped(cut(harmless(text), most, (character) => escaped(character).length));

/** Most characters of all embeds together, and some spare. */
const OF_EMBEDS = 5800;

/** Discord (https://docs.discord.com/developers/resources/webhook): an embed for the issue and one for each paper. */
export function discordPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, PAPERS - 1);
  const embeds: { title: string; url: string; description?: string }[] = [];
  const head = { title: fitted(outline.headline, 256, discordText), url: outline.url };
  let left = OF_EMBEDS - head.title.length - 100;
  for (const { title, url, byline, summary } of outline.papers) {
    const said = fitted(title, 256, discordText);
    const description = [byline, summary]
      .filter((part) => part !== '')
      .map((part) => fitted(part, 500, discordText))
      .join('\n');
    const isWithin = said.length + description.length <= left;
    if (!isWithin && said.length > left) break;
    left -= said.length + (isWithin ? description.length : 0);
    embeds.push({ title: said, url, ...(isWithin && description !== '' && { description }) });
  }
  return {
    allowed_mentions: { parse: [] },
    embeds: [{ ...head, description: `${rest(outline, embeds.length)}: ${outline.url}` }, ...embeds],
  };
}

/** Everything that Discord's Markdown may take for a sign. */
const discordText = (text: string): string =>
  text.replace(/[\\*_~`|>#\-[\](){}<:+.!@]/g, (sign) => `\\${sign}`);

/** Telegram (https://core.telegram.org/bots/api#html-style); a message has 4,096 characters. */
export function telegramPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, PAPERS);
  const text = (said: string): string => escapeHtml(harmless(said));
  const link = (url: string, said: string): string => `<a href="${escapeHtml(url)}">${text(said)}</a>`;
  const head = `<b>${link(outline.url, outline.headline)}</b>`;
  const blocks = outline.papers.map(
    ({ title, url, byline }, i) => `${i + 1}. ${link(url, title)}${byline === '' ? '' : `\n${text(byline)}`}`,
  );
  const { kept, shown } = within(blocks, 4000 - head.length - 300 - outline.url.length, lengthOf);
  return {
    text: [head, ...kept, link(outline.url, rest(outline, shown))].join('\n\n'),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
  };
}

const lengthOf = (text: string): number => text.length + 2;

/** The first of some blocks that fit together. */
function within(blocks: string[], most: number, size: (text: string) => number) {
  const kept: string[] = [];
  let used = 0;
  for (const block of blocks) {
    used += size(block);
    if (used > most) break;
    kept.push(block);
  }
  return { kept, shown: kept.length };
}

/** Mattermost (https://developers.mattermost.com/integrate/webhooks/incoming/): Markdown. Old servers take 4,000 characters. */
export function mattermostPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, PAPERS);
  const link = (url: string, said: string): string =>
    `[${mattermostText(said)}](${url.replace(/[()\\]/g, encodeURIComponent)})`;
  const head = `#### ${link(outline.url, outline.headline)}`;
  const blocks = outline.papers.map(
    ({ title, url, byline }, i) =>
      `${i + 1}. **${link(url, title)}**${byline === '' ? '' : `\n    ${mattermostText(byline)}`}`,
  );
  const { kept, shown } = within(blocks, 3900 - head.length - 100 - outline.url.length, lengthOf);
  return { text: [head, ...kept, link(outline.url, rest(outline, shown))].join('\n\n') };
}

/** Signs of Markdown are escaped; those of Mattermost's own, such as `:name:`, are taken apart. */
const mattermostText = (text: string): string =>
  harmless(text)
    .replace(/:(?=[\w+-])/g, `:${JOINER}`)
    .replace(/[&<>$\\`*_{}[\]()~|!+\-.#]/g, (sign) => ENTITIES[sign] ?? `\\${sign}`);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };

/** Matrix (https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes): an event has at most 65,536 bytes. */
export function matrixPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, 2 * PAPERS);
  const text = (said: string): string => escapeHtml(harmless(said));
  const link = (url: string, said: string): string => `<a href="${escapeHtml(url)}">${text(said)}</a>`;
  const items = outline.papers.map(
    ({ title, url, byline }) =>
      `<li><strong>${link(url, title)}</strong>${byline === '' ? '' : `<br>${text(byline)}`}</li>`,
  );
  const { kept, shown } = within(items, 24_000, Buffer.byteLength);
  const plain = outline.papers
    .slice(0, shown)
    .map(({ title, url }, i) => `${i + 1}. ${harmless(title)}\n${url}`);
  const last = rest(outline, shown);
  return {
    msgtype: 'm.text',
    body: [harmless(outline.headline), ...plain, `${last}: ${outline.url}`].join('\n\n'),
    format: 'org.matrix.custom.html',
    formatted_body: `<h4>${link(outline.url, outline.headline)}</h4><ol>${kept.join('')}</ol><p>${link(outline.url, last)}</p>`,
    // Nobody is mentioned, whatever the text looks like.
    'm.mentions': {},
  };
}

/** Bytes of a card: Teams refuses 28 kB. */
const OF_CARD = 24_000;

/** Microsoft Teams: an Adaptive Card (https://adaptivecards.io/explorer/) of rich text, in which nothing is markup. */
export function teamsPost(issue: Issue, settings: PostSettings): object {
  const outline = outlineOf(issue, settings, 2 * PAPERS);
  // Dates and values may be written into a card as {{DATE(…)}} and ${…}.
  const text = (said: string): string =>
    harmless(said).replaceAll('{', `{${JOINER}`).replaceAll('$', `$${JOINER}`);
  const block = (said: string, more: object) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: text(said), ...more }],
  });
  const open = (url: string) => ({ type: 'Action.OpenUrl', url });
  const items = outline.papers.map(({ title, url, byline, summary }) => ({
    type: 'Container',
    separator: true,
    selectAction: open(url),
    items: [
      block(title, { weight: 'Bolder', color: 'Accent' }),
      ...(byline === '' ? [] : [block(byline, { isSubtle: true, size: 'Small' })]),
      ...(summary === '' ? [] : [block(summary, {})]),
    ],
  }));
  const card = (containers: object[]) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [block(outline.headline, { weight: 'Bolder', size: 'Large' }), ...containers],
          actions: [{ ...open(outline.url), title: rest(outline, containers.length) }],
        },
      },
    ],
  });
  const room = OF_CARD - bytesOf(card([]));
  let used = 0;
  const kept = items.filter((item) => {
    used += bytesOf(item) + 1;
    return used <= room;
  });
  return card(kept);
}

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));
